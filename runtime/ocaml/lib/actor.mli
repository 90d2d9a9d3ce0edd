(** Supervised actors on this bus. *)

include
  Mycelium_actor.Actor_type.S
    with type bus = Mycelium_bus.Bus.t
     and type fault = Mycelium_bus.Fault.t
