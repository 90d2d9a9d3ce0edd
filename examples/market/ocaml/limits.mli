(** What may be traded: a position in each instrument, and a limit to it. *)

open Market

type t

val create : unit -> t

(** [note_trade t trade] remembers the last trades of an instrument, newest first, at most four. *)
val note_trade : t -> Trade.t -> unit

(** [last_trades t symbol] is what {!note_trade} remembers, with prices and quantities. *)
val last_trades : t -> string -> (Price.t * Quantity.t) array

(** [decide t signal] approves what the limit leaves room for and moves the position by it, or
    rejects the signal where that is nothing. *)
val decide : t -> Signal.t -> Decision.t
