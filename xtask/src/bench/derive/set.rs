//! Types of which every codec's derive is given the same.

use crate::bench::words::{Words, title};

/// Messages, of ten fields each.
pub(super) const MESSAGES: usize = 200;
/// Fields of a message.
pub(super) const FIELDS: usize = 10;
/// Structs that messages hold, of four fields each.
pub(super) const STRUCTS: usize = 40;
/// Enums that messages hold, of five members each.
pub(super) const ENUMS: usize = 20;

/// What the types are.
pub(super) struct Set {
    pub(super) enums: Vec<String>,
    pub(super) structs: Vec<Record>,
    pub(super) messages: Vec<Record>,
}

/// A struct or a message.
pub(super) struct Record {
    pub(super) name: String,
    pub(super) fields: Vec<(String, Shape)>,
}

/// The type of a field. Structs and enums are known by their place in the set.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    Value(Scalar),
    Optional(Scalar),
    List(Scalar),
    Struct(usize),
    OptionalStruct(usize),
    Structs(usize),
}

/// What stands in one place.
#[derive(Clone, Copy)]
pub(super) enum Scalar {
    Bool,
    U16,
    U32,
    U64,
    I32,
    I64,
    F32,
    F64,
    Time,
    Decimal,
    Text,
    Enum(usize),
}

/// The set, which is the same each time.
pub(super) fn make() -> Set {
    let mut words = Words::new(7);
    let enums = (0..ENUMS).map(|index| format!("Status{index:02}")).collect();
    let structs = (0..STRUCTS).map(|index| {
        let names = words.names(4);
        let fields = names.into_iter().map(|name| (name, Shape::Value(number(&mut words))));
        Record { name: format!("Level{index:02}"), fields: fields.collect() }
    });
    let structs = structs.collect();
    let messages = (0..MESSAGES).map(|index| {
        let names = words.names(FIELDS);
        let fields = names.into_iter().enumerate();
        let fields = fields.map(|(place, name)| (name, shape(place, &mut words)));
        Record { name: format!("{}{index:03}", title(index)), fields: fields.collect() }
    });
    let messages = messages.collect();
    Set { enums, structs, messages }
}

/// The mix of a message: a time and a text, four numbers, an enum, a struct or a list of structs, an
/// optional, and one of anything.
fn shape(place: usize, words: &mut Words) -> Shape {
    match place {
        0 => Shape::Value(Scalar::Time),
        1 => Shape::Value(Scalar::Text),
        2..=5 => Shape::Value(number(words)),
        6 => Shape::Value(Scalar::Enum(words.below(ENUMS))),
        7 => match words.below(3) {
            0 => Shape::Struct(words.below(STRUCTS)),
            _ => Shape::Structs(words.below(STRUCTS)),
        },
        8 => match words.below(3) {
            0 => Shape::OptionalStruct(words.below(STRUCTS)),
            1 => Shape::Optional(Scalar::Text),
            _ => Shape::Optional(number(words)),
        },
        _ => match words.below(4) {
            0 => Shape::Value(Scalar::Text),
            1 => Shape::List(Scalar::Text),
            2 => Shape::List(number(words)),
            _ => Shape::Value(number(words)),
        },
    }
}

fn number(words: &mut Words) -> Scalar {
    const NUMBERS: [Scalar; 12] = [
        Scalar::Decimal,
        Scalar::Decimal,
        Scalar::Decimal,
        Scalar::F64,
        Scalar::F64,
        Scalar::F32,
        Scalar::I64,
        Scalar::U64,
        Scalar::U32,
        Scalar::I32,
        Scalar::U16,
        Scalar::Bool,
    ];
    NUMBERS[words.below(NUMBERS.len())]
}
