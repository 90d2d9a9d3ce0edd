(* The two buses that OCaml has, for what is checked on either. *)

module type S = sig
  include Mycelium_actor.Bus_type.S
  module Actor : Mycelium_actor.Actor_type.S with type bus = Bus.t

  val with_new : (Bus.t -> 'a) -> 'a
  val close : Bus.t -> unit

  (** All ways to end one. *)
  val ends : (Bus.t -> unit) list

  val recv_timeout :
    'a Subscriber.t -> timeout:float -> [ `Message of 'a | `Fault of Fault.t | `Empty | `Ended ]

  (** How many take what it publishes. *)
  val subscribers : 'a Publisher.t -> int
end

module Package = struct
  include Mycelium

  let with_new f = Bus.with_bus (Bus.create ()) f
  let close = Bus.close
  let ends = Bus.[ close; interrupt ]
  let recv_timeout = Subscriber.recv_timeout
  let subscribers = Publisher.subscribers
end

module Shared = struct
  include Mycelium_shared

  let with_new f = Bus.with_bus (Bus.create ()) f
  let close = Bus.close
  let ends = Bus.[ close; interrupt; shutdown ]
  let recv_timeout = Subscriber.recv_timeout
  let subscribers = Publisher.subscribers
end
