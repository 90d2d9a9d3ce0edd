(** Wakes one waiting thread, which may wait for descriptors and a deadline at the same time.

    The waiter arms the bell, looks once more whether there is anything to wait for, and waits; who
    has something for it rings. A bell that is not armed makes no system call. Ringing takes no lock,
    so a signal handler may do it. *)

type t

val create : unit -> t

(** The descriptor that is readable once the bell was rung. *)
val descriptor : t -> Unix.file_descr

val arm : t -> unit

(** [ring t] wakes the waiter, if the bell is armed. *)
val ring : t -> unit

(** [disarm t] forgets that it was rung. *)
val disarm : t -> unit

(** [wait t ~deadline] waits for an armed bell, and disarms it. It may return early. *)
val wait : t -> deadline:float -> unit

(** [close t] gives its descriptors back, as soon as no thread rings it or waits for it; ringing it is nothing from
    then on. A bell that is no longer reachable is closed at last. *)
val close : t -> unit
