(* Messages go through yojson and come back, whatever kinds of fields they have. *)

let goes_round (type a) (module M : Mycelium_wire.Message.S with type t = a) (value : a) () =
  let json = Mycelium_yojson.to_yojson (module M) value in
  (* By way of yojson's own text, too. *)
  let again = Yojson.Safe.from_string (Yojson.Safe.to_string json) in
  match Mycelium_yojson.of_yojson (module M) again with
  | Ok seen -> Check.is_true "the same value" (M.equal value seen)
  | Error e -> Check.fail "%s" (Mycelium_wire.Json_error.to_string e)

let fields_are_found () =
  let json = Mycelium_yojson.to_yojson (module Market.Trade) (Sample.trade 5) in
  Check.is_true "text" (Yojson.Safe.Util.member "symbol" json = `String "BTCUSDT");
  Check.is_true "a number" (Yojson.Safe.Util.member "trade_id" json = `Int 5)

let large_numbers_keep_their_digits () =
  let text = "18446744073709551615" in
  Check.is_true "a literal" (Mycelium_yojson.of_value (Number text) = `Intlit text);
  Check.is_true "and back" (Mycelium_yojson.to_value (`Intlit text) = Number text);
  Check.is_true "no number" (Mycelium_yojson.to_value (`Float infinity) = String "Infinity")

let refusals_say_where () =
  match Mycelium_yojson.of_yojson (module Market.Level) (`Assoc [ ("price", `Bool true) ]) with
  | Ok _ -> Check.fail "a level without numbers"
  | Error e -> Check.string ~expected:"$.price" e.path

let () =
  Check.run "yojson"
    [
      ("a trade", goes_round (module Market.Trade) (Sample.trade 7));
      ("a verdict", goes_round (module Market.Verdict) (Sample.verdict 8));
      ("maps", goes_round (module Vectors_maps.Values) (Sample.maps 5));
      ("every kind of field", goes_round (module Vectors_defaults.Grown) (Sample.grown 1));
      ("fields", fields_are_found);
      ("large numbers", large_numbers_keep_their_digits);
      ("refusals", refusals_say_where);
    ]
