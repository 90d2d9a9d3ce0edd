(* Promises of messages: of one that is there, of one that comes later, of the end. *)

open Mycelium_bus

let ( >>= ) = Lwt.bind

let with_topic f () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let subscriber = Subscriber.create bus (module Market.Trade) in
      Lwt_main.run (f (Publisher.create_exn bus (module Market.Trade)) subscriber))

let expect n = function
  | Ok (Some trade) -> Check.is_true "the trade" (Market.Trade.equal trade (Sample.trade n))
  | Ok None -> Check.fail "it ended"
  | Error fault -> Check.fail "%s" (Fault.to_string fault)

let later publisher subscriber =
  let first = Mycelium_lwt.recv subscriber in
  Check.is_true "it waits" (Lwt.state first = Lwt.Sleep);
  ignore (Thread.create (fun () -> Publisher.publish_exn publisher (Sample.trade 1)) ());
  first >>= fun trade ->
  expect 1 trade;
  Mycelium_lwt.publish publisher (Sample.trade 2) >>= fun published ->
  Check.is_true "published" (published = Ok ());
  Mycelium_lwt.recv subscriber >>= fun trade ->
  expect 2 trade;
  Lwt.return_unit

let to_the_end publisher subscriber =
  let seen = ref 0 in
  let publish () =
    for n = 0 to 9_999 do
      Publisher.publish_exn publisher (Sample.trade n)
    done;
    Publisher.close publisher
  in
  let thread = Thread.create publish () in
  let count _ =
    incr seen;
    Lwt.return_unit
  in
  Mycelium_lwt.iter count subscriber >>= fun outcome ->
  Thread.join thread;
  Check.is_true "the end" (outcome = Ok ());
  Check.int ~expected:10_000 !seen;
  Lwt.return_unit

(* Nobody waits for a message to be out before the next one goes. *)
let in_order publisher subscriber =
  let count = 2_000 in
  let published =
    List.init count (fun n -> Mycelium_lwt.publish publisher (Sample.trade n))
  in
  let rec receive n =
    if n = count then Lwt.return_unit
    else
      Mycelium_lwt.recv subscriber >>= fun trade ->
      expect n trade;
      receive (n + 1)
  in
  receive 0 >>= fun () ->
  Lwt.all published >>= fun published ->
  Check.is_true "published" (List.for_all (fun outcome -> outcome = Ok ()) published);
  Lwt.return_unit

let cancelled publisher subscriber =
  let first = Mycelium_lwt.recv subscriber in
  Lwt.cancel first;
  Publisher.publish_exn publisher (Sample.trade 3);
  Mycelium_lwt.recv subscriber >>= fun trade ->
  expect 3 trade;
  Lwt.return_unit

let () =
  Check.run "lwt"
    [
      ("a message that comes later", with_topic later);
      ("to the end", with_topic to_the_end);
      ("in order", with_topic in_order);
      ("a promise that is cancelled", with_topic cancelled);
    ]
