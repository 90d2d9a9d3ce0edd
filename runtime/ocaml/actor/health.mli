(** How an actor is, for whoever looks after it. *)

(** Why an actor failed. *)
type failure =
  | Raised of exn  (** A handler or a hook raised this exception. *)
  | Failed of string  (** It called [fail], or could not publish. *)

val failure_to_string : failure -> string

(** An actor failed more often than its policy allows, and so did every group around it. *)
type escalation = {
  by : string;  (** The actor, behind the groups that it is in: [pricing/curve]. *)
  failure : failure;  (** Its last one. *)
}

val escalation_to_string : escalation -> string

type state =
  | Starting  (** It is being made. *)
  | Running  (** It takes messages. *)
  | Resting  (** It has failed, and rests until it is started again. *)
  | Stopping  (** It handles what waits, and then ends. *)
  | Stopped  (** It has ended in order. *)
  | Broken  (** It has failed, and is not started again. *)

(** Health and counts of one actor. *)
type t = {
  actor : string;  (** Its name, behind the groups that it is in. *)
  mutable state : state;
  mutable received : int;
  mutable published : int;
  mutable timers : int;  (** Timers that were due. *)
  mutable faults : int;  (** Losses, vanished peers and other faults of its subscriptions. *)
  mutable failures : int;
  mutable restarts : int;
  mutable last_failure : failure option;
}

(** [find name actors] is the actor of this name. *)
val find : string -> t list -> t option

(** A table with a line for each. *)
val pp : Format.formatter -> t list -> unit

(**/**)

val make : string -> t
val snapshot : t -> t
val go_on_from : t -> t -> unit
