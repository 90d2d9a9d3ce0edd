(** The ring of another node: read by each receiver for itself, in a thread of its own, attached
    again whenever the node comes back. *)

(** [add bus ~path ~peer] makes receivers of [bus] read the ring of node [peer] at [path]. *)
val add : Mycelium_bus.Bus.t -> path:string -> peer:string -> unit
