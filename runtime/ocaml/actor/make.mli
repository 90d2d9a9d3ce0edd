(** Actors at a bus. The package has them as [Mycelium.Actor], the shared bus as [Mycelium_shared.Actor]. *)

module Make (Library : Bus_type.S) :
  Actor_type.S with type bus = Library.Bus.t and type fault = Library.Fault.t
