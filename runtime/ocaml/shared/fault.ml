type t =
  | Lost of int
  | Other_version of string
  | Peer_vanished of string
  | Malformed of string
  | Decode of Mycelium_wire.Error.t

let to_string = function
  | Lost count -> Printf.sprintf "%d messages were lost on the way" count
  | Other_version text | Peer_vanished text | Malformed text -> text
  | Decode error -> "a message that is none: " ^ Mycelium_wire.Error.to_string error

let pp ppf fault = Format.pp_print_string ppf (to_string fault)
