(* What every language makes of the same texts of JSON: schemas/vectors/json/readings.json. *)

open Mycelium_wire

let folder = "../../../schemas/vectors"

let messages : (module Message.S) list =
  [
    (module Vectors_enums.Enums);
    (module Vectors_identifiers.Identifiers);
    (module Vectors_scalars.Scalars);
    (module Vectors_unions.Unions);
  ]

let find name =
  match List.find_opt (fun (module M : Message.S) -> M.name = name) messages with
  | Some found -> found
  | None -> Check.fail "no code for %s" name

(* What stands before the last point of a name, and behind it. *)
let split name =
  let point = String.rindex name '.' in
  (String.sub name 0 point, String.sub name (point + 1) (String.length name - point - 1))

let value_of vector =
  match Json_text.member "value" vector with
  | Some (Object members) -> members
  | _ -> Check.fail "%s is no value" (Json_text.text "name" vector)

(* The members of the first golden value of a message. *)
let members_of name =
  let package = snd (split (fst (split name))) in
  let file = Json_text.file (Filename.concat folder (package ^ ".json")) in
  let vectors = Json_text.items "vectors" file in
  value_of (List.find (fun vector -> Json_text.text "type" vector = name) vectors)

let with_field members field text =
  let member (name, value) =
    Printf.sprintf "%S:%s" name (if name = field then text else Json_value.to_string value)
  in
  "{" ^ String.concat "," (List.map member members) ^ "}"

let check_read (module M : Message.S) field text ~expected () =
  match M.of_json text with
  | Error e -> Check.fail "%s" (Json_error.to_string e)
  | Ok message ->
      let found = Json_text.member field (Json_value.of_string_exn (M.to_json message)) in
      Check.string ~expected (Option.fold ~none:"" ~some:Json_value.to_string found)

let check_refused (module M : Message.S) text () =
  Check.is_true "refused" (Result.is_error (M.of_json text))

let text_of : Json_value.t -> string = function
  | String text -> text
  | _ -> Check.fail "no text"

let cases_of_field reading path =
  let message, field = split path in
  let code = find message and members = members_of message in
  let read = function
    | Json_value.Array [ String text; String expected ] ->
        (path ^ ": " ^ text, check_read code field (with_field members field text) ~expected)
    | _ -> Check.fail "no text and its value"
  in
  let refused json =
    let text = text_of json in
    (path ^ ": " ^ text, check_refused code (with_field members field text))
  in
  List.map read (Json_text.items "read" reading)
  @ List.map refused (Json_text.items "refused" reading)

let cases_of reading =
  List.concat_map
    (fun path -> cases_of_field reading (text_of path))
    (Json_text.items "fields" reading)

let () =
  let file = Json_text.file (Filename.concat folder "json/readings.json") in
  Check.run "readings of JSON" (List.concat_map cases_of (Json_text.items "readings" file))
