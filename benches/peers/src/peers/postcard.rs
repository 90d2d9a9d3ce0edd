//! postcard: a serde format of variable-length integers.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::bench::Bench;
use crate::codec::{Borrow, Codec, Decode, Encode};
use crate::peers::Room;
use crate::shapes::fixed::Fixed;
use crate::shapes::log::{Logs, LogsRef};
use crate::shapes::mesh::Mesh;

#[derive(Default)]
struct Postcard {
    room: Room,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Postcard, Logs>().decode().borrow().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Postcard, Mesh>().decode().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Postcard, Fixed>().decode().done();
}

impl Codec for Postcard {
    const NAME: &'static str = "postcard";
}

impl<V: Serialize> Encode<V> for Postcard {
    fn encode(&mut self, value: &V) -> &[u8] {
        postcard::to_slice(value, &mut self.room.0).unwrap()
    }
}

impl<V: DeserializeOwned> Decode<V> for Postcard {
    fn decode(&mut self, bytes: &[u8]) -> V {
        postcard::from_bytes(bytes).unwrap()
    }
}

impl Borrow<Logs> for Postcard {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> LogsRef<'b> {
        postcard::from_bytes(bytes).unwrap()
    }
}
