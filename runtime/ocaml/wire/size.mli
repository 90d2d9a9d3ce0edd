(** Where the tail of a payload ends: the exact-size pass before encoding.

    Each function takes the position (from the start of the tail) where the tail ended before a
    value, and gives the one where it ends behind it. *)

(** [string s at] is [at + String.length s]; for [bytes] too. *)
val string : string -> int -> int

(** [list ~align ~size items at] is for items that put nothing into the tail themselves. *)
val list : align:int -> size:int -> 'a array -> int -> int

(** [floats items at] is for the items of a [[f64]]. *)
val floats : floatarray -> int -> int

(** [list_of ~align ~size item items at] is for items that do, each by [item]. *)
val list_of : align:int -> size:int -> ('a -> int -> int) -> 'a array -> int -> int

(** [each item items at] is for the items of an array or a bounded list. *)
val each : ('a -> int -> int) -> 'a array -> int -> int

(** [map ~align ~size pairs at] is for pairs that put nothing into the tail themselves. *)
val map : align:int -> size:int -> ('k * 'v) list -> int -> int

(** [map_of ~align ~size ~compare pair pairs at] is for pairs that do, each by [pair], in the order
    of their keys. *)
val map_of :
  align:int ->
  size:int ->
  compare:('k -> 'k -> int) ->
  ('k * 'v -> int -> int) ->
  ('k * 'v) list ->
  int ->
  int

(** [option item v at] is [at] for [None]. *)
val option : ('a -> int -> int) -> 'a option -> int -> int

(** [embedded payload at] is for a payload of so many bytes inside the tail, with its prefix. *)
val embedded : int -> int -> int

(** [unknown payload at] is for an arm that is not known. *)
val unknown : string -> int -> int

(** [payload ~block tail_end] is the size of a payload. *)
val payload : block:int -> int -> int
