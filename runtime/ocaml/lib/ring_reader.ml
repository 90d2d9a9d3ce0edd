open Mycelium_bus
open Mycelium_wire
module Reader = Mycelium_native.Native.Reader

type t = {
  hub : Hub.t;
  path : string;
  peer : string;
  receiver : Hub.receiver;
}

(* How a ring's time with this reader ended. *)
type ending = Left | Vanished | Broken of string

exception End of ending

let wait_ns = 50_000_000
let attach_again_s = 0.02
let is_wanted t = (not (Hub.is_closed t.hub)) && List.memq t.receiver (Hub.receivers t.hub)

let or_broken = function
  | Ok value -> value
  | Error reason -> raise (End (Broken reason))

(* Takes what was announced from position [from] on; where it ends. *)
let rec take_announcements incoming text from =
  match Frame.split ~pos:from text with
  | header, stop ->
      (if header.type_id = 0 then
       match or_broken (Control_frame.parse (String.sub text from (stop - from))) with
       | Channel channel -> or_broken (Incoming.open_channel ~from_start:false incoming channel)
       | Description description -> Incoming.described incoming description
       | _ -> ());
      take_announcements incoming text stop
  | exception Error.Error _ -> from

let header_of bytes =
  match Frame.parse bytes with
  | header -> header
  | exception Error.Error error -> raise (End (Broken (Error.to_string error)))

let take_frame incoming header bytes =
  if header.Frame.type_id <> 0 then or_broken (Incoming.frame incoming header bytes)
  else
    match or_broken (Control_frame.parse bytes) with
    | Closed closed -> or_broken (Incoming.close_channel incoming closed)
    | Goodbye _ -> raise (End Left)
    | _ -> ()

(* Reads until something ends it: never returns. [announced] is how much of the announcements is
   known; a channel is announced before its first frame is sent. *)
let rec read t reader incoming announced =
  if not (is_wanted t) then raise (End Left);
  let look_up () = take_announcements incoming (Reader.announcements reader) announced in
  match Reader.poll reader with
  | "" ->
      let announced = look_up () in
      ignore (Reader.wait reader ~timeout_ns:wait_ns);
      read t reader incoming announced
  | bytes ->
      let header = header_of bytes in
      let announced =
        if Incoming.knows incoming header.channel then announced else look_up ()
      in
      take_frame incoming header bytes;
      read t reader incoming announced

let ending_of f =
  match f () with
  | () -> Left
  | exception End ending -> ending
  | exception Mycelium_native.Native.Error (Closed, _) -> Left
  | exception Mycelium_native.Native.Error (Writer_vanished, _) -> Vanished
  | exception Mycelium_native.Native.Error (_, why) -> Broken why

let read_ring t reader =
  let receivers () = if is_wanted t then [ t.receiver ] else [] in
  let incoming = Incoming.create ~peer:t.peer ~receivers in
  let ending = ending_of (fun () -> read t reader incoming 0) in
  let fault =
    match ending with
    | Left -> None
    | Vanished | Broken _ -> Some (Fault.Peer_vanished { node = t.peer })
  in
  Incoming.finish incoming fault;
  Reader.close reader

(* What the writer is told that we are after; patterns may fit any topic. *)
let names t =
  match t.receiver.selector with
  | Selector.Typed topics -> List.map (fun topic -> topic.Selector.name) topics
  | Patterns _ -> []

let rec run t =
  if is_wanted t then (
    (match Reader.attach t.path ~names:(names t) with
    | reader -> read_ring t reader
    | exception Mycelium_native.Native.Error _ -> ());
    Thread.delay attach_again_s;
    run t)

let add bus ~path ~peer =
  let hub = Bus.hub bus in
  let lock = Mutex.create () and threads = ref [] in
  let start receiver =
    Sync.locked lock (fun () -> threads := Thread.create run { hub; path; peer; receiver } :: !threads)
  in
  Hub.add_source hub start;
  Bus.at_close bus (fun () ->
      List.iter Thread.join (Sync.locked lock (fun () -> !threads));
      Mycelium_native.Native.clear_folder (Filename.dirname path))
