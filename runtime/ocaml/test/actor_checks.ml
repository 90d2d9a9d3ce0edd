(* What actors promise, checked on either bus. Numbers go in as trades, and come out as signals. *)

open Mycelium_wire

module type WORLD = sig
  include Mycelium_actor.Bus_type.S
  module Actor : Mycelium_actor.Actor_type.S with type bus = Bus.t

  val with_new : (Bus.t -> 'a) -> 'a
  val close : Bus.t -> unit

  (** All ways to end one. *)
  val ends : (Bus.t -> unit) list

  val recv_timeout :
    'a Subscriber.t -> timeout:float -> [ `Message of 'a | `Fault of Fault.t | `Empty | `Ended ]
end

module Policy = Mycelium_actor.Policy
module Health = Mycelium_actor.Health

let patience = 20.
let raises = 1_000_001
let fails = 1_000_002
let stops = 1_000_003
let last_word = 2_000_000

exception Asked

let soon = { Policy.default with backoff = { first = 0.0001; most = 0.001; jitter = 0.2 } }
let times restarts : Policy.intensity = { restarts; within = 600. }
let number_of (trade : Market.Trade.t) = Option.get (U64.to_int trade.trade_id)

let rec wait_until ?(deadline = Unix.gettimeofday () +. patience) what holds =
  if not (holds ()) then (
    if Unix.gettimeofday () > deadline then Check.fail "it does not come to pass: %s" what;
    Thread.delay 0.0005;
    wait_until ~deadline what holds)

let ints = Check.equal (fun ns -> String.concat " " (List.map string_of_int ns))
let strings = Check.equal (String.concat ", ")

module Make (World : WORLD) = struct
  open World

  let publish_exn publisher message =
    match Publisher.publish publisher message with
    | Ok () -> ()
    | Error refusal -> Check.fail "%s" (Publisher.refusal_to_string refusal)

  let signals = Actor.output (module Market.Signal)
  let say context n = Actor.publish context signals (Sample.signal n)

  (* Adds up numbers; what is odd about one, it does. *)
  let adder =
    let act total context trade =
      match number_of trade with
      | n when n = raises -> raise Asked
      | n when n = fails -> Actor.fail context "asked to"
      | n when n = stops -> Actor.stop context
      | n ->
          total := !total + n;
          say context !total
    in
    Actor.make
      ~takes:[ Actor.take (module Market.Trade) act ]
      ~publishes:[ Actor.publishes signals ]
      ~stopping:(fun _ context -> say context last_word)
      (fun _ -> ref 0)

  let frail =
    Actor.make
      ~takes:[ Actor.take (module Market.Trade) (fun _ _ _ -> raise Asked) ]
      ~publishes:[ Actor.publishes signals ] ignore

  let rec all_of subscriber =
    match recv_timeout subscriber ~timeout:patience with
    | `Message (signal : Market.Signal.t) ->
        let n = Option.get (U64.to_int signal.signal_id) in
        n :: all_of subscriber
    | `Ended -> []
    | `Empty -> Check.fail "nothing came within %g s" patience
    | `Fault _ -> Check.fail "a fault"

  let join_exn scope =
    match Actor.join scope with
    | Ok () -> ()
    | Error escalation -> Check.fail "%s" (Health.escalation_to_string escalation)

  let health scope name =
    match Health.find name (Actor.stats scope) with
    | Some health -> health
    | None -> Check.fail "no actor %s" name

  (* A bus with numbers in, signals out, and a supervisor. *)
  let in_world f =
    with_new (fun bus ->
        let out = Subscriber.create bus (module Market.Signal) in
        let trades = Publisher.create_exn bus (module Market.Trade) in
        let send n = publish_exn trades (Sample.trade n) in
        f bus (Actor.supervisor bus) ~send ~finish:(fun () -> Publisher.close trades) ~out)

  let run_adder policy numbers =
    in_world (fun _ scope ~send ~finish ~out ->
        Actor.spawn_exn ~policy scope "adder" adder;
        List.iter send numbers;
        finish ();
        join_exn scope;
        (all_of out, health scope "adder"))

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

  let teller name told =
    let tell what = told := (name ^ " " ^ what) :: !told in
    let hear () context trade =
      if number_of trade = fails && name = "curve" then Actor.fail context "asked to"
    in
    Actor.make
      ~takes:[ Actor.take (module Market.Trade) hear ]
      ~stopping:(fun () _ -> tell "stops")
      (fun _ -> tell "starts")

  let they_stop_in_reverse_order () =
    in_world (fun _ scope ~send:_ ~finish:_ ~out:_ ->
        let told = ref [] in
        let names = [ "first"; "second"; "third" ] in
        List.iter (fun name -> Actor.spawn_exn scope name (teller name told)) names;
        wait_until "all have started" (fun () -> List.length !told = 3);
        told := [];
        Check.is_true "all stop" (Actor.shutdown scope ~timeout:patience = Ok ());
        strings ~expected:[ "third stops"; "second stops"; "first stops" ] (List.rev !told))

  let one_for_all = { soon with intensity = Policy.no_restart }

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

  let trades = Actor.output (module Market.Trade)

  (* Publishes a hundred numbers, each time its timer is due. *)
  let source =
    let timer sent context _ =
      for _ = 1 to 100 do
        incr sent;
        Actor.publish context trades (Sample.trade !sent)
      done;
      ignore (Actor.set_timer context ~after:0.001)
    in
    Actor.make ~timer
      ~publishes:[ Actor.publishes trades ]
      (fun context ->
        ignore (Actor.set_timer context ~after:0.);
        ref 0)

  let signal_of trade = [ Sample.signal (number_of trade) ]

  let a_shutdown_drains () =
    with_new (fun bus ->
        let out = Subscriber.create bus (module Market.Signal) in
        let scope = Actor.supervisor bus in
        let echo = Actor.each (module Market.Trade) (module Market.Signal) signal_of in
        Actor.spawn_exn scope "echo" echo;
        Actor.spawn_exn scope "source" source;
        wait_until "some have come" (fun () -> (health scope "echo").received >= 300);
        Check.is_true "all stop" (Actor.shutdown scope ~timeout:patience = Ok ());
        let sent = (health scope "source").published in
        Check.int ~expected:0 (sent mod 100);
        ints ~expected:(List.init sent succ) (all_of out))

  let one_that_is_stuck () =
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
        Check.is_true "it is named" (Actor.shutdown scope ~timeout:0.001 = Error [ "stuck" ]);
        may_go := true;
        join_exn scope)

  (* The names are those of actors, also where the group's own thread still waits for them. *)
  let one_that_is_stuck_in_a_group () =
    in_world (fun _ scope ~send ~finish:_ ~out:_ ->
        let entered = ref 0 and may_go = ref false in
        let stick () _ _ =
          incr entered;
          wait_until "it is let go" (fun () -> !may_go)
        in
        let stuck = Actor.make ~takes:[ Actor.take (module Market.Trade) stick ] ignore in
        let leave () context _ = Actor.stop context in
        let free = Actor.make ~takes:[ Actor.take (module Market.Trade) leave ] ignore in
        let inner scope = Actor.spawn scope "deep" stuck in
        let outer scope =
          Actor.spawn_exn scope "free" free;
          Actor.spawn_exn scope "shallow" stuck;
          Actor.group scope "inner" inner
        in
        Check.is_true "it starts" (Actor.group scope "outer" outer = Ok ());
        send 1;
        wait_until "both are in their handlers" (fun () -> !entered = 2);
        wait_until "the third has stopped" (fun () -> (health scope "outer/free").state = Stopped);
        (match Actor.shutdown scope ~timeout:0.001 with
        | Ok () -> Check.fail "nobody is named"
        | Error names ->
            strings ~expected:[ "outer/inner/deep"; "outer/shallow" ] (List.sort compare names));
        may_go := true;
        join_exn scope)

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

  let one_may_stay () =
    with_new (fun bus ->
        let heard = ref [] in
        let hear () _ trade = heard := string_of_int (number_of trade) :: !heard in
        let takes = [ Actor.take (module Market.Trade) hear ] in
        let ended () _ = heard := "end" :: !heard in
        let scope = Actor.supervisor bus in
        Actor.spawn_exn scope "patient" (Actor.make ~takes ~ended ignore);
        let say n =
          let trades = Publisher.create_exn bus (module Market.Trade) in
          publish_exn trades (Sample.trade n);
          Publisher.close trades;
          wait_until "it is told of the end" (fun () ->
              match !heard with
              | "end" :: last :: _ -> last = string_of_int n
              | _ -> false)
        in
        List.iter say [ 1; 2 ];
        Check.is_true "it stops" (Actor.shutdown scope ~timeout:patience = Ok ());
        strings ~expected:[ "1"; "end"; "2"; "end" ] (List.rev !heard))

  let one_that_stays_ends_with_its_bus () =
    let ends_by end_bus =
      in_world (fun bus scope ~send:_ ~finish ~out:_ ->
          let told = ref false in
          let takes = [ Actor.take (module Market.Trade) (fun _ _ _ -> ()) ] in
          let ended () _ = told := true in
          Actor.spawn_exn scope "patient" (Actor.make ~takes ~ended ignore);
          finish ();
          wait_until "it is told of the end" (fun () -> !told);
          end_bus bus;
          wait_until "it stops" (fun () -> (health scope "patient").state = Stopped);
          join_exn scope)
    in
    List.iter ends_by ends

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

  let all =
    [
      ("messages come in order, and the end of publishers ends it", in_order);
      ("an exception costs its message and the state", an_exception_costs_the_state);
      ("state can be kept", state_can_be_kept);
      ("one that stops is started again if its policy says so", one_that_stops);
      ("one that is never restarted leaves the others alone", one_that_is_never_restarted);
      ("a failure too many goes up", a_failure_too_many);
      ("they stop in reverse order", they_stop_in_reverse_order);
      ("a group restarts all for one", a_group_restarts_all_for_one);
      ("over its restart nobody downstream sees an end", nobody_downstream_sees_an_end);
      ("a start that raises leaves nothing behind", a_start_that_raises);
      ("a start that raises closes what is held", a_start_that_raises_closes_what_is_held);
      ("a shutdown drains", a_shutdown_drains);
      ("one that is stuck is named and left", one_that_is_stuck);
      ("those that are stuck in groups are named", one_that_is_stuck_in_a_group);
      ("timers are due in order", timers_are_due_in_order);
      ("timers go on with a state that is kept", timers_go_on_with_a_state_that_is_kept);
      ("timers go with the state that set them", timers_go_with_their_state);
      ("a slow handler makes timers late, and loses none", a_slow_handler_makes_timers_late);
      ("a timer needs a number", a_time_that_is_no_number);
      ("timers that are always due leave room for messages and the end", timers_leave_room);
      ("one may stay for later publishers", one_may_stay);
      ("one that stays ends with its bus", one_that_stays_ends_with_its_bus);
      ("what cannot be started says why", what_cannot_be_started);
      ("what it does not say it publishes fails it", what_it_does_not_say_it_publishes);
    ]
end
