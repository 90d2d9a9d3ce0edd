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

(* Whole numbers of a unit below the second. *)
let of_whole text ~per_unit =
  match Decimal.of_string ~scale:0 text with
  | Some { mantissa; _ } when Int64.div (Int64.mul mantissa per_unit) per_unit = mantissa ->
      Some (Int64.mul mantissa per_unit)
  | _ -> None

let of_string text =
  let length = String.length text in
  let without unit = String.sub text 0 (length - unit) in
  let ends_in unit = Filename.check_suffix text unit in
  if ends_in "ms" then of_whole (without 2) ~per_unit:1_000_000L
  else if ends_in "us" then of_whole (without 2) ~per_unit:1_000L
  else if ends_in "ns" then of_whole (without 2) ~per_unit:1L
  else if ends_in "s" then
    Option.map (fun d -> d.Decimal.mantissa) (Decimal.of_string ~scale:9 (without 1))
  else None

let equal = Int64.equal
let compare = Int64.compare
let pp ppf d = Format.pp_print_string ppf (to_string d)
