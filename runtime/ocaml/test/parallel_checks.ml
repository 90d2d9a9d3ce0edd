(* What either bus promises where several domains use it at once; threads where OCaml has no domains. *)

open Actor_world

let rounds = 50
let each = 2_000

module Make (World : World.S) = struct
  open World
  open Actor_world.Make (World)

  (* Numbers of one publisher are [first], [first + 1] and so on, in steps of no other. *)
  let publish_from first count publisher =
    for n = first to first + count - 1 do
      publish_exn publisher (Sample.trade n)
    done

  let next subscriber =
    match recv_timeout subscriber ~timeout:patience with
    | `Message trade -> number_of trade
    | `Ended -> Check.fail "it ended"
    | `Empty -> Check.fail "nothing came within %g s" patience
    | `Fault _ -> Check.fail "a fault"

  (* All numbers of so many publishers come, those of each in order. *)
  let expect_numbers publishers subscriber () =
    let due = Array.init publishers (fun publisher -> publisher * each) in
    for _ = 1 to publishers * each do
      let number = next subscriber in
      let publisher = number / each in
      Check.int ~expected:due.(publisher) number;
      due.(publisher) <- number + 1
    done

  let expect_end subscriber =
    match recv_timeout subscriber ~timeout:patience with
    | `Ended -> ()
    | `Message trade -> Check.fail "number %d comes as well" (number_of trade)
    | `Empty -> Check.fail "no end within %g s" patience
    | `Fault _ -> Check.fail "a fault"

  (* A bus with a publisher, and subscribers. *)
  let with_topic ~subscribers f =
    with_new (fun bus ->
        let trades = Publisher.create_exn bus (module Market.Trade) in
        f bus trades (List.init subscribers (fun _ -> Subscriber.create bus (module Market.Trade))))

  let many_publishers () =
    with_topic ~subscribers:2 (fun bus held subscribers ->
        let publish publisher () =
          let trades = Publisher.create_exn bus (module Market.Trade) in
          publish_from (publisher * each) each trades;
          Publisher.close trades
        in
        let receive = List.map (expect_numbers 3) subscribers in
        ignore (Parallel.all (List.init 3 publish @ receive));
        (* None of those that were closed was the last one. *)
        Check.is_true "no end yet" (List.for_all (fun s -> Subscriber.try_recv s = `Empty) subscribers);
        Publisher.close held;
        List.iter expect_end subscribers)

  let one_publisher () =
    with_topic ~subscribers:1 (fun _ trades subscribers ->
        let publish at () = publish_from (at * each) each trades in
        let receive = List.map (expect_numbers 3) subscribers in
        ignore (Parallel.all (List.init 3 publish @ receive)))

  (* Who comes and goes takes nothing from who stays. *)
  let subscribers_come_and_go () =
    with_topic ~subscribers:1 (fun bus trades subscribers ->
        let receive = List.map (expect_numbers 1) subscribers in
        let publish () = publish_from 0 each trades in
        let come_and_go () =
          for _ = 1 to rounds do
            let subscriber = Subscriber.create bus (module Market.Trade) in
            ignore (Subscriber.try_recv subscriber);
            Subscriber.close subscriber
          done
        in
        ignore (Parallel.all ((publish :: receive) @ [ come_and_go; come_and_go ])))

  (* Closed by several at once, a publisher is closed once. *)
  let closed_at_once () =
    for _ = 1 to rounds do
      with_topic ~subscribers:1 (fun bus trades subscribers ->
          let subscriber = List.hd subscribers in
          let other = Publisher.create_exn bus (module Market.Trade) in
          let close publisher () = Publisher.close publisher in
          ignore (Parallel.all [ close trades; close trades; close trades ]);
          publish_exn other (Sample.trade 7);
          Check.int ~expected:7 (next subscriber);
          Check.is_true "no end yet" (Subscriber.try_recv subscriber = `Empty);
          ignore (Parallel.all [ close other; close other ]);
          expect_end subscriber)
    done

  let bus_closed_at_once () =
    for _ = 1 to rounds do
      with_topic ~subscribers:2 (fun bus _ subscribers ->
          let end_of subscriber = Parallel.start (fun () -> expect_end subscriber) in
          let waiting = List.map end_of subscribers in
          ignore (Parallel.all [ (fun () -> close bus); (fun () -> close bus) ]);
          List.iter Parallel.join waiting)
    done

  (* A collection needs all domains: one that waits for a message, or for room, must not keep it waiting. More is published
     than any bus keeps. *)
  let waiting_holds_up_no_collection () =
    with_topic ~subscribers:1 (fun bus trades subscribers ->
        let signals = Subscriber.create bus (module Market.Signal) in
        let receiver = Parallel.start (fun () -> List.length (all_of signals)) in
        let count = 10 * each in
        let publisher =
          Parallel.start (fun () ->
              publish_from 0 count trades;
              Publisher.close trades)
        in
        for _ = 1 to rounds do
          Gc.full_major ()
        done;
        let out = Publisher.create_exn bus (module Market.Signal) in
        publish_exn out (Sample.signal 1);
        Publisher.close out;
        Check.int ~expected:1 (Parallel.join receiver);
        let subscriber = List.hd subscribers in
        for n = 0 to count - 1 do
          Check.int ~expected:n (next subscriber)
        done;
        expect_end subscriber;
        Parallel.join publisher)

  (* What is forgotten in one domain is closed, whichever of them collects. *)
  let what_is_forgotten () =
    with_topic ~subscribers:0 (fun bus held _ ->
        let forget () =
          for _ = 1 to rounds do
            let trades = Publisher.create_exn bus (module Market.Trade) in
            ignore (Sys.opaque_identity (Subscriber.create bus (module Market.Trade)));
            Publisher.close trades;
            Gc.full_major ()
          done
        in
        ignore (Parallel.all [ forget; forget ]);
        wait_until "all are closed" (fun () ->
            Gc.full_major ();
            subscribers held = 0))

  (* Actors have threads of the domain that spawns them, and take what any domain publishes. *)
  let actors () =
    in_world (fun _ scope ~send ~finish ~out:_ ->
        let names at = List.init 2 (fun n -> Printf.sprintf "adder-%d-%d" at n) in
        let spawn at =
          Parallel.start (fun () ->
              List.iter (fun name -> Actor.spawn_exn scope name adder) (names at))
        in
        let spawned = List.init 3 spawn in
        wait_until "all are there" (fun () -> List.length (Actor.stats scope) = 6);
        ignore (Parallel.all (List.init 2 (fun _ () -> List.iter send [ 1; 2; 3 ])));
        finish ();
        join_exn scope;
        List.iter Parallel.join spawned;
        let received = List.map (fun (h : Health.t) -> h.received) (Actor.stats scope) in
        ints ~expected:[ 6; 6; 6; 6; 6; 6 ] received)

  let all =
    [
      ("several publishers and subscribers", many_publishers);
      ("one publisher for all", one_publisher);
      ("subscribers come and go", subscribers_come_and_go);
      ("a publisher is closed by several", closed_at_once);
      ("a bus is closed by several", bus_closed_at_once);
      ("who waits holds up no collection", waiting_holds_up_no_collection);
      ("what is forgotten", what_is_forgotten);
      ("actors of several domains", actors);
    ]
end
