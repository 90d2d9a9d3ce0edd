(** What a supervisor does with its children, whatever they are. *)

(** [group children name policy start] starts what [start] starts, and looks after it in a thread. *)
val group :
  Children.t -> string -> Policy.t -> (Children.t -> (unit, string) result) -> (unit, string) result

val join : Children.t -> (unit, Health.escalation) result
val shutdown : Children.t -> timeout:float -> (unit, string list) result
