(* Messages, failures, and what a policy makes of them. *)

open Actor_world

module Make (World : World.S) = struct
  open World
  open Actor_world.Make (World)

  let in_order () =
    let totals, health = run_adder Policy.default [ 1; 2; 3 ] in
    ints ~expected:[ 1; 3; 6; last_word ] totals;
    ints ~expected:[ 3; 4; 0 ] [ health.received; health.published; health.failures ];
    Check.is_true "it has stopped" (health.state = Stopped)

  let an_exception_costs_the_state () =
    let totals, health = run_adder soon [ 5; raises; 1; 2 ] in
    ints ~expected:[ 5; 1; 3; last_word ] totals;
    ints ~expected:[ 4; 1; 1 ] [ health.received; health.failures; health.restarts ];
    Check.is_true "the exception is there" (health.last_failure = Some (Raised Asked))

  let state_can_be_kept () =
    let totals, health = run_adder { soon with state = Kept } [ 5; raises; 1; fails; 2 ] in
    ints ~expected:[ 5; 6; 8; last_word ] totals;
    Check.is_true "the reason is there" (health.last_failure = Some (Failed "asked to"))

  let one_that_stops () =
    let totals, health = run_adder soon [ 1; stops; 2 ] in
    ints ~expected:[ 1; last_word ] totals;
    Check.int ~expected:0 health.restarts;
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let policy = { soon with restart = Always; intensity = times 1 } in
        Actor.spawn_exn ~policy scope "adder" adder;
        List.iter send [ 1; stops; 2; stops ];
        match Actor.join scope with
        | Error { by = "adder"; failure = Failed "it stopped again" } -> ()
        | Error other -> Check.fail "%s" (Health.escalation_to_string other)
        | Ok () -> Check.fail "no escalation")

  let one_that_is_never_restarted () =
    in_world (fun _ scope ~send ~finish ~out ->
        Actor.spawn_exn ~policy:{ soon with restart = Never } scope "frail" frail;
        Actor.spawn_exn scope "adder" adder;
        send 7;
        finish ();
        join_exn scope;
        ints ~expected:[ 7; last_word ] (all_of out);
        Check.is_true "it has failed" ((health scope "frail").state = Broken))

  let a_failure_too_many () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        Actor.spawn_exn scope "adder" adder;
        Actor.spawn_exn ~policy:{ soon with intensity = times 2 } scope "frail" frail;
        List.iter send [ 0; 1; 2 ];
        let expected = Error { Health.by = "frail"; failure = Raised Asked } in
        Check.is_true "it goes up" (Actor.join scope = expected);
        Check.is_true "and again" (Actor.join scope = expected);
        (* What waited for it, it has handled. *)
        let adder_health = health scope "adder" and frail = health scope "frail" in
        Check.is_true "the other has stopped" (adder_health.state = Stopped);
        ints ~expected:[ 3; 3; 2 ] [ adder_health.received; frail.failures; frail.restarts ];
        Check.is_true "nothing is started" (Result.is_error (Actor.spawn scope "late" adder)))

  let what_cannot_be_started () =
    in_world (fun bus scope ~send:_ ~finish:_ ~out:_ ->
        Actor.spawn_exn scope "adder" adder;
        (match Actor.spawn scope "adder" adder with
        | Error why ->
            Check.string ~expected:"actor `adder`: another one has the name; give each its own" why
        | Ok () -> Check.fail "two of one name");
        close bus;
        join_exn scope;
        Check.is_true "it has stopped" ((health scope "adder").state = Stopped))

  let what_it_does_not_say_it_publishes () =
    with_new (fun bus ->
        let scope = Actor.supervisor bus in
        let sly = Actor.make (fun context -> say context 1) in
        Actor.spawn_exn ~policy:{ soon with restart = Never } scope "sly" sly;
        join_exn scope;
        match (health scope "sly").last_failure with
        | Some (Raised (Invalid_argument why)) ->
            Check.string
              ~expected:
                "actor `sly` publishes market.Signal, which its `publishes` does not name" why
        | _ -> Check.fail "it did not fail")

  let all =
    [
      ("messages come in order, and the end of publishers ends it", in_order);
      ("an exception costs its message and the state", an_exception_costs_the_state);
      ("state can be kept", state_can_be_kept);
      ("one that stops is started again if its policy says so", one_that_stops);
      ("one that is never restarted leaves the others alone", one_that_is_never_restarted);
      ("a failure too many goes up", a_failure_too_many);
      ("what cannot be started says why", what_cannot_be_started);
      ("what it does not say it publishes fails it", what_it_does_not_say_it_publishes);
    ]
end
