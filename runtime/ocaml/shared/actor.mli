(** Supervised actors on this bus, with the same face as [Mycelium.Actor]. *)

include Mycelium_actor.Actor_type.S with type bus = Bus.t and type fault = Fault.t
