(** Small things that threads share. *)

(** [locked mutex f] is [f ()] while the mutex is held, and gives it back whatever [f] does. *)
val locked : Mutex.t -> (unit -> 'a) -> 'a

(** [retry f] is [f ()], once more whenever a signal interrupts it. *)
val retry : (unit -> 'a) -> 'a

(** [select reads writes ~deadline] is which of the descriptors are ready, none of them at
    [deadline] (by {!Clock.monotonic}) or when a signal comes. *)
val select :
  Unix.file_descr list ->
  Unix.file_descr list ->
  deadline:float ->
  Unix.file_descr list * Unix.file_descr list

(** [close fd] closes it and does not care whether that works. *)
val close : Unix.file_descr -> unit
