//! bincode 2 with its standard configuration, and its own derives.

use bincode::config::{Configuration, standard};

use crate::bench::Bench;
use crate::codec::{Borrow, Codec, Decode, Encode};
use crate::peers::Room;
use crate::shapes::fixed::Fixed;
use crate::shapes::log::{Logs, LogsRef};
use crate::shapes::mesh::Mesh;

const CONFIG: Configuration = standard();

#[derive(Default)]
struct Bincode {
    room: Room,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Bincode, Logs>().decode().borrow().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Bincode, Mesh>().decode().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Bincode, Fixed>().decode().done();
}

impl Codec for Bincode {
    const NAME: &'static str = "bincode 2";
}

impl<V: bincode::Encode> Encode<V> for Bincode {
    fn encode(&mut self, value: &V) -> &[u8] {
        let len = bincode::encode_into_slice(value, &mut self.room.0, CONFIG).unwrap();
        &self.room.0[..len]
    }
}

impl<V: bincode::Decode<()>> Decode<V> for Bincode {
    fn decode(&mut self, bytes: &[u8]) -> V {
        bincode::decode_from_slice(bytes, CONFIG).unwrap().0
    }
}

impl Borrow<Logs> for Bincode {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> LogsRef<'b> {
        bincode::borrow_decode_from_slice(bytes, CONFIG).unwrap().0
    }
}
