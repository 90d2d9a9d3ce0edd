//! A schema set of any size, the same on every machine: what large organisations keep, in small.
//!
//! Fifty messages a file and ten files a package. Each package has a file of common types that its
//! others import, and that itself imports the one of the first package, so that imports are three
//! files deep at most. [`myc`](super::myc), [`proto`](super::proto) and [`flat`](super::flat) write
//! the same file in three languages.

use crate::bench::words::{Words, title};

/// Messages of one file.
pub(super) const FILE_MESSAGES: usize = 50;
/// Files of one package.
const PACKAGE_FILES: usize = 10;
/// Fields of the messages in a row: ten on average.
const FIELD_COUNTS: [usize; 5] = [6, 8, 10, 12, 14];
/// Messages at the start of a file that unions and other messages hold; they hold none themselves.
const HELD_MESSAGES: usize = 3;
const ENUMS: usize = 2;
const STRUCTS: usize = 3;

/// One file of a set.
pub(super) struct File {
    pub(super) place: Place,
    pub(super) imports: Vec<Place>,
    pub(super) docs: String,
    pub(super) enums: Vec<Members>,
    pub(super) flags: Members,
    pub(super) structs: Vec<Fields>,
    pub(super) union: Fields,
    pub(super) messages: Vec<Message>,
}

/// A file's number, from which its package follows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Place(usize);

/// An enum or flags.
pub(super) struct Members {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) is_open: bool,
    pub(super) members: Vec<(String, Option<String>)>,
}

/// A struct or union.
pub(super) struct Fields {
    pub(super) name: String,
    pub(super) docs: String,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Message {
    /// Within its package.
    pub(super) id: usize,
    pub(super) has_topic: bool,
    pub(super) body: Fields,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) docs: Option<String>,
    pub(super) kind: Kind,
    pub(super) held: Held,
    pub(super) has_default: bool,
    pub(super) mark: Mark,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    None,
    Key,
    Deprecated,
    Since,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    One,
    Optional,
    List,
    /// A list of so many items at most: the constant of the file.
    Bounded,
}

/// What a field holds.
pub(super) enum Kind {
    Bool,
    Int {
        bits: u8,
        is_signed: bool,
    },
    F32,
    F64,
    Decimal,
    /// The alias of a decimal that the package's common file declares.
    Price(Place),
    Timestamp,
    Duration,
    Text(Option<u32>),
    Blob,
    /// 32 bytes.
    Hash,
    /// A tuple of a float and a number.
    Pair,
    Enum(Use),
    Flags(Use),
    Struct(Use),
    Union(Use),
    Message(Use),
}

/// A type where it is used.
pub(super) struct Use {
    pub(super) place: Place,
    pub(super) name: String,
}

impl Place {
    pub(super) fn package(self) -> String {
        format!("p{:02}", self.0 / PACKAGE_FILES)
    }

    /// The file without an ending, from the root of the set.
    pub(super) fn stem(self) -> String {
        format!("{}/f{:03}", self.package(), self.0)
    }

    /// What tells the names of this file from those of the others.
    pub(super) fn suffix(self) -> usize {
        self.0
    }

    /// The file of its package's common types.
    fn common(self) -> Place {
        Place(self.0 / PACKAGE_FILES * PACKAGE_FILES)
    }

    fn imports(self) -> Vec<Place> {
        match self.common() {
            Place(0) if self.0 == 0 => Vec::new(),
            common if common == self => vec![Place(0)],
            common => vec![common],
        }
    }
}

/// Makes the file of a number.
pub(super) fn file(number: usize) -> File {
    let place = Place(number);
    let mut maker = Maker { place, words: Words::new(number as u64) };
    let first_id = number % PACKAGE_FILES * FILE_MESSAGES + 1;
    File {
        place,
        imports: place.imports(),
        docs: maker.words.sentence(),
        enums: (0..ENUMS).map(|index| maker.enumeration(index)).collect(),
        flags: maker.members("Marks", 6, true),
        structs: (0..STRUCTS).map(|index| maker.structure(index)).collect(),
        union: maker.union(),
        messages: (0..FILE_MESSAGES).map(|index| maker.message(index, first_id + index)).collect(),
    }
}

struct Maker {
    place: Place,
    words: Words,
}

impl Maker {
    fn enumeration(&mut self, index: usize) -> Members {
        let count = 4 + self.words.below(6);
        let is_open = index.is_multiple_of(2);
        self.members(&format!("State{index}x"), count, is_open)
    }

    fn members(&mut self, prefix: &str, count: usize, is_open: bool) -> Members {
        let names = self.words.names(count);
        let members = names.into_iter().map(|name| (name, self.words.sometimes(40))).collect();
        let name = format!("{prefix}{}", self.place.suffix());
        Members { name, docs: self.words.sentence(), is_open, members }
    }

    fn structure(&mut self, index: usize) -> Fields {
        let names = self.words.names(4 + index);
        let field = |(position, name)| {
            let kind = match position % 6 {
                0 => Kind::Decimal,
                1 => Kind::Int { bits: 32, is_signed: false },
                2 => Kind::Timestamp,
                3 => Kind::F64,
                4 => Kind::Int { bits: 16, is_signed: true },
                _ => Kind::Hash,
            };
            plain(name, kind)
        };
        let fields = names.into_iter().enumerate().map(field).collect();
        let name = format!("Level{index}x{}", self.place.suffix());
        Fields { name, docs: self.words.sentence(), fields }
    }

    fn union(&mut self) -> Fields {
        let names = self.words.names(HELD_MESSAGES);
        let arm = |(index, name)| plain(name, Kind::Message(message_of(self.place, index)));
        let fields = names.into_iter().enumerate().map(arm).collect();
        let name = format!("Outcome{}", self.place.suffix());
        Fields { name, docs: self.words.sentence(), fields }
    }

    fn message(&mut self, index: usize, id: usize) -> Message {
        let names = self.words.names(FIELD_COUNTS[index % FIELD_COUNTS.len()]);
        let mut fields: Vec<Field> = Vec::with_capacity(names.len());
        let (last, may_hold) = (names.len() - 1, index >= HELD_MESSAGES);
        for (position, name) in names.into_iter().enumerate() {
            let docs = self.words.sometimes(50);
            fields.push(match position {
                0 => Field { docs, mark: Mark::Key, ..plain(name, Kind::Text(Some(16))) },
                _ if position == last && index.is_multiple_of(4) => Field {
                    docs,
                    mark: Mark::Since,
                    held: Held::Optional,
                    ..plain(name, Kind::Int { bits: 64, is_signed: false })
                },
                _ => Field { docs, ..self.field(name, may_hold) },
            });
        }
        let Use { name, .. } = message_of(self.place, index);
        let body = Fields { name, docs: self.words.sentence(), fields };
        Message { id, has_topic: self.words.below(4) == 0, body }
    }

    fn field(&mut self, name: String, may_hold: bool) -> Field {
        let kind = self.kind(may_hold);
        let held = match (&kind, self.words.below(100)) {
            (Kind::Union(_) | Kind::Hash | Kind::Pair | Kind::Blob, _) => Held::One,
            (_, 0..12) => Held::Optional,
            (_, 12..20) => Held::List,
            (_, 20..23) => Held::Bounded,
            _ => Held::One,
        };
        let takes_default =
            matches!(kind, Kind::Bool | Kind::Int { .. } | Kind::Decimal | Kind::Duration);
        let has_default = takes_default && held == Held::One && self.words.below(4) == 0;
        let mark = if self.words.below(40) == 0 { Mark::Deprecated } else { Mark::None };
        Field { name, docs: None, kind, held, has_default, mark }
    }

    fn kind(&mut self, may_hold: bool) -> Kind {
        let place = self.somewhere();
        let pick = self.words.below(8);
        match self.words.below(100) {
            0..24 => Kind::Int { bits: [8, 16, 32, 64][pick % 4], is_signed: pick < 4 },
            24..29 => Kind::Bool,
            29..37 => Kind::Price(self.place.common()),
            37..43 => Kind::Decimal,
            43..52 => Kind::Timestamp,
            52..55 => Kind::Duration,
            55..63 => Kind::Text(Some(32)),
            63..69 => Kind::Text(None),
            69..71 => Kind::Blob,
            71..73 => Kind::Hash,
            73..75 => Kind::Pair,
            75..83 => Kind::Enum(named(place, &format!("State{}x", pick % ENUMS))),
            83..86 => Kind::Flags(named(place, "Marks")),
            86..92 => Kind::Struct(named(place, &format!("Level{}x", pick % STRUCTS))),
            92..94 if may_hold => Kind::Union(named(place, "Outcome")),
            94..97 if may_hold => Kind::Message(message_of(place, pick % HELD_MESSAGES)),
            _ if pick < 4 => Kind::F32,
            _ => Kind::F64,
        }
    }

    /// This file mostly, or one that it imports.
    fn somewhere(&mut self) -> Place {
        let imports = self.place.imports();
        match self.words.below(3) {
            0 => imports.first().copied().unwrap_or(self.place),
            _ => self.place,
        }
    }
}

fn plain(name: String, kind: Kind) -> Field {
    Field { name, docs: None, kind, held: Held::One, has_default: false, mark: Mark::None }
}

fn named(place: Place, prefix: &str) -> Use {
    Use { place, name: format!("{prefix}{}", place.suffix()) }
}

fn message_of(place: Place, index: usize) -> Use {
    named(place, &format!("{}{index}x", title(index)))
}
