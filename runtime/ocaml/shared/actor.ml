include Mycelium_actor.Make (struct
  type bus = Bus.t
  type fault = Fault.t
  type 'a subscriber = 'a Subscriber.t
  type 'a publisher = 'a Publisher.t

  let fault_to_string = Fault.to_string
  let subscribe bus message = Subscriber.create bus message
  let advertise bus message = Publisher.create_exn bus message
  let try_recv = Subscriber.try_recv
  let await = Subscriber.await

  let publish publisher message =
    match Publisher.publish publisher message with
    | Ok () -> Ok ()
    | Error Closed -> Error `Closed
    | Error ((Invalid _ | Refused _) as refusal) -> Error (`Refused (Publisher.refusal_to_string refusal))

  let close_subscriber = Subscriber.close
  let close_publisher = Publisher.close
end)

module Policy = Mycelium_actor.Policy
module Health = Mycelium_actor.Health
