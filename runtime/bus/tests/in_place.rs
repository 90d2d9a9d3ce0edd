//! Messages that are written where they go, and looked at where they lie.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use common::deployment::{Deployment, Kind, for_each_kind};
use common::{Note, NoteView, PATIENCE, Tick, note, tick};
use mycelium::{Enum, Message, MessageBus, PublishError, RecvError, TryRecvError};

for_each_kind!(
    what_is_lent_arrives,
    lent_and_other_messages_come_in_order,
    views_are_shown_of_every_message,
    what_is_given_up_leaves_no_gap,
);

/// A plain message, larger than most.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 31)]
#[repr(C)]
struct Image {
    number: u64,
    #[myc(range(0..=100))]
    gain: u64,
    pixels: [u32; 1024],
}

/// One whose block begins at a multiple of 16.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 32)]
#[repr(C)]
struct Huge {
    number: u128,
}

/// One that is no message where all is zero.
#[derive(Message, Debug, Clone, PartialEq)]
#[myc(package = "test", id = 33)]
#[repr(C)]
struct Move {
    side: Side,
    rest: [u8; 7],
}

#[derive(Enum, Debug, Clone, Copy, PartialEq)]
#[myc(package = "test", closed, repr = u8)]
#[repr(u8)]
enum Side {
    Left = 1,
    Right = 2,
}

fn fill(image: &mut Image, number: u64) {
    image.number = number;
    image.gain = number % 100;
    image.pixels.fill(number as u32);
}

fn what_is_lent_arrives(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let publisher = a.publisher::<Image>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    // More than a ring of the tests holds.
    const COUNT: u64 = 100;
    let sending = thread::spawn(move || {
        for number in 0..COUNT {
            match number % 2 {
                0 => publisher.loan(|image| {
                    assert_eq!((image.number, image.pixels), (0, [0; 1024]));
                    fill(image, number);
                }),
                _ => publisher.loan_uninit(|image| fill(image, number)),
            }
            .unwrap();
        }
        assert_eq!(publisher.published(), COUNT);
    });
    for number in 0..COUNT {
        let image = images.recv_timeout(PATIENCE).unwrap().unwrap();
        assert_eq!((image.number, image.gain), (number, number % 100));
        assert_eq!(image.pixels, [number as u32; 1024]);
    }
    assert_eq!(images.recv_timeout(PATIENCE).unwrap(), None);
    sending.join().unwrap();
}

fn lent_and_other_messages_come_in_order(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut numbers = b.views::<Huge, _>(|huge| huge.number()).unwrap();
    let publisher = a.publisher::<Huge>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    let sending = thread::spawn(move || {
        for number in 0..999 {
            match number % 3 {
                0 => publisher.loan(|huge| huge.number = number).unwrap(),
                1 => publisher.publish(Huge { number }).unwrap(),
                _ => publisher.publish_bytes(&Huge { number }.to_frame()).unwrap(),
            }
        }
    });
    for number in 0..999 {
        assert_eq!(numbers.recv_timeout(PATIENCE), Ok(Some(number)));
    }
    assert_eq!(numbers.recv_timeout(PATIENCE), Ok(None));
    assert_eq!(numbers.stats().received, 999);
    sending.join().unwrap();
}

fn views_are_shown_of_every_message(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut shown = 0;
    let look = move |view: NoteView<'_>| {
        shown += 1;
        (shown, view.text().to_owned(), view.values().len())
    };
    let mut here = a.views::<Note, _>(|view| view.number()).unwrap();
    let mut notes = b.views::<Note, _>(look).unwrap();
    let publisher = a.publisher::<Note>().unwrap();
    publisher.wait_for_subscribers(2, PATIENCE).unwrap();
    for number in 0..60 {
        publisher.publish(note(number)).unwrap();
        let expected = (number + 1, note(number).text, number as usize % 50);
        assert_eq!(notes.recv_timeout(PATIENCE), Ok(Some(expected)));
        assert_eq!(here.recv_timeout(PATIENCE), Ok(Some(number)));
    }
}

fn what_is_given_up_leaves_no_gap(kind: Kind) {
    let deployment = Deployment::new(kind);
    let (a, b) = (deployment.bus("a"), deployment.bus("b"));
    let mut images = b.subscriber::<Image>().unwrap();
    let publisher = a.publisher::<Image>().unwrap();
    let ticks = a.publisher::<Tick>().unwrap();
    publisher.wait_for_subscribers(1, PATIENCE).unwrap();
    publisher.loan(|image| fill(image, 1)).unwrap();
    let refused = publisher.loan(|image| image.gain = 101);
    assert!(matches!(refused, Err(PublishError::Invalid(_))), "{refused:?}");
    let mut failing = || publisher.loan(|_| panic!("as planned"));
    assert!(catch_unwind(AssertUnwindSafe(&mut failing)).is_err());
    // It would wait for itself.
    let mut entangled = || publisher.loan(|_| publisher.loan(|_| {}).unwrap());
    assert!(catch_unwind(AssertUnwindSafe(&mut entangled)).is_err());
    if kind == Kind::Shm {
        let mut entangled = || publisher.loan(|_| ticks.publish(tick(1)).unwrap());
        assert!(catch_unwind(AssertUnwindSafe(&mut entangled)).is_err());
    }
    // Nor is anything opened or asked there; and whoever was refused is not waited for afterwards.
    let inside: [&dyn Fn(); 4] = [
        &|| drop(a.publisher::<Note>()),
        &|| drop(a.subscriber::<Note>()),
        &|| drop(a.stats()),
        &|| assert_eq!(ticks.subscribers(), 0),
    ];
    for forbidden in inside.iter().take(if kind == Kind::Shm { 4 } else { 3 }) {
        let mut entangled = || publisher.loan(|_| forbidden());
        assert!(catch_unwind(AssertUnwindSafe(&mut entangled)).is_err());
    }
    ticks.publish(tick(2)).unwrap();
    publisher.loan(|image| fill(image, 2)).unwrap();
    for number in [1, 2] {
        assert_eq!(images.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    assert_eq!(publisher.published(), 2);
    // More than a ring of the tests holds: room is waited for.
    let sending = thread::spawn(move || {
        (0..100).for_each(|number| publisher.loan(|image| fill(image, number)).unwrap());
    });
    // Long enough for the sender to give others their turn; if it is not, the test sees less.
    thread::sleep(Duration::from_millis(50));
    for number in 0..100 {
        assert_eq!(images.recv_timeout(PATIENCE).unwrap().unwrap().number, number);
    }
    sending.join().unwrap();
}

#[test]
fn what_is_lent_in_one_process_arrives() {
    let bus = MessageBus::new();
    let mut images = bus.subscriber::<Image>().unwrap();
    let mut numbers = bus.views::<Image, _>(|image| image.number()).unwrap();
    let publisher = bus.publisher::<Image>().unwrap();
    publisher.loan(|image| fill(image, 9)).unwrap();
    assert_eq!(images.try_recv().unwrap().unwrap().pixels[1023], 9);
    assert_eq!(numbers.try_recv(), Ok(Some(9)));
    assert_eq!(numbers.try_recv(), Err(TryRecvError::Empty));
}

#[test]
fn zeros_that_are_no_message_are_refused() {
    let publisher = MessageBus::new().publisher::<Move>().unwrap();
    let refused = publisher.loan(|_| unreachable!("there is nothing to lend"));
    assert!(matches!(refused, Err(PublishError::Malformed(_))), "{refused:?}");
}

#[test]
fn a_frame_that_is_no_message_is_not_shown() {
    let bus = MessageBus::new();
    let mut notes = bus.views::<Note, _>(|note| note.number()).unwrap();
    let raw = bus.frame_publisher(Note::TOPIC, Note::TYPE_ID, Note::DIGEST).unwrap();
    let mut frame = note(3).to_frame();
    let last = frame.len() - 1;
    frame[last] = 255;
    frame[16..].fill(255);
    raw.publish(&frame).unwrap();
    raw.publish(&note(4).to_frame()).unwrap();
    let found = notes.try_recv();
    assert!(matches!(found, Err(TryRecvError::Failed(RecvError::Decode(_)))), "{found:?}");
    assert_eq!(notes.try_recv(), Ok(Some(4)));
}
