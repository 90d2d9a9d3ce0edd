//! Topics that the server keeps: who comes later, what outlives whom, where a subscriber begins.

use std::time::{Duration, Instant, SystemTime};

use mycelium::{
    Carried, Message, MessageBus, OpenError, Options, RecvError, Start, Subscriber, TryRecvError,
};

use crate::common::child::Player;
use crate::common::deployment::Deployment;
use crate::common::{Note, OldTick, PATIENCE, Tick, note, tick};
use crate::server::Server;
use crate::server_or_skip;
use crate::strangers::Stranger;

/// A server that keeps what it is given in its folder.
pub(crate) fn keeping(_: &std::path::Path) -> String {
    "jetstream { store_dir: store }".to_owned()
}

/// Nodes `a` and `b`, and a rule for both types of the tests, with what it says more.
fn deployment(server: &Server, more: &str) -> Deployment {
    let rule = |topic| format!("[[topics]]\nname = \"{topic}\"\ndurable = true\n{more}\n");
    server.deployment(&["a", "b"], &(rule("test.tick") + &rule("test.note")))
}

const HOUR: &str = "keep_seconds = 3600";

/// Publishes from `a`, and leaves once the server has all of it.
fn publish(deployment: &Deployment, numbers: std::ops::Range<u64>) {
    let bus = deployment.bus("a");
    let publisher = bus.publisher::<Tick>().unwrap();
    for number in numbers {
        publisher.publish(tick(number)).unwrap();
    }
    drop(publisher);
    bus.shutdown();
    let stats = bus.stats();
    assert_eq!(stats.routes.iter().map(|route| route.dropped).sum::<u64>(), 0, "{stats:?}");
}

fn expect(subscriber: &mut Subscriber<Tick>, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let received = subscriber.recv_timeout(PATIENCE);
        let received = received.unwrap_or_else(|fault| panic!("{fault} instead of {number}"));
        assert_eq!(received.unwrap().number, number);
    }
}

/// Publishes one more and sees that it is the next: nothing was there before it.
fn expect_nothing_but(deployment: &Deployment, subscriber: &mut Subscriber<Tick>, number: u64) {
    publish(deployment, number..number + 1);
    expect(subscriber, [number]);
}

#[test]
fn what_was_published_before_is_received() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    publish(&deployment, 0..1000);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut subscriber, 0..1000);
    // Another publisher is none to fall behind.
    publish(&deployment, 1000..1100);
    expect(&mut subscriber, 1000..1100);
    assert!(bus.stats().faults.is_empty(), "{:?}", bus.stats().faults);
}

#[test]
fn a_subscriber_begins_where_it_says() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    publish(&deployment, 0..10);
    let noon = SystemTime::now();
    publish(&deployment, 10..20);
    let bus = deployment.bus("b");
    for (start, first) in [
        (Start::Oldest, 0),
        // Servers count from 1.
        (Start::Sequence(8), 7),
        (Start::Time(noon), 10),
        (Start::Time(SystemTime::UNIX_EPOCH), 0),
    ] {
        let mut subscriber = bus.subscriber_from::<Tick>(start).unwrap();
        expect(&mut subscriber, first..20);
    }
}

#[test]
fn a_history_is_the_end_of_what_is_kept() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, "keep_seconds = 3600\nhistory = 3");
    publish(&deployment, 0..10);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    expect(&mut subscriber, 7..10);
    expect_nothing_but(&deployment, &mut subscriber, 10);
}

#[test]
fn nothing_is_lost_with_a_server_that_comes_again() {
    let mut server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut subscriber = b.subscriber_from::<Tick>(Start::Oldest).unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    for round in 0..3 {
        for number in 0..500 {
            publisher.publish(tick(1000 * round + number)).unwrap();
        }
        expect(&mut subscriber, (0..250).map(|number| 1000 * round + number));
        server.stop();
        for number in 500..1000 {
            publisher.publish(tick(1000 * round + number)).unwrap();
        }
        server.restart();
        expect(&mut subscriber, (250..1000).map(|number| 1000 * round + number));
    }
    let mut late = b.subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut late, 0..3000);
}

#[test]
fn a_server_that_dies_under_way_costs_nothing_and_doubles_nothing() {
    const COUNT: u64 = 20_000;
    let mut server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut subscriber = b.subscriber_from::<Tick>(Start::Oldest).unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    let publishing = std::thread::spawn(move || {
        (0..COUNT).for_each(|number| publisher.publish(tick(number)).unwrap());
    });
    for end in [1000, 3000] {
        let start = if end == 1000 { 0 } else { 1000 };
        expect(&mut subscriber, start..end);
        server.stop();
        server.restart();
    }
    expect(&mut subscriber, 3000..COUNT);
    publishing.join().unwrap();
    a.shutdown();
    let mut late = b.subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut late, 0..COUNT);
}

#[test]
fn what_a_killed_process_has_published_is_there() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber_from::<Tick>(Start::Oldest).unwrap();
    for _ in 0..2 {
        let mut player = Player::start("publish and stay", &deployment.topology());
        expect(&mut subscriber, 0..10);
        player.kill();
    }
    // Nobody has vanished who could be waited for.
    assert!(matches!(subscriber.try_recv(), Err(TryRecvError::Empty)));
    let mut late = bus.subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut late, (0..10).chain(0..10));
}

#[test]
fn a_node_reads_what_its_process_before_has_published() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    publish(&deployment, 0..10);
    let bus = deployment.bus("a");
    let mut subscriber = bus.subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut subscriber, 0..10);
    // What it publishes itself comes to it once.
    let publisher = bus.publisher::<Tick>().unwrap();
    publisher.publish(tick(10)).unwrap();
    expect(&mut subscriber, [10]);
    publisher.publish(tick(11)).unwrap();
    expect(&mut subscriber, [11]);
}

#[test]
fn the_oldest_go_where_a_bound_is_reached() {
    let server = server_or_skip!(keeping);
    let bounded = deployment(&server, "keep_messages = 10");
    publish(&bounded, 0..100);
    let mut subscriber = bounded.bus("b").subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut subscriber, 90..100);
    // The topology may say something else later.
    let wider = deployment(&server, "keep_messages = 20");
    publish(&wider, 100..200);
    let mut subscriber = wider.bus("b").subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut subscriber, 180..200);
}

#[test]
fn what_goes_before_a_slow_reader_has_it_is_counted() {
    const COUNT: u64 = 5000;
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, "keep_messages = 50\ncapacity = 16");
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber_from::<Tick>(Start::Oldest).unwrap();
    let publisher = deployment.bus("a");
    let publisher = publisher.publisher::<Tick>().unwrap();
    publisher.publish(tick(0)).unwrap();
    expect(&mut subscriber, [0]);
    (1..COUNT).for_each(|number| publisher.publish(tick(number)).unwrap());
    let (mut received, mut lost) = (1, 0);
    while received + lost < COUNT {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(Some(message)) => {
                assert_eq!(message.number, received + lost);
                received += 1;
            }
            Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(received + lost, COUNT);
}

#[test]
fn what_the_server_refuses_is_counted_and_told() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, "keep_bytes = 2000");
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut subscriber = b.subscriber_from::<Note>(Start::Oldest).unwrap();
    let publisher = a.publisher::<Note>().unwrap();
    publisher.publish(note(1)).unwrap();
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(1));
    publisher.publish(Note { values: vec![0; 1000], ..note(2) }).unwrap();
    publisher.publish(note(3)).unwrap();
    let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
    assert!(matches!(fault, TryRecvError::Failed(RecvError::Lost(1))), "{fault}");
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(3));
    // The server's answers are there once the bus has left.
    drop(publisher);
    a.shutdown();
    let stats = a.stats();
    assert_eq!(stats.routes.iter().map(|route| route.dropped).sum::<u64>(), 1, "{stats:?}");
    assert!(stats.faults.iter().any(|fault| fault.contains("refused")), "{stats:?}");
}

#[test]
fn what_nobody_has_when_the_bus_leaves_is_counted() {
    let mut server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    let mut options = Options::default();
    options.shutdown_timeout = Duration::from_millis(100);
    server.stop();
    let bus = deployment.bus_with("a", options);
    let publisher = bus.publisher::<Tick>().unwrap();
    (0..7).for_each(|number| publisher.publish(tick(number)).unwrap());
    bus.shutdown();
    let stats = bus.stats();
    assert_eq!(stats.routes.iter().map(|route| route.dropped).sum::<u64>(), 7, "{stats:?}");
}

#[test]
fn a_server_that_keeps_nothing_says_so() {
    let server = server_or_skip!();
    let deployment = deployment(&server, HOUR);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let _subscriber = b.subscriber_from::<Tick>(Start::Oldest).unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    for bus in [&a, &b] {
        let started = Instant::now();
        let is_told = || bus.stats().faults.iter().any(|fault| fault.contains("--jetstream"));
        while !is_told() {
            assert!(started.elapsed() < PATIENCE, "{:?}", bus.stats().faults);
            std::thread::yield_now();
        }
    }
    assert_eq!(publisher.subscribers(), 0);
}

#[test]
fn what_is_not_kept_is_read_from_now_on_alone() {
    let server = server_or_skip!(keeping);
    let deployment = server.deployment(&["a", "b"], "");
    for bus in [deployment.bus("b"), MessageBus::new()] {
        bus.subscriber_from::<Tick>(Start::Newest).unwrap();
        for start in [Start::Oldest, Start::Sequence(1), Start::Time(SystemTime::now())] {
            let refused = bus.subscriber_from::<Tick>(start).unwrap_err();
            assert!(matches!(refused, OpenError::NotKept { .. }), "{refused}");
            assert!(refused.to_string().contains("durable = true"), "{refused}");
        }
    }
}

/// The first version of an order.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Kept", id = 12)]
struct First {
    number: u64,
}

/// A later one, which has only more.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Kept", id = 12)]
struct Grown {
    number: u64,
    note: Option<String>,
}

#[test]
fn another_version_is_read_when_its_publisher_is_gone() {
    fn carried<From: Carried + Clone, To: Carried + Clone>(
        deployment: &Deployment,
        sent: &From,
        start: Start,
    ) -> To {
        let bus = deployment.bus("a");
        bus.publisher::<From>().unwrap().publish(sent.clone()).unwrap();
        bus.shutdown();
        let mut subscriber = deployment.bus("b").subscriber_from::<To>(start).unwrap();
        let received = subscriber.recv_timeout(PATIENCE);
        received.unwrap_or_else(|fault| panic!("{fault}")).unwrap().into_inner()
    }
    let server = server_or_skip!(keeping);
    let rule = "[[topics]]\nname = \"test.kept\"\ndurable = true\nkeep_messages = 9\n";
    let deployment = server.deployment(&["a", "b"], rule);
    let grown = Grown { number: 1, note: Some("x".to_owned()) };
    let first: First = carried(&deployment, &grown, Start::Oldest);
    assert_eq!(first, First { number: 1 });
    let grown: Grown = carried(&deployment, &First { number: 2 }, Start::Sequence(2));
    assert_eq!(grown, Grown { number: 2, note: None });
}

#[test]
fn a_version_that_cannot_be_read_is_told_once() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    publish(&deployment, 0..10);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber_from::<OldTick>(Start::Oldest).unwrap();
    let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
    let TryRecvError::Failed(RecvError::DigestMismatch(mismatch)) = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(mismatch.peer, "a");
    assert!(mismatch.difference.is_some(), "{mismatch}");
    // Behind all of them comes one that it reads.
    let publisher = deployment.bus("a");
    let publisher = publisher.publisher::<OldTick>().unwrap();
    publisher.publish(OldTick { number: 5 }).unwrap();
    assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, 5);
}

#[test]
fn what_strangers_have_put_there_is_passed_over() {
    let server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    publish(&deployment, 0..1);
    let mut stranger = Stranger::at(&server);
    let node = |name| ("Mycelium-Node", name);
    let (session, stream) =
        (("Mycelium-Session", "0123456789abcdef"), ("Mycelium-Stream", "0123456789abcdef"));
    let digest = <Tick as Message>::DIGEST.to_string();
    let digest = ("Mycelium-Digest", digest.as_str());
    let frame = Message::to_frame(&tick(99));
    let headers: &[&[(&str, &str)]] = &[
        &[],
        &[node("a"), session],
        &[node("nobody"), session, stream, digest],
        &[node("a"), session, stream, ("Mycelium-Digest", "myc1:00")],
    ];
    for headers in headers {
        for payload in [&b""[..], &frame, &frame[..20], &[0xff; 64]] {
            stranger.say("mycelium.test.tick", headers, payload);
        }
    }
    for payload in [&b""[..], &frame[..20], &[0xff; 64], &[&*frame, &frame].concat()] {
        stranger.say("mycelium.test.tick", &[node("a"), session, stream, digest], payload);
    }
    stranger.wait();
    publish(&deployment, 1..2);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber_from::<Tick>(Start::Oldest).unwrap();
    expect(&mut subscriber, 0..2);
    let faults = bus.stats().faults;
    assert!(faults.iter().any(|fault| fault.contains("passed over")), "{faults:?}");
}

#[test]
fn a_node_that_is_alone_at_the_server_is_kept_too() {
    let server = server_or_skip!(keeping);
    let rule = "[[topics]]\nname = \"test.tick\"\ndurable = true\nkeep_seconds = 3600\n";
    let unix = "[[nodes]]\nname = \"b\"\nservices = [\"b\"]\n\
                endpoint = { kind = \"unix\", path = \"b.sock\", policy = \"block\" }\n";
    for rest in [rule.to_owned(), unix.to_owned() + rule] {
        let deployment = server.deployment(&["a"], &rest);
        publish(&deployment, 0..10);
        let mut subscriber = deployment.bus("a").subscriber_from::<Tick>(Start::Oldest).unwrap();
        expect(&mut subscriber, 0..10);
    }
}

#[test]
fn what_is_under_way_of_a_closed_topic_reaches_a_server_that_has_forgotten() {
    let mut server = server_or_skip!(keeping);
    let deployment = deployment(&server, HOUR);
    publish(&deployment, 0..1);
    let a = deployment.bus("a");
    let publisher = a.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    server.signal("STOP");
    publisher.publish(tick(1)).unwrap();
    drop(publisher);
    // Until both are under way; where they are not yet, the test says less.
    std::thread::sleep(Duration::from_millis(300));
    server.stop();
    server.forget();
    server.restart();
    a.shutdown();
    let dropped: u64 = a.stats().routes.iter().map(|route| route.dropped).sum();
    assert_eq!(dropped, 0, "{:?}", a.stats());
}
