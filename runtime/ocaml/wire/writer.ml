type t = { tail : int; stop : int; mutable next : int }

let no_tail = { tail = 0; stop = 0; next = 0 }

external set8 : bytes -> int -> int -> unit = "%bytes_unsafe_set"
external set16 : bytes -> int -> int -> unit = "%caml_bytes_set16u"
external set32 : bytes -> int -> int32 -> unit = "%caml_bytes_set32u"
external i64 : bytes -> int -> int64 -> unit = "%caml_bytes_set64u"
external u64 : bytes -> int -> U64.t -> unit = "%caml_bytes_set64u"
external timestamp : bytes -> int -> Timestamp.t -> unit = "%caml_bytes_set64u"
external duration : bytes -> int -> Duration.t -> unit = "%caml_bytes_set64u"
external pad1 : bytes -> int -> int -> unit = "%bytes_unsafe_set"
external pad2 : bytes -> int -> int -> unit = "%caml_bytes_set16u"
external pad4 : bytes -> int -> int32 -> unit = "%caml_bytes_set32u"

(* As in reading: what is wrong is said out of line, and raised in line. *)
let range_failure ~field detail = Error.failure Range ~offset:0 ~field detail [@@inline never]

let out_of_range v ~least ~most ~field =
  range_failure ~field (Printf.sprintf "%d, where %d to %d can be held" v least most)
  [@@inline never]

let i8 dst at v ~field =
  if v < -0x80 || v > 0x7F then raise_notrace (out_of_range v ~least:(-0x80) ~most:0x7F ~field);
  set8 dst at v
  [@@inline]

let u8 dst at v ~field =
  if v < 0 || v > 0xFF then raise_notrace (out_of_range v ~least:0 ~most:0xFF ~field);
  set8 dst at v
  [@@inline]

let i16 dst at v ~field =
  if v < -0x8000 || v > 0x7FFF then raise_notrace (out_of_range v ~least:(-0x8000) ~most:0x7FFF ~field);
  set16 dst at v
  [@@inline]

let u16 dst at v ~field =
  if v < 0 || v > 0xFFFF then raise_notrace (out_of_range v ~least:0 ~most:0xFFFF ~field);
  set16 dst at v
  [@@inline]

let i32 dst at v ~field =
  if v < -0x8000_0000 || v > 0x7FFF_FFFF then
    raise_notrace (out_of_range v ~least:(-0x8000_0000) ~most:0x7FFF_FFFF ~field);
  set32 dst at (Int32.of_int v)
  [@@inline]

let u32 dst at v ~field =
  if v < 0 || v > 0xFFFF_FFFF then raise_notrace (out_of_range v ~least:0 ~most:0xFFFF_FFFF ~field);
  set32 dst at (Int32.of_int v)
  [@@inline]

let i128 dst at { I128.hi; lo } =
  i64 dst at lo;
  i64 dst (at + 8) hi

let u128 dst at { U128.hi; lo } =
  i64 dst at lo;
  i64 dst (at + 8) hi

let u256 dst at { U256.hi; lo } =
  u128 dst at lo;
  u128 dst (at + 16) hi

let uuid dst at u = Bytes.blit_string (Uuid.to_bytes u) 0 dst at 16
let f32 dst at v = set32 dst at (F32.to_bits v)
let f64 = Floats.set_double
let bool dst at v = set8 dst at (Bool.to_int v)
let zero dst at len = if len > 0 then Bytes.unsafe_fill dst at len '\000'

(* A presence byte and the zeros up to the value are a 1 of that width. *)
let some dst at width =
  match width with
  | 1 -> set8 dst at 1
  | 2 -> set16 dst at 1
  | 4 -> set32 dst at 1l
  | _ -> i64 dst at 1L

(* [-align] and comparisons of [max], here and below, because the compiler works them out where both
   are constants of a schema. *)
let align_up n align = (n + align - 1) land -align [@@inline]
let count_size max = if max <= 0xFF then 1 else if max <= 0xFFFF then 2 else 4 [@@inline]

let too_many n ~max ~field =
  range_failure ~field (Printf.sprintf "%d items, where at most %d can be held" n max)
  [@@inline never]

let count dst at ~max ~field n =
  if n > max then raise_notrace (too_many n ~max ~field);
  if max <= 0xFF then set8 dst at n
  else if max <= 0xFFFF then set16 dst at n
  else set32 dst at (Int32.of_int n)
  [@@inline]

let check_text text ~field =
  if not (Utf8.is_valid text ~pos:0 ~len:(String.length text)) then
    raise_notrace (range_failure ~field "text that is not UTF-8")
  [@@inline never]

let bounded_bytes dst at ~max ~field raw =
  let len = String.length raw and head = count_size max in
  count dst at ~max ~field len;
  Bytes.unsafe_blit_string raw 0 dst (at + head) len;
  zero dst (at + head + len) (align_up (head + max) head - head - len)

(* Words behind one byte of count: copied, checked and filled up in one go. *)
let short_string dst at ~max ~field text =
  let len = String.length text in
  count dst at ~max ~field len;
  if not (Words.put dst (at + 1) ~max text ~len) then check_text text ~field
  [@@inline]

let long_string dst at ~max ~field text =
  check_text text ~field;
  bounded_bytes dst at ~max ~field text

let bounded_string dst at ~max ~field text =
  if Words.are_enough_for max then short_string dst at ~max ~field text
  else long_string dst at ~max ~field text
  [@@inline]

let expect_length found ~len ~what ~field =
  if found <> len then
    Error.range ~field (Printf.sprintf "%d %s, where exactly %d are held" found what len)

let fixed_bytes dst at ~len ~field raw =
  expect_length (String.length raw) ~len ~what:"bytes" ~field;
  Bytes.unsafe_blit_string raw 0 dst at len

let items w dst at ~size item all =
  for i = 0 to Array.length all - 1 do
    item w dst (at + (i * size)) (Array.unsafe_get all i)
  done

let array w dst at ~len ~size ~field item all =
  expect_length (Array.length all) ~len ~what:"items" ~field;
  items w dst at ~size item all

let bounded_list w dst at ~max ~first ~size ~room ~field item all =
  let len = Array.length all in
  count dst at ~max ~field len;
  let head = count_size max in
  zero dst (at + head) (first - head);
  items w dst (at + first) ~size item all;
  let used = first + (len * size) in
  zero dst (at + used) (room - used)

let float_array dst at ~len ~field floats =
  expect_length (Floats.length_of floats) ~len ~what:"items" ~field;
  Floats.write dst at floats

let bounded_floats dst at ~max ~first ~room ~field floats =
  let len = Floats.length_of floats in
  count dst at ~max ~field len;
  let head = count_size max in
  zero dst (at + head) (first - head);
  Floats.write dst (at + first) floats;
  let used = first + (8 * len) in
  zero dst (at + used) (room - used)

let changed = Invalid_argument "a value was changed while it was being encoded"

let reference dst at offset count =
  set32 dst at (Int32.of_int offset);
  set32 dst (at + 4) (Int32.of_int count)

(* Takes the next [bytes] of the tail, points the reference at [at] to them, and says where they
   start. *)
let item w dst at ~align ~bytes count =
  let start = w.tail + align_up (w.next - w.tail) align in
  if start + bytes > w.stop then raise_notrace changed;
  zero dst w.next (start - w.next);
  w.next <- start + bytes;
  reference dst at (start - w.tail) count;
  start

let bytes w dst at ~field:_ raw =
  let len = String.length raw in
  if len = 0 then i64 dst at 0L
  else
    let start = item w dst at ~align:1 ~bytes:len len in
    Bytes.unsafe_blit_string raw 0 dst start len

let string w dst at ~field text =
  check_text text ~field;
  bytes w dst at ~field text

let list w dst at ~align ~size ~field:_ encode all =
  let len = Array.length all in
  if len = 0 then i64 dst at 0L
  else
    let start = item w dst at ~align ~bytes:(len * size) len in
    items w dst start ~size encode all

let floats w dst at ~field:_ floats =
  let len = Floats.length_of floats in
  if len = 0 then i64 dst at 0L
  else
    let start = item w dst at ~align:8 ~bytes:(8 * len) len in
    Floats.write dst start floats

let map w dst at ~align ~size ~compare ~field pair pairs =
  match Pairs.sorted compare pairs with
  | [] -> i64 dst at 0L
  | pairs ->
      if Option.is_some (Pairs.repeated compare pairs) then
        Error.fail Key_order ~offset:0 ~field "a map with a key that is there twice";
      let len = List.length pairs in
      let start = item w dst at ~align ~bytes:(len * size) len in
      List.iteri (fun i v -> pair w dst (start + (i * size)) v) pairs

let payload dst ~pos ~stop ~block =
  let tail = pos + align_up block 8 in
  zero dst (pos + block) (tail - pos - block);
  { tail; stop; next = tail }

let finish w dst =
  if w.stop - w.next >= 8 then raise_notrace changed;
  zero dst w.next (w.stop - w.next)

let prefix = 8

let embedded w dst at ~block ~size body v =
  let bytes = prefix + size in
  let start = item w dst at ~align:8 ~bytes bytes in
  let pos = start + prefix in
  i64 dst start (Int64.of_int block);
  let inner = payload dst ~pos ~stop:(pos + size) ~block in
  body inner dst pos v;
  finish inner dst

let tag dst at n = set32 dst at (Int32.of_int n)

(* A prefix whose block fits what follows, all in multiples of 8. *)
let is_embedded_payload raw =
  let len = String.length raw in
  len >= prefix && len land 7 = 0 && align_up (Reader.u32 raw 0) 8 <= len - prefix

let unknown w dst at ~tag:n ~field raw =
  if n < 1 || n > 0xFFFF_FFFF then
    raise_notrace (out_of_range n ~least:1 ~most:0xFFFF_FFFF ~field);
  if not (is_embedded_payload raw) then
    Error.range ~field "bytes that are not the payload of an unknown arm";
  tag dst at n;
  let len = String.length raw in
  let start = item w dst (at + 4) ~align:8 ~bytes:len len in
  Bytes.unsafe_blit_string raw 0 dst start len

let present_empty dst at = if Int64.equal (Bytes.get_int64_le dst at) 0L then i64 dst at 1L
