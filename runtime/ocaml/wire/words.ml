external get64 : string -> int -> int64 = "%caml_string_get64u"
external set64 : bytes -> int -> int64 -> unit = "%caml_bytes_set64u"

let are_enough_for max = max <= 64 && max land 7 = 0 [@@inline]

(* The word in which a string ends: the bytes behind its own are zeros, then one that counts them. *)
let last text = String.length text lsr 3 [@@inline]

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
let put dst at ~max text =
  let last = last text in
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
