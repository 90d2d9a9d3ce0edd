(* What the golden vectors ask of JSON. *)

open Mycelium_wire

let member name = function
  | Json_value.Object members -> List.assoc_opt name members
  | _ -> None

let text name json =
  match member name json with
  | Some (Json_value.String text) -> text
  | _ -> Check.fail "no text %S" name

let items name json =
  match member name json with
  | Some (Json_value.Array items) -> items
  | _ -> Check.fail "no array %S" name

let read_file path =
  let channel = open_in_bin path in
  Fun.protect
    ~finally:(fun () -> close_in channel)
    (fun () -> really_input_string channel (in_channel_length channel))

let file path = Json_value.of_string_exn (read_file path)

let is_integer text = not (String.exists (fun c -> c = '.' || c = 'e' || c = 'E') text)

(* Numbers are the same where they are the same number. *)
let rec same (a : Json_value.t) (b : Json_value.t) =
  match (a, b) with
  | Number a, Number b when is_integer a && is_integer b -> a = b
  | Number a, Number b ->
      Int64.bits_of_float (float_of_string a) = Int64.bits_of_float (float_of_string b)
  | Array a, Array b -> List.length a = List.length b && List.for_all2 same a b
  | Object a, Object b ->
      let member (name, value) (name', value') = name = name' && same value value' in
      List.length a = List.length b && List.for_all2 member a b
  | a, b -> a = b
