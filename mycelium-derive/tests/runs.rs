//! Fields that the runtime is given several at once, and types that a derive takes for what their names say.

extern crate mycelium_wire as mycelium;

use mycelium::{Decimal, Message, Timestamp};
use mycelium_derive::{Message, Struct};

#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "runs")]
struct Level {
    price: Decimal<2>,
}

/// More fields than are taken at once, with one that is held to something between them.
#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "runs", id = 1)]
struct Wide {
    a: String,
    b: Vec<String>,
    c: Decimal<2>,
    d: Level,
    e: Timestamp,
    f: bool,
    #[myc(range(0..=9))]
    g: u8,
    h: u16,
    i: u32,
    j: Option<String>,
    k: Vec<Level>,
    l: String,
    m: String,
    n: String,
    o: String,
    p: bool,
    q: String,
    r: Option<Level>,
    s: String,
    t: String,
    u: Option<u64>,
    v: String,
    w: Level,
    #[myc(nonempty)]
    x: String,
    y: f64,
    z: bool,
}

fn wide() -> Wide {
    let text = |text: &str| text.to_owned();
    let level = |price| Level { price: Decimal::from_mantissa(price) };
    Wide {
        a: text("a"),
        b: vec![text("b"), text("bb")],
        c: Decimal::from_mantissa(3),
        d: level(4),
        e: Timestamp(5),
        f: true,
        g: 7,
        h: 8,
        i: 9,
        j: Some(text("j")),
        k: vec![level(10), level(11)],
        l: text("l"),
        m: text("m"),
        n: text("n"),
        o: text("o"),
        p: true,
        q: text("q"),
        r: Some(level(12)),
        s: text("s"),
        t: text("t"),
        u: Some(13),
        v: text("v"),
        w: level(14),
        x: text("x"),
        y: 1.5,
        z: true,
    }
}

#[test]
fn all_fields_are_written_and_read() {
    let frame = wide().to_frame();
    assert_eq!(Wide::from_frame_strict(&frame), Ok(wide()));
    let view = Wide::view(&frame).expect("valid");
    let shown = (view.a(), view.d().price(), view.g(), view.o(), view.w().price(), view.z());
    assert_eq!(shown, ("a", Decimal::from_mantissa(4), 7, "o", Decimal::from_mantissa(14), true));
}

#[test]
fn what_is_held_to_something_is_held_to_it() {
    for (wide, member) in
        [(Wide { g: 10, ..wide() }, "g"), (Wide { x: String::new(), ..wide() }, "x")]
    {
        assert_eq!(wide.validate().expect_err("refused").path, format!("$.{member}"));
        let frame = wide.to_frame();
        let read = Wide::from_frame(&frame).expect_err("refused");
        assert_eq!(read.place.expect("a field").member, member);
        assert_eq!(Wide::view(&frame).err(), Some(read));
    }
}

#[test]
fn a_field_that_is_no_value_is_named() {
    let mut frame = wide().to_frame();
    // `z` is the last of the block.
    let last = mycelium::FrameHeader::SIZE + <Wide as mycelium::Wire>::BLOCK - 1;
    frame[last] = 2;
    let read = Wide::from_frame(&frame).expect_err("no bool");
    assert_eq!(read.place.expect("a field").member, "z");
    assert_eq!(Wide::view(&frame).err(), Some(read));
}

/// Names of the runtime's types that are another's here.
mod own {
    use mycelium_derive::Struct;

    #[derive(Debug, Clone, PartialEq, Struct)]
    #[myc(package = "runs", name = "Word")]
    pub(crate) struct String {
        pub(crate) text: std::string::String,
    }

    pub(crate) type Timestamp = f32;

    pub(crate) mod taken {
        use super::{String, Timestamp};

        #[derive(Debug, Clone, PartialEq, mycelium_derive::Message)]
        #[myc(package = "runs", id = 2)]
        pub(crate) struct Line {
            pub(crate) text: String,
            pub(crate) time: Timestamp,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Struct)]
#[myc(package = "runs")]
struct Word {
    text: String,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "runs", id = 2)]
struct Line {
    text: Word,
    time: f32,
}

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "runs", id = 2, name = "Line")]
struct TextLine {
    text: String,
    time: Timestamp,
}

#[test]
fn a_name_that_is_taken_changes_no_digest() {
    assert_eq!(own::taken::Line::DIGEST, Line::DIGEST);
    assert_ne!(own::taken::Line::DIGEST, TextLine::DIGEST);
    let line = own::taken::Line { text: own::String { text: "t".into() }, time: 0.5 };
    assert_eq!(own::taken::Line::from_frame(&line.to_frame()), Ok(line));
}
