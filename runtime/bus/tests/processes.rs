//! Buses in processes of their own, which end in order or are killed.

mod common;

use std::time::{Duration, Instant};

use common::child::{Player, role, say};
use common::deployment::{Deployment, Kind, for_each_kind};
use common::{Note, PATIENCE, Tick, note, tick};
use mycelium::{MessageBus, RecvError, TryRecvError};

for_each_kind!(
    everything_arrives_from_another_process,
    everything_arrives_in_another_process,
    a_killed_publisher_has_vanished,
    a_killed_subscriber_holds_nobody,
    a_killed_owner_leaves_nothing,
    a_killed_process_can_come_back,
);

const COUNT: u64 = 5_000;

fn everything_arrives_from_another_process(kind: Kind) {
    for (here, there) in [("a", "b"), ("b", "a")] {
        let deployment = Deployment::new(kind);
        let bus = deployment.bus(here);
        let mut subscriber = bus.subscriber::<Note>().unwrap();
        let player = Player::start(&format!("publish {there}"), &deployment.topology());
        for number in 0..COUNT {
            assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(number));
        }
        assert_eq!(subscriber.recv_timeout(PATIENCE), Ok(None));
        assert!(player.end().success());
        drop((subscriber, bus));
        deployment.assert_clean();
    }
}

fn everything_arrives_in_another_process(kind: Kind) {
    for (here, there) in [("a", "b"), ("b", "a")] {
        let deployment = Deployment::new(kind);
        let bus = deployment.bus(here);
        let publisher = bus.publisher::<Note>().unwrap();
        let mut player = Player::start(&format!("receive {there}"), &deployment.topology());
        publisher.wait_for_subscribers(1, PATIENCE).unwrap();
        (0..COUNT).for_each(|number| publisher.publish(note(number)).unwrap());
        drop((publisher, bus));
        player.wait_for("all received");
        assert!(player.end().success());
        deployment.assert_clean();
    }
}

fn a_killed_publisher_has_vanished(kind: Kind) {
    for (here, there) in [("a", "b"), ("b", "a")] {
        let deployment = Deployment::new(kind);
        let bus = deployment.bus(here);
        let mut subscriber = bus.subscriber::<Tick>().unwrap();
        let mut player = Player::start(&format!("publish-on {there}"), &deployment.topology());
        for number in 0..100 {
            assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
        }
        player.kill();
        let vanished = RecvError::PeerVanished { node: there.to_owned() };
        let mut next = 100;
        loop {
            match subscriber.recv_timeout(PATIENCE) {
                Ok(Some(tick)) => assert_eq!(tick.number, next),
                Err(TryRecvError::Failed(fault)) => break assert_eq!(fault, vanished),
                other => panic!("{other:?} instead of the fault"),
            }
            next += 1;
        }
        assert_eq!(subscriber.recv_timeout(PATIENCE), Ok(None));
        drop((subscriber, bus));
        deployment.assert_clean();
    }
}

fn a_killed_subscriber_holds_nobody(kind: Kind) {
    let deployment = Deployment::new(kind);
    let bus = deployment.bus("a");
    let publisher = bus.publisher::<Note>().unwrap();
    let mut player = Player::start("idle b", &deployment.topology());
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    player.wait_for("ready");
    std::thread::scope(|scope| {
        // More than all buffers between the two hold: it cannot end while the other one lives.
        let writer = scope.spawn(|| {
            (0..200_000).for_each(|number| publisher.publish(note(number)).unwrap());
        });
        player.kill();
        let killed = Instant::now();
        writer.join().unwrap();
        assert!(killed.elapsed() < PATIENCE);
    });
    drop((publisher, bus));
    deployment.assert_clean();
}

fn a_killed_owner_leaves_nothing(kind: Kind) {
    let deployment = Deployment::new(kind);
    let bus = deployment.bus("a");
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    let publisher = bus.publisher::<Note>().unwrap();
    let mut player = Player::start("publish-on b", &deployment.topology());
    subscriber.recv_timeout(PATIENCE).unwrap().unwrap();
    player.kill();
    drop((subscriber, publisher, bus));
    deployment.assert_clean();
}

fn a_killed_process_can_come_back(kind: Kind) {
    let deployment = Deployment::new(kind);
    let bus = deployment.bus("a");
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    for _ in 0..3 {
        let mut player = Player::start("publish-on b", &deployment.topology());
        let first = receive_past_the_end(&mut subscriber);
        assert_eq!(first, 0);
        player.kill();
        while !matches!(
            subscriber.recv_timeout(PATIENCE),
            Err(TryRecvError::Failed(RecvError::PeerVanished { .. }))
        ) {}
    }
    drop((subscriber, bus));
    deployment.assert_clean();
}

fn receive_past_the_end(subscriber: &mut mycelium::Subscriber<Tick>) -> u64 {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match subscriber.recv_timeout(Duration::from_millis(10)) {
            Ok(Some(tick)) => return tick.number,
            other => assert!(Instant::now() < deadline, "{other:?}"),
        }
    }
}

/// What a started process does; nothing in the test run itself.
#[test]
fn child() {
    let Some((role, topology)) = role() else { return };
    let (role, service) = role.split_once(' ').unwrap();
    let bus = MessageBus::from_topology(topology, service).unwrap();
    match role {
        "publish" => {
            let publisher = bus.publisher::<Note>().unwrap();
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            (0..COUNT).for_each(|number| publisher.publish(note(number)).unwrap());
        }
        "publish-on" => {
            let publisher = bus.publisher::<Tick>().unwrap();
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            for number in 0.. {
                publisher.publish(tick(number)).unwrap();
            }
        }
        "receive" => {
            let mut subscriber = bus.subscriber::<Note>().unwrap();
            for number in 0..COUNT {
                assert_eq!(*subscriber.recv_blocking().unwrap().unwrap(), note(number));
            }
            assert_eq!(subscriber.recv_blocking().unwrap(), None);
            say("all received");
        }
        "idle" => {
            let _subscriber = bus.subscriber::<Note>().unwrap();
            say("ready");
            loop {
                std::thread::park();
            }
        }
        other => panic!("no role `{other}`"),
    }
}
