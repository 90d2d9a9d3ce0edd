//! bitcode: packs columns, and gives up reading in place for it.

use bitcode::{DecodeOwned, Encode as Encodes};

use crate::bench::Bench;
use crate::codec::{Borrow, Codec, Decode, Encode};
use crate::shapes::fixed::Fixed;
use crate::shapes::log::{Logs, LogsRef};
use crate::shapes::mesh::Mesh;

#[derive(Default)]
struct Bitcode {
    buffer: bitcode::Buffer,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Bitcode, Logs>().decode().borrow().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Bitcode, Mesh>().decode().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Bitcode, Fixed>().decode().done();
}

impl Codec for Bitcode {
    const NAME: &'static str = "bitcode";
}

impl<V: Encodes> Encode<V> for Bitcode {
    fn encode(&mut self, value: &V) -> &[u8] {
        self.buffer.encode(value)
    }
}

impl<V: DecodeOwned> Decode<V> for Bitcode {
    fn decode(&mut self, bytes: &[u8]) -> V {
        self.buffer.decode(bytes).unwrap()
    }
}

impl Borrow<Logs> for Bitcode {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> LogsRef<'b> {
        self.buffer.decode(bytes).unwrap()
    }
}
