(* What actors do where the process may not have what they need: each for a process of its own. *)

open Actor_world

module Make (World : World.S) = struct
  open World
  open Actor_world.Make (World)

  (* For a process in which no thread can be started. *)
  let without_threads () =
    with_new (fun bus ->
        let scope = Actor.supervisor bus in
        let refused what = function
          | Error why ->
              let expected = Printf.sprintf "actor `%s`: there is no thread for it: " what in
              let length = min (String.length expected) (String.length why) in
              Check.string ~expected (String.sub why 0 length)
          | Ok () -> Check.fail "%s has started" what
        in
        refused "adder" (Actor.spawn scope "adder" adder);
        refused "adder" (Actor.spawn scope "adder" adder);
        refused "empty" (Actor.group scope "empty" (fun _ -> Ok ()));
        refused "adder" (Actor.group scope "group" (fun scope -> Actor.spawn scope "adder" adder));
        join_exn scope;
        Check.is_true "nothing is left" (Actor.shutdown scope ~timeout:patience = Ok ());
        Check.int ~expected:0 (List.length (Actor.stats scope)))

  (* For a process that may have few descriptors: with none left, one, two and so on, until it starts. *)
  let without_descriptors () =
    let rec take_all () =
      match Unix.openfile "/dev/null" [ O_RDONLY ] 0 with
      | descriptor -> descriptor :: take_all ()
      | exception Unix.Unix_error (EMFILE, _, _) -> []
    in
    let contains text part =
      let length = String.length part in
      let rec from at =
        at + length <= String.length text && (String.sub text at length = part || from (at + 1))
      in
      from 0
    in
    let rec leave count = function
      | descriptor :: rest when count > 0 ->
          Unix.close descriptor;
          leave (count - 1) rest
      | rest -> rest
    in
    with_new (fun bus ->
        let scope = Actor.supervisor bus in
        (* What an earlier check has left to the collector. *)
        Gc.full_major ();
        let rec refusals left =
          let taken = leave left (take_all ()) in
          let started = Actor.spawn scope "adder" adder in
          (* The bus leaves it to the collector to close what a thread may still wait for. *)
          Gc.full_major ();
          match started with
          | Ok () ->
              List.iter Unix.close taken;
              left
          | Error why ->
              let is_told what = Check.is_true (what ^ " in: " ^ why) (contains why what) in
              is_told "actor `adder`: ";
              is_told "Too many open files";
              let free = take_all () in
              List.iter Unix.close (free @ taken);
              Check.int ~expected:left (List.length free);
              Check.int ~expected:0 (List.length (Actor.stats scope));
              refusals (left + 1)
        in
        Check.is_true "some were refused" (refusals 0 > 2);
        Check.is_true "it stops" (Actor.shutdown scope ~timeout:patience = Ok ());
        join_exn scope)

  (* For a process of its own, whose standard error goes into this file. *)
  let what_join_leaves report =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let entered = ref false and may_go = ref false in
        let stick () _ _ =
          entered := true;
          wait_until "it is let go" (fun () -> !may_go)
        in
        let takes = [ Actor.take (module Market.Trade) stick ] in
        Actor.spawn_exn scope "stuck" (Actor.make ~takes ignore);
        send 1;
        wait_until "it is in its handler" (fun () -> !entered);
        let fail context = Actor.fail context "at once" in
        Actor.spawn_exn ~policy:one_for_all scope "failing" (Actor.make fail);
        Check.is_true "it goes up" (Result.is_error (Actor.join scope));
        may_go := true;
        let file = open_in report in
        let said = really_input_string file (in_channel_length file) in
        close_in file;
        let expected = "mycelium: actor stuck: it did not stop within 5 s, and is left alone" in
        Check.is_true ("it is named in: " ^ said)
          (List.mem expected (String.split_on_char '\n' said)))

  (* For a process that may have more descriptors than [select] takes. *)
  let a_wait_that_fails () =
    let spare = List.init 1100 (fun _ -> Unix.openfile "/dev/null" [ O_RDONLY ] 0) in
    Fun.protect
      ~finally:(fun () -> List.iter Unix.close spare)
      (fun () ->
        in_world (fun _ scope ~send:_ ~finish:_ ~out:_ ->
            Actor.spawn_exn scope "adder" adder;
            (match Actor.join scope with
            | Error { by = "adder"; failure = Raised (Unix.Unix_error (EINVAL, "select", _)) } -> ()
            | Error other -> Check.fail "%s" (Health.escalation_to_string other)
            | Ok () -> Check.fail "no escalation");
            let health = health scope "adder" in
            Check.is_true "it is broken" (health.state = Broken && health.failures = 1)))
end
