//! Plain messages in their frames: read, changed and taken in batches without a copy.

extern crate mycelium_wire as mycelium;

use mycelium_derive::{Enum, Flags, Message, Struct};
use mycelium_wire::{Decimal, ErrorKind, InPlace, Message, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[myc(package = "test", closed, repr = u8)]
#[repr(u8)]
enum Side {
    Buy = 1,
    Sell = 2,
}

#[derive(Clone, Copy, PartialEq, Flags)]
#[myc(package = "test", bits(first = 0, last = 7))]
struct Marks(u8);

#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "test")]
#[repr(C)]
struct Level {
    price: Decimal<8>,
    lots: u32,
    side: Side,
    is_firm: bool,
    marks: Marks,
    depth: i8,
}

#[derive(Debug, Clone, Copy, PartialEq, Message)]
#[myc(package = "test", id = 1)]
#[repr(C)]
struct Quote {
    time: Timestamp,
    levels: [Level; 2],
    #[myc(range(0..=100))]
    share: u64,
}

/// What an older program knows of it.
#[derive(Debug, Clone, Copy, PartialEq, Message)]
#[myc(package = "test", id = 1, name = "Quote")]
#[repr(C)]
struct OlderQuote {
    time: Timestamp,
}

/// A message whose frame ends in padding.
#[derive(Debug, Clone, Copy, PartialEq, Message)]
#[myc(package = "test", id = 2)]
#[repr(C)]
struct Tick {
    price: f32,
}

/// Bytes at a multiple of 8.
#[repr(align(8))]
struct Aligned([u8; 512]);

impl Aligned {
    fn of(bytes: &[u8]) -> Box<Self> {
        let mut aligned = Box::new(Aligned([0; 512]));
        aligned.0[..bytes.len()].copy_from_slice(bytes);
        aligned
    }
}

fn quote(share: u64) -> Quote {
    let level = Level {
        price: Decimal::from_mantissa(5),
        lots: 3,
        side: Side::Sell,
        is_firm: true,
        marks: Marks::FIRST | Marks::LAST,
        depth: -1,
    };
    Quote { time: Timestamp(7), levels: [level, Level { side: Side::Buy, ..level }], share }
}

#[test]
fn a_message_is_read_and_changed_in_its_frame() {
    let frame = quote(1).to_frame();
    let mut place = Aligned::of(&frame);
    let bytes = &mut place.0[..frame.len()];
    assert_eq!(Quote::ref_from_frame(bytes), Ok(&quote(1)));
    let seen = Quote::mut_from_frame(bytes).unwrap();
    seen.share = 99;
    seen.levels[0].side = Side::Buy;
    let mut changed = quote(99);
    changed.levels[0].side = Side::Buy;
    assert_eq!(bytes, changed.to_frame());
    assert_eq!(Quote::from_frame(bytes), Ok(changed));
}

#[test]
fn what_is_no_value_is_refused_as_in_decoding() {
    let frame = quote(1).to_frame();
    for at in 0..frame.len() {
        for bit in 0..8 {
            let mut altered = Aligned::of(&frame);
            altered.0[at] ^= 1 << bit;
            let bytes = &mut altered.0[..frame.len()];
            let (owned, seen) = (Quote::from_frame(bytes), Quote::ref_from_frame(bytes).copied());
            match owned.as_ref().map_err(|error| error.kind) {
                // An older block is a value only where the fields behind it have defaults.
                Err(ErrorKind::Missing { .. }) => {
                    let kind = seen.as_ref().unwrap_err().kind;
                    assert!(matches!(kind, ErrorKind::Missing { .. }), "{kind:?}");
                }
                _ => assert_eq!(seen, owned),
            }
            let changed = Quote::mut_from_frame(bytes).map(|quote| *quote);
            assert_eq!(changed, seen);
        }
    }
    for len in 0..frame.len() {
        assert!(Quote::ref_from_frame(&Aligned::of(&frame).0[..len]).is_err());
    }
}

#[test]
fn frames_of_other_versions_and_places_are_refused() {
    let frame = OlderQuote { time: Timestamp(7) }.to_frame();
    let older = Aligned::of(&frame);
    let error = Quote::ref_from_frame(&older.0[..frame.len()]).unwrap_err();
    assert_eq!((error.kind, error.at), (ErrorKind::Missing { needed: 48, found: 8 }, 8));

    let frame = quote(1).to_frame();
    let newer = Aligned::of(&frame);
    let seen = OlderQuote::ref_from_frame(&newer.0[..frame.len()]);
    assert_eq!(seen, Ok(&OlderQuote { time: Timestamp(7) }));
    let error = OlderQuote::batch(&newer.0[..frame.len()]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Truncated { needed: 64, found: 24 });

    let mut off = Aligned::of(&[&[0; 4], frame.as_slice()].concat());
    let bytes = &mut off.0[4..4 + frame.len()];
    let misaligned = ErrorKind::Misaligned { align: 8 };
    assert_eq!(Quote::ref_from_frame(bytes).unwrap_err().kind, misaligned);
    assert_eq!(Quote::batch(bytes).unwrap_err().kind, misaligned);
    assert_eq!(Quote::mut_from_frame(bytes).unwrap_err().kind, misaligned);
}

#[test]
fn a_batch_is_a_slice() {
    let mut frames = Vec::new();
    for number in 0..6_u8 {
        let mut frame = vec![0; 24];
        Tick { price: f32::from(number) }.encode_frame(0, number.into(), &mut frame);
        frames.extend(frame);
    }
    let place = Aligned::of(&frames);
    let batch = Tick::batch(&place.0[..frames.len()]).unwrap();
    let seen: Vec<_> = batch.iter().map(|frame| (frame.sequence(), frame.price)).collect();
    assert_eq!(seen, [(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 5.0)]);
    assert!(Tick::batch(&[]).unwrap().is_empty());

    let mut place = Aligned::of(&frames);
    place.0[3 * 24 + 4] = 9;
    let error = Tick::batch(&place.0[..frames.len()]).unwrap_err();
    assert_eq!((error.kind, error.at), (ErrorKind::TypeId { expected: 2, found: 9 }, 3 * 24 + 4));
    let error = Tick::batch(&place.0[..2 * 24 + 8]).unwrap_err();
    assert_eq!((error.kind, error.at), (ErrorKind::Truncated { needed: 16, found: 8 }, 2 * 24 + 8));
}
