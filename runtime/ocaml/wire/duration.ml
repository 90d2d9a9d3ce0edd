type t = int64

external of_ns : int64 -> t = "%identity"
external to_ns : t -> int64 = "%identity"

let zero = 0L
let of_seconds s = Int64.of_float (Float.round (s *. 1e9))
let to_seconds d = Int64.to_float d /. 1e9

(* Trailing zeros, and a point that has nothing behind it, go. *)
let rec trimmed_length text length =
  match text.[length - 1] with
  | '0' -> trimmed_length text (length - 1)
  | '.' -> length - 1
  | _ -> length

let to_string mantissa =
  let text = Decimal.to_string { mantissa; scale = 9 } in
  String.sub text 0 (trimmed_length text (String.length text)) ^ "s"

let of_string text =
  let length = String.length text in
  if length = 0 || text.[length - 1] <> 's' then None
  else
    let number = Decimal.of_string ~scale:9 (String.sub text 0 (length - 1)) in
    Option.map (fun d -> d.Decimal.mantissa) number

let equal = Int64.equal
let compare = Int64.compare
let pp ppf d = Format.pp_print_string ppf (to_string d)
