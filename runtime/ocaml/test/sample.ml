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

(* {1 Maps, identifiers, constraints, defaults} *)

let wide n = U256.{ hi = U128.of_int n; lo = U128.of_int (n + 1) }
let uuid n = Option.get (Uuid.of_bytes (Printf.sprintf "%016d" n))

(* Keys as they come: neither in order nor, taken modulo a prime, there twice. *)
let keyed n value = List.init (n mod 11) (fun i -> (7 * (i + n) mod 13, value i))

let maps n =
  Vectors_maps.Values.make
    ~texts:(keyed n (fun i -> String.make i 't'))
    ~lists:(keyed n (fun i -> Array.make i i))
    ~maps:(List.map (fun (k, v) -> (string_of_int k, v)) (keyed n (fun i -> keyed i string_of_int)))
    ~notes:(keyed n (fun i -> Vectors_maps.Note.make ~text:(string_of_int i) ()))
    ~maybe:(keyed n (fun i -> if i land 1 = 0 then None else Some i))
    ~pairs:(keyed n (fun i -> (i, String.make (i + 1) 'p')))
    ()

let wides n =
  Vectors_maps.Wides.make
    ~signed:(keyed n Fun.id |> List.map (fun (k, v) -> (I128.of_int (k - 6), v)))
    ~unsigned:(keyed n Fun.id |> List.map (fun (k, v) -> (U128.of_int k, v)))
    ~widest:(keyed n Fun.id |> List.map (fun (k, v) -> (wide k, v)))
    ~ids:(keyed n Fun.id |> List.map (fun (k, v) -> (uuid k, v)))
    ()

let identifiers n =
  Vectors_identifiers.Identifiers.make ~flag:true ~id:(uuid n) ~wide:(wide n)
    ?maybe_id:(if n land 1 = 0 then None else Some (uuid n))
    ~ids:(Array.init (n mod 4) uuid)
    ~wides:(Array.init (n mod 3) wide)
    ~pair:(1, wide n, 2, uuid n)
    ~bounded:(Array.init (n mod 3) uuid)
    ()

let lengths n =
  Vectors_constraints.Lengths.make
    ~text:(String.make (1 + (n mod 4)) 't')
    ~short:"s"
    ~raw:(String.make (2 + n) 'r')
    ~bounded:"" ~list:[| n |] ~items:"\001"
    ~map:[ (n land 0xFF, 1) ]
    ?maybe:(if n land 1 = 0 then None else Some "m")
    ()

let grown n = Vectors_defaults.Grown.make ~id:(U64.of_int n) ()
