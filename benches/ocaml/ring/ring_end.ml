(* An end of the bus over the ring: answers each message of another process, and never sleeps.
   `ring_end.exe answer TOPOLOGY TRIPS` says that it is ready, and ends behind so many answers. *)

open Mycelium_shared

let fail why =
  prerr_endline why;
  exit 1

let rec receive subscriber =
  match Subscriber.try_recv subscriber with
  | `Message (there : Ends.There.t) -> there.first
  | `Empty -> receive subscriber
  | `Ended -> fail "the other process has left"
  | `Fault fault -> fail (Fault.to_string fault)

let rest = String.make 40 '\000'

let answer bus trips =
  let there = Subscriber.create bus (module Ends.There) in
  let back = Publisher.create_exn bus (module Ends.Back) in
  print_endline "ready";
  if not (Publisher.wait_for_subscribers back 1 ~timeout:20.) then fail "nobody takes the answers";
  for _ = 1 to trips do
    let first = receive there in
    Publisher.publish_exn back (Ends.Back.make ~first ~rest ())
  done

let () =
  match Sys.argv with
  | [| _; "answer"; path; trips |] -> (
      match Bus.from_topology ~path ~service:"second" with
      | Ok bus -> Bus.with_bus bus (fun bus -> answer bus (int_of_string trips))
      | Error why -> fail why)
  | _ -> fail "ring_end.exe answer TOPOLOGY TRIPS"
