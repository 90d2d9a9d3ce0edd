(** Timers of one actor. Times are seconds of a clock that nobody sets, {!Mycelium_bus.Clock.monotonic}. *)

type t
type timer

val create : unit -> t

(** A timer that is due at this time. *)
val set : t -> at:float -> timer

(** Takes it back; one that is not set is left alone. *)
val cancel : t -> timer -> unit

(** When the earliest is due. *)
val next : t -> float option

(** Takes the earliest out, where it is due; those of one time come in the order of setting. *)
val take_due : t -> now:float -> timer option

val clear : t -> unit
