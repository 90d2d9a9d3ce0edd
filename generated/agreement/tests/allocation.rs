//! What decoding allocates is bounded by what came in, whatever the bytes are.
//!
//! Things in the tail are taken one behind the other and never twice, so each byte of a frame is part of one
//! of them. At any time, the heap holds at most `ratio * frame + defaults` bytes for a message, where
//!
//! * `defaults` is what its own fields' defaults own, for a block that ends before them;
//! * `ratio` is the greatest of these, over all that the message reaches:
//!   * 1, for text, bytes and unknown arms, which are kept as they came;
//!   * for a list `[T]`, bytes of a `T` in memory over bytes of one on the wire: room is made once, for as
//!     many items as are there;
//!   * for a `map<K, V>`, `15 p + 128` over bytes of a pair on the wire, where a pair is `p` bytes in memory:
//!     pairs are gathered in a `Vec` (at most four times as many) and then in a `BTreeMap`, whose nodes, at
//!     most one a pair, have room for 11 pairs;
//!   * for an embedded message, what its defaults own over the 8 bytes of its prefix;
//!
//! and where the bytes are no value, the one fault that says so.
//!
//! A value in memory holds embedded messages and the widest arm of a union itself: so a list of messages
//! with large arrays has a large ratio, though each item is a reference of 8 bytes on the wire.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fs;
use std::path::Path;

use mycelium_agreement::{Codec, Random, codecs, value_of};
use mycelium_wire::layout;
use mycelium_wire::reflect::{Def, Field, Kind, Literal, Type};
use mycelium_wire::{Fault, FrameHeader, hex, value};
use serde_json::Value as Json;

/// Counts what this thread holds.
struct Counting;

thread_local! {
    static LIVE: Cell<usize> = const { Cell::new(0) };
    static PEAK: Cell<usize> = const { Cell::new(0) };
}

fn take(bytes: usize) {
    LIVE.set(LIVE.get().wrapping_add(bytes));
    PEAK.set(PEAK.get().max(LIVE.get()));
}

fn give_back(bytes: usize) {
    LIVE.set(LIVE.get().wrapping_sub(bytes));
}

// SAFETY: all is done by the system's allocator; `realloc` is what the trait makes of the two.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        take(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        give_back(layout.size());
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Most bytes that were held at once, beyond those held before.
fn peak_of(act: impl FnOnce()) -> usize {
    LIVE.set(0);
    PEAK.set(0);
    act();
    assert_eq!(LIVE.get(), 0, "all is given back");
    PEAK.get()
}

/// The bound of a message.
struct Bound {
    ratio: f64,
    defaults: usize,
}

impl Bound {
    fn of(codec: &Codec) -> Bound {
        let mut ratio: f64 = 1.0;
        let Kind::Message { fields, .. } = codec.def.kind else { panic!("{}", codec.name) };
        fields.iter().for_each(|field| reach(field.ty, &mut ratio));
        Bound { ratio, defaults: defaults(fields) }
    }

    fn bytes(&self, frame: &[u8]) -> usize {
        (self.ratio * frame.len() as f64) as usize + self.defaults
    }
}

/// Bytes of a value in memory, padding taken to be as much as there can be. The largest alignment is 16.
fn memory(ty: &Type<'_>) -> usize {
    let count = |most: u32| most as usize;
    match ty {
        Type::String | Type::Bytes | Type::List(_) | Type::Map(..) => 24,
        Type::BoundedString(most) => (count(*most) + 8).next_multiple_of(8),
        Type::BoundedBytes(most) => (count(*most) + 4).next_multiple_of(4),
        Type::Array(item, len) => memory(item) * count(*len),
        Type::BoundedList(item, most) => (memory(item) * count(*most) + 4).next_multiple_of(16),
        Type::Tuple(items) => record(items.iter().copied()),
        Type::Optional(item) => (memory(item) + 1).next_multiple_of(16),
        Type::Named(def) => match def.kind {
            Kind::Message { fields, .. } | Kind::Struct { fields } => {
                record(fields.iter().map(|field| field.ty))
            }
            Kind::Union { arms, .. } => {
                // An unknown arm is 32 bytes.
                let widest = arms.iter().map(|arm| memory(arm.ty)).max().unwrap_or(0).max(32);
                (widest + 1).next_multiple_of(16)
            }
            Kind::Enum { open: true, repr, .. } => 2 * layout::repr_size(repr),
            _ => layout::size(ty),
        },
        _ => layout::size(ty),
    }
}

fn record<'t>(types: impl Iterator<Item = &'t Type<'t>>) -> usize {
    types.map(|ty| memory(ty).next_multiple_of(alignment(ty))).sum::<usize>().next_multiple_of(16)
}

fn alignment(ty: &Type<'_>) -> usize {
    match ty {
        Type::Bool | Type::I8 | Type::U8 | Type::Uuid => 1,
        Type::I16 | Type::U16 => 2,
        Type::I32 | Type::U32 | Type::F32 => 4,
        Type::Array(item, _) => alignment(item),
        _ => 16,
    }
}

/// Takes the ratios of all that a type puts in the tail.
fn reach(ty: &Type<'_>, ratio: &mut f64) {
    let mut take = |memory: usize, wire: usize| *ratio = ratio.max(memory as f64 / wire as f64);
    match ty {
        Type::List(item) => {
            take(memory(item), layout::size(item));
            reach(item, ratio);
        }
        Type::Map(key, value) => {
            take(15 * record([*key, *value].into_iter()) + 128, layout::pair_size(key, value));
            reach(key, ratio);
            reach(value, ratio);
        }
        Type::Array(item, _) | Type::BoundedList(item, _) | Type::Optional(item) => {
            reach(item, ratio)
        }
        Type::Tuple(items) => items.iter().for_each(|item| reach(item, ratio)),
        Type::Named(Def { kind, .. }) => match kind {
            Kind::Message { fields, .. } => {
                take(defaults(fields), 8);
                fields.iter().for_each(|field| reach(field.ty, ratio));
            }
            Kind::Struct { fields } => fields.iter().for_each(|field| reach(field.ty, ratio)),
            Kind::Union { arms, .. } => arms.iter().for_each(|arm| reach(arm.ty, ratio)),
            _ => {}
        },
        _ => {}
    }
}

/// What the defaults of fields own.
fn defaults(fields: &[Field<'_>]) -> usize {
    fields.iter().filter_map(|field| Some(owned(field.ty, field.default.as_ref()?))).sum()
}

fn owned(ty: &Type<'_>, literal: &Literal<'_>) -> usize {
    let all = |item: &Type<'_>, literals: &[Literal<'_>]| -> usize {
        literals.iter().map(|literal| owned(item, literal)).sum()
    };
    match (ty, *literal) {
        (Type::String, Literal::Text(text)) => text.len(),
        (_, Literal::Text(digits)) => digits.len() / 2,
        (Type::List(item), Literal::List(items)) => items.len() * memory(item) + all(item, items),
        (Type::Array(item, _) | Type::BoundedList(item, _), Literal::List(items)) => {
            all(item, items)
        }
        (Type::Tuple(types), Literal::List(items)) => {
            types.iter().zip(items).map(|(ty, item)| owned(ty, item)).sum()
        }
        (Type::Map(key, value), Literal::List(pairs)) => {
            let pair = |pair: &Literal<'_>| owned(&Type::Tuple(&[key, value]), pair);
            let each = 15 * record([*key, *value].into_iter()) + 128;
            pairs.len() * each + pairs.iter().map(pair).sum::<usize>()
        }
        (Type::Named(Def { kind: Kind::Struct { fields }, .. }), Literal::List(values)) => {
            fields.iter().zip(values).map(|(field, value)| owned(field.ty, value)).sum()
        }
        (Type::Optional(item), literal) => owned(item, &literal),
        _ => 0,
    }
}

/// Most that was allocated, as a share of what may be.
struct Worst(Vec<(f64, &'static str)>);

impl Worst {
    fn hold(&mut self, codec: &Codec, bound: &Bound, frame: &[u8]) {
        let of_values = bound.bytes(frame);
        let mut is_value = false;
        let peak = peak_of(|| is_value = (codec.decode)(frame));
        let most = of_values + if is_value { 0 } else { size_of::<Fault>() };
        assert!(
            peak <= most,
            "{}: {peak} bytes for a frame of {}, at most {most}: {}",
            codec.name,
            frame.len(),
            hex::encode(&frame[..frame.len().min(256)])
        );
        if is_value && of_values > 0 {
            self.0.push((peak as f64 / of_values as f64, codec.name));
            self.0.sort_by(|a, b| b.0.total_cmp(&a.0));
            self.0.truncate(1);
        }
    }
}

fn with_length(mut frame: Vec<u8>) -> Vec<u8> {
    if let Some(payload) = frame.len().checked_sub(FrameHeader::SIZE) {
        frame[..4].copy_from_slice(&(payload as u32).to_le_bytes());
    }
    frame
}

/// Every cut, every bit, every claimed count of a frame.
fn hold_altered(codec: &Codec, bound: &Bound, frame: &[u8], worst: &mut Worst) {
    worst.hold(codec, bound, frame);
    let step = 1 + frame.len() / 256;
    for at in (0..frame.len()).step_by(step) {
        worst.hold(codec, bound, &with_length(frame[..at & !7].to_vec()));
        for change in (0..8).map(|bit| 1 << bit) {
            let mut altered = frame.to_vec();
            altered[at] ^= change;
            worst.hold(codec, bound, &altered);
        }
    }
    for at in (FrameHeader::SIZE..frame.len().saturating_sub(3)).step_by(4 * step) {
        for claim in [1, 2, 0xff, 0xffff, 0x7fff_ffff, 0xffff_fff8, u32::MAX, frame.len() as u32] {
            let mut altered = frame.to_vec();
            altered[at..at + 4].copy_from_slice(&claim.to_le_bytes());
            worst.hold(codec, bound, &altered);
        }
    }
}

/// A long tail of one byte over and over, which each reference of the block claims as one list.
fn hold_claimed(codec: &Codec, bound: &Bound, worst: &mut Worst) {
    const TAIL: usize = 4096;
    let block = block_of(codec.def);
    for filled in [0, 1, 8, 0xff] {
        let mut frame = vec![filled; FrameHeader::SIZE + block.next_multiple_of(8) + TAIL];
        let header =
            FrameHeader { type_id: codec.type_id, block: block as u32, ..FrameHeader::default() };
        frame[..FrameHeader::SIZE].copy_from_slice(&header.to_bytes());
        frame[FrameHeader::SIZE..FrameHeader::SIZE + block].fill(0);
        let frame = with_length(frame);
        worst.hold(codec, bound, &frame);
        let step = 4 + 4 * (block / 512);
        for at in (FrameHeader::SIZE..FrameHeader::SIZE + block.saturating_sub(7)).step_by(step) {
            for size in [1, 2, 4, 8, 12, 16, 20, 24, 32, 40, 48, 64] {
                let mut claiming = frame.clone();
                claiming[at + 4..at + 8].copy_from_slice(&((TAIL / size) as u32).to_le_bytes());
                worst.hold(codec, bound, &claiming);
                // Also where something stands before it, such as a tag or a presence byte.
                claiming[at - 4..at].copy_from_slice(&1_u32.to_le_bytes());
                worst.hold(codec, bound, &claiming);
            }
        }
    }
}

fn block_of(def: &Def<'_>) -> usize {
    match def.kind {
        Kind::Message { fields, .. } => layout::block_size(fields),
        _ => 0,
    }
}

fn hold_all() {
    let codecs = codecs();
    let mut worst = Worst(Vec::with_capacity(2));
    for codec in &codecs {
        let bound = Bound::of(codec);
        let most = memory(&Type::Named(codec.def));
        assert!(codec.size <= most, "{} is {} bytes, not {most}", codec.name, codec.size);
        hold_claimed(codec, &bound, &mut worst);
        if codec.name.starts_with("random.") {
            for number in 0..3 {
                let value = value_of(&mut Random(number), &Type::Named(codec.def));
                let frame = value::encode(codec.def, &value).unwrap();
                hold_altered(codec, &bound, &frame, &mut worst);
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/vectors");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|it| it != "json") {
            continue;
        }
        let file: Json = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        for vector in file["vectors"].as_array().unwrap() {
            let codec = codecs.iter().find(|codec| vector["type"] == codec.name).unwrap();
            let frame = hex::decode(vector["frame"].as_str().unwrap()).unwrap();
            hold_altered(codec, &Bound::of(codec), &frame, &mut worst);
        }
    }
    eprintln!("most of what may be: {:?}", worst.0);
    assert!(worst.0[0].0 > 0.9, "the bound is met by something");
}

#[test]
fn what_is_allocated_is_bounded_by_what_came_in() {
    // Room for unoptimised code to hold values of 64 KiB.
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    thread.spawn(hold_all).unwrap().join().unwrap();
}
