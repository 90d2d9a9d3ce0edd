(** SHA-256 of bytes that come piece by piece. *)

(** A hash in progress. *)
type t

(** Of nothing so far. *)
val create : unit -> t

(** [add t text] continues the hash with [text]. *)
val add : t -> string -> unit

(** [to_hex t] is the hash of all that was added, as 64 hexadecimal digits; [t] can go on. *)
val to_hex : t -> string
