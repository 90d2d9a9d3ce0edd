type t = { src : string; at : int; there : int; tail : int; stop : int; mutable next : int }

(* Loads and stores are those of the machine. *)
let () =
  if Sys.big_endian || Sys.int_size < 63 then
    failwith "mycelium.wire needs a 64-bit little-endian machine"

external u8 : string -> int -> int = "%string_unsafe_get"
external u16 : string -> int -> int = "%caml_string_get16u"
external get32 : string -> int -> int32 = "%caml_string_get32u"
external i64 : string -> int -> int64 = "%caml_string_get64u"
external u64 : string -> int -> U64.t = "%caml_string_get64u"
external timestamp : string -> int -> Timestamp.t = "%caml_string_get64u"
external duration : string -> int -> Duration.t = "%caml_string_get64u"

let i8 src at = (u8 src at lsl (Sys.int_size - 8)) asr (Sys.int_size - 8)
let i16 src at = (u16 src at lsl (Sys.int_size - 16)) asr (Sys.int_size - 16)
let i32 src at = Int32.to_int (get32 src at)
let u32 src at = Int32.to_int (get32 src at) land 0xFFFF_FFFF
let i128 src at = { I128.lo = i64 src at; hi = i64 src (at + 8) }
let u128 src at = { U128.lo = i64 src at; hi = i64 src (at + 8) }
let u256 src at = { U256.lo = u128 src at; hi = u128 src (at + 16) }
let uuid = Uuid.sub
let f32 src at = F32.of_bits (get32 src at)
let f64 = Floats.get_double
let align_up n align = (n + align - 1) land -align [@@inline]

let not_zero_or_one kind what n at ~field =
  Error.failure kind ~offset:at ~field (Printf.sprintf "%s must be 0 or 1, not %d" what n)
  [@@inline never]

let zero_or_one kind what src at ~field =
  match u8 src at with
  | 0 -> false
  | 1 -> true
  | n -> raise_notrace (not_zero_or_one kind what n at ~field)

let bool src at ~field = zero_or_one Error.Bool "a bool" src at ~field
let presence src at ~field = zero_or_one Error.Presence "a presence byte" src at ~field

let bad_text pos ~field = Error.failure Utf8 ~offset:pos ~field "text that is not UTF-8"
  [@@inline never]

let check_text src ~pos ~len ~field =
  if not (Utf8.is_valid src ~pos ~len) then raise_notrace (bad_text pos ~field)
  [@@inline never]

let text src ~pos ~len ~field =
  check_text src ~pos ~len ~field;
  String.sub src pos len

(* Comparisons of [max], a constant of a schema, which the compiler works out. *)
let count_size max = if max <= 0xFF then 1 else if max <= 0xFFFF then 2 else 4 [@@inline]

let bounded_count src at ~max =
  if max <= 0xFF then u8 src at else if max <= 0xFFFF then u16 src at else u32 src at
  [@@inline]

let too_many found at ~max ~field =
  Error.failure Count ~offset:at ~field
    (Printf.sprintf "%d items where at most %d are allowed" found max)
  [@@inline never]

let count src at ~max ~field =
  let found = bounded_count src at ~max in
  if found > max then raise_notrace (too_many found at ~max ~field);
  found
  [@@inline]

let short_bytes src pos ~len = Words.sub src pos ~len ~ending:(Words.ending src pos ~len)
  [@@inline never]

let bounded_bytes src at ~max ~field =
  let len = count src at ~max ~field in
  if Words.are_enough_for max then short_bytes src (at + 1) ~len
  else String.sub src (at + count_size max) len
  [@@inline]

let short_text src pos ~len ~field =
  let ending = Words.ending src pos ~len in
  if not (Words.are_ascii src pos ~len ~ending) then check_text src ~pos ~len ~field;
  Words.sub src pos ~len ~ending
  [@@inline never]

let bounded_string src at ~max ~field =
  let len = count src at ~max ~field in
  if Words.are_enough_for max then short_text src (at + 1) ~len ~field
  else text src ~pos:(at + count_size max) ~len ~field
  [@@inline]

let fixed_bytes src at ~len = String.sub src at len

(* Items in order, because each may take its own from the tail. *)
let items r at ~len ~size item =
  if len = 0 then [||]
  else
    let all = Array.make len (item r at) in
    for i = 1 to len - 1 do
      Array.unsafe_set all i (item r (at + (i * size)))
    done;
    all

let array r at ~len ~size item = items r at ~len ~size item

let bounded_list r at ~max ~first ~size ~field item =
  let len = count r.src at ~max ~field in
  items r (at + first) ~len ~size item

let float_array = Floats.read

let bounded_floats src at ~max ~first ~field =
  Floats.read src (at + first) ~len:(count src at ~max ~field)

let bad_reference r at ~expected ~size ~field =
  let offset = u32 r.src at and bytes = u32 r.src (at + 4) * size in
  Error.failure Reference ~offset:at ~field
    (Printf.sprintf
       "a reference to %d bytes at %d of a tail of %d, where the next item lies at %d" bytes
       offset (r.stop - r.tail) expected)
  [@@inline never]

(* Takes the item that the reference at [at] points to, which must be the next one, and says where
   it starts. *)
let item r at ~align ~size ~field =
  let offset = u32 r.src at and count = u32 r.src (at + 4) in
  let expected = if count = 0 then 0 else align_up (r.next - r.tail) align in
  let start = r.tail + expected in
  if offset <> expected || count * size > r.stop - start then
    raise_notrace (bad_reference r at ~expected ~size ~field);
  if count > 0 then r.next <- start + (count * size);
  start

let string r at ~field =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align:1 ~size:1 ~field in
  text r.src ~pos ~len ~field

let bytes r at ~field =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align:1 ~size:1 ~field in
  String.sub r.src pos len

let list r at ~align ~size ~field decode =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align ~size ~field in
  items r pos ~len ~size decode

let floats r at ~field =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align:8 ~size:8 ~field in
  Floats.read r.src pos ~len

(* Pairs in order, each key above the one before. *)
let map r at ~align ~size ~compare ~field pair =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align ~size ~field in
  let rec go i ascending =
    if i = len then List.rev ascending
    else
      let at = pos + (i * size) in
      let ((key, _) as this) = pair r at in
      match ascending with
      | (last, _) :: _ when compare last key >= 0 ->
          Error.fail Key_order ~offset:at ~field "a map's key that is not above the one before it"
      | _ -> go (i + 1) (this :: ascending)
  in
  go 0 []

let bad_block pos ~stop ~block =
  Error.failure Block ~offset:pos ~field:""
    (Printf.sprintf "a block of %d bytes in a payload of %d" block (stop - pos))
  [@@inline never]

let payload src ~at ~there ~stop =
  let tail = at + align_up there 8 in
  if tail > stop then raise_notrace (bad_block at ~stop ~block:there);
  { src; at; there; tail; stop; next = tail }
  [@@inline]

let too_long at rest =
  Error.failure Trailing ~offset:at ~field:"" (Printf.sprintf "%d bytes too many" rest)
  [@@inline never]

let left r = too_long r.next (r.stop - r.tail - align_up (r.next - r.tail) 8) [@@inline never]

let finish r ~block =
  if r.stop - r.next >= 8 && r.there <= block then raise_notrace (left r)
  [@@inline]

let prefix = 8

(* Where the embedded payload that the reference at [at] points to starts, with its prefix. *)
let embedded_start r at ~field =
  let count = u32 r.src (at + 4) in
  if count < prefix || count land 7 <> 0 then
    raise_notrace
      (bad_reference r at ~expected:(align_up (r.next - r.tail) 8) ~size:1 ~field);
  item r at ~align:8 ~size:1 ~field

let embedded r at ~block ~field body =
  let start = embedded_start r at ~field in
  let inner = payload r.src ~at:(start + prefix) ~there:(u32 r.src start) ~stop:r.next in
  let value = body inner in
  finish inner ~block;
  value

let require at ~block fields =
  match List.find_opt (fun (field_end, _) -> field_end > block) fields with
  | None -> ()
  | Some (field_end, field) ->
      Error.fail Missing ~offset:at ~field
        (Printf.sprintf
           "a required field ends at byte %d, but the sender's block has %d: the sender is older \
            than this field"
           field_end block)

let embedded_value r at ~size ~field item =
  embedded r at ~block:size ~field (fun inner ->
      if inner.there < size then require inner.at ~block:inner.there [ (size, field) ];
      item inner inner.at)

let unknown r at ~field =
  let start = embedded_start r at ~field in
  ignore (payload r.src ~at:(start + prefix) ~there:(u32 r.src start) ~stop:r.next);
  String.sub r.src start (r.next - start)

let is_absent src at = i64 src at = 0L
let is_absent_union src at = is_absent src at && get32 src (at + 8) = 0l
let is_present_empty src at = i64 src at = 1L

let is_nothing src at = is_absent src at || is_present_empty src at

let bad_enum at n ~print ~field =
  let value = Json.to_string print n in
  Error.fail Enum ~offset:at ~field (value ^ " is no member of this closed enum")
  [@@inline never]

let bad_tag at tag ~field =
  Error.fail Tag ~offset:at ~field (Printf.sprintf "%d is no arm of this union" tag)

(* Checks, for views. *)

external discard : 'a -> unit = "%ignore"

let check_count src at ~max ~field = discard (count src at ~max ~field)

let check_bounded_string src at ~max ~field =
  let len = count src at ~max ~field in
  check_text src ~pos:(at + count_size max) ~len ~field
  [@@inline]

let skip r at ~align ~size ~field = discard (item r at ~align ~size ~field)

let check_string r at ~field =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align:1 ~size:1 ~field in
  check_text r.src ~pos ~len ~field

let check_array r at ~len ~size check =
  for i = 0 to len - 1 do
    check r (at + (i * size))
  done

let check_list r at ~align ~size ~field check =
  let len = u32 r.src (at + 4) in
  let pos = item r at ~align ~size ~field in
  check_array r pos ~len ~size check

let check_bounded_list r at ~max ~first ~size ~field check =
  let len = count r.src at ~max ~field in
  check_array r (at + first) ~len ~size check
