(* Tests of the risk service's parts. *)

open Market_risk
open Market

let check name holds = if not holds then failwith name
let quantity = Quantity.of_string_exn

let hash pieces =
  let sha = Sha256.create () in
  List.iter (Sha256.add sha) pieces;
  Sha256.to_hex sha

(* From FIPS 180-4's examples. *)
let sha256_of_known_texts () =
  let known text digest = check ("SHA-256 of " ^ text) (hash [ text ] = digest) in
  known "" "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
  known "abc" "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  known "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"

let sha256_of_pieces () =
  for length = 0 to 200 do
    let text = String.init length (fun i -> Char.chr (i land 255)) in
    for cut = 0 to length do
      let pieces = [ String.sub text 0 cut; String.sub text cut (length - cut) ] in
      check "SHA-256 does not depend on pieces" (hash pieces = hash [ text ])
    done
  done

let histogram_buckets () =
  let histogram = Histogram.create () in
  List.iter (Histogram.record histogram) [ 1_000; 5; 1_000; -3; 31; 32; 63; 64; 65; max_int ];
  match List.rev (Histogram.buckets histogram) with
  | (largest, 1) :: rest ->
      check "the largest value has a bucket" (largest > max_int / 2);
      check "buckets are those of the other languages"
        (List.rev rest = [ (0, 1); (5, 1); (31, 1); (32, 1); (63, 1); (64, 2); (992, 2) ])
  | _ -> failwith "the largest value is alone in its bucket"

let signal side amount =
  let time = Mycelium_wire.Timestamp.epoch and price = Price.zero in
  Signal.make ~event_time:time ~sent_time:time ~signal_id:Mycelium_wire.U64.one ~symbol:"BTCUSDT"
    ~side ~price ~quantity:(quantity amount) ~confidence:1. ~mid:price ~strategy:"test" ()

let approves limits signal ~quantity:approved ~position =
  match Limits.decide limits signal with
  | Approved { quantity = q; position_after = p } ->
      check "approved quantity" (Quantity.equal q (quantity approved));
      check "position after" (Quantity.equal p (quantity position))
  | Rejected _ | Unknown _ -> failwith "it is approved"

let positions_are_limited () =
  let limits = Limits.create () in
  approves limits (signal Buy "1.5") ~quantity:"1.5" ~position:"1.5";
  approves limits (signal Buy "1.5") ~quantity:"0.5" ~position:"2";
  (match Limits.decide limits (signal Buy "0.001") with
  | Rejected { rule = "max_position"; actual; _ } ->
      check "what it would have led to" (Quantity.equal actual (quantity "2.001"))
  | _ -> failwith "it is rejected");
  approves limits (signal Sell "9") ~quantity:"4" ~position:"-2"

let () =
  sha256_of_known_texts ();
  sha256_of_pieces ();
  histogram_buckets ();
  positions_are_limited ()
