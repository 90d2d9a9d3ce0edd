(* Encoding, decoding and reading in place beside Marshal, bin_prot and, where it is installed,
   ocaml-protoc, on the same values.

   Every codec encodes into a buffer that is there already, and decodes what it encoded. Reading sums
   prices and quantities of all levels, or all doubles: by the view of the frame, or after decoding. *)

open Mycelium_wire

let levels = 20
let doubles = 10_000
let room = 1 lsl 18

let trade =
  Market.Trade.make
    ~event_time:(Timestamp.of_ns 1_723_161_255_030_314_667L)
    ~sent_time:(Timestamp.of_ns 1_723_161_255_030_398_112L)
    ~trade_id:(U64.of_int 5_300_412_877) ~symbol:"BTCUSDT" ~venue:Binance ~side:Sell
    ~flags:Market.TradeFlags.buyer_is_maker
    ~price:(Decimal.S8.of_string_exn "61250.5")
    ~quantity:(Decimal.S8.of_string_exn "0.125")
    ()

let side away =
  let level i =
    Market.Level.make
      ~price:(Decimal.S8.of_mantissa (Int64.of_int (6_125_000_000_000 + (away * i * 10_000_000))))
      ~quantity:(Decimal.S8.of_mantissa (Int64.of_int (12_500_000 * (i + 1))))
      ()
  in
  Array.init levels level

let book =
  Market.Snapshot.make ~event_time:trade.event_time ~sent_time:trade.sent_time
    ~last_update_id:(U64.of_int 5_300_412_878) ~symbol:"BTCUSDT" ~venue:Binance ~bids:(side (-1))
    ~asks:(side 1) ()

let values = Array.init doubles (fun i -> sin (float_of_int i))
let readings = Samples.Readings.make ~values:(Float.Array.map_from_array Fun.id values) ()

(* {1 Codecs} *)

let ours (type a) group (module M : View.MESSAGE with type t = a) (value : a) =
  let dst = Bytes.create room and frame = M.to_frame value in
  let bytes = String.length frame in
  [
    Rounds.case (group ^ " encode") "mycelium" ~bytes (fun () -> M.encode_into value dst ~pos:0);
    Rounds.case (group ^ " decode") "mycelium" ~bytes (fun () -> M.of_frame_exn frame);
  ]

let marshal group value =
  let dst = Bytes.create room in
  let encode () = Marshal.to_buffer dst 0 room value [ Marshal.No_sharing ] in
  let bytes = encode () in
  let encoded = Bytes.sub dst 0 bytes in
  [
    Rounds.case (group ^ " encode") "Marshal" ~bytes encode;
    Rounds.case (group ^ " decode") "Marshal" ~bytes (fun () ->
        Rounds.keep (Marshal.from_bytes encoded 0));
  ]

let bin_prot group (write : 'a Bin_prot.Write.writer) (read : 'a Bin_prot.Read.reader) value =
  let buffer = Bin_prot.Common.create_buf room in
  let encode () = write buffer ~pos:0 value in
  let bytes = encode () in
  let decode () = read buffer ~pos_ref:(ref 0) in
  [
    Rounds.case (group ^ " encode") "bin_prot" ~bytes encode;
    Rounds.case (group ^ " decode") "bin_prot" ~bytes decode;
  ]

(* {1 Reading} *)

let sum_view levels =
  let sum = ref 0L in
  for i = 0 to View.Items.length levels - 1 do
    let level = View.Items.get levels i in
    let price = Decimal.S8.mantissa (Market.Level.View.price level) in
    let quantity = Decimal.S8.mantissa (Market.Level.View.quantity level) in
    sum := Int64.add !sum (Int64.add price quantity)
  done;
  !sum

let sum_ours (levels : Market.Level.t array) =
  let sum = ref 0L in
  for i = 0 to Array.length levels - 1 do
    let level = levels.(i) in
    let price = Decimal.S8.mantissa level.price in
    let quantity = Decimal.S8.mantissa level.quantity in
    sum := Int64.add !sum (Int64.add price quantity)
  done;
  !sum

let sum_theirs (levels : Theirs.level array) =
  let sum = ref 0L in
  for i = 0 to Array.length levels - 1 do
    let level = levels.(i) in
    sum := Int64.add !sum (Int64.add level.price level.quantity)
  done;
  !sum

let read_books () =
  let frame = Market.Snapshot.to_frame book and theirs = Theirs.book_of book in
  let view () =
    let view = Market.Snapshot.View.of_frame_exn frame in
    Int64.add
      (sum_view (Market.Snapshot.View.bids view))
      (sum_view (Market.Snapshot.View.asks view))
  in
  let decoded () =
    let book = Market.Snapshot.of_frame_exn frame in
    Int64.add (sum_ours book.bids) (sum_ours book.asks)
  in
  let buffer = Bin_prot.Common.create_buf room in
  ignore (Theirs.bin_write_book buffer ~pos:0 theirs);
  let both (book : Theirs.book) = Int64.add (sum_theirs book.bids) (sum_theirs book.asks) in
  let marshalled = Marshal.to_string theirs [ Marshal.No_sharing ] in
  assert (view () = decoded () && view () = both theirs);
  [
    Rounds.case "book read" "mycelium view" view;
    Rounds.case "book read" "mycelium decoded" decoded;
    Rounds.case "book read" "bin_prot" (fun () -> both (Theirs.bin_read_book buffer ~pos_ref:(ref 0)));
    Rounds.case "book read" "Marshal" (fun () -> both (Marshal.from_string marshalled 0));
  ]

let sum_floats () =
  let frame = Samples.Readings.to_frame readings in
  let view () =
    Floats.sum (Samples.Readings.View.values (Samples.Readings.View.of_frame_exn frame))
  in
  let plain () =
    let sum = ref 0. in
    for i = 0 to Array.length values - 1 do
      sum := !sum +. values.(i)
    done;
    !sum
  in
  assert (view () = plain ());
  [
    Rounds.case "floats sum" "mycelium view" view;
    Rounds.case "floats sum" "float array" plain;
  ]

let cases () =
  let trade' = Theirs.trade_of trade and book' = Theirs.book_of book in
  List.concat
    [
      ours "trade" (module Market.Trade) trade;
      bin_prot "trade" Theirs.bin_write_trade Theirs.bin_read_trade trade';
      marshal "trade" trade';
      ours "book" (module Market.Snapshot) book;
      bin_prot "book" Theirs.bin_write_book Theirs.bin_read_book book';
      marshal "book" book';
      read_books ();
      ours "floats" (module Samples.Readings) readings;
      bin_prot "floats" Theirs.bin_write_readings Theirs.bin_read_readings readings.values;
      marshal "floats" readings.values;
      sum_floats ();
      Protobuf.cases ~trade:trade' ~book:book' ~values;
    ]

let show { Rounds.case; median_ns; least_ns } =
  Printf.sprintf {|{"group":"%s","name":"%s","bytes":%d,"median_ns":%.2f,"least_ns":%.2f}|}
    case.group case.name case.bytes median_ns least_ns

let () =
  let rounds = int_of_string Sys.argv.(1) in
  let results = Rounds.measure ~rounds (cases ()) in
  Printf.printf "[%s]\n" (String.concat ",\n" (List.map show results))
