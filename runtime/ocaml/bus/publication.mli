(** What all publishers offer. *)

(** What a bus has of one. *)
module type SOURCE = sig
  type 'a t
  type bus
  type refusal

  val create :
    bus -> (module Mycelium_wire.Message.S with type t = 'a) -> ('a t, string) result

  val publish : 'a t -> 'a -> (unit, refusal) result
  val refusal_to_string : refusal -> string
end

(** What is had of it. *)
module type S = sig
  type 'a t
  type bus
  type refusal

  (** [create bus (module M)] publishes on the own topic of [M]. [Error] says why it cannot: the bus has another
      version of the type on that topic, for example. *)
  val create :
    bus -> (module Mycelium_wire.Message.S with type t = 'a) -> ('a t, string) result

  (** As {!create}.
      @raise Failure where that gives [Error]. *)
  val create_exn : bus -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t

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

  (** [close t] ends its subscribers after the last message, if it is the topic's last publisher in this process. *)
  val close : 'a t -> unit

  (**/**)

  (** What {!Mycelium_actor.Bus_type.S} asks for: whether it is refused because the publisher, or its bus, was closed. *)
  val says_closed : refusal -> bool
end

module Make (Source : SOURCE) : sig
  val create_exn :
    Source.bus -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a Source.t

  val publish_exn : 'a Source.t -> 'a -> unit
end
