external get64 : string -> int -> int64 = "%caml_string_get64u"
external room : int -> bytes = "caml_create_bytes"
external set64 : bytes -> int -> int64 -> unit = "%caml_bytes_set64u"

let are_enough_for max = max > 0 && max <= 64 && max land 7 = 0 [@@inline]

(* A string ends within its word [last], behind whose bytes are zeros and one that counts them. *)
let get text i ~last =
  if i < last then get64 text (8 * i)
  else if i = last then Int64.logand (get64 text (8 * i)) 0x00FF_FFFF_FFFF_FFFFL
  else 0L
  [@@inline]

let copy dst at text i ~last =
  let word = get text i ~last in
  set64 dst (at + (8 * i)) word;
  word
  [@@inline]

let is_ascii word = Int64.logand word 0x8080_8080_8080_8080L = 0L [@@inline]

(* No loop, and [max] itself in each comparison: it is a constant of a schema, and what is left of this
   where it is known is the words that there are. *)
let put dst at ~max text ~len =
  let last = len lsr 3 in
  let all = copy dst at text 0 ~last in
  let all = if max > 8 then Int64.logor all (copy dst at text 1 ~last) else all in
  let all = if max > 16 then Int64.logor all (copy dst at text 2 ~last) else all in
  let all = if max > 24 then Int64.logor all (copy dst at text 3 ~last) else all in
  let all = if max > 32 then Int64.logor all (copy dst at text 4 ~last) else all in
  let all = if max > 40 then Int64.logor all (copy dst at text 5 ~last) else all in
  let all = if max > 48 then Int64.logor all (copy dst at text 6 ~last) else all in
  let all = if max > 56 then Int64.logor all (copy dst at text 7 ~last) else all in
  is_ascii all
  [@@inline]

(* The bytes of a text behind its whole words, as a word with zeros behind them. *)
let ending src at ~len =
  let rest = len land 7 in
  if rest = 0 then 0L
  else
    let behind = 64 - (8 * rest) in
    Int64.shift_right_logical (Int64.shift_left (get64 src (at + len - rest)) behind) behind
  [@@inline]

let are_ascii src at ~len ~ending =
  let all = ref ending in
  for i = 0 to (len lsr 3) - 1 do
    all := Int64.logor !all (get64 src (at + (8 * i)))
  done;
  is_ascii !all
  [@@inline]

(* In a string's last word, which may hold bytes of it, the last byte counts those that are not. *)
let sub src at ~len ~ending =
  let text = room len in
  let last = len lsr 3 in
  for i = 0 to last - 1 do
    set64 text (8 * i) (get64 src (at + (8 * i)))
  done;
  let count = Int64.shift_left (Int64.of_int (7 - (len land 7))) 56 in
  set64 text (8 * last) (Int64.logor ending count);
  Bytes.unsafe_to_string text
  [@@inline]
