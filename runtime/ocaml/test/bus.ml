(* The bus: in one process, and with another process over each transport. *)

open Mycelium

(* The same topic as trades, of another version. *)
module Other_trade = struct
  include Market.Trade

  let digest = Mycelium_wire.Digest.of_bytes (String.make 32 '\x11')
end

let patience = 20.

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

let expect_trades subscriber count =
  for n = 0 to count - 1 do
    if not (Market.Trade.equal (next subscriber) (Sample.trade n)) then
      Check.fail "another trade than number %d" n
  done;
  expect_end subscriber

(* {1 One process} *)

let in_one_process () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let first = Subscriber.create bus (module Market.Trade) in
      let second = Subscriber.create bus (module Market.Trade) in
      Check.is_true "nothing yet" (Subscriber.try_recv first = `Empty);
      Check.int ~expected:2 (Publisher.subscribers trades);
      for n = 0 to 99 do
        Publisher.publish_exn trades (Sample.trade n)
      done;
      Publisher.close trades;
      expect_trades first 100;
      expect_trades second 100;
      Check.is_true "closed" (Publisher.publish trades (Sample.trade 0) = Error Publisher.Closed))

let exceptions_are_reported () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      let reported = ref 0 and seen = ref 0 in
      let handler (trade : Market.Trade.t) =
        incr seen;
        if Mycelium_wire.U64.(equal trade.trade_id (of_int 1)) then failwith "as planned"
      in
      let on_exception exn _ = if exn = Failure "as planned" then incr reported in
      let thread = Subscriber.handle ~on_exception handler subscriber in
      for n = 0 to 3 do
        Publisher.publish_exn trades (Sample.trade n)
      done;
      Publisher.close trades;
      Thread.join thread;
      Check.int ~expected:1 !reported;
      Check.int ~expected:4 !seen)

(* Who reports may fail as well, and the thread goes on: past a fault, and two exceptions. *)
let failing_reports () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let other = Publisher.create_exn bus (module Other_trade) in
      let subscriber = Subscriber.create bus (module Market.Trade) in
      Publisher.close other;
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let faults = ref 0 and exceptions = ref 0 and seen = ref 0 in
      let on_fault _ =
        incr faults;
        failwith "a report of a fault fails, as planned"
      in
      let on_exception exn _ =
        if exn = Failure "as planned" then incr exceptions;
        failwith "a report of an exception fails, as planned"
      in
      let handler (_ : Market.Trade.t) =
        incr seen;
        if !seen <= 2 then failwith "as planned"
      in
      let thread = Subscriber.handle ~on_exception ~on_fault handler subscriber in
      for n = 0 to 3 do
        Publisher.publish_exn trades (Sample.trade n)
      done;
      Publisher.close trades;
      Thread.join thread;
      Check.int ~expected:1 !faults;
      Check.int ~expected:2 !exceptions;
      Check.int ~expected:4 !seen)

(* One that nobody reads any more would stop its publishers, once it is full. *)
let forgotten_subscriber () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let forget () = ignore (Subscriber.create bus (module Market.Trade)) in
      (Sys.opaque_identity forget) ();
      let rec collect tries =
        Gc.full_major ();
        Thread.yield ();
        if Publisher.subscribers trades > 0 && tries > 0 then (
          Thread.delay 0.01;
          collect (tries - 1))
      in
      collect 1_000;
      Check.int ~expected:0 (Publisher.subscribers trades))

(* The call that waits is the last that knows of it: it is in use nevertheless. *)
let forgotten_while_it_waits () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let seen = ref 0 in
      let wait () =
        match Frames.recv_timeout (Frames.create bus [ "market.*" ]) ~timeout:patience with
        | `Message _ -> incr seen
        | `Fault _ | `Empty | `Ended -> ()
      in
      let thread = Thread.create (Sys.opaque_identity wait) () in
      Check.is_true "it is there" (Publisher.wait_for_subscribers trades 1 ~timeout:patience);
      for _ = 1 to 100 do
        Gc.full_major ();
        Thread.yield ()
      done;
      Publisher.publish_exn trades (Sample.trade 0);
      Thread.join thread;
      Check.int ~expected:1 !seen)

(* Threads have ascending numbers. *)
let number_of_thread () =
  let thread = Thread.create ignore () in
  Thread.join thread;
  Thread.id thread

(* What earlier tests forgot may take a thread or two of its own. *)
let closed_subscribers_take_no_thread () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let before = number_of_thread () in
      let close () =
        for _ = 1 to 100 do
          Subscriber.close (Subscriber.create bus (module Market.Trade))
        done
      in
      (Sys.opaque_identity close) ();
      for _ = 1 to 3 do
        Gc.full_major ()
      done;
      Check.is_true "threads of closed subscribers" (number_of_thread () - before < 50))

let frames_in_order () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let frames = Frames.create bus [ "market.*" ] in
      let trades = Publisher.create_exn bus (module Market.Trade) in
      let signals = Publisher.create_exn bus (module Market.Signal) in
      for n = 0 to 9 do
        Publisher.publish_exn trades (Sample.trade n);
        Publisher.publish_exn signals (Sample.signal n)
      done;
      Publisher.close trades;
      Publisher.close signals;
      let seen = ref [] in
      let note (frame : Frames.frame) = seen := frame.header.type_id :: !seen in
      Check.is_true "no fault" (Frames.iter note frames = Ok ());
      let expected = List.concat (List.init 10 (fun _ -> Market.[ Signal.type_id; Trade.type_id ])) in
      Check.is_true "in order" (!seen = expected))

let slow_subscriber () =
  let count = 3 * Mycelium_bus.Inbox.capacity in
  Bus.with_bus (Bus.create ()) (fun bus ->
      let subscriber = Subscriber.create bus (module Market.Trade) in
      let publish () =
        let trades = Publisher.create_exn bus (module Market.Trade) in
        for n = 0 to count - 1 do
          Publisher.publish_exn trades (Sample.trade n)
        done;
        Publisher.close trades
      in
      let publisher = Thread.create publish () in
      expect_trades subscriber count;
      Thread.join publisher)

let refused_value () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let trades = Publisher.create_exn bus (module Market.Trade) in
      match Publisher.publish trades { (Sample.trade 1) with symbol = String.make 17 'x' } with
      | Error (Invalid e) -> Check.string ~expected:"market.Trade.symbol" e.field
      | _ -> Check.fail "it was published")

let interrupted () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let subscriber = Subscriber.create bus (module Market.Trade) in
      let waiter = Thread.create (fun () -> expect_end subscriber) () in
      Bus.interrupt bus;
      Thread.join waiter)

let patterns () =
  let fits = Mycelium_bus.Selector.fits in
  let yes pattern name = Check.is_true (pattern ^ " fits " ^ name) (fits pattern name) in
  let no pattern name = Check.is_true (pattern ^ " does not fit " ^ name) (not (fits pattern name)) in
  yes "market.trades" "market.trades";
  yes "market.*" "market.trades";
  yes "*" "";
  yes "*.tr*s" "market.trades";
  yes "*a*b" "aab";
  no "market.*" "risk.verdicts";
  no "market" "market.trades";
  no "*a*b" "aba";
  no "market.*" "market.eu.trades";
  no "*" "market.trades";
  yes "market.>" "market.trades";
  yes "market.>" "market.eu.trades";
  no "market.>" "market.";
  yes "m*.e*.>" "market.eu.trades";
  let wishes = Mycelium_bus.Selector.(wishes (Patterns [ "market.>"; "a.*" ])) in
  let names = List.map (fun wish -> wish.Mycelium_bus.Selector.name) wishes in
  Check.is_true "peers are asked for all that fits" (names = [ "market.*"; "a.*" ]);
  Check.is_true "a peer's star" (Mycelium_bus.Selector.fits_wish "market.*" "market.eu.trades");
  (* Costs no more than its length says. *)
  no (String.concat "" (List.init 400 (fun _ -> "a*")) ^ "b") (String.make 1_000 'a')

(* {1 Two processes} *)

open Topologies

let peer path service work count =
  let arguments = [| "./peer.exe"; path; service; work; string_of_int count |] in
  Unix.create_process arguments.(0) arguments Unix.stdin Unix.stdout Unix.stderr

let expect_success pid =
  match Unix.waitpid [] pid with
  | _, WEXITED 0 -> ()
  | _ -> Check.fail "the other process failed"

let open_bus path service =
  match Bus.from_topology ~path ~service with
  | Ok bus -> bus
  | Error why -> Check.fail "%s" why

type trades = (module Mycelium_wire.Message.S with type t = Market.Trade.t)

let same : trades = (module Market.Trade)

(* A later version of the same, which still talks with the released one. *)
let later : trades =
  (module struct
    include Market.Trade

    let digest = "myc1:" ^ String.make 64 '1'
    let ancestors = [ Market.Trade.digest ]
  end)

(* The other process publishes, this one receives. *)
let receives ?(trade = same) ~here ~there endpoint () =
  with_topology (endpoint ()) (fun path ->
      Bus.with_bus (open_bus path here) (fun bus ->
          let trades = Subscriber.create bus trade in
          let pid = peer path there "publish" 20_000 in
          expect_trades trades 20_000;
          expect_success pid))

(* This process publishes, the other one receives. *)
let publishes ?(trade = same) ~here ~there endpoint () =
  with_topology (endpoint ()) (fun path ->
      let pid = peer path there "receive" 20_000 in
      Bus.with_bus (open_bus path here) (fun bus ->
          let trades = Publisher.create_exn bus trade in
          Check.is_true "a subscriber comes"
            (Publisher.wait_for_subscribers trades 1 ~timeout:patience);
          for n = 0 to 19_999 do
            Publisher.publish_exn trades (Sample.trade n)
          done;
          Publisher.close trades);
      expect_success pid)

let rec await_fault subscriber =
  match Subscriber.recv_timeout subscriber ~timeout:patience with
  | `Fault fault -> fault
  | `Message _ -> await_fault subscriber
  | `Empty -> Check.fail "no fault within %g s" patience
  | `Ended -> Check.fail "it ended in order"

let killed ~here ~there endpoint () =
  with_topology (endpoint ()) (fun path ->
      Bus.with_bus (open_bus path here) (fun bus ->
          let trades = Subscriber.create bus (module Market.Trade) in
          let pid = peer path there "publish" max_int in
          for _ = 1 to 100 do
            ignore (next trades)
          done;
          Unix.kill pid Sys.sigkill;
          ignore (Unix.waitpid [] pid);
          (match await_fault trades with
          | Peer_vanished { node } -> Check.string ~expected:there node
          | fault -> Check.fail "another fault: %s" (Fault.to_string fault));
          expect_end trades))

let other_digest ~here ~there endpoint () =
  with_topology (endpoint ()) (fun path ->
      Bus.with_bus (open_bus path here) (fun bus ->
          let trades = Subscriber.create bus (module Market.Trade) in
          let pid = peer path there "publish_other" 0 in
          (match await_fault trades with
          | Digest_mismatch { topic; ours; peer; _ } ->
              Check.string ~expected:"market.trades" topic;
              Check.string ~expected:Market.Trade.digest ours;
              Check.string ~expected:there peer
          | fault -> Check.fail "another fault: %s" (Fault.to_string fault));
          expect_success pid))

let another_topic endpoint () =
  with_topology (endpoint ()) (fun path ->
      Bus.with_bus (open_bus path "a") (fun here ->
          Bus.with_bus (open_bus path "b") (fun there ->
              let subscriber = Subscriber.create there (module Market.Trade) in
              let trades = Publisher.create_exn here (module Market.Trade) in
              let signals = Publisher.create_exn here (module Market.Signal) in
              Check.is_true "a subscriber comes"
                (Publisher.wait_for_subscribers trades 1 ~timeout:patience);
              Check.int ~expected:0 (Publisher.subscribers signals);
              ignore (Sys.opaque_identity subscriber))))

let over (kind, endpoint) =
  [
    (kind ^ ": receives as the owner", receives ~here:"b" ~there:"a" endpoint);
    (kind ^ ": receives as the guest", receives ~here:"a" ~there:"b" endpoint);
    (kind ^ ": publishes as the owner", publishes ~here:"b" ~there:"a" endpoint);
    (kind ^ ": publishes as the guest", publishes ~here:"a" ~there:"b" endpoint);
    (kind ^ ": a killed guest", killed ~here:"b" ~there:"a" endpoint);
    (kind ^ ": a killed owner", killed ~here:"a" ~there:"b" endpoint);
    (kind ^ ": another topic", another_topic endpoint);
    (kind ^ ": another digest", other_digest ~here:"b" ~there:"a" endpoint);
    (kind ^ ": receives of an ancestor", receives ~trade:later ~here:"b" ~there:"a" endpoint);
    (kind ^ ": publishes to an ancestor", publishes ~trade:later ~here:"b" ~there:"a" endpoint);
  ]

let rec read_all fd text =
  let chunk = Bytes.create 4096 in
  match Unix.read fd chunk 0 4096 with
  | 0 -> text
  | count -> read_all fd (text ^ Bytes.sub_string chunk 0 count)
  | exception Unix.Unix_error (ECONNRESET, _, _) -> text

(* What control frames say, one behind the other. *)
let rec control_frames text pos =
  match Mycelium_wire.Frame.split ~pos text with
  | _, stop ->
      let frame = String.sub text pos (stop - pos) in
      Result.get_ok (Mycelium_bus.Control_frame.parse frame) :: control_frames text stop
  | exception Mycelium_wire.Error.Error _ -> []

(* Somebody who does not speak the language is told so, and nobody else notices. *)
let stranger () =
  let _, endpoint = List.hd endpoints in
  with_topology (endpoint ()) (fun path ->
      Bus.with_bus (open_bus path "b") (fun bus ->
          let trades = Subscriber.create bus (module Market.Trade) in
          let socket = Filename.concat (Filename.dirname path) "sockets/b.sock" in
          let fd = Mycelium_bus.Unix_socket.connect socket in
          ignore (Unix.write_substring fd "GET / HTTP/1.1\r\n\r\n" 0 18);
          let said = control_frames (read_all fd "") 0 in
          Unix.close fd;
          (match said with
          | [ Hello { node = "b"; _ }; Goodbye { reason } ] ->
              Check.is_true "a reason" (reason <> "")
          | _ -> Check.fail "%d other frames" (List.length said));
          let pid = peer path "a" "publish" 10 in
          expect_trades trades 10;
          expect_success pid))

(* A node that the topology does not name is told so, and who may come. *)
let unknown_node () =
  let _, endpoint = List.hd endpoints in
  with_topology (endpoint ()) (fun path ->
      Bus.with_bus (open_bus path "b") (fun _ ->
          let socket = Filename.concat (Filename.dirname path) "sockets/b.sock" in
          let fd = Mycelium_bus.Unix_socket.connect socket in
          let hello = Mycelium_bus.Control_frame.hello ~node:"nobody" ~service:"a" in
          ignore (Unix.write_substring fd hello 0 (String.length hello));
          let said = control_frames (read_all fd "") 0 in
          Unix.close fd;
          match said with
          | [ Hello { node = "b"; _ }; Goodbye { reason } ] ->
              Check.string reason
                ~expected:
                  "node `nobody` is not expected here, but one of: a; use the same topology on both \
                   sides"
          | _ -> Check.fail "%d other frames" (List.length said)))

let bad_topology () =
  (match Bus.from_topology ~path:"nowhere.toml" ~service:"a" with
  | Ok _ -> Check.fail "a bus from nowhere"
  | Error why -> Check.is_true why (String.length why > 0));
  with_topology "" (fun path ->
      match Bus.from_topology ~path ~service:"c" with
      | Ok _ -> Check.fail "a bus for a service that is not there"
      | Error why -> Check.is_true why (String.length why > 0))

let () =
  Check.run "bus"
    ([
       ("in one process", in_one_process);
       ("an exception in a handler", exceptions_are_reported);
       ("reports that fail", failing_reports);
       ("a subscriber that is forgotten", forgotten_subscriber);
       ("one that is forgotten while it waits", forgotten_while_it_waits);
       ("subscribers that are closed", closed_subscribers_take_no_thread);
       ("frames of several topics", frames_in_order);
       ("a slow subscriber", slow_subscriber);
       ("a value that does not fit", refused_value);
       ("interrupted", interrupted);
       ("patterns", patterns);
       ("a stranger", stranger);
       ("a node that the topology does not name", unknown_node);
       ("bad topologies", bad_topology);
     ]
    @ List.concat_map over endpoints)
