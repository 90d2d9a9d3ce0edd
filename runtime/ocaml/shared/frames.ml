type t = { receiver : Receiver.t; topic : string ref }

type frame = Mycelium_bus.Frames.frame = {
  topic : string;
  header : Mycelium_wire.Frame.header;
  bytes : string;
}

let create bus patterns =
  let patterns = Array.of_list patterns in
  let box = Bus.open_box bus (fun box -> Raw.subscriber_open_patterns box patterns) in
  { receiver = { bus; box }; topic = ref "" }

let of_messages bus messages =
  let topic (module M : Mycelium_wire.Message.S) = Mycelium_bus.Selector.topic_of (module M) in
  let topics = List.map topic messages in
  let box = Bus.open_box bus (fun box -> Raw.subscriber_open box topics) in
  { receiver = { bus; box }; topic = ref "" }

let event (t : t) : Raw.look -> frame Subscriber.event = function
  | Frame bytes -> (
      match Mycelium_wire.Frame.parse bytes with
      | header -> `Message { topic = !(t.topic); header; bytes }
      | exception Mycelium_wire.Error.Error error -> `Fault (Fault.Decode error))
  | Empty -> `Empty
  | Ended -> `Ended
  | Lost count -> `Fault (Fault.Lost count)
  | Failed (code, text) -> `Fault (Receiver.fault_of code text)

let try_recv (t : t) = event t (Receiver.look t.receiver ~timeout_ns:0 (Some t.topic))

let recv_timeout (t : t) ~timeout =
  let deadline = Mycelium_bus.Clock.monotonic () +. timeout in
  event t (Receiver.wait_until t.receiver (Some t.topic) ~deadline)

let rec recv (t : t) =
  match event t (Receiver.wait t.receiver (Some t.topic)) with
  | `Message frame -> Ok (Some frame)
  | `Fault fault -> Error fault
  | `Ended -> Ok None
  | `Empty -> recv t

let rec iter f t =
  match recv t with
  | Ok (Some frame) ->
      f frame;
      iter f t
  | Ok None -> Ok ()
  | Error fault -> Error fault

let close (t : t) = Receiver.close t.receiver
