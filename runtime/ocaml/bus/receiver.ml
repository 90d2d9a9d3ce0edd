module Source = struct
  type 'a t = {
    hub : Hub.t;
    receiver : Hub.receiver;
    read : Inbox.frame -> ('a, Mycelium_wire.Error.t) result;
  }

  type fault = Fault.t

  let fault_to_string = Fault.to_string

  (* Works on the inbox of [t], which stays reachable as long: else it would be left, and end. *)
  let with_inbox t f =
    let found = f t.receiver.inbox in
    ignore (Sys.opaque_identity t);
    found

  let look (patience : Reception.patience) inbox =
    match patience with
    | At_once -> Inbox.look inbox
    | Until deadline -> Inbox.take inbox ~deadline
    | For_ever -> Inbox.take inbox ~deadline:infinity

  let next t patience =
    match with_inbox t (look patience) with
    | Item (Frame frame) -> (
        match t.read frame with
        | Ok message -> `Message message
        | Error error -> `Fault (Fault.Decode error))
    | Item (Fault fault) -> `Fault fault
    | Empty -> `Empty
    | Ended -> `Ended

  let await t = with_inbox t Inbox.await
  let is_closed t = with_inbox t Inbox.is_stopped
  let close t = Hub.unsubscribe t.hub t.receiver
end

include Source
include Reception.Make (Source)

(* In a thread: a finaliser may run where the hub's lock is held. Where there can be no thread now, the
   next collection tries again. *)
let rec leave t =
  if List.memq t.receiver (Hub.receivers t.hub) then
    match Thread.create (Hub.unsubscribe t.hub) t.receiver with
    | _ -> ()
    | exception _ -> Gc.finalise leave t

let create bus selector read =
  let hub = Bus.hub bus in
  let t = { hub; receiver = Hub.subscribe hub selector; read } in
  Gc.finalise leave t;
  t
