(* The bus that a process shares with Rust, among OCaml services. With Rust ones: examples/hosting. *)

open Mycelium_shared

(* The same topic as trades, of another version. *)
module Other_trade = struct
  include Market.Trade

  let digest = Mycelium_wire.Digest.of_bytes (String.make 32 '\x11')
end

(* Trades that know another version as a released one. *)
module Later_trade = struct
  include Market.Trade

  let digest = Other_trade.digest
  let ancestors = [ Market.Trade.digest ]
end

let patience = 20.

(* Whether it holds before the patience ends. *)
let rec holds_before deadline condition =
  condition ()
  || Unix.gettimeofday () < deadline
     && (
       Thread.delay 0.001;
       holds_before deadline condition)

let expect_soon what condition =
  Check.is_true what (holds_before (Unix.gettimeofday () +. patience) condition)

let next subscriber =
  match Subscriber.recv_timeout subscriber ~timeout:patience with
  | `Message message -> message
  | `Fault fault -> Check.fail "%s" (Fault.to_string fault)
  | `Empty -> Check.fail "nothing came within %g s" patience
  | `Ended -> Check.fail "it ended"

let expect_end subscriber =
  match Subscriber.recv_timeout subscriber ~timeout:patience with
  | `Ended -> ()
  | `Message _ -> Check.fail "one message too many"
  | `Fault fault -> Check.fail "%s" (Fault.to_string fault)
  | `Empty -> Check.fail "no end within %g s" patience

let expect_trades subscriber first last =
  for n = first to last do
    if not (Market.Trade.equal (next subscriber) (Sample.trade n)) then
      Check.fail "another trade than number %d" n
  done

let in_one_process () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let first = Subscriber.create bus (module Market.Trade) in
      let second = Subscriber.create bus (module Market.Trade) in
      Check.is_true "nothing yet" (Subscriber.try_recv first = `Empty);
      Check.int ~expected:2 (Publisher.subscribers trades);
      Check.is_true "both" (Publisher.wait_for_subscribers trades 2 ~timeout:patience);
      for n = 0 to 99 do
        Publisher.publish_exn trades (Sample.trade n)
      done;
      Publisher.close trades;
      expect_trades first 0 99;
      expect_end first;
      expect_trades second 0 99;
      expect_end second;
      Check.is_true "closed" (Publisher.publish trades (Sample.trade 0) = Error Publisher.Closed))

(* Messages of any length, by several threads, through a bus that is always full: who waits does not hold the
   runtime lock, else nobody would receive. *)
let full () =
  Bus.with_bus (Bus.create ~capacity:1 ()) (fun bus ->
      let subscriber = Subscriber.create bus (module Market.DepthUpdate) in
      let publish () =
        let depths = Publisher.create_exn bus (module Market.DepthUpdate) in
        for n = 0 to 199 do
          Publisher.publish_exn depths (Sample.depth n)
        done
      in
      (* The last of them is closed by the collector. *)
      let threads = List.init 3 (fun _ -> Thread.create publish ()) in
      let counts = Array.make 200 0 in
      for _ = 1 to 600 do
        let depth = next subscriber in
        let n = Option.get (Mycelium_wire.U64.to_int depth.first_update_id) in
        if not (Market.DepthUpdate.equal depth (Sample.depth n)) then Check.fail "another book";
        counts.(n) <- counts.(n) + 1
      done;
      Check.is_true "each three times" (Array.for_all (( = ) 3) counts);
      List.iter Thread.join threads)

let losses () =
  Bus.with_bus (Bus.create ~capacity:4 ~when_full:Drop_oldest ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      for n = 0 to 9 do
        Publisher.publish_exn trades (Sample.trade n)
      done;
      Check.is_true "six are lost" (Subscriber.recv subscriber = Error (Fault.Lost 6));
      expect_trades subscriber 6 9)

let versions () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      (match Publisher.create bus (module Other_trade) with
      | Ok _ -> Check.fail "two versions of one topic"
      | Error why -> Check.is_true why (String.length why > 0));
      let other = Subscriber.create bus (module Other_trade) in
      let later = Subscriber.create bus (module Later_trade) in
      Publisher.publish_exn trades (Sample.trade 1);
      (match Subscriber.recv other with
      | Error (Fault.Other_version _) -> ()
      | _ -> Check.fail "it must be told");
      expect_trades later 1 1)

let frames () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let signals = Publisher.create_exn bus (module Market.Signal) in
      let named = Frames.create bus [ "market.*" ] in
      let typed = Frames.of_messages bus [ (module Market.Trade); (module Market.Signal) ] in
      let expect frames =
        Publisher.publish_exn trades (Sample.trade 3);
        Publisher.publish_exn signals (Sample.signal 4);
        (match Frames.recv frames with
        | Ok (Some { topic; header; bytes }) ->
            Check.string ~expected:Market.Trade.topic topic;
            Check.int ~expected:Market.Trade.type_id header.type_id;
            Check.int ~expected:(String.length bytes) (Mycelium_wire.Frame.size header);
            Check.is_true "the trade" (Market.Trade.of_frame bytes = Ok (Sample.trade 3))
        | _ -> Check.fail "a frame");
        match Frames.try_recv frames with
        | `Message { topic; _ } -> Check.string ~expected:Market.Signal.topic topic
        | _ -> Check.fail "a frame"
      in
      expect named;
      for _ = 1 to 2 do
        ignore (Frames.recv_timeout typed ~timeout:patience)
      done;
      expect typed;
      Frames.close named;
      Check.is_true "closed" (Frames.recv named = Ok None))

let exceptions_are_reported () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      let reported = ref 0 and seen = ref 0 in
      let handler (_ : Market.Trade.t) =
        incr seen;
        if !seen mod 10 = 0 then failwith "as planned"
      in
      let on_exception exn _ = if exn = Failure "as planned" then incr reported in
      let thread = Subscriber.handle ~on_exception handler subscriber in
      for n = 0 to 99 do
        Publisher.publish_exn trades (Sample.trade n)
      done;
      Publisher.close trades;
      Thread.join thread;
      Check.int ~expected:10 !reported;
      Check.int ~expected:100 !seen)

let rec collect_until tries condition =
  Gc.full_major ();
  if (not (condition ())) && tries > 0 then (
    Thread.delay 0.01;
    collect_until (tries - 1) condition)

(* What nobody reaches any more is closed: a subscriber gives way, a publisher ends its subscribers. *)
let forgotten () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let forget () = ignore (Subscriber.create bus (module Market.Trade)) in
      (Sys.opaque_identity forget) ();
      collect_until 1_000 (fun () -> Publisher.subscribers trades = 0);
      Check.int ~expected:0 (Publisher.subscribers trades);
      let signals = Subscriber.create bus (module Market.Signal) in
      let forget () = Publisher.publish_exn (Publisher.create_exn bus (module Market.Signal)) (Sample.signal 1) in
      (Sys.opaque_identity forget) ();
      ignore (next signals);
      collect_until 1_000 (fun () -> Subscriber.try_recv signals = `Ended);
      expect_end signals)

let closed_while_one_waits () =
  let bus = Bus.create () in
  let trades = Publisher.create_exn bus (module Market.Trade) in
  let subscriber = Subscriber.create bus (module Market.Trade) in
  let ended = ref false in
  let wait () = ended := Subscriber.recv subscriber = Ok None in
  let thread = Thread.create wait () in
  Bus.close bus;
  Thread.join thread;
  Check.is_true "ended" !ended;
  Bus.close bus;
  Check.is_true "closed" (Publisher.publish trades (Sample.trade 0) = Error Publisher.Closed);
  (match Subscriber.create bus (module Market.Trade) with
  | _ -> Check.fail "a subscriber of a bus that is closed"
  | exception Failure _ -> ());
  match Bus.address bus with
  | _ -> Check.fail "an address of a bus that is closed"
  | exception Failure _ -> ()

(* A thread waits for room that its subscriber, of another handle, never makes; it is ended by what [close] does. *)
let closed_while_one_waits_for_room close () =
  Bus.with_bus (Bus.create ~capacity:1 ()) (fun others ->
      let subscriber = Subscriber.create others (module Market.Trade) in
      Bus.with_bus (Bus.of_address (Bus.address others)) (fun bus ->
          let trades = Publisher.create_exn bus (module Market.Trade) in
          let sent = Atomic.make 0 and last = Atomic.make None in
          let rec publish n =
            match Publisher.publish trades (Sample.trade n) with
            | Ok () when n < 3 ->
                Atomic.incr sent;
                publish (n + 1)
            | outcome -> Atomic.set last (Some outcome)
          in
          let thread = Thread.create publish 1 in
          (* It gives up the runtime lock where it waits. *)
          expect_soon "one is sent" (fun () -> Atomic.get sent = 1);
          close bus trades;
          expect_soon "the thread ends" (fun () -> Atomic.get last <> None);
          Thread.join thread;
          Check.is_true "refused" (Atomic.get last = Some (Error Publisher.Closed)));
      expect_trades subscriber 1 1;
      expect_end subscriber)

let in_an_event_loop () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      for n = 0 to 99 do
        match Subscriber.await subscriber with
        | `Ready -> Check.fail "nothing is there"
        | `Wait descriptor ->
            Check.is_true "silent" (Unix.select [ descriptor ] [] [] 0. = ([], [], []));
            Publisher.publish_exn trades (Sample.trade n);
            Check.is_true "readable" (Unix.select [ descriptor ] [] [] patience = ([ descriptor ], [], []));
            Check.is_true "ready" (Subscriber.await subscriber = `Ready);
            expect_trades subscriber n n
      done)

(* A signal ends who waits, though its handler runs only between two waits. *)
let interrupted () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let _trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      Bus.interrupt_on bus [ Sys.sigusr1 ];
      Unix.kill (Unix.getpid ()) Sys.sigusr1;
      Check.is_true "the end" (Subscriber.recv subscriber = Ok None))

exception Signalled

(* Calls [f] again and again in a storm of signals, whose handler raises in this thread and within [f] alone. *)
let in_a_storm f =
  let this = Thread.id (Thread.self ()) in
  let may_raise = ref false in
  let handler _ =
    if !may_raise && Thread.id (Thread.self ()) = this then (
      may_raise := false;
      raise Signalled)
  in
  let usual = Sys.signal Sys.sigalrm (Sys.Signal_handle handler) in
  let every it_value = ignore (Unix.setitimer Unix.ITIMER_REAL { it_interval = it_value; it_value }) in
  let raised = ref 0 in
  let call () =
    may_raise := true;
    f ();
    may_raise := false
  in
  every 0.000_1;
  Fun.protect
    ~finally:(fun () ->
      every 0.;
      Sys.set_signal Sys.sigalrm usual)
    (fun () ->
      for _ = 1 to 10_000 do
        match call () with
        | () -> ()
        | exception Signalled -> incr raised
      done);
  Check.is_true "signals have come" (!raised > 10)

(* A handler that raises ends [recv]; the subscriber can be used, and is freed, as ever. *)
let exceptions_while_one_receives () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      in_a_storm (fun () ->
          match Subscriber.recv_timeout subscriber ~timeout:0.000_02 with
          | `Empty -> ()
          | _ -> Check.fail "nothing was published");
      Publisher.publish_exn trades (Sample.trade 1);
      expect_trades subscriber 1 1;
      Subscriber.close subscriber;
      Check.int ~expected:0 (Publisher.subscribers trades))

(* A handler that raises ends [publish], before or behind the wait for room; the publisher is freed as ever. *)
let exceptions_while_one_publishes () =
  Bus.with_bus (Bus.create ~capacity:1 ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      let ended = Atomic.make false in
      let receive () = Atomic.set ended (Subscriber.iter ignore subscriber = Ok ()) in
      ignore (Thread.create receive ());
      in_a_storm (fun () ->
          Publisher.publish_exn trades (Sample.trade 1);
          ignore (Publisher.subscribers trades));
      Publisher.close trades;
      expect_soon "the end" (fun () -> Atomic.get ended))

(* Trades of which some raise as they are encoded. *)
module Raising_trade = struct
  include Market.Trade

  let is_raising = ref false

  let encode_into ?channel ?sequence trade buffer ~pos =
    if !is_raising then raise Exit;
    encode_into ?channel ?sequence trade buffer ~pos
end

(* The publisher's memory is used again, also behind an exception. *)
let memory_of_a_publisher () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Raising_trade) in
      let trade = Sample.trade 1 in
      let words () =
        let before = Gc.minor_words () in
        Publisher.publish_exn trades trade;
        int_of_float (Gc.minor_words () -. before)
      in
      let usual = words () in
      Raising_trade.is_raising := true;
      (match Publisher.publish trades trade with
      | _ -> Check.fail "it raises"
      | exception Exit -> Raising_trade.is_raising := false);
      Check.int ~expected:usual (words ()))

let two_handles_of_one_bus () =
  let one = Bus.create () in
  let two = Bus.of_address ~table:(Bus.table one) (Bus.address one) in
  let three = Bus.of_address (Bus.address two) in
  let subscriber = Subscriber.create three (module Market.Trade) in
  let trades = Publisher.create_exn two (module Market.Trade) in
  Bus.close one;
  Publisher.publish_exn trades (Sample.trade 1);
  expect_trades subscriber 1 1;
  Bus.shutdown two;
  Check.is_true "closed" (Publisher.publish trades (Sample.trade 0) = Error Publisher.Closed);
  expect_end subscriber;
  Bus.close two;
  Bus.close three

let topologies () =
  let path = Filename.temp_file "mycelium" ".toml" in
  let channel = open_out path in
  output_string channel "[[nodes]]\nname = \"engine\"\nservices = [\"execution\", \"risk\"]\n";
  close_out channel;
  let open_bus service =
    match Bus.from_topology ~path ~service with
    | Ok bus -> bus
    | Error why -> Check.fail "%s" why
  in
  Bus.with_bus (open_bus "execution") (fun execution ->
      Bus.with_bus (open_bus "risk") (fun risk ->
          let trades = Subscriber.create risk (module Market.Trade) in
          Publisher.publish_exn (Publisher.create_exn execution (module Market.Trade)) (Sample.trade 5);
          expect_trades trades 5 5));
  (match Bus.from_topology ~path ~service:"nobody" with
  | Ok _ -> Check.fail "there is no such service"
  | Error why -> Check.is_true why (String.length why > 0));
  Sys.remove path

let () =
  Check.run "shared bus"
    [
      ("in one process", in_one_process);
      ("a bus that is full", full);
      ("losses", losses);
      ("versions of a type", versions);
      ("frames", frames);
      ("exceptions of a handler", exceptions_are_reported);
      ("what is forgotten", forgotten);
      ("closed while one waits", closed_while_one_waits);
      ( "a publisher closed while it waits",
        closed_while_one_waits_for_room (fun _ trades -> Publisher.close trades) );
      ( "a bus closed while a publisher waits",
        closed_while_one_waits_for_room (fun bus _ -> Bus.close bus) );
      ("in an event loop", in_an_event_loop);
      ("interrupted", interrupted);
      ("exceptions while one receives", exceptions_while_one_receives);
      ("exceptions while one publishes", exceptions_while_one_publishes);
      ("memory of a publisher", memory_of_a_publisher);
      ("two handles of one bus", two_handles_of_one_bus);
      ("topologies", topologies);
    ]
