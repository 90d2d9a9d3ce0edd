//! FlatBuffers. The tables are written by hand on the crate's own interface, as `flatc` of the crate's
//! version would give them; the versions that distributions have give code for older crates.

#![allow(unsafe_code)]

mod records;
mod tables;

use ::flatbuffers::{FlatBufferBuilder, Follow, Verifiable, VerifierOptions};

use crate::bench::Bench;
use crate::codec::{Access, AccessTrusted, Codec, Encode};
use crate::shapes::Shape;
use crate::shapes::fixed::Fixed;
use crate::shapes::log::Logs;
use crate::shapes::mesh::Mesh;

/// The usual limits with room for the log's ten thousand tables.
const OPTIONS: VerifierOptions = VerifierOptions {
    max_depth: 64,
    max_tables: 1_000_000,
    max_apparent_size: 1 << 31,
    ignore_missing_null_terminator: false,
};

#[derive(Default)]
struct Flatbuffers {
    builder: FlatBufferBuilder<'static>,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Flatbuffers, Logs>().access().access_trusted().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Flatbuffers, Mesh>().access().access_trusted().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Flatbuffers, Fixed>().access().access_trusted().done();
}

/// What differs between the shapes.
trait Parts: Shape {
    type Table<'b>: Follow<'b, Inner = Self::Table<'b>> + Verifiable + 'b;

    fn build(&self, builder: &mut FlatBufferBuilder<'static>);
    fn read_table(table: &Self::Table<'_>) -> Self::Reading;
    fn rebuild_table(table: &Self::Table<'_>) -> Self;
}

impl Codec for Flatbuffers {
    const NAME: &'static str = "flatbuffers";
}

impl<S: Parts> Encode<S> for Flatbuffers {
    fn encode(&mut self, value: &S) -> &[u8] {
        self.builder.reset();
        value.build(&mut self.builder);
        self.builder.finished_data()
    }
}

impl<S: Parts> Access<S> for Flatbuffers {
    type View<'b> = S::Table<'b>;

    fn access(bytes: &[u8]) -> S::Table<'_> {
        ::flatbuffers::root_with_opts::<S::Table<'_>>(&OPTIONS, bytes).unwrap()
    }

    fn read(view: &S::Table<'_>) -> S::Reading {
        S::read_table(view)
    }

    fn rebuild(view: &S::Table<'_>) -> S {
        S::rebuild_table(view)
    }
}

impl<S: Parts> AccessTrusted<S> for Flatbuffers {
    fn access_trusted(bytes: &[u8]) -> S::Table<'_> {
        // SAFETY: the bytes are a buffer with this root, made by `encode`.
        unsafe { ::flatbuffers::root_unchecked::<S::Table<'_>>(bytes) }
    }
}
