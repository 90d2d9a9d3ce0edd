open Mycelium_wire
include Receiver

let create (type a) bus (module M : Message.S with type t = a) =
  let selector = Selector.(Typed [ topic_of (module M : Message.S with type t = a) ]) in
  Receiver.create bus selector (fun frame -> M.of_frame frame.bytes)
