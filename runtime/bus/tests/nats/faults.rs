//! Servers and nodes that go away, and readers that are slow: what is counted, and who hears of it.

use std::path::Path;
use std::time::{Duration, Instant};

use mycelium::{MessageBus, Options, RecvError, TryRecvError};

use crate::common::child::Player;
use crate::common::deployment::Deployment;
use crate::common::{Note, PATIENCE, Tick, note, tick};
use crate::server_or_skip;

/// What a started process does.
pub(crate) fn play(role: &str, topology: &Path) {
    let bus = MessageBus::from_topology_with(topology, "a", lively()).unwrap();
    let publisher = bus.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    match role {
        "publish until stopped" => {
            for number in 0.. {
                publisher.publish(tick(number)).unwrap();
                std::thread::park_timeout(Duration::from_millis(1));
            }
        }
        "publish and stay" => {
            for number in 0..10 {
                publisher.publish(tick(number)).unwrap();
            }
            loop {
                std::thread::park();
            }
        }
        "publish and leave" => {
            for number in 0..10 {
                publisher.publish(tick(number)).unwrap();
            }
            bus.shutdown();
        }
        other => panic!("no role {other}"),
    }
}

/// Signs of life that are missed sooner than the usual ones.
fn lively() -> Options {
    let mut options = Options::default();
    options.heartbeat = Duration::from_millis(50);
    options.peer_timeout = Duration::from_secs(3);
    options
}

/// Receives until something that is no message comes, or the end.
fn drain(subscriber: &mut mycelium::Subscriber<Tick>) -> (Vec<u64>, Result<(), RecvError>) {
    let mut numbers = Vec::new();
    loop {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(message)) => numbers.push(message.number),
            Ok(None) => return (numbers, Ok(())),
            Err(TryRecvError::Failed(fault)) => return (numbers, Err(fault)),
            Err(fault) => panic!("{fault}"),
        }
    }
}

#[test]
fn a_process_that_leaves_has_said_all() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    for _ in 0..3 {
        let player = Player::start("publish and leave", &deployment.topology());
        let (numbers, end) = drain(&mut subscriber);
        assert_eq!((numbers, end), ((0..10).collect(), Ok(())));
        assert!(player.end().success());
        // Its next process is another publisher.
        subscriber = bus.subscriber::<Tick>().unwrap();
    }
}

#[test]
fn a_process_that_dies_has_vanished() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let bus = deployment.bus_with("b", lively());
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let mut player = Player::start("publish and stay", &deployment.topology());
    for number in 0..10 {
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    player.kill();
    let vanished = Err(RecvError::PeerVanished { node: "a".to_owned() });
    assert_eq!(drain(&mut subscriber), (vec![], vanished));
}

/// As one that a debugger holds, or a machine that has no memory left: it is there, and says nothing.
#[test]
fn a_process_that_hangs_has_vanished_and_comes_back_where_it_goes_on() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let bus = deployment.bus_with("b", lively());
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let player = Player::start("publish until stopped", &deployment.topology());
    assert!(subscriber.recv_timeout(PATIENCE).unwrap().is_some());
    signal(&player, "STOP");
    let (_, fault) = drain(&mut subscriber);
    assert_eq!(fault, Err(RecvError::PeerVanished { node: "a".to_owned() }));
    signal(&player, "CONT");
    // What it had published before, and was on its way, is none of what it publishes now; the rest is told.
    let mut last = None;
    let started = Instant::now();
    while last.is_none_or(|(_, count)| count < 100) {
        assert!(started.elapsed() < PATIENCE, "{last:?}, {:?}", bus.stats().faults);
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(message)) => {
                let (before, count) = last.unwrap_or((0, 0));
                assert!(
                    count == 0 || message.number > before,
                    "{} behind {before}",
                    message.number
                );
                last = Some((message.number, count + 1));
            }
            Ok(None) | Err(TryRecvError::Failed(_)) => {}
            Err(fault) => panic!("{fault}"),
        }
    }
}

/// Sends a process a signal.
fn signal(player: &Player, name: &str) {
    let kill =
        std::process::Command::new("kill").args([&format!("-{name}"), &player.id()]).status();
    assert!(kill.unwrap().success());
}

#[test]
fn a_server_that_comes_again_costs_what_was_published_meanwhile() {
    let mut server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    publisher.publish(tick(0)).unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, 0);
    server.stop();
    wait_until(|| publisher.subscribers() == 0);
    for number in 1..=20 {
        publisher.publish(tick(number)).unwrap();
    }
    assert!(a.stats().faults.iter().any(|fault| fault.contains("the server is away")));
    server.restart();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(tick(21)).unwrap();
    let (numbers, fault) = drain(&mut subscriber);
    assert_eq!((numbers, fault), (vec![], Err(RecvError::PeerVanished { node: "a".to_owned() })));
    // Until it is there again there is nobody to receive from.
    let next = std::iter::repeat_with(|| drain(&mut subscriber)).find(|next| next.1.is_err());
    assert_eq!(next, Some((vec![], Err(RecvError::Lost(20)))));
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, 21);
    assert!(!a.stats().faults.iter().any(|fault| fault.contains("away")), "{:?}", a.stats().faults);
}

#[test]
fn a_server_may_come_later_than_its_nodes() {
    let mut server = server_or_skip!();
    server.stop();
    let deployment = server.deployment(&["a", "b"], "");
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut subscriber = b.subscriber::<Tick>().unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    let refused = publisher.wait_for_subscribers(1, Duration::from_millis(10)).unwrap_err();
    assert!(refused.to_string().contains("nats:127.0.0.1"), "{refused}");
    server.restart();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.publish(tick(7)).unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, 7);
}

#[test]
fn a_bus_leaves_at_once_where_the_server_is_away() {
    let mut server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (a, b, publisher, _subscriber) = deployment.one_way::<Tick>();
    server.stop();
    let started = Instant::now();
    publisher.publish(tick(1)).unwrap();
    a.shutdown();
    b.shutdown();
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
}

#[test]
fn what_a_full_way_loses_is_counted() {
    let server = server_or_skip!();
    let rule = "[[topics]]\nname = \"test.note\"\ncapacity = 16\nwhen_full = \"drop_oldest\"\n";
    lose(&server.deployment(&["a", "b"], rule));
}

#[test]
fn what_a_slow_reader_loses_is_counted() {
    let server = server_or_skip!();
    lose(&server.deployment(&["a", "b"], ""));
}

/// Publishes far more than waits anywhere, to one who reads it late: each message arrives or is counted, in order.
fn lose(deployment: &Deployment) {
    const COUNT: u64 = 30_000;
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Note>();
    for number in 0..COUNT {
        publisher.publish(note(number)).unwrap();
    }
    drop(publisher);
    let (mut next, mut received, mut lost) = (0, 0, 0);
    loop {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(message)) => {
                assert!(message.number >= next, "{} behind {next}", message.number);
                (next, received) = (message.number + 1, received + 1);
            }
            Ok(None) => break,
            Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
            Err(fault) => panic!("{fault}"),
        }
    }
    assert_eq!(received + lost, COUNT, "{received} received");
    assert!(received > 0);
}

#[test]
fn what_the_newest_replaces_is_not_lost() {
    let server = server_or_skip!();
    let rule = "[[topics]]\nname = \"test.tick\"\nwhen_full = \"conflate\"\n";
    let deployment = server.deployment(&["a", "b"], rule);
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    for number in 0..20_000 {
        publisher.publish(tick(number)).unwrap();
    }
    drop(publisher);
    let (numbers, end) = drain(&mut subscriber);
    assert_eq!(end, Ok(()));
    assert_eq!(numbers.last(), Some(&19_999));
}

fn wait_until(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
}

#[test]
fn who_has_left_costs_nothing() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (a, b, publisher, subscriber) = deployment.one_way::<Tick>();
    publisher.publish(tick(1)).unwrap();
    drop(subscriber);
    b.shutdown();
    wait_until(|| publisher.subscribers() == 0);
    publisher.publish(tick(2)).unwrap();
    let sent: u64 = a.stats().routes.iter().map(|route| route.sent).sum();
    assert_eq!(sent, 1);
}
