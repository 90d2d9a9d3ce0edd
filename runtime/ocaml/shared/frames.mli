(** Receives frames of several topics as they are, in the order of each publishing process.

    It ends as a {!Subscriber} does. It is for one thread at a time. *)

type t

(** A message that is not decoded yet: the same type as that of the bus of OCaml alone. *)
type frame = Mycelium_bus.Frames.frame = {
  topic : string;
  header : Mycelium_wire.Frame.header;
  bytes : string;  (** The whole frame. *)
}

(** [create bus ["market.*"]] receives all topics that fit one of the patterns, whatever version of
    their types they carry. A [*] stands for any run of characters but [.], and a [>] at the end for
    one or more of any: ["market.>"].
    @raise Failure where the bus is closed. *)
val create : Bus.t -> string list -> t

(** [of_messages bus messages] receives the own topics of these types, of the same versions only.
    @raise Failure where the bus is closed, or [messages] is empty. *)
val of_messages : Bus.t -> (module Mycelium_wire.Message.S) list -> t

(** As {!Subscriber.recv}. *)
val recv : t -> (frame option, Fault.t) result

(** As {!Subscriber.try_recv}. *)
val try_recv : t -> frame Subscriber.event

(** As {!Subscriber.recv_timeout}. *)
val recv_timeout : t -> timeout:float -> frame Subscriber.event

(** As {!Subscriber.iter}. *)
val iter : (frame -> unit) -> t -> (unit, Fault.t) result

val close : t -> unit
