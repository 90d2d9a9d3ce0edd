//! Handshakes that never end hold nobody else.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use mycelium::Options;

use crate::common::PATIENCE;
use crate::fleet::{Fleet, Talk, wait_for_fault};
use crate::strangers::raw_client_hello;

#[test]
fn a_hundred_slow_handshakes_hold_nobody() {
    let fleet = Fleet::new();
    let mut options = Options::default();
    options.handshake_timeout = Duration::from_secs(2);
    let b = fleet.bus_with("b", options).unwrap();
    let c = fleet.bus("c");
    let mut talk = Talk::start(&c, &b, "undisturbed");
    let hello = raw_client_hello();
    let mut sockets: Vec<_> = (0..100).map(|_| fleet.socket()).collect();
    // Nothing, a byte, half of a hello; and a hello whose answer is never read.
    for (index, socket) in sockets.iter_mut().enumerate() {
        let said = [0, 1, hello.len() / 2, hello.len()][index % 4];
        socket.write_all(&hello[..said]).unwrap();
    }
    talk.goes_on();
    // While they hang, others are let in.
    Talk::start(&fleet.bus("a"), &b, "let in").goes_on();
    for socket in &mut sockets {
        // Closed, or reset where something was left unread.
        let _ = socket.read_to_end(&mut Vec::new());
    }
    wait_for_fault(&b, "no connection within 2s");
    talk.goes_on();
}

#[test]
fn a_bus_leaves_while_handshakes_hang() {
    let fleet = Fleet::new();
    let mut options = Options::default();
    options.handshake_timeout = PATIENCE * 10;
    options.shutdown_timeout = PATIENCE * 10;
    let b = fleet.bus_with("b", options).unwrap();
    let mut sockets: Vec<_> = (0..10).map(|_| fleet.socket()).collect();
    sockets.iter_mut().for_each(|socket| socket.write_all(b"\x16\x03\x01").unwrap());
    let started = Instant::now();
    b.shutdown();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    for socket in &mut sockets {
        let ended = socket.read_to_end(&mut Vec::new());
        // Closed, or reset where something was left unread; not silent.
        assert!(!ended.is_err_and(|error| error.kind() == ErrorKind::WouldBlock));
    }
}

#[test]
fn a_listener_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let fleet = Fleet::at_port(listener.local_addr().unwrap().port());
    let mut options = Options::default();
    options.handshake_timeout = Duration::from_millis(200);
    let a = fleet.bus_with("a", options).unwrap();
    let silent = listener.accept().unwrap();
    wait_for_fault(&a, "no connection within 200ms");
    // It tries again.
    let again = listener.accept().unwrap();
    drop((silent, again));
}
