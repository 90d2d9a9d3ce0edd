open Json_place

type 'a t = { expected : unit -> string; read : Json_place.t -> Json_value.t -> 'a }

let mismatch reader place json =
  fail place ~expected:(reader.expected ()) ~found:(describe json)

(* A reader of what [convert] takes. *)
let plain expected convert =
  let rec reader =
    {
      expected;
      read =
        (fun place json ->
          match convert json with
          | Some value -> value
          | None -> mismatch reader place json);
    }
  in
  reader

let run reader json = Json_error.catch (reader.read Root) json
let of_string reader text = Result.bind (Json_value.of_string text) (run reader)
let always text () = text

(* {1 Numbers} *)

let digits : Json_value.t -> string option = function
  | Number digits | String digits -> Some digits
  | _ -> None

let bool =
  plain (always "true or false") (function
    | Bool truth -> Some truth
    | _ -> None)

let integer ~least ~most of_string =
  let expected () = Printf.sprintf "an integer from %s to %s" least most in
  plain expected (fun json -> Option.bind (digits json) of_string)

let int64_of_digits text =
  match I128.of_string text with
  | Some wide when I128.equal wide (I128.of_int64 wide.lo) -> Some wide.lo
  | _ -> None

let int_within least most text =
  let fits n = n >= Int64.of_int least && n <= Int64.of_int most in
  match int64_of_digits text with
  | Some n when fits n -> Some (Int64.to_int n)
  | _ -> None

let small least most =
  integer ~least:(string_of_int least) ~most:(string_of_int most) (int_within least most)

let i8 = small (-0x80) 0x7F
let i16 = small (-0x8000) 0x7FFF
let i32 = small (-0x8000_0000) 0x7FFF_FFFF
let u8 = small 0 0xFF
let u16 = small 0 0xFFFF
let u32 = small 0 0xFFFF_FFFF

let i64 =
  integer ~least:(Int64.to_string Int64.min_int) ~most:(Int64.to_string Int64.max_int)
    int64_of_digits

(* Reads an unsigned number; a zero may have a minus. *)
let unsigned of_string text =
  let has_minus = text <> "" && text.[0] = '-' in
  let is_zero () = Option.equal I128.equal (I128.of_string text) (Some I128.zero) in
  of_string (if has_minus && is_zero () then "0" else text)

let u64 = integer ~least:"0" ~most:(U64.to_string U64.max_value) (unsigned U64.of_string)

let i128 =
  integer ~least:(I128.to_string I128.min_value) ~most:(I128.to_string I128.max_value)
    I128.of_string

let u128 = integer ~least:"0" ~most:(U128.to_string U128.max_value) (unsigned U128.of_string)
let u256 = integer ~least:"0" ~most:(U256.to_string U256.max_value) (unsigned U256.of_string)

let float_words = "a number, or one of \"NaN\", \"Infinity\", \"-Infinity\""
let finite v = if Float.is_finite v then Some v else None

(* Bytes behind "NaN:", most significant first. *)
let nan_bytes text ~length =
  if String.length text = 4 + (2 * length) && String.sub text 0 4 = "NaN:" then
    Hex.to_string (String.sub text 4 (2 * length))
  else None

let only_nan v = if Float.is_nan v then Some v else None

let float_of_text text ~nan ~bits =
  match text with
  | "NaN" -> Some nan
  | "Infinity" -> Some Float.infinity
  | "-Infinity" -> Some Float.neg_infinity
  | text -> Option.bind (bits text) only_nan

let f64_of_bits text =
  let of_bytes raw = Int64.float_of_bits (String.get_int64_be raw 0) in
  Option.map of_bytes (nan_bytes text ~length:8)

let f32_of_bits text =
  let of_bytes raw = F32.of_bits (String.get_int32_be raw 0) in
  Option.map of_bytes (nan_bytes text ~length:4)

let f64 =
  plain (always float_words) (function
    | Number digits -> Option.bind (float_of_string_opt digits) finite
    | String text ->
        let nan = Int64.float_of_bits 0x7FF8_0000_0000_0000L in
        float_of_text text ~nan ~bits:f64_of_bits
    | _ -> None)

let f32 =
  plain (always float_words) (function
    | Number digits ->
        let round wide = finite (F32.round wide) in
        Option.bind (float_of_string_opt digits) round
    | String text -> float_of_text text ~nan:(F32.of_bits 0x7FC0_0000l) ~bits:f32_of_bits
    | _ -> None)

let decimal ~scale of_string =
  let expected () =
    Printf.sprintf "a decimal with at most %d places in a string, such as \"1.5\"" scale
  in
  plain expected (fun json -> Option.bind (digits json) of_string)

let nanoseconds expected ~of_ns ~of_string =
  plain (always expected) (function
    | String text -> of_string text
    | Number digits -> Option.map of_ns (int64_of_digits digits)
    | _ -> None)

let timestamp =
  nanoseconds "a time such as \"2024-08-08T23:54:15.030314667Z\", or nanoseconds"
    ~of_ns:Timestamp.of_ns ~of_string:Timestamp.of_string

let duration =
  nanoseconds "a duration such as \"1.5s\", or nanoseconds" ~of_ns:Duration.of_ns
    ~of_string:Duration.of_string

(* {1 Text and bytes} *)

let of_text expected of_string =
  plain expected (function
    | String text -> of_string text
    | _ -> None)

let uuid =
  of_text (always "a UUID such as \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"") Uuid.of_string

let at_most max text = if String.length text <= max then Some text else None
let string = of_text (always "text") Option.some

let bounded_string ~max =
  of_text (fun () -> Printf.sprintf "text of at most %d bytes of UTF-8" max) (at_most max)

let bytes = of_text (always "bytes in hex") Hex.to_string

let bounded_bytes ~max =
  of_text
    (fun () -> Printf.sprintf "at most %d bytes in hex" max)
    (fun text -> Option.bind (Hex.to_string text) (at_most max))

let fixed_bytes ~len =
  let exactly raw = if String.length raw = len then Some raw else None in
  of_text
    (fun () -> Printf.sprintf "%d bytes in hex" len)
    (fun text -> Option.bind (Hex.to_string text) exactly)

(* {1 Several values} *)

let option item =
  {
    expected = (fun () -> "null or " ^ item.expected ());
    read =
      (fun place -> function
        | Json_value.Null -> None
        | json -> Some (item.read place json));
  }

let keeps rule reader =
  let read place json =
    let value = reader.read place json in
    if not (Rule.keeps rule value) then
      fail place ~expected:(Rule.wanted rule) ~found:(describe json);
    value
  in
  { reader with read }

(* An array whose length [fits]. *)
let array_of expected fits of_items =
  let rec reader =
    {
      expected;
      read =
        (fun place -> function
          | Json_value.Array items when fits (List.length items) -> of_items place items
          | json -> mismatch reader place json);
    }
  in
  reader

let read_item reader place index json = reader.read (Item (place, index)) json

(* By way of an array, since [List.map] takes stack for each item before OCaml 5.1. *)
let in_order item place items = Array.mapi (read_item item place) (Array.of_list items)
let list item = array_of (always "an array") (fun _ -> true) (in_order item)

let bounded_list ~max item =
  array_of
    (fun () -> Printf.sprintf "an array of at most %d items" max)
    (fun len -> len <= max)
    (in_order item)

let array ~len item =
  array_of
    (fun () -> Printf.sprintf "an array of %d items" len)
    (fun found -> found = len)
    (in_order item)

let floats reader =
  let read place json = Float.Array.map_from_array Fun.id (reader.read place json) in
  { reader with read }

type items = { place : Json_place.t; all : Json_value.t array }

let tuple len build =
  array_of
    (fun () -> Printf.sprintf "an array of %d items" len)
    (fun found -> found = len)
    (fun place all -> build { place; all = Array.of_list all })

let item items index reader = read_item reader items.place index items.all.(index)

let ascending compare place pairs =
  let pairs = Pairs.sorted compare pairs in
  if Option.is_some (Pairs.repeated compare pairs) then
    fail place ~expected:"each key once" ~found:"a key that is given twice";
  pairs

let map compare key value =
  let pair =
    tuple 2 (fun items ->
        let k = item items 0 key in
        (k, item items 1 value))
  in
  array_of
    (always "an array of pairs, each key once")
    (fun _ -> true)
    (fun place pairs -> ascending compare place (Array.to_list (in_order pair place pairs)))

let string_map key value =
  let rec reader =
    {
      expected = always "an object with a member for each key";
      read =
        (fun place -> function
          | Json_value.Object members ->
              let pair (name, json) =
                let place = Field (place, name) in
                let name = key.read place (Json_value.String name) in
                (name, value.read place json)
              in
              ascending String.compare place (List.rev (List.rev_map pair members))
          | json -> mismatch reader place json);
    }
  in
  reader

(* {1 Named types} *)

let quoted names = String.concat ", " (List.map (Printf.sprintf "\"%s\"") names)

type fields = { within : Json_place.t; names : string array; values : Json_value.t option array }

(* Members mostly come in the order of the fields, so the search begins behind the last one. *)
let index_of names name ~from =
  let count = Array.length names in
  let rec go tried =
    if tried = count then None
    else
      let i = (from + tried) mod count in
      if String.equal names.(i) name then Some i else go (tried + 1)
  in
  go 0

let sort_members ~name place names members =
  let values = Array.make (Array.length names) None in
  let put from (key, json) =
    match index_of names key ~from with
    | None ->
        let known = quoted (Array.to_list names) in
        let expected = Printf.sprintf "a field of `%s`: one of %s" name known in
        fail place ~expected ~found:(quote key)
    | Some i when Option.is_some values.(i) ->
        fail place ~expected:"each field once" ~found:(quote key ^ " twice")
    | Some i ->
        values.(i) <- Some json;
        i + 1
  in
  ignore (List.fold_left put 0 members);
  { within = place; names; values }

let record ~name names build =
  let rec reader =
    {
      expected = (fun () -> Printf.sprintf "an object for `%s`" name);
      read =
        (fun place -> function
          | Json_value.Object members -> build (sort_members ~name place names members)
          | json -> mismatch reader place json);
    }
  in
  reader

let field_place fields index = Field (fields.within, fields.names.(index))

let required fields index reader =
  let place = field_place fields index in
  match fields.values.(index) with
  | Some json -> reader.read place json
  | None -> fail place ~expected:(reader.expected ()) ~found:"no such field"

let defaulted fields index reader default =
  match fields.values.(index) with
  | Some json -> reader.read (field_place fields index) json
  | None -> default ()

let optional fields index item = defaulted fields index (option item) (fun () -> None)

let first_some f g x =
  match f x with
  | None -> g x
  | some -> some

let member_named members : Json_value.t -> _ = function
  | String name -> List.assoc_opt name members
  | _ -> None

let try_read reader json =
  match reader.read Root json with
  | value -> Some value
  | exception Json_error.Error _ -> None

let closed_enum ~name members number of_number =
  let expected () =
    Printf.sprintf "a member of `%s`: one of %s" name (quoted (List.map fst members))
  in
  let by_number json = Option.bind (try_read number json) of_number in
  plain expected (first_some (member_named members) by_number)

let open_enum ~name members number of_number =
  let expected () =
    Printf.sprintf "a member of `%s` (one of %s) or its number" name
      (quoted (List.map fst members))
  in
  let by_number json = Option.map of_number (try_read number json) in
  plain expected (first_some (member_named members) by_number)

let flags ~name table number ~of_bits =
  let expected () =
    Printf.sprintf "an array of names of `%s` (of %s) and numbers" name
      (quoted (List.map fst table))
  in
  let bits = plain expected (first_some (member_named table) (try_read number)) in
  array_of expected
    (fun _ -> true)
    (fun place items ->
      let all = in_order bits place items in
      of_bits (Array.fold_left U64.logor U64.zero all))

let small_flags ~name table number =
  let wide = { number with read = (fun place json -> Flags.small (number.read place json)) } in
  flags ~name table wide ~of_bits:(fun bits -> Int64.to_int (U64.to_bits bits))

let large_flags ~name table number = flags ~name table number ~of_bits:Fun.id

type arm = { at : Json_place.t; json : Json_value.t }

let is_unknown_arm name = String.equal name "unknown"

let union_of ~name ~is_open names build =
  let expected () =
    Printf.sprintf "an object with one arm of `%s`: one of %s" name (quoted (Array.to_list names))
  in
  let rec reader =
    {
      expected;
      read =
        (fun place -> function
          | Json_value.Object [ (key, json) ] -> (
              let arm = { at = Field (place, key); json } in
              match index_of names key ~from:0 with
              | Some index -> build arm index
              | None when is_open && is_unknown_arm key -> build arm (Array.length names)
              | None -> fail place ~expected:(expected ()) ~found:("the arm " ^ quote key))
          | json -> mismatch reader place json);
    }
  in
  reader

let union ~name names build = union_of ~name ~is_open:false names build
let open_union ~name names build = union_of ~name ~is_open:true names build
let arm arm reader = reader.read arm.at arm.json

let unknown_arm { at; json } ~known =
  let parts =
    match json with
    | Json_value.Object [ ("tag", Number tag); ("payload", String payload) ]
    | Json_value.Object [ ("payload", String payload); ("tag", Number tag) ] ->
        (int_within 1 0xFFFF_FFFF tag, Hex.to_string payload)
    | _ -> (None, None)
  in
  match parts with
  | Some tag, Some payload when (not (List.mem tag known)) && Writer.is_embedded_payload payload
    ->
      (tag, payload)
  | _ ->
      fail at
        ~expected:{|{"tag": a number of no known arm, "payload": an embedded payload in hex}|}
        ~found:(describe json)
