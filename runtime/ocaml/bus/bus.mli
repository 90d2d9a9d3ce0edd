(** A bus: publishers and subscribers of one process, and its ways to others.

    {[
      Bus.with_bus (Bus.create ()) (fun bus ->
          let trades = Publisher.create_exn bus (module Market.Trade) in
          let subscriber = Subscriber.create bus (module Market.Trade) in
          ...)
    ]}

    Where an [error] is given it is a sentence that says what is wrong and what to do. *)

type t
type error = string

(** [create ()] is a bus for this process alone. *)
val create : unit -> t

(** Name of the node, [""] for a bus of this process alone. *)
val node : t -> string

(** Name of the service, [""] for a bus of this process alone. *)
val service : t -> string

(** [close bus] ends its publishers and subscribers, and waits until other processes have what was
    published, for at most ten seconds. A closed bus may be closed again. *)
val close : t -> unit

(** [with_bus bus f] is [f bus], and closes [bus] however [f] ends. *)
val with_bus : t -> (t -> 'a) -> 'a

(** [interrupt bus] ends all subscribers at once: [recv] gives [Ok None]. It may be called by a signal
    handler. The bus must be closed all the same. *)
val interrupt : t -> unit

(** [interrupt_on bus [Sys.sigint; Sys.sigterm]] makes these signals do that. *)
val interrupt_on : t -> int list -> unit

(** {1 For transports} *)

val make : node:string -> service:string -> t
val hub : t -> Hub.t
val net : t -> Net.t

(** [at_close bus f] calls [f] when the bus is closed, after its publishers and subscribers. *)
val at_close : t -> (unit -> unit) -> unit
