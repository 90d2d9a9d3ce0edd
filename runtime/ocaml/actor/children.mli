(** The children of a supervisor or a group: who they are, how they end, how they are stopped. *)

type t

(** What a child is. The functions may be called by any thread. *)
type charge =
  | Actor of { health : Health.t; drain : unit -> unit; abort : unit -> unit }
  | Group of t

type record

(** How a child ended for good. [close] ends what it published on. *)
type ending = { escalated : Health.escalation option; close : unit -> unit }

(** [create path] has no children; [path] is [""] for a supervisor. *)
val create : string -> t

val path : t -> string

(** The name of a child, behind the groups that it is in. *)
val path_of : t -> string -> string

(** Takes a child in; the error says why not. *)
val add : t -> string -> charge -> (record, string) result

(** Forgets a child that was not started. *)
val remove : t -> record -> unit

(** Takes note of an end. What it published on is closed then, unless this is a group that may start it again. *)
val take_end : t -> record -> ending -> unit

(** For a group's thread: waits for a failure that a child hands up; nothing when all have ended or are to stop. *)
val next_escalation : t -> Health.escalation option

(** Another failure, of the group itself. *)
val escalate : t -> Health.escalation -> unit

(** Whether the time has come before a shutdown has. *)
val rest_until : t -> float -> bool

(** Lets a group whose children have all ended be started again; gives what closes that which they published on. *)
val reopen : t -> (unit -> unit) list

(** Ends a group, and gives what is left to be closed. *)
val close : t -> (unit -> unit) list

(** Stops the children for good, the last one first; the paths of those that do not end. *)
val stop_children : t -> until:float -> string list

(** The same, but they are to be started again. *)
val pause_children : t -> until:float -> string list

(** For a supervisor: waits until all have ended, or one has failed for good. All who wait learn of the same one. *)
val wait_for_escalation : t -> Health.escalation option

val stats : t -> Health.t list
