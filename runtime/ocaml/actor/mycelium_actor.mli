(** Supervised actors, over either bus: [Mycelium.Actor] and [Mycelium_shared.Actor] are made by {!Make}. *)

module Policy = Policy
module Health = Health
module Bus_type = Bus_type
module Actor_type = Actor_type

(** Actors at a bus. *)
module Make (Library : Bus_type.S) :
  Actor_type.S with type bus = Library.Bus.t and type fault = Library.Fault.t

(**/**)

module Restarts = Restarts
