(** The incoming side of a stream from one peer, socket or ring: the channels that it opened, and who
    takes their frames.

    All happens in the order of the stream: a subscriber gets the last message of a channel before it
    hears that the channel was closed, or that the peer vanished. *)

open Mycelium_control

type t

(** [create ~peer ~receivers] is for a stream from node [peer]; [receivers ()] are those that it may
    serve by now. *)
val create : peer:string -> receivers:(unit -> Hub.receiver list) -> t

(** [catch_up t] shows open channels to new receivers. *)
val catch_up : t -> unit

(** [knows t number] is whether the channel is open. *)
val knows : t -> int -> bool

(** [frame t header bytes] hands a message to those that take it. [Error] says how it breaks the
    rules. *)
val frame : t -> Mycelium_wire.Frame.header -> string -> (unit, string) result

(** [open_channel ?from_start t channel]: unless [from_start] (the default), messages may have gone by
    before this stream began, which are not lost to it. *)
val open_channel : ?from_start:bool -> t -> Channel.t -> (unit, string) result

(** [described t description] notes the released versions that a type of the peer still talks with. *)
val described : t -> Description.t -> unit

val close_channel : t -> Closed.t -> (unit, string) result

(** [refused t refusal] tells those who wanted the topic. *)
val refused : t -> Refusal.t -> unit

(** [finish t fault] closes all channels; [fault] is told first to those who received by them. *)
val finish : t -> Fault.t option -> unit
