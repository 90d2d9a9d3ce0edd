//! Two nodes that meet at a NATS server, and what that costs beside a TCP connection between them.
//!
//! ```text
//! nats-server --addr 127.0.0.1 --jetstream --store_dir /tmp/over-nats &
//! cargo run --release -p mycelium --features nats --example over_nats 127.0.0.1:4222
//! ```
//!
//! Each way is measured twice: with one message at a time, which goes there and comes back, and with as many as go,
//! in rounds that the receiver answers, so that none is lost. The third way is by durable topics, there and back, which the
//! server keeps for ten minutes.

use std::error::Error;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use mycelium::{Message, MessageBus, Publisher, Start, Subscriber};

/// A message there.
#[derive(Message, Debug, Clone)]
#[myc(package = "example", id = 1)]
struct Ping {
    number: u64,
    filler: Vec<u64>,
}

/// Its answer.
#[derive(Message, Debug, Clone)]
#[myc(package = "example", id = 2)]
struct Pong {
    number: u64,
}

/// For durable topics.
const KEPT: &str = "[[topics]]\nname = \"example.>\"\ndurable = true\nkeep_bytes = 100_000_000\n\
                    keep_seconds = 600\n";

const PATIENCE: Duration = Duration::from_secs(10);
const TRIPS: u64 = 5_000;
const ROUNDS: u64 = 200;
/// Messages of a round: as many as wait everywhere without being lost.
const ROUND: u64 = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let Some(server) = std::env::args().nth(1) else {
        println!("usage: over_nats HOST:PORT, where a nats-server listens");
        return Ok(());
    };
    let folder = std::env::temp_dir().join(format!("over-nats-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let nats = |bytes: usize| {
        let process = std::process::id();
        format!(
            "endpoint.kind = \"nats\"\nendpoint.addr = \"{server}\"\nendpoint.policy = \"drop_oldest\"\n\
             endpoint.subject = \"over-nats-{process}-{bytes}\"\n"
        )
    };
    println!("{:<6}{:>9}{:>12}{:>12}{:>16}", "way", "bytes", "half trip", "p99", "messages / s");
    for bytes in [64, 1024, 16 * 1024] {
        measure("tcp", &folder, &format!("port = {port}\n"), bytes)?;
        measure("nats", &folder, &nats(bytes), bytes)?;
        measure("kept", &folder, &nats(bytes), bytes)?;
    }
    Ok(std::fs::remove_dir_all(&folder)?)
}

fn measure(way: &str, folder: &Path, endpoint: &str, bytes: usize) -> Result<(), Box<dyn Error>> {
    let topology = folder.join("topology.toml");
    let node = |name: &str| format!("[[nodes]]\nname = \"{name}\"\nservices = [\"{name}\"]\n");
    // Over TCP one listens and the other dials; at a server both meet.
    let dialer = if way == "tcp" { "" } else { endpoint };
    let rules = if way == "kept" { KEPT } else { "" };
    let nodes = format!("{}{endpoint}{}{dialer}", node("there"), node("here"));
    std::fs::write(&topology, nodes + rules)?;
    let there = MessageBus::from_topology(&topology, "there")?;
    let here = MessageBus::from_topology(&topology, "here")?;
    // Nothing is kept yet, so the oldest is the first that is published now.
    let start = if way == "kept" { Start::Oldest } else { Start::Newest };
    let (pings, pongs) = (there.subscriber_from::<Ping>(start)?, there.publisher::<Pong>()?);
    let (sent, mut answers) = (here.publisher::<Ping>()?, here.subscriber_from::<Pong>(start)?);
    sent.wait_for_subscribers(1, PATIENCE)?;
    pongs.wait_for_subscribers(1, PATIENCE)?;
    let answering = std::thread::spawn(move || answer(pings, &pongs));
    let filler = vec![0; bytes / 8];
    let mut trips: Vec<Duration> = Vec::new();
    for _ in 0..TRIPS {
        let started = Instant::now();
        // The last of a round is answered, and this is one.
        sent.publish(Ping { number: ROUND - 1, filler: filler.clone() })?;
        answers.recv_timeout(PATIENCE)?;
        trips.push(started.elapsed() / 2);
    }
    let started = Instant::now();
    for _ in 0..ROUNDS {
        for number in 0..ROUND {
            sent.publish(Ping { number, filler: filler.clone() })?;
        }
        answers.recv_timeout(PATIENCE)?;
    }
    let rate = (ROUNDS * ROUND) as f64 / started.elapsed().as_secs_f64();
    trips.sort_unstable();
    let (half, late) = (trips[trips.len() / 2], trips[trips.len() * 99 / 100]);
    println!("{way:<6}{bytes:>9}{half:>12.1?}{late:>12.1?}{rate:>16.0}");
    drop(sent);
    if way == "kept" {
        // What is kept has no end.
        there.shutdown();
    }
    let lost = answering.join().map_err(|_| "the other side has failed")?;
    if lost > 0 {
        println!("{lost} messages were lost");
    }
    Ok(())
}

/// Answers the last message of each round until the end. Gives how many were lost.
fn answer(mut pings: Subscriber<Ping>, pongs: &Publisher<Pong>) -> u64 {
    let mut lost = 0;
    loop {
        match pings.recv_blocking() {
            Ok(Some(ping)) if ping.number == ROUND - 1 => {
                // Refused where the other side has gone: then nobody waits for it.
                let _ = pongs.publish(Pong { number: ping.number });
            }
            Ok(Some(_)) => {}
            Ok(None) => return lost,
            Err(mycelium::RecvError::Lost(count)) => lost += count,
            Err(fault) => println!("{fault}"),
        }
    }
}
