(** The ring that a node writes: a link to all that read it.

    The ring is made with the first topic that the node publishes, and removed when the bus is
    closed. *)

(** [add bus ~path ~capacity] adds the link. *)
val add : Mycelium_bus.Bus.t -> path:string -> capacity:int -> unit
