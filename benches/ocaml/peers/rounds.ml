(* Times cases side by side: in each round every case runs once, so that what disturbs the machine
   disturbs them alike. *)

type case = {
  group : string;  (* What is compared. *)
  name : string;
  bytes : int;  (* Of what is encoded; 0 where that is not the question. *)
  run : int -> unit;  (* So many times. *)
}

let keep v = ignore (Sys.opaque_identity v)

let case group name ?(bytes = 0) f =
  let run count =
    for _ = 1 to count do
      keep (f ())
    done
  in
  { group; name; bytes; run }

type result = { case : case; median_ns : float; least_ns : float }

(* How long a case runs in a round. *)
let round_s = 0.004

(* What one case leaves to the collector is not for the next one to pay, nor is a heap that it made large. *)
let seconds run count =
  Gc.compact ();
  let start = Unix.gettimeofday () in
  run count;
  Unix.gettimeofday () -. start

(* How often a case runs in a round. *)
let rec calibrate run count =
  let took = seconds run count in
  if took > round_s /. 4. then max 1 (int_of_float (float_of_int count *. round_s /. took))
  else calibrate run (count * 4)

let measure ~rounds cases =
  let counted = Array.of_list (List.map (fun case -> (case, calibrate case.run 1)) cases) in
  let times = Array.map (fun _ -> Array.make rounds 0.) counted in
  for round = 0 to rounds - 1 do
    Array.iteri
      (fun i (case, count) ->
        times.(i).(round) <- seconds case.run count *. 1e9 /. float_of_int count)
      counted
  done;
  let result i (case, _) =
    Array.sort compare times.(i);
    { case; median_ns = times.(i).(rounds / 2); least_ns = times.(i).(0) }
  in
  Array.to_list (Array.mapi result counted)
