open Mycelium_wire
include Receiver

type frame = Mycelium_bus.Frames.frame = {
  topic : string;
  header : Frame.header;
  bytes : string;
}

type t = frame Receiver.t

let create_by bus open_ =
  let topic = ref "" in
  let parse bytes = { topic = !topic; header = Frame.parse bytes; bytes } in
  Receiver.create bus ~topic open_ (Error.catch parse)

let create bus patterns =
  let patterns = Array.of_list patterns in
  create_by bus (fun box -> Raw.subscriber_open_patterns box patterns)

let of_messages bus messages =
  let topic (module M : Message.S) = Mycelium_bus.Selector.topic_of (module M) in
  let topics = List.map topic messages in
  create_by bus (fun box -> Raw.subscriber_open box topics)
