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

let decode_at start ~is_alone src ~type_id ~block body =
  if not (is_whole src ~pos:start) then reject src ~pos:start;
  let pos = start + Frame.header_size in
  let stop = pos + Reader.u32 src start in
  if is_alone && stop < String.length src then
    raise_notrace (Reader.too_long stop (String.length src - stop));
  let found = Reader.u16 src (start + 4) in
  if found <> type_id then raise_notrace (wrong_type found ~expected:type_id ~pos:start);
  let there = Reader.u32 src (start + 8) in
  let reader = Reader.payload src ~pos ~stop ~block:there in
  let value = body reader pos there in
  if there <= block then Reader.finish reader;
  value
  [@@inline]

(* Inlined where a message is read, so that its body is called and not a closure. *)
let decode ?pos src ~type_id ~block body =
  let start, is_alone =
    match pos with
    | None -> (0, true)
    | Some pos -> (pos, false)
  in
  decode_at start ~is_alone src ~type_id ~block body
  [@@inline]

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

let check_number what n ~most =
  if n < 0 || n > most then raise_notrace (bad_number what n ~most)

external set16 : bytes -> int -> int -> unit = "%caml_bytes_set16u"
external set32 : bytes -> int -> int32 -> unit = "%caml_bytes_set32u"

(* The header, where the room has been checked. *)
let write_header dst ~pos ~length ~type_id ~channel ~block ~sequence =
  set32 dst pos (Int32.of_int length);
  set16 dst (pos + 4) type_id;
  set16 dst (pos + 6) channel;
  set32 dst (pos + 8) (Int32.of_int block);
  set32 dst (pos + 12) (Int32.of_int sequence)

let no_room dst ~pos ~size =
  Invalid_argument
    (Printf.sprintf "%d bytes of room at %d, where %d are needed"
       (max 0 (Bytes.length dst - pos))
       pos size)
  [@@inline never]

(* Inlined as [decode] is; defaults in the parameters would keep it from that. *)
let encode ?channel ?sequence v dst ~pos ~type_id ~block ~size body =
  let channel = Option.value channel ~default:0 in
  let sequence = Option.value sequence ~default:0 in
  if pos < 0 || pos > Bytes.length dst - size then raise_notrace (no_room dst ~pos ~size);
  let stop = pos + size in
  check_number "channel" channel ~most:0xFFFF;
  check_number "sequence" sequence ~most:0xFFFF_FFFF;
  write_header dst ~pos ~length:(size - Frame.header_size) ~type_id ~channel ~block ~sequence;
  let pos = pos + Frame.header_size in
  let writer = Writer.payload dst ~pos ~stop ~block in
  body writer pos v;
  Writer.finish writer;
  stop
  [@@inline]

let to_frame v ~type_id ~block ~size body =
  let dst = Bytes.create size in
  ignore (encode v dst ~pos:0 ~type_id ~block ~size body);
  Bytes.unsafe_to_string dst

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
