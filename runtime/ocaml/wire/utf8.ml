external get8 : string -> int -> int = "%string_unsafe_get"
external get64 : string -> int -> int64 = "%caml_string_get64u"

(* Bytes of the character that starts at [i] and may reach up to [stop]; 0 where it is malformed. *)
let length_at s i stop =
  let byte = get8 s i in
  let within j low high = i + j < stop && get8 s (i + j) >= low && get8 s (i + j) <= high in
  let rest j = within j 0x80 0xBF in
  if byte < 0x80 then 1
  else if byte < 0xC2 then 0
  else if byte < 0xE0 then if rest 1 then 2 else 0
  else if byte < 0xF0 then
    let low = if byte = 0xE0 then 0xA0 else 0x80 in
    let high = if byte = 0xED then 0x9F else 0xBF in
    if within 1 low high && rest 2 then 3 else 0
  else if byte < 0xF5 then
    let low = if byte = 0xF0 then 0x90 else 0x80 in
    let high = if byte = 0xF4 then 0x8F else 0xBF in
    if within 1 low high && rest 2 && rest 3 then 4 else 0
  else 0

let rec check s i stop =
  if i + 8 <= stop && Int64.logand (get64 s i) 0x8080_8080_8080_8080L = 0L then
    check s (i + 8) stop
  else
    i >= stop
    ||
    let length = length_at s i stop in
    length > 0 && check s (i + length) stop

(* Whether the bytes from [i] on, fewer than 8 of them, are ASCII: by a word, where the string has one
   there. *)
let is_ascii_end s i stop =
  i + 8 <= String.length s
  && Int64.shift_left
       (Int64.logand (get64 s i) 0x8080_8080_8080_8080L)
       (8 * (8 - (stop - i)))
     = 0L

let is_valid s ~pos ~len =
  let stop = pos + len in
  len = 0 || (len < 8 && is_ascii_end s pos stop) || check s pos stop
  [@@inline]
