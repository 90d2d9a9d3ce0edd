(* What checks of actors share. Numbers go in as trades, and come out as signals. *)

open Mycelium_wire
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

module Make (World : World.S) = struct
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

  let teller name told =
    let tell what = told := (name ^ " " ^ what) :: !told in
    let hear () context trade =
      if number_of trade = fails && name = "curve" then Actor.fail context "asked to"
    in
    Actor.make
      ~takes:[ Actor.take (module Market.Trade) hear ]
      ~stopping:(fun () _ -> tell "stops")
      (fun _ -> tell "starts")

  let one_for_all = { soon with intensity = Policy.no_restart }
end
