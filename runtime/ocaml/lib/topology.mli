(** From a topology file to a bus with its links. *)

(** See {!Mycelium.Bus.from_topology}. *)
val open_bus : path:string -> service:string -> (Mycelium_bus.Bus.t, string) result
