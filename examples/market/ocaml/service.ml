open Market
open Mycelium

type t = {
  verdicts : Verdict.t Publisher.t;
  limits : Limits.t;
  published : Tally.t;
  received : (string * Tally.t) list;  (** by topic *)
  mutable rejected : int list;  (** numbers of signals, newest first *)
}

let messages : (module Mycelium_wire.Message.S) list =
  [ (module BookTicker); (module Trade); (module DepthUpdate); (module Snapshot); (module Signal) ]

let create verdicts =
  let tally (module M : Mycelium_wire.Message.S) = (M.topic, Tally.create ()) in
  {
    verdicts;
    limits = Limits.create ();
    published = Tally.create ();
    received = List.map tally messages;
    rejected = [];
  }

let tally t topic = List.assoc topic t.received

(* Decodes, accounts, encodes again: what is hashed is what was understood. *)
let account (type a) t (module M : Mycelium_wire.Message.S with type t = a) (frame : Frames.frame)
    ~sent ~levels ~traded =
  let message = M.of_frame_exn frame.bytes in
  let tally = tally t M.topic in
  Tally.note_latency tally ~sent:(sent message);
  Tally.record tally (M.to_frame message) ~levels:(levels message) ~traded:(traded message);
  message

let no_levels _ = 0
let nothing _ = Quantity.zero

let on_ticker t frame =
  let sent (ticker : BookTicker.t) = ticker.sent_time in
  ignore (account t (module BookTicker) frame ~sent ~levels:no_levels ~traded:nothing)

let on_trade t frame =
  let sent (trade : Trade.t) = trade.sent_time and traded (trade : Trade.t) = trade.quantity in
  Limits.note_trade t.limits (account t (module Trade) frame ~sent ~levels:no_levels ~traded)

let on_update t frame =
  let sent (update : DepthUpdate.t) = update.sent_time in
  let levels (update : DepthUpdate.t) = Array.length update.bids + Array.length update.asks in
  ignore (account t (module DepthUpdate) frame ~sent ~levels ~traded:nothing)

let on_snapshot t frame =
  let sent (snapshot : Snapshot.t) = snapshot.sent_time in
  let levels (snapshot : Snapshot.t) = Array.length snapshot.bids + Array.length snapshot.asks in
  ignore (account t (module Snapshot) frame ~sent ~levels ~traded:nothing)

let answer t (signal : Signal.t) =
  let decision = Limits.decide t.limits signal in
  let verdict =
    Verdict.make ~sent_time:(Clock.now ()) ~signal_sent_time:signal.sent_time
      ~signal_id:signal.signal_id ~symbol:signal.symbol ~decision
      ~last_trades:(Limits.last_trades t.limits signal.symbol)
      ()
  in
  Publisher.publish_exn t.verdicts verdict;
  Tally.record t.published (Verdict.to_frame verdict) ~levels:0 ~traded:Quantity.zero;
  match (decision, Mycelium_wire.U64.to_int signal.signal_id) with
  | Rejected _, Some id -> t.rejected <- id :: t.rejected
  | _ -> ()

let on_signal t frame =
  let sent (signal : Signal.t) = signal.sent_time in
  answer t (account t (module Signal) frame ~sent ~levels:no_levels ~traded:nothing)

let take t (frame : Frames.frame) =
  let type_id = frame.header.type_id in
  if type_id = BookTicker.type_id then on_ticker t frame
  else if type_id = Trade.type_id then on_trade t frame
  else if type_id = DepthUpdate.type_id then on_update t frame
  else if type_id = Snapshot.type_id then on_snapshot t frame
  else on_signal t frame

let note_lost t ~topic count = Tally.add_lost (tally t topic) count

let progress t =
  let sum of_tally = List.fold_left (fun sum (_, tally) -> sum + of_tally tally) 0 t.received in
  (sum Tally.count, sum Tally.lost)

let write_report t ~folder =
  Report.write ~folder
    ~published:[ (Verdict.topic, t.published) ]
    ~received:t.received ~rejected:t.rejected
