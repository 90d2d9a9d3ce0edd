let locked mutex f =
  Mutex.lock mutex;
  Fun.protect ~finally:(fun () -> Mutex.unlock mutex) f

let rec retry f =
  match f () with
  | result -> result
  | exception Unix.Unix_error (EINTR, _, _) -> retry f

(* [select] takes a negative time for no limit. *)
let select reads writes ~deadline =
  let timeout =
    if deadline = infinity then -1. else Float.max 0. (deadline -. Clock.monotonic ())
  in
  match Unix.select reads writes [] timeout with
  | readable, writable, _ -> (readable, writable)
  | exception Unix.Unix_error (EINTR, _, _) -> ([], [])

let close fd =
  match Unix.close fd with
  | () -> ()
  | exception Unix.Unix_error _ -> ()
