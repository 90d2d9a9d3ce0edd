(** What can befall a subscriber. None of these ends it: it may go on receiving. *)

type t =
  | Lost of int  (** So many messages were lost here. *)
  | Other_version of string
      (** A publisher has another version of the type; its messages do not come. *)
  | Peer_vanished of string  (** A publishing node went away without a goodbye. *)
  | Malformed of string  (** Something came that is no frame. *)
  | Decode of Mycelium_wire.Error.t  (** A frame is not a message of the type. *)

(** [to_string fault] is one line that says what happened, and what to do where that is known. *)
val to_string : t -> string

val pp : Format.formatter -> t -> unit
