type kind =
  | Truncated
  | Length
  | Type_id
  | Block
  | Bool
  | Presence
  | Utf8
  | Enum
  | Tag
  | Count
  | Reference
  | Missing
  | Trailing
  | Not_canonical
  | Range

type t = { kind : kind; offset : int; field : string; detail : string }

exception Error of t

let kind_name = function
  | Truncated -> "truncated"
  | Length -> "length"
  | Type_id -> "type_id"
  | Block -> "block"
  | Bool -> "bool"
  | Presence -> "presence"
  | Utf8 -> "utf8"
  | Enum -> "enum"
  | Tag -> "tag"
  | Count -> "count"
  | Reference -> "reference"
  | Missing -> "missing"
  | Trailing -> "trailing"
  | Not_canonical -> "not_canonical"
  | Range -> "range"

let to_string { kind; offset; field; detail } =
  let place = if field = "" then "" else field ^ ": " in
  if kind = Range then place ^ detail
  else Printf.sprintf "%s%s (at byte %d)" place detail offset

let pp ppf e = Format.pp_print_string ppf (to_string e)

let fail kind ~offset ~field detail =
  raise_notrace (Error { kind; offset; field; detail })

let range ~field detail = fail Range ~offset:0 ~field detail

let catch f x =
  match f x with
  | value -> Ok value
  | exception Error e -> Result.Error e

let () =
  Printexc.register_printer (function
    | Error e -> Some ("Mycelium_wire.Error: " ^ to_string e)
    | _ -> None)
