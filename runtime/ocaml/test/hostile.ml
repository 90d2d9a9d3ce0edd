(* Bytes that nobody should send: each truncation, each flipped bit and each byte set to an extreme of
   real frames gives a value or an error, and nothing else. A value that comes of it encodes. *)

open Mycelium_wire

(* Decoding and viewing judge alike. *)
let same_verdict (module M : View.MESSAGE) bytes =
  match (M.of_frame bytes, M.View.of_frame bytes) with
  | Ok value, Ok view -> Check.is_true "the same value" (M.equal value (M.View.owned view))
  | Error e, Error seen -> Check.string ~expected:(Error.to_string e) (Error.to_string seen)
  | Ok _, Error e -> Check.fail "only the view refuses: %s" (Error.to_string e)
  | Error e, Ok _ -> Check.fail "only the view accepts: %s" (Error.to_string e)

let decodes (module M : View.MESSAGE) bytes =
  same_verdict (module M) bytes;
  match M.of_frame bytes with
  | Ok value ->
      (* What was decoded can be shown, and sent again. *)
      let again = M.of_json (M.to_json value) in
      Check.is_true "its JSON is read" (Result.is_ok again);
      ignore (M.to_frame value)
  | Error e -> Check.is_true "an error says where" (e.offset >= 0 && e.offset <= String.length bytes)

let truncations message frame () =
  for length = 0 to String.length frame - 1 do
    let bytes = String.sub frame 0 length in
    decodes message bytes
  done

let altered frame at byte =
  let bytes = Bytes.of_string frame in
  Bytes.set bytes at (Char.chr byte);
  Bytes.unsafe_to_string bytes

let flips message frame () =
  for at = 0 to String.length frame - 1 do
    for bit = 0 to 7 do
      decodes message (altered frame at (Char.code frame.[at] lxor (1 lsl bit)))
    done
  done

let extremes message frame () =
  for at = 0 to String.length frame - 1 do
    List.iter (fun byte -> decodes message (altered frame at byte)) [ 0x00; 0x7F; 0x80; 0xFF ]
  done

let noise message frame () =
  let random = Random.State.make [| 17 |] in
  for _ = 1 to 2_000 do
    let bytes = Bytes.of_string frame in
    for _ = 0 to Random.State.int random 8 do
      let at = Random.State.int random (Bytes.length bytes) in
      Bytes.set bytes at (Char.chr (Random.State.int random 256))
    done;
    decodes message (Bytes.unsafe_to_string bytes)
  done

let cases name message frame =
  [
    (name ^ " truncated", truncations message frame);
    (name ^ " with flipped bits", flips message frame);
    (name ^ " with extreme bytes", extremes message frame);
    (name ^ " with noise", noise message frame);
  ]

let samples : (string * (module View.MESSAGE) * string) list =
  [
    ("a trade", (module Market.Trade), Market.Trade.to_frame (Sample.trade 5));
    ("a depth update", (module Market.DepthUpdate), Market.DepthUpdate.to_frame (Sample.depth 7));
    ("a signal", (module Market.Signal), Market.Signal.to_frame (Sample.signal 3));
    ("a verdict", (module Market.Verdict), Market.Verdict.to_frame (Sample.verdict 4));
    ("a strange verdict", (module Market.Verdict), Market.Verdict.to_frame (Sample.verdict 8));
    ("maps", (module Vectors_maps.Values), Vectors_maps.Values.to_frame (Sample.maps 5));
    ("wide keys", (module Vectors_maps.Wides), Vectors_maps.Wides.to_frame (Sample.wides 4));
    ( "identifiers",
      (module Vectors_identifiers.Identifiers),
      Vectors_identifiers.Identifiers.to_frame (Sample.identifiers 5) );
    ( "lengths",
      (module Vectors_constraints.Lengths),
      Vectors_constraints.Lengths.to_frame (Sample.lengths 3) );
    ("defaults", (module Vectors_defaults.Grown), Vectors_defaults.Grown.to_frame (Sample.grown 1));
  ]

let () =
  Check.run "hostile bytes"
    (List.concat_map (fun (name, message, frame) -> cases name message frame) samples)
