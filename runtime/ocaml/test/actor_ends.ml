(* How actors end: in order, with their publishers, with their bus, or not. *)

open Actor_world

module Make (World : World.S) = struct
  open World
  open Actor_world.Make (World)

  let they_stop_in_reverse_order () =
    in_world (fun _ scope ~send:_ ~finish:_ ~out:_ ->
        let told = ref [] in
        let names = [ "first"; "second"; "third" ] in
        List.iter (fun name -> Actor.spawn_exn scope name (teller name told)) names;
        wait_until "all have started" (fun () -> List.length !told = 3);
        told := [];
        Check.is_true "all stop" (Actor.shutdown scope ~timeout:patience = Ok ());
        strings ~expected:[ "third stops"; "second stops"; "first stops" ] (List.rev !told))

  let trades = Actor.output (module Market.Trade)

  (* Publishes a hundred numbers, each time its timer is due. *)
  let source =
    let timer sent context _ =
      for _ = 1 to 100 do
        incr sent;
        Actor.publish context trades (Sample.trade !sent)
      done;
      ignore (Actor.set_timer context ~after:0.001)
    in
    Actor.make ~timer
      ~publishes:[ Actor.publishes trades ]
      (fun context ->
        ignore (Actor.set_timer context ~after:0.);
        ref 0)

  let signal_of trade = [ Sample.signal (number_of trade) ]

  let a_shutdown_drains () =
    with_new (fun bus ->
        let out = Subscriber.create bus (module Market.Signal) in
        let scope = Actor.supervisor bus in
        let echo = Actor.each (module Market.Trade) (module Market.Signal) signal_of in
        Actor.spawn_exn scope "echo" echo;
        Actor.spawn_exn scope "source" source;
        wait_until "some have come" (fun () -> (health scope "echo").received >= 300);
        Check.is_true "all stop" (Actor.shutdown scope ~timeout:patience = Ok ());
        let sent = (health scope "source").published in
        Check.int ~expected:0 (sent mod 100);
        ints ~expected:(List.init sent succ) (all_of out))

  let one_that_is_stuck () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let entered = ref false and may_go = ref false in
        let stick () _ _ =
          entered := true;
          wait_until "it is let go" (fun () -> !may_go)
        in
        let takes = [ Actor.take (module Market.Trade) stick ] in
        Actor.spawn_exn scope "stuck" (Actor.make ~takes ignore);
        send 1;
        wait_until "it is in its handler" (fun () -> !entered);
        Check.is_true "it is named" (Actor.shutdown scope ~timeout:0.001 = Error [ "stuck" ]);
        may_go := true;
        join_exn scope)

  (* The names are those of actors, also where the group's own thread still waits for them. *)
  let one_that_is_stuck_in_a_group () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let entered = ref 0 and may_go = ref false in
        let stick () _ _ =
          incr entered;
          wait_until "it is let go" (fun () -> !may_go)
        in
        let stuck = Actor.make ~takes:[ Actor.take (module Market.Trade) stick ] ignore in
        let leave () context _ = Actor.stop context in
        let free = Actor.make ~takes:[ Actor.take (module Market.Trade) leave ] ignore in
        let inner scope = Actor.spawn scope "deep" stuck in
        let outer scope =
          Actor.spawn_exn scope "free" free;
          Actor.spawn_exn scope "shallow" stuck;
          Actor.group scope "inner" inner
        in
        Check.is_true "it starts" (Actor.group scope "outer" outer = Ok ());
        send 1;
        wait_until "both are in their handlers" (fun () -> !entered = 2);
        wait_until "the third has stopped" (fun () -> (health scope "outer/free").state = Stopped);
        (match Actor.shutdown scope ~timeout:0.001 with
        | Ok () -> Check.fail "nobody is named"
        | Error names ->
            strings ~expected:[ "outer/inner/deep"; "outer/shallow" ] (List.sort compare names));
        may_go := true;
        join_exn scope)

  let one_may_stay () =
    with_new (fun bus ->
        let heard = ref [] in
        let hear () _ trade = heard := string_of_int (number_of trade) :: !heard in
        let takes = [ Actor.take (module Market.Trade) hear ] in
        let ended () _ = heard := "end" :: !heard in
        let scope = Actor.supervisor bus in
        Actor.spawn_exn scope "patient" (Actor.make ~takes ~ended ignore);
        let say n =
          let trades = Publisher.create_exn bus (module Market.Trade) in
          publish_exn trades (Sample.trade n);
          Publisher.close trades;
          wait_until "it is told of the end" (fun () ->
              match !heard with
              | "end" :: last :: _ -> last = string_of_int n
              | _ -> false)
        in
        List.iter say [ 1; 2 ];
        Check.is_true "it stops" (Actor.shutdown scope ~timeout:patience = Ok ());
        strings ~expected:[ "1"; "end"; "2"; "end" ] (List.rev !heard))

  let one_that_stays_ends_with_its_bus () =
    let ends_by end_bus =
      in_world (fun bus scope ~send:_ ~finish ~out:_ ->
          let told = ref false in
          let takes = [ Actor.take (module Market.Trade) (fun _ _ _ -> ()) ] in
          let ended () _ = told := true in
          Actor.spawn_exn scope "patient" (Actor.make ~takes ~ended ignore);
          finish ();
          wait_until "it is told of the end" (fun () -> !told);
          end_bus bus;
          wait_until "it stops" (fun () -> (health scope "patient").state = Stopped);
          join_exn scope)
    in
    List.iter ends_by ends

  let all =
    [
      ("they stop in reverse order", they_stop_in_reverse_order);
      ("a shutdown drains", a_shutdown_drains);
      ("one that is stuck is named and left", one_that_is_stuck);
      ("those that are stuck in groups are named", one_that_is_stuck_in_a_group);
      ("one may stay for later publishers", one_may_stay);
      ("one that stays ends with its bus", one_that_stays_ends_with_its_bus);
    ]
end
