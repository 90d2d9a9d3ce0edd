(* Fields are read and written without a lock: OCaml's threads run one at a time, and a ring too many
   or a wait that returns early does no harm. *)
type t = {
  read_end : Unix.file_descr;
  write_end : Unix.file_descr;
  mutable is_armed : bool;
  mutable is_closed : bool;
}

let descriptor t = t.read_end
let arm t = t.is_armed <- true

let ring t =
  if t.is_armed && not t.is_closed then (
    t.is_armed <- false;
    match Unix.write_substring t.write_end "!" 0 1 with
    | _ -> ()
    | exception Unix.Unix_error _ -> ())

let disarm t =
  t.is_armed <- false;
  let rest = Bytes.create 16 in
  match Unix.read t.read_end rest 0 16 with
  | _ -> ()
  | exception Unix.Unix_error _ -> ()

let wait t ~deadline =
  ignore (Sync.select [ t.read_end ] [] ~deadline);
  disarm t

let close t =
  if not t.is_closed then (
    t.is_closed <- true;
    Sync.close t.read_end;
    Sync.close t.write_end)

(* Where the process may have no more descriptors, some may be left that only the collector knows to be unused. *)
let open_pipe () =
  match Unix.pipe ~cloexec:true () with
  | ends -> ends
  | exception Unix.Unix_error ((EMFILE | ENFILE), _, _) ->
      Gc.full_major ();
      Unix.pipe ~cloexec:true ()

let create () =
  let read_end, write_end = open_pipe () in
  Unix.set_nonblock read_end;
  Unix.set_nonblock write_end;
  let t = { read_end; write_end; is_armed = false; is_closed = false } in
  Gc.finalise close t;
  t
