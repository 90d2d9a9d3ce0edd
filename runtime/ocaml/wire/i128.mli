(** Signed 128-bit integers, as two halves of a two's complement number: [hi * 2{^64} + lo],
    where [hi] carries the sign and [lo] is read without one. *)

type t = { hi : int64; lo : int64 }

val zero : t
val min_value : t
val max_value : t
val of_int : int -> t
val of_int64 : int64 -> t

(** [of_string "-17"] is [Some (of_int (-17))]; [None] for anything but an optional [-] and
    decimal digits, and for numbers out of range. *)
val of_string : string -> t option

val to_string : t -> string

(** [neg min_value] is [min_value]. *)
val neg : t -> t

val equal : t -> t -> bool
val compare : t -> t -> int
val pp : Format.formatter -> t -> unit
