//! Older and newer writers: a shorter block, a longer one, and defaults.
#![forbid(unsafe_code)]

extern crate mycelium_wire as mycelium;

use mycelium::{BoundedString, Decimal, Duration, Message, Timestamp};
use mycelium_derive::{Enum, Message};

/// An enum with members that have defaults name.
#[derive(Debug, Clone, Copy, PartialEq, Enum)]
#[myc(package = "test", open, repr = u16)]
pub(crate) enum Venue {
    #[myc(value = 1)]
    Binance,
    #[myc(value = 2, name = "other_1")]
    Other,
    #[myc(unknown)]
    Unknown(u16),
}

mod first {
    use super::*;

    /// As it was first.
    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    pub(crate) struct Trade {
        pub(crate) id: u64,
        pub(crate) note: String,
        pub(crate) side: u8,
    }
}

mod second {
    use super::*;

    /// Fields appended: one into what was padding.
    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    pub(crate) struct Trade {
        pub(crate) id: u64,
        pub(crate) note: String,
        pub(crate) side: u8,
        pub(crate) maker: Option<bool>,
        #[myc(default = Venue::Binance)]
        pub(crate) venue: Venue,
        #[myc(default = other_1)]
        pub(crate) via: Venue,
        #[myc(default = 1.50)]
        pub(crate) fee: Decimal<4>,
        #[myc(default = 500_000_000)]
        pub(crate) lifetime: Duration,
        #[myc(default = -1)]
        pub(crate) seen: Timestamp,
        #[myc(default = "none")]
        pub(crate) comment: String,
        #[myc(default = "USD")]
        pub(crate) currency: BoundedString<8>,
        #[myc(default = true)]
        pub(crate) live: bool,
        #[myc(default = 0xff)]
        pub(crate) mask: u8,
        #[myc(default = -2.5e-1)]
        pub(crate) skew: f64,
        pub(crate) tags: Option<Vec<String>>,
    }
}

mod strict {
    use super::*;

    /// A required field appended, against the rules.
    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    pub(crate) struct Trade {
        pub(crate) id: u64,
        pub(crate) note: String,
        pub(crate) side: u8,
        pub(crate) required: u32,
    }
}

fn old() -> first::Trade {
    first::Trade { id: 5, note: "hello".into(), side: 1 }
}

fn upgraded() -> second::Trade {
    second::Trade {
        id: 5,
        note: "hello".into(),
        side: 1,
        maker: None,
        venue: Venue::Binance,
        via: Venue::Other,
        fee: "1.5".parse().expect("a decimal"),
        lifetime: Duration(500_000_000),
        seen: Timestamp(-1),
        comment: "none".into(),
        currency: "USD".parse().expect("short"),
        live: true,
        mask: 255,
        skew: -0.25,
        tags: None,
    }
}

#[test]
fn a_new_reader_fills_in_what_an_old_writer_did_not_send() {
    let frame = old().to_frame();
    assert_eq!(second::Trade::from_frame(&frame), Ok(upgraded()));
    let view = second::Trade::view(&frame).expect("valid");
    let full = upgraded();
    assert_eq!((view.id(), view.note(), view.side()), (5, "hello", 1));
    assert_eq!((view.maker(), view.venue(), view.via()), (None, full.venue, full.via));
    assert_eq!((view.fee(), view.lifetime(), view.seen()), (full.fee, full.lifetime, full.seen));
    assert_eq!((view.comment(), view.currency()), ("none", "USD"));
    assert_eq!((view.live(), view.mask(), view.skew()), (true, 255, -0.25));
    assert!(view.tags().is_none());
}

#[test]
fn an_old_reader_skips_what_it_does_not_know() {
    let mut new = upgraded();
    new.tags = Some(vec!["a".into(), "b".into()]);
    let frame = new.to_frame();
    assert_eq!(first::Trade::from_frame(&frame), Ok(old()));
    assert_eq!(first::Trade::view(&frame).expect("valid").note(), "hello");
    // Strict reading takes only what it would have written itself.
    let error = first::Trade::from_frame_strict(&frame).expect_err("a longer block");
    assert_eq!(error.kind.name(), "not_canonical");
}

#[test]
fn each_length_of_block_between_gives_the_fields_that_end_in_it() {
    let full = upgraded().to_frame();
    let block = u32::from_le_bytes([full[8], full[9], full[10], full[11]]) as usize;
    let ends = [17_usize, 19, 22, 24];
    for end in ends {
        let mut frame = old().to_frame();
        // `side` ends at 17, `maker` at 19, `venue` at 22, `via` at 24: all in the block of the old.
        frame[8] = end as u8;
        let read = second::Trade::from_frame(&frame).expect("valid");
        let unnamed = |known| if end >= known { Venue::Unknown(0) } else { Venue::Binance };
        assert_eq!(read.maker, None);
        assert_eq!(read.venue, unnamed(22));
        assert_eq!(read.via == Venue::Other, end < 24);
    }
    assert!(block > 24);
}

#[test]
fn a_required_field_that_is_not_there_is_an_error() {
    let frame = old().to_frame();
    let error = strict::Trade::from_frame(&frame).expect_err("no `required`");
    assert_eq!(error.kind.name(), "missing");
    assert_eq!(error.place.map(|place| place.member), Some("required"));
    assert_eq!(strict::Trade::view(&frame).expect_err("the same"), error);
}

#[test]
fn a_message_inside_a_message_grows_too() {
    mod outer {
        use super::*;

        #[derive(Debug, Clone, PartialEq, Message)]
        #[myc(package = "test", id = 2)]
        pub(crate) struct Old {
            pub(crate) trades: Vec<first::Trade>,
            pub(crate) last: u8,
        }

        #[derive(Debug, Clone, PartialEq, Message)]
        #[myc(package = "test", id = 2)]
        pub(crate) struct New {
            pub(crate) trades: Vec<second::Trade>,
            pub(crate) last: u8,
        }
    }
    let old_writer = outer::Old { trades: vec![old(), old()], last: 7 };
    let new_writer = outer::New { trades: vec![upgraded(), upgraded()], last: 7 };
    assert_eq!(outer::New::from_frame(&old_writer.to_frame()), Ok(new_writer.clone()));
    assert_eq!(outer::Old::from_frame(&new_writer.to_frame()), Ok(old_writer));
}

#[test]
fn a_message_names_its_released_ancestors() {
    #[derive(Message)]
    #[myc(package = "test", id = 3)]
    #[myc(older = "myc1:0101010101010101010101010101010101010101010101010101010101010101")]
    #[myc(older = "myc1:abababababababababababababababababababababababababababababababab")]
    struct Grown {
        #[allow(dead_code, reason = "only the digests are looked at")]
        number: u8,
    }
    assert_eq!(Grown::ANCESTORS, [mycelium::Digest([0x01; 32]), mycelium::Digest([0xab; 32])]);
    assert_eq!(first::Trade::ANCESTORS, []);
}
