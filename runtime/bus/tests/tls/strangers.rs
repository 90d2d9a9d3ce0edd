//! Who is no bus, or says that it is another one.

use std::io::Write;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use mycelium::{Message, MessageBus};

use crate::common::authority::{Pair, Valid};
use crate::control::{Body, Control, Hello};
use crate::fleet::{Fleet, Talk, wait_for_fault};
use crate::raw::{self, OURS};

#[test]
fn a_node_that_its_certificate_does_not_name_is_cut_off() {
    let fleet = Fleet::new();
    let (b, mut talk) = talking(&fleet);
    let names: [&[&str]; 4] = [&["c"], &["A"], &["a.fleet", "*.a.fleet"], &[]];
    for names in names {
        let pair = fleet.authority.issue(names, Valid::Now);
        let reason = match names {
            [] => "but its certificate names nobody".to_owned(),
            names => format!("but its certificate names {}", names.join(", ")),
        };
        let mut client = raw::dial(fleet.socket(), &fleet.authority, Some(&pair), OURS).unwrap();
        let (heard, _) = raw::exchange(&mut client, &hello("a"));
        let goodbye = goodbye_in(&heard);
        assert!(goodbye.contains(&reason), "`{goodbye}` does not say `{reason}`");
        wait_for_fault(&b, &reason);
    }
    talk.goes_on();
}

#[test]
fn a_node_that_is_one_of_those_that_its_certificate_names_is_let_in() {
    let fleet = Fleet::new();
    let (b, mut talk) = talking(&fleet);
    let pair = fleet.authority.issue(&["x.fleet", "a", "c"], Valid::Now);
    pair.install(fleet.folder(), "a");
    Talk::start(&fleet.bus("a"), &b, "several names").goes_on();
    talk.goes_on();
}

#[test]
fn an_observer_needs_the_certificate_of_a_node_that_belongs_there() {
    let fleet = Fleet::new();
    let (_b, mut talk) = talking(&fleet);
    let pair = fleet.authority.issue(&["observer"], Valid::Now);
    let mut client = raw::dial(fleet.socket(), &fleet.authority, Some(&pair), OURS).unwrap();
    let (heard, _) = raw::exchange(&mut client, &hello("@observer"));
    let goodbye = goodbye_in(&heard);
    assert!(
        goodbye.contains("its certificate names observer; an observer here needs"),
        "{goodbye}"
    );
    talk.goes_on();
}

#[test]
fn a_peer_without_a_certificate_is_refused() {
    let told = stranger(None, OURS, "it shows no certificate");
    assert!(told.contains("CertificateRequired"), "{told}");
}

#[test]
fn another_protocol_inside_tls_is_refused() {
    let fleet = Fleet::new();
    let pair = fleet.authority.issue(&["a"], Valid::Now);
    let told = stranger(Some((&fleet, &pair)), b"h2", "it speaks TLS, but not Mycelium in it");
    assert!(told.contains("NoApplicationProtocol"), "{told}");
    stranger(Some((&fleet, &pair)), b"", "it speaks TLS, but not Mycelium in it");
}

/// Dials with a certificate of a fleet, or with none, and is refused by `b`. Gives what it is told.
fn stranger(with: Option<(&Fleet, &Pair)>, protocol: &[u8], reason: &str) -> String {
    let own = Fleet::new();
    let (fleet, pair) = with.map_or((&own, None), |(fleet, pair)| (fleet, Some(pair)));
    let (b, mut talk) = talking(fleet);
    let told = match raw::dial(fleet.socket(), &fleet.authority, pair, protocol) {
        Err(error) => error.to_string(),
        Ok(mut client) => match raw::exchange(&mut client, &hello("a")).1 {
            Err(error) => error.to_string(),
            Ok(_) => "closed in order".to_owned(),
        },
    };
    wait_for_fault(&b, reason);
    talk.goes_on();
    told
}

#[test]
fn what_is_not_tls_is_refused() {
    let fleet = Fleet::new();
    let (b, mut talk) = talking(&fleet);
    for garbage in [hello("a"), b"GET / HTTP/1.1\r\n\r\n".to_vec(), vec![0xA5; 100_000]] {
        let mut socket = fleet.socket();
        // Refused before it is all said, maybe.
        let _ = socket.write_all(&garbage);
        wait_for_fault(&b, "what it sends is not TLS");
        let heard = std::io::copy(&mut socket, &mut std::io::sink());
        assert!(heard.is_err() || heard.is_ok_and(|bytes| bytes < 100));
    }
    let mut half = raw_client_hello();
    half[20..].fill(0xFF);
    fleet.socket().write_all(&half).unwrap();
    wait_for_fault(&b, "TLS with the peer failed");
    talk.goes_on();
}

#[test]
fn a_listener_that_is_another_node_is_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let fleet = Fleet::at_port(listener.local_addr().unwrap().port());
    let pair = fleet.authority.issue(&["x", "b.elsewhere"], Valid::Now);
    let a = fleet.bus("a");
    let (socket, _) = listener.accept().unwrap();
    let told = raw::answer(socket, &fleet.authority, &pair).unwrap_err().to_string();
    assert!(told.contains("BadCertificate"), "{told}");
    wait_for_fault(&a, "node `b` was expected, but its certificate names x, b.elsewhere");
}

#[test]
fn a_dialler_that_is_refused_waits_longer_and_longer() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let fleet = Fleet::at_port(listener.local_addr().unwrap().port());
    let a = fleet.bus("a");
    let started = Instant::now();
    for _ in 0..8 {
        listener.accept().unwrap().0.write_all(b"this is no TLS").unwrap();
    }
    wait_for_fault(&a, "what it sends is not TLS");
    // Half of 5, 10, 20, … 320 ms at least.
    assert!(started.elapsed() > Duration::from_millis(300), "{:?}", started.elapsed());
}

/// `b`, and `c` that talks to it.
pub(crate) fn talking(fleet: &Fleet) -> (MessageBus, Talk) {
    let (b, c) = (fleet.bus("b"), fleet.bus("c"));
    let mut talk = Talk::start(&c, &b, "undisturbed");
    talk.goes_on();
    (b, talk)
}

/// What TLS begins with, whole.
pub(crate) fn raw_client_hello() -> Vec<u8> {
    let config = rustls::ClientConfig::builder_with_provider(
        rustls::crypto::ring::default_provider().into(),
    );
    let config = config.with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(rustls::RootCertStore::empty());
    let config = std::sync::Arc::new(config.with_no_client_auth());
    let mut session = rustls::ClientConnection::new(config, "b".try_into().unwrap()).unwrap();
    let mut hello = Vec::new();
    session.write_tls(&mut hello).unwrap();
    hello
}

fn hello(node: &str) -> Vec<u8> {
    let (node, service) = (node.to_owned(), node.to_owned());
    Control { body: Body::Hello(Hello { protocol: 1, process_id: 1, node, service }) }.to_frame()
}

fn goodbye_in(heard: &[u8]) -> String {
    let mut rest = heard;
    let mut reasons = Vec::new();
    while let Ok((frame, behind)) = mycelium::wire::Frame::split(rest) {
        let bytes = &rest[..frame.header.frame_len()];
        if let Ok(Control { body: Body::Goodbye(goodbye) }) = Control::from_frame(bytes) {
            reasons.push(goodbye.reason);
        }
        rest = behind;
    }
    reasons.join("\n")
}
