//! The codecs, each in a file of its own.

mod bitcode;
mod ours;
mod rkyv;
mod speedy;
mod wincode;

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
}

pub(crate) fn add_mesh(bench: &mut Bench<Mesh>) {
    ours::add_mesh(bench);
    rkyv::add_mesh(bench);
    bitcode::add_mesh(bench);
    wincode::add_mesh(bench);
    speedy::add_mesh(bench);
}

pub(crate) fn add_fixed(bench: &mut Bench<Fixed>) {
    ours::add_fixed(bench);
    rkyv::add_fixed(bench);
    bitcode::add_fixed(bench);
    wincode::add_fixed(bench);
    speedy::add_fixed(bench);
}
