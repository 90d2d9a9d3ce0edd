type error = Not_found | Closed | Writer_vanished | Other

exception Error of error * string

(* As the C code raises it. *)
exception Raw of int * string

external has_same_version : unit -> bool = "mycelium_abi_version"

let () =
  Callback.register_exception "mycelium_native_error" (Raw (0, ""));
  if not (has_same_version ()) then
    failwith "libmycelium_ffi is of another version than this library: build both from one source"

let error_of_code = function
  | -3 -> Not_found
  | -9 -> Closed
  | -10 -> Writer_vanished
  | _ -> Other

let named f x =
  match f x with
  | value -> value
  | exception Raw (code, text) -> raise (Error (error_of_code code, text))

external raw_routes : string -> string -> string = "mycelium_topology_routes"

let routes ~path ~service =
  match raw_routes path service with
  | text -> Ok text
  | exception Raw (_, text) -> Result.Error text

external raw_open_folder : string -> unit = "mycelium_folder_open"
external raw_clear_folder : string -> unit = "mycelium_folder_clear"

let open_folder path = named raw_open_folder path

let clear_folder path =
  match raw_clear_folder path with
  | () -> ()
  (* Whoever was first did our work. *)
  | exception Raw _ -> ()

module Writer = struct
  type t

  external raw_create : string -> int -> t = "mycelium_writer_create"
  external raw_announce : t -> string -> unit = "mycelium_writer_announce"
  external raw_write : t -> bytes -> int -> int -> bool = "mycelium_writer_write"
  external raw_readers_of : t -> string -> int = "mycelium_writer_readers_of"
  external raw_close : t -> unit = "mycelium_writer_close"

  let create path ~capacity = named (raw_create path) capacity
  let announce t frames = named (raw_announce t) frames

  let write t bytes length ~timeout_ns =
    if length < 0 || length > Bytes.length bytes then invalid_arg "Writer.write: no such bytes";
    named (raw_write t bytes length) timeout_ns

  let readers_of t name = named (raw_readers_of t) name
  let close t = named raw_close t
end

module Reader = struct
  type t

  external raw_attach : string -> string array -> t = "mycelium_reader_attach"
  external raw_poll : t -> string = "mycelium_reader_poll"
  external raw_wait : t -> int -> bool = "mycelium_reader_wait"
  external raw_announcements : t -> string = "mycelium_reader_announcements"
  external raw_close : t -> unit = "mycelium_reader_close"

  let attach path ~names = named (raw_attach path) (Array.of_list names)
  let poll t = named raw_poll t
  let wait t ~timeout_ns = named (raw_wait t) timeout_ns
  let announcements t = named raw_announcements t
  let close t = named raw_close t
end
