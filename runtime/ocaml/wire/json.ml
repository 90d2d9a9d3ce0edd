type sink = Buffer.t
type 'a printer = sink -> 'a -> unit

let to_string print v =
  let out = Buffer.create 256 in
  print out v;
  Buffer.contents out

let pp print ppf v = Format.pp_print_string ppf (to_string print v)
let raw = Buffer.add_string
let bool out v = raw out (string_of_bool v)
let int out v = raw out (string_of_int v)
let i64 out v = raw out (Int64.to_string v)
let u64 out v = raw out (U64.to_string v)

(* For text that needs no escapes. *)
let quoted out text =
  raw out "\"";
  raw out text;
  raw out "\""

let i128 out v = quoted out (I128.to_string v)
let u128 out v = quoted out (U128.to_string v)
let u256 out v = quoted out (U256.to_string v)
let uuid out v = quoted out (Uuid.to_string v)
let timestamp out v = quoted out (Timestamp.to_string v)
let duration out v = quoted out (Duration.to_string v)
let bytes out v = quoted out (Hex.of_string v)

(* The fewest digits that read back; some number of them up to 17 does. *)
let rec shortest v ~digits =
  let text = Printf.sprintf "%.*g" digits v in
  if digits = 17 || float_of_string text = v then text else shortest v ~digits:(digits + 1)

(* A float looks like one, so that a reader without a schema takes it for one. *)
let as_float text =
  if String.exists (fun c -> c = '.' || c = 'e') text then text else text ^ ".0"

let float out v ~nan =
  if Float.is_nan v then quoted out nan
  else if v = Float.infinity then quoted out "Infinity"
  else if v = Float.neg_infinity then quoted out "-Infinity"
  else raw out (as_float (shortest v ~digits:1))

let f64 out v =
  let bits = Int64.bits_of_float v in
  let nan = if bits = 0x7FF8_0000_0000_0000L then "NaN" else Printf.sprintf "NaN:%016Lx" bits in
  float out v ~nan

let f32 out v =
  let bits = F32.to_bits v in
  let nan = if bits = 0x7FC0_0000l then "NaN" else Printf.sprintf "NaN:%08lx" bits in
  float out (F32.of_bits bits) ~nan

let escape out = function
  | '"' -> raw out "\\\""
  | '\\' -> raw out "\\\\"
  | '\n' -> raw out "\\n"
  | '\r' -> raw out "\\r"
  | '\t' -> raw out "\\t"
  | '\b' -> raw out "\\b"
  | '\012' -> raw out "\\f"
  | '\000' .. '\031' as c -> raw out (Printf.sprintf "\\u%04x" (Char.code c))
  | c -> Buffer.add_char out c

let string out text =
  raw out "\"";
  String.iter (escape out) text;
  raw out "\""

let text to_string out v = quoted out (to_string v)

let option print out = function
  | None -> raw out "null"
  | Some v -> print out v

let array print out items =
  raw out "[";
  Array.iteri
    (fun i v ->
      if i > 0 then raw out ",";
      print out v)
    items;
  raw out "]"

let floats out items = array f64 out (Array.init (Float.Array.length items) (Float.Array.get items))

(* Values in brackets with commas between them. *)
let bracketed opening closing print out items =
  raw out opening;
  List.iteri
    (fun i v ->
      if i > 0 then raw out ",";
      print out v)
    items;
  raw out closing

let map compare key value out pairs =
  let pair out (k, v) =
    raw out "[";
    key out k;
    raw out ",";
    value out v;
    raw out "]"
  in
  bracketed "[" "]" pair out (Pairs.sorted compare pairs)

let string_map value out pairs =
  let member out (k, v) =
    string out k;
    raw out ":";
    value out v
  in
  bracketed "{" "}" member out (Pairs.sorted String.compare pairs)

let flags table out bits =
  let names, unknown = Flags.names table bits in
  let rest = if U64.equal unknown U64.zero then [] else [ U64.to_string unknown ] in
  let items = List.map (Printf.sprintf "%S") names @ rest in
  raw out "[";
  raw out (String.concat "," items);
  raw out "]"

let unknown_arm out ~tag payload =
  raw out (Printf.sprintf {|{"unknown":{"tag":%d,"payload":"%s"}}|} tag (Hex.of_string payload))
