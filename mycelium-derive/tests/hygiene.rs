//! Expansions mean the same wherever they stand: with names of the prelude taken, under another name
//! of the runtime, inside functions, beside constants of any name.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

// There is no crate `mycelium` here: every type says where the runtime is.
extern crate mycelium_wire as wire;

/// Where others re-export the runtime.
pub mod inner {
    /// Deeper still.
    pub mod runtime {
        pub use wire::*;
    }
}

mod shadowed {
    #![allow(dead_code)]

    pub(crate) struct Option;
    pub(crate) struct Result;
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Vec;
    pub(crate) struct Default;
    pub(crate) struct Type;
    pub(crate) struct Field;
    pub(crate) trait Wire {}
    pub(crate) trait Message {}
    pub(crate) mod core {}
    pub(crate) mod std {}
    pub(crate) const FIELDS: usize = 3;

    #[derive(Clone, Copy, PartialEq, mycelium_derive::Flags)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", bits(first = 0))]
    pub(crate) struct Marks(u8);

    #[derive(PartialEq, Debug, mycelium_derive::Enum)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", open, repr = u8)]
    pub(crate) enum Side {
        #[myc(value = 1)]
        Buy,
        #[myc(unknown)]
        Unknown(u8),
    }

    #[derive(PartialEq, Debug, mycelium_derive::Struct)]
    #[myc(package = "test", serde, arbitrary, crate = "crate::inner::runtime")]
    pub(crate) struct Level {
        pub(crate) price: [u16; FIELDS],
    }

    #[derive(PartialEq, Debug, mycelium_derive::Union)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", closed, view = "Seen")]
    pub(crate) enum Choice {
        #[myc(tag = 1)]
        Level(Level),
        #[myc(tag = 2)]
        Side(Side),
    }

    #[derive(PartialEq, Debug, mycelium_derive::Message)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", id = 1)]
    pub(crate) struct Trade {
        pub(crate) block: Choice,
        pub(crate) tail: Level,
        pub(crate) inline: Side,
        pub(crate) end: Marks,
        pub(crate) slot: u8,
        #[myc(default = 3)]
        pub(crate) r#try: u8,
    }
}

#[test]
fn names_of_the_prelude_may_be_taken() {
    use wire::Message;
    let trade = shadowed::Trade {
        block: shadowed::Choice::Side(shadowed::Side::Unknown(7)),
        tail: shadowed::Level { price: [1, 2, 3] },
        inline: shadowed::Side::Buy,
        end: shadowed::Marks::FIRST,
        slot: 1,
        r#try: 2,
    };
    let frame = trade.to_frame();
    assert_eq!(shadowed::Trade::from_frame_strict(&frame), Ok(trade));
    let view = shadowed::Trade::view(&frame).expect("valid");
    assert!(matches!(view.block(), shadowed::Seen::Side(shadowed::Side::Unknown(7))));
}

/// Where a name of a primitive type is another type's.
#[allow(non_camel_case_types, dead_code)]
mod aliased {
    pub(crate) type u16 = u32;

    #[derive(Debug, PartialEq, mycelium_derive::Enum)]
    #[myc(package = "test", crate = "wire", closed, repr = u16)]
    #[repr(u16)]
    pub(crate) enum Side {
        Buy = 0,
        Sell = 1,
    }
}

/// Of the same enum.
#[derive(Debug, PartialEq, mycelium_derive::Message)]
#[myc(package = "test", crate = "wire", id = 1)]
pub struct Sides {
    sides: Vec<aliased::Side>,
}

#[test]
fn a_repr_is_the_primitive_type_whatever_has_its_name() {
    use wire::Message;
    let sides = Sides { sides: vec![aliased::Side::Sell, aliased::Side::Buy] };
    let mut frame = sides.to_frame();
    assert_eq!(Sides::from_frame(&frame), Ok(sides));
    frame[wire::FrameHeader::SIZE + 8] = 7;
    let refused = Sides::from_frame(&frame).expect_err("no member");
    assert_eq!(refused.kind, wire::ErrorKind::Enum { value: 7 });
}

#[test]
fn deprecated_types_and_members_do_not_warn_in_expansions() {
    use wire::Message;

    #[deprecated = "of old"]
    #[derive(Debug, PartialEq, mycelium_derive::Struct)]
    #[myc(package = "test", serde, arbitrary, crate = "wire")]
    struct Old {
        #[deprecated = "older"]
        count: u8,
    }

    #[allow(deprecated)]
    #[derive(Debug, PartialEq, mycelium_derive::Union)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", closed)]
    enum Choice {
        #[deprecated = "of old"]
        #[myc(tag = 1)]
        Old(Old),
    }

    #[allow(deprecated)]
    #[derive(Debug, PartialEq, mycelium_derive::Message)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", id = 3)]
    struct Holder {
        #[deprecated = "of old"]
        old: Old,
        choice: Choice,
    }

    #[allow(deprecated)]
    let holder = Holder { old: Old { count: 1 }, choice: Choice::Old(Old { count: 2 }) };
    let frame = holder.to_frame();
    let view = Holder::view(&frame).expect("valid");
    #[allow(deprecated)]
    let ChoiceView::Old(old) = view.choice();
    #[allow(deprecated)]
    let counts = (view.old().count(), old.count());
    assert_eq!(counts, (1, 2));
}

#[test]
fn a_type_may_stand_in_a_function() {
    use wire::Message;

    #[derive(Debug, PartialEq, mycelium_derive::Message)]
    #[myc(package = "test", serde, arbitrary, crate = "wire", id = 2)]
    struct Local {
        count: u8,
    }
    let frame = Local { count: 1 }.to_frame();
    assert_eq!(Local::from_frame(&frame), Ok(Local { count: 1 }));
    assert_eq!(LocalView::count(&Local::view(&frame).expect("valid")), 1);
}
