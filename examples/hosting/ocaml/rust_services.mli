(** The services of the crate [hosting], in this process. *)

open Mycelium_shared

(** [start_risk bus] starts a service of Rust that answers each signal by a verdict, in a thread of its own. It ends
    once all who publish signals have closed.
    @raise Failure where it does not start. *)
val start_risk : Bus.t -> unit

(** {1 For measurements} *)

(** A publisher or a subscriber of trades, in Rust. *)
type rust_end

val publisher : Bus.t -> rust_end
val subscriber : Bus.t -> rust_end

(** [publish rust_end count] publishes trades with the numbers from 0 on: nanoseconds, or -1 if that fails. It must
    have room for them: it waits with the runtime lock. *)
val publish : rust_end -> int -> int

(** [drain rust_end count] receives them: nanoseconds, or -1 if they are not there. *)
val drain : rust_end -> int -> int

val close : rust_end -> unit
