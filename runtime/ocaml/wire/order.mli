(** Order of values, in step with {!Equal}: [f a b = 0] where they are equal.

    Numbers go by size, text and bytes by their bytes, arrays item by item and then by length,
    [None] comes first. A NaN comes before every other float. *)

val bool : bool -> bool -> int
val int : int -> int -> int
val i64 : int64 -> int64 -> int
val string : string -> string -> int
val f32 : float -> float -> int
val f64 : float -> float -> int
val option : ('a -> 'a -> int) -> 'a option -> 'a option -> int
val array : ('a -> 'a -> int) -> 'a array -> 'a array -> int

val floats : floatarray -> floatarray -> int

(** [map compare compare_values a b] is for lists of pairs, in any order: pair by pair, ascending by
    key. *)
val map : ('k -> 'k -> int) -> ('v -> 'v -> int) -> ('k * 'v) list -> ('k * 'v) list -> int
