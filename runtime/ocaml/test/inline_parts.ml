(* What is written and read by words: headers, and texts of a few of them, byte by byte. *)

open Mycelium_wire

let refused kind f =
  match f () with
  | _ -> Check.fail "it is taken"
  | exception Error.Error error when error.kind = kind -> ()

(* A text of [len] bytes, each another one; the last may be more than ASCII. *)
let text ~last len =
  String.init len (fun i -> if i = len - 1 then last else Char.chr (0x41 + (i mod 26)))

(* Where a field lies that is neither at a multiple of 8 nor followed by anything. *)
let at = 3

let written ~max text =
  let dst = Bytes.make (at + 1 + max) '\xAA' in
  Writer.bounded_string dst at ~max ~field:"text" text;
  Bytes.to_string dst

let expected ~max text =
  let len = String.length text in
  String.make at '\xAA' ^ String.make 1 (Char.chr len) ^ text ^ String.make (max - len) '\000'

(* The same with other bytes behind the text, which say nothing. *)
let untidy ~max text =
  let bytes = Bytes.of_string (expected ~max text) in
  let used = at + 1 + String.length text in
  Bytes.fill bytes used (Bytes.length bytes - used) '\xFF';
  Bytes.to_string bytes

let there_and_back ~max text =
  Check.string ~expected:(expected ~max text) (written ~max text);
  let read src =
    Check.string ~expected:text (Reader.bounded_string src at ~max ~field:"text");
    Check.string ~expected:text (Reader.bounded_bytes src at ~max ~field:"text");
    Reader.check_bounded_string src at ~max ~field:"text"
  in
  read (expected ~max text);
  read (untidy ~max text)

let not_text ~max text =
  refused Range (fun () -> written ~max text);
  let src = untidy ~max text in
  refused Utf8 (fun () -> ignore (Reader.bounded_string src at ~max ~field:"text"));
  refused Utf8 (fun () -> Reader.check_bounded_string src at ~max ~field:"text")

let too_long ~max =
  refused Range (fun () -> written ~max (text ~last:'z' (max + 1)));
  let src = String.make at '\000' ^ String.make (max + 1) (Char.chr (max + 1)) in
  refused Count (fun () -> ignore (Reader.bounded_string src at ~max ~field:"text"))

let texts =
  let bound max =
    ( Printf.sprintf "string<%d>" max,
      fun () ->
        for len = 0 to max do
          there_and_back ~max (text ~last:'z' len);
          if len >= 2 then there_and_back ~max (text ~last:'z' (len - 2) ^ "\xC3\xA9");
          if len >= 1 then not_text ~max (text ~last:'\xC3' len)
        done;
        too_long ~max )
  in
  List.map bound [ 0; 1; 7; 8; 9; 15; 16; 24; 31; 32; 40; 48; 56; 64; 65; 72 ]

(* What is new is a string as any other: equal to it, and as long. *)
let whole =
  [
    ( "a text that was read",
      fun () ->
        let src = untidy ~max:16 "BTCUSDT" in
        let read = Reader.bounded_string src at ~max:16 ~field:"text" in
        Check.is_true "equal" (read = "BTCUSDT" && Hashtbl.hash read = Hashtbl.hash "BTCUSDT");
        Check.string ~expected:"BTCUSDT!" (read ^ "!") );
  ]

let verdict =
  Market.Verdict.make
    ~sent_time:(Timestamp.of_ns 1L) ~signal_sent_time:(Timestamp.of_ns 2L)
    ~signal_id:(U64.of_int 3) ~symbol:"A"
    ~decision:(Unknown { tag = 9; payload = String.make 8 '\000' })
    ~last_trades:[||] ()

let header ?channel ?sequence () =
  let dst = Bytes.make 512 '\xAA' in
  let stop = Market.Verdict.encode_into ?channel ?sequence verdict dst ~pos:5 in
  let header, next = Frame.split ~pos:5 (Bytes.to_string dst) in
  Check.int ~expected:stop next;
  Check.int ~expected:Market.Verdict.type_id header.type_id;
  Check.int ~expected:Market.Verdict.block header.block;
  Check.int ~expected:(Market.Verdict.size verdict) (Frame.size header);
  (header.channel, header.sequence)

let numbers_are expected found =
  Check.equal (fun (c, s) -> Printf.sprintf "%d, %d" c s) ~expected found

let is_refused ?channel ?sequence () =
  match header ?channel ?sequence () with
  | _ -> Check.fail "it is taken"
  | exception Invalid_argument _ -> ()

let headers =
  [
    ( "numbers of a header",
      fun () ->
        numbers_are (0, 0) (header ());
        numbers_are (0xFFFF, 0) (header ~channel:0xFFFF ());
        numbers_are (0, 0xFFFF_FFFF) (header ~sequence:0xFFFF_FFFF ());
        numbers_are (0x8001, 0x8000_0001) (header ~channel:0x8001 ~sequence:0x8000_0001 ()) );
    ( "numbers that no header holds",
      fun () ->
        is_refused ~channel:(-1) ();
        is_refused ~channel:0x1_0000 ();
        is_refused ~sequence:(-1) ();
        is_refused ~sequence:0x1_0000_0000 ();
        is_refused ~channel:max_int ~sequence:min_int () );
    ( "room that is too small is not written to",
      fun () ->
        let size = Market.Verdict.size verdict in
        let dst = Bytes.make (size + 4) '\xAA' in
        List.iter
          (fun pos ->
            match Market.Verdict.encode_into verdict dst ~pos with
            | _ -> Check.fail "it is taken"
            | exception Invalid_argument _ -> ())
          [ -1; 5; max_int; min_int ];
        Check.string ~expected:(String.make (size + 4) '\xAA') (Bytes.to_string dst);
        Check.int ~expected:(size + 4) (Market.Verdict.encode_into verdict dst ~pos:4) );
  ]

let trade =
  Market.Trade.make
    ~event_time:(Timestamp.of_ns 1L) ~sent_time:(Timestamp.of_ns 2L) ~trade_id:(U64.of_int 3)
    ~symbol:"BTCUSDT" ~venue:Binance ~side:Sell ~flags:Market.TradeFlags.empty
    ~price:(Decimal.S8.of_int 4) ~quantity:(Decimal.S8.of_int 5) ()

let allocation =
  [
    ( "a message without a tail is encoded without allocation",
      fun () ->
        let dst = Bytes.create (Market.Trade.size trade) in
        let before = Gc.minor_words () in
        for _ = 1 to 1000 do
          ignore (Market.Trade.encode_into trade dst ~pos:0)
        done;
        Check.is_true "none" (Gc.minor_words () -. before < 1000.) );
  ]

let () = Check.run "inline parts" (texts @ whole @ headers @ allocation)
