(** The outgoing half of a connection.

    A publisher writes straight to the socket as long as that takes everything; what it does not take
    waits here, up to a limit beyond which publishers wait. The connection's thread writes what waits
    as soon as the socket is ready, and itself never waits to write: so two sides that fill each
    other's sockets still read. *)

type t

(** [create fd ~bell] rings [bell] when something waits that was not waiting before. *)
val create : Unix.file_descr -> bell:Bell.t -> t

(** [push t frame] adds a control frame. Never waits. *)
val push : t -> string -> unit

(** [write t bytes length] sends one frame, waiting for room. False when the connection is gone. *)
val write : t -> bytes -> int -> bool

(** [flush t] writes what the socket takes now. *)
val flush : t -> unit

(** [is_waiting t] is whether something waits to be written. *)
val is_waiting : t -> bool

(** [idle t] is the time since something was written. *)
val idle : t -> float

(** [finish t] takes nothing more, and shuts the stream down once all is written. *)
val finish : t -> unit

(** [close t] drops what waits and takes nothing more. *)
val close : t -> unit
