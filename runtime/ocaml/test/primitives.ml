(* Values of the language: text forms there and back, limits, arithmetic. *)

open Mycelium_wire

let both ~to_string ~of_string text () =
  match of_string text with
  | None -> Check.fail "%S is not read" text
  | Some value -> Check.string ~expected:text (to_string value)

let refused ~of_string text () = Check.is_true (text ^ " is refused") (of_string text = None)
let named prefix check texts = List.map (fun text -> (prefix ^ " " ^ text, check text)) texts

let u64 =
  named "u64" (both ~to_string:U64.to_string ~of_string:U64.of_string)
    [ "0"; "9223372036854775807"; "9223372036854775808"; "18446744073709551615" ]
  @ named "no u64" (refused ~of_string:U64.of_string)
      [ ""; "-1"; "+1"; "18446744073709551616"; "1_0"; "0x10"; " 1"; "1.0" ]
  @ [
      ( "u64 order is unsigned",
        fun () -> Check.is_true "max > 1" (U64.compare U64.max_value U64.one > 0) );
      ( "u64 division is unsigned",
        fun () ->
          Check.string ~expected:"6148914691236517205"
            (U64.to_string (U64.div U64.max_value (U64.of_int 3))) );
      ( "u64 to float",
        fun () ->
          Check.is_true "2^64" (U64.to_float U64.max_value = 18446744073709551616.0);
          Check.is_true "2^63" (U64.to_float (U64.of_bits Int64.min_int) = 9223372036854775808.0)
      );
    ]

let i128 =
  named "i128" (both ~to_string:I128.to_string ~of_string:I128.of_string)
    [
      "0"; "-1"; "1"; "18446744073709551616"; "-18446744073709551616";
      "170141183460469231731687303715884105727"; "-170141183460469231731687303715884105728";
    ]
  @ named "no i128" (refused ~of_string:I128.of_string)
      [
        ""; "-"; "--1"; "170141183460469231731687303715884105728";
        "-170141183460469231731687303715884105729"; "1e3";
      ]

let u128 =
  named "u128" (both ~to_string:U128.to_string ~of_string:U128.of_string)
    [ "0"; "1000000000000000000000"; "340282366920938463463374607431768211455" ]
  @ named "no u128" (refused ~of_string:U128.of_string)
      [ ""; "-1"; "340282366920938463463374607431768211456" ]

let u256 =
  named "u256" (both ~to_string:U256.to_string ~of_string:U256.of_string)
    [
      "0"; "340282366920938463463374607431768211456";
      "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    ]
  @ named "no u256" (refused ~of_string:U256.of_string)
      [
        ""; "-1"; "0x1";
        "115792089237316195423570985008687907853269984665640564039457584007913129639936";
      ]

let uuid =
  named "uuid" (both ~to_string:Uuid.to_string ~of_string:Uuid.of_string)
    [ "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"; "00000000-0000-0000-0000-000000000000" ]
  @ named "no uuid" (refused ~of_string:Uuid.of_string)
      [
        ""; "f81d4fae7dec11d0a76500a0c91e6bf6"; "f81d4fae-7dec-11d0-a765-00a0c91e6bf";
        "f81d4fae-7dec-11d0-a765-00a0c91e6bfg"; "-81d4fae-7dec-11d0-a765-00a0c91e6bf6";
        "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}";
      ]
  @ [
      ( "uuid in upper case",
        fun () ->
          Check.string ~expected:"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
            (Uuid.to_string (Uuid.of_string_exn "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6")) );
    ]

module Price = Decimal.S8

let decimal =
  let of_string text = Decimal.of_string ~scale:2 text in
  named "decimal" (both ~to_string:Decimal.to_string ~of_string)
    [ "0.00"; "1.50"; "-0.01"; "92233720368547758.07"; "-92233720368547758.08" ]
  @ named "no decimal" (refused ~of_string)
      [
        ""; "-"; "."; "1."; ".5"; "1.005"; "1e2"; "92233720368547758.08"; "1.2.3"; "+1";
        "-92233720368547758.09";
      ]
  @ [
      ( "decimal pads",
        fun () -> Check.string ~expected:"61250.50000000" (Price.to_string (Price.of_string_exn "61250.5")) );
      ( "decimal adds exactly",
        fun () ->
          let sum = Price.add (Price.of_string_exn "0.1") (Price.of_string_exn "0.2") in
          Check.is_true "0.3" (Price.equal sum (Price.of_string_exn "0.3")) );
      ( "decimal says when it overflows",
        fun () ->
          let most = Price.of_mantissa Int64.max_int in
          match Price.add most most with
          | _ -> Check.fail "no overflow"
          | exception Decimal.Overflow -> () );
    ]

let timestamp =
  named "timestamp" (both ~to_string:Timestamp.to_string ~of_string:Timestamp.of_string)
    [
      "1970-01-01T00:00:00.000000000Z"; "2024-08-08T23:54:15.030314667Z";
      "1969-12-31T23:59:59.999999999Z"; "2000-02-29T12:00:00.000000001Z";
      "2262-04-11T23:47:16.854775807Z"; "1677-09-21T00:12:43.145224192Z";
    ]
  @ named "no timestamp" (refused ~of_string:Timestamp.of_string)
      [
        ""; "2024-02-30T00:00:00Z"; "2024-01-01T24:00:00Z"; "2024-01-01T00:00:00";
        "2262-04-11T23:47:16.854775808Z"; "1677-09-21T00:12:43.145224191Z";
        "9999-01-01T00:00:00Z"; "2024-01-01T00:00:00.Z"; "2024-01-01T00:00:00.1234567890Z";
      ]
  @ [
      ( "timestamp with an offset",
        fun () ->
          Check.is_true "epoch"
            (Timestamp.of_string "1970-01-01T01:00:00+01:00" = Some Timestamp.epoch) );
    ]

let duration =
  named "duration" (both ~to_string:Duration.to_string ~of_string:Duration.of_string)
    [
      "0s"; "1.5s"; "-0.000000001s"; "3600s"; "9223372036.854775807s"; "-9223372036.854775808s";
    ]
  @ named "no duration" (refused ~of_string:Duration.of_string)
      [ ""; "s"; "1"; "1.0000000001s"; "9223372036.854775808s" ]

let shown print value expected =
  (expected, fun () -> Check.string ~expected (Json.to_string print value))

let json =
  [
    shown Json.f64 1.0 "1.0";
    shown Json.f64 0.1 "0.1";
    shown Json.f64 (-0.0) "-0.0";
    shown Json.f64 Float.max_float "1.7976931348623157e+308";
    shown Json.f64 Float.infinity {|"Infinity"|};
    shown Json.f64 (Int64.float_of_bits 0x7FF8_0000_0000_0000L) {|"NaN"|};
    shown Json.f64 (Int64.float_of_bits 0x7FF0_0000_0000_0001L) {|"NaN:7ff0000000000001"|};
    shown Json.f32 (F32.of_bits 0x3DCC_CCCDl) "0.10000000149011612";
    shown Json.f32 (F32.of_bits 0x7F80_0001l) {|"NaN:7f800001"|};
    shown Json.string "a\"\\\n\x01é" {|"a\"\\\n\u0001é"|};
    shown Json.bytes "\x00\xff" {|"00ff"|};
  ]

let f32_bits =
  let keeps bits () =
    Check.is_true "kept" (Int32.equal bits (F32.to_bits (F32.of_bits bits)))
  in
  List.map
    (fun bits -> (Printf.sprintf "f32 %08lx" bits, keeps bits))
    [ 0l; 0x8000_0000l; 1l; 0x7F80_0000l; 0x7F80_0001l; 0x7FC0_0000l; 0xFFBF_FFFFl; 0xFFFF_FFFFl ]

let utf8 =
  let case text valid =
    ( Printf.sprintf "utf8 %S" text,
      fun () ->
        let found = Utf8.is_valid text ~pos:0 ~len:(String.length text) in
        Check.equal string_of_bool ~expected:valid found )
  in
  List.map
    (fun text -> case text true)
    [ ""; "plain text beyond a window"; "é"; "€uro"; "\xF0\x9F\x8D\x84"; "\xED\x9F\xBF" ]
  @ List.map
      (fun text -> case text false)
      [
        "\x80"; "\xC0\x80"; "\xC1\xBF"; "\xE0\x80\x80"; "\xED\xA0\x80"; "\xF0\x80\x80\x80";
        "\xF4\x90\x80\x80"; "\xF5\x80\x80\x80"; "\xE2\x82"; "1234567\xC3"; "\xFF";
      ]

let digest =
  let raw = String.init 32 Char.chr in
  [
    ( "digest there and back",
      fun () -> Check.is_true "same" (Mycelium_wire.Digest.(to_bytes (of_bytes raw)) = Some raw)
    );
    ( "no digest",
      fun () ->
        let refuses text = Check.is_true text (Mycelium_wire.Digest.to_bytes text = None) in
        List.iter refuses [ ""; "myc1:"; "myc2:" ^ String.make 64 '0'; "myc1:" ^ String.make 64 'x' ]
    );
  ]

let () =
  Check.run "primitives"
    (u64 @ i128 @ u128 @ u256 @ uuid @ decimal @ timestamp @ duration @ json @ f32_bits @ utf8 @ digest)
