(* JSON as far as the golden vectors need it; numbers stay text, so that none loses a digit. *)

type t =
  | Null
  | Bool of bool
  | Number of string
  | String of string
  | Array of t list
  | Object of (string * t) list

exception Malformed of int

type input = { text : string; mutable at : int }

let peek input = if input.at < String.length input.text then input.text.[input.at] else '\000'
let skip input = input.at <- input.at + 1

let rec skip_space input =
  match peek input with
  | ' ' | '\n' | '\r' | '\t' ->
      skip input;
      skip_space input
  | _ -> ()

let expect input c = if peek input = c then skip input else raise (Malformed input.at)

let word input text value =
  String.iter (expect input) text;
  value

let number input =
  let start = input.at in
  let rec go () =
    match peek input with
    | '0' .. '9' | '-' | '+' | '.' | 'e' | 'E' ->
        skip input;
        go ()
    | _ -> ()
  in
  go ();
  Number (String.sub input.text start (input.at - start))

let code_point input =
  let digits = String.sub input.text input.at 4 in
  input.at <- input.at + 4;
  int_of_string ("0x" ^ digits)

(* A character beyond the first plane is written as two. *)
let escaped input out =
  let first = code_point input in
  let scalar =
    if first land 0xFC00 <> 0xD800 then first
    else (
      expect input '\\';
      expect input 'u';
      0x10000 + ((first land 0x3FF) lsl 10) + (code_point input land 0x3FF))
  in
  Buffer.add_utf_8_uchar out (Uchar.of_int scalar)

let string input =
  let out = Buffer.create 16 in
  expect input '"';
  let rec go () =
    let c = peek input in
    skip input;
    match c with
    | '"' -> Buffer.contents out
    | '\\' ->
        let c = peek input in
        skip input;
        (match c with
        | 'n' -> Buffer.add_char out '\n'
        | 't' -> Buffer.add_char out '\t'
        | 'r' -> Buffer.add_char out '\r'
        | 'b' -> Buffer.add_char out '\b'
        | 'f' -> Buffer.add_char out '\012'
        | 'u' -> escaped input out
        | c -> Buffer.add_char out c);
        go ()
    | c ->
        Buffer.add_char out c;
        go ()
  in
  go ()

(* Items up to [close], with commas between them. *)
let items input close item =
  skip input;
  let rec go all =
    skip_space input;
    if peek input = close then (
      skip input;
      List.rev all)
    else
      let all = item input :: all in
      skip_space input;
      if peek input = ',' then skip input;
      go all
  in
  go []

let rec value input =
  skip_space input;
  match peek input with
  | 'n' -> word input "null" Null
  | 't' -> word input "true" (Bool true)
  | 'f' -> word input "false" (Bool false)
  | '"' -> String (string input)
  | '[' -> Array (items input ']' value)
  | '{' -> Object (items input '}' member)
  | _ -> number input

and member input =
  let name = string input in
  skip_space input;
  expect input ':';
  (name, value input)

let parse text = value { text; at = 0 }

let member name = function
  | Object members -> List.assoc_opt name members
  | _ -> None

let text name json =
  match member name json with
  | Some (String text) -> text
  | _ -> Check.fail "no text %S" name

let is_integer text = not (String.exists (fun c -> c = '.' || c = 'e' || c = 'E') text)

(* Numbers are the same where they are the same number. *)
let rec same a b =
  match (a, b) with
  | Number a, Number b when is_integer a && is_integer b -> a = b
  | Number a, Number b ->
      Int64.bits_of_float (float_of_string a) = Int64.bits_of_float (float_of_string b)
  | Array a, Array b -> List.length a = List.length b && List.for_all2 same a b
  | Object a, Object b ->
      let member (name, value) (name', value') = name = name' && same value value' in
      List.length a = List.length b && List.for_all2 member a b
  | a, b -> a = b
