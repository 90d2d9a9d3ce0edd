(** Magnitudes of 128 bits: what {!Decimal} has between a product and its quotient. All words are read without a
    sign. *)

type t = U128.t = { hi : int64; lo : int64 }

val of_word : int64 -> t

(** [product a b] is [a * b]: it always fits. *)
val product : int64 -> int64 -> t

(** [times w n] is [w * n]; [None] where that does not fit. *)
val times : t -> int64 -> t option

(** [divide w d] is the quotient and the remainder, for [0 < d <= 2{^63}]. *)
val divide : t -> int64 -> t * int64

val compare : t -> t -> int
