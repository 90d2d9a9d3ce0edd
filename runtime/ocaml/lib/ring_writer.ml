open Mycelium_bus
open Mycelium_native
module Writer = Native.Writer

type t = {
  hub : Hub.t;
  path : string;
  capacity : int;
  lock : Mutex.t;  (* Held while the writer is used. *)
  mutable writer : Writer.t option;
  mutable next_channel : int;
  mutable give_up_at : float;  (* When leaving no longer waits for readers. *)
}

let look_again_ns = 50_000_000
let leave_s = 10.

let make t =
  match t.writer with
  | Some writer -> Ok writer
  | None -> (
      match
        Native.open_folder (Filename.dirname t.path);
        Writer.create t.path ~capacity:t.capacity
      with
      | writer ->
          t.writer <- Some writer;
          Ok writer
      | exception Native.Error (_, why) -> Error why)

let announce t topic writer =
  let number = t.next_channel in
  t.next_channel <- number + 1;
  match
    if topic.Selector.ancestors <> [] then
      Writer.announce writer (Control_frame.description topic);
    Writer.announce writer (Control_frame.channel ~number topic)
  with
  | () -> Ok number
  | exception Native.Error (_, why) -> Error why

let admit t topic =
  let admitted =
    Sync.locked t.lock (fun () -> Result.bind (make t) (announce t topic))
  in
  match admitted with
  | Ok number -> Some number
  | Error why -> raise (Hub.Refused why)

(* Sends a frame as soon as there is room; gives up when the bus has been leaving for too long. *)
let rec write t bytes length =
  let outcome =
    Sync.locked t.lock (fun () ->
        match t.writer with
        | None -> `Gone
        | Some writer when Writer.write writer bytes length ~timeout_ns:look_again_ns -> `Sent
        | Some _ -> `Full
        | exception Native.Error _ -> `Gone)
  in
  match outcome with
  | `Sent -> true
  | `Gone -> false
  | `Full when Hub.is_closed t.hub && Clock.monotonic () > t.give_up_at -> false
  | `Full -> write t bytes length

let say t frame = ignore (write t (Bytes.of_string frame) (String.length frame))

let subscribers t topic =
  Sync.locked t.lock (fun () ->
      match t.writer with
      | None -> 0
      | Some writer -> (
          match Writer.readers_of writer topic with
          | count -> count
          | exception Native.Error _ -> 0))

let close t =
  Sync.locked t.lock (fun () ->
      Option.iter Writer.close t.writer;
      t.writer <- None);
  Native.clear_folder (Filename.dirname t.path)

let leave t =
  if t.writer <> None then (
    t.give_up_at <- Clock.monotonic () +. leave_s;
    say t (Control_frame.goodbye "");
    close t)

let add bus ~path ~capacity =
  let hub = Bus.hub bus in
  let t =
    {
      hub;
      path;
      capacity;
      lock = Mutex.create ();
      writer = None;
      next_channel = 1;
      give_up_at = infinity;
    }
  in
  let link =
    {
      Hub.peer = path;
      admit = admit t;
      write = write t;
      finish = (fun ~channel ~sent -> say t (Control_frame.closed ~channel ~sent));
      subscribers = subscribers t;
      wake = ignore;
      tick = ignore;
      leave = (fun () -> leave t);
    }
  in
  ignore (Hub.add_link hub link)
