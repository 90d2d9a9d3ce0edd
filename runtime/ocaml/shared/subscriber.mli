(** Receives messages of one type, from Rust and OCaml services of the process and from others.

    A subscriber ends once it has seen a publisher and all that it saw have closed, behind the last
    message. It is for one thread at a time. *)

type 'a t

(** [create bus (module M)] receives on the own topic of [M] what is published from then on.
    @raise Failure where the bus is closed. *)
val create : Bus.t -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t

(** [recv t] waits for the next message; [Ok None] is the end. After an [Error] it may be called
    again. *)
val recv : 'a t -> ('a option, Fault.t) result

type 'a event =
  [ `Message of 'a  (** The next message. *)
  | `Fault of Fault.t  (** Something happened; more may come. *)
  | `Empty  (** Nothing is there (yet). *)
  | `Ended  (** Nothing comes any more. *) ]

(** [try_recv t] never waits. *)
val try_recv : 'a t -> 'a event

(** [recv_timeout t ~timeout] waits for at most so many seconds; [`Empty] where nothing came. *)
val recv_timeout : 'a t -> timeout:float -> 'a event

(** [iter f t] calls [f] with each message up to the end, or to the first fault. *)
val iter : ('a -> unit) -> 'a t -> (unit, Fault.t) result

(** [handle f t] calls [f] with each message in a thread of its own, up to the end, and gives the thread.
    An exception of [f] is reported by [on_exception], a fault by [on_fault], both on standard error where
    they are not given; neither ends the thread, nor does an exception of theirs. *)
val handle :
  ?on_exception:(exn -> Printexc.raw_backtrace -> unit) ->
  ?on_fault:(Fault.t -> unit) ->
  ('a -> unit) ->
  'a t ->
  Thread.t

(** [close t] receives nothing more; a thread that waits finds the end. A subscriber that is no longer reachable is
    closed at last. *)
val close : 'a t -> unit

(** Whether the {!Bus.t} that it was made of was closed, interrupted or shut down: no later publisher is heard. What
    other handles of the same bus do is not known here. *)
val is_closed : 'a t -> bool

(** {1 For event loops} *)

(** [await t] is [`Ready] where {!try_recv} gives something else than [`Empty]. Otherwise it is a
    descriptor: once that is readable, ask again. It belongs to the subscriber; do not read it.
    @raise Failure where the process has no descriptor left for it. *)
val await : 'a t -> [ `Ready | `Wait of Unix.file_descr ]
