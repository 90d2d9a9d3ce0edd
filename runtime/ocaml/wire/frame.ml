type header = { length : int; type_id : int; channel : int; block : int; sequence : int }

let header_size = 16
let size h = header_size + h.length

let truncated ~needed ~found ~offset =
  Error.fail Truncated ~offset ~field:""
    (Printf.sprintf "the input ends early: %d bytes are needed, %d are there" needed found)

let check_header { length; block; _ } ~pos =
  if length land 7 <> 0 then
    Error.fail Length ~offset:pos ~field:""
      (Printf.sprintf "a payload of %d bytes: the length must be a multiple of 8" length);
  if block > length then
    Error.fail Block ~offset:(pos + 8) ~field:""
      (Printf.sprintf "a block of %d bytes in a payload of %d" block length)

let parse ?(pos = 0) src =
  let found = String.length src - pos in
  if pos < 0 || found < 0 then invalid_arg "Frame.parse: the position is outside of the string";
  if found < header_size then
    truncated ~needed:header_size ~found ~offset:(String.length src);
  let header =
    {
      length = Reader.u32 src pos;
      type_id = Reader.u16 src (pos + 4);
      channel = Reader.u16 src (pos + 6);
      block = Reader.u32 src (pos + 8);
      sequence = Reader.u32 src (pos + 12);
    }
  in
  check_header header ~pos;
  header

let split ?(pos = 0) src =
  let header = parse ~pos src in
  let needed = size header and found = String.length src - pos in
  if found < needed then truncated ~needed ~found ~offset:(String.length src);
  (header, pos + needed)

let write dst ~pos { length; type_id; channel; block; sequence } =
  Bytes.set_int32_le dst pos (Int32.of_int length);
  Bytes.set_uint16_le dst (pos + 4) type_id;
  Bytes.set_uint16_le dst (pos + 6) channel;
  Bytes.set_int32_le dst (pos + 8) (Int32.of_int block);
  Bytes.set_int32_le dst (pos + 12) (Int32.of_int sequence)

let renumber dst ~pos ~channel ~sequence =
  Bytes.set_uint16_le dst (pos + 6) channel;
  Bytes.set_int32_le dst (pos + 12) (Int32.of_int sequence)
