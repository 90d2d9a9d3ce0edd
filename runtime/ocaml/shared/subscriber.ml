open Mycelium_wire

type 'a t = { receiver : Receiver.t; decode : string -> ('a, Error.t) result }

type 'a event =
  [ `Message of 'a
  | `Fault of Fault.t
  | `Empty
  | `Ended ]

let create (type a) bus (module M : Message.S with type t = a) =
  let topic = Mycelium_bus.Selector.topic_of (module M : Message.S with type t = a) in
  let box = Bus.open_box bus (fun box -> Raw.subscriber_open box [ topic ]) in
  { receiver = { bus; box }; decode = (fun frame -> M.of_frame frame) }

let event t : Raw.look -> 'a event = function
  | Frame frame -> (
      match t.decode frame with
      | Ok message -> `Message message
      | Error error -> `Fault (Fault.Decode error))
  | Empty -> `Empty
  | Ended -> `Ended
  | Lost count -> `Fault (Fault.Lost count)
  | Failed (code, text) -> `Fault (Receiver.fault_of code text)

let try_recv t = event t (Receiver.look t.receiver ~timeout_ns:0 None)

let recv_timeout t ~timeout =
  event t (Receiver.wait_until t.receiver None ~deadline:(Mycelium_bus.Clock.monotonic () +. timeout))

let rec recv t =
  match event t (Receiver.wait t.receiver None) with
  | `Message message -> Ok (Some message)
  | `Fault fault -> Error fault
  | `Ended -> Ok None
  | `Empty -> recv t

let rec iter f t =
  match recv t with
  | Ok (Some message) ->
      f message;
      iter f t
  | Ok None -> Ok ()
  | Error fault -> Error fault

let report_fault fault = Mycelium_bus.Handler.report "a subscriber" (Fault.to_string fault)

let handle ?on_exception ?(on_fault = report_fault) f t =
  Mycelium_bus.Handler.start ?on_exception ~on_fault ~recv:(fun () -> recv t) f

let await t = Receiver.await t.receiver
let is_closed t = Receiver.is_closed t.receiver
let close t = Receiver.close t.receiver
