(* When restarts may be: pauses that double, and how many in how long. *)

open Mycelium_actor

let policy ?(jitter = 0.) ~restarts ~within () =
  {
    Policy.default with
    backoff = { first = 0.01; most = 0.1; jitter };
    intensity = { restarts; within };
  }

let pause restarts now = Option.get (Restarts.next restarts ~now) -. now
let is_near what expected found = Check.is_true what (Float.abs (found -. expected) < 1e-9)

let pauses_double () =
  let restarts = Restarts.create (policy ~restarts:1000 ~within:3600. ()) in
  let rec run now = function
    | [] -> now
    | expected :: rest ->
        let found = pause restarts now in
        is_near "the pause doubles" expected found;
        run (now +. found) rest
  in
  let now = run 100. [ 0.01; 0.02; 0.04; 0.08; 0.1; 0.1 ] in
  is_near "it begins anew after a calm" 0.01 (pause restarts (now +. 0.11))

let a_long_row_stays_at_the_most () =
  let restarts = Restarts.create (policy ~restarts:1000 ~within:3600. ()) in
  for _ = 1 to 200 do
    ignore (pause restarts 0.)
  done;
  is_near "no longer than the most" 0.1 (pause restarts 0.)

let chance_takes_its_share_at_most () =
  let restarts = Restarts.create (policy ~jitter:0.5 ~restarts:1000 ~within:3600. ()) in
  let rec run now left =
    if left > 0 then (
      let found = pause restarts now in
      Check.is_true "between the first one's half and the most" (found > 0.0049 && found <= 0.1);
      run (now +. found) (left - 1))
  in
  run 0. 100

let so_many_in_so_long () =
  let restarts = Restarts.create (policy ~restarts:2 ~within:0.1 ()) in
  let may now = Restarts.next restarts ~now <> None in
  Check.is_true "two in so much time" (may 0. && may 0.05 && (not (may 0.06)) && may 0.101)

let none_at_all () =
  let restarts = Restarts.create { Policy.default with intensity = Policy.no_restart } in
  Check.is_true "none" (Restarts.next restarts ~now:0. = None)

let () =
  Check.run "restarts"
    [
      ("pauses double up to the longest", pauses_double);
      ("a long row of failures stays there", a_long_row_stays_at_the_most);
      ("chance takes its share at most", chance_takes_its_share_at_most);
      ("so many in so long", so_many_in_so_long);
      ("a policy may allow none", none_at_all);
    ]
