open Mycelium_wire

module type VALUE = sig
  type t

  val to_json : t -> string
  val of_json_value : Json_value.t -> (t, Json_error.t) result
end

let of_number text : Yojson.Safe.t =
  if String.exists (fun c -> c = '.' || c = 'e' || c = 'E') text then `Float (float_of_string text)
  else
    match int_of_string_opt text with
    | Some n -> `Int n
    | None -> `Intlit text

let rec of_value : Json_value.t -> Yojson.Safe.t = function
  | Null -> `Null
  | Bool truth -> `Bool truth
  | Number text -> of_number text
  | String text -> `String text
  | Array items -> `List (List.map of_value items)
  | Object members -> `Assoc (List.map (fun (name, value) -> (name, of_value value)) members)

(* As the mapping writes it: a word where it is no number of JSON. *)
let of_float f = Json_value.of_string_exn (Json.to_string Json.f64 f)

(* Also what yojson 2 knows beside JSON, and later ones do not. *)
type known =
  [ Yojson.Safe.t
  | `Tuple of Yojson.Safe.t list
  | `Variant of string * Yojson.Safe.t option
  ]

let rec to_value json : Json_value.t =
  match (json : Yojson.Safe.t :> known) with
  | `Null -> Null
  | `Bool truth -> Bool truth
  | `Int n -> Number (string_of_int n)
  | `Intlit text -> Number text
  | `Float f -> of_float f
  | `String text -> String text
  | `List items | `Tuple items -> Array (List.map to_value items)
  | `Assoc members -> Object (List.map (fun (name, value) -> (name, to_value value)) members)
  | `Variant (name, None) -> String name
  | `Variant (name, Some value) -> Object [ (name, to_value value) ]

let to_yojson (type a) (module M : VALUE with type t = a) value =
  of_value (Json_value.of_string_exn (M.to_json value))

let of_yojson (type a) (module M : VALUE with type t = a) json = M.of_json_value (to_value json)
