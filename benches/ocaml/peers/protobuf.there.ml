(* The same by ocaml-protoc: its records, its encoder, which keeps its room, and its decoder. *)

module Pb = Theirs_pb

let name = "ocaml-protoc"

let venue_of : Theirs.venue -> Pb.venue = function
  | Binance -> Binance
  | Simulator -> Simulator
  | Other _ -> Venue_unspecified

let side_of : Theirs.side -> Pb.side = function
  | Buy -> Buy
  | Sell -> Sell

let level_of ({ price; quantity } : Theirs.level) = Pb.make_level ~price ~quantity ()

let trade_of (trade : Theirs.trade) =
  Pb.make_trade ~event_time:trade.event_time ~sent_time:trade.sent_time ~trade_id:trade.trade_id
    ~symbol:trade.symbol ~venue:(venue_of trade.venue) ~side:(side_of trade.side)
    ~flags:(Int32.of_int trade.flags) ~price:trade.price ~quantity:trade.quantity ()

let levels_of levels = List.map level_of (Array.to_list levels)

let book_of (book : Theirs.book) =
  Pb.make_book ~event_time:book.event_time ~sent_time:book.sent_time
    ~last_update_id:book.last_update_id ~symbol:book.symbol ~venue:(venue_of book.venue)
    ~bids:(levels_of book.bids) ~asks:(levels_of book.asks) ()

let codec group encode decode value =
  let encoder = Pbrt.Encoder.create () in
  encode value encoder;
  let encoded = Pbrt.Encoder.to_string encoder in
  let bytes = String.length encoded in
  let again () =
    Pbrt.Encoder.clear encoder;
    encode value encoder
  in
  [
    Rounds.case (group ^ " encode") name ~bytes again;
    Rounds.case (group ^ " decode") name ~bytes (fun () -> decode (Pbrt.Decoder.of_string encoded));
  ]

let sum levels =
  List.fold_left
    (fun sum (level : Pb.level) -> Int64.add sum (Int64.add level.price level.quantity))
    0L levels

let read_book book =
  let encoder = Pbrt.Encoder.create () in
  Pb.encode_pb_book book encoder;
  let encoded = Pbrt.Encoder.to_string encoder in
  Rounds.case "book read" name (fun () ->
      let book = Pb.decode_pb_book (Pbrt.Decoder.of_string encoded) in
      Int64.add (sum book.bids) (sum book.asks))

let cases ~trade ~book ~values =
  let book = book_of book in
  let readings = Pb.make_readings ~values:(Array.to_list values) () in
  codec "trade" Pb.encode_pb_trade Pb.decode_pb_trade (trade_of trade)
  @ codec "book" Pb.encode_pb_book Pb.decode_pb_book book
  @ (read_book book :: codec "floats" Pb.encode_pb_readings Pb.decode_pb_readings readings)
