//! Any bytes that a peer says over a connection: the bus answers, counts, or cuts it off.
//!
//! The first byte of an input says how: its lowest bit whether a good hello comes before the rest, the
//! others in what pieces all of it arrives.

use std::time::Duration;

use mycelium::{
    FrameSubscriber, Message, MessageBus, Options, Publisher, Qos, Subscriber, WhenFull, fuzzing,
};

#[path = "../../runtime/bus/src/mycelium.control.rs"]
mod control;

use control::{
    Body, Channel, Closed, Control, Description, Goodbye, Heartbeat, Hello, Objection, PROTOCOL,
    Refusal, Resume, Stream, Subscribe,
};

/// Longest frame that the bus takes.
const MAX_FRAME_BYTES: usize = 1 << 20;

/// What the buffer of a connection holds beyond what has come.
const READING_BYTES: usize = 256 << 10;

/// Messages that are published in one run on each topic, at most.
const PUBLISHED: u64 = 64;

#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "fuzz", id = 1)]
struct Order {
    #[myc(key)]
    number: u64,
    text: String,
    note: Option<String>,
}

#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "fuzz", id = 2)]
struct Tick {
    number: u64,
}

/// Panics, or worse, where something does not hold.
pub fn check(bytes: &[u8]) {
    let [how, bytes @ ..] = bytes else { return };
    let (frames, held) = fuzzing::split_frames(bytes, MAX_FRAME_BYTES);
    assert!(frames <= bytes.len() / 16, "{frames} frames in {} bytes", bytes.len());
    assert!(held <= bytes.len() + READING_BYTES, "{held} bytes held for {}", bytes.len());
    let mut said = if how & 1 == 1 { hello() } else { Vec::new() };
    said.extend_from_slice(bytes);
    let mut node = Node::new();
    fuzzing::converse_with(&node.bus.clone(), &said, 1 << (how >> 4), || node.work());
    node.work();
    let stats = node.bus.stats();
    assert!(stats.faults.len() < 8, "{:?}", stats.faults);
    assert!(stats.routes.len() < 64, "{} routes", stats.routes.len());
}

/// A bus with publishers and subscribers of both ways.
struct Node {
    bus: MessageBus,
    orders: (Publisher<Order>, Subscriber<Order>),
    ticks: (Publisher<Tick>, Subscriber<Tick>),
    frames: FrameSubscriber,
    published: u64,
}

impl Node {
    fn new() -> Self {
        let mut options = Options::default();
        options.qos = Qos::default().capacity(16);
        options.outgoing_bytes = 64 << 10;
        options.max_frame_bytes = MAX_FRAME_BYTES;
        options.handshake_timeout = Duration::from_millis(200);
        options.peer_timeout = Duration::from_millis(200);
        let lossy = Qos::default().capacity(4).when_full(WhenFull::Conflate);
        let bus = MessageBus::with_options(options.topic("fuzz.order", lossy));
        let orders = (bus.publisher().expect("open"), bus.subscriber().expect("open"));
        let ticks = (bus.publisher().expect("open"), bus.subscriber().expect("open"));
        let frames = bus.frames(&["fuzz.*", "far.>"]).expect("open");
        Self { bus, orders, ticks, frames, published: 0 }
    }

    /// Receives all that is there, so that nothing waits for this thread, and publishes some more.
    fn work(&mut self) {
        self.receive();
        if self.published < PUBLISHED {
            let number = self.published;
            self.published += 1;
            let (text, note) = ("x".repeat(number as usize), (number % 2 == 0).then(String::new));
            self.orders.0.publish(Order { number: number % 3, text, note }).expect("lossy");
            self.ticks.0.publish(Tick { number }).expect("there is room");
            self.receive();
        }
    }

    fn receive(&mut self) {
        while !matches!(self.orders.1.try_recv(), Err(mycelium::TryRecvError::Empty) | Ok(None)) {}
        while !matches!(self.ticks.1.try_recv(), Err(mycelium::TryRecvError::Empty) | Ok(None)) {}
        while !matches!(self.frames.try_recv(), Err(mycelium::TryRecvError::Empty) | Ok(None)) {}
    }
}

fn frame(body: Body) -> Vec<u8> {
    Control { body }.to_frame()
}

fn hello() -> Vec<u8> {
    let (node, service) = ("peer".to_owned(), "fuzz".to_owned());
    frame(Body::Hello(Hello { protocol: PROTOCOL, process_id: 1, node, service }))
}

fn subscribe(topic: &str, type_id: u16, digest: [u8; 32]) -> Vec<u8> {
    frame(Body::Subscribe(Subscribe { topic: topic.to_owned(), type_id, digest }))
}

fn channel(channel: u16, topic: &str, type_id: u16, digest: [u8; 32]) -> Vec<u8> {
    frame(Body::Channel(Channel { channel, type_id, digest, topic: topic.to_owned() }))
}

fn message(channel: u8, sequence: u8, message: &impl Message) -> Vec<u8> {
    let mut frame = message.to_frame();
    (frame[6], frame[12]) = (channel, sequence);
    frame
}

/// Whole conversations, and pieces of them.
pub fn seeds() -> Vec<Vec<u8>> {
    let other = [7; 32];
    let order = Order { number: 1, text: "text".to_owned(), note: None };
    let tick = Tick { number: 1 };
    let text = mycelium_wire::canon::texts(Tick::DEF);
    let ancestors = vec![Order::DIGEST.0];
    let told = |digest, text| Description { digest, ancestors: ancestors.clone(), text };
    let reason = String::new();
    let frames = [
        hello(),
        subscribe("fuzz.order", 1, Order::DIGEST.0),
        subscribe("fuzz.*", 0, [0; 32]),
        subscribe("fuzz.tick", 2, other),
        frame(Body::Description(told(other, text.clone()))),
        frame(Body::Description(told(Tick::DIGEST.0, text))),
        frame(Body::Refusal(Refusal {
            topic: "fuzz.tick".to_owned(),
            digest: other,
            reason: reason.clone(),
        })),
        frame(Body::Objection(Objection {
            topic: "fuzz.tick".to_owned(),
            digest: other,
            reason: reason.clone(),
        })),
        frame(Body::Stream(Stream { channel: 1, stream: 5, start: 3 })),
        frame(Body::Resume(Resume { stream: 5, received: 3 })),
        channel(1, "fuzz.order", 1, Order::DIGEST.0),
        channel(2, "fuzz.tick", 2, other),
        channel(3, "far.away", 9, other),
        message(1, 0, &order),
        message(1, 3, &order),
        message(2, 0, &tick),
        message(3, 1, &tick),
        frame(Body::Heartbeat(Heartbeat { sent_time: mycelium::Timestamp(1) })),
        frame(Body::Closed(Closed { channel: 1, published: 9 })),
        frame(Body::Goodbye(Goodbye { reason })),
    ];
    let whole = frames.concat();
    let mut seeds = vec![[vec![0x00], whole.clone()].concat(), [vec![0xB0], whole].concat()];
    // Behind a hello, each pair of frames.
    for pair in frames[1..].windows(2) {
        seeds.push([vec![0x61], pair.concat()].concat());
    }
    let opened = [channel(1, "fuzz.order", 1, Order::DIGEST.0), message(1, 0, &order)];
    for frame in &frames[1..] {
        seeds.push([vec![0xF1], opened.concat(), frame.clone()].concat());
    }
    seeds
}
