(** What is done about an actor that has ended. Times are seconds. *)

(** When it is started again. *)
type restart =
  | Always  (** However it ended, unless its supervisor stops it. *)
  | On_failure  (** When it has raised an exception or failed; one that stopped has done its work. *)
  | Never  (** What fails is reported, and the others go on. *)

(** What becomes of the state of an actor that failed. *)
type kept_state =
  | Remade  (** Another one is made. *)
  | Kept  (** The same value goes on, as the handler left it. *)

(** Pauses before restarts: each twice as long as the one before, up to a longest one. After the longest pause's
    length without a failure the first one counts again. *)
type backoff = {
  first : float;
  most : float;
  jitter : float;  (** Share of a pause, 0 to 1, that chance may take away. *)
}

(** How many restarts are allowed in how long. One more, and the failure goes up to the supervisor. *)
type intensity = { restarts : int; within : float }

type t = {
  restart : restart;
  backoff : backoff;
  intensity : intensity;
  state : kept_state;
}

(** On failure, after 10 ms up to 10 s less a fifth at most, ten times a minute, with a state that is remade. *)
val default : t

(** No restart at all: every failure goes up. In a group this restarts all for one. *)
val no_restart : intensity
