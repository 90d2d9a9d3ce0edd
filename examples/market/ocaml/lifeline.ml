exception Stopped of string

type t = { supervised : bool; mutable signal : string option }

let parent_vanished = "the process that started this one vanished"

let create ~supervised =
  let t = { supervised; signal = None } in
  let listen (signal, name) =
    Sys.set_signal signal (Sys.Signal_handle (fun _ -> t.signal <- Some name))
  in
  List.iter listen [ (Sys.sigint, "SIGINT"); (Sys.sigterm, "SIGTERM") ];
  (* Reading fails with EPIPE, or ends, where a peer is gone: no reason to die of it. *)
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  t

let read_reason () =
  let buffer = Bytes.create 4096 in
  let read = Unix.read Unix.stdin buffer 0 (Bytes.length buffer) in
  match String.trim (Bytes.sub_string buffer 0 read) with
  | "" -> parent_vanished
  | reason -> reason

let check t =
  Option.iter (fun name -> raise (Stopped name)) t.signal;
  if t.supervised then
    match Unix.select [ Unix.stdin ] [] [] 0. with
    | [], _, _ -> ()
    | _ -> raise (Stopped (read_reason ()))
    | exception Unix.Unix_error (Unix.EINTR, _, _) -> ()
