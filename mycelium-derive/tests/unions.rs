//! Unions: open and closed, known and unknown arms, inside and beside other things.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{Message, UnknownArm, Wire};
use mycelium_derive::{Message, Struct, Union};

/// A level.
#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "test")]
pub struct Level {
    /// Price.
    pub price: u64,
    /// Text in the tail.
    pub note: String,
}

/// A message that is an arm.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 2)]
pub struct Trade {
    /// Number.
    pub id: u32,
    /// Items in the tail.
    pub prices: Vec<u16>,
}

/// The largest tag needs two bytes.
#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", closed)]
pub enum Price {
    /// Two-byte tag.
    #[myc(tag = 300)]
    Level(Level),
    /// No bytes in the tail.
    #[myc(tag = 1)]
    Plain(u8),
    /// A reference.
    #[myc(tag = 2)]
    Trade(Trade),
    /// A list in the tail.
    #[myc(tag = 3)]
    Many(Vec<(u8, u64)>),
}

/// Open.
#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", open)]
pub enum Event {
    /// A message.
    #[myc(tag = 1)]
    Trade(Trade),
    /// A struct.
    #[myc(tag = 2)]
    Level(Level),
    /// A scalar.
    #[myc(tag = 70)]
    Count(u16),
    /// What a newer version has.
    #[myc(unknown)]
    Unknown(UnknownArm),
}

/// An older version of the same union.
#[derive(Debug, Clone, PartialEq, Union)]
#[myc(package = "test", open, name = "Event")]
pub enum OldEvent {
    /// A scalar.
    #[myc(tag = 70)]
    Count(u16),
    /// All the rest.
    #[myc(unknown)]
    Other(UnknownArm),
}

/// Holds some.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1)]
pub struct Holder {
    /// Closed.
    pub price: Price,
    /// Open, perhaps absent.
    pub event: Option<Event>,
    /// Many.
    pub prices: Vec<Price>,
    /// Closed, perhaps absent.
    pub last: Option<Price>,
    /// Open.
    pub events: [Event; 2],
}

/// The same, as an older version knows it.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "test", id = 1, name = "Holder")]
pub struct OldHolder {
    /// Closed.
    pub price: Price,
    /// Open, perhaps absent.
    pub event: Option<OldEvent>,
    /// Many.
    pub prices: Vec<Price>,
    /// Closed, perhaps absent.
    pub last: Option<Price>,
    /// Open.
    pub events: [OldEvent; 2],
}

fn level() -> Level {
    Level { price: 3, note: "near".into() }
}

fn trade() -> Trade {
    Trade { id: 4, prices: vec![1, 2, 3] }
}

fn holder() -> Holder {
    Holder {
        price: Price::Level(level()),
        event: Some(Event::Trade(trade())),
        prices: vec![
            Price::Plain(7),
            Price::Trade(trade()),
            Price::Many(vec![(1, 2)]),
            Price::Level(level()),
        ],
        last: Some(Price::Plain(1)),
        events: [Event::Count(9), Event::Level(level())],
    }
}

#[test]
fn a_closed_union_lies_inline() {
    // Two bytes of tag, six of padding, then the widest arm: a level of 16 bytes.
    assert_eq!((<Price as Wire>::SIZE, <Price as Wire>::ALIGN), (24, 8));
    let mut holder = holder();
    holder.price = Price::Plain(7);
    let frame = holder.to_frame();
    assert_eq!(frame[16..40], [&[1, 0, 0, 0, 0, 0, 0, 0, 7][..], &[0; 15]].concat());
}

#[test]
fn unions_read_back() {
    let frame = holder().to_frame();
    assert_eq!(Holder::from_frame_strict(&frame), Ok(holder()));
    let mut absent = holder();
    (absent.event, absent.last) = (None, None);
    let frame = absent.to_frame();
    assert_eq!(Holder::from_frame_strict(&frame), Ok(absent));
}

#[test]
fn unions_read_in_place() {
    let frame = holder().to_frame();
    let view = Holder::view(&frame).expect("valid");
    let PriceView::Level(level) = view.price() else { panic!("a level") };
    assert_eq!((level.price(), level.note()), (3, "near"));
    let Some(EventView::Trade(trade)) = view.event() else { panic!("a trade") };
    assert_eq!(trade.prices().iter().collect::<Vec<_>>(), [1, 2, 3]);
    let Some(PriceView::Many(many)) = view.prices().get(2) else { panic!("many") };
    assert_eq!(many.get(0), Some((1, 2)));
    assert!(matches!(view.events().get(0), Some(EventView::Count(9))));
    assert!(format!("{:?}", view.price()).starts_with("PriceView"));
}

#[test]
fn an_older_version_keeps_unknown_arms_byte_for_byte() {
    let frame = holder().to_frame();
    let old = OldHolder::from_frame_strict(&frame).expect("valid");
    let Some(OldEvent::Other(arm)) = &old.event else { panic!("an unknown arm") };
    assert_eq!(arm.tag, 1);
    assert_eq!(old.to_frame(), frame);
    let view = OldHolder::view(&frame).expect("valid");
    let Some(OldEventView::Other { tag, payload }) = view.event() else { panic!("unknown") };
    assert_eq!((tag, payload), (1, &arm.payload[..]));
    assert!(matches!(view.events().get(0), Some(OldEventView::Count(9))));
}

#[test]
fn wrong_tags_are_refused() {
    let fault = |at: usize, bytes: &[u8]| {
        let mut frame = holder().to_frame();
        frame[at..at + bytes.len()].copy_from_slice(bytes);
        let error = Holder::from_frame(&frame).expect_err("refused");
        assert_eq!(Holder::view(&frame).expect_err("the same"), error);
        error.to_string()
    };
    assert_eq!(fault(16, &[9, 9]), "test.Holder.price: 2313 is no arm of this union (at byte 16)");
    assert_eq!(fault(16, &[0, 0]), "test.Holder.price: 0 is no arm of this union (at byte 16)");
    // The first of `events`, behind `price`, `event`, `prices` and `last`.
    let events = 16 + 24 + 12 + 8 + 4 + 32;
    assert_eq!(
        fault(events, &[0]),
        format!("test.Holder.events: 0 is no arm of this union (at byte {events})")
    );
    // A count of two bytes where a level has sixteen.
    assert!(fault(events, &[2]).starts_with("test.Event.level: "));
}

#[test]
fn no_changed_byte_panics_and_both_readers_agree() {
    let frame = holder().to_frame();
    for at in 0..frame.len() {
        for byte in [0, 1, 2, 3, 8, 70, 0xff] {
            let mut frame = frame.clone();
            frame[at] = byte;
            let (owned, view) = (Holder::from_frame(&frame), Holder::view(&frame));
            assert_eq!(owned.as_ref().err(), view.as_ref().err(), "byte {at} set to {byte}");
            if let Ok(owned) = owned {
                assert_eq!(Holder::from_frame_strict(&owned.to_frame()), Ok(owned));
            }
        }
    }
}
