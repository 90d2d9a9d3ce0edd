type phase =
  | Open
  | Finishing  (* What waits is written; nothing is added. *)
  | Shut  (* All was written and the stream shut down, or there is no peer. *)

type t = {
  fd : Unix.file_descr;
  bell : Bell.t;
  lock : Mutex.t;
  (* What waits lies between [start] and [stop]. *)
  mutable buffer : bytes;
  mutable start : int;
  mutable stop : int;
  mutable phase : phase;
  mutable written_at : float;
}

(* Bytes that may wait before publishers do. *)
let room_bytes = 1024 * 1024

(* How long a publisher waits for the socket before it looks whether the connection is still there. *)
let look_again = 0.2

let create fd ~bell =
  {
    fd;
    bell;
    lock = Mutex.create ();
    buffer = Bytes.create 4096;
    start = 0;
    stop = 0;
    phase = Open;
    written_at = Clock.monotonic ();
  }

let waiting t = t.stop - t.start
let is_waiting t = waiting t > 0
let idle t = Clock.monotonic () -. t.written_at

let drop t =
  t.phase <- Shut;
  t.start <- 0;
  t.stop <- 0

(* How many of the bytes the socket takes now. *)
let rec write_now t bytes pos length =
  if length = 0 then 0
  else
    match Unix.single_write t.fd bytes pos length with
    | count ->
        t.written_at <- Clock.monotonic ();
        if count = length then count else count + write_now t bytes (pos + count) (length - count)
    | exception Unix.Unix_error (EINTR, _, _) -> write_now t bytes pos length
    | exception Unix.Unix_error ((EAGAIN | EWOULDBLOCK), _, _) -> 0
    | exception Unix.Unix_error _ ->
        (* The connection's thread learns of it by itself. *)
        drop t;
        length

let shut_down t =
  t.phase <- Shut;
  match Unix.shutdown t.fd SHUTDOWN_SEND with
  | () -> ()
  | exception Unix.Unix_error _ -> ()

let flush_locked t =
  let count = write_now t t.buffer t.start (waiting t) in
  if t.phase <> Shut then t.start <- t.start + count;
  if t.start = t.stop then (
    t.start <- 0;
    t.stop <- 0;
    if t.phase = Finishing then shut_down t)

let add t bytes pos length =
  if Bytes.length t.buffer - t.stop < length then (
    let kept = waiting t in
    let size = max (2 * Bytes.length t.buffer) (kept + length) in
    let buffer = if kept + length > Bytes.length t.buffer then Bytes.create size else t.buffer in
    Bytes.blit t.buffer t.start buffer 0 kept;
    t.buffer <- buffer;
    t.start <- 0;
    t.stop <- kept);
  Bytes.blit bytes pos t.buffer t.stop length;
  t.stop <- t.stop + length

(* Sends what the socket takes of a frame, behind what waits; the rest waits. *)
let send_locked t bytes length =
  if is_waiting t then flush_locked t;
  let sent = if is_waiting t then 0 else write_now t bytes 0 length in
  if t.phase = Open && sent < length then (
    add t bytes sent (length - sent);
    Bell.ring t.bell)

let push t frame =
  Sync.locked t.lock (fun () ->
      if t.phase = Open then
        send_locked t (Bytes.unsafe_of_string frame) (String.length frame))

let is_full t = waiting t > room_bytes

let rec write t bytes length =
  let outcome =
    Sync.locked t.lock (fun () ->
        if t.phase = Open && is_full t then flush_locked t;
        if t.phase <> Open then `Gone
        else if is_full t then `Full
        else (
          send_locked t bytes length;
          `Sent))
  in
  match outcome with
  | `Gone -> false
  | `Sent -> true
  | `Full ->
      ignore (Sync.select [] [ t.fd ] ~deadline:(Clock.monotonic () +. look_again));
      write t bytes length

let flush t = Sync.locked t.lock (fun () -> if is_waiting t then flush_locked t)

let finish t =
  Sync.locked t.lock (fun () ->
      if t.phase = Open then (
        t.phase <- Finishing;
        flush_locked t));
  Bell.ring t.bell

let close t = Sync.locked t.lock (fun () -> drop t)
