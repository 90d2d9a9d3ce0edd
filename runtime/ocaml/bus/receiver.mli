(** What {!Subscriber} and {!Frames} share: taking from an inbox. *)

type t

val create : Bus.t -> Selector.t -> t
val recv : t -> (Inbox.frame option, Fault.t) result

type 'a event =
  [ `Message of 'a  (** The next message. *)
  | `Fault of Fault.t  (** Something happened; more may come. *)
  | `Empty  (** Nothing is there (yet). *)
  | `Ended  (** Nothing comes any more. *) ]

val try_recv : t -> Inbox.frame event
val recv_timeout : t -> timeout:float -> Inbox.frame event
val await : t -> [ `Ready | `Wait of Unix.file_descr ]
val is_closed : t -> bool
val close : t -> unit
