(* Code generated from odd names works like any other. *)

open Mycelium_wire

let part n = Odd_parts.Part.make ~name:(String.make n 'p') ~ways:[| Up; Down |] ()

let first =
  Odd.First.make ~type_:7 ~src:8 ~at:9 ~r:true ~there:"there"
    ~later:(Odd.Later.make ~note:"later" ~way:Odd_parts.Way.Down ())
    ~either:(Odd.Either.Some (Some 3, "text"))
    ~wire:(Odd.Wire.make ~bytes:"abc" ())
    ~spans:[| Odd_parts.Span.make ~from:1 ~to_:2 () |]
    ~marks:Odd_parts.Marks.(union low high)
    ~part:(part 1)
    ~parts:[| part 2; part 0 |]
    ~pairs:[| ("pair", part 3) |]
    ~deep:[| [||]; [| (1, None); (2, Some "deep"); (3, Some "") |] |]
    ()

let checked =
  Odd.Checked.make ~type_:9 ~type_rule:1
    ~fields:[ ("b", (1, part 2)); ("a", (2, part 0)) ]
    ~items:[| Odd.Choice.None; Odd.Choice.Some |]
    ()

(* A value of a field that is held to something, by the name that it has. *)
let refused value field () =
  match Odd.Checked.to_frame value with
  | _ -> Check.fail "it was encoded"
  | exception Error.Error e -> Check.string ~expected:field e.field

let goes_round (type a) (module M : Message.S with type t = a) (value : a) () =
  let frame = M.to_frame value in
  Check.is_true "its JSON" (Result.map M.to_frame (M.of_json (M.to_json value)) = Ok frame);
  match Message.of_frame_strict (module M) frame with
  | Ok again -> Check.is_true "equal" (M.equal value again && M.compare value again = 0)
  | Error e -> Check.fail "%s" (Error.to_string e)

let defaults () =
  Check.is_true "a choice" (first.choice = Odd.Choice.Some);
  Check.is_true "a wide one" (first.wide = Odd.Wide.Most);
  Check.string ~expected:"0.05" (Odd.Price.to_string first.price);
  Check.is_true "a limit" (U64.equal first.limit Odd.max);
  Check.string ~expected:"a \"quoted\" \\ text" first.text

(* The block of an older writer ends before the fields that have defaults. *)
let older_block () =
  let frame = Bytes.of_string (Odd.Nothing.to_frame ()) in
  Check.int ~expected:16 (Bytes.length frame);
  let e = Result.get_error (Odd.First.of_frame (Bytes.to_string frame)) in
  Check.string ~expected:"type_id" (Error.kind_name e.kind);
  Bytes.set_uint16_le frame 4 Odd.First.type_id;
  let e = Result.get_error (Odd.First.of_frame (Bytes.to_string frame)) in
  Check.string ~expected:"missing" (Error.kind_name e.kind);
  Check.string ~expected:"odd.First.type" e.field

(* Releases that the lock beside the schema has. *)
let ancestors () =
  Check.int ~expected:2 (List.length Odd_parts.Part.ancestors);
  Check.is_true "they are others" (not (List.mem Odd_parts.Part.digest Odd_parts.Part.ancestors));
  Check.is_true "none" (Odd.First.ancestors = [])

let () =
  let nothing = Odd.Only.Nothing () in
  Check.run "oddities"
    [
      ("a message of odd names", goes_round (module Odd.First) first);
      ("a message of nothing", goes_round (module Odd.Nothing) ());
      ( "one arm alone",
        goes_round (module Odd.Holder) (Odd.Holder.make ~only:nothing ~all:[| nothing |] ()) );
      ("a message that others hold", goes_round (module Odd_parts.Part) (part 4));
      ("a message of checks", goes_round (module Odd.Checked) checked);
      ("a number out of range", refused { checked with type_ = 10 } "odd.Checked.type");
      ("nothing where something is", refused { checked with items = Some [||] } "odd.Checked.items");
      ("defaults", defaults);
      ("ancestors", ancestors);
      ("a block that ends early", older_block);
    ]
