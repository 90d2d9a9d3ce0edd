(** Publishes messages of one type, to Rust and OCaml services of the process and to others.

    A message is encoded once, whoever takes it. Where a subscriber, a socket or a ring is full, the
    publisher waits, without the runtime lock, unless the topic may lose messages. All threads may use it. *)

type 'a t

(** [create bus (module M)] publishes on the own topic of [M]. [Error] where the bus has another
    version of the type on that topic, or is closed. *)
val create :
  Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> ('a t, Bus.error) result

(** As {!create}.
    @raise Failure where that gives [Error]. *)
val create_exn : Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t

type refusal =
  | Closed  (** The publisher, or its bus, was closed or interrupted. *)
  | Invalid of Mycelium_wire.Error.t  (** A field cannot hold its value. *)
  | Refused of string  (** It is too long for a route, or full where the topic says that this is an error. *)

(** [publish t message] sends it to all that subscribe by now. *)
val publish : 'a t -> 'a -> (unit, refusal) result

(** As {!publish}.
    @raise Failure where that gives [Error]. *)
val publish_exn : 'a t -> 'a -> unit

val refusal_to_string : refusal -> string

(** [subscribers t] counts those that are known to take its messages, here and elsewhere. *)
val subscribers : 'a t -> int

(** [wait_for_subscribers t n ~timeout] waits until there are [n], for at most so many seconds; whether
    there are. *)
val wait_for_subscribers : 'a t -> int -> timeout:float -> bool

(** [close t] ends its subscribers after the last message, if it is the topic's last publisher in this process. A
    thread that waits in it for room gets [Closed]. One that is no longer reachable is closed at last. *)
val close : 'a t -> unit

(**/**)

(** What {!Mycelium_actor.Bus_type.S} asks for. *)
val says_closed : refusal -> bool
