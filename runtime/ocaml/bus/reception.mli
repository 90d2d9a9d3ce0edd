(** Taking what comes, message by message: what all subscribers and frames offer, over what a bus has for one of them. *)

(** How long one waits, until a moment of {!Clock.monotonic}. *)
type patience = At_once | Until of float | For_ever

(** What is to be given. *)
module type SOURCE = sig
  type 'a t
  type fault

  val fault_to_string : fault -> string

  (** [next t patience] is what comes next; [`Empty] where nothing does so long. Where that is {!For_ever}, it may come
      early. *)
  val next : 'a t -> patience -> [ `Message of 'a | `Fault of fault | `Empty | `Ended ]

  val await : 'a t -> [ `Ready | `Wait of Unix.file_descr ]
  val is_closed : 'a t -> bool
  val close : 'a t -> unit
end

(** What is had for it. *)
module type S = sig
  type 'a t
  type fault

  (** [recv t] waits for the next message; [Ok None] is the end. After an [Error] it may be called
      again. *)
  val recv : 'a t -> ('a option, fault) result

  type 'a event =
    [ `Message of 'a  (** The next message. *)
    | `Fault of fault  (** Something happened; more may come. *)
    | `Empty  (** Nothing is there (yet). *)
    | `Ended  (** Nothing comes any more. *) ]

  (** [try_recv t] never waits. *)
  val try_recv : 'a t -> 'a event

  (** [recv_timeout t ~timeout] waits for at most so many seconds; [`Empty] where nothing came. *)
  val recv_timeout : 'a t -> timeout:float -> 'a event

  (** [iter f t] calls [f] with each message up to the end, or to the first fault. *)
  val iter : ('a -> unit) -> 'a t -> (unit, fault) result

  (** [handle f t] calls [f] with each message in a thread of its own, up to the end, and gives the thread.
      An exception of [f] is reported by [on_exception], a fault by [on_fault], both on standard error where
      they are not given; neither ends the thread, nor does an exception of theirs. *)
  val handle :
    ?on_exception:(exn -> Printexc.raw_backtrace -> unit) ->
    ?on_fault:(fault -> unit) ->
    ('a -> unit) ->
    'a t ->
    Thread.t

  (** [close t] receives nothing more; a thread that waits finds the end. What is no longer reachable is closed at
      last. *)
  val close : 'a t -> unit

  (** Whether it is over with its bus: no later publisher is heard. *)
  val is_closed : 'a t -> bool

  (** {1 For event loops} *)

  (** [await t] is [`Ready] where {!try_recv} gives something else than [`Empty]. Otherwise it is a
      descriptor: once that is readable, ask again. It belongs to [t]; do not read it.
      @raise Failure where the process has no descriptor left for it. *)
  val await : 'a t -> [ `Ready | `Wait of Unix.file_descr ]
end

module Make (Source : SOURCE) :
  S with type 'a t := 'a Source.t and type fault := Source.fault

(** The same for frames, which are not decoded. *)
module type FRAMES = sig
  type t
  type fault

  (** A message that is not decoded yet. *)
  type frame = Inbox.frame = {
    topic : string;
    header : Mycelium_wire.Frame.header;
    bytes : string;  (** The whole frame. *)
  }

  (** As [Subscriber.recv]. *)
  val recv : t -> (frame option, fault) result

  (** As [Subscriber.try_recv]. *)
  val try_recv : t -> [ `Message of frame | `Fault of fault | `Empty | `Ended ]

  (** As [Subscriber.recv_timeout]. *)
  val recv_timeout :
    t -> timeout:float -> [ `Message of frame | `Fault of fault | `Empty | `Ended ]

  (** As [Subscriber.iter]. *)
  val iter : (frame -> unit) -> t -> (unit, fault) result

  (** As [Subscriber.close]. *)
  val close : t -> unit
end
