(* An actor answers signals that come over a socket, in a program of OCaml alone. *)

open Mycelium_wire
open Mycelium_bus
module Actor = Mycelium_actor.Make (Mycelium_bus)

let patience = 20.
let now = Timestamp.of_ns 0L
let one = Decimal.S8.of_int 1

let signal n =
  Market.Signal.make ~event_time:now ~sent_time:now ~signal_id:(U64.of_int n) ~symbol:"BTCUSDT"
    ~side:Buy ~price:one ~quantity:one ~confidence:0.5 ~mid:one ~strategy:"alone" ()

(* The folder is removed with the last socket in it. *)
let socket =
  let folder = Filename.temp_file "mycelium-alone" "" in
  Sys.remove folder;
  Net.Unix_path (Filename.concat folder "socket")

let node name = Bus.make ~node:name ~service:name

let ok = function
  | Ok value -> value
  | Error why -> failwith why

let () =
  Bus.with_bus (node "judge") (fun judge ->
      ok (Net.listen (Bus.net judge) socket ~expected:[ "source" ]);
      Bus.with_bus (node "source") (fun source ->
          Net.dial (Bus.net source) socket ~peer:"judge" ~subscribes:true;
          let supervisor = Actor.supervisor judge in
          let heard = ref 0 in
          let hear () _ (_ : Market.Signal.t) = incr heard in
          let takes = [ Actor.take (module Market.Signal) hear ] in
          Actor.spawn_exn supervisor "judge" (Actor.make ~takes ignore);
          let signals = Publisher.create_exn source (module Market.Signal) in
          if not (Publisher.wait_for_subscribers signals 1 ~timeout:patience) then
            failwith "nobody subscribes";
          for n = 1 to 100 do
            Publisher.publish_exn signals (signal n)
          done;
          Publisher.close signals;
          (match Actor.join supervisor with
          | Ok () -> ()
          | Error escalation -> failwith (Actor.Health.escalation_to_string escalation));
          if !heard <> 100 then failwith (Printf.sprintf "%d signals came, not 100" !heard);
          print_endline "alone: 100 signals over a socket"))
