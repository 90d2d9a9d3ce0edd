module type SOURCE = sig
  type 'a t
  type bus
  type refusal

  val create :
    bus -> (module Mycelium_wire.Message.S with type t = 'a) -> ('a t, string) result

  val publish : 'a t -> 'a -> (unit, refusal) result
  val refusal_to_string : refusal -> string
end

module type S = sig
  type 'a t
  type bus
  type refusal

  val create :
    bus -> (module Mycelium_wire.Message.S with type t = 'a) -> ('a t, string) result

  val create_exn : bus -> (module Mycelium_wire.Message.S with type t = 'a) -> 'a t

  val publish : 'a t -> 'a -> (unit, refusal) result

  val publish_exn : 'a t -> 'a -> unit

  val refusal_to_string : refusal -> string

  val subscribers : 'a t -> int

  val wait_for_subscribers : 'a t -> int -> timeout:float -> bool

  val close : 'a t -> unit

  val says_closed : refusal -> bool
end

let or_fail to_string = function
  | Ok value -> value
  | Error error -> failwith (to_string error)

module Make (Source : SOURCE) = struct
  let create_exn bus message = or_fail Fun.id (Source.create bus message)
  let publish_exn t message = or_fail Source.refusal_to_string (Source.publish t message)
end
