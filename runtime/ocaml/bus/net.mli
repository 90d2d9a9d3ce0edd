(** The sockets of a bus: listens, dials, and talks over each connection in a thread of its own. *)

(** Where a socket is. *)
type place = Unix_path of string | Tcp_address of string  (** ["127.0.0.1:9002"] *)

type t

val create : Hub.t -> t

(** [listen t place ~expected] takes connections of these nodes from then on. Subscribers here are
    served by them. [Error] says why not. *)
val listen : t -> place -> expected:string list -> (unit, string) result

(** [dial t place ~peer ~subscribes] connects to a node, again and again, until it is closed;
    [subscribes] is whether subscribers here are served by the connection. *)
val dial : t -> place -> peer:string -> subscribes:bool -> unit

(** [close t] waits until all connections have ended, which the hub has told them to do. *)
val close : t -> unit
