(** Which topics a subscriber takes. *)

(** A topic, its type, the digest that its messages are read or written by, and those of released versions
    that it still talks with, oldest first. *)
type topic = {
  name : string;
  type_id : int;
  digest : string;  (** [myc1:…] *)
  ancestors : string list;
}

type t =
  | Typed of topic list  (** Messages of these types. *)
  | Patterns of string list
      (** Whatever topics fit one of the patterns: see {!fits}. *)

(** What a subscriber says to a channel. *)
type verdict =
  | Take
  | Skip  (** It is about something else. *)
  | Mismatch of string  (** It is the topic, but the digest here is this one. *)

(** [topic_of (module M)] is the own topic of a message. *)
val topic_of : (module Mycelium_wire.Message.S with type t = 'a) -> topic

(** [judge selector ~name ~digest ~ancestors] of a channel; [ancestors] are those of its type, as far as the
    publisher has named them. *)
val judge : t -> name:string -> digest:string -> ancestors:string list -> verdict

(** [versions topic] is the topic by its own digest, and by that of each ancestor, newest first. *)
val versions : topic -> topic list

(** [again selector ~name ~digest] is what to ask a peer for that has declined a topic, for its digest is this
    one: the topic, where that is a released ancestor. *)
val again : t -> name:string -> digest:string -> topic list

(** What to ask a peer for; a pattern goes with type id 0 and {!any_digest}. *)
val wishes : t -> topic list

(** [fits "market.*" "market.trades"]: each [*] stands for any run of characters but [.], and a [>] at
    the end for one or more of any. *)
val fits : string -> string -> bool

(** The same for a pattern that a peer sent, in which each [*] stands for any run of characters. *)
val fits_wish : string -> string -> bool

(** In a wish: whatever the digest is. *)
val any_digest : string
