(** What {!Make} gives. *)

open Mycelium_wire

module type S = sig
  (** Actors: state that nobody else touches, and handlers for typed messages.

      {[
        let bars = Actor.output (module Market.Bar)

        let on_trade volume context trade =
          volume := !volume + quantity trade;
          Actor.publish context bars (bar_of !volume)

        let actor =
          Actor.make
            ~takes:[ Actor.take (module Market.Trade) on_trade ]
            ~publishes:[ Actor.publishes bars ]
            (fun _ -> ref 0)

        let () =
          Bus.with_bus (Bus.create ()) (fun bus ->
              let supervisor = Actor.supervisor bus in
              Actor.spawn_exn supervisor "bars" actor;
              match Actor.join supervisor with
              | Ok () -> ()
              | Error escalation -> prerr_endline (Health.escalation_to_string escalation))
      ]}

      An actor has a thread of its own. Names and meanings are those of actors in Rust: what its function of the start
      makes is its state, and an exception of a handler is what a panic is there. *)

  module Policy = Policy
  module Health = Health

  type bus
  type fault

  (** {1 What an actor is} *)

  type t

  (** What a handler may ask of the world that the actor is in. *)
  type context

  (** One type that an actor with a state of type ['s] takes. *)
  type 's input

  (** Where messages of type ['m] go out; one value serves any number of actors. *)
  type 'm output

  type timer

  (** [take (module M) handler] calls [handler state context message] with each message of its type. *)
  val take :
    (module Message.S with type t = 'm) -> ('s -> context -> 'm -> unit) -> 's input

  val output : (module Message.S with type t = 'm) -> 'm output

  (** An output, as one of those that an actor has. *)
  type some_output

  val publishes : 'm output -> some_output

  (** [make start] is an actor whose state is what [start context] makes, at its start and at each restart. Hooks and
      handlers return soon: while one runs, the actor takes nothing else.

      - [timer] is called when a timer that the actor has set is due;
      - [fault] when messages were lost, a peer is gone, or has another version of a type: it is counted whatever
        this does;
      - [ended] when all publishers of everything that it takes have closed, and what they sent is handled. It stops the
        actor, unless it is given: one that stays also takes what later publishers send;
      - [stopping] when it stops in order: what it publishes still goes out. Not after a failure. *)
  val make :
    ?takes:'s input list ->
    ?publishes:some_output list ->
    ?timer:('s -> context -> timer -> unit) ->
    ?fault:('s -> context -> fault -> unit) ->
    ?ended:('s -> context -> unit) ->
    ?stopping:('s -> context -> unit) ->
    (context -> 's) ->
    t

  (** [each (module In) (module Out) f] publishes what [f] makes of each message. *)
  val each :
    (module Message.S with type t = 'a) ->
    (module Message.S with type t = 'b) ->
    ('a -> 'b list) ->
    t

  (** {1 What it may ask} *)

  (** The actor's name, behind the groups that it is in. *)
  val name : context -> string

  val now : context -> Timestamp.t

  (** Random numbers of this actor alone, seeded by the system. *)
  val random : context -> Random.State.t

  (** [set_timer context ~after] calls [timer] with what is given, once, so many seconds from now. One that is due
      already comes after the running handler: a slow one makes it late, and none is lost. It is reckoned by a clock that
      nobody sets, {!Mycelium_bus.Clock.monotonic}. A timer belongs to the state: it is gone where that is made anew, stays
      where the policy keeps it, and is not due any more once the actor is to stop.
      @raise Invalid_argument where [after] is not a number. *)
  val set_timer : context -> after:float -> timer

  (** Takes a timer back. One that was due is left alone. *)
  val cancel_timer : context -> timer -> unit

  (** [publish context output message] waits where the topic is full. Where the message cannot go out, the actor fails
      with the reason when the running handler returns, and if its bus was closed, it stops.
      @raise Invalid_argument where the actor's [publishes] does not name the output. *)
  val publish : context -> 'm output -> 'm -> unit

  (** Stops the actor in order when the running handler returns. *)
  val stop : context -> unit

  (** Fails it when the running handler returns, as an exception would. *)
  val fail : context -> string -> unit

  (** {1 Who looks after it} *)

  (** Where actors are started: a supervisor, or a group of one. *)
  type scope

  (** [supervisor bus] looks after actors at this bus. Start consumers first: at shutdown the last one started is the
      first to stop. It has no thread: whoever calls {!join} stops the others where one has failed for good. *)
  val supervisor : bus -> scope

  (** [spawn scope name actor] starts it. When this returns it is subscribed, though it may not have run yet. The error
      says why it was not started: a name that is taken, a topic that cannot be opened, a process that may have no more
      descriptors or threads. Then nothing of it is left. *)
  val spawn : ?policy:Policy.t -> scope -> string -> t -> (unit, string) result

  (** As {!spawn}.
      @raise Failure where that gives [Error]. *)
  val spawn_exn : ?policy:Policy.t -> scope -> string -> t -> unit

  (** [group scope name start] starts several that belong together: those that [start] starts. A failure that one of
      them hands up stops all of them, in order, and then the group is started again by [start], as [policy] says;
      groups may lie in groups. What they publish on stays open meanwhile, and counts go on by name. Where one does not stop
      within 5 s, the failure goes up. What [start] raises at the first start is raised here; at a restart it is another
      failure. *)
  val group :
    ?policy:Policy.t -> scope -> string -> (scope -> (unit, string) result) -> (unit, string) result

  (** [join supervisor] waits until all have ended, or one has failed more often than its policy allows: then the others
      are stopped in order, and each that joins learns of it. Those that do not stop within 5 s are named on standard
      error, and left alone. *)
  val join : scope -> (unit, Health.escalation) result

  (** [shutdown supervisor ~timeout] stops one after the other, the last one started first: each handles what waits for it,
      then ends. Nothing can be started afterwards. [Error] names the actors that did not end in these seconds, also those in
      groups; they are left alone, for a thread cannot be ended. *)
  val shutdown : scope -> timeout:float -> (unit, string list) result

  (** Health and counts of all actors, in the order in which they were started. *)
  val stats : scope -> Health.t list
end
