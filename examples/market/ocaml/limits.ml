open Market

let max_position = Quantity.of_string_exn "2"
let max_last_trades = 4

type instrument = {
  mutable position : Quantity.t;
  mutable trades : (Price.t * Quantity.t) list;  (** newest first, at most [max_last_trades] *)
}

type t = (string, instrument) Hashtbl.t

let create () = Hashtbl.create 8

let instrument t symbol =
  match Hashtbl.find_opt t symbol with
  | Some known -> known
  | None ->
      let fresh = { position = Quantity.zero; trades = [] } in
      Hashtbl.add t symbol fresh;
      fresh

let note_trade t (trade : Trade.t) =
  let instrument = instrument t trade.symbol in
  let older = List.filteri (fun i _ -> i < max_last_trades - 1) instrument.trades in
  instrument.trades <- (trade.price, trade.quantity) :: older

let last_trades t symbol = Array.of_list (instrument t symbol).trades

let signed (side : Side.t) quantity =
  match side with Buy -> quantity | Sell -> Quantity.neg quantity

(* How far the position may still go in the signal's direction. *)
let room instrument side = Quantity.sub max_position (signed side instrument.position)

let decide t (signal : Signal.t) =
  let instrument = instrument t signal.symbol in
  let room = room instrument signal.side in
  let quantity = if Quantity.compare room signal.quantity < 0 then room else signal.quantity in
  if Quantity.compare quantity Quantity.zero > 0 then (
    let position_after = Quantity.add instrument.position (signed signal.side quantity) in
    instrument.position <- position_after;
    Decision.Approved (Approval.make ~quantity ~position_after ()))
  else
    let actual = Quantity.add instrument.position (signed signal.side signal.quantity) in
    Decision.Rejected (Rejection.make ~rule:"max_position" ~limit:max_position ~actual ())
