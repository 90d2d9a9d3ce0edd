(** What a service keeps of a topic: enough to prove that all of them saw the same bits.

    Counts, hash, levels and the exact sum of traded quantities must come out alike in the publisher
    and in every subscriber, whatever language it is written in and however the frames travelled. *)

(** The running account of one topic. *)
type t

val create : unit -> t

(** [count t] is how many messages were recorded. *)
val count : t -> int

(** [lost t] is how many messages the transport said are missing. *)
val lost : t -> int

val add_lost : t -> int -> unit

(** [record t frame ~levels ~traded] accounts for a message by the frame that it is encoded to. *)
val record : t -> string -> levels:int -> traded:Market.Quantity.t -> unit

(** [note_latency t ~sent] accounts for the time from [sent] until now. *)
val note_latency : t -> sent:Mycelium_wire.Timestamp.t -> unit

(** [to_json t] is the account as it is compared with others. *)
val to_json : t -> string
