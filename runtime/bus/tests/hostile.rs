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
use control::{Body, Channel, Closed, Control, Description, Goodbye, Hello, Objection, Subscribe};
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

#[test]
fn what_is_told_of_a_type_is_held_against_its_digest() {
    let wrong = [
        String::new(),
        "garbage\n".to_owned(),
        // Of another type than the digest names.
        mycelium::wire::canon::texts(Note::DEF),
        format!(
            "myc-digest/1 message test.Note 2 9:test.note\nfield number u8\n{}",
            "x".repeat(60_000)
        ),
    ];
    for text in wrong {
        let deployment = Deployment::new(Kind::Unix);
        let bus = deployment.bus("b");
        let mut subscriber = bus.subscriber::<Note>().unwrap();
        let mut peer = connect(&deployment);
        let digest = [7; 32];
        let told = frame(Body::Description(Description { digest, ancestors: Vec::new(), text }));
        let (type_id, topic) = (Note::TYPE_ID, Note::TOPIC.to_owned());
        let opened = frame(Body::Channel(Channel { channel: 1, type_id, digest, topic }));
        peer.write_all(&[hello("a", 1), told, opened, channel(2)].concat()).unwrap();
        let fault = subscriber.recv_timeout(PATIENCE).unwrap_err();
        assert!(fault.to_string().contains("build both from the same schema"), "{fault}");
        // Everything else goes on.
        let mut good = note(5).to_frame();
        good[6] = 2;
        peer.write_all(&good).unwrap();
        assert_eq!(*subscriber.recv_timeout(PATIENCE).unwrap().unwrap(), note(5));
    }
}

#[test]
fn a_text_without_end_is_refused() {
    let text = "x".repeat(65_537);
    let told = Description { digest: [7; 32], ancestors: Vec::new(), text };
    refused(&[hello("a", 1), frame(Body::Description(told))].concat(), "bad control frame");
}

#[test]
fn texts_without_end_cost_neither_memory_nor_time() {
    let deployment = Deployment::new(Kind::Unix);
    let bus = deployment.bus("b");
    let mut subscriber = bus.subscriber::<Note>().unwrap();
    let mut peer = connect(&deployment);
    let mut writer = peer.try_clone().unwrap();
    let text = costly_text();
    let started = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            writer.write_all(&hello("a", 1)).unwrap();
            for number in 1..=2_000_u16 {
                let mut digest = [7; 32];
                digest[..2].copy_from_slice(&number.to_le_bytes());
                let told = Description { digest, ancestors: Vec::new(), text: text.clone() };
                let (type_id, topic) = (Note::TYPE_ID, Note::TOPIC.to_owned());
                let opened = Channel { channel: number, type_id, digest, topic };
                let frames = [frame(Body::Description(told)), frame(Body::Channel(opened))];
                writer.write_all(&frames.concat()).unwrap();
            }
        });
        for _ in 0..2_000 {
            assert!(subscriber.recv_timeout(PATIENCE).is_err());
        }
    });
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
    peer.write_all(&frame(Body::Goodbye(Goodbye { reason: String::new() }))).unwrap();
}

/// Canonical text of many types of which each looks large to whoever measures it.
fn costly_text() -> String {
    let mut text = "myc-digest/1 struct t.T0\nfield a u8\n".to_owned();
    for number in 1..12 {
        let below = number - 1;
        text +=
            &format!("myc-digest/1 struct t.T{number}\nfield a t.T{below}\nfield b t.T{below}\n");
    }
    let mut number = 12;
    while text.len() < 60_000 {
        text += &format!("myc-digest/1 struct t.T{number}\nfield a t.T11\n");
        number += 1;
    }
    text
}

#[test]
fn an_objection_to_what_was_not_refused_is_passed_over() {
    let deployment = Deployment::new(Kind::Unix);
    let bus = deployment.bus("b");
    let mut peer = connect(&deployment);
    let reason = "it is ugly".to_owned();
    let objection = Objection { topic: "any".to_owned(), digest: [7; 32], reason };
    let goodbye = frame(Body::Goodbye(Goodbye { reason: String::new() }));
    peer.write_all(&[hello("a", 1), frame(Body::Objection(objection)), goodbye].concat()).unwrap();
    goodbye_of(&mut peer);
    assert_eq!(bus.stats().faults, Vec::<String>::new());
}
