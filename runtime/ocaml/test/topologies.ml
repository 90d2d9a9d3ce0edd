(* Topologies of two nodes, for tests. *)

let counter = ref 0

(* A topology in a folder of its own, in which node `b` has the endpoint. *)
let with_topology endpoint f =
  incr counter;
  let folder =
    Filename.concat (Filename.get_temp_dir_name ())
      (Printf.sprintf "mycelium-ocaml-%d-%d" (Unix.getpid ()) !counter)
  in
  Unix.mkdir folder 0o700;
  let path = Filename.concat folder "topology.toml" in
  let channel = open_out path in
  Printf.fprintf channel
    "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\n[[nodes]]\nname = \"b\"\nservices = [\"b\"]\n%s\n"
    endpoint;
  close_out channel;
  let finally () =
    Sys.remove path;
    (* Fails where a transport has left something behind. *)
    Unix.rmdir folder
  in
  Fun.protect ~finally (fun () -> f path)

let free_port () =
  let fd = Unix.socket PF_INET SOCK_STREAM 0 in
  Unix.bind fd (ADDR_INET (Unix.inet_addr_loopback, 0));
  let port =
    match Unix.getsockname fd with
    | ADDR_INET (_, port) -> port
    | ADDR_UNIX _ -> 0
  in
  Unix.close fd;
  port

let endpoints =
  [
    ("unix", fun () -> "endpoint.kind = \"unix\"\nendpoint.path = \"sockets/b.sock\"");
    ( "tcp",
      fun () ->
        Printf.sprintf "endpoint.kind = \"tcp\"\nendpoint.addr = \"127.0.0.1:%d\"" (free_port ()) );
    ("shm", fun () -> "endpoint.kind = \"shm\"\nendpoint.path = \"rings\"\nendpoint.capacity = 65536");
  ]
