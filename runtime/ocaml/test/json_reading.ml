(* Reading JSON: what is not a value is refused, with its place, what is taken there and what is. *)

open Mycelium_wire

let refused of_json text expected () =
  match of_json text with
  | Ok _ -> Check.fail "%s is read" text
  | Error e -> Check.string ~expected (Json_error.to_string e)

let is_refused of_json text () = Check.is_true (text ^ " is refused") (Result.is_error (of_json text))

let same (type a) (module M : Value.S with type t = a) text expected () =
  match M.of_json text with
  | Ok value -> Check.string ~expected (M.to_json value)
  | Error e -> Check.fail "%s" (Json_error.to_string e)

let named prefix check texts = List.map (fun text -> (prefix ^ " " ^ text, check text)) texts

(* {1 The text} *)

let texts =
  let goes_round text () =
    match Json_value.of_string text with
    | Ok value -> Check.string ~expected:text (Json_value.to_string value)
    | Error e -> Check.fail "%s" (Json_error.to_string e)
  in
  named "text" goes_round
    [
      "null"; "true"; "-0"; "1.5e+300"; {|"a\"\\\n\u0001é"|}; "[]"; "{}"; {|[1,[2,{"a":null}],"b"]|};
    ]
  @ named "no text" (is_refused Json_value.of_string)
      [
        ""; "nul"; "01"; "1."; ".5"; "+1"; "1e"; "[1,]"; "[1 2]"; "{\"a\":1,}"; "{a:1}"; "\"a";
        "\"\n\""; "\"\\x\""; "\"\\ud800\""; "\"\\udc00\""; "\"\\ud800\\u0041\""; "1 2"; "\"\xFF\"";
        String.make 100_000 '[';
      ]
  @ [
      ( "a character in two halves",
        fun () ->
          Check.is_true "one" (Json_value.of_string {|"\ud83c\udf44"|} = Ok (String "\xF0\x9F\x8D\x84"))
      );
    ]

(* {1 Values} *)

let level = Market.Level.of_json
let refused_level = refused level

let values =
  [
    ("not JSON", refused_level "{" "$: expected a string, found the end of the text");
    ( "no object",
      refused_level "[1]" "$: expected an object for `market.Level`, found an array of 1 items" );
    ( "a field that is missing",
      refused_level {|{"price":"1"}|}
        "$.quantity: expected a decimal with at most 8 places in a string, such as \"1.5\", found no \
         such field" );
    ( "a field that is not there",
      refused_level {|{"prise":"1"}|}
        "$: expected a field of `market.Level`: one of \"price\", \"quantity\", found \"prise\"" );
    ( "a field that is there twice",
      refused_level {|{"price":"1","price":"1","quantity":"1"}|}
        "$: expected each field once, found \"price\" twice" );
    ( "too many places",
      refused_level {|{"price":"1.234567891","quantity":"1"}|}
        "$.price: expected a decimal with at most 8 places in a string, such as \"1.5\", found the \
         string \"1.234567891\"" );
    ( "a path through a list",
      refused Vectors_constraints.Inside.of_json
        {|{"level":{"price":"2","code":""},"levels":[{"price":"2","code":""},{"price":"0.5","code":""}]}|}
        "$.levels[1].price: expected at least 1, found the string \"0.5\"" );
    ( "a length",
      refused Vectors_constraints.Level.of_json {|{"price":"1","code":"abc"}|}
        "$.code: expected 0 to 2 of them, found the string \"abc\"" );
    ( "no member",
      refused Market.Side.of_json {|"hold"|}
        "$: expected a member of `market.Side`: one of \"buy\", \"sell\", found the string \"hold\"" );
    ( "a key that is there twice",
      refused Vectors_maps.Inside.of_json {|{"many":[[[1,2],[1,3]]],"after":""}|}
        "$.many[0]: expected each key once, found a key that is given twice" );
    ( "a number that is too large",
      refused Vectors_maps.Inside.of_json {|{"many":[[[256,2]]],"after":""}|}
        "$.many[0][0][0]: expected an integer from 0 to 255, found the number 256" );
    ( "no arm",
      refused Market.Decision.of_json {|{"later":1}|}
        "$: expected an object with one arm of `market.Decision`: one of \"approved\", \"rejected\", \
         found the arm \"later\"" );
    ( "an unknown arm that is known",
      is_refused Market.Decision.of_json
        {|{"unknown":{"tag":1,"payload":"00000000000000000000000000000000"}}|} );
    ( "other spellings",
      same (module Market.Level) {|{"quantity":2.50, "price":"-1.00000000000"}|}
        {|{"price":"-1.00000000","quantity":"2.50000000"}|} );
    ( "pairs in any order",
      same (module Vectors_maps.Inside) {|{"after":"","many":[[[2,"0"],[1,7]]],"absent":[]}|}
        {|{"absent":[],"many":[[[1,7],[2,0]]],"after":""}|} );
    ( "defaults",
      same (module Vectors_constraints.Older) {|{"id":1}|} {|{"id":1,"grown":7,"tag":"x"}|} );
  ]

(* {1 Sizes} *)

let count = 1_000_000

(* An array or object of [count] items, as text. *)
let long opening item closing =
  let out = Buffer.create (16 * count) in
  Buffer.add_string out opening;
  for i = 0 to count - 1 do
    if i > 0 then Buffer.add_char out ',';
    Buffer.add_string out (item i)
  done;
  Buffer.add_string out closing;
  Buffer.contents out

let reads reader length text () =
  match Json_reader.of_string reader (text ()) with
  | Ok value -> Check.int ~expected:count (length value)
  | Error e -> Check.fail "%s" (Json_error.to_string e)

(* What is long takes no more of the stack than what is short. *)
let sizes =
  let open Json_reader in
  let array () = long "[" string_of_int "]" in
  let pairs () = long "[" (Printf.sprintf "[%d,1]") "]" in
  let members () = long "{" (Printf.sprintf {|"%07d":1|}) "}" in
  let flags = small_flags ~name:"test.Flags" [] u8 in
  [
    ("many items", reads (list u32) Array.length array);
    ("many pairs", reads (map Int.compare u32 u8) List.length pairs);
    ("many members", reads (string_map string u8) List.length members);
    ("many flags", reads flags (fun _ -> count) (fun () -> long "[" (fun _ -> "0") "]"));
    ( "many members of a record",
      fun () -> Check.is_true "refused" (Result.is_error (Market.Level.of_json (members ()))) );
    ( "text that is printed",
      fun () ->
        let text = members () in
        Check.is_true "the same" (Json_value.to_string (Json_value.of_string_exn text) = text) );
    ( "nested deeply",
      fun () ->
        let text = String.make count '[' ^ String.make count ']' in
        Check.is_true "refused" (Result.is_error (Json_reader.of_string (list u32) text)) );
  ]

let () = Check.run "reading JSON" (texts @ values @ sizes)
