//! prost: Protocol Buffers, whose code has types of its own.
//!
//! Measured twice: with values that are held in those types, and with values of the shapes, from which
//! its types are filled before each encoding and which are made of them after each decoding.

mod types;

use prost::Message;

use crate::bench::Bench;
use crate::codec::{Codec, Decode, Encode};
use crate::shapes::fixed::Fixed;
use crate::shapes::log::Logs;
use crate::shapes::mesh::Mesh;
use crate::shapes::{Shape, Twin};

#[derive(Default)]
struct Prost {
    buffer: Vec<u8>,
}

#[derive(Default)]
struct Filled {
    prost: Prost,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Prost, types::Logs>().decode().done();
    bench.codec::<Filled, Logs>().decode().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Prost, types::Mesh>().decode().done();
    bench.codec::<Filled, Mesh>().decode().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Prost, types::Fixed>().decode().done();
    bench.codec::<Filled, Fixed>().decode().done();
}

impl Codec for Prost {
    const NAME: &'static str = "prost";
}

impl<V: Message> Encode<V> for Prost {
    fn encode(&mut self, value: &V) -> &[u8] {
        self.buffer.clear();
        value.encode(&mut self.buffer).unwrap();
        &self.buffer
    }
}

impl<V: Message + Default> Decode<V> for Prost {
    fn decode(&mut self, bytes: &[u8]) -> V {
        V::decode(bytes).unwrap()
    }
}

/// A shape and prost's type for it.
trait Generated: Shape {
    type Type: Message + Default + Twin<Self>;
}

impl Codec for Filled {
    const NAME: &'static str = "prost + fill";
}

impl<S: Generated> Encode<S> for Filled {
    fn encode(&mut self, value: &S) -> &[u8] {
        self.prost.encode(&S::Type::of(value))
    }
}

impl<S: Generated> Decode<S> for Filled {
    fn decode(&mut self, bytes: &[u8]) -> S {
        let decoded: S::Type = self.prost.decode(bytes);
        decoded.back()
    }
}

impl Generated for Logs {
    type Type = types::Logs;
}

impl Generated for Mesh {
    type Type = types::Mesh;
}

impl Generated for Fixed {
    type Type = types::Fixed;
}
