(** What the risk service does with each message. *)

type t

(** [create verdicts] answers signals with messages on [verdicts]. *)
val create : Market.Verdict.t Mycelium.Publisher.t -> t

(** The types that {!take} takes. *)
val messages : (module Mycelium_wire.Message.S) list

(** [take t frame] decodes a message, accounts for it and reacts to it.
    @raise Mycelium_wire.Error.Error where it is not a message of its type. *)
val take : t -> Mycelium.Frames.frame -> unit

(** [note_lost t ~topic count] accounts for messages that the transport says are missing. *)
val note_lost : t -> topic:string -> int -> unit

(** [progress t] is how many messages came, and how many are missing. *)
val progress : t -> int * int

(** [write_report t ~folder] leaves the accounts in [folder]. *)
val write_report : t -> folder:string -> unit
