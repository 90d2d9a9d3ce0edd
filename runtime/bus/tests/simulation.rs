//! Actors on a virtual clock: order, links, timers, logs, and that the seed decides everything.

mod common;

use common::{Note, PATIENCE, Tick, tick};
use mycelium::actor::{Actor, Context, Publish, Receive, Service, Supervisor, Timer};
use mycelium::sim::{EventLog, Latency, Link, LogError, Simulation};
use mycelium::{Duration, Message, MessageBus, Timestamp, world};

/// An answer to a tick.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 50)]
struct Answer {
    number: u64,
    dice: u64,
}

/// Answers each tick with a number by chance; every hundredth, and what a timer says, with text too.
#[derive(Default)]
struct Oracle {
    timer: Option<Timer>,
    late: u64,
}

impl<C: Publish<Answer> + Publish<Note>> Actor<C> for Oracle {
    fn timer(&mut self, timer: Timer, context: &mut C) {
        assert_eq!(self.timer, Some(timer), "one that was taken back is not due");
        self.late += 1;
        context.publish(Note { number: self.late, text: "late".into(), values: vec![1, 2] });
    }

    fn stopping(&mut self, context: &mut C) {
        context.publish(Note { number: self.late, text: "end".into(), values: vec![] });
    }
}

impl<C: Publish<Answer> + Publish<Note>> Receive<Tick, C> for Oracle {
    fn receive(&mut self, tick: &Tick, context: &mut C) {
        let dice = context.random().below(6);
        context.publish(Answer { number: tick.number, dice });
        if let Some(timer) = self.timer {
            context.cancel_timer(timer);
        }
        self.timer = Some(context.set_timer(Duration(1_000)));
    }
}

impl Service for Oracle {
    type Takes = (Tick,);
    type Publishes = (Answer, Note);
}

/// Writes down what it hears, and when.
#[derive(Default)]
struct Scribe {
    answers: Vec<(i64, u64)>,
    dice: Vec<u64>,
    notes: Vec<(i64, String)>,
}

impl<C: Context> Actor<C> for Scribe {}

impl<C: Context> Receive<Answer, C> for Scribe {
    fn receive(&mut self, answer: &Answer, context: &mut C) {
        self.answers.push((context.now().0, answer.number));
        self.dice.push(answer.dice);
    }
}

impl<C: Context> Receive<Note, C> for Scribe {
    fn receive(&mut self, note: &Note, context: &mut C) {
        self.notes.push((context.now().0, note.text.clone()));
    }
}

world! {
    /// One that answers, and two that hear it.
    #[derive(Default)]
    struct Temple {
        oracle: Oracle,
        scribe: Scribe,
        rival: Scribe,
    }

    ticks: Tick => oracle;
    answers: Answer => scribe, rival;
    notes: Note => scribe;
}

fn ticks(count: u64) -> impl Iterator<Item = (Timestamp, Tick)> {
    (0..count).map(|number| (Timestamp(number as i64 * 100), tick(number)))
}

fn noisy(seed: u64) -> Simulation<Temple> {
    let mut simulation = Simulation::new(Temple::default(), seed);
    let spread = Latency::Uniform(Duration(0), Duration(1_000));
    simulation.link("oracle", "scribe", Link::of(spread)).unwrap();
    let tail = Latency::Exponential { least: Duration(50), mean: Duration(500) };
    simulation.link("oracle", "rival", Link::of(tail).losing(0.25)).unwrap();
    simulation.record();
    simulation
}

/// The log of a run, and the world at its end.
fn run(seed: u64) -> (EventLog, Simulation<Temple>) {
    let mut simulation = noisy(seed);
    simulation.feed(ticks(1_000)).unwrap();
    simulation.run().unwrap();
    simulation.stop().unwrap();
    (simulation.take_log(), simulation)
}

#[test]
fn the_seed_decides_every_byte() {
    let (log, simulation) = run(7);
    let other = std::thread::spawn(|| run(7).0).join().unwrap();
    assert_eq!(log.as_bytes(), other.as_bytes());
    assert_eq!(log.first_difference(&other), None);
    // The first tick is the same, what comes of it is not.
    assert!(log.first_difference(&run(8).0).is_some_and(|number| (1..20).contains(&number)));
    let reached: u64 = log.entries().map(|entry| u64::from(entry.targets.count_ones())).sum();
    assert_eq!(reached + simulation.world().oracle.late, simulation.events());
}

#[test]
fn the_same_in_every_build() {
    let mut simulation = Simulation::new(Temple::default(), 7);
    let spread = Latency::Uniform(Duration(0), Duration(1_000));
    simulation.link("oracle", "scribe", Link::of(spread).losing(0.25)).unwrap();
    simulation.record();
    simulation.feed(ticks(1_000)).unwrap();
    simulation.stop().unwrap();
    // FNV-1a of the log, the same in debug and release builds.
    let log = simulation.take_log();
    let hash = log.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(hash, 0xace0_52e4_42ca_7ad8, "{hash:#x}");
}

#[test]
fn without_links_everything_arrives_at_once_and_in_order() {
    let mut simulation = Simulation::new(Temple::default(), 1);
    simulation.feed(ticks(50)).unwrap();
    simulation.run().unwrap();
    let world = simulation.finish().unwrap();
    let expected: Vec<(i64, u64)> = (0..50).map(|number| (number as i64 * 100, number)).collect();
    assert_eq!(world.scribe.answers, expected);
    assert_eq!(world.rival.answers, expected);
    // Each tick put the timer off; the last one's was due, and the end comes then.
    assert_eq!(world.scribe.notes, [(5_900, "late".to_owned()), (5_900, "end".to_owned())]);
}

#[test]
fn links_delay_within_their_bounds_and_keep_order() {
    let (_, simulation) = run(3);
    let world = simulation.world();
    let numbers: Vec<u64> = world.scribe.answers.iter().map(|(_, number)| *number).collect();
    assert!(numbers.iter().copied().eq(0..1_000));
    let delays: Vec<i64> =
        world.scribe.answers.iter().map(|(at, number)| at - *number as i64 * 100).collect();
    assert!(delays.iter().all(|delay| (0..=1_000).contains(delay)));
    assert!(delays.iter().any(|delay| *delay > 900) && delays.iter().any(|delay| *delay < 500));
    assert!(world.rival.answers.is_sorted());
    assert!(world.rival.answers.iter().all(|(at, number)| at - *number as i64 * 100 >= 50));
}

#[test]
fn links_lose_their_share_and_say_how_many() {
    let (_, simulation) = run(4);
    let heard = simulation.world().rival.answers.len() as u64;
    assert_eq!(heard + simulation.lost(), 1_000);
    // Of 1000 at a quarter: within five deviations of 13.7.
    assert!(simulation.lost().abs_diff(250) < 69, "{}", simulation.lost());
}

#[test]
fn other_links_do_not_change_what_actors_draw() {
    let with = run(5).1;
    let mut without = Simulation::new(Temple::default(), 5);
    without.feed(ticks(1_000)).unwrap();
    assert_eq!(with.world().scribe.dice, without.finish().unwrap().scribe.dice);
}

#[test]
fn a_log_is_replayed_to_the_byte_and_checked() {
    let (log, _) = run(6);
    let read = EventLog::from_bytes(log.as_bytes().to_vec()).unwrap();
    assert_eq!(read, log);
    let mut again = noisy(6);
    again.replay(&read).unwrap();
    again.run().unwrap();
    again.stop().unwrap();
    assert_eq!(again.take_log(), log);

    let bytes = log.as_bytes();
    let ends: Vec<usize> = log.entries().map(|entry| entry.at_byte).collect();
    for length in 0..bytes.len().min(2_000) {
        let cut = EventLog::from_bytes(bytes[..length].to_vec());
        assert_eq!(cut.is_ok(), ends.contains(&length), "{length} bytes");
    }
    let wrong: Vec<u8> = b"MYCLOG1\0\xff\xff\xff\xff".to_vec();
    assert_eq!(EventLog::from_bytes(wrong), Err(LogError::NotALog));
}

#[test]
fn a_damaged_log_is_refused_and_does_not_panic() {
    let (log, _) = run(6);
    for at in (ends_of_head(&log)..log.as_bytes().len()).step_by(97).take(40) {
        let mut bytes = log.as_bytes().to_vec();
        bytes[at] ^= 0x55;
        if let Ok(log) = EventLog::from_bytes(bytes) {
            // It may be another log, but a sound one.
            let _ = noisy(6).replay(&log);
        }
    }
    let mut other = Simulation::new(Lone::default(), 0);
    assert!(matches!(other.replay(&log), Err(LogError::OtherWorld { .. })));
}

fn ends_of_head(log: &EventLog) -> usize {
    log.entries().next().unwrap().at_byte
}

/// Stops, or fails, at a number.
#[derive(Default)]
struct Odd {
    seen: Vec<u64>,
}

impl<C: Context> Actor<C> for Odd {
    fn stopping(&mut self, _: &mut C) {
        self.seen.push(u64::MAX);
    }
}

impl<C: Context> Receive<Tick, C> for Odd {
    fn receive(&mut self, tick: &Tick, context: &mut C) {
        self.seen.push(tick.number);
        match tick.number {
            3 => context.stop(),
            u64::MAX => context.fail("too high"),
            _ => {}
        }
    }
}

world! {
    /// One that ends by itself.
    #[derive(Default)]
    struct Lone {
        odd: Odd,
    }

    ticks: Tick => odd;
}

#[test]
fn one_that_stops_hears_nothing_more() {
    let mut simulation = Simulation::new(Lone::default(), 0);
    simulation.feed(ticks(10)).unwrap();
    assert_eq!(simulation.finish().unwrap().odd.seen, [0, 1, 2, 3, u64::MAX]);
}

#[test]
fn one_that_fails_ends_the_run_and_says_when() {
    let mut simulation = Simulation::new(Lone::default(), 0).starting_at(Timestamp(500));
    simulation.inject(Timestamp(700), tick(u64::MAX));
    simulation.inject(Timestamp(800), tick(1));
    let error = simulation.run().unwrap_err();
    assert_eq!((error.actor, error.at, error.reason.as_str()), ("odd", Timestamp(700), "too high"));
    assert_eq!(simulation.now(), Timestamp(700));
}

#[test]
fn links_are_between_actors_that_are_there() {
    let error = noisy(0).link("oracle", "pythia", Link::default()).unwrap_err();
    assert_eq!(error.to_string(), "the world has no actor `pythia`; it has: oracle, scribe, rival");
}

#[test]
fn a_faster_link_overtakes_nothing_that_is_under_way() {
    let mut simulation = Simulation::new(Temple::default(), 1);
    let constant = |ns| Link::of(Latency::Constant(Duration(ns)));
    simulation.link("oracle", "scribe", constant(1_000)).unwrap();
    simulation.feed(ticks(1)).unwrap();
    simulation.run_until(Timestamp(50)).unwrap();
    simulation.link("oracle", "scribe", constant(10)).unwrap();
    simulation.inject(Timestamp(100), tick(1));
    simulation.inject(Timestamp(2_000), tick(2));
    let world = simulation.finish().unwrap();
    assert_eq!(world.scribe.answers, [(1_000, 0), (1_000, 1), (2_010, 2)]);
}

#[test]
fn one_that_fails_is_not_asked_to_stop() {
    /// Wants both at once.
    #[derive(Default)]
    struct Torn {
        stopped: bool,
    }

    impl<C: Context> Actor<C> for Torn {
        fn stopping(&mut self, context: &mut C) {
            self.stopped = true;
            context.fail("while stopping");
        }
    }

    impl<C: Context> Receive<Tick, C> for Torn {
        fn receive(&mut self, _: &Tick, context: &mut C) {
            context.stop();
            context.fail("torn");
        }
    }

    world! {
        /// One that is torn.
        #[derive(Default)]
        struct Rack {
            torn: Torn,
        }

        ticks: Tick => torn;
    }

    let mut simulation = Simulation::new(Rack::default(), 0);
    simulation.inject(Timestamp(1), tick(1));
    assert_eq!(simulation.run().unwrap_err().reason, "torn");
    assert!(!simulation.world().torn.stopped);
    assert_eq!(simulation.stop().unwrap_err().reason, "while stopping");
}

/// What the oracle answers at a bus, in order.
fn answers_at_a_bus(count: u64) -> Vec<u64> {
    let bus = MessageBus::new();
    let mut answers = bus.subscriber::<Answer>().unwrap();
    let ticks = bus.publisher::<Tick>().unwrap();
    let supervisor = Supervisor::new(&bus);
    supervisor.thread("oracle", Oracle::default).unwrap();
    (0..count).for_each(|number| ticks.publish(tick(number)).unwrap());
    let heard = (0..count).map(|_| answers.recv_blocking().unwrap().unwrap().number).collect();
    supervisor.shutdown(PATIENCE).unwrap();
    heard
}

#[test]
fn the_same_actor_runs_at_a_bus() {
    let mut simulation = Simulation::new(Temple::default(), 1);
    simulation.feed(ticks(200)).unwrap();
    let simulated = simulation.finish().unwrap().scribe.answers;
    let simulated: Vec<u64> = simulated.into_iter().map(|(_, number)| number).collect();
    assert_eq!(answers_at_a_bus(200), simulated);
}
