(** Receives frames of several topics as they are, in the order of each publishing process.

    It ends as a {!Subscriber} does. It is for one thread at a time. *)

include Mycelium_bus.Reception.FRAMES with type fault := Fault.t

(** [create bus ["market.*"]] receives all topics that fit one of the patterns, whatever version of
    their types they carry. A [*] stands for any run of characters but [.], and a [>] at the end for
    one or more of any: ["market.>"].
    @raise Failure where the bus is closed. *)
val create : Bus.t -> string list -> t

(** [of_messages bus messages] receives the own topics of these types, of the same versions only.
    @raise Failure where the bus is closed, or [messages] is empty. *)
val of_messages : Bus.t -> (module Mycelium_wire.Message.S) list -> t
