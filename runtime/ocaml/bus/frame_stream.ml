open Mycelium_wire

(* What was read and not yet taken lies between [start] and [stop]. *)
type t = {
  fd : Unix.file_descr;
  mutable buffer : bytes;
  mutable start : int;
  mutable stop : int;
}

let max_frame_bytes = 64 * 1024 * 1024
let read_bytes = 256 * 1024
let create fd = { fd; buffer = Bytes.create read_bytes; start = 0; stop = 0 }
let length t = t.stop - t.start

(* Room for one more read behind what is there. It grows with what the peer has sent, not with what
   it promises to send. *)
let make_room t =
  if t.start = t.stop then (
    t.start <- 0;
    t.stop <- 0);
  if Bytes.length t.buffer - t.stop < read_bytes / 4 then (
    let kept = length t in
    let size = max read_bytes (2 * kept) in
    let buffer = if size > Bytes.length t.buffer then Bytes.create size else t.buffer in
    Bytes.blit t.buffer t.start buffer 0 kept;
    t.buffer <- buffer;
    t.start <- 0;
    t.stop <- kept)

let fill t =
  make_room t;
  match Unix.read t.fd t.buffer t.stop (Bytes.length t.buffer - t.stop) with
  | 0 -> `End "the stream ended"
  | count ->
      t.stop <- t.stop + count;
      `Some
  | exception Unix.Unix_error ((EAGAIN | EWOULDBLOCK | EINTR), _, _) -> `Nothing
  | exception Unix.Unix_error (error, _, _) -> `End (Unix.error_message error)

let take t header =
  let size = Frame.size header in
  if size > max_frame_bytes then
    Error (Printf.sprintf "a frame of %d bytes where at most %d are taken" size max_frame_bytes)
  else if length t < size then Ok None
  else
    let bytes = Bytes.sub_string t.buffer t.start size in
    t.start <- t.start + size;
    Ok (Some (header, bytes))

let next t =
  if length t < Frame.header_size then Ok None
  else
    (* The header is read where it lies; nothing keeps the string. *)
    match Frame.parse ~pos:t.start (Bytes.unsafe_to_string t.buffer) with
    | header -> take t header
    | exception Mycelium_wire.Error.Error error -> Error (Mycelium_wire.Error.to_string error)
