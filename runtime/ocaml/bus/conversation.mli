(** One connection, from hello to goodbye. *)

(** What one end knows beforehand. *)
type terms = {
  hub : Hub.t;
  expected : string list;  (** Nodes that may be at the other end. *)
  subscribes : bool;  (** Whether subscribers here are served by the connection. *)
}

(** How it ended. *)
type ending =
  | Left  (** One of the two left in order. *)
  | Dismissed of string  (** The peer closed for this reason. *)
  | Cut_off of string  (** The peer was cut off for this reason. *)
  | Vanished of string  (** The peer is gone. *)

(** [talk terms fd] talks until the connection ends, and closes it. *)
val talk : terms -> Unix.file_descr -> ending
