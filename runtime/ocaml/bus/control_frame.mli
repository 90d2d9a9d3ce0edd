(** Control frames: what transports say to each other beside messages. *)

open Mycelium_control

val hello : node:string -> service:string -> string
val subscribe : Selector.topic -> string
val channel : number:int -> Selector.topic -> string

(** [description topic] names the ancestors of the topic's type. *)
val description : Selector.topic -> string

val refusal : Selector.topic -> reason:string -> string
val closed : channel:int -> sent:int -> string

(** [goodbye reason]; the empty reason says that nothing is wrong. *)
val goodbye : string -> string

val heartbeat : unit -> string

(** [parse frame] is what a frame with type id 0 says; why it says nothing otherwise. *)
val parse : string -> (Body.t, string) result

(** [shorten text] is text from a peer, cut where it becomes unreasonable. *)
val shorten : string -> string
