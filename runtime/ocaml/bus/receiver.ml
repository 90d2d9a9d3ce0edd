type t = { hub : Hub.t; receiver : Hub.receiver }

type 'a event = [ `Message of 'a | `Fault of Fault.t | `Empty | `Ended ]

(* In a thread: a finaliser may run where the hub's lock is held. Where there can be no thread now, the
   next collection tries again. *)
let rec leave t =
  if List.memq t.receiver (Hub.receivers t.hub) then
    match Thread.create (Hub.unsubscribe t.hub) t.receiver with
    | _ -> ()
    | exception _ -> Gc.finalise leave t

let create bus selector =
  let hub = Bus.hub bus in
  let t = { hub; receiver = Hub.subscribe hub selector } in
  Gc.finalise leave t;
  t

(* Works on the inbox of [t], which stays reachable as long: else it would be left, and end. *)
let with_inbox t f =
  let found = f t.receiver.inbox in
  ignore (Sys.opaque_identity t);
  found

let event_of : Inbox.look -> Inbox.frame event = function
  | Item (Frame frame) -> `Message frame
  | Item (Fault fault) -> `Fault fault
  | Empty -> `Empty
  | Ended -> `Ended

let try_recv t = event_of (with_inbox t Inbox.look)

let recv_timeout t ~timeout =
  event_of (with_inbox t (Inbox.take ~deadline:(Clock.monotonic () +. timeout)))

let rec recv t =
  match with_inbox t (Inbox.take ~deadline:infinity) with
  | Item (Frame frame) -> Ok (Some frame)
  | Item (Fault fault) -> Error fault
  | Ended -> Ok None
  | Empty -> recv t

let await t = with_inbox t Inbox.await
let is_closed t = with_inbox t Inbox.is_stopped
let close t = Hub.unsubscribe t.hub t.receiver
