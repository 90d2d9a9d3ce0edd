(* Several domains at once: on either bus in one process, and on the package's own from node to node. *)

module On_package = Parallel_checks.Make (World.Package)
module On_shared = Parallel_checks.Make (World.Shared)

open Mycelium

let open_bus path service =
  match Bus.from_topology ~path ~service with
  | Ok bus -> bus
  | Error why -> Check.fail "%s" why

let count = Parallel_checks.each

(* A publisher at one node and a subscriber at the other, each for a domain of its own. *)
let flow (type a) from into (module M : Mycelium_wire.Message.S with type t = a) (sample : int -> a) =
  let subscriber = Subscriber.create into (module M : Mycelium_wire.Message.S with type t = a) in
  let publish () =
    let publisher = Publisher.create_exn from (module M : Mycelium_wire.Message.S with type t = a) in
    Check.is_true "a subscriber comes" (Publisher.wait_for_subscribers publisher 1 ~timeout:20.);
    for n = 0 to count - 1 do
      Publisher.publish_exn publisher (sample n)
    done;
    Publisher.close publisher
  and receive () =
    let due = ref 0 in
    let take message =
      Check.is_true "in order" (M.equal message (sample !due));
      incr due
    in
    Check.is_true "no fault" (Subscriber.iter take subscriber = Ok ());
    Check.int ~expected:count !due
  in
  [ publish; receive ]

let over (kind, endpoint) =
  let check () =
    Topologies.with_topology (endpoint ()) (fun path ->
        Bus.with_bus (open_bus path "a") (fun a ->
            Bus.with_bus (open_bus path "b") (fun b ->
                ignore
                  (Parallel.all
                     (flow a b (module Market.Trade) Sample.trade
                     @ flow b a (module Market.DepthUpdate) Sample.depth)))))
  in
  (kind ^ ": both ways at once", check)

let () =
  Check.run "parallel" (On_package.all @ List.map over Topologies.endpoints);
  Check.run "parallel, shared" On_shared.all
