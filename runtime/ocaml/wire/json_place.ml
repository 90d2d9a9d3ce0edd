type t =
  | Root
  | Field of t * string
  | Item of t * int

let rec path = function
  | Root -> "$"
  | Field (place, name) -> path place ^ "." ^ name
  | Item (place, index) -> Printf.sprintf "%s[%d]" (path place) index

let quoted_length = 40

(* The first characters of a text. *)
let start_of text =
  let rec stop i count =
    if i >= String.length text || count > quoted_length then i
    else if Char.code text.[i] land 0xC0 = 0x80 then stop (i + 1) count
    else if count = quoted_length then i
    else stop (i + 1) (count + 1)
  in
  String.sub text 0 (stop 0 0)

let quote text = Json.to_string Json.string text

let describe : Json_value.t -> string = function
  | Null -> "null"
  | Bool truth -> string_of_bool truth
  | Number digits -> "the number " ^ digits
  | String text ->
      let start = start_of text in
      if start = text then "the string " ^ quote text
      else Printf.sprintf "the string %s… of %d bytes" (quote start) (String.length text)
  | Array items -> Printf.sprintf "an array of %d items" (List.length items)
  | Object [ (name, _) ] -> "an object with the member " ^ quote name
  | Object members -> Printf.sprintf "an object of %d members" (List.length members)

let fail place ~expected ~found =
  raise_notrace (Json_error.Error { path = path place; expected; found })
