open Mycelium_wire

type 'a t = {
  id : int;
  message : (module Message.S with type t = 'a);
  hub : Hub.t;
  publication : Hub.publication;
  (* Holds the frame while it goes out; used by one thread at a time, as the publication sees to. *)
  mutable buffer : bytes;
  is_closed : bool Atomic.t;
}

type refusal = Closed | Invalid of Error.t

let refusal_to_string = function
  | Closed -> "the publisher, or its bus, was closed"
  | Invalid error -> "a message that cannot be sent: " ^ Error.to_string error

let says_closed refusal = refusal = Closed

let next_id = Atomic.make 0

let create bus message =
  let topic = Selector.topic_of message and hub = Bus.hub bus in
  match Hub.advertise hub topic with
  | Ok publication ->
      let id = Atomic.fetch_and_add next_id 1 and is_closed = Atomic.make false in
      Ok { id; message; hub; publication; buffer = Bytes.create 256; is_closed }
  | exception Hub.Refused why -> Result.Error why
  | Result.Error digest ->
      Result.Error
        (Printf.sprintf
           "topic `%s` is published on this bus with digest %s, not %s; generate both types from \
            the same schema"
           topic.name digest topic.digest)

let encode (type a) (t : a t) (message : a) () =
  let (module M) = t.message in
  let size = M.size message in
  if size > Bytes.length t.buffer then
    t.buffer <- Bytes.create (max size (2 * Bytes.length t.buffer));
  let length = M.encode_into message t.buffer ~pos:0 in
  (t.buffer, length)

let publish t message =
  if Atomic.get t.is_closed || Hub.is_closed t.hub then Result.Error Closed
  else
    match Hub.send t.publication (encode t message) with
    | () -> Ok ()
    | exception Error.Error error -> Result.Error (Invalid error)

let id t = t.id
let subscribers t = Hub.subscribers t.publication

(* Readers of a ring come without a word, so it has to be looked for them. *)
let look_again = 0.02

let wait_for_subscribers t count ~timeout =
  let deadline = Clock.monotonic () +. timeout in
  let bell = t.publication.changed in
  let rec wait () =
    Bell.arm bell;
    if subscribers t >= count then true
    else if Clock.monotonic () >= deadline || Hub.is_closed t.hub then false
    else (
      Bell.wait bell ~deadline:(Float.min deadline (Clock.monotonic () +. look_again));
      wait ())
  in
  wait ()

let close t =
  if not (Atomic.exchange t.is_closed true) then Hub.withdraw t.hub t.publication

include Publication.Make (struct
  type nonrec 'a t = 'a t
  type bus = Bus.t
  type nonrec refusal = refusal

  let create = create
  let publish = publish
  let refusal_to_string = refusal_to_string
end)
