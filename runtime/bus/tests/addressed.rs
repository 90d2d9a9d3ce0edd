//! Messages for one service: over every kind of way they reach that service's bus, and nobody else.

mod common;

use std::net::TcpListener;
use std::time::Duration;

use common::{PATIENCE, Tick, tick};
use mycelium::{
    Message, MessageBus, OpenError, Options, PublishError, Qos, Subscriber, TryRecvError, WhenFull,
};
use tempfile::TempDir;

/// Three nodes: `a` dials, `b` and `c` are reached by the kind's endpoint; `b` has two services.
struct Deployment {
    folder: TempDir,
    is_shm: bool,
}

impl Deployment {
    fn all() -> impl Iterator<Item = Self> {
        let port = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let shm = "endpoint.kind = \"shm\"\nendpoint.path = \"{node}\"\nendpoint.capacity = 65536";
        let unix = "endpoint.kind = \"unix\"\nendpoint.path = \"{node}.d/sock\"";
        let kinds = [(shm.to_owned(), shm.to_owned()), (unix.to_owned(), unix.to_owned())];
        let tcp = (format!("port = {}", port()), format!("port = {}", port()));
        kinds.into_iter().chain([tcp]).map(move |(b, c)| {
            let folder = tempfile::tempdir().unwrap();
            let text = format!(
                "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\n\
                 [[nodes]]\nname = \"b\"\nservices = [\"b\", \"b-too\"]\n{b}\n\
                 [[nodes]]\nname = \"c\"\nservices = [\"c\"]\n{c}\n"
            );
            std::fs::write(folder.path().join("topology.toml"), text).unwrap();
            Self { folder, is_shm: b == shm }
        })
    }

    fn bus(&self, service: &str) -> MessageBus {
        let path = self.folder.path().join("topology.toml");
        MessageBus::from_topology(path, service).unwrap_or_else(|fault| panic!("{fault}"))
    }
}

fn next(subscriber: &mut Subscriber<Tick>) -> u64 {
    subscriber.recv_timeout(PATIENCE).unwrap().expect("a publisher is open").number
}

fn has_nothing(subscriber: &mut Subscriber<Tick>) -> bool {
    matches!(subscriber.try_recv(), Err(TryRecvError::Empty) | Ok(None))
}

#[test]
fn only_the_service_that_is_named_receives() {
    for deployment in Deployment::all() {
        let buses = ["a", "b", "c"].map(|service| deployment.bus(service));
        let [mut in_a, mut in_b, mut in_c] =
            [0, 1, 2].map(|index| buses[index].subscriber::<Tick>().unwrap());
        // From here on all are connected with all.
        let to_all: Vec<_> = buses.iter().map(|bus| bus.publisher::<Tick>().unwrap()).collect();
        to_all.iter().for_each(|publisher| publisher.wait_for_subscribers(3, PATIENCE).unwrap());
        // From a node without an endpoint, from one with, and from the service's own.
        for (sender, bus) in buses.iter().enumerate() {
            let number = sender as u64 * 10;
            let to_b = bus.publisher_to::<Tick>("b-too").unwrap();
            assert_eq!(to_b.topic(), "test.tick@b-too");
            to_b.wait_for_subscribers(1, PATIENCE).unwrap();
            to_b.publish(&tick(number)).unwrap();
            to_b.publish(&tick(number + 1)).unwrap();
            assert_eq!((next(&mut in_b), next(&mut in_b)), (number, number + 1));
            assert_eq!(to_b.published(), 2);
        }
        let to_a = buses[2].publisher_to::<Tick>("a").unwrap();
        to_a.wait_for_subscribers(1, PATIENCE).unwrap();
        to_a.publish(&tick(50)).unwrap();
        assert_eq!(next(&mut in_a), 50);
        // What is for all comes behind it, and is the first that the others get.
        to_all[2].publish(tick(99)).unwrap();
        for subscriber in [&mut in_a, &mut in_b, &mut in_c] {
            assert_eq!(next(subscriber), 99);
            assert!(has_nothing(subscriber));
        }
    }
}

#[test]
fn a_pattern_takes_what_is_addressed_to_its_bus_or_named() {
    for deployment in Deployment::all() {
        let [from, here, elsewhere] = ["a", "b", "c"].map(|service| deployment.bus(service));
        let mut at_home = here.frames(&["test.*"]).unwrap();
        let mut away = elsewhere.frames(&["test.*", "other"]).unwrap();
        let mut tap = elsewhere.frames(&["*.*@*"]).unwrap();
        let to_b = from.publisher_to::<Tick>("b").unwrap();
        // A ring has three readers; of connections, those to the two nodes.
        let count = if deployment.is_shm { 3 } else { 2 };
        to_b.wait_for_subscribers(count, PATIENCE).unwrap();
        to_b.publish(&tick(1)).unwrap();
        for subscriber in [&mut at_home, &mut tap] {
            let frame = subscriber.recv_timeout(PATIENCE).unwrap().unwrap();
            assert_eq!(&*frame.topic, "test.tick@b");
            assert_eq!(frame.base_topic(), "test.tick");
            assert_eq!(Tick::from_frame(&frame.bytes).unwrap().number, 1);
        }
        assert!(matches!(away.try_recv(), Err(TryRecvError::Empty) | Ok(None)));
    }
}

#[test]
fn a_service_that_there_is_not_is_refused() {
    let deployment = Deployment::all().next().unwrap();
    let refused = deployment.bus("a").publisher_to::<Tick>("d").unwrap_err();
    assert!(matches!(refused, OpenError::UnknownService { .. }));
    assert_eq!(refused.to_string(), "the topology holds no service `d`; it holds: a, b, b-too, c");
}

#[test]
fn without_a_topology_every_service_is_here() {
    let bus = MessageBus::new();
    let mut ticks = bus.subscriber::<Tick>().unwrap();
    let (one, other) = (bus.publisher_to("one").unwrap(), bus.publisher_to("other").unwrap());
    one.publish(&tick(1)).unwrap();
    other.publish(&tick(2)).unwrap();
    assert_eq!((next(&mut ticks), next(&mut ticks)), (1, 2));
    // An `@` in the service's name is the service's.
    let odd = bus.publisher_to("o@d").unwrap();
    odd.publish(&tick(3)).unwrap();
    assert_eq!(next(&mut ticks), 3);
    drop((one, other, odd));
    assert_eq!(ticks.recv_timeout(Duration::ZERO).unwrap().map(|tick| tick.number), None);
    bus.shutdown();
    assert!(matches!(bus.publisher_to::<Tick>("one"), Err(OpenError::Closed)));
}

#[test]
fn what_is_promised_for_the_topic_holds() {
    let newest = Qos::default().capacity(2).when_full(WhenFull::DropOldest);
    let bus = MessageBus::with_options(Options::default().topic("test.tick", newest));
    let mut ticks = bus.subscriber::<Tick>().unwrap();
    let to_one = bus.publisher_to::<Tick>("one").unwrap();
    (0..5).for_each(|number| to_one.publish(&tick(number)).unwrap());
    let lost = ticks.recv_timeout(PATIENCE).unwrap_err();
    assert!(lost.to_string().contains('3'), "{lost}");
    assert_eq!((next(&mut ticks), next(&mut ticks)), (3, 4));
    bus.shutdown();
    assert_eq!(to_one.publish(&tick(5)).unwrap_err(), PublishError::Closed);
    let published = bus.stats().topics.into_iter().find(|topic| topic.topic == "test.tick@one");
    assert_eq!(published.map(|topic| topic.published), Some(5));
}
