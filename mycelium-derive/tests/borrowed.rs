//! Messages that borrow from the frame: the digest and bytes of their owned twins, values that lie in
//! the frame, and slices wherever the bytes are aligned for them.
#![forbid(unsafe_code)]
#![deny(missing_docs, warnings, clippy::all, clippy::pedantic)]

extern crate mycelium_wire as mycelium;

use mycelium::{
    Bytes, BytesRef, Decimal, DecodeError, ErrorKind, FrameHeader, ListView, Message, Timestamp,
    Uuid, Wire,
};
use mycelium_derive::{Message, Struct};

/// Plain: its fields lie in Rust as they do on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
#[myc(package = "test")]
pub struct Level {
    /// Price.
    pub price: Decimal<8>,
    /// Time.
    pub time: Timestamp,
}

/// Plain, and of another alignment.
#[derive(Debug, Clone, Copy, PartialEq, Struct)]
pub struct Mark(u16);

mod owned {
    use super::{Bytes, Level, Mark, Message, Struct, Uuid};

    #[derive(Debug, Clone, PartialEq, Struct)]
    #[myc(package = "test")]
    pub(super) struct Note {
        pub(super) text: String,
        pub(super) ids: Vec<Uuid>,
    }

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 2)]
    pub(super) struct Inner {
        pub(super) name: String,
    }

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    pub(super) struct Book {
        pub(super) symbol: String,
        pub(super) raw: Bytes,
        pub(super) levels: Vec<Level>,
        pub(super) marks: Vec<Mark>,
        pub(super) octets: Vec<u8>,
        pub(super) rows: Vec<[f32; 3]>,
        pub(super) note: Note,
        pub(super) notes: Vec<Note>,
        pub(super) inner: Inner,
        pub(super) maybe: Option<String>,
        pub(super) few: Option<Vec<u64>>,
        #[myc(default = "none")]
        pub(super) kind: String,
    }
}

mod borrowed {
    use super::{BytesRef, Level, Mark, Message, Struct, Uuid};

    #[derive(Debug, Clone, PartialEq, Struct)]
    #[myc(package = "test")]
    pub(super) struct Note<'a> {
        pub(super) text: &'a str,
        pub(super) ids: &'a [Uuid],
    }

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 2)]
    pub(super) struct Inner<'a> {
        pub(super) name: &'a str,
    }

    #[derive(Debug, Clone, PartialEq, Message)]
    #[myc(package = "test", id = 1)]
    pub(super) struct Book<'frame> {
        pub(super) symbol: &'frame str,
        pub(super) raw: BytesRef<'frame>,
        pub(super) levels: &'frame [Level],
        pub(super) marks: &'frame [Mark],
        pub(super) octets: &'frame [u8],
        pub(super) rows: &'frame [[f32; 3]],
        pub(super) note: Note<'frame>,
        pub(super) notes: Vec<Note<'frame>>,
        pub(super) inner: Inner<'frame>,
        pub(super) maybe: Option<&'frame str>,
        pub(super) few: Option<&'frame [u64]>,
        #[myc(default = "none")]
        pub(super) kind: &'frame str,
    }
}

fn empty() -> owned::Book {
    owned::Book {
        symbol: String::new(),
        raw: Bytes::default(),
        levels: Vec::new(),
        marks: Vec::new(),
        octets: Vec::new(),
        rows: Vec::new(),
        note: owned::Note { text: String::new(), ids: Vec::new() },
        notes: Vec::new(),
        inner: owned::Inner { name: String::new() },
        maybe: None,
        few: Some(Vec::new()),
        kind: String::new(),
    }
}

fn full() -> owned::Book {
    let level = |price| Level { price: Decimal::from_mantissa(price), time: Timestamp(7) };
    let note = |text: &str| owned::Note { text: text.into(), ids: vec![Uuid::MAX, Uuid::NIL] };
    owned::Book {
        symbol: "BTCUSDT".into(),
        raw: Bytes(vec![0xff, 0]),
        levels: vec![level(-1), level(i64::MAX), level(3)],
        marks: vec![Mark(1), Mark(0xffff)],
        octets: vec![1, 2, 3],
        rows: vec![[1.0, 2.0, f32::INFINITY]],
        note: note("größer"),
        notes: vec![note(""), note("x")],
        inner: owned::Inner { name: "inside".into() },
        maybe: Some(String::new()),
        few: Some(vec![u64::MAX]),
        kind: "last".into(),
    }
}

/// A frame that begins `shift` bytes behind a multiple of 16.
struct Placed {
    room: Vec<u8>,
    start: usize,
    len: usize,
}

impl Placed {
    fn new(frame: &[u8], shift: usize) -> Placed {
        let mut room = vec![0; frame.len() + 32];
        let start = room.as_ptr().align_offset(16) + shift;
        room[start..start + frame.len()].copy_from_slice(frame);
        Placed { room, start, len: frame.len() }
    }

    fn frame(&self) -> &[u8] {
        &self.room[self.start..self.start + self.len]
    }
}

fn read(frame: &[u8]) -> Result<borrowed::Book<'_>, DecodeError> {
    borrowed::Book::from_frame(frame)
}

#[test]
fn a_twin_has_the_same_digest() {
    assert_eq!(owned::Book::DIGEST, borrowed::Book::DIGEST);
    assert_eq!(owned::Note::TYPE, borrowed::Note::TYPE);
    assert_eq!(owned::Book::BLOCK, borrowed::Book::BLOCK);
}

#[test]
fn a_twin_has_the_same_bytes() {
    for value in [empty(), full()] {
        let placed = Placed::new(&value.to_frame(), 0);
        let twin = read(placed.frame()).expect("aligned");
        assert_eq!(twin.to_frame(), placed.frame());
        assert_eq!(borrowed::Book::from_frame_strict(placed.frame()).as_ref(), Ok(&twin));
        assert_eq!(twin.validate(), Ok(()));
        assert_eq!(
            (twin.symbol, &*twin.raw, twin.levels, twin.marks),
            (&*value.symbol, &value.raw[..], &value.levels[..], &value.marks[..])
        );
        assert_eq!((twin.octets, twin.rows), (&value.octets[..], &value.rows[..]));
        assert_eq!((twin.note.text, twin.inner.name), (&*value.note.text, &*value.inner.name));
        assert_eq!((twin.maybe, twin.few), (value.maybe.as_deref(), value.few.as_deref()));
        assert_eq!(twin.notes.len(), value.notes.len());
    }
}

#[test]
fn what_is_read_lies_in_the_frame() {
    let placed = Placed::new(&full().to_frame(), 0);
    let range = placed.frame().as_ptr_range();
    let book = read(placed.frame()).expect("aligned");
    let starts = [
        book.symbol.as_ptr(),
        book.raw.as_ptr(),
        book.levels.as_ptr().cast(),
        book.marks.as_ptr().cast(),
        book.notes[1].ids.as_ptr().cast(),
        book.inner.name.as_ptr(),
    ];
    assert!(starts.iter().all(|place| range.contains(place)));
}

#[test]
fn a_slice_is_refused_where_its_bytes_are_not_aligned() {
    let frame = full().to_frame();
    for shift in 1..8 {
        let placed = Placed::new(&frame, shift);
        let error = read(placed.frame()).expect_err("the levels are not aligned");
        assert_eq!(error.kind, ErrorKind::Misaligned { align: 8 });
        assert_eq!(error.place.map(|place| place.member), Some("levels"));
        let view = owned::Book::view(placed.frame()).expect("a view needs no alignment");
        let at = FrameHeader::SIZE + owned::Book::BLOCK.next_multiple_of(8) + 16;
        assert_eq!((view.levels().len(), error.at), (3, at));
        assert_eq!(owned::Book::from_frame(placed.frame()), Ok(full()));
    }
}

#[test]
fn nothing_is_aligned_anywhere() {
    for shift in 0..8 {
        let placed = Placed::new(&empty().to_frame(), shift);
        let book = read(placed.frame()).expect("there is nothing to align");
        assert_eq!((book.levels, book.marks, book.few), (&[][..], &[][..], Some(&[][..])));
        let view = owned::Book::view(placed.frame()).expect("a value");
        assert_eq!(view.levels().as_slice(), Some(&[][..]));
        assert_eq!(ListView::as_slice(&view.rows()), Some(&[][..]));
    }
}

#[test]
fn a_list_in_place_is_a_slice_where_it_is_aligned() {
    let (frame, value) = (full().to_frame(), full());
    for shift in 0..8 {
        let placed = Placed::new(&frame, shift);
        let view = owned::Book::view(placed.frame()).expect("a value");
        let aligned = |align| shift % align == 0;
        assert_eq!(view.levels().as_slice(), aligned(8).then_some(&value.levels[..]));
        assert_eq!(view.rows().as_slice(), aligned(4).then_some(&value.rows[..]));
        assert_eq!(view.octets().as_slice(), Some(&value.octets[..]));
        // The marks lie behind three levels.
        assert_eq!(view.marks().as_slice(), aligned(2).then_some(&value.marks[..]));
    }
}

#[test]
fn an_older_frame_gives_the_default() {
    let mut frame = owned::Book { kind: String::new(), ..full() }.to_frame();
    // The writer's block ends before the last field, of which nothing lies in the tail.
    let block = owned::Book::BLOCK - 8;
    frame.drain(FrameHeader::SIZE + block..FrameHeader::SIZE + block + 8);
    let length = u32::try_from(frame.len() - FrameHeader::SIZE).expect("small");
    frame[..4].copy_from_slice(&length.to_le_bytes());
    frame[8..12].copy_from_slice(&u32::try_from(block).expect("small").to_le_bytes());
    let placed = Placed::new(&frame, 0);
    let owned = owned::Book::from_frame(placed.frame());
    let twin = read(placed.frame());
    assert_eq!(owned.as_ref().map(|book| &*book.kind), twin.as_ref().map(|book| book.kind));
    assert_eq!(twin.expect("older").kind, "none");
}

#[test]
fn hostile_bytes_have_one_verdict() {
    let frame = full().to_frame();
    let changes = (0..frame.len()).flat_map(|at| [1, 0x10, 0x80, 0xff].map(|change| (at, change)));
    for (at, change) in changes {
        let mut altered = frame.clone();
        altered[at] ^= change;
        let placed = Placed::new(&altered, 0);
        let owned = owned::Book::from_frame(placed.frame());
        let twin = read(placed.frame());
        assert_eq!(owned.as_ref().err(), twin.as_ref().err(), "byte {at} ^ {change:#x}");
        if let (Ok(owned), Ok(twin)) = (owned, twin) {
            assert_eq!(owned.to_frame(), twin.to_frame());
        }
        let cut = Placed::new(&altered[..at], 0);
        assert_eq!(owned::Book::from_frame(cut.frame()).err(), read(cut.frame()).err());
    }
}
