(** Frames out of a byte stream. *)

type t

(** Longest frame that is taken: 64 MiB. *)
val max_frame_bytes : int

val create : Unix.file_descr -> t

(** [fill t] reads once, what is there. *)
val fill : t -> [ `Some | `Nothing  (** Not now. *) | `End of string  (** Why. *) ]

(** [next t] is the next frame, if all of it has been read; [Error] says why it is none. *)
val next : t -> ((Mycelium_wire.Frame.header * string) option, string) result
