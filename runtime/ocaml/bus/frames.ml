include Receiver

type t = Inbox.frame Receiver.t

type frame = Inbox.frame = {
  topic : string;
  header : Mycelium_wire.Frame.header;
  bytes : string;
}

let create bus patterns = Receiver.create bus (Selector.Patterns patterns) Result.ok

let of_messages bus messages =
  let topic (module M : Mycelium_wire.Message.S) = Selector.topic_of (module M) in
  Receiver.create bus (Selector.Typed (List.map topic messages)) Result.ok
