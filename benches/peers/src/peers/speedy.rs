//! speedy: fixed-width, without a check of the whole.

use speedy::{LittleEndian, Readable, Writable};

use crate::bench::Bench;
use crate::codec::{Borrow, Codec, Decode, Encode};
use crate::shapes::fixed::Fixed;
use crate::shapes::log::{Logs, LogsRef};
use crate::shapes::mesh::Mesh;

#[derive(Default)]
struct Speedy {
    buffer: Vec<u8>,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Speedy, Logs>().decode().borrow().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Speedy, Mesh>().decode().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Speedy, Fixed>().decode().done();
}

impl Codec for Speedy {
    const NAME: &'static str = "speedy";
}

impl<V: Writable<LittleEndian>> Encode<V> for Speedy {
    fn encode(&mut self, value: &V) -> &[u8] {
        let len = value.bytes_needed().unwrap();
        if self.buffer.len() < len {
            self.buffer.resize(len, 0);
        }
        let buffer = &mut self.buffer[..len];
        value.write_to_buffer_with_ctx(LittleEndian {}, buffer).unwrap();
        buffer
    }
}

impl<V: for<'b> Readable<'b, LittleEndian>> Decode<V> for Speedy {
    fn decode(&mut self, bytes: &[u8]) -> V {
        V::read_from_buffer_with_ctx(LittleEndian {}, bytes).unwrap()
    }
}

impl Borrow<Logs> for Speedy {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> LogsRef<'b> {
        LogsRef::read_from_buffer_with_ctx(LittleEndian {}, bytes).unwrap()
    }
}
