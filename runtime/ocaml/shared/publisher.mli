(** Publishes messages of one type, to Rust and OCaml services of the process and to others.

    A message is encoded once, whoever takes it. Where a subscriber, a socket or a ring is full, the
    publisher waits, without the runtime lock, unless the topic may lose messages. All threads may use it. Where it is
    closed, a thread that waits in it for room gets {!Closed}; one that is no longer reachable is closed at last. *)

type refusal =
  | Closed  (** The publisher, or its bus, was closed or interrupted. *)
  | Invalid of Mycelium_wire.Error.t  (** A field cannot hold its value. *)
  | Refused of string  (** It is too long for a route, or full where the topic says that this is an error. *)

include Mycelium_bus.Publication.S with type bus := Bus.t and type refusal := refusal
