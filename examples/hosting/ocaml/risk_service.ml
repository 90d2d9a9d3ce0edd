(* A service of OCaml for a program whose main is Rust: it answers each signal by a verdict, and ends once all who
   publish signals have closed. *)

open Mycelium_shared
open Mycelium_wire

let verdict_on (signal : Market.Signal.t) =
  let now = Timestamp.of_ns 0L and quantity = signal.quantity in
  Market.Verdict.make ~sent_time:now ~signal_sent_time:signal.sent_time ~signal_id:signal.signal_id
    ~symbol:signal.symbol
    ~decision:(Approved (Market.Approval.make ~quantity ~position_after:quantity ()))
    ~last_trades:[||]
    ()

let run address =
  Bus.with_bus (Bus.of_address address) (fun bus ->
      let signals = Subscriber.create bus (module Market.Signal) in
      let verdicts = Publisher.create_exn bus (module Market.Verdict) in
      let judge signal = Publisher.publish_exn verdicts (verdict_on signal) in
      match Subscriber.iter judge signals with
      | Ok () -> ()
      | Error fault -> failwith (Fault.to_string fault))

let () = Callback.register "hosting_risk_service" run
