(** Receives messages of one type, from Rust and OCaml services of the process and from others.

    A subscriber ends once it has seen a publisher and all that it saw have closed, behind the last
    message. It is for one thread at a time. Whether it is closed, it knows of the {!Bus.t} that it was made of; what other
    handles of the same bus do is not known here. *)

include Mycelium_bus.Reception.S with type fault := Fault.t

(** [create bus (module M)] receives on the own topic of [M] what is published from then on.
    @raise Failure where the bus is closed. *)
val create : Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t
