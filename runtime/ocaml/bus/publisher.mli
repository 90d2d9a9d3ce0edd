(** Publishes messages of one type.

    {[
      let verdicts = Publisher.create_exn bus (module Market.Verdict) in
      Publisher.publish_exn verdicts (Market.Verdict.make ~... ());
      Publisher.close verdicts
    ]}

    A message is encoded once, whoever takes it. Where a subscriber, a socket or a ring is full, the
    publisher waits: nothing is lost. *)

type refusal =
  | Closed  (** The publisher, or its bus, was closed or interrupted. *)
  | Invalid of Mycelium_wire.Error.t  (** A field cannot hold its value. *)

include Publication.S with type bus := Bus.t and type refusal := refusal

(** [id t] is a number that no other publisher of this process has. *)
val id : 'a t -> int
