(* Properties of values that qcheck makes up. *)

open Mycelium_wire
open QCheck

let int64 = make ~print:Int64.to_string (Gen.map Int64.of_int Gen.int)

let decimal =
  let print m = Decimal.S8.to_string (Decimal.S8.of_mantissa m) in
  set_print print int64

let u128 =
  let gen = Gen.map2 (fun hi lo -> { U128.hi; lo }) Gen.ui64 Gen.ui64 in
  make ~print:U128.to_string gen

let i128 =
  let gen = Gen.map2 (fun hi lo -> { I128.hi; lo }) Gen.ui64 Gen.ui64 in
  make ~print:I128.to_string gen

let u256 =
  let half = Gen.map2 (fun hi lo -> { U128.hi; lo }) Gen.ui64 Gen.ui64 in
  make ~print:U256.to_string (Gen.map2 (fun hi lo -> { U256.hi; lo }) half half)

let uuid =
  let gen = Gen.string_size (Gen.return 16) in
  make ~print:Uuid.to_string (Gen.map (fun raw -> Option.get (Uuid.of_bytes raw)) gen)

let there_and_back name arbitrary ~to_string ~of_string ~equal =
  Test.make ~count:2_000 ~name arbitrary (fun v ->
      match of_string (to_string v) with
      | Some again -> equal v again
      | None -> false)

let texts =
  [
    there_and_back "decimal texts" decimal ~equal:Int64.equal
      ~to_string:(fun m -> Decimal.S8.to_string (Decimal.S8.of_mantissa m))
      ~of_string:(fun text -> Option.map Decimal.S8.mantissa (Decimal.S8.of_string text));
    there_and_back "timestamp texts" int64 ~equal:Int64.equal
      ~to_string:(fun n -> Timestamp.to_string (Timestamp.of_ns n))
      ~of_string:(fun text -> Option.map Timestamp.to_ns (Timestamp.of_string text));
    there_and_back "duration texts" int64 ~equal:Int64.equal
      ~to_string:(fun n -> Duration.to_string (Duration.of_ns n))
      ~of_string:(fun text -> Option.map Duration.to_ns (Duration.of_string text));
    there_and_back "u64 texts" int64 ~equal:Int64.equal
      ~to_string:(fun n -> U64.to_string (U64.of_bits n))
      ~of_string:(fun text -> Option.map U64.to_bits (U64.of_string text));
    there_and_back "u128 texts" u128 ~equal:U128.equal ~to_string:U128.to_string
      ~of_string:U128.of_string;
    there_and_back "i128 texts" i128 ~equal:I128.equal ~to_string:I128.to_string
      ~of_string:I128.of_string;
    there_and_back "u256 texts" u256 ~equal:U256.equal ~to_string:U256.to_string
      ~of_string:U256.of_string;
    there_and_back "u256 bytes" u256 ~equal:U256.equal ~to_string:U256.to_be_bytes
      ~of_string:U256.of_be_bytes;
    there_and_back "uuid texts" uuid ~equal:Uuid.equal ~to_string:Uuid.to_string
      ~of_string:Uuid.of_string;
    there_and_back "hexadecimal texts" string ~equal:String.equal ~to_string:Hex.of_string
      ~of_string:Hex.to_string;
  ]

let arithmetic =
  [
    Test.make ~name:"decimal sums come apart" ~count:2_000 (pair decimal decimal) (fun (a, b) ->
        let a = Decimal.S8.of_mantissa a and b = Decimal.S8.of_mantissa b in
        match Decimal.S8.add a b with
        | sum -> Decimal.S8.equal (Decimal.S8.sub sum b) a
        | exception Decimal.Overflow -> true);
    Test.make ~name:"i128 order is that of negation reversed" ~count:2_000 (pair i128 i128)
      (fun (a, b) ->
        let lowest = I128.equal a I128.min_value || I128.equal b I128.min_value in
        lowest || I128.compare a b = I128.compare (I128.neg b) (I128.neg a));
    Test.make ~name:"u256 order is that of the bytes" ~count:2_000 (pair u256 u256) (fun (a, b) ->
        let sign n = Int.compare n 0 in
        sign (U256.compare a b)
        = sign (String.compare (U256.to_be_bytes a) (U256.to_be_bytes b)));
    Test.make ~name:"f32 bits stay" ~count:5_000 int32 (fun bits ->
        Int32.equal bits (F32.to_bits (F32.of_bits bits)));
  ]

let goes_round (type a) (module M : Message.S with type t = a) name make =
  Test.make ~name:(name ^ " goes round") ~count:500 small_nat (fun n ->
      let value = make n in
      let frame = M.to_frame value in
      let again = M.of_frame_exn frame in
      M.equal value again
      && M.compare value again = 0
      && String.equal frame (M.to_frame again)
      && String.length frame = M.size value
      && Message.of_frame_strict (module M) frame = Ok again
      && Result.map M.to_frame (M.of_json (M.to_json value)) = Ok frame)

let into_dirty_room (type a) (module M : Message.S with type t = a) name make =
  Test.make ~name:(name ^ " fills every byte of its room") ~count:200 small_nat (fun n ->
      let value = make n in
      let room = Bytes.make (M.size value + 24) '\xAA' in
      let stop = M.encode_into value room ~pos:8 in
      stop = 8 + M.size value
      && Bytes.sub_string room 8 (M.size value) = M.to_frame value
      && Bytes.sub_string room stop 16 = String.make 16 '\xAA'
      && M.of_frame_exn ~pos:8 (Bytes.to_string room) = value)

let messages =
  [
    goes_round (module Market.Trade) "a trade" Sample.trade;
    goes_round (module Market.DepthUpdate) "a depth update" Sample.depth;
    goes_round (module Market.Signal) "a signal" Sample.signal;
    goes_round (module Market.Verdict) "a verdict" Sample.verdict;
    goes_round (module Vectors_maps.Values) "maps" Sample.maps;
    goes_round (module Vectors_maps.Wides) "wide keys" Sample.wides;
    goes_round (module Vectors_identifiers.Identifiers) "identifiers" Sample.identifiers;
    goes_round (module Vectors_constraints.Lengths) "lengths" Sample.lengths;
    goes_round (module Vectors_defaults.Grown) "defaults" Sample.grown;
    into_dirty_room (module Market.Trade) "a trade" Sample.trade;
    into_dirty_room (module Market.DepthUpdate) "a depth update" Sample.depth;
    into_dirty_room (module Market.Verdict) "a verdict" Sample.verdict;
  ]

(* Pairs in whatever order: one frame, ascending by key; each key once. *)
let pairs =
  let inside pairs = Vectors_maps.Inside.make ~many:[| pairs |] ~after:"" () in
  Test.make ~name:"pairs of a map in any order" ~count:2_000
    (small_list (pair (int_bound 255) (int_bound 255)))
    (fun pairs ->
      let keys = List.sort_uniq Int.compare (List.map fst pairs) in
      match Vectors_maps.Inside.to_frame (inside pairs) with
      | frame ->
          let again = Vectors_maps.Inside.of_frame_exn frame in
          List.length keys = List.length pairs
          && List.map fst again.many.(0) = keys
          && Vectors_maps.Inside.equal again (inside (List.rev pairs))
          && Vectors_maps.Inside.to_frame (inside (List.rev pairs)) = frame
      | exception Error.Error e ->
          e.kind = Key_order && e.offset = 0 && List.length keys < List.length pairs)

(* Values that fields cannot hold are refused, by name. *)
let refusals =
  let refused ?(kind = Error.Range) name message ~field =
    Test.make ~count:1 ~name unit (fun () ->
        match message () with
        | _ -> false
        | exception Error.Error e -> e.kind = kind && e.field = field)
  in
  let trade = Sample.trade 1 in
  [
    refused "a symbol that is too long" ~field:"market.Trade.symbol" (fun () ->
        Market.Trade.to_frame { trade with symbol = "seventeen letters" });
    refused "text that is not UTF-8" ~field:"market.Trade.symbol" (fun () ->
        Market.Trade.to_frame { trade with symbol = "\xFF" });
    refused "a number that is too large" ~field:"market.Trade.venue" (fun () ->
        Market.Trade.to_frame { trade with venue = Unknown 65536 });
    refused "a number outside its range" ~kind:Out_of_range ~field:"vectors.constraints.Older.grown"
      (fun () -> Vectors_constraints.Older.(to_frame (make ~id:1 ~grown:10 ())));
    refused "a text without letters" ~kind:Len ~field:"vectors.constraints.Older.tag" (fun () ->
        Vectors_constraints.Older.(to_frame (make ~id:1 ~tag:"" ())));
    refused "an optional text without letters" ~kind:Len ~field:"vectors.constraints.Lengths.maybe"
      (fun () -> Vectors_constraints.Lengths.to_frame { (Sample.lengths 1) with maybe = Some "" });
  ]

let () =
  let tests = texts @ arithmetic @ messages @ [ pairs ] @ refusals in
  exit (QCheck_base_runner.run_tests ~rand:(Random.State.make [| 7 |]) tests)
