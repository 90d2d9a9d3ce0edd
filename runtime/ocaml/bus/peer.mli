(** The outgoing side of a conversation: the topics that the peer wants, and the channels to it. *)

type t

(** [create hub ~node outbox ~bell] is the peer with that node; [bell] wakes its conversation. *)
val create : Hub.t -> node:string -> Outbox.t -> bell:Bell.t -> t

val node : t -> string

(** The peer as the hub sees it. *)
val link : t -> Hub.link

(** [wish t topic] takes a wish; the hub is to offer its topics afterwards. [Error] where the peer
    wishes too much. *)
val wish : t -> Selector.topic -> (unit, string) result
