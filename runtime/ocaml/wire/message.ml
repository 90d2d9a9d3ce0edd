module type S = sig
  type t

  val name : string
  val type_id : int
  val topic : string
  val digest : string
  val ancestors : string list
  val size : t -> int
  val encode_into : ?channel:int -> ?sequence:int -> t -> bytes -> pos:int -> int
  val to_frame : t -> string
  val of_frame : ?pos:int -> string -> (t, Error.t) result
  val of_frame_exn : ?pos:int -> string -> t

  include Value.S with type t := t
end

let wrong_type found ~expected ~pos =
  Error.failure Type_id ~offset:(pos + 4) ~field:""
    (Printf.sprintf "a frame of type %d where type %d was asked for" found expected)
  [@@inline never]

(* What is wrong with the header of a frame that is not whole. *)
let broken src ~start =
  match Frame.split ~pos:start src with
  | _ -> Invalid_argument "Message.reader: a frame that is whole"
  | exception error -> error
  [@@inline never]

(* The header is read as two words. What it must keep to is what {!Frame.split} says. *)
let reader_at start ~is_alone src ~type_id =
  let all = String.length src in
  if start < 0 || start > all - Frame.header_size then raise_notrace (broken src ~start);
  let first = Int64.to_int (Reader.i64 src start) in
  let there = Int64.to_int (Reader.i64 src (start + 8)) land 0xFFFF_FFFF in
  let length = first land 0xFFFF_FFFF and found = (first lsr 32) land 0xFFFF in
  let at = start + Frame.header_size in
  let stop = at + length in
  if length land 7 <> 0 || there > length || stop > all then raise_notrace (broken src ~start);
  if is_alone && stop < all then raise_notrace (Reader.too_long stop (all - stop));
  if found <> type_id then raise_notrace (wrong_type found ~expected:type_id ~pos:start);
  Reader.payload src ~at ~there ~stop
  [@@inline]

let reader ?pos src ~type_id =
  match pos with
  | None -> reader_at 0 ~is_alone:true src ~type_id
  | Some start -> reader_at start ~is_alone:false src ~type_id
  [@@inline never]

let max_payload = 0xFFFF_FFF8

let frame_size ~name ~block tail_end =
  let payload = Size.payload ~block tail_end in
  if payload > max_payload then
    Error.range ~field:name
      (Printf.sprintf "a payload of %d bytes, where a frame holds %d" payload max_payload);
  Frame.header_size + payload

let bad_number what n ~bits =
  Invalid_argument (Printf.sprintf "%s %d is not in 0 to %d" what n ((1 lsl bits) - 1))
  [@@inline never]

let no_room dst ~pos ~size =
  Invalid_argument
    (Printf.sprintf "%d bytes of room at %d, where %d are needed"
       (max 0 (Bytes.length dst - pos))
       pos size)
  [@@inline never]

(* [half] and, from bit [shift] on, a number that may be given. *)
let with_number half what number ~shift ~bits =
  match number with
  | None -> Int64.of_int half
  | Some n ->
      if n lsr bits <> 0 then raise_notrace (bad_number what n ~bits);
      Int64.logor (Int64.of_int half) (Int64.shift_left (Int64.of_int n) shift)
  [@@inline]

(* Two words. Defaults in the parameters would keep it from being inlined. *)
let header ?channel ?sequence dst ~pos ~type_id ~block ~size =
  if pos < 0 || pos > Bytes.length dst - size then raise_notrace (no_room dst ~pos ~size);
  let first = (size - Frame.header_size) lor (type_id lsl 32) in
  Writer.i64 dst pos (with_number first "channel" channel ~shift:48 ~bits:16);
  Writer.i64 dst (pos + 8) (with_number block "sequence" sequence ~shift:32 ~bits:32);
  pos + Frame.header_size
  [@@inline]

external room : int -> bytes = "caml_create_bytes"

let whole dst _stop = Bytes.unsafe_to_string dst [@@inline]

let differs_at a b =
  let rec go i =
    if i < String.length a && i < String.length b && a.[i] = b.[i] then go (i + 1) else i
  in
  go 0

let strict (type a) (module M : S with type t = a) src =
  let value = M.of_frame_exn src in
  let { Frame.channel; sequence; _ } = Frame.parse src in
  let canonical = Bytes.create (M.size value) in
  ignore (M.encode_into ~channel ~sequence value canonical ~pos:0);
  let canonical = Bytes.unsafe_to_string canonical in
  if String.equal canonical src then value
  else
    Error.fail Not_canonical ~offset:(differs_at canonical src) ~field:""
      "not the canonical form of its value"

let of_frame_strict message src = Error.catch (strict message) src
