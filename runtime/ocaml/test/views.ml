(* Views: each field shows what decoding gives, of whole frames and of those of older senders. *)

open Mycelium_wire
module Items = View.Items

let array_of f items = Array.map f (Items.to_array items)

let level_of view =
  Market.Level.make ~price:(Market.Level.View.price view)
    ~quantity:(Market.Level.View.quantity view) ()

let depth_shows_its_fields () =
  let open Market.DepthUpdate in
  let sent = Sample.depth 27 in
  let view = View.of_frame_exn (to_frame sent) in
  let seen =
    make ~event_time:(View.event_time view) ~sent_time:(View.sent_time view)
      ~first_update_id:(View.first_update_id view) ~last_update_id:(View.last_update_id view)
      ?previous_update_id:(View.previous_update_id view) ~symbol:(View.symbol view)
      ~venue:(View.venue view)
      ~bids:(array_of level_of (View.bids view))
      ~asks:(array_of level_of (View.asks view))
      ()
  in
  Check.is_true "all fields" (equal sent seen);
  Check.is_true "owned" (equal sent (View.owned view))

let verdict_shows_its_arm n () =
  let sent = Sample.verdict n in
  let view = Market.Verdict.View.of_frame_exn (Market.Verdict.to_frame sent) in
  let seen : Market.Decision.t =
    match Market.Verdict.View.decision view with
    | Approved v ->
        let open Market.Approval.View in
        Approved { quantity = quantity v; position_after = position_after v }
    | Rejected v ->
        let open Market.Rejection.View in
        Rejected { rule = rule v; limit = limit v; actual = actual v }
    | Unknown { tag; payload } -> Unknown { tag; payload }
  in
  Check.is_true "the decision" (Market.Decision.equal sent.decision seen);
  Check.is_true "the tuples" (Items.to_array (Market.Verdict.View.last_trades view) = sent.last_trades)

let side_of view =
  let open Vectors_defaults.Level.View in
  Vectors_defaults.Level.make ~price:(price view) ?quantity:(quantity view) ~side:(side view)
    ~tags:(Items.to_array (tags view)) ()

(* The same checks hold of a frame that has all fields and of one whose block ends behind the first. *)
let check_grown (sent : Vectors_defaults.Grown.t) frame =
  let open Vectors_defaults.Grown.View in
  let view = of_frame_exn frame in
  let is = Check.is_true in
  is "id" (id view = sent.id);
  is "numbers" (Items.to_array (numbers view) = sent.numbers);
  is "empty" (Items.to_list (empty view) = Array.to_list sent.empty);
  is "words" (Items.to_array (words view) = sent.words);
  is "bounded" (Items.to_array (bounded view) = sent.bounded);
  is "sides" (Items.to_array (sides view) = sent.sides);
  is "rows" (Items.to_array (rows view) = sent.rows);
  is "nested" (array_of Items.to_array (nested view) = sent.nested);
  is "raw" (raw view = sent.raw);
  is "short" (short view = sent.short);
  is "pair" (pair view = sent.pair);
  let text, numbers = both view in
  is "both" ((text, Items.to_array numbers) = sent.both);
  is "flags" (Vectors_defaults.Marks.equal (flags view) sent.flags);
  is "level" (Vectors_defaults.Level.equal (side_of (level view)) sent.level);
  is "levels" (array_of side_of (levels view) = sent.levels);
  is "counts" (View.Map.to_list (counts view) = sent.counts);
  is "a count" (View.Map.find "b" (counts view) = List.assoc_opt "b" sent.counts);
  is "by side" (View.Map.to_list (by_side view) = sent.by_side);
  is "key" (Uuid.equal (key view) sent.key);
  is "wide" (U256.equal (wide view) sent.wide);
  is "third" (third view = sent.third);
  is "maybe" (Items.to_array (maybe view) = sent.maybe)

let grown_shows_its_fields () =
  let sent = Sample.grown 1 in
  check_grown sent (Vectors_defaults.Grown.to_frame sent)

let older_frames_show_defaults () =
  let sent = Vectors_defaults.Grown.make ~id:(U64.of_int 7) () in
  let frame = Bytes.make 24 '\000' in
  Frame.write frame ~pos:0
    { length = 8; type_id = Vectors_defaults.Grown.type_id; channel = 0; block = 8; sequence = 0 };
  Bytes.set_int64_le frame 16 7L;
  check_grown sent (Bytes.to_string frame)

let lists n =
  Vectors_containers.Lists.make ~numbers:[||] ~raw:"" ~truths:[||] ~wide:[||]
    ~floats:(Float.Array.init n (fun i -> float_of_int i /. 4.))
    ~words:[||] ~blobs:[||] ~codes:[||] ~points:[||] ~padded:[||] ~labels:[||] ~rows:[||]
    ~pairs:[||] ~maybe:[||] ~blocks:[||] ~times:[||] ~prices:[||] ()

(* Also where the frame stands at no multiple of 8. *)
let floats_are_read_in_place shift () =
  let sent = lists 100 in
  let stream = String.make shift '?' ^ Vectors_containers.Lists.to_frame sent in
  let view = Vectors_containers.Lists.View.of_frame_exn ~pos:shift stream in
  let floats = Vectors_containers.Lists.View.floats view in
  Check.int ~expected:100 (Floats.length floats);
  Check.is_true "items" (Floats.to_floatarray floats = sent.floats);
  Check.is_true "an item" (Floats.get floats 3 = 0.75);
  Check.is_true "their sum" (Floats.fold_left ( +. ) 0. floats = 1237.5);
  Check.is_true "the same" (Floats.sum floats = 1237.5);
  let part = Float.Array.make 4 9. in
  Floats.blit floats ~pos:98 part ~dst_pos:1 ~len:2;
  Check.is_true "a part" (part = Float.Array.of_list [ 9.; 24.5; 24.75; 9. ]);
  Check.is_true "decoded"
    (Vectors_containers.Lists.equal sent (Vectors_containers.Lists.of_frame_exn ~pos:shift stream))

let raises f =
  match f () with
  | _ -> false
  | exception Invalid_argument _ -> true

let places_are_checked () =
  let view = Vectors_containers.Lists.View.of_frame_exn (Vectors_containers.Lists.to_frame (lists 3)) in
  let floats = Vectors_containers.Lists.View.floats view in
  let into = Float.Array.create 2 in
  Check.is_true "behind the end" (raises (fun () -> Floats.get floats 3));
  Check.is_true "before the start" (raises (fun () -> Floats.get floats (-1)));
  Check.is_true "too many" (raises (fun () -> Floats.blit floats ~pos:0 into ~dst_pos:0 ~len:3));
  Check.is_true "overflow" (raises (fun () -> Floats.blit floats ~pos:max_int into ~dst_pos:0 ~len:1));
  Check.is_true "no item"
    (raises (fun () -> Items.get (Vectors_containers.Lists.View.words view) 0));
  let trade = Sample.trade 1 in
  let size = Market.Trade.size trade in
  let encode pos = Market.Trade.encode_into trade (Bytes.create size) ~pos in
  Check.int ~expected:size (encode 0);
  Check.is_true "no room" (raises (fun () -> encode 1));
  Check.is_true "before the room" (raises (fun () -> encode (-1)));
  Check.is_true "far behind it" (raises (fun () -> encode max_int));
  Check.is_true "far before it" (raises (fun () -> encode min_int))

let () =
  Check.run "views"
    [
      ("a depth update", depth_shows_its_fields);
      ("a verdict, approved", verdict_shows_its_arm 3);
      ("a verdict, rejected", verdict_shows_its_arm 4);
      ("a verdict that is not known", verdict_shows_its_arm 5);
      ("every kind of field", grown_shows_its_fields);
      ("defaults", older_frames_show_defaults);
      ("floats", floats_are_read_in_place 0);
      ("floats at an odd place", floats_are_read_in_place 3);
      ("places", places_are_checked);
    ]
