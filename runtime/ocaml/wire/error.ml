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
  | Out_of_range
  | Len
  | Key_order

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
  | Out_of_range -> "out_of_range"
  | Len -> "len"
  | Key_order -> "key_order"

let to_string { kind; offset; field; detail } =
  let place = if field = "" then "" else field ^ ": " in
  (* No field lies at byte 0, where a frame's header is. *)
  let is_of_value =
    match kind with
    | Range -> true
    | Out_of_range | Len | Key_order -> offset = 0
    | _ -> false
  in
  if is_of_value then place ^ detail
  else Printf.sprintf "%s%s (at byte %d)" place detail offset

let pp ppf e = Format.pp_print_string ppf (to_string e)

let failure kind ~offset ~field detail = Error { kind; offset; field; detail }
let fail kind ~offset ~field detail = raise_notrace (failure kind ~offset ~field detail)

let range ~field detail = fail Range ~offset:0 ~field detail

let catch f x =
  match f x with
  | value -> Ok value
  | exception Error e -> Result.Error e

let () =
  Printexc.register_printer (function
    | Error e -> Some ("Mycelium_wire.Error: " ^ to_string e)
    | _ -> None)
