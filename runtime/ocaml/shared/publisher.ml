open Mycelium_wire

type 'a t = {
  message : (module Message.S with type t = 'a);
  bus : Bus.t;
  box : Raw.box;
  (* Where messages are encoded, by one thread at a time; another one uses memory of its own. *)
  mutable buffer : bytes;
  is_encoding : bool Atomic.t;
}

type refusal = Closed | Invalid of Error.t | Refused of string

let refusal_to_string = function
  | Closed -> "the publisher, or its bus, was closed"
  | Invalid error -> "a message that cannot be sent: " ^ Error.to_string error
  | Refused why -> why

let says_closed refusal = refusal = Closed

let create bus message =
  let topic = Mycelium_bus.Selector.topic_of message in
  match Bus.open_box bus (fun box -> Raw.publisher_open box [ topic ]) with
  | box -> Ok { message; bus; box; buffer = Bytes.create 256; is_encoding = Atomic.make false }
  | exception Failure why -> Result.Error why

let outcome t code =
  (* As in mycelium.h. *)
  match code with
  | 0 -> Ok ()
  | -9 -> Result.Error Closed
  | _ -> Result.Error (Refused (Raw.last_error t.box))

let send (type a) (t : a t) (module M : Message.S with type t = a) buffer message =
  match M.encode_into message buffer ~pos:0 with
  | length -> outcome t (Raw.publish t.box buffer length)
  | exception Error.Error error -> Result.Error (Invalid error)

let enlarge t size =
  if size > Bytes.length t.buffer then
    t.buffer <- Bytes.create (max size (2 * Bytes.length t.buffer))

(* With the buffer of the publisher, which is given back also where a handler of a signal raises. *)
let send_by_buffer t message_module size message =
  match
    enlarge t size;
    send t message_module t.buffer message
  with
  | sent ->
      Atomic.set t.is_encoding false;
      sent
  | exception any ->
      Atomic.set t.is_encoding false;
      raise any

let publish (type a) (t : a t) (message : a) =
  if Bus.is_over t.bus then Result.Error Closed
  else
    let (module M) = t.message in
    match M.size message with
    | exception Error.Error error -> Result.Error (Invalid error)
    | size when Atomic.compare_and_set t.is_encoding false true ->
        send_by_buffer t (module M) size message
    | size -> send t (module M) (Bytes.create size) message

let subscribers t = Raw.subscribers t.box

(* They come without a word. *)
let look_again_s = 0.01

let rec wait_until t count deadline =
  subscribers t >= count
  || (not (Bus.is_over t.bus))
     && Mycelium_bus.Clock.monotonic () < deadline
     && (
       Thread.delay look_again_s;
       wait_until t count deadline)

let wait_for_subscribers t count ~timeout = wait_until t count (Mycelium_bus.Clock.monotonic () +. timeout)
let close t = Raw.close t.box

include Mycelium_bus.Publication.Make (struct
  type nonrec 'a t = 'a t
  type bus = Bus.t
  type nonrec refusal = refusal

  let create = create
  let publish = publish
  let refusal_to_string = refusal_to_string
end)
