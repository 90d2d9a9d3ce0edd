(* The armed flag is atomic, and looked at by exchanging it: what a ringer did before is then seen by a waiter that armed
   before it looked, on whichever domain either runs. *)
type t = {
  read_end : Unix.file_descr;
  write_end : Unix.file_descr;
  is_armed : bool Atomic.t;
  is_closed : bool Atomic.t;
  (* The owner until it closes, and all that use a descriptor now: the last of them gives both back, so that
     nobody uses the number of a descriptor that is another's meanwhile. *)
  users : int Atomic.t;
}

let rec enter t =
  let users = Atomic.get t.users in
  users > 0 && (Atomic.compare_and_set t.users users (users + 1) || enter t)

let leave t =
  if Atomic.fetch_and_add t.users (-1) = 1 then (
    Sync.close t.read_end;
    Sync.close t.write_end)

(* Nothing where it is closed. *)
let using t f = if enter t then Fun.protect ~finally:(fun () -> leave t) f
let descriptor t = t.read_end
let arm t = Atomic.set t.is_armed true

let ring t =
  if Atomic.exchange t.is_armed false then
    using t (fun () ->
        match Unix.write_substring t.write_end "!" 0 1 with
        | _ -> ()
        | exception Unix.Unix_error _ -> ())

let disarm t =
  Atomic.set t.is_armed false;
  using t (fun () ->
      match Unix.read t.read_end (Bytes.create 16) 0 16 with
      | _ -> ()
      | exception Unix.Unix_error _ -> ())

let wait t ~deadline =
  using t (fun () -> ignore (Sync.select [ t.read_end ] [] ~deadline));
  disarm t

let close t = if not (Atomic.exchange t.is_closed true) then leave t

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
  let t =
    {
      read_end;
      write_end;
      is_armed = Atomic.make false;
      is_closed = Atomic.make false;
      users = Atomic.make 1;
    }
  in
  Gc.finalise close t;
  t
