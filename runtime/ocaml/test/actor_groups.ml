(* Groups: all for one. *)

open Actor_world

module Make (World : World.S) = struct
  open World
  open Actor_world.Make (World)

  let a_group_restarts_all_for_one () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let told = ref [] in
        let start scope =
          let spawn name = Actor.spawn ~policy:one_for_all scope name (teller name told) in
          Result.bind (spawn "curve") (fun () -> spawn "quotes")
        in
        let once = { soon with intensity = times 1 } in
        Check.is_true "it starts" (Actor.group ~policy:once scope "pricing" start = Ok ());
        let starts = [ "curve starts"; "quotes starts" ] in
        wait_until "both have started" (fun () -> List.sort compare !told = starts);
        told := [];
        send fails;
        (* The one that failed is not asked to stop. *)
        wait_until "both start again" (fun () ->
            List.sort compare !told = starts @ [ "quotes stops" ]);
        told := [];
        send fails;
        let escalation = Actor.join scope in
        let failure = Health.Failed "asked to" in
        Check.is_true "it goes up" (escalation = Error { by = "pricing/curve"; failure });
        strings ~expected:[ "quotes stops" ] !told;
        (* Counts go on over the group's restart. *)
        let curve = health scope "pricing/curve" in
        ints ~expected:[ 2; 2; 1 ] [ curve.received; curve.failures; curve.restarts ])

  let nobody_downstream_sees_an_end () =
    in_world (fun _ scope ~send ~finish ~out ->
        let starts = ref 0 and may_start = ref 1 in
        let start scope =
          incr starts;
          let mine = !starts in
          wait_until "it may start" (fun () -> !may_start >= mine);
          Actor.spawn ~policy:one_for_all scope "frail" frail
        in
        Check.is_true "it starts" (Actor.group ~policy:soon scope "pricing" start = Ok ());
        send 1;
        wait_until "it is started again" (fun () -> !starts = 2);
        Check.is_true "no end" (Subscriber.try_recv out = `Empty);
        may_start := 2;
        let restarts () = List.map (fun (t : Health.t) -> t.restarts) (Actor.stats scope) in
        wait_until "it is there again" (fun () -> restarts () = [ 1 ]);
        finish ();
        join_exn scope;
        ints ~expected:[] (all_of out))

  let a_start_that_raises () =
    in_world (fun _ scope ~send:_ ~finish:_ ~out:_ ->
        let start scope =
          Actor.spawn_exn scope "adder" adder;
          raise Asked
        in
        (match Actor.group scope "pricing" start with
        | exception Asked -> ()
        | _ -> Check.fail "the exception is gone");
        join_exn scope)

  let a_start_that_raises_closes_what_is_held () =
    in_world (fun _ scope ~send ~finish:_ ~out ->
        let start group =
          Actor.spawn_exn ~policy:one_for_all group "frail" frail;
          send 1;
          (* From then on the group holds open what it publishes on. *)
          wait_until "it has failed" (fun () -> (health scope "pricing/frail").state = Broken);
          raise Asked
        in
        (match Actor.group scope "pricing" start with
        | exception Asked -> ()
        | _ -> Check.fail "the exception is gone");
        ints ~expected:[] (all_of out))

  let all =
    [
      ("a group restarts all for one", a_group_restarts_all_for_one);
      ("over its restart nobody downstream sees an end", nobody_downstream_sees_an_end);
      ("a start that raises leaves nothing behind", a_start_that_raises);
      ("a start that raises closes what is held", a_start_that_raises_closes_what_is_held);
    ]
end
