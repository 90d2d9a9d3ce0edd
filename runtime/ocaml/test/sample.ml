(* Messages of the market, from simple numbers. *)

open Mycelium_wire

let timestamp n = Timestamp.of_ns (Int64.of_int n)
let price n = Market.Price.of_mantissa (Int64.of_int n)
let level n = Market.Level.make ~price:(price (61_250 * n)) ~quantity:(price n) ()

let trade n =
  Market.Trade.make ~event_time:(timestamp n) ~sent_time:(timestamp (n + 1))
    ~trade_id:(U64.of_int n) ~symbol:"BTCUSDT" ~venue:Market.Venue.Binance
    ~side:(if n land 1 = 0 then Buy else Sell)
    ~flags:Market.TradeFlags.buyer_is_maker ~price:(price (61_250_00 * n)) ~quantity:(price n) ()

let depth n =
  Market.DepthUpdate.make ~event_time:(timestamp n) ~sent_time:(timestamp n)
    ~first_update_id:(U64.of_int n)
    ~last_update_id:(U64.of_int (n + 7))
    ~previous_update_id:(U64.of_int n)
    ~symbol:"ETHUSDT" ~venue:(Market.Venue.Unknown 77)
    ~bids:(Array.init (n mod 20) level)
    ~asks:(Array.init (n mod 30) level)
    ()

let signal n =
  Market.Signal.make ~event_time:(timestamp n) ~sent_time:(timestamp n) ~signal_id:(U64.of_int n)
    ~symbol:"BTCUSDT" ~side:Buy ~price:(price n) ~quantity:(price n) ~confidence:0.25
    ~mid:(price n) ~strategy:"mean reversion, für alle" ()

let verdict n =
  let decision : Market.Decision.t =
    match n mod 3 with
    | 0 -> Approved (Market.Approval.make ~quantity:(price n) ~position_after:(price (2 * n)) ())
    | 1 ->
        Rejected
          (Market.Rejection.make ~rule:"position" ~limit:(price 10) ~actual:(price n) ())
    | _ -> Unknown { tag = 9; payload = "\x08\000\000\000\000\000\000\00012345678" }
  in
  Market.Verdict.make ~sent_time:(timestamp n) ~signal_sent_time:(timestamp n)
    ~signal_id:(U64.of_int n) ~symbol:"BTCUSDT" ~decision
    ~last_trades:(Array.init (n mod 5) (fun i -> (price i, price (i * i))))
    ()
