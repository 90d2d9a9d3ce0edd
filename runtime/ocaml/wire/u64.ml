type t = int64

external of_bits : int64 -> t = "%identity"
external to_bits : t -> int64 = "%identity"

let zero = 0L
let one = 1L
let max_value = -1L

let of_int n =
  if n < 0 then invalid_arg (Printf.sprintf "U64.of_int: %d is negative" n) else Int64.of_int n

let to_int = Int64.unsigned_to_int

let of_string text =
  let is_digit c = c >= '0' && c <= '9' in
  let rec all_digits i = i = String.length text || (is_digit text.[i] && all_digits (i + 1)) in
  if text <> "" && all_digits 0 then Int64.of_string_opt ("0u" ^ text) else None

let to_string u = Printf.sprintf "%Lu" u

let to_float u =
  if Int64.compare u 0L >= 0 then Int64.to_float u
  else
    (* Halve, keeping the lost bit sticky, so that the one rounding is right. *)
    let half = Int64.logor (Int64.shift_right_logical u 1) (Int64.logand u 1L) in
    2. *. Int64.to_float half

let equal = Int64.equal
let compare = Int64.unsigned_compare
let add = Int64.add
let sub = Int64.sub
let mul = Int64.mul
let div = Int64.unsigned_div
let rem = Int64.unsigned_rem
let succ = Int64.succ
let logand = Int64.logand
let logor = Int64.logor
let logxor = Int64.logxor
let lognot = Int64.lognot
let shift_left = Int64.shift_left
let shift_right = Int64.shift_right_logical
let pp ppf u = Format.pp_print_string ppf (to_string u)
