(** What can befall a subscriber. None of these ends it: it may go on receiving. *)

type t =
  | Digest_mismatch of { topic : string; ours : string; theirs : string; peer : string }
      (** Node [peer] publishes the topic with another version of the type; its messages do not
          come. *)
  | Peer_vanished of { node : string }
      (** A publishing node went away without a goodbye. *)
  | Lost of { topic : string; count : int }  (** So many messages are missing. *)
  | Decode of Mycelium_wire.Error.t  (** A message is not one. *)

(** [to_string fault] is one line that says what happened, and what to do where that is known. *)
val to_string : t -> string

val pp : Format.formatter -> t -> unit
