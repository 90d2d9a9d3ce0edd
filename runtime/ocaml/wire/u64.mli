(** Unsigned 64-bit integers: the bits of an [int64], compared and printed without a sign.

    [to_string (of_bits (-1L))] is ["18446744073709551615"]. Arithmetic wraps modulo 2{^64}. *)

type t = private int64

val zero : t
val one : t
val max_value : t

(** [of_bits i] has the bits of [i]: [of_bits (-1L)] is {!max_value}. *)
external of_bits : int64 -> t = "%identity"

(** [to_bits (of_bits i)] is [i]. *)
external to_bits : t -> int64 = "%identity"

(** [of_int n] is [n].
    @raise Invalid_argument where [n < 0]. *)
val of_int : int -> t

(** [to_int u] is [Some n] where [u] is at most [max_int]. *)
val to_int : t -> int option

(** [of_string "17"] is [Some (of_int 17)]; [None] for anything but decimal digits, and for
    numbers above {!max_value}. *)
val of_string : string -> t option

val to_string : t -> string

(** [to_float u] is the nearest float. *)
val to_float : t -> float

val equal : t -> t -> bool

(** [compare (of_bits (-1L)) one > 0]. *)
val compare : t -> t -> int

val add : t -> t -> t
val sub : t -> t -> t
val mul : t -> t -> t

(** @raise Division_by_zero where the divisor is {!zero}. *)
val div : t -> t -> t

(** @raise Division_by_zero where the divisor is {!zero}. *)
val rem : t -> t -> t

val succ : t -> t
val logand : t -> t -> t
val logor : t -> t -> t
val logxor : t -> t -> t
val lognot : t -> t
val shift_left : t -> int -> t
val shift_right : t -> int -> t
val pp : Format.formatter -> t -> unit
