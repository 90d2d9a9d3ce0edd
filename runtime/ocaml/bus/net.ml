type place = Unix_path of string | Tcp_address of string

type t = {
  hub : Hub.t;
  (* Readable from the moment when the sockets are to be closed. *)
  stop_read : Unix.file_descr;
  stop_write : Unix.file_descr;
  lock : Mutex.t;
  mutable threads : Thread.t list;
  mutable is_stopped : bool;
}

let tick_s = 0.5
let most_connections = 256

(* Shortest and longest wait before the next attempt to connect. *)
let shortest_s = 0.005
let longest_s = 0.5
let connect_s = 5.

(* Waits until then; false when it is time to stop. *)
let pause t seconds =
  if not t.is_stopped then
    ignore (Sync.select [ t.stop_read ] [] ~deadline:(Clock.monotonic () +. seconds));
  not t.is_stopped

(* The thread is known as long as it runs. *)
let spawn t f =
  let forget () =
    let self = Thread.id (Thread.self ()) in
    Sync.locked t.lock (fun () ->
        t.threads <- List.filter (fun thread -> Thread.id thread <> self) t.threads)
  in
  Sync.locked t.lock (fun () ->
      let thread = Thread.create (fun () -> Fun.protect f ~finally:forget) () in
      t.threads <- thread :: t.threads)

let rec tick_until_stopped t =
  if pause t tick_s then (
    Hub.tick t.hub;
    tick_until_stopped t)

let create hub =
  (* Writing to a peer that is gone is an error, not the end of the process. *)
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  let stop_read, stop_write = Unix.pipe ~cloexec:true () in
  let t =
    { hub; stop_read; stop_write; lock = Mutex.create (); threads = []; is_stopped = false }
  in
  spawn t (fun () -> tick_until_stopped t);
  t

let split_address address =
  match String.rindex_opt address ':' with
  | None -> (address, "")
  | Some colon ->
      let host = String.sub address 0 colon in
      (host, String.sub address (colon + 1) (String.length address - colon - 1))

let resolve address =
  let host, port = split_address address in
  let host =
    (* [::1] in brackets, as in a URL. *)
    match String.length host with
    | n when n > 1 && host.[0] = '[' && host.[n - 1] = ']' -> String.sub host 1 (n - 2)
    | _ -> host
  in
  match Unix.getaddrinfo host port [ AI_SOCKTYPE SOCK_STREAM ] with
  | found :: _ -> Ok found
  | [] -> Error (Printf.sprintf "the address %s is unknown; it is to be host:port" address)

let open_tcp (info : Unix.addr_info) = Unix.socket ~cloexec:true info.ai_family SOCK_STREAM 0

let or_close fd f =
  match f () with
  | value -> value
  | exception exn ->
      Sync.close fd;
      raise exn

let listen_tcp address =
  Result.bind (resolve address) (fun info ->
      let fd = open_tcp info in
      match
        or_close fd (fun () ->
            Unix.setsockopt fd SO_REUSEADDR true;
            Unix.bind fd info.ai_addr;
            Unix.listen fd 64;
            Unix.set_nonblock fd)
      with
      | () -> Ok fd
      | exception Unix.Unix_error (error, _, _) ->
          Error (Printf.sprintf "cannot listen at %s: %s" address (Unix.error_message error)))

(* Connects, for as long as it may take, unless it is time to stop. *)
let connect_tcp t address =
  match resolve address with
  | Error _ -> raise (Unix.Unix_error (EADDRNOTAVAIL, "resolve", address))
  | Ok info ->
      let fd = open_tcp info in
      or_close fd (fun () ->
          Unix.set_nonblock fd;
          (try Unix.connect fd info.ai_addr
           with Unix.Unix_error ((EINPROGRESS | EINTR), _, _) ->
             let deadline = Clock.monotonic () +. connect_s in
             let _, writable = Sync.select [ t.stop_read ] [ fd ] ~deadline in
             if writable = [] then raise (Unix.Unix_error (ETIMEDOUT, "connect", address)));
          (match Unix.getsockopt_error fd with
          | None -> ()
          | Some error -> raise (Unix.Unix_error (error, "connect", address)));
          Unix.setsockopt fd TCP_NODELAY true;
          fd)

let connect t = function
  | Unix_path path -> Unix_socket.connect path
  | Tcp_address address -> connect_tcp t address

let accept place listener =
  let fd, _ = Unix.accept ~cloexec:true listener in
  or_close fd (fun () ->
      match place with
      | Tcp_address _ -> Unix.setsockopt fd TCP_NODELAY true
      | Unix_path path ->
          if not (Unix_socket.is_own fd) then raise (Unix.Unix_error (EACCES, "accept", path)));
  fd

(* Takes connections until it is time to stop. [open_] counts those that are open. *)
let rec accept_until_stopped t place listener terms open_ =
  let has_room = !open_ < most_connections in
  let reads = if has_room then [ t.stop_read; listener ] else [ t.stop_read ] in
  let deadline = if has_room then infinity else Clock.monotonic () +. tick_s in
  let readable, _ = Sync.select reads [] ~deadline in
  if not t.is_stopped then (
    (match if List.memq listener readable then accept place listener else raise_notrace Exit with
    | fd ->
        incr open_;
        spawn t (fun () ->
            ignore (Conversation.talk terms fd);
            decr open_)
    | exception (Exit | Unix.Unix_error ((EAGAIN | EWOULDBLOCK | EINTR), _, _)) -> ()
    (* A peer that is refused, or no descriptor left: others may have more luck. *)
    | exception Unix.Unix_error _ -> ignore (pause t shortest_s));
    accept_until_stopped t place listener terms open_)

let listen t place ~expected =
  let terms = { Conversation.hub = t.hub; expected; subscribes = true } in
  let serve descriptor close =
    spawn t (fun () ->
        accept_until_stopped t place descriptor terms (ref 0);
        close ())
  in
  match place with
  | Unix_path path ->
      let opened = Unix_socket.listen path in
      Result.map
        (fun listener ->
          serve (Unix_socket.descriptor listener) (fun () -> Unix_socket.close listener))
        opened
  | Tcp_address address ->
      Result.map (fun fd -> serve fd (fun () -> Sync.close fd)) (listen_tcp address)

let rec dial_until_stopped t place terms wait =
  let ending =
    match connect t place with
    | fd -> Some (Conversation.talk terms fd)
    | exception Unix.Unix_error _ -> None
  in
  let wait =
    match ending with
    | Some (Left | Vanished _) -> shortest_s
    | _ -> Float.min longest_s (2. *. wait)
  in
  (* Shortened at random, so that many who lost one peer do not come back at the same moment. *)
  if pause t (wait *. (0.5 +. Random.float 0.5)) then dial_until_stopped t place terms wait

let dial t place ~peer ~subscribes =
  let terms = { Conversation.hub = t.hub; expected = [ peer ]; subscribes } in
  spawn t (fun () ->
      if not t.is_stopped then dial_until_stopped t place terms shortest_s;
      match place with
      | Unix_path path -> Unix_socket.clear_away path
      | Tcp_address _ -> ())

let rec join_all t =
  match t.threads with
  | [] -> ()
  | thread :: _ ->
      Thread.join thread;
      join_all t

let close t =
  if not t.is_stopped then (
    t.is_stopped <- true;
    ignore (Unix.write_substring t.stop_write "!" 0 1);
    join_all t;
    Sync.close t.stop_read;
    Sync.close t.stop_write)
