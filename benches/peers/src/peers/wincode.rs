//! wincode: the format of bincode's first version, fixed-width.

use wincode::config::{self, Configuration};
use wincode::{SchemaReadOwned, SchemaWrite};

use crate::bench::Bench;
use crate::codec::{Borrow, Codec, Decode, Encode};
use crate::shapes::fixed::Fixed;
use crate::shapes::log::{Logs, LogsRef};
use crate::shapes::mesh::Mesh;

/// A mesh takes more than the 4 MiB that are allowed at once by default.
type Config = Configuration<true, { 64 << 20 }>;

const CONFIG: Config = Configuration::default().with_preallocation_size_limit();

#[derive(Default)]
struct Wincode {
    buffer: Vec<u8>,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Wincode, Logs>().decode().borrow().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Wincode, Mesh>().decode().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Wincode, Fixed>().decode().done();
}

impl Codec for Wincode {
    const NAME: &'static str = "wincode";
}

impl<V: SchemaWrite<Config, Src = V>> Encode<V> for Wincode {
    fn encode(&mut self, value: &V) -> &[u8] {
        self.buffer.clear();
        config::serialize_into(&mut self.buffer, value, CONFIG).unwrap();
        &self.buffer
    }
}

impl<V: SchemaReadOwned<Config, Dst = V>> Decode<V> for Wincode {
    fn decode(&mut self, bytes: &[u8]) -> V {
        config::deserialize(bytes, CONFIG).unwrap()
    }
}

impl Borrow<Logs> for Wincode {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> LogsRef<'b> {
        config::deserialize(bytes, CONFIG).unwrap()
    }
}
