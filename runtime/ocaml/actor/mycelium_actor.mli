(** Supervised actors, over either bus: [Mycelium.Actor] and [Mycelium_shared.Actor] are made by {!Make}. *)

module Policy = Policy
module Health = Health
module Bus_type = Bus_type
module Actor_type = Actor_type

(** Actors at a bus. *)
module Make (Bus : Bus_type.S) :
  Actor_type.S with type bus = Bus.bus and type fault = Bus.fault
