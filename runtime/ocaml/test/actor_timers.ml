(* Timers of actors. *)

open Actor_world

module Make (World : World.S) = struct
  open World
  open Actor_world.Make (World)

  let timers_are_due_in_order () =
    with_new (fun bus ->
        let due = ref [] in
        let start context =
          let set after = Actor.set_timer context ~after in
          let all = List.map set [ 0.003; 0.001; 0.002; -1. ] in
          Actor.cancel_timer context (List.nth all 2);
          (all, Unix.gettimeofday ())
        in
        let timer (all, began) context timer =
          let index = List.find (fun n -> List.nth all n = timer) [ 0; 1; 2; 3 ] in
          due := index :: !due;
          if List.length !due = 3 then (
            Check.is_true "not too early" (Unix.gettimeofday () -. began > 0.0029);
            Actor.stop context)
        in
        let scope = Actor.supervisor bus in
        Actor.spawn_exn ~policy:{ soon with restart = Never } scope "clocked"
          (Actor.make ~timer start);
        join_exn scope;
        ints ~expected:[ 3; 1; 0 ] (List.rev !due);
        Check.is_true "it stopped in order" ((health scope "clocked").state = Stopped))

  let timers_go_on_with_a_state_that_is_kept () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let fired = ref 0 in
        let timer () context _ =
          incr fired;
          ignore (Actor.set_timer context ~after:0.001)
        in
        let fail () _ _ = raise Asked in
        let actor =
          Actor.make ~timer
            ~takes:[ Actor.take (module Market.Trade) fail ]
            (fun context -> ignore (Actor.set_timer context ~after:0.))
        in
        Actor.spawn_exn ~policy:{ soon with state = Kept } scope "kept" actor;
        send 1;
        wait_until "it is started again" (fun () -> (health scope "kept").restarts = 1);
        let before = !fired in
        wait_until "its timer goes on" (fun () -> !fired > before + 2);
        Check.is_true "it stops" (Actor.shutdown scope ~timeout:patience = Ok ()))

  let timers_go_with_their_state () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let lives = ref 0 and due = ref [] in
        (* The first life sets its timer where none can be called any more, the second one a later timer. *)
        let start context =
          incr lives;
          if !lives = 1 then None else Some (Actor.set_timer context ~after:0.01)
        in
        let timer own context timer =
          due := (own = Some timer) :: !due;
          Actor.stop context
        in
        let fail _ context _ =
          ignore (Actor.set_timer context ~after:0.);
          raise Asked
        in
        let takes = [ Actor.take (module Market.Trade) fail ] in
        Actor.spawn_exn ~policy:soon scope "renewed" (Actor.make ~timer ~takes start);
        send 1;
        join_exn scope;
        Check.is_true "only its own" (!lives = 2 && !due = [ true ]))

  let a_slow_handler_makes_timers_late () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let due = ref [] and handled = ref false in
        let start context = List.map (fun after -> Actor.set_timer context ~after) [ 3600.; 3600. ] in
        let handle _ context _ =
          (* Both are due long before it returns. *)
          let first = Actor.set_timer context ~after:0.001 in
          let second = Actor.set_timer context ~after:0.002 in
          let until = Mycelium_bus.Clock.monotonic () +. 0.004 in
          wait_until "they are due" (fun () -> Mycelium_bus.Clock.monotonic () >= until);
          due := [ (first, "first"); (second, "second") ];
          handled := true
        in
        let told = ref [] in
        let timer _ context timer =
          told := (if !handled then List.assoc timer !due else "too early") :: !told;
          if List.length !told = 2 then Actor.stop context
        in
        let takes = [ Actor.take (module Market.Trade) handle ] in
        Actor.spawn_exn scope "slow" (Actor.make ~timer ~takes start);
        send 1;
        join_exn scope;
        strings ~expected:[ "first"; "second" ] (List.rev !told))

  let a_time_that_is_no_number () =
    with_new (fun bus ->
        let scope = Actor.supervisor bus in
        let start context = ignore (Actor.set_timer context ~after:Float.nan) in
        Actor.spawn_exn ~policy:{ soon with restart = Never } scope "odd" (Actor.make start);
        wait_until "it fails" (fun () -> (health scope "odd").state = Broken);
        match (health scope "odd").last_failure with
        | Some (Raised (Invalid_argument why)) ->
            Check.string ~expected:"Actor.set_timer: a time that is no number" why
        | _ -> Check.fail "another failure")

  let timers_leave_room () =
    let is_over scope = (health scope "restless").state = Stopped in
    let ends_by how =
      in_world (fun _ scope ~send ~finish ~out:_ ->
          let set context = ignore (Actor.set_timer context ~after:0.) in
          let takes = [ Actor.take (module Market.Trade) (fun _ _ _ -> ()) ] in
          let timer () context _ = set context in
          Actor.spawn_exn scope "restless" (Actor.make ~takes ~timer set);
          send 1;
          wait_until "it takes the message" (fun () -> (health scope "restless").received = 1);
          (match how with
          | `Shutdown ->
              Check.is_true "it stops" (Actor.shutdown scope ~timeout:patience = Ok ())
          | `Publishers ->
              finish ();
              wait_until "it is told of the end" (fun () -> is_over scope));
          join_exn scope)
    in
    List.iter ends_by [ `Shutdown; `Publishers ]

  let all =
    [
      ("timers are due in order", timers_are_due_in_order);
      ("timers go on with a state that is kept", timers_go_on_with_a_state_that_is_kept);
      ("timers go with the state that set them", timers_go_with_their_state);
      ("a slow handler makes timers late, and loses none", a_slow_handler_makes_timers_late);
      ("a timer needs a number", a_time_that_is_no_number);
      ("timers that are always due leave room for messages and the end", timers_leave_room);
    ]
end
