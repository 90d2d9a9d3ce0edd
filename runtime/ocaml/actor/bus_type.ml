(** What actors need of a bus: what the package's and the shared one have in common. *)

open Mycelium_wire

module type S = sig
  type bus
  type fault
  type 'a subscriber
  type 'a publisher

  val fault_to_string : fault -> string

  (** These raise [Failure] where a topic cannot be opened. *)

  val subscribe : bus -> (module Message.S with type t = 'a) -> 'a subscriber
  val advertise : bus -> (module Message.S with type t = 'a) -> 'a publisher

  val try_recv :
    'a subscriber -> [ `Message of 'a | `Fault of fault | `Empty | `Ended ]

  val await : 'a subscriber -> [ `Ready | `Wait of Unix.file_descr ]
  val publish : 'a publisher -> 'a -> (unit, [ `Closed | `Refused of string ]) result
  val close_subscriber : 'a subscriber -> unit
  val close_publisher : 'a publisher -> unit
end
