(** What actors need of a bus: the modules that the package's bus and the shared one have in common. *)

open Mycelium_wire

module type S = sig
  module Bus : sig
    type t
  end

  module Fault : sig
    type t
  end

  module Subscriber : sig
    type 'a t

    (** @raise Failure where the topic cannot be opened. *)
    val create : Bus.t -> (module Message.S with type t = 'a) -> 'a t

    val try_recv : 'a t -> [ `Message of 'a | `Fault of Fault.t | `Empty | `Ended ]

    (** @raise Failure where there is no descriptor to wait for. *)
    val await : 'a t -> [ `Ready | `Wait of Unix.file_descr ]

    (** Whether it ended with its bus, and not only with the publishers so far. *)
    val is_closed : 'a t -> bool

    val close : 'a t -> unit
  end

  module Publisher : sig
    type 'a t
    type refusal

    (** @raise Failure where the topic cannot be opened. *)
    val create_exn : Bus.t -> (module Message.S with type t = 'a) -> 'a t

    val publish : 'a t -> 'a -> (unit, refusal) result
    val refusal_to_string : refusal -> string

    (** Whether it is refused because the publisher, or its bus, was closed. *)
    val says_closed : refusal -> bool

    val close : 'a t -> unit
  end
end
