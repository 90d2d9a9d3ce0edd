(** What {!Subscriber} and {!Frames} share: a place at the hub, and what is taken from its inbox. *)

type 'a t

(** [create bus selector read] gives what [read] makes of each frame. *)
val create :
  Bus.t -> Selector.t -> (Inbox.frame -> ('a, Mycelium_wire.Error.t) result) -> 'a t

include Reception.S with type 'a t := 'a t and type fault := Fault.t
