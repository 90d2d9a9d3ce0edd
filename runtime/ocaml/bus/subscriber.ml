open Mycelium_wire

type 'a t = { receiver : Receiver.t; decode : string -> ('a, Error.t) result }
type 'a event = 'a Receiver.event

let create (type a) bus (module M : Message.S with type t = a) =
  let selector = Selector.(Typed [ topic_of (module M : Message.S with type t = a) ]) in
  { receiver = Receiver.create bus selector; decode = (fun bytes -> M.of_frame bytes) }

let decode t frame =
  Result.map_error (fun error -> Fault.Decode error) (t.decode frame.Inbox.bytes)

let recv t =
  match Receiver.recv t.receiver with
  | Ok (Some frame) -> Result.map Option.some (decode t frame)
  | Ok None -> Ok None
  | Error fault -> Error fault

let event t : Inbox.frame event -> 'a event = function
  | `Message frame -> (
      match decode t frame with
      | Ok message -> `Message message
      | Error fault -> `Fault fault)
  | (`Fault _ | `Empty | `Ended) as other -> other

let try_recv t = event t (Receiver.try_recv t.receiver)
let recv_timeout t ~timeout = event t (Receiver.recv_timeout t.receiver ~timeout)

let rec iter f t =
  match recv t with
  | Ok (Some message) ->
      f message;
      iter f t
  | Ok None -> Ok ()
  | Error fault -> Error fault

let report_fault fault = Handler.report "a subscriber" (Fault.to_string fault)

let handle ?on_exception ?(on_fault = report_fault) f t =
  Handler.start ?on_exception ~on_fault ~recv:(fun () -> recv t) f

let await t = Receiver.await t.receiver
let is_closed t = Receiver.is_closed t.receiver
let close t = Receiver.close t.receiver
