open Mycelium_wire
open Mycelium_bus

(* What a supervisor asks of an actor. *)
type order = Go_on | Drain | Abort

(* How often an actor that stayed when its publishers had closed looks for new ones. *)
let look_for_publishers = 0.02

(* The shared bus is interrupted without a sign on its descriptors. *)
let longest_wait = 0.05

module Make (Library : Bus_type.S) = struct
  open Library
  module Policy = Policy
  module Health = Health

  type bus = Bus.t
  type fault = Fault.t
  type timer = Timers.timer

  (* A publisher of some type, which its output finds again. *)
  type binding = ..

  type context = {
    health : Health.t;
    timers : Timers.t;
    bell : Bell.t;
    random : Random.State.t Lazy.t;
    mutable bindings : binding list;
    mutable order : order;
    mutable stops : bool;
    mutable failure : Health.failure option;
  }

  type 'm output = {
    message : (module Message.S with type t = 'm);
    bind : 'm Publisher.t -> binding;
    find : binding -> 'm Publisher.t option;
  }

  type some_output = Output : 'm output -> some_output

  type 's input =
    | Input : (module Message.S with type t = 'm) * ('s -> context -> 'm -> unit) -> 's input

  type 's behaviour = {
    start : context -> 's;
    takes : 's input list;
    timer : 's -> context -> timer -> unit;
    fault : 's -> context -> fault -> unit;
    ended : 's -> context -> unit;
    stopping : 's -> context -> unit;
  }

  type t = Actor : 's behaviour * some_output list -> t

  let take message handler = Input (message, handler)
  let publishes output = Output output

  let output (type m) (message : (module Message.S with type t = m)) =
    let module Of_type = struct
      type binding += Binding of m Publisher.t
    end in
    let find = function
      | Of_type.Binding publisher -> Some publisher
      | _ -> None
    in
    { message; bind = (fun publisher -> Of_type.Binding publisher); find }

  let name context = context.health.actor
  let now _ = Clock.now ()
  let random context = Lazy.force context.random
  let stop context = context.stops <- true

  let fail context reason =
    if context.failure = None then context.failure <- Some (Failed reason)

  let set_timer context ~after =
    if Float.is_nan after then invalid_arg "Actor.set_timer: a time that is no number";
    Timers.set context.timers ~at:(Clock.monotonic () +. Float.max after 0.)

  let cancel_timer context timer = Timers.cancel context.timers timer

  let publish (type m) context (output : m output) (message : m) =
    match List.find_map output.find context.bindings with
    | None ->
        let (module M) = output.message in
        invalid_arg
          (Printf.sprintf "actor `%s` publishes %s, which its `publishes` does not name"
             (name context) M.name)
    | Some publisher -> (
        match Publisher.publish publisher message with
        | Ok () -> context.health.published <- context.health.published + 1
        | Error refusal when Publisher.says_closed refusal -> stop context
        | Error refusal -> fail context (Publisher.refusal_to_string refusal))

  let nothing _ _ _ = ()

  let make ?(takes = []) ?(publishes = []) ?(timer = nothing) ?(fault = nothing)
      ?(ended = fun _ -> stop) ?(stopping = fun _ _ -> ()) start =
    Actor ({ start; takes; timer; fault; ended; stopping }, publishes)

  let each takes publishes_of f =
    let out = output publishes_of in
    let act () context message = List.iter (publish context out) (f message) in
    make ~takes:[ take takes act ] ~publishes:[ publishes out ] (fun _ -> ())

  (* {1 A life} *)

  (* A subscription of an actor, with its handler. *)
  type 's source =
    | Source : {
        subscriber : 'm Subscriber.t;
        handler : 's -> context -> 'm -> unit;
        mutable has_ended : bool;
      }
        -> 's source

  type 's child = {
    context : context;
    behaviour : 's behaviour;
    sources : 's source list;
    policy : Policy.t;
    restarts : Restarts.t;
    mutable state : 's option;
    mutable knows_the_end : bool;
  }

  (* Code of the actor; an exception ends at this edge. *)
  let guard context f =
    match f () with
    | () -> ()
    | exception exn -> context.failure <- Some (Raised exn)

  let wants_to_leave context =
    context.stops || context.failure <> None || context.order = Abort

  (* Handles a message of a source; whether there was any. *)
  let take_one child state (Source source) =
    let context = child.context in
    match Subscriber.try_recv source.subscriber with
    | `Empty ->
        source.has_ended <- false;
        false
    | `Ended ->
        source.has_ended <- true;
        false
    | `Message message ->
        context.health.received <- context.health.received + 1;
        guard context (fun () -> source.handler state context message);
        true
    | `Fault fault ->
        context.health.faults <- context.health.faults + 1;
        guard context (fun () -> child.behaviour.fault state context fault);
        true

  let take_round child state =
    let take has_taken source =
      if wants_to_leave child.context then has_taken
      else take_one child state source || has_taken
    in
    let has_taken = List.fold_left take false child.sources in
    if has_taken then child.knows_the_end <- false;
    has_taken

  (* One that is to stop begins nothing by itself. *)
  let fire_timer child state =
    let context = child.context in
    let next = if context.order = Go_on then Timers.next context.timers else None in
    match next with
    | None -> false
    | Some _ -> (
        match Timers.take_due context.timers ~now:(Clock.monotonic ()) with
        | None -> false
        | Some timer ->
            context.health.timers <- context.health.timers + 1;
            guard context (fun () -> child.behaviour.timer state context timer);
            true)

  let have_ended child =
    child.sources <> [] && List.for_all (fun (Source source) -> source.has_ended) child.sources

  (* Whether nobody publishes for it again: with its bus ends an actor, also one that stays for later publishers. *)
  let is_cut_off child =
    have_ended child
    && List.for_all (fun (Source source) -> Subscriber.is_closed source.subscriber) child.sources

  (* Until there may be something to do. *)
  let wait child =
    let context = child.context in
    Bell.arm context.bell;
    let add descriptors (Source source) =
      match descriptors with
      | None -> None
      | Some _ when source.has_ended -> descriptors
      | Some found -> (
          match Subscriber.await source.subscriber with
          | `Ready -> None
          | `Wait descriptor -> Some (descriptor :: found))
    in
    let descriptors = List.fold_left add (Some [ Bell.descriptor context.bell ]) child.sources in
    (match descriptors with
    | Some descriptors when context.order = Go_on ->
        let now = Clock.monotonic () in
        let longest =
          if List.exists (fun (Source source) -> source.has_ended) child.sources then
            look_for_publishers
          else longest_wait
        in
        let next = Option.value (Timers.next context.timers) ~default:infinity in
        ignore (Sync.select descriptors [] ~deadline:(Float.min next (now +. longest)))
    | Some _ | None -> ());
    Bell.disarm context.bell

  let rec run child state =
    let context = child.context in
    (* Asked before the round: what came ahead of the order is in it. *)
    let drains = context.order = Drain in
    if drains then context.health.state <- Stopping;
    if not (wants_to_leave context) then (
      (* One timer, and whatever else there is: a timer may always be due. *)
      let has_fired = fire_timer child state in
      (if take_round child state || wants_to_leave context then ()
      else if drains || is_cut_off child then stop context
      else if have_ended child && not child.knows_the_end then (
        child.knows_the_end <- true;
        guard context (fun () -> child.behaviour.ended state context))
      else if not has_fired then wait child);
      run child state)

  let begin_life child =
    let context = child.context in
    context.health.state <- Starting;
    guard context (fun () ->
        if child.state = None then child.state <- Some (child.behaviour.start context))

  let one_life child =
    let context = child.context in
    begin_life child;
    match child.state with
    | None -> ()
    | Some state ->
        if context.failure = None then (
          context.health.state <- Running;
          run child state);
        if context.stops && context.failure = None then
          guard context (fun () -> child.behaviour.stopping state context)

  (* {1 Lives, up to the end} *)

  let report context failure =
    Handler.guarded (fun () ->
        Handler.report ("actor " ^ name context) (Health.failure_to_string failure))

  let note child failure =
    let health = child.context.health in
    health.failures <- health.failures + 1;
    health.last_failure <- Some failure;
    report child.context failure

  let is_wanted child failure =
    match child.policy.restart with
    | Always -> true
    | On_failure -> failure <> None
    | Never -> false

  let begin_anew child failure =
    let health = child.context.health in
    if failure = None || child.policy.state = Remade then (
      child.state <- None;
      (* They belong to it: the next one sets its own. *)
      Timers.clear child.context.timers);
    health.restarts <- health.restarts + 1;
    health.state <- Resting

  (* Whether it is to live again. *)
  let rec rest context ~until =
    if context.order <> Go_on then false
    else if Clock.monotonic () >= until then true
    else (
      Bell.arm context.bell;
      if context.order = Go_on then Bell.wait context.bell ~deadline:until;
      rest context ~until)

  let rec live child : Health.escalation option =
    let context = child.context in
    let health = context.health in
    one_life child;
    let failure = context.failure in
    Option.iter (note child) failure;
    context.failure <- None;
    context.stops <- false;
    child.knows_the_end <- false;
    let over state =
      health.state <- state;
      None
    in
    if context.order <> Go_on || not (is_wanted child failure) then
      over (if failure = None then Stopped else Broken)
    else
      match Restarts.next child.restarts ~now:(Clock.monotonic ()) with
      | None ->
          health.state <- Broken;
          let last = Option.value failure ~default:(Health.Failed "it stopped again") in
          Some { by = health.actor; failure = last }
      | Some until ->
          begin_anew child failure;
          if rest context ~until then live child else over Stopped

  (* What is raised outside the actor's code, by a wait for example, would be raised again: it goes up. *)
  let live child =
    match live child with
    | escalation -> escalation
    | exception exn ->
        let failure = Health.Raised exn in
        note child failure;
        child.context.health.state <- Broken;
        Some { by = name child.context; failure }

  (* {1 Who looks after it} *)

  type scope = { bus : bus; children : Children.t }

  let supervisor bus = { bus; children = Children.create "" }

  let close_source (Source source) = Subscriber.close source.subscriber

  let give context order () =
    if context.order <> Abort then context.order <- order;
    Bell.ring context.bell

  let new_context path =
    {
      health = Health.make path;
      timers = Timers.create ();
      bell = Bell.create ();
      random = lazy (Random.State.make_self_init ());
      bindings = [];
      order = Go_on;
      stops = false;
      failure = None;
    }

  (* All that a child does, in its thread. *)
  let life child ~close_publishers () : Children.ending =
    let escalated = live child in
    child.state <- None;
    List.iter close_source child.sources;
    Bell.close child.context.bell;
    { escalated; close = close_publishers }

  (* Starts an actor of which everything is open; [close] closes all of it. *)
  let start_child scope name child ~close ~close_publishers =
    let { context; _ } = child in
    let charge =
      Children.Actor
        { health = context.health; drain = give context Drain; abort = give context Abort }
    in
    let started =
      Result.bind (Children.add scope.children name charge) (fun record ->
          let started = Children.run scope.children record (life child ~close_publishers) in
          if Result.is_error started then Children.remove scope.children record;
          started)
    in
    if Result.is_error started then close ();
    started

  let open_and_start policy scope name (Actor (behaviour, outputs)) =
    let context = new_context (Children.path_of scope.children name) in
    let closers = ref [] and sources = ref [] in
    let close_publishers () = List.iter (fun close -> close ()) !closers in
    let close () =
      close_publishers ();
      List.iter close_source !sources;
      Bell.close context.bell
    in
    let advertise (Output output) =
      let publisher = Publisher.create_exn scope.bus output.message in
      closers := (fun () -> Publisher.close publisher) :: !closers;
      context.bindings <- context.bindings @ [ output.bind publisher ]
    in
    let subscribe (Input (message, handler)) =
      let subscriber = Subscriber.create scope.bus message in
      sources := Source { subscriber; handler; has_ended = false } :: !sources;
      (* With the descriptor that it waits for, so that nothing is left to be refused to it later. *)
      ignore (Subscriber.await subscriber)
    in
    match
      List.iter advertise outputs;
      List.iter subscribe behaviour.takes
    with
    | exception exn ->
        close ();
        raise exn
    | () ->
        let sources = List.rev !sources and restarts = Restarts.create policy in
        let child =
          { context; behaviour; sources; policy; restarts; state = None; knows_the_end = false }
        in
        start_child scope name child ~close ~close_publishers

  let spawn ?(policy = Policy.default) scope name actor =
    match open_and_start policy scope name actor with
    | started -> started
    | exception exn -> (
        match Refusal.of_exn exn with
        | Some why -> Error (Printf.sprintf "actor `%s`: %s" name why)
        | None -> raise exn)

  let spawn_exn ?policy scope name actor =
    match spawn ?policy scope name actor with
    | Ok () -> ()
    | Error why -> failwith why

  let group ?(policy = Policy.default) scope name start =
    Supervision.group scope.children name policy (fun children -> start { scope with children })

  let join scope = Supervision.join scope.children
  let shutdown scope ~timeout = Supervision.shutdown scope.children ~timeout
  let stats scope = Children.stats scope.children
end
