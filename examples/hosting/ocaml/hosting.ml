(* OCaml hosts Rust: a strategy of OCaml sends signals, and a risk service of Rust, in the same process and on
   the same bus, answers each of them. Exits with 0 if all answers are right. *)

open Mycelium_shared
open Mycelium_wire

let signals = 20_000
let failed fmt = Printf.ksprintf (fun text -> prerr_endline text; exit 1) fmt

let signal number =
  let now = Timestamp.of_ns 0L and price = Decimal.S8.of_int 61_250 in
  Market.Signal.make ~event_time:now ~sent_time:now ~signal_id:(U64.of_int number) ~symbol:"BTCUSDT"
    ~side:Buy ~price
    ~quantity:(Decimal.S8.of_int (1 + (number mod 9)))
    ~confidence:0.75 ~mid:price ~strategy:"mean reversion" ()

(* Sends in a thread of its own: the bus is bounded, and whoever sends waits for who receives. *)
let send bus () =
  let publisher = Publisher.create_exn bus (module Market.Signal) in
  if not (Publisher.wait_for_subscribers publisher 1 ~timeout:20.) then failed "nobody judges signals";
  for number = 0 to signals - 1 do
    Publisher.publish_exn publisher (signal number)
  done;
  Publisher.close publisher

let check number (verdict : Market.Verdict.t) =
  let sent = signal number in
  match verdict.decision with
  | Approved { quantity; _ }
    when U64.equal verdict.signal_id sent.signal_id && Decimal.S8.equal quantity sent.quantity ->
      ()
  | _ -> failed "another verdict than the one on signal %d" number

let rec receive verdicts number =
  match Subscriber.recv verdicts with
  | Ok (Some verdict) ->
      check number verdict;
      receive verdicts (number + 1)
  | Ok None -> number
  | Error fault -> failed "%s" (Fault.to_string fault)

let () =
  Bus.with_bus (Bus.create ()) (fun bus ->
      let verdicts = Subscriber.create bus (module Market.Verdict) in
      Rust_services.start_risk bus;
      let sender = Thread.create (send bus) () in
      let count = receive verdicts 0 in
      Thread.join sender;
      if count <> signals then failed "%d verdicts on %d signals" count signals;
      Printf.printf "%d signals of OCaml, judged by Rust\n" count)
