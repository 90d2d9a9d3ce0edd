//! Nodes that know a topic's type by different digests: who is read, whoever of the two comes first.

use mycelium::{Carried, Message};

use crate::common::PATIENCE;
use crate::server::Server;
use crate::server_or_skip;

/// The first version of an order.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Order", id = 11)]
struct First {
    number: u64,
}

/// A later one, which has only more.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", name = "Order", id = 11)]
struct Grown {
    number: u64,
    note: Option<String>,
    #[myc(default = 5)]
    priority: u16,
}

#[test]
fn what_only_appends_is_read_both_ways() {
    let server = server_or_skip!();
    let grown = Grown { number: 1, note: Some("x".to_owned()), priority: 9 };
    assert_eq!(carried::<Grown, First>(&server, &grown), First { number: 1 });
    let first = First { number: 2 };
    assert_eq!(
        carried::<First, Grown>(&server, &first),
        Grown { number: 2, note: None, priority: 5 }
    );
}

fn carried<From: Carried + Clone, To: Carried + Clone + PartialEq>(
    server: &Server,
    sent: &From,
) -> To {
    let there = |is_publisher_first: bool| {
        let deployment = server.deployment(&["a", "b"], "");
        let (a, b) = (deployment.bus("a"), deployment.bus("b"));
        let early = is_publisher_first.then(|| a.publisher::<From>().unwrap());
        let mut subscriber = b.subscriber::<To>().unwrap();
        let publisher = early.unwrap_or_else(|| a.publisher::<From>().unwrap());
        publisher.wait_for_subscribers(1, PATIENCE).unwrap_or_else(|error| panic!("{error}"));
        publisher.publish(sent.clone()).unwrap();
        drop(publisher);
        let received = subscriber.recv_timeout(PATIENCE).unwrap().unwrap().into_inner();
        assert!(subscriber.recv_timeout(PATIENCE).unwrap().is_none());
        let faults = [a.stats().faults, b.stats().faults].concat();
        assert!(faults.is_empty(), "{faults:?}");
        received
    };
    let received = there(true);
    assert!(received == there(false));
    received
}
