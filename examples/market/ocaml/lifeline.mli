(** How a service learns that it should end before its time: by a signal, or by the process that
    started it. That one holds our standard input: a line on it is the reason to end, its end means
    that the process is gone. *)

(** Somebody told the service to end: who, and why. *)
exception Stopped of string

type t

(** [create ~supervised] listens for [SIGINT] and [SIGTERM], and to standard input if there is a
    supervisor at its other end. *)
val create : supervised:bool -> t

(** [check t] returns at once, where the service may go on.
    @raise Stopped where it was told to end. *)
val check : t -> unit
