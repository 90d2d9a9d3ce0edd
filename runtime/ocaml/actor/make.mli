(** Actors at a bus. The package has them as [Mycelium.Actor], the shared bus as [Mycelium_shared.Actor]. *)

module Make (Bus : Bus_type.S) :
  Actor_type.S with type bus = Bus.bus and type fault = Bus.fault
