(** The middle of a bus: who publishes and who subscribes here, and the links to other processes.

    Locks, in the order in which they may be taken: one of a {!publication}, for its messages, which go
    out one by one, or for its lanes, which links admit one by one; then that of the hub, held for a moment.
    A link is never called with the hub's lock held. *)

open Mycelium_wire

(** Raised by [admit] where a channel should be opened and cannot; says why. *)
exception Refused of string

(** A way to another process. *)
type link = {
  peer : string;  (** What messages call it. *)
  admit : Selector.topic -> int option;
      (** Opens a channel for a topic that has publishers here, if the other side takes it. *)
  write : bytes -> int -> bool;
      (** Sends the frame in the first so many bytes, waiting for room; false when the other side is
          gone. *)
  finish : channel:int -> sent:int -> unit;  (** Nothing more comes on the channel. *)
  subscribers : string -> int;  (** How many are known to take what is sent on a topic. *)
  wake : unit -> unit;  (** Subscribers here have changed. *)
  tick : unit -> unit;  (** Called about twice a second. *)
  leave : unit -> unit;  (** Leaves in order. *)
}

(** A topic's way over a link. *)
type lane = { link : link; channel : int; mutable sent : int }

(** A topic that has publishers here. *)
type publication = {
  topic : Selector.topic;
  admission : Mutex.t;  (** Held while a link is asked whether it takes the topic. *)
  mutable is_finished : bool;  (** No lane comes any more; changed with [admission] held. *)
  order : Mutex.t;  (** Held while a message goes out. *)
  mutable publishers : int;
  mutable lanes : lane list;
  mutable takers : Inbox.t list;  (** Subscribers of the same bus. *)
  mutable local_sent : int;
  changed : Bell.t;  (** Rung when lanes or takers change. *)
}

type receiver = { selector : Selector.t; inbox : Inbox.t }

type t

val create : node:string -> service:string -> t
val node : t -> string
val service : t -> string

(** Whether the bus is being closed. *)
val is_closed : t -> bool

val receivers : t -> receiver list

(** [subscribe t selector] is a new receiver. *)
val subscribe : t -> Selector.t -> receiver

val unsubscribe : t -> receiver -> unit

(** [add_source t source] calls [source] with every receiver from then on, so that it may be served by
    something that is no link. *)
val add_source : t -> (receiver -> unit) -> unit

(** [add_link t link] offers it all topics, now and later. False once the bus is being closed. *)
val add_link : t -> link -> bool

val remove_link : t -> link -> unit

(** [offer t link] lets it admit topics that it did not take before. *)
val offer : t -> link -> unit

(** [advertise t topic] is the publication of a topic, with one more publisher; the digest of the
    one that is there where it is another.
    @raise Refused where a link cannot take it. *)
val advertise : t -> Selector.topic -> (publication, string) result

(** [withdraw t publication] takes one publisher away; the last one ends the topic. *)
val withdraw : t -> publication -> unit

(** [send publication encode] sends the frame that [encode] gives as bytes and length. *)
val send : publication -> (unit -> bytes * int) -> unit

val subscribers : publication -> int

(** [tick t] gives every link its tick. *)
val tick : t -> unit

(** [interrupt t] ends all receivers, without a lock. *)
val interrupt : t -> unit

(** [close t] ends all publications and receivers, and leaves all links. *)
val close : t -> unit

(** [frame_of topic bytes] is a frame that is not checked beyond its header. *)
val frame_of : string -> Frame.header -> string -> Inbox.item
