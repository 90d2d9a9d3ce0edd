(** Unsigned 256-bit integers, as two halves: [hi * 2{^128} + lo]. They are held, compared, shown
    and converted, not computed with. *)

type t = { hi : U128.t; lo : U128.t }

val zero : t
val max_value : t

(** [of_int n] is [n].
    @raise Invalid_argument where [n < 0]. *)
val of_int : int -> t

val of_u64 : U64.t -> t
val of_u128 : U128.t -> t

(** [of_string "17"] is [Some (of_int 17)]; [None] for anything but decimal digits, and for
    numbers above {!max_value}. *)
val of_string : string -> t option

(** @raise Invalid_argument where {!of_string} gives [None]. *)
val of_string_exn : string -> t

val to_string : t -> string

(** The number with these 32 bytes, the most significant first, as hashes are written; [None] where
    there are not 32. *)
val of_be_bytes : string -> t option

(** [of_be_bytes (to_be_bytes u)] is [Some u]. *)
val to_be_bytes : t -> string

val equal : t -> t -> bool
val compare : t -> t -> int
val pp : Format.formatter -> t -> unit
