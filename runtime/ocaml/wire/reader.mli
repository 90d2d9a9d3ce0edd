(** Reading the bytes of values: what the decoders of generated modules are made of.

    A payload is a block and, behind it, a tail:

    {v
      block                    zeros   tail                          zeros
      field field ref field …  to 8    item of ref, item of ref, …   to 8
    v}

    Whoever opens a payload ({!Message.reader}, {!embedded}) checks once that the block is all there;
    after that, the functions that take a string and a position read without a check. What
    is in the tail is checked item by item: each must lie exactly behind the one before it. So no
    bytes make a decoder read beyond the payload, or allocate more than a small multiple of it. All
    that can happen is {!Error.Error}, whose [offset] is a position in the string.

    [field] is always the name that an error carries, ["market.Trade.symbol"]. *)

type t = {
  src : string;
  at : int;  (** Where the block starts. *)
  there : int;  (** Bytes that it has, which another version of the schema may have written. *)
  tail : int;  (** Where the tail starts, a multiple of 8 bytes from the payload's start. *)
  stop : int;  (** Where the payload ends. *)
  mutable next : int;  (** Where the last tail item ended. *)
}

(** {1 Inline values, unchecked}

    The position is in the string; the caller has checked that the value lies in it. *)

external u8 : string -> int -> int = "%string_unsafe_get"
external u16 : string -> int -> int = "%caml_string_get16u"
external i64 : string -> int -> int64 = "%caml_string_get64u"
external u64 : string -> int -> U64.t = "%caml_string_get64u"
external timestamp : string -> int -> Timestamp.t = "%caml_string_get64u"
external duration : string -> int -> Duration.t = "%caml_string_get64u"
val i8 : string -> int -> int
val i16 : string -> int -> int
val i32 : string -> int -> int
val u32 : string -> int -> int
val i128 : string -> int -> I128.t
val u128 : string -> int -> U128.t
val u256 : string -> int -> U256.t
val uuid : string -> int -> Uuid.t

(** Keeps the bits of a NaN, as a float64 NaN with the same sign and leading payload bits. *)
val f32 : string -> int -> float

val f64 : string -> int -> float

(** {1 Inline values, checked} *)

val bool : string -> int -> field:string -> bool

(** [presence src at] is whether the optional value behind the presence byte is there. *)
val presence : string -> int -> field:string -> bool

(** [bounded_string src at ~max] is the text of a [string<max>]. *)
val bounded_string : string -> int -> max:int -> field:string -> string

val bounded_bytes : string -> int -> max:int -> field:string -> string

(** [fixed_bytes src at ~len] are the bytes of a [[u8; len]]. *)
val fixed_bytes : string -> int -> len:int -> string

(** [array r at ~len ~size item] are the items of a [[T; len]], [size] bytes each. *)
val array : t -> int -> len:int -> size:int -> (t -> int -> 'a) -> 'a array

(** [bounded_list r at ~max ~first ~size item] are the items of a [[T; ..max]]; the first lies
    [first] bytes behind the count. *)
val bounded_list :
  t -> int -> max:int -> first:int -> size:int -> field:string -> (t -> int -> 'a) -> 'a array

(** [float_array src at ~len] are the items of a [[f64; len]]. *)
val float_array : string -> int -> len:int -> floatarray

(** [bounded_floats src at ~max ~first] are the items of a [[f64; ..max]]. *)
val bounded_floats : string -> int -> max:int -> first:int -> field:string -> floatarray

(** {1 Values in the tail}

    The position is that of the reference. *)

val string : t -> int -> field:string -> string
val bytes : t -> int -> field:string -> string

(** [list r at ~align ~size item] are the items of a [[T]]. *)
val list :
  t -> int -> align:int -> size:int -> field:string -> (t -> int -> 'a) -> 'a array

(** [floats r at] are the items of a [[f64]]. *)
val floats : t -> int -> field:string -> floatarray

(** [map r at ~align ~size ~compare pair] are the pairs of a [map<K, V>], ascending by key. *)
val map :
  t ->
  int ->
  align:int ->
  size:int ->
  compare:('k -> 'k -> int) ->
  field:string ->
  (t -> int -> 'k * 'v) ->
  ('k * 'v) list

(** [embedded r at ~block body] is the message that lies in the tail as a payload of its own:
    [body inner] reads it, and knows blocks of [block] bytes. *)
val embedded : t -> int -> block:int -> field:string -> (t -> 'a) -> 'a

(** [embedded_value r at ~size item] is the value of a union's arm, which lies in the tail as a
    payload whose block is that one value. *)
val embedded_value : t -> int -> size:int -> field:string -> (t -> int -> 'a) -> 'a

(** [unknown r at] is the embedded payload of an arm that is not known, as it is. *)
val unknown : t -> int -> field:string -> string

(** [is_absent src at] is whether an optional reference refers to nothing at all. *)
val is_absent : string -> int -> bool

(** [is_absent_union src at] is whether an optional open union is absent. *)
val is_absent_union : string -> int -> bool

(** [is_present_empty src at] is whether an optional reference says "there, but empty". *)
val is_present_empty : string -> int -> bool

(** [is_nothing src at] is either: no item of the tail belongs to the reference. *)
val is_nothing : string -> int -> bool

(** {1 Refusals} *)

(** [require src at ~block fields] fails for the first of [fields], given by end and name, that a
    block of [block] bytes at [at] does not reach. *)
val require : int -> block:int -> (int * string) list -> unit

(** [bad_enum at n ~print ~field] fails: no member has the value [n]. *)
val bad_enum : int -> 'n -> print:'n Json.printer -> field:string -> 'a

(** [bad_tag at tag ~field] fails: no arm has [tag]. *)
val bad_tag : int -> int -> field:string -> 'a

(** {1 Payloads} *)

(** [payload src ~at ~there ~stop] is a reader of the payload between [at] and [stop].
    @raise Error.Error where a block of [there] bytes does not fit. *)
val payload : string -> at:int -> there:int -> stop:int -> t

(** [finish r ~block] checks that nothing but padding is left of the tail, unless the sender's block, by
    being larger than [block], says that it is newer. *)
val finish : t -> block:int -> unit

(** {1 Checks}

    What reading a value would check, without making it: what views do once. *)

external discard : 'a -> unit = "%ignore"

(** [check_count src at ~max] is for what is bounded. *)
val check_count : string -> int -> max:int -> field:string -> unit

val check_bounded_string : string -> int -> max:int -> field:string -> unit

(** [skip r at ~align ~size] takes items any of which will do, of [size] bytes each. *)
val skip : t -> int -> align:int -> size:int -> field:string -> unit

val check_string : t -> int -> field:string -> unit
val check_array : t -> int -> len:int -> size:int -> (t -> int -> unit) -> unit

val check_list :
  t -> int -> align:int -> size:int -> field:string -> (t -> int -> unit) -> unit

val check_bounded_list :
  t -> int -> max:int -> first:int -> size:int -> field:string -> (t -> int -> unit) -> unit

(** [too_long at extra] is the failure of [extra] bytes from [at] on that nobody expects. *)
val too_long : int -> int -> exn

(** {1 For views} *)

(** [bounded_count src at ~max] is the count of what is bounded, where it has been checked. *)
val bounded_count : string -> int -> max:int -> int

(** Bytes before an embedded payload. *)
val prefix : int

val align_up : int -> int -> int
