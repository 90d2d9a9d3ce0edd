//! The codecs, each in a file of its own.

mod bincode;
mod bitcode;
mod capnp;
mod flatbuffers;
mod ours;
mod postcard;
mod prost;
mod rkyv;
mod speedy;
mod wincode;

pub(crate) use ours::NAME as OURS;

use crate::bench::Bench;
use crate::shapes::fixed::Fixed;
use crate::shapes::log::Logs;
use crate::shapes::mesh::Mesh;

pub(crate) fn add_log(bench: &mut Bench<Logs>) {
    ours::add_log(bench);
    rkyv::add_log(bench);
    bitcode::add_log(bench);
    wincode::add_log(bench);
    speedy::add_log(bench);
    bincode::add_log(bench);
    postcard::add_log(bench);
    prost::add_log(bench);
    flatbuffers::add_log(bench);
    capnp::add_log(bench);
}

pub(crate) fn add_mesh(bench: &mut Bench<Mesh>) {
    ours::add_mesh(bench);
    rkyv::add_mesh(bench);
    bitcode::add_mesh(bench);
    wincode::add_mesh(bench);
    speedy::add_mesh(bench);
    bincode::add_mesh(bench);
    postcard::add_mesh(bench);
    prost::add_mesh(bench);
    flatbuffers::add_mesh(bench);
    capnp::add_mesh(bench);
}

pub(crate) fn add_fixed(bench: &mut Bench<Fixed>) {
    ours::add_fixed(bench);
    rkyv::add_fixed(bench);
    bitcode::add_fixed(bench);
    wincode::add_fixed(bench);
    speedy::add_fixed(bench);
    bincode::add_fixed(bench);
    postcard::add_fixed(bench);
    prost::add_fixed(bench);
    flatbuffers::add_fixed(bench);
    capnp::add_fixed(bench);
}

/// A slice as long as the longest encoding of any shape, for codecs that write into what is there.
struct Room(Vec<u8>);

impl Default for Room {
    fn default() -> Self {
        Self(vec![0; 16 << 20])
    }
}
