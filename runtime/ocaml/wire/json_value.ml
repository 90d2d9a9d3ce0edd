type t =
  | Null
  | Bool of bool
  | Number of string
  | String of string
  | Array of t list
  | Object of (string * t) list

let max_depth = 256

type input = { text : string; mutable at : int }

let is_over input = input.at >= String.length input.text
let peek input = if is_over input then '\000' else String.unsafe_get input.text input.at
let skip input = input.at <- input.at + 1

let malformed input expected =
  let found =
    if is_over input then "the end of the text"
    else Printf.sprintf "%C at byte %d" (peek input) input.at
  in
  raise_notrace (Json_error.Error { path = "$"; expected; found })

let rec skip_space input =
  match peek input with
  | ' ' | '\n' | '\r' | '\t' ->
      skip input;
      skip_space input
  | _ -> ()

let expect input c what = if peek input = c then skip input else malformed input what

let word input text value =
  String.iter (fun c -> expect input c ("`" ^ text ^ "`")) text;
  value

let rec skip_digits input =
  match peek input with
  | '0' .. '9' ->
      skip input;
      skip_digits input
  | _ -> ()

let digits input =
  match peek input with
  | '0' .. '9' -> skip_digits input
  | _ -> malformed input "a digit"

let number input =
  let start = input.at in
  if peek input = '-' then skip input;
  if peek input = '0' then skip input else digits input;
  if peek input = '.' then (
    skip input;
    digits input);
  (match peek input with
  | 'e' | 'E' ->
      skip input;
      (match peek input with
      | '+' | '-' -> skip input
      | _ -> ());
      digits input
  | _ -> ());
  Number (String.sub input.text start (input.at - start))

let hex_digit input =
  let value =
    match peek input with
    | '0' .. '9' as c -> Char.code c - Char.code '0'
    | 'a' .. 'f' as c -> Char.code c - Char.code 'a' + 10
    | 'A' .. 'F' as c -> Char.code c - Char.code 'A' + 10
    | _ -> malformed input "a hexadecimal digit"
  in
  skip input;
  value

let code_unit input =
  let rec go n value = if n = 0 then value else go (n - 1) ((value lsl 4) lor hex_digit input) in
  go 4 0

(* A character beyond the first plane is written as two halves. *)
let escaped input out =
  let first = code_unit input in
  let half = "the other half of a character, as `\\u` and four digits" in
  let scalar =
    match first land 0xFC00 with
    | 0xD800 ->
        expect input '\\' half;
        expect input 'u' half;
        let second = code_unit input in
        if second land 0xFC00 <> 0xDC00 then malformed input half;
        0x10000 + ((first land 0x3FF) lsl 10) + (second land 0x3FF)
    | 0xDC00 -> malformed input "a whole character"
    | _ -> first
  in
  Buffer.add_utf_8_uchar out (Uchar.of_int scalar)

let escape input out =
  let c = peek input in
  skip input;
  match c with
  | '"' | '\\' | '/' -> Buffer.add_char out c
  | 'n' -> Buffer.add_char out '\n'
  | 't' -> Buffer.add_char out '\t'
  | 'r' -> Buffer.add_char out '\r'
  | 'b' -> Buffer.add_char out '\b'
  | 'f' -> Buffer.add_char out '\012'
  | 'u' -> escaped input out
  | _ ->
      input.at <- input.at - 1;
      malformed input "an escape of JSON"

let string input =
  let out = Buffer.create 16 in
  expect input '"' "a string";
  let rec go () =
    if is_over input then malformed input "`\"`";
    match peek input with
    | '"' ->
        skip input;
        Buffer.contents out
    | '\\' ->
        skip input;
        escape input out;
        go ()
    | c when c < ' ' -> malformed input "a character or an escape"
    | c ->
        Buffer.add_char out c;
        skip input;
        go ()
  in
  go ()

(* Items up to [close], with commas between them. *)
let items input close item =
  skip input;
  skip_space input;
  if peek input = close then (
    skip input;
    [])
  else
    let rec go all =
      let all = item input :: all in
      skip_space input;
      if peek input = ',' then (
        skip input;
        go all)
      else (
        expect input close (Printf.sprintf "`,` or `%c`" close);
        List.rev all)
    in
    go []

let rec value depth input =
  skip_space input;
  if depth > max_depth then malformed input "values that nest less deeply";
  match peek input with
  | 'n' -> word input "null" Null
  | 't' -> word input "true" (Bool true)
  | 'f' -> word input "false" (Bool false)
  | '"' -> String (string input)
  | '[' -> Array (items input ']' (value (depth + 1)))
  | '{' -> Object (items input '}' (member (depth + 1)))
  | '-' | '0' .. '9' -> number input
  | _ -> malformed input "a value of JSON"

and member depth input =
  skip_space input;
  let name = string input in
  skip_space input;
  expect input ':' "`:`";
  (name, value depth input)

let of_string_exn text =
  if not (Utf8.is_valid text ~pos:0 ~len:(String.length text)) then
    raise_notrace
      (Json_error.Error { path = "$"; expected = "JSON in UTF-8"; found = "other bytes" });
  let input = { text; at = 0 } in
  let all = value 0 input in
  skip_space input;
  if not (is_over input) then malformed input "nothing more";
  all

let of_string text = Json_error.catch of_string_exn text

let rec print out = function
  | Null -> Json.raw out "null"
  | Bool truth -> Json.bool out truth
  | Number digits -> Json.raw out digits
  | String text -> Json.string out text
  | Array items -> Json.bracketed "[" "]" print out items
  | Object members -> Json.bracketed "{" "}" print_member out members

and print_member out (name, value) =
  Json.string out name;
  Json.raw out ":";
  print out value

let to_string value = Json.to_string print value
