open Mycelium_bus

(* One line of the routes: `key=value` separated by tabs. *)
let pairs_of line =
  let pair text =
    match String.index_opt text '=' with
    | None -> (text, "")
    | Some at -> (String.sub text 0 at, String.sub text (at + 1) (String.length text - at - 1))
  in
  List.map pair (String.split_on_char '\t' line)

let value key pairs = Option.value (List.assoc_opt key pairs) ~default:""

let place pairs : Net.place =
  match value "kind" pairs with
  | "unix" -> Unix_path (value "path" pairs)
  | _ -> Tcp_address (value "addr" pairs)

let open_link bus pairs =
  match value "link" pairs with
  | _ when value "security" pairs = "tls" ->
      Error
        (Printf.sprintf
           "%s: this library speaks no TLS; write `endpoint.tls = false` for the node that listens there, \
            and `endpoint.insecure = true` where the network is trusted"
           (value "addr" pairs))
  | "listen" ->
      let expected = String.split_on_char ',' (value "peers" pairs) in
      Net.listen (Bus.net bus) (place pairs) ~expected
  | "dial" ->
      let subscribes = value "subscribes" pairs = "true" in
      Net.dial (Bus.net bus) (place pairs) ~peer:(value "peer" pairs) ~subscribes;
      Ok ()
  | "write_ring" ->
      let capacity = Option.value (int_of_string_opt (value "capacity" pairs)) ~default:0 in
      Ring_writer.add bus ~path:(value "path" pairs) ~capacity;
      Ok ()
  | "read_ring" ->
      Ring_reader.add bus ~path:(value "path" pairs) ~peer:(value "peer" pairs);
      Ok ()
  | "meet" ->
      Error
        (Printf.sprintf
           "%s: this library speaks with no NATS server; give the node an endpoint of another kind in the \
            topology, or open its bus from Rust"
           (value "addr" pairs))
  | other -> Error (Printf.sprintf "a link of kind %S: the native library is newer than this one" other)

let rec open_links bus = function
  | [] -> Ok bus
  | link :: rest -> (
      match open_link bus link with
      | Ok () -> open_links bus rest
      | Error why ->
          Bus.close bus;
          Error why)

let open_bus ~path ~service =
  let open_routes text =
    let lines = List.filter (fun line -> line <> "") (String.split_on_char '\n' text) in
    let links = List.map pairs_of lines in
    let node =
      match links with
      | first :: _ -> value "node" first
      | [] -> service
    in
    open_links (Bus.make ~node ~service) links
  in
  Result.bind (Mycelium_native.Native.routes ~path ~service) open_routes
