type error = string

type t = {
  hub : Hub.t;
  net : Net.t Lazy.t;
  mutable closers : (unit -> unit) list;
  is_closed : bool Atomic.t;
}

let make ~node ~service =
  let hub = Hub.create ~node ~service in
  { hub; net = lazy (Net.create hub); closers = []; is_closed = Atomic.make false }

let create () = make ~node:"" ~service:""
let hub bus = bus.hub
let net bus = Lazy.force bus.net
let node bus = Hub.node bus.hub
let service bus = Hub.service bus.hub
let at_close bus f = bus.closers <- f :: bus.closers

let close bus =
  if not (Atomic.exchange bus.is_closed true) then (
    Hub.close bus.hub;
    List.iter (fun f -> f ()) bus.closers;
    if Lazy.is_val bus.net then Net.close (Lazy.force bus.net))

let with_bus bus f = Fun.protect ~finally:(fun () -> close bus) (fun () -> f bus)
let interrupt bus = Hub.interrupt bus.hub

let interrupt_on bus signals =
  let handler = Sys.Signal_handle (fun _ -> interrupt bus) in
  List.iter (fun signal -> Sys.set_signal signal handler) signals
