(** Writing the bytes of values: what the encoders of generated modules are made of.

    The size of a frame is computed first ({!Size}), room of exactly that size is taken, and the
    functions here fill it: every byte, padding included, so that equal values give equal
    bytes whatever the room held. Stores into the block are unchecked; each item of the tail is
    checked against the room's end, since a value with mutable parts (arrays) could have been
    changed on the way.

    A value that its field cannot hold (a bounded string that is too long, text that is not UTF-8,
    300 in a [u8]) raises {!Error.Error} of kind [Range], which names [field]. Generated modules hold
    values to the constraints of their fields besides, by {!Rule}. *)

(** What is known of a payload's tail while its bytes are written. *)
type t = {
  tail : int;  (** Where the tail starts. *)
  stop : int;  (** Where the payload ends. *)
  mutable next : int;  (** Where the last tail item ended. *)
}

(** The tail of a payload that has none. *)
val no_tail : t

(** {1 Inline values} *)

external i64 : bytes -> int -> int64 -> unit = "%caml_bytes_set64u"
external u64 : bytes -> int -> U64.t -> unit = "%caml_bytes_set64u"
external timestamp : bytes -> int -> Timestamp.t -> unit = "%caml_bytes_set64u"
external duration : bytes -> int -> Duration.t -> unit = "%caml_bytes_set64u"

(** [pad1], [pad2], [pad4]: so many zeros, between fields. *)

external pad1 : bytes -> int -> int -> unit = "%bytes_unsafe_set"
external pad2 : bytes -> int -> int -> unit = "%caml_bytes_set16u"
external pad4 : bytes -> int -> int32 -> unit = "%caml_bytes_set32u"
val i8 : bytes -> int -> int -> field:string -> unit
val u8 : bytes -> int -> int -> field:string -> unit
val i16 : bytes -> int -> int -> field:string -> unit
val u16 : bytes -> int -> int -> field:string -> unit
val i32 : bytes -> int -> int -> field:string -> unit
val u32 : bytes -> int -> int -> field:string -> unit
val i128 : bytes -> int -> I128.t -> unit
val u128 : bytes -> int -> U128.t -> unit
val u256 : bytes -> int -> U256.t -> unit
val uuid : bytes -> int -> Uuid.t -> unit
val f32 : bytes -> int -> float -> unit
val f64 : bytes -> int -> float -> unit
val bool : bytes -> int -> bool -> unit

(** [zero dst at len] writes [len] zeros. *)
val zero : bytes -> int -> int -> unit

(** [some dst at width] says that the optional value [width] bytes further on is there. *)
val some : bytes -> int -> int -> unit

val bounded_string : bytes -> int -> max:int -> field:string -> string -> unit
val bounded_bytes : bytes -> int -> max:int -> field:string -> string -> unit

(** @raise Error.Error where the string does not have [len] bytes. *)
val fixed_bytes : bytes -> int -> len:int -> field:string -> string -> unit

(** @raise Error.Error where the array does not have [len] items. *)
val array :
  t ->
  bytes ->
  int ->
  len:int ->
  size:int ->
  field:string ->
  (t -> bytes -> int -> 'a -> unit) ->
  'a array ->
  unit

(** [room] is the size of the whole inline form. *)
val bounded_list :
  t ->
  bytes ->
  int ->
  max:int ->
  first:int ->
  size:int ->
  room:int ->
  field:string ->
  (t -> bytes -> int -> 'a -> unit) ->
  'a array ->
  unit

val float_array : bytes -> int -> len:int -> field:string -> floatarray -> unit

val bounded_floats :
  bytes -> int -> max:int -> first:int -> room:int -> field:string -> floatarray -> unit

(** {1 Values in the tail} *)

val string : t -> bytes -> int -> field:string -> string -> unit
val bytes : t -> bytes -> int -> field:string -> string -> unit

val list :
  t ->
  bytes ->
  int ->
  align:int ->
  size:int ->
  field:string ->
  (t -> bytes -> int -> 'a -> unit) ->
  'a array ->
  unit

val floats : t -> bytes -> int -> field:string -> floatarray -> unit

(** [map w dst at ~align ~size ~compare pair pairs] writes pairs in the order of their keys.
    @raise Error.Error of kind [Key_order] where a key is there twice. *)
val map :
  t ->
  bytes ->
  int ->
  align:int ->
  size:int ->
  compare:('k -> 'k -> int) ->
  field:string ->
  (t -> bytes -> int -> 'k * 'v -> unit) ->
  ('k * 'v) list ->
  unit

(** [embedded w dst at ~block ~size body v] puts [v] into the tail as a payload of [size] bytes with a
    block of [block]; [body inner dst start v] writes
    it. *)
val embedded :
  t -> bytes -> int -> block:int -> size:int -> (t -> bytes -> int -> 'a -> unit) -> 'a -> unit

(** [tag dst at n] is the tag of an open union. *)
val tag : bytes -> int -> int -> unit

(** [is_embedded_payload raw] is whether [raw] can be the payload of an unknown arm: a block's length
    of four bytes, four bytes more, then block and tail, each padded to eight. *)
val is_embedded_payload : string -> bool

(** [unknown w dst at ~tag payload] puts an arm that is not known back as it came. *)
val unknown : t -> bytes -> int -> tag:int -> field:string -> string -> unit

(** [present_empty dst at] makes a reference to nothing say "there, but empty". *)
val present_empty : bytes -> int -> unit

(** {1 Payloads} *)

(** [payload dst ~pos ~stop ~block] is a writer of the payload between [pos] and [stop], with the
    padding behind its block written. *)
val payload : bytes -> pos:int -> stop:int -> block:int -> t

(** [finish w dst] writes the padding behind the tail. *)
val finish : t -> bytes -> unit
