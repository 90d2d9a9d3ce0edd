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

(* Says what is wrong with the header of a frame that is not whole. *)
let reject src ~pos = ignore (Frame.split ~pos src) [@@inline never]

(* Whether a whole frame starts at [pos], by its header alone: what {!Frame.split} would accept. *)
let is_whole src ~pos =
  pos >= 0
  && String.length src - pos >= Frame.header_size
  &&
  let length = Reader.u32 src pos in
  length land 7 = 0
  && Reader.u32 src (pos + 8) <= length
  && String.length src - pos >= Frame.header_size + length

let start_at start ~is_alone src ~type_id =
  if not (is_whole src ~pos:start) then reject src ~pos:start;
  let pos = start + Frame.header_size in
  let stop = pos + Reader.u32 src start in
  if is_alone && stop < String.length src then
    raise_notrace (Reader.too_long stop (String.length src - stop));
  let found = Reader.u16 src (start + 4) in
  if found <> type_id then raise_notrace (wrong_type found ~expected:type_id ~pos:start);
  pos

let start ?pos src ~type_id =
  match pos with
  | None -> start_at 0 ~is_alone:true src ~type_id
  | Some pos -> start_at pos ~is_alone:false src ~type_id
  [@@inline]

let there src at = Reader.u32 src (at - 8) [@@inline]

let reader src at =
  Reader.payload src ~pos:at ~stop:(at + Reader.u32 src (at - 16)) ~block:(there src at)
  [@@inline]

let finish r at ~block = if there r.Reader.src at <= block then Reader.finish r [@@inline]

let max_payload = 0xFFFF_FFF8

let frame_size ~name ~block tail_end =
  let payload = Size.payload ~block tail_end in
  if payload > max_payload then
    Error.range ~field:name
      (Printf.sprintf "a payload of %d bytes, where a frame holds %d" payload max_payload);
  Frame.header_size + payload

let bad_number what n ~most =
  Invalid_argument (Printf.sprintf "%s %d is not in 0 to %d" what n most)
  [@@inline never]

let bad_channel n = bad_number "channel" n ~most:0xFFFF [@@inline never]
let bad_sequence n = bad_number "sequence" n ~most:0xFFFF_FFFF [@@inline never]

let no_room dst ~pos ~size =
  Invalid_argument
    (Printf.sprintf "%d bytes of room at %d, where %d are needed"
       (max 0 (Bytes.length dst - pos))
       pos size)
  [@@inline never]

(* [half] and, from bit [shift] on, a number that may be given. *)
let with_number half number ~shift ~bits ~bad =
  match number with
  | None -> Int64.of_int half
  | Some n ->
      if n lsr bits <> 0 then raise_notrace (bad n);
      Int64.logor (Int64.of_int half) (Int64.shift_left (Int64.of_int n) shift)
  [@@inline]

(* Two words. Defaults in the parameters would keep it from being inlined. *)
let header ?channel ?sequence dst ~pos ~type_id ~block ~size =
  if pos < 0 || pos > Bytes.length dst - size then raise_notrace (no_room dst ~pos ~size);
  let first = (size - Frame.header_size) lor (type_id lsl 32) in
  Writer.i64 dst pos (with_number first channel ~shift:48 ~bits:16 ~bad:bad_channel);
  Writer.i64 dst (pos + 8) (with_number block sequence ~shift:32 ~bits:32 ~bad:bad_sequence);
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
