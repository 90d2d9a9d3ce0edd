//! Mycelium.

use mycelium::{DecodeOwned, InPlace, Message};

use crate::bench::Bench;
use crate::codec::{Access, AccessTrusted, Borrow, Codec, Decode, Encode, Update};
use crate::shapes::Shape;
use crate::shapes::fixed::{Fixed, FixedView};
use crate::shapes::log::{Address, Log, LogView, Logs, LogsRef, LogsView};
use crate::shapes::mesh::{Mesh, MeshView, Triangle, TriangleView, Vector3, Vector3View};

pub(crate) const NAME: &str = "mycelium";

#[derive(Default)]
struct Ours {
    frame: Vec<u8>,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Ours, Logs>().decode().borrow().access().access_trusted().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Ours, Mesh>().decode().access().access_trusted().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Ours, Fixed>().decode().access().access_trusted().update().done();
}

impl Codec for Ours {
    const NAME: &'static str = NAME;
}

impl<V: Message> Encode<V> for Ours {
    fn encode(&mut self, value: &V) -> &[u8] {
        let len = value.frame_len().unwrap();
        // As a transport does that reserves room: what lies there is of no interest.
        if self.frame.len() < len {
            self.frame.resize(len, 0);
        }
        let frame = &mut self.frame[..len];
        value.encode_frame(0, 0, frame);
        frame
    }
}

impl<V: Message + DecodeOwned> Decode<V> for Ours {
    fn decode(&mut self, bytes: &[u8]) -> V {
        V::from_frame(bytes).unwrap()
    }
}

impl Borrow<Logs> for Ours {
    fn borrow<'b>(&mut self, bytes: &'b [u8]) -> LogsRef<'b> {
        LogsRef::from_frame(bytes).unwrap()
    }
}

impl AccessTrusted<Logs> for Ours {
    fn access_trusted(bytes: &[u8]) -> LogsView<'_> {
        Logs::view_trusted(bytes).unwrap()
    }
}

impl AccessTrusted<Mesh> for Ours {
    fn access_trusted(bytes: &[u8]) -> MeshView<'_> {
        Mesh::view_trusted(bytes).unwrap()
    }
}

impl Update<Fixed> for Ours {
    fn update(bytes: &mut [u8]) {
        Fixed::mut_from_frame(bytes).unwrap().update();
    }
}

impl AccessTrusted<Fixed> for Ours {
    fn access_trusted(bytes: &[u8]) -> FixedView<'_> {
        Fixed::view_trusted(bytes).unwrap()
    }
}

impl Access<Logs> for Ours {
    type View<'b> = LogsView<'b>;

    fn access(bytes: &[u8]) -> LogsView<'_> {
        Logs::view(bytes).unwrap()
    }

    fn read(view: &LogsView<'_>) -> u64 {
        let add = |sum: u64, log: LogView<'_>| {
            sum.wrapping_add(u64::from(log.address().x0()) + u64::from(log.code()))
                .wrapping_add(log.size())
        };
        view.logs().iter().fold(0, add)
    }

    fn rebuild(view: &LogsView<'_>) -> Logs {
        let rebuild = |log: LogView<'_>| {
            let address = log.address();
            Log {
                address: Address {
                    x0: address.x0(),
                    x1: address.x1(),
                    x2: address.x2(),
                    x3: address.x3(),
                },
                identity: log.identity().to_owned(),
                userid: log.userid().to_owned(),
                date: log.date().to_owned(),
                request: log.request().to_owned(),
                code: log.code(),
                size: log.size(),
            }
        };
        Logs { logs: view.logs().iter().map(rebuild).collect() }
    }
}

impl Access<Mesh> for Ours {
    type View<'b> = MeshView<'b>;

    fn access(bytes: &[u8]) -> MeshView<'_> {
        Mesh::view(bytes).unwrap()
    }

    fn read(view: &MeshView<'_>) -> f32 {
        view.triangles().iter().map(|triangle| triangle.v0().x()).sum()
    }

    fn rebuild(view: &MeshView<'_>) -> Mesh {
        let vector = |view: Vector3View<'_>| Vector3 { x: view.x(), y: view.y(), z: view.z() };
        let rebuild = |triangle: TriangleView<'_>| Triangle {
            v0: vector(triangle.v0()),
            v1: vector(triangle.v1()),
            v2: vector(triangle.v2()),
            normal: vector(triangle.normal()),
        };
        Mesh { triangles: view.triangles().iter().map(rebuild).collect() }
    }
}

impl Access<Fixed> for Ours {
    type View<'b> = FixedView<'b>;

    fn access(bytes: &[u8]) -> FixedView<'_> {
        Fixed::view(bytes).unwrap()
    }

    fn read(view: &FixedView<'_>) -> u64 {
        view.id().wrapping_add(view.price() as u64).wrapping_add(view.quantity() as u64)
    }

    fn rebuild(view: &FixedView<'_>) -> Fixed {
        Fixed {
            timestamp: view.timestamp(),
            id: view.id(),
            price: view.price(),
            quantity: view.quantity(),
            sequence: view.sequence(),
            instrument: view.instrument(),
            venue: view.venue(),
            side: view.side(),
            marks: view.marks(),
        }
    }
}
