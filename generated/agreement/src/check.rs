//! The ways to read a frame, held against one another.

use mycelium::{DecodeOwned, Message};
use mycelium_wire::reflect::Def;
use mycelium_wire::{DecodeError, Value, value};

use crate::to_value::ToValue;

/// What is done with a message.
pub trait Visitor {
    /// Called once for each, with the digest that its schema gives.
    fn visit<M>(&mut self, digest: &'static str)
    where
        M: Message + DecodeOwned,
        for<'a> M::View<'a>: ToValue;
}

/// A message, and what its code does.
pub struct Codec {
    /// Name with the package.
    pub name: &'static str,
    /// Number in the header of its frames.
    pub type_id: u16,
    /// Its tables.
    pub def: &'static Def<'static>,
    /// Digest that the code gives.
    pub digest: String,
    /// Digest that the schema gives.
    pub schema_digest: &'static str,
    /// Bytes that a value takes in memory, without what it owns.
    pub size: usize,
    /// Whether it is one copy in memory.
    pub is_plain: bool,
    /// Reads bytes in every way; gives the frame of what was read.
    ///
    /// # Panics
    ///
    /// Where two ways differ.
    pub check: fn(&[u8]) -> Result<Vec<u8>, DecodeError>,
    /// Asks a view of bytes that were not checked for all that it has.
    pub trust: fn(&[u8]) -> Option<Value>,
    /// Reads a value, and does nothing with it.
    pub decode: fn(&[u8]) -> bool,
}

struct Codecs(Vec<Codec>);

impl Visitor for Codecs {
    fn visit<M>(&mut self, digest: &'static str)
    where
        M: Message + DecodeOwned,
        for<'a> M::View<'a>: ToValue,
    {
        self.0.push(Codec {
            name: M::NAME,
            type_id: M::TYPE_ID,
            def: M::DEF,
            digest: M::DIGEST.to_string(),
            schema_digest: digest,
            size: size_of::<M>(),
            is_plain: M::PLAIN_BLOCK.is_some(),
            check: check::<M>,
            trust: |frame| M::view_trusted(frame).ok().map(|view| view.to_value()),
            decode: |frame| M::from_frame(frame).is_ok(),
        });
    }
}

/// All messages: those of `schemas/` first, then the made-up ones.
pub fn codecs() -> Vec<Codec> {
    let mut codecs = Codecs(Vec::new());
    crate::given::visit(&mut codecs);
    crate::made_up::visit(&mut codecs);
    codecs.0
}

fn check<M>(frame: &[u8]) -> Result<Vec<u8>, DecodeError>
where
    M: Message + DecodeOwned,
    for<'a> M::View<'a>: ToValue,
{
    let view = M::view(frame);
    let owned = M::from_frame(frame);
    let fault = owned.as_ref().err().cloned();
    assert_eq!(view.as_ref().err(), fault.as_ref(), "a view is refused like a value");
    assert!(
        fault.as_ref().is_none_or(|fault| fault.at <= frame.len()),
        "a fault lies in the frame"
    );
    let dynamic = value::decode(M::DEF, frame).map_err(|error| error.error);
    // Only derived code names the place in the type.
    let placeless = fault.map(|mut fault| {
        fault.place = None;
        fault
    });
    assert_eq!(placeless.as_ref(), dynamic.as_ref().err(), "code and tables refuse the same");
    let (owned, view, dynamic) = (owned?, view?, dynamic?);

    assert_eq!(owned.validate(), Ok(()), "what is read keeps its constraints");
    let encoded = owned.to_frame();
    let encode =
        |value: &Value| value::encode(M::DEF, value).expect("what was read can be written");
    assert_eq!(encode(&dynamic), encoded, "code and tables write the same");
    assert_eq!(encode(&view.to_value()), encoded, "a view reads the same");
    let trusted = M::view_trusted(frame).expect("what is a value has a header");
    assert_eq!(encode(&trusted.to_value()), encoded, "a trusted view reads the same");
    let again = M::from_frame_strict(&encoded).expect("what was written has the one form");
    assert_eq!(again.to_frame(), encoded);
    Ok(encoded)
}
