(** Maps as lists of pairs: in any order where they are made, ascending by key in bytes. *)

(** [sorted compare pairs] is [pairs] in ascending order of their keys; pairs of one key stay in
    order. *)
val sorted : ('k -> 'k -> int) -> ('k * 'v) list -> ('k * 'v) list

(** [repeated compare sorted] is the first key that is there twice. *)
val repeated : ('k -> 'k -> int) -> ('k * 'v) list -> 'k option
