//! Whoever may publish at the server may publish anything: nodes are not harmed by it.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use crate::common::{PATIENCE, Tick, tick};
use crate::server::Server;
use crate::server_or_skip;

/// A client that says what it likes.
pub(crate) struct Stranger {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Stranger {
    pub(crate) fn at(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address()).unwrap();
        let mut stranger = Self { lines: BufReader::new(stream.try_clone().unwrap()), stream };
        let hello = "CONNECT {\"verbose\":false,\"headers\":true,\"protocol\":1}\r\n";
        stranger.stream.write_all(hello.as_bytes()).unwrap();
        stranger
    }

    pub(crate) fn say(&mut self, subject: &str, headers: &[(&str, &str)], payload: &[u8]) {
        let mut head = "NATS/1.0\r\n".to_owned();
        headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        head.push_str("\r\n");
        let (head_len, len) = (head.len(), head.len() + payload.len());
        write!(self.stream, "HPUB {subject} {head_len} {len}\r\n{head}").unwrap();
        self.stream.write_all(payload).unwrap();
        self.stream.write_all(b"\r\n").unwrap();
    }

    /// Waits until the server has taken all of it.
    pub(crate) fn wait(&mut self) {
        self.stream.write_all(b"PING\r\n").unwrap();
        let mut line = String::new();
        while line != "PONG\r\n" {
            line.clear();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the server hung up");
            assert!(!line.starts_with("-ERR"), "{line}");
        }
    }
}

const SESSION: (&str, &str) = ("Mycelium-Session", "0123456789abcdef");
const STREAM: (&str, &str) = ("Mycelium-Stream", "0123456789abcdef");

#[test]
fn messages_of_strangers_are_passed_over() {
    let server = server_or_skip!();
    let deployment = server.deployment(&["a", "b"], "");
    let (_a, b, publisher, mut subscriber) = deployment.one_way::<Tick>();
    let mut stranger = Stranger::at(&server);
    let digest = <Tick as mycelium::Message>::DIGEST.to_string();
    let digest = ("Mycelium-Digest", digest.as_str());
    let frame = mycelium::Message::to_frame(&tick(99));
    let topic = format!("mycelium.{}", publisher.topic());
    let subjects =
        [&*topic, "mycelium.$all", "mycelium.$node.a", "mycelium.$node.b", "mycelium.$x"];
    let node = |name| ("Mycelium-Node", name);
    let long = "x".repeat(2000);
    let headers: &[&[(&str, &str)]] = &[
        &[],
        &[node("a")],
        &[node(""), SESSION],
        &[node(&long), SESSION],
        &[node("a"), ("Mycelium-Session", "12")],
        &[node("a"), ("Mycelium-Session", "+123456789abcdef")],
        &[node("a"), SESSION],
        &[node("a"), SESSION, STREAM],
        &[node("a"), SESSION, STREAM, ("Mycelium-Digest", "myc1:00")],
        &[node("a"), SESSION, STREAM, digest],
        &[node("b"), SESSION, STREAM, digest],
        &[node("nobody"), SESSION, STREAM, digest],
    ];
    let payloads: &[&[u8]] = &[b"", b"x", &[0; 16], &[0xff; 64], &frame, &frame[..20], &[0; 4096]];
    for number in 0..10 {
        for subject in subjects {
            for headers in headers {
                payloads.iter().for_each(|payload| stranger.say(subject, headers, payload));
            }
        }
        stranger.wait();
        publisher.publish(tick(number)).unwrap();
        assert_eq!(subscriber.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    let faults = b.stats().faults;
    assert!(faults.iter().any(|fault| fault.contains("strangers")), "{faults:?}");
    drop(publisher);
    assert!(subscriber.recv_timeout(PATIENCE).unwrap().is_none());
}

#[test]
fn a_node_that_nobody_expects_is_named() {
    let server = server_or_skip!();
    let (one, other) =
        (server.deployment(&["a", "b"], ""), server.deployment(&["a", "stranger"], ""));
    let bus = one.bus("b");
    let _stranger = other.bus("stranger");
    let started = std::time::Instant::now();
    let is_named =
        || bus.stats().faults.iter().any(|fault| fault.contains("node `stranger` is not expected"));
    while !is_named() {
        assert!(started.elapsed() < PATIENCE, "{:?}", bus.stats().faults);
        std::thread::yield_now();
    }
}
