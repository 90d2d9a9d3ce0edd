//! A listener under bad input: it cuts the peer off with a reason, and nobody else notices.

mod common;

#[path = "../src/mycelium.control.rs"]
mod control;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

use common::deployment::{Deployment, Kind};
use common::{Note, PATIENCE, note};
use control::{Body, Channel, Closed, Control, Goodbye, Hello, Subscribe};
use mycelium::{FrameHeader, Message, MessageBus, Options};

#[test]
fn a_flood_of_garbage_is_cut_off() {
    refused(&[0xA5; 4096], "length must be a multiple of 8");
}

#[test]
fn tls_where_none_is_spoken_is_told() {
    refused(
        &[&[0x16, 3, 1, 2, 0, 1][..], &[7; 600]].concat(),
        "it speaks TLS, and nobody does here",
    );
}

#[test]
fn a_frame_too_long_is_refused_before_it_is_read() {
    let header = FrameHeader { length: 1 << 30, type_id: 0, ..FrameHeader::default() };
    refused(&header.to_bytes(), "where at most");
}

#[test]
fn a_message_before_the_hello_is_refused() {
    refused(&note(1).to_frame(), "not a hello");
}

#[test]
fn a_control_frame_that_is_none_is_refused() {
    let mut frame = hello("a", 1);
    // The place of the body in the tail.
    frame[FrameHeader::SIZE + 4] = 0xFF;
    refused(&frame, "bad control frame");
}

#[test]
fn another_protocol_is_refused() {
    refused(&hello("a", 2), "protocol 2");
}

#[test]
fn an_unknown_node_is_refused() {
    refused(&hello("stranger", 1), "`stranger` is not expected here, but one of: a");
}

#[test]
fn a_second_hello_is_refused() {
    refused(&[hello("a", 1), hello("a", 1)].concat(), "second hello");
}

#[test]
fn a_frame_on_a_closed_channel_is_refused() {
    refused(&[hello("a", 1), note(1).to_frame()].concat(), "not open");
    let closed = frame(Body::Closed(Closed { channel: 3, published: 0 }));
    refused(&[hello("a", 1), closed].concat(), "not open");
}

#[test]
fn a_frame_of_another_type_than_its_channel_is_refused() {
    let mut wrong = note(1).to_frame();
    wrong[4] = 77;
    refused(&[hello("a", 1), channel(0), wrong].concat(), "type 77 on a channel of type 2");
}

#[test]
fn a_frame_that_goes_back_is_refused() {
    let mut again = note(1).to_frame();
    again[12] = 0;
    let frames = [hello("a", 1), channel(0), note(1).to_frame(), again].concat();
    refused(&frames, "frame 0 where frame 1 was due");
}

#[test]
fn a_channel_opened_twice_is_refused() {
    refused(&[hello("a", 1), channel(1), channel(1)].concat(), "opened twice");
}

#[test]
fn too_many_subscriptions_are_refused() {
    let mut frames = hello("a", 1);
    for number in 0..5_000_u32 {
        let (topic, digest) = (format!("topic.{number}"), [0; 32]);
        frames.extend(frame(Body::Subscribe(Subscribe { topic, type_id: 1, digest })));
    }
    refused(&frames, "subscriptions");
}

#[test]
fn a_topic_without_end_is_refused() {
    let topic = "*".repeat(100_000);
    let wish = frame(Body::Subscribe(Subscribe { topic, type_id: 0, digest: [0; 32] }));
    refused(&[hello("a", 1), wish].concat(), "a topic of 100000 bytes");
}

#[test]
fn a_peer_that_says_nothing_is_cut_off() {
    let mut options = Options::default();
    options.handshake_timeout = Duration::from_millis(100);
    let started = Instant::now();
    refused_with(options, &[], "no hello within");
    assert!(started.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_peer_that_falls_silent_has_vanished() {
    let deployment = Deployment::new(Kind::Unix);
    let mut options = Options::default();
    options.peer_timeout = Duration::from_millis(200);
    let bus = deployment.bus_with("b", options);
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let mut peer = connect(&deployment);
    peer.write_all(&[hello("a", 1), channel(1)].concat()).unwrap();
    let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
    assert!(fault.to_string().contains("node `a` vanished"), "{fault}");
}

#[test]
fn half_a_frame_and_the_end_is_a_vanished_peer() {
    let deployment = Deployment::new(Kind::Unix);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let mut peer = connect(&deployment);
    let mut whole = note(40).to_frame();
    whole[6] = 1;
    peer.write_all(&[hello("a", 1), channel(1), whole.clone()].concat()).unwrap();
    peer.write_all(&whole[..whole.len() / 2]).unwrap();
    drop(peer);
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(40));
    let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
    assert!(fault.to_string().contains("node `a` vanished"), "{fault}");
}

#[test]
fn a_gap_is_counted_and_told() {
    let deployment = Deployment::new(Kind::Unix);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let mut peer = connect(&deployment);
    let numbered = |number: u8| {
        let mut frame = note(number.into()).to_frame();
        (frame[6], frame[12]) = (1, number);
        frame
    };
    let closed = frame(Body::Closed(Closed { channel: 1, published: 6 }));
    let goodbye = frame(Body::Goodbye(Goodbye { reason: String::new() }));
    let frames = [hello("a", 1), channel(1), numbered(0), numbered(4), closed, goodbye];
    peer.write_all(&frames.concat()).unwrap();
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(0));
    let lost = subscriber.recv_timeout(PATIENCE).unwrap_err();
    assert!(lost.to_string().contains("3 messages were lost"), "{lost}");
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(4));
    let lost = subscriber.recv_timeout(PATIENCE).unwrap_err();
    assert!(lost.to_string().contains("1 messages were lost"), "{lost}");
    assert_eq!(subscriber.recv_timeout(PATIENCE), Ok(None));
    assert_eq!((subscriber.stats().received, subscriber.stats().lost), (2, 4));
}

#[test]
fn a_frame_that_is_no_message_is_told_and_passed_over() {
    let deployment = Deployment::new(Kind::Unix);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let mut peer = connect(&deployment);
    let (mut bad, mut good) = (note(1).to_frame(), note(2).to_frame());
    (bad[6], good[6], good[12]) = (1, 1, 1);
    // The text's length.
    bad[FrameHeader::SIZE + 12] = 0xFF;
    peer.write_all(&[hello("a", 1), channel(1), bad, good].concat()).unwrap();
    let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
    assert!(fault.to_string().contains("test.note"), "{fault}");
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(2));
}

#[test]
fn a_listener_is_not_displaced_but_a_dead_one_is() {
    let deployment = Deployment::new(Kind::Unix);
    std::fs::create_dir(deployment.run_folder()).unwrap();
    let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
    std::fs::set_permissions(deployment.run_folder(), private).unwrap();
    let socket = deployment.run_folder().join("b.sock");
    let other = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let refused = MessageBus::from_topology(deployment.topology(), "b").unwrap_err();
    assert!(refused.to_string().contains("is in use"), "{refused}");
    drop(other);
    drop(deployment.bus("b"));
    deployment.assert_clean();
}

#[test]
fn a_folder_that_others_may_enter_is_refused() {
    for kind in [Kind::Unix, Kind::Shm] {
        let deployment = Deployment::new(kind);
        std::fs::create_dir(deployment.run_folder()).unwrap();
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(deployment.run_folder(), open).unwrap();
        let refused = MessageBus::from_topology(deployment.topology(), "b").unwrap_err();
        assert!(refused.to_string().contains("mode 0755"), "{refused}");
        assert!(refused.to_string().contains("node `b`"), "{refused}");
    }
}

/// Sends bytes to a listener, which must answer with a goodbye for that reason, close, and serve
/// others all the while.
fn refused(bytes: &[u8], reason: &str) {
    let mut options = Options::default();
    options.max_frame_bytes = 1 << 20;
    refused_with(options, bytes, reason);
}

fn refused_with(options: Options, bytes: &[u8], reason: &str) {
    let deployment = Deployment::new(Kind::Unix);
    let b = deployment.bus_with("b", options);
    let a = deployment.bus("a");
    let mut subscriber = a.subscriber::<Note>().unwrap();
    let publisher = b.publisher::<Note>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let mut peer = connect(&deployment);
    let mut writer = peer.try_clone().unwrap();
    thread::scope(|scope| {
        // The listener may close before it has read everything.
        scope.spawn(|| drop(writer.write_all(bytes)));
        let goodbye = goodbye_of(&mut peer);
        assert!(goodbye.contains(reason), "`{goodbye}` does not say `{reason}`");
    });
    publisher.publish(note(7)).unwrap();
    assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(7));
    let faults = b.stats().faults.join("\n");
    assert!(faults.contains(reason), "`{faults}` does not say `{reason}`");
}

/// Reads to the end, which comes after a goodbye.
fn goodbye_of(peer: &mut UnixStream) -> String {
    peer.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut received = Vec::new();
    // Reset instead of closed where the listener had not read everything.
    let _ = peer.read_to_end(&mut received);
    let mut reasons = Vec::new();
    let mut rest = &received[..];
    while let Ok((frame, behind)) = mycelium::wire::Frame::split(rest) {
        let bytes = &rest[..frame.header.frame_len()];
        if let Ok(Control { body: Body::Goodbye(goodbye) }) = Control::from_frame(bytes) {
            reasons.push(goodbye.reason);
        }
        rest = behind;
    }
    reasons.join("\n")
}

fn connect(deployment: &Deployment) -> UnixStream {
    UnixStream::connect(deployment.run_folder().join("b.sock")).unwrap()
}

fn frame(body: Body) -> Vec<u8> {
    Control { body }.to_frame()
}

fn hello(node: &str, protocol: u16) -> Vec<u8> {
    let (node, service) = (node.to_owned(), node.to_owned());
    frame(Body::Hello(Hello { protocol, process_id: 1, node, service }))
}

/// Opens a channel for notes.
fn channel(number: u16) -> Vec<u8> {
    let (type_id, digest) = (Note::TYPE_ID, Note::DIGEST.0);
    frame(Body::Channel(Channel {
        channel: number,
        type_id,
        digest,
        topic: Note::TOPIC.to_owned(),
    }))
}
