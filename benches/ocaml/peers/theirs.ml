(* The same messages as plain OCaml types, encoded by bin_prot and by Marshal. *)

open Bin_prot.Std

type venue = Binance | Simulator | Other of int [@@deriving bin_io]
type side = Buy | Sell [@@deriving bin_io]
type level = { price : int64; quantity : int64 } [@@deriving bin_io]

type trade = {
  event_time : int64;
  sent_time : int64;
  trade_id : int64;
  symbol : string;
  venue : venue;
  side : side;
  flags : int;
  price : int64;
  quantity : int64;
}
[@@deriving bin_io]

type book = {
  event_time : int64;
  sent_time : int64;
  last_update_id : int64;
  symbol : string;
  venue : venue;
  bids : level array;
  asks : level array;
}
[@@deriving bin_io]

type readings = floatarray [@@deriving bin_io]

let venue_of : Market.Venue.t -> venue = function
  | Binance -> Binance
  | Simulator -> Simulator
  | Unknown n -> Other n

let side_of : Market.Side.t -> side = function
  | Buy -> Buy
  | Sell -> Sell

let level_of (level : Market.Level.t) =
  {
    price = Mycelium_wire.Decimal.S8.mantissa level.price;
    quantity = Mycelium_wire.Decimal.S8.mantissa level.quantity;
  }

let trade_of (trade : Market.Trade.t) : trade =
  {
    event_time = Mycelium_wire.Timestamp.to_ns trade.event_time;
    sent_time = Mycelium_wire.Timestamp.to_ns trade.sent_time;
    trade_id = Mycelium_wire.U64.to_bits trade.trade_id;
    symbol = trade.symbol;
    venue = venue_of trade.venue;
    side = side_of trade.side;
    flags = Market.TradeFlags.to_bits trade.flags;
    price = Mycelium_wire.Decimal.S8.mantissa trade.price;
    quantity = Mycelium_wire.Decimal.S8.mantissa trade.quantity;
  }

let book_of (book : Market.Snapshot.t) =
  {
    event_time = Mycelium_wire.Timestamp.to_ns book.event_time;
    sent_time = Mycelium_wire.Timestamp.to_ns book.sent_time;
    last_update_id = Mycelium_wire.U64.to_bits book.last_update_id;
    symbol = book.symbol;
    venue = venue_of book.venue;
    bids = Array.map level_of book.bids;
    asks = Array.map level_of book.asks;
  }
