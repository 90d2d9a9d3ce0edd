type t = Receiver.t

type frame = Inbox.frame = {
  topic : string;
  header : Mycelium_wire.Frame.header;
  bytes : string;
}

let create bus patterns = Receiver.create bus (Selector.Patterns patterns)

let of_messages bus messages =
  let topic (module M : Mycelium_wire.Message.S) = Selector.topic_of (module M) in
  Receiver.create bus (Selector.Typed (List.map topic messages))

let recv = Receiver.recv
let try_recv = Receiver.try_recv
let recv_timeout = Receiver.recv_timeout

let rec iter f t =
  match recv t with
  | Ok (Some frame) ->
      f frame;
      iter f t
  | Ok None -> Ok ()
  | Error fault -> Error fault

let close = Receiver.close
