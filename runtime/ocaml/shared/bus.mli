(** The bus of this process, which Rust services share.

    {[
      open Mycelium_shared

      let () =
        match Bus.from_topology ~path:"topology.toml" ~service:"risk" with
        | Error why -> prerr_endline why; exit 1
        | Ok bus ->
            Bus.with_bus bus (fun bus ->
                let books = Subscriber.create bus (module Quotes.Book) in
                ignore (Subscriber.iter on_book books))
    ]}

    It is the bus of the Rust library, in the same process: all transports, topologies and promises are those of
    Rust. Frames cross, not values. Waiting is done without OCaml's runtime lock, and no thread of Rust ever takes it.

    Where an [error] is given it is a sentence that says what is wrong and what to do. *)

type t
type error = string

(** What happens when a subscriber is full. *)
type when_full =
  | Block  (** Whoever publishes waits; nothing is lost. *)
  | Drop_oldest  (** The subscriber loses the oldest message that waits for it. *)
  | Drop_newest  (** The subscriber does not get the new message. *)

(** [create ()] is a bus for this process alone. [capacity] messages (default 1024) wait for one subscriber before
    it is full; what happens then says [when_full] (default [Block]). *)
val create : ?capacity:int -> ?when_full:when_full -> unit -> t

(** [from_topology ~path ~service] is the bus of the node of [service]. The services of a node share it, also those
    in Rust. [Error] where the topology cannot be used, or an endpoint not be opened. *)
val from_topology : path:string -> service:string -> (t, error) result

(** [close bus] ends the publishers and subscribers that were made of [bus], also those in which another thread waits.
    The bus itself goes on for others in the process; the last of all of them to close waits until other processes
    have what was published. A closed bus may be closed again. *)
val close : t -> unit

(** [with_bus bus f] is [f bus], and closes [bus] however [f] ends. *)
val with_bus : t -> (t -> 'a) -> 'a

(** [shutdown bus] leaves in order, for all who use it: publishing is refused, subscribers end behind what has reached
    them, other processes get a goodbye. *)
val shutdown : t -> unit

(** [interrupt bus] ends the subscribers that were made of [bus] within a twentieth of a second: [recv] gives
    [Ok None], and publishing is refused. A publisher that already waits for room goes on until {!close}. It may be
    called by a signal handler. The bus must be closed all the same. *)
val interrupt : t -> unit

(** [interrupt_on bus [Sys.sigint; Sys.sigterm]] makes these signals do that. *)
val interrupt_on : t -> int list -> unit

(** {1 With code of other languages}

    The address of the bus, a [myc_bus *] of [mycelium.h], and that of the table of functions it goes with. *)

(** [address bus] is for a function of Rust or C in this process, which retains the bus if it keeps it.
    @raise Failure where the bus is closed. *)
val address : t -> nativeint

(** [table bus] is the address of the [myc_bus_api] to use it by, for code that was built apart. *)
val table : t -> nativeint

(** [of_address address] is another handle of a bus that Rust or C has made; [table] is that of code that was built
    apart, and is left out for code that is linked with this program. Addresses that are none crash the program.
    @raise Failure where the other side is of another version. *)
val of_address : ?table:nativeint -> nativeint -> t

(**/**)

val box : t -> Raw.box
val is_over : t -> bool
val open_box : t -> (Raw.box -> Raw.box) -> Raw.box
