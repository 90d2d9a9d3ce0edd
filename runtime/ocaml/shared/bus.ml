type error = string
type when_full = Block | Drop_oldest | Drop_newest

type t = {
  box : Raw.box;
  lock : Mutex.t;
  (* What was made of the bus and is still in use, to be closed with it. *)
  mutable opened : Raw.box Weak.t list;
  mutable is_over : bool;
  mutable is_shut_down : bool;
}

let of_box box = { box; lock = Mutex.create (); opened = []; is_over = false; is_shut_down = false }

let create ?(capacity = 0) ?(when_full = Block) () =
  if capacity < 0 then invalid_arg "Bus.create: a negative capacity";
  let when_full =
    match when_full with
    | Block -> 0
    | Drop_oldest -> 1
    | Drop_newest -> 2
  in
  of_box (Raw.bus_new capacity when_full)

let from_topology ~path ~service =
  match Raw.bus_from_topology path service with
  | box -> Ok (of_box box)
  | exception Failure why -> Error why

let box bus = bus.box
let is_over bus = bus.is_over
let is_closed bus = bus.is_over || bus.is_shut_down

let open_box bus make =
  Mycelium_bus.Sync.locked bus.lock (fun () ->
      if bus.is_over then failwith "the bus was closed";
      let box = make bus.box in
      let place = Weak.create 1 in
      Weak.set place 0 (Some box);
      bus.opened <- place :: List.filter (fun place -> Weak.check place 0) bus.opened;
      box)

let interrupt bus = bus.is_over <- true

let interrupt_on bus signals =
  let handler = Sys.Signal_handle (fun _ -> interrupt bus) in
  List.iter (fun signal -> Sys.set_signal signal handler) signals

let close bus =
  interrupt bus;
  let opened =
    Mycelium_bus.Sync.locked bus.lock (fun () ->
        let opened = bus.opened in
        bus.opened <- [];
        opened)
  in
  List.iter (fun place -> Option.iter Raw.close (Weak.get place 0)) opened;
  Raw.close bus.box

let with_bus bus f = Fun.protect ~finally:(fun () -> close bus) (fun () -> f bus)

let shutdown bus =
  bus.is_shut_down <- true;
  Raw.bus_shutdown bus.box

let address bus = Raw.bus_address bus.box
let table bus = Raw.bus_table bus.box
let of_address ?(table = 0n) address = of_box (Raw.bus_of table address)
