type t = { hub : Hub.t; receiver : Hub.receiver }

type 'a event = [ `Message of 'a | `Fault of Fault.t | `Empty | `Ended ]

let create bus selector =
  let hub = Bus.hub bus in
  let t = { hub; receiver = Hub.subscribe hub selector } in
  (* In a thread: a finaliser may run where the hub's lock is held. *)
  let leave t = ignore (Thread.create (Hub.unsubscribe t.hub) t.receiver) in
  Gc.finalise leave t;
  t

let event_of : Inbox.look -> Inbox.frame event = function
  | Item (Frame frame) -> `Message frame
  | Item (Fault fault) -> `Fault fault
  | Empty -> `Empty
  | Ended -> `Ended

let try_recv t = event_of (Inbox.look t.receiver.inbox)

let recv_timeout t ~timeout =
  event_of (Inbox.take t.receiver.inbox ~deadline:(Unix.gettimeofday () +. timeout))

let rec recv t =
  match Inbox.take t.receiver.inbox ~deadline:infinity with
  | Item (Frame frame) -> Ok (Some frame)
  | Item (Fault fault) -> Error fault
  | Ended -> Ok None
  | Empty -> recv t

let await t = Inbox.await t.receiver.inbox
let close t = Hub.unsubscribe t.hub t.receiver
