(** What is said where the bus or the system does not give what an actor needs: a topic, a descriptor, a thread. *)

(** [of_exn exn] is a line for a person; nothing where [exn] is no such refusal, and has to be raised again. *)
val of_exn : exn -> string option
