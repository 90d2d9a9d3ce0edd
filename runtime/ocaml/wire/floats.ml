(* A word of a string is read as a double by the primitive that reads floatarrays: both are plain
   memory, and a string begins at a multiple of 8 bytes. [Int64.float_of_bits] calls a C function. *)
external word : string -> int -> float = "%floatarray_unsafe_get"
external set_word : bytes -> int -> float -> unit = "%floatarray_unsafe_set"
external set64 : bytes -> int -> int64 -> unit = "%caml_bytes_set64u"
external get64 : string -> int -> int64 = "%caml_string_get64u"

(* The copy between strings, whose arguments may be any blocks that hold no values. *)
external blit_in : string -> int -> floatarray -> int -> int -> unit = "caml_blit_string"
  [@@noalloc]

external blit_out : floatarray -> int -> bytes -> int -> int -> unit = "caml_blit_string"
  [@@noalloc]

(* Items are words of [words], beginning with [first]. *)
type t = { words : string; first : int; length : int }

let length t = t.length

(* Raised in line, so that a loop around [get] keeps its values in registers. *)
let no_such_item = Invalid_argument "Floats.get: no such item"

let get t i =
  if i < 0 || i >= t.length then raise no_such_item;
  word t.words (t.first + i)

let iter f { words; first; length } =
  for i = first to first + length - 1 do
    f (word words i)
  done

let fold_left f init { words; first; length } =
  let result = ref init in
  for i = first to first + length - 1 do
    result := f !result (word words i)
  done;
  !result

let sum { words; first; length } =
  let sum = ref 0. in
  for i = first to first + length - 1 do
    sum := !sum +. word words i
  done;
  !sum

let blit t ~pos dst ~dst_pos ~len =
  let is_within ~pos ~length = pos >= 0 && len >= 0 && pos <= length - len in
  if
    not (is_within ~pos ~length:t.length && is_within ~pos:dst_pos ~length:(Float.Array.length dst))
  then invalid_arg "Floats.blit: no such items";
  blit_in t.words (8 * (t.first + pos)) dst (8 * dst_pos) (8 * len)

let read src at ~len =
  let floats = Float.Array.create len in
  blit_in src at floats 0 (8 * len);
  floats

let to_floatarray t = read t.words (8 * t.first) ~len:t.length

let view src at ~len =
  if at land 7 = 0 then { words = src; first = at lsr 3; length = len }
  else { words = String.sub src at (8 * len); first = 0; length = len }

let get_double src at =
  if at land 7 = 0 then word src (at lsr 3) else Int64.float_of_bits (get64 src at)

let set_double dst at v =
  if at land 7 = 0 then set_word dst (at lsr 3) v else set64 dst at (Int64.bits_of_float v)

let write dst at floats = blit_out floats 0 dst at (8 * Float.Array.length floats)
let empty = Float.Array.create 0
let length_of = Float.Array.length
let of_list = Float.Array.of_list
