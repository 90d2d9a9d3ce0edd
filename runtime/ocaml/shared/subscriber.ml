open Mycelium_wire
include Receiver

let create (type a) bus (module M : Message.S with type t = a) =
  let topic = Mycelium_bus.Selector.topic_of (module M : Message.S with type t = a) in
  Receiver.create bus
    (fun box -> Raw.subscriber_open box [ topic ])
    (fun frame -> M.of_frame frame)
