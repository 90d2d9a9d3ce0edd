(* The C code as it is. *)

open Mycelium_bus

(* A bus, a publisher or a subscriber of the library. Frees itself once it is not reachable. *)
type box

(* What a look gives; in the order that the C code knows. *)
type look = Empty | Ended | Frame of string | Lost of int | Failed of int * string

external bus_new : int -> int -> box = "mycelium_shared_bus_new"
external bus_from_topology : string -> string -> box = "mycelium_shared_bus_from_topology"
external bus_of : nativeint -> nativeint -> box = "mycelium_shared_bus_of"
external bus_table : box -> nativeint = "mycelium_shared_bus_table"
external bus_address : box -> nativeint = "mycelium_shared_bus_address"
external bus_shutdown : box -> unit = "mycelium_shared_bus_shutdown"
external publisher_open : box -> Selector.topic list -> box = "mycelium_shared_publisher_open"
external subscriber_open : box -> Selector.topic list -> box = "mycelium_shared_subscriber_open"

external subscriber_open_patterns : box -> string array -> box
  = "mycelium_shared_subscriber_open_patterns"

external publish : box -> bytes -> int -> int = "mycelium_shared_publish"
external subscribers : box -> int = "mycelium_shared_subscribers"

(* The topic's name is written into the reference, where one is given. *)
external recv : box -> int -> string ref option -> look = "mycelium_shared_recv"
external arm : box -> int = "mycelium_shared_arm"
external last_error : box -> string = "mycelium_shared_last_error"
external close : box -> unit = "mycelium_shared_close"
