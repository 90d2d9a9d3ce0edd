(** Equality of values: that of their bytes.

    Floats are equal where their bits are: [f64 nan nan], and not [f64 0. (-0.)]. *)

val bool : bool -> bool -> bool
val int : int -> int -> bool
val i64 : int64 -> int64 -> bool
val string : string -> string -> bool
val f32 : float -> float -> bool
val f64 : float -> float -> bool
val option : ('a -> 'a -> bool) -> 'a option -> 'a option -> bool
val array : ('a -> 'a -> bool) -> 'a array -> 'a array -> bool

val floats : floatarray -> floatarray -> bool

(** [map compare equal a b] is for lists of pairs, in any order, whose keys [compare] orders. *)
val map : ('k -> 'k -> int) -> ('v -> 'v -> bool) -> ('k * 'v) list -> ('k * 'v) list -> bool
