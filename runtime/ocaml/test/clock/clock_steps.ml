(* Somebody sets the clock of the day, forward or back, while an actor has timers. *)

external step_clock : int -> unit = "mycelium_test_step_clock"

let hour = 3600
let patience = 20.

let rec wait_until ?(deadline = Mycelium_bus.Clock.monotonic () +. patience) what holds =
  if not (holds ()) then (
    if Mycelium_bus.Clock.monotonic () > deadline then Check.fail "it does not come to pass: %s" what;
    Thread.delay 0.0005;
    wait_until ~deadline what holds)

let it_is_the_programs_clock () =
  let before = Unix.gettimeofday () in
  step_clock hour;
  let after = Unix.gettimeofday () in
  step_clock (-hour);
  Check.is_true "it steps" (after -. before >= float_of_int hour)

(* What comes first, of a timer that is due in a minute and one that is due soon, where the clock is set in between. *)
let first_due by =
  let open Mycelium in
  Bus.with_bus (Bus.create ()) (fun bus ->
      let first = ref None in
      let start context =
        let late = Actor.set_timer context ~after:60. in
        let soon = Actor.set_timer context ~after:0.01 in
        step_clock by;
        [ (late, "late"); (soon, "soon") ]
      in
      let timer names _ timer =
        if !first = None then first := Some (List.assoc timer names)
      in
      let supervisor = Actor.supervisor bus in
      Actor.spawn_exn supervisor "clocked" (Actor.make ~timer start);
      wait_until "a timer is due" (fun () -> !first <> None);
      Check.is_true "it stops" (Actor.shutdown supervisor ~timeout:patience = Ok ());
      step_clock (-by);
      Check.string ~expected:"soon" (Option.get !first))

let a_restart_is_not_put_off () =
  let open Mycelium in
  Bus.with_bus (Bus.create ()) (fun bus ->
      let lives = ref 0 in
      let start context =
        incr lives;
        (* The pause is reckoned by then. *)
        if !lives = 2 then step_clock (-hour);
        if !lives <= 2 then Actor.fail context "asked to"
      in
      let supervisor = Actor.supervisor bus in
      Actor.spawn_exn supervisor "restless" (Actor.make start);
      wait_until "it lives again" (fun () -> !lives >= 3);
      Check.is_true "it stops" (Actor.shutdown supervisor ~timeout:patience = Ok ());
      step_clock hour)

let () =
  Check.run "clock steps"
    [
      ("the clock of the day is the test's", it_is_the_programs_clock);
      ("forward", fun () -> first_due hour);
      ("back", fun () -> first_due (-hour));
      ("a restart is not put off", a_restart_is_not_put_off);
    ]
