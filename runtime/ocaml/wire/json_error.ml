type t = { path : string; expected : string; found : string }

exception Error of t

let to_string { path; expected; found } =
  Printf.sprintf "%s: expected %s, found %s" path expected found

let pp ppf e = Format.pp_print_string ppf (to_string e)

let catch f x =
  match f x with
  | value -> Ok value
  | exception Error e -> Result.Error e

let () =
  Printexc.register_printer (function
    | Error e -> Some ("Mycelium_wire.Json_error: " ^ to_string e)
    | _ -> None)
