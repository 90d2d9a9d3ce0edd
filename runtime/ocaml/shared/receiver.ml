(* What Subscriber and Frames share: taking frames. *)

type t = { bus : Bus.t; box : Raw.box }

(* So long at a time it waits: signals are handled, and the end of the bus is seen, in between. *)
let slice_ns = 50_000_000

(* As in mycelium.h. *)
let fault_of code text : Fault.t =
  match code with
  | -15 -> Other_version text
  | -18 -> Peer_vanished text
  | _ -> Malformed text

let look t ~timeout_ns topic : Raw.look =
  if Bus.is_over t.bus then Ended else Raw.recv t.box timeout_ns topic

let rec wait t topic : Raw.look =
  match look t ~timeout_ns:slice_ns topic with
  | Empty -> wait t topic
  | found -> found

let rec wait_until t topic ~deadline : Raw.look =
  let left = deadline -. Mycelium_bus.Clock.monotonic () in
  let timeout_ns = int_of_float (Float.max 0. (Float.min (left *. 1e9) (float_of_int slice_ns))) in
  match look t ~timeout_ns topic with
  | Empty when left > 0. -> wait_until t topic ~deadline
  | found -> found

let descriptor : int -> Unix.file_descr = Obj.magic

let await t =
  if Bus.is_over t.bus then `Ready
  else
    match Raw.arm t.box with
    | -1 -> `Ready
    | found -> `Wait (descriptor found)

let is_closed t = Bus.is_closed t.bus
let close t = Raw.close t.box
