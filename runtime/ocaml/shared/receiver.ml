(* What Subscriber and Frames share: a subscriber of the library, and what it receives. *)

module Reception = Mycelium_bus.Reception

module Source = struct
  type 'a t = {
    bus : Bus.t;
    box : Raw.box;
    topic : string ref option;  (* Where the topic's name of each frame is put, if anywhere. *)
    read : string -> ('a, Mycelium_wire.Error.t) result;
  }

  type fault = Fault.t

  let fault_to_string = Fault.to_string

  (* So long at a time it waits: signals are handled, and the end of the bus is seen, in between. *)
  let slice_ns = 50_000_000

  (* As in mycelium.h. *)
  let fault_of code text : Fault.t =
    match code with
    | -15 -> Other_version text
    | -18 -> Peer_vanished text
    | _ -> Malformed text

  let look t ~timeout_ns : Raw.look =
    if Bus.is_over t.bus then Ended else Raw.recv t.box timeout_ns t.topic

  let rec wait t : Raw.look =
    match look t ~timeout_ns:slice_ns with
    | Empty -> wait t
    | found -> found

  let rec wait_until t ~deadline : Raw.look =
    let left = deadline -. Mycelium_bus.Clock.monotonic () in
    let timeout_ns =
      int_of_float (Float.max 0. (Float.min (left *. 1e9) (float_of_int slice_ns)))
    in
    match look t ~timeout_ns with
    | Empty when left > 0. -> wait_until t ~deadline
    | found -> found

  let event t : Raw.look -> _ = function
    | Frame bytes -> (
        match t.read bytes with
        | Ok message -> `Message message
        | Error error -> `Fault (Fault.Decode error))
    | Empty -> `Empty
    | Ended -> `Ended
    | Lost count -> `Fault (Fault.Lost count)
    | Failed (code, text) -> `Fault (fault_of code text)

  let next t (patience : Reception.patience) =
    event t
      (match patience with
      | At_once -> look t ~timeout_ns:0
      | Until deadline -> wait_until t ~deadline
      | For_ever -> wait t)

  let descriptor : int -> Unix.file_descr = Obj.magic

  let await t =
    if Bus.is_over t.bus then `Ready
    else
      match Raw.arm t.box with
      | -1 -> `Ready
      | found -> `Wait (descriptor found)

  let is_closed t = Bus.is_closed t.bus
  let close t = Raw.close t.box
end

include Source
include Reception.Make (Source)

let create bus ?topic open_ read = { bus; box = Bus.open_box bus open_; topic; read }
