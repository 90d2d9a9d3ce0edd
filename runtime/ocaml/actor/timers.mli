(** Timers of one actor at the clock of the system. *)

type t
type timer = int

val create : unit -> t

(** A timer that is due at this time, in seconds. *)
val set : t -> at:float -> timer

val cancel : t -> timer -> unit

(** When the earliest is due. *)
val next : t -> float option

(** Takes the earliest out, where it is due; those of one time come in the order of setting. *)
val take_due : t -> now:float -> timer option

val clear : t -> unit
