(** Unsigned 128-bit integers, as two halves: [hi * 2{^64} + lo], both read without a sign. *)

type t = { hi : int64; lo : int64 }

val zero : t
val max_value : t

(** [of_int n] is [n].
    @raise Invalid_argument where [n < 0]. *)
val of_int : int -> t

val of_u64 : U64.t -> t

(** [of_string "17"] is [Some (of_int 17)]; [None] for anything but decimal digits, and for
    numbers above {!max_value}. *)
val of_string : string -> t option

val to_string : t -> string
val equal : t -> t -> bool
val compare : t -> t -> int
val pp : Format.formatter -> t -> unit
