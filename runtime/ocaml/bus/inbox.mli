(** What waits for one subscriber.

    It holds at most {!capacity} items; who brings more waits until the subscriber took some: so
    nothing is lost, and a slow subscriber slows its publishers down. It ends once it has seen a
    publisher and all that it saw have closed, behind the last item; or at once when it is
    stopped. *)

(** A message as it came. *)
type frame = { topic : string; header : Mycelium_wire.Frame.header; bytes : string }

type item = Frame of frame | Fault of Fault.t

(** What a look gives. *)
type look = Item of item | Empty | Ended

type t

val capacity : int
val create : unit -> t

(** [push t item] waits for room. It is nothing once [t] is stopped. *)
val push : t -> item -> unit

(** [look t] takes the oldest item, if there is one. Never waits. *)
val look : t -> look

(** Whether it was interrupted or stopped: nothing comes any more, whoever publishes. *)
val is_stopped : t -> bool

(** [await t] is [`Ready] where {!val-look} finds something; else what becomes readable once it may. *)
val await : t -> [ `Ready | `Wait of Unix.file_descr ]

(** [take t ~deadline] waits for an item until then; [Empty] if none came. *)
val take : t -> deadline:float -> look

val publisher_opened : t -> unit
val publisher_closed : t -> unit

(** [interrupt t] makes it end, now, without a lock: for signal handlers. Those who wait for room go
    on waiting until {!stop}. *)
val interrupt : t -> unit

(** [stop t] makes it end, and lets go all that wait for room. *)
val stop : t -> unit
