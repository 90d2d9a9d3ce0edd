//! Nodes on hosts of their own: network namespaces with a cable between them, which is pulled.
//!
//! A link that is cut so says nothing: packets vanish, and both ends keep an open connection. Where the machine lets
//! nobody make namespaces, the tests say that they are skipped.

mod common;

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use common::child::{Player, role, say};
use common::deployment::Deployment;
use common::{Note, PATIENCE, Tick, note};
use mycelium::{MessageBus, Options, Publisher, RecvError, TryRecvError};

/// Where `a` and `b` are.
const ADDRESSES: [&str; 2] = ["10.213.7.1", "10.213.7.2"];
/// Nobody else listens on a host of its own.
const PORT: u16 = 7000;
const COUNT: u64 = 5_000;
/// Set where the tests must not be skipped for want of hosts.
const EXPECTED: &str = "MYCELIUM_EXPECTED_HOSTS";
/// How many come over before the cable is pulled, and after.
const ENOUGH: u64 = 2_000;

#[test]
fn everything_arrives_on_another_host() {
    everything_arrives(&topology("endpoint.insecure = true\n"));
}

#[cfg(feature = "tls")]
#[test]
fn everything_arrives_on_another_host_with_certificates() {
    everything_arrives(&topology_with_certificates());
}

#[test]
fn what_a_pulled_cable_loses_is_counted() {
    pull_and_plug(&topology("endpoint.insecure = true\n"));
}

#[cfg(feature = "tls")]
#[test]
fn what_a_pulled_cable_loses_is_counted_with_certificates() {
    pull_and_plug(&topology_with_certificates());
}

fn everything_arrives(deployment: &Deployment) {
    let Some(hosts) = Hosts::new() else { return };
    for (from, to) in [(0, 1), (1, 0)] {
        let mut receives = hosts.start("receive", to, deployment);
        receives.wait_for("ready");
        let publishes = hosts.start("publish", from, deployment);
        receives.wait_for("all received");
        assert!(publishes.end().success());
        assert!(receives.end().success());
    }
}

fn pull_and_plug(deployment: &Deployment) {
    let Some(hosts) = Hosts::new() else { return };
    let mut receives = hosts.start("count", 1, deployment);
    receives.wait_for("ready");
    let mut publishes = hosts.start("publish-on", 0, deployment);
    receives.wait_for("enough");
    hosts.pull();
    receives.wait_for("vanished");
    publishes.wait_for("alone");
    hosts.plug();
    publishes.wait_for("again");
    let published: u64 = publishes.hear().parse().unwrap();
    let (received, lost): (u64, u64) = (number(&mut receives), number(&mut receives));
    assert!(lost > 0, "what was published while the cable was out is lost");
    assert_eq!(received + lost, published, "{received} received, {lost} lost");
}

fn number(player: &mut Player) -> u64 {
    let line = player.hear();
    line.parse().unwrap_or_else(|_| panic!("`{line}` is no number"))
}

/// What a started process does; nothing in the test run itself.
#[test]
fn child() {
    let Some((role, topology)) = role() else { return };
    let (role, service) = role.split_once(' ').unwrap();
    let mut options = Options::default();
    options.peer_timeout = Duration::from_secs(3);
    let bus = MessageBus::from_topology_with(topology, service, options).unwrap();
    match role {
        "publish" => {
            let publisher = bus.publisher::<Note>().unwrap();
            publisher.wait_for_subscribers(1, PATIENCE).unwrap();
            (0..COUNT).for_each(|number| publisher.publish(note(number)).unwrap());
        }
        "receive" => {
            let mut subscriber = bus.subscriber::<Note>().unwrap();
            say("ready");
            for number in 0..COUNT {
                assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(number));
            }
            say("all received");
        }
        "publish-on" => publish_on(&bus.publisher().unwrap()),
        "count" => count(&bus),
        other => panic!("no role `{other}`"),
    }
}

/// Publishes until the other host was away and is there again, and some more; the last message says that it is.
fn publish_on(publisher: &Publisher<Tick>) {
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let mut number = 0;
    let mut publish = |source| {
        publisher.publish(Tick { number, source }).unwrap();
        number += 1;
        // Not at full speed: what is lost is to be few enough to be counted.
        std::thread::yield_now();
    };
    while publisher.subscribers() > 0 {
        publish(0);
    }
    (0..100).for_each(|_| publish(0));
    say("alone");
    publisher.wait_for_subscribers(1, 3 * PATIENCE).unwrap();
    say("again");
    (0..ENOUGH).for_each(|_| publish(0));
    publish(1);
    say(&number.to_string());
}

/// Receives until the last message, and says how many came and how many were lost.
fn count(bus: &MessageBus) {
    let mut subscriber = bus.subscriber::<Tick>().unwrap();
    say("ready");
    let (mut received, mut lost, mut next) = (0, 0, 0);
    loop {
        match subscriber.recv_timeout(3 * PATIENCE) {
            Ok(Some(tick)) => {
                assert!(tick.number >= next, "{} after {next}", tick.number);
                next = tick.number + 1;
                received += 1;
                if received == ENOUGH {
                    say("enough");
                }
                if tick.source == 1 {
                    break;
                }
            }
            // Nobody publishes for a moment.
            Ok(None) => {}
            Err(TryRecvError::Failed(RecvError::Lost(count))) => lost += count,
            Err(TryRecvError::Failed(RecvError::PeerVanished { .. })) => say("vanished"),
            Err(other) => panic!("{other}"),
        }
    }
    say(&received.to_string());
    say(&lost.to_string());
}

fn topology(security: &str) -> Deployment {
    Deployment::of(tempfile::tempdir().unwrap(), &nodes(security))
}

#[cfg(feature = "tls")]
fn topology_with_certificates() -> Deployment {
    let folder = tempfile::tempdir().unwrap();
    let text = common::deployment::with_certificates(folder.path(), &nodes(""));
    Deployment::of(folder, &text)
}

fn nodes(security: &str) -> String {
    let [a, b] = ADDRESSES;
    format!(
        "[[nodes]]\nname = \"a\"\nservices = [\"a\"]\nhost = \"{a}\"\nendpoint.kind = \"none\"\n\n\
         [[nodes]]\nname = \"b\"\nservices = [\"b\"]\nhost = \"{b}\"\nport = {PORT}\n{security}"
    )
}

/// Two hosts with a cable between them. They are gone when this is dropped.
struct Hosts([String; 2]);

impl Hosts {
    /// Nothing where the machine lets us make none.
    fn new() -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let hosts =
            Self(["a", "b"].map(|end| format!("myc-{}-{number}-{end}", std::process::id())));
        if let Err(reason) = hosts.build() {
            assert!(std::env::var_os(EXPECTED).is_none(), "{EXPECTED} is set, and {reason}");
            eprintln!("skipped: no network namespaces are to be had here: {reason}");
            return None;
        }
        Some(hosts)
    }

    fn build(&self) -> Result<(), String> {
        let [a, b] = &self.0;
        for host in &self.0 {
            ip(&["netns", "add", host])?;
        }
        ip(&[
            "link", "add", "cable", "netns", a, "type", "veth", "peer", "name", "cable", "netns", b,
        ])?;
        for (host, address) in self.0.iter().zip(ADDRESSES) {
            ip(&["-n", host, "address", "add", &format!("{address}/24"), "dev", "cable"])?;
            ip(&["-n", host, "link", "set", "cable", "up"])?;
        }
        Ok(())
    }

    /// Starts the service of a host, which is called as its node is.
    fn start(&self, role: &str, host: usize, deployment: &Deployment) -> Player {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.0[host]]);
        let service = ["a", "b"][host];
        Player::start_by(command, &format!("{role} {service}"), &deployment.topology())
    }

    fn pull(&self) {
        ip(&["-n", &self.0[0], "link", "set", "cable", "down"]).unwrap();
    }

    fn plug(&self) {
        ip(&["-n", &self.0[0], "link", "set", "cable", "up"]).unwrap();
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        for host in &self.0 {
            let _ = ip(&["netns", "delete", host]);
        }
    }
}

fn ip(arguments: &[&str]) -> Result<(), String> {
    let output =
        Command::new("ip").args(arguments).output().map_err(|error| format!("ip: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
    }
}
