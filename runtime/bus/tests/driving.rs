//! A thread that waits for what comes over a socket drives the network meanwhile, and nobody else has to wait for it.

mod common;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use common::child::{Player, role};
use common::deployment::{Deployment, Kind, for_each_kind};
use common::{PATIENCE, Tick, note, tick};
use mycelium::topology::TopologyError;
use mycelium::{Carried, MessageBus, Options, Received, Subscriber, TryRecvError, Waiting};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

for_each_kind!(
    question_and_answer_however_one_waits,
    others_go_on_when_who_drove_does_not_come_back,
    many_wait_at_one_bus,
    one_waits_within_a_runtime,
    a_wait_ends_in_time,
    a_bus_that_leaves_ends_who_waits,
    what_is_looked_at_is_free_of_the_network,
    a_task_runs_where_the_network_does,
    a_task_may_end_the_bus,
    a_task_has_more_to_say_than_there_is_room_for,
    two_end_the_bus_at_once,
    one_looks_again_and_again,
    near_and_far_come_to_one_who_waits,
    who_waits_comes_and_goes,
);

fn next<T: Carried>(subscriber: &mut Subscriber<T>) -> Received<T> {
    match subscriber.recv_timeout(PATIENCE) {
        Ok(Some(message)) => message,
        other => panic!("{:?}", other.map(|found| found.is_some())),
    }
}

fn question_and_answer_however_one_waits(kind: Kind) {
    const ROUNDS: u64 = 500;
    let ways = [
        Waiting { spin: Duration::ZERO, yields: 0 },
        Waiting::default(),
        Waiting { spin: Duration::MAX, yields: 0 },
    ];
    for waiting in ways {
        let mut options = Options::default();
        options.waiting = waiting;
        let deployment = Deployment::new(kind);
        let a = deployment.bus_with("a", options.clone());
        let b = deployment.bus_with("b", options);
        let (mut asked, mut answers) =
            (b.subscriber_on::<Tick>("asked").unwrap(), a.subscriber_on::<Tick>("told").unwrap());
        let answering = thread::spawn(move || {
            let tell = b.publisher_on::<Tick>("told").unwrap();
            while let Some(question) = asked.recv_blocking().unwrap() {
                tell.publish(tick(question.number + 1)).unwrap();
            }
        });
        let ask = a.publisher_on::<Tick>("asked").unwrap();
        ask.wait_for_subscribers(1, PATIENCE).unwrap();
        for number in 0..ROUNDS {
            ask.publish(tick(number)).unwrap();
            assert_eq!(next(&mut answers).number, number + 1);
        }
        drop(ask);
        answering.join().unwrap();
    }
}

fn others_go_on_when_who_drove_does_not_come_back(kind: Kind) {
    // More than may wait to be written, so that it needs a writer.
    const COUNT: u64 = 5_000;
    let mut options = Options::default();
    options.outgoing_bytes = 4096;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus_with("b", options));
    let (mut first, mut second) =
        (b.subscriber_on::<Tick>("one").unwrap(), b.subscriber_on::<Tick>("two").unwrap());
    let (one, two) = (a.publisher_on::<Tick>("one").unwrap(), a.publisher_on("two").unwrap());
    one.wait_for_subscribers(1, PATIENCE).unwrap();
    two.wait_for_subscribers(1, PATIENCE).unwrap();
    let (leave, left) = mpsc::channel::<()>();
    let (took, taken) = mpsc::channel();
    let busy = thread::spawn(move || {
        took.send(next(&mut first).number).unwrap();
        // It has better things to do until the end.
        left.recv().unwrap();
        drop(first);
    });
    one.publish(tick(1)).unwrap();
    assert_eq!(taken.recv().unwrap(), 1);
    // One who only looks now and then, and so drives nothing.
    two.publish(tick(2)).unwrap();
    let found = loop {
        match second.try_recv() {
            Ok(found) => break found.unwrap().number,
            Err(TryRecvError::Empty) => thread::yield_now(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(found, 2);
    // One who publishes, and never waits for a message.
    let mut notes = a.subscriber::<common::Note>().unwrap();
    let publisher = b.publisher::<common::Note>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let publishing = thread::spawn(move || {
        (0..COUNT).for_each(|number| publisher.publish(note(number)).unwrap());
    });
    (0..COUNT).for_each(|number| assert_eq!(*next(&mut notes), note(number)));
    publishing.join().unwrap();
    leave.send(()).unwrap();
    busy.join().unwrap();
}

fn many_wait_at_one_bus(kind: Kind) {
    const WAITING: u64 = 6;
    const COUNT: u64 = 400;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    thread::scope(|scope| {
        for topic in 0..WAITING {
            let name = format!("topic.{topic}");
            let mut subscriber = b.subscriber_on::<Tick>(&name).unwrap();
            scope.spawn(move || {
                (0..COUNT).for_each(|number| assert_eq!(next(&mut subscriber).number, number));
            });
            let publisher = a.publisher_on::<Tick>(&name).unwrap();
            scope.spawn(move || {
                publisher.wait_for_subscribers(1, PATIENCE).unwrap();
                (0..COUNT).for_each(|number| publisher.publish(tick(number)).unwrap());
            });
        }
    });
}

fn one_waits_within_a_runtime(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    (0..2).for_each(|number| publisher.publish(tick(number)).unwrap());
    assert_eq!(next(&mut subscriber).number, 0);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { assert_eq!(next(&mut subscriber).number, 1) });
    publisher.publish(tick(2)).unwrap();
    runtime.block_on(async { assert_eq!(next(&mut subscriber).number, 2) });
}

fn a_wait_ends_in_time(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    for number in 0..20 {
        publisher.publish(tick(number)).unwrap();
        assert_eq!(next(&mut subscriber).number, number);
        let waited = subscriber.recv_timeout(Duration::from_micros(number * 100));
        assert_eq!(waited.unwrap_err(), TryRecvError::Empty);
    }
}

fn a_bus_that_leaves_ends_who_waits(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    let (took, taken) = mpsc::channel();
    let waiting = thread::spawn(move || {
        while let Ok(Some(message)) = subscriber.recv_blocking() {
            took.send(message.number).unwrap();
        }
    });
    publisher.publish(tick(1)).unwrap();
    assert_eq!(taken.recv(), Ok(1));
    b.shutdown();
    assert!(taken.recv().is_err());
    waiting.join().unwrap();
    drop((a, b, publisher));
    deployment.assert_clean();
}

fn what_is_looked_at_is_free_of_the_network(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    // Whoever looks may use a runtime: it is not within the network's.
    let look = |number: u64| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async move { number })
    };
    let mut views = b.views::<Tick, _>(move |seen| look(seen.number())).unwrap();
    let publisher = a.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    for number in 0..50 {
        publisher.publish(tick(number)).unwrap();
        assert_eq!(views.recv_timeout(PATIENCE).unwrap(), Some(number));
    }
}

fn a_task_runs_where_the_network_does(kind: Kind) {
    const ROUNDS: u64 = 300;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let (mut asked, mut answers) =
        (b.subscriber_on::<Tick>("asked").unwrap(), a.subscriber_on::<Tick>("told").unwrap());
    let answering = thread::spawn(move || {
        let tell = b.publisher_on::<Tick>("told").unwrap();
        b.block_on(async {
            while let Some(question) = asked.recv().await.unwrap() {
                tell.publish(tick(question.number + 1)).unwrap();
            }
        });
    });
    let ask = a.publisher_on::<Tick>("asked").unwrap();
    ask.wait_for_subscribers(1, PATIENCE).unwrap();
    a.block_on(async {
        for number in 0..ROUNDS {
            ask.publish(tick(number)).unwrap();
            assert_eq!(answers.recv().await.unwrap().unwrap().number, number + 1);
        }
    });
    drop(ask);
    answering.join().unwrap();
}

fn a_task_may_end_the_bus(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    a.block_on(async {
        (0..500).for_each(|number| publisher.publish(tick(number)).unwrap());
        a.shutdown();
    });
    // All of it is on its way, though this thread has driven.
    (0..500).for_each(|number| assert_eq!(next(&mut subscriber).number, number));
    assert_eq!(a.block_on(async { 7 }), 7);
    drop((a, b, publisher, subscriber));
    deployment.assert_clean();
}

fn a_task_has_more_to_say_than_there_is_room_for(kind: Kind) {
    const COUNT: u64 = 5_000;
    let mut options = Options::default();
    options.outgoing_bytes = 4096;
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus_with("a", options), deployment.bus("b"));
    let mut notes = b.subscriber::<common::Note>().unwrap();
    let publisher = a.publisher::<common::Note>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let reading = thread::spawn(move || {
        (0..COUNT).for_each(|number| assert_eq!(*next(&mut notes), note(number)));
    });
    a.block_on(async {
        for number in 0..COUNT {
            match number % 2 {
                0 => publisher.publish(note(number)).unwrap(),
                _ => publisher.publish_async(note(number)).await.unwrap(),
            }
        }
    });
    reading.join().unwrap();
}

fn two_end_the_bus_at_once(kind: Kind) {
    for _ in 0..5 {
        let deployment = Deployment::new(kind);
        let (a, b, publisher, mut subscriber) = deployment.one_way::<Tick>();
        publisher.publish(tick(1)).unwrap();
        thread::scope(|scope| {
            let b = &b;
            scope.spawn(move || {
                b.block_on(async {
                    while let Ok(Some(_)) = subscriber.recv().await {}
                    b.shutdown();
                });
            });
            scope.spawn(move || b.shutdown());
            // One bus within a future that another one runs.
            a.block_on(async { b.shutdown() });
        });
        drop((a, b, publisher));
        deployment.assert_clean();
    }
}

fn one_looks_again_and_again(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (_a, _b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    for number in 0..200 {
        publisher.publish(tick(number)).unwrap();
        let found = loop {
            match subscriber.recv_timeout(Duration::ZERO) {
                Ok(found) => break found.unwrap().number,
                Err(TryRecvError::Empty) => thread::yield_now(),
                Err(error) => panic!("{error}"),
            }
        };
        assert_eq!(found, number);
        // So that it has been a guest before it looks again.
        if number % 3 == 0 {
            publisher.publish(tick(number)).unwrap();
            assert_eq!(next(&mut subscriber).number, number);
        }
    }
}

fn near_and_far_come_to_one_who_waits(kind: Kind) {
    const COUNT: u64 = 1_000;
    let deployment = Deployment::new(kind);
    let (_a, b, far, mut subscriber) = deployment.one_way::<Tick>();
    let near = b.publisher::<Tick>().unwrap();
    let (from_afar, from_near) = (tick(0).source, 1);
    thread::scope(|scope| {
        scope.spawn(|| (0..COUNT).for_each(|number| far.publish(tick(number)).unwrap()));
        scope.spawn(|| {
            let from = |number| Tick { number, source: from_near };
            (0..COUNT).for_each(|number| near.publish(from(number)).unwrap());
        });
        let mut seen = [0; 2];
        for _ in 0..2 * COUNT {
            let message = next(&mut subscriber);
            assert!([from_afar, from_near].contains(&message.source));
            let seen = &mut seen[message.source as usize];
            assert_eq!(message.number, *seen);
            *seen += 1;
        }
    });
}

/// Threads that wait for all kinds of times, and a bus that leaves while they do, again and again.
fn who_waits_comes_and_goes(kind: Kind) {
    const ROUNDS: u64 = 6;
    const THREADS: u64 = 4;
    const COUNT: u64 = 200;
    for round in 0..ROUNDS {
        let deployment = Deployment::new(kind);
        let (a, b) = (deployment.bus("a"), deployment.bus("b"));
        thread::scope(|scope| {
            for index in 0..THREADS {
                let name = format!("topic.{index}");
                let mut subscriber = b.subscriber_on::<Tick>(&name).unwrap();
                scope.spawn(move || {
                    let (mut due, mut longest_us) = (0, index);
                    loop {
                        // Now it only looks, now it waits for longer than another drives.
                        longest_us = (longest_us * 7 + 13) % 1_500;
                        match subscriber.recv_timeout(Duration::from_micros(longest_us)) {
                            Ok(Some(message)) => {
                                assert_eq!(message.number, due);
                                due += 1;
                            }
                            Err(TryRecvError::Empty) => {}
                            Ok(None) => break assert_eq!(due, COUNT),
                            Err(error) => panic!("{error}"),
                        }
                    }
                });
                let publisher = a.publisher_on::<Tick>(&name).unwrap();
                scope.spawn(move || {
                    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
                    for number in 0..COUNT {
                        publisher.publish(tick(number)).unwrap();
                        if number % (round + 3) == index {
                            thread::yield_now();
                        }
                    }
                });
            }
        });
        let first = if round % 2 == 0 { &b } else { &a };
        first.shutdown();
        drop((a, b));
        deployment.assert_clean();
    }
}

/// A bus that finds no descriptor left does not open, wherever it finds that, and says so; also within a runtime, where
/// the network's own must not be dropped like other things.
#[test]
fn without_a_descriptor_left_a_bus_does_not_open() {
    let deployment = Deployment::new(Kind::Unix);
    let player = Player::start("short of descriptors", &deployment.topology());
    assert!(player.end().success());
}

/// What a started process does; nothing in the test run itself.
#[test]
fn child() {
    let Some((_, topology)) = role() else { return };
    // The first one with sockets makes what tokio has once a process, and panics where that fails.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
    let refused = runtime.block_on(async {
        // All that are open have the lowest numbers.
        let open = std::fs::read_dir("/proc/self/fd").unwrap().count() as u64 - 1;
        (open..open + 100).take_while(|limit| open_within(*limit, &topology).is_err()).count()
    });
    // The topology, the runtime, its timer, the socket.
    assert!((3..100).contains(&refused), "{refused}");
}

fn open_within(descriptors: u64, topology: &str) -> Result<(), TopologyError> {
    let limit = Rlimit { current: Some(descriptors), maximum: getrlimit(Resource::Nofile).maximum };
    setrlimit(Resource::Nofile, limit).unwrap();
    MessageBus::from_topology(topology, "b").map(drop)
}
