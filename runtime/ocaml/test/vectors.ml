(* The golden vectors: same values, same bytes, same refusals as in every other language. *)

open Mycelium_wire

let folder = "../../../schemas/vectors"

let messages : (module View.MESSAGE) list =
  [
    (module Vectors_constraints.Inside);
    (module Vectors_constraints.Lengths);
    (module Vectors_constraints.Older);
    (module Vectors_constraints.Ranges);
    (module Vectors_containers.Arrays);
    (module Vectors_containers.Bounded);
    (module Vectors_containers.Lists);
    (module Vectors_containers.Tuples);
    (module Vectors_containers.Wide);
    (module Vectors_defaults.Grown);
    (module Vectors_enums.Enums);
    (module Vectors_enums.Rows);
    (module Vectors_evolution.Grown);
    (module Vectors_evolution.Log);
    (module Vectors_evolution.Outer);
    (module Vectors_evolution.Strict);
    (module Vectors_identifiers.Identifiers);
    (module Vectors_maps.Inside);
    (module Vectors_maps.Named);
    (module Vectors_maps.Note);
    (module Vectors_maps.Numbers);
    (module Vectors_maps.Texts);
    (module Vectors_maps.Values);
    (module Vectors_maps.Wides);
    (module Vectors_names.Message);
    (module Vectors_nested.Branch);
    (module Vectors_nested.Empty);
    (module Vectors_nested.Holders);
    (module Vectors_nested.Leaf);
    (module Vectors_nested.Tree);
    (module Vectors_optionals.Note);
    (module Vectors_optionals.Optionals);
    (module Vectors_renames.Trade);
    (module Vectors_scalars.Nothing);
    (module Vectors_scalars.Padding);
    (module Vectors_scalars.Scalars);
    (module Vectors_text.Bounded);
    (module Vectors_text.Huge);
    (module Vectors_text.Unbounded);
    (module Vectors_unions.Order);
    (module Vectors_unions.Unions);
  ]

let find name =
  match List.find_opt (fun (module M : View.MESSAGE) -> M.name = name) messages with
  | Some found -> found
  | None -> Check.fail "no code for %s" name

let of_hex text =
  match Hex.to_string text with
  | Some bytes -> bytes
  | None -> Check.fail "not hexadecimal: %s" text

let kind_of = function
  | Ok _ -> "a value"
  | Error e -> Error.kind_name e.Error.kind

let check_refused (module M : View.MESSAGE) frame ~expected =
  Check.string ~expected (kind_of (M.of_frame frame));
  Check.string ~expected (kind_of (M.View.of_frame frame))

(* What is read from JSON is the same value, and so has the same frame. *)
let check_read (type a) (module M : View.MESSAGE with type t = a) (message : a) json =
  match M.of_json_value json with
  | Error e -> Check.fail "%s" (Json_error.to_string e)
  | Ok again ->
      Check.is_true "the value of its JSON" (M.equal message again);
      Check.string ~expected:(M.to_frame message) (M.to_frame again)

let check_accepted (module M : View.MESSAGE) frame ~canonical ~value =
  match M.of_frame frame with
  | Error e -> Check.fail "%s" (Error.to_string e)
  | Ok message ->
      let again = M.to_frame message in
      Check.int ~expected:(M.size message) (String.length again);
      Check.equal string_of_bool ~expected:canonical (String.equal again frame);
      Check.is_true "equal to itself" (M.equal message message);
      Check.int ~expected:0 (M.compare message message);
      let seen = M.View.owned (M.View.of_frame_exn frame) in
      Check.is_true "what its view shows" (M.equal message seen);
      let shown = M.to_json message in
      if not (Json_text.same value (Json_value.of_string_exn shown)) then
        Check.fail "shown as %s" shown;
      check_read (module M) message value;
      check_read (module M) message (Json_value.of_string_exn shown);
      let expected = if canonical then "a value" else "not_canonical" in
      Check.string ~expected (kind_of (Message.of_frame_strict (module M) frame))

let check_vector json () =
  let message = find (Json_text.text "type" json) in
  let frame = of_hex (Json_text.text "frame" json) in
  match Json_text.member "error" json with
  | Some (String expected) -> check_refused message frame ~expected
  | _ ->
      let canonical = Json_text.member "canonical" json = Some (Json_value.Bool true) in
      let value = Option.value (Json_text.member "value" json) ~default:Json_value.Null in
      check_accepted message frame ~canonical ~value

let check_digest (name, digest) () =
  let (module M) = find name in
  Check.equal Fun.id ~expected:(M.digest)
    (match digest with
    | Json_value.String digest -> digest
    | _ -> "")

let cases_of file =
  let json = Json_text.file (Filename.concat folder file) in
  let vectors = Json_text.items "vectors" json in
  let digests =
    match Json_text.member "digests" json with
    | Some (Object digests) -> digests
    | _ -> []
  in
  List.map (fun (name, digest) -> ("digest of " ^ name, check_digest (name, digest))) digests
  @ List.map
      (fun vector -> (file ^ ": " ^ Json_text.text "name" vector, check_vector vector))
      vectors

let () =
  let files = Array.to_list (Sys.readdir folder) in
  let files = List.sort compare (List.filter (fun f -> Filename.check_suffix f ".json") files) in
  Check.is_true "all files are there" (List.length files >= 14);
  Check.run "golden vectors" (List.concat_map cases_of files)
