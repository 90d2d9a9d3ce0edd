(** Publishes messages of one type.

    {[
      let verdicts = Publisher.create_exn bus (module Market.Verdict) in
      Publisher.publish_exn verdicts (Market.Verdict.make ~... ());
      Publisher.close verdicts
    ]}

    A message is encoded once, whoever takes it. Where a subscriber, a socket or a ring is full, the
    publisher waits: nothing is lost. *)

type 'a t

(** [create bus (module M)] publishes on the own topic of [M]. [Error] where the bus has another
    version of the type on that topic. *)
val create :
  Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> ('a t, Bus.error) result

(** As {!create}.
    @raise Failure where that gives [Error]. *)
val create_exn : Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t

type refusal =
  | Closed  (** The publisher, or its bus, was closed or interrupted. *)
  | Invalid of Mycelium_wire.Error.t  (** A field cannot hold its value. *)

(** [publish t message] sends it to all that subscribe by now. *)
val publish : 'a t -> 'a -> (unit, refusal) result

(** As {!publish}.
    @raise Failure where that gives [Error]. *)
val publish_exn : 'a t -> 'a -> unit

val refusal_to_string : refusal -> string

(** [id t] is a number that no other publisher of this process has. *)
val id : 'a t -> int

(** [subscribers t] counts those that are known to take its messages, here and elsewhere. *)
val subscribers : 'a t -> int

(** [wait_for_subscribers t n ~timeout] waits until there are [n], for at most so many seconds; whether
    there are. *)
val wait_for_subscribers : 'a t -> int -> timeout:float -> bool

(** [close t] ends its subscribers after the last message, if it is the topic's last publisher here. *)
val close : 'a t -> unit

(**/**)

(** What {!Mycelium_actor.Bus_type.S} asks for. *)
val says_closed : refusal -> bool
