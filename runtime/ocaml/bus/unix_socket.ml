external peer_uid : Unix.file_descr -> int = "mycelium_peer_uid"
external lock_folder : Unix.file_descr -> bool = "mycelium_lock_folder"

type listener = { fd : Unix.file_descr; path : string }

let descriptor listener = listener.fd
let is_own fd = peer_uid fd = Unix.geteuid ()
let ( let* ) = Result.bind

let guard what f =
  match f () with
  | value -> Ok value
  | exception Unix.Unix_error (error, _, _) -> Error (what ^ ": " ^ Unix.error_message error)

let check_folder path =
  let* found = guard path (fun () -> Unix.lstat path) in
  let is_private = found.st_perm land 0o077 = 0 && found.st_uid = Unix.geteuid () in
  if found.st_kind = Unix.S_DIR && is_private then Ok ()
  else
    Error
      (path
     ^ ": not a folder of this user that nobody else may enter (mode 0700); put the socket into a \
        folder of its own, whose parent exists")

let make_folder path =
  let made = guard path (fun () -> Unix.mkdir path 0o700) in
  match (made, Sys.file_exists path) with
  | Error reason, false -> Error reason
  | _ -> check_folder path

(* Holds off others who look for stale sockets in the folder, while [f] runs. *)
let with_lock folder f =
  let* fd = guard folder (fun () -> Unix.openfile folder [ O_RDONLY; O_CLOEXEC ] 0) in
  Fun.protect
    ~finally:(fun () -> Sync.close fd)
    (fun () -> if lock_folder fd then f () else Error (folder ^ ": cannot be locked"))

let open_socket () = Unix.socket ~cloexec:true PF_UNIX SOCK_STREAM 0

let connect_any path =
  let fd = open_socket () in
  match Sync.retry (fun () -> Unix.connect fd (ADDR_UNIX path)) with
  | () -> fd
  | exception exn ->
      Sync.close fd;
      raise exn

let connect path =
  let fd = connect_any path in
  if is_own fd then fd
  else (
    Sync.close fd;
    raise (Unix.Unix_error (EACCES, "connect", path)))

(* Whether a socket is there at which nobody listens. *)
let is_stale path =
  match (Unix.lstat path).st_kind with
  | S_SOCK -> (
      match connect_any path with
      | fd ->
          Sync.close fd;
          false
      | exception Unix.Unix_error (ECONNREFUSED, _, _) -> true
      | exception Unix.Unix_error _ -> false)
  | _ -> false
  | exception Unix.Unix_error _ -> false

let is_there path =
  match Unix.lstat path with
  | _ -> true
  | exception Unix.Unix_error _ -> false

let make_way path =
  if not (is_there path) then Ok ()
  else if is_stale path then guard path (fun () -> Unix.unlink path)
  else
    Error
      (path
     ^ " is in use; stop the process that listens there (all services of one node run in one \
        process), or choose another path")

let bind path =
  guard ("cannot listen at " ^ path) (fun () ->
      let fd = open_socket () in
      match
        Unix.bind fd (ADDR_UNIX path);
        Unix.listen fd 64;
        Unix.set_nonblock fd
      with
      | () -> { fd; path }
      | exception exn ->
          Sync.close fd;
          raise exn)

let listen path =
  let folder = Filename.dirname path in
  let* () = make_folder folder in
  with_lock folder (fun () ->
      let* () = make_way path in
      bind path)

let remove path ~if_:condition =
  let folder = Filename.dirname path in
  let removed =
    with_lock folder (fun () ->
        let* () = if condition () then guard path (fun () -> Unix.unlink path) else Ok () in
        (* Fails where something else is in it. *)
        guard folder (fun () -> Unix.rmdir folder))
  in
  (* Whoever was first did our work. *)
  ignore removed

let close listener =
  Sync.close listener.fd;
  remove listener.path ~if_:(fun () -> true)

let clear_away path =
  if is_there (Filename.dirname path) then remove path ~if_:(fun () -> is_stale path)
