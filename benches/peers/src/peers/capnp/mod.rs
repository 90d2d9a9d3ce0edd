//! Cap'n Proto: checks what is read when it is read, so it has no view that is checked before.
//!
//! `generated.rs` is what `capnp` and the crate `capnpc` make of `peers.capnp`.

#[allow(clippy::all, dead_code, unused_qualifications)]
#[rustfmt::skip]
mod generated;

use capnp::Word;
use capnp::message::{self, ReaderOptions, ScratchSpaceHeapAllocator};
use capnp::serialize::{self, NoAllocSliceSegments};
use capnp::traits::Owned;

use crate::bench::Bench;
use crate::codec::{Access, Codec, Encode};
use crate::shapes::Shape;
use crate::shapes::fixed::{Fixed, Side};
use crate::shapes::log::{Address, Log, Logs};
use crate::shapes::mesh::{Mesh, Triangle, Vector3};

/// Repeated reads of one message would come to the end of the usual limit.
const OPTIONS: ReaderOptions = ReaderOptions { traversal_limit_in_words: None, nesting_limit: 64 };

struct Capnp {
    /// Where messages are built: room for each shape in one segment.
    room: ScratchSpaceHeapAllocator<'static>,
    bytes: Vec<u8>,
}

impl Default for Capnp {
    fn default() -> Self {
        // Made once a shape and kept until the program ends.
        let words = Vec::leak(Word::allocate_zeroed_vec(2 << 20));
        let room = ScratchSpaceHeapAllocator::new(Word::words_to_bytes_mut(words));
        Self { room, bytes: Vec::new() }
    }
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    bench.codec::<Capnp, Logs>().read().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    bench.codec::<Capnp, Mesh>().read().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    bench.codec::<Capnp, Fixed>().read().done();
}

impl Codec for Capnp {
    const NAME: &'static str = "capnp";
}

/// What differs between the shapes.
trait Parts: Shape {
    type Root: Owned;

    fn fill(&self, root: <Self::Root as Owned>::Builder<'_>);
    fn read_root(root: <Self::Root as Owned>::Reader<'_>) -> capnp::Result<Self::Reading>;
    fn rebuild_root(root: <Self::Root as Owned>::Reader<'_>) -> capnp::Result<Self>;
}

impl<S: Parts> Encode<S> for Capnp {
    fn encode(&mut self, value: &S) -> &[u8] {
        let mut message = message::Builder::new(&mut self.room);
        value.fill(message.init_root());
        self.bytes.clear();
        serialize::write_message(&mut self.bytes, &message).unwrap();
        &self.bytes
    }
}

impl<S: Parts> Access<S> for Capnp {
    type View<'b> = message::Reader<NoAllocSliceSegments<'b>>;

    fn access(mut bytes: &[u8]) -> Self::View<'_> {
        serialize::read_message_from_flat_slice_no_alloc(&mut bytes, OPTIONS).unwrap()
    }

    fn read(view: &Self::View<'_>) -> S::Reading {
        S::read_root(view.get_root().unwrap()).unwrap()
    }

    fn rebuild(view: &Self::View<'_>) -> S {
        S::rebuild_root(view.get_root().unwrap()).unwrap()
    }
}

impl Parts for Logs {
    type Root = generated::logs::Owned;

    fn fill(&self, root: generated::logs::Builder<'_>) {
        let mut logs = root.init_logs(self.logs.len() as u32);
        for (index, from) in self.logs.iter().enumerate() {
            let mut log = logs.reborrow().get(index as u32);
            let mut address = log.reborrow().init_address();
            address.set_x0(from.address.x0);
            address.set_x1(from.address.x1);
            address.set_x2(from.address.x2);
            address.set_x3(from.address.x3);
            log.set_identity(&from.identity);
            log.set_userid(&from.userid);
            log.set_date(&from.date);
            log.set_request(&from.request);
            log.set_code(from.code);
            log.set_size(from.size);
        }
    }

    fn read_root(root: generated::logs::Reader<'_>) -> capnp::Result<u64> {
        let mut sum = 0_u64;
        for log in root.get_logs()? {
            let numbers = u64::from(log.get_address()?.get_x0()) + u64::from(log.get_code());
            sum = sum.wrapping_add(numbers).wrapping_add(log.get_size());
        }
        Ok(sum)
    }

    fn rebuild_root(root: generated::logs::Reader<'_>) -> capnp::Result<Self> {
        let rebuild = |log: generated::log::Reader<'_>| {
            let address = log.get_address()?;
            Ok(Log {
                address: Address {
                    x0: address.get_x0(),
                    x1: address.get_x1(),
                    x2: address.get_x2(),
                    x3: address.get_x3(),
                },
                identity: log.get_identity()?.to_string()?,
                userid: log.get_userid()?.to_string()?,
                date: log.get_date()?.to_string()?,
                request: log.get_request()?.to_string()?,
                code: log.get_code(),
                size: log.get_size(),
            })
        };
        let logs = root.get_logs()?.iter().map(rebuild).collect::<capnp::Result<_>>()?;
        Ok(Self { logs })
    }
}

impl Parts for Mesh {
    type Root = generated::mesh::Owned;

    fn fill(&self, root: generated::mesh::Builder<'_>) {
        let fill = |mut to: generated::vector3::Builder<'_>, from: Vector3| {
            to.set_x(from.x);
            to.set_y(from.y);
            to.set_z(from.z);
        };
        let mut triangles = root.init_triangles(self.triangles.len() as u32);
        for (index, from) in self.triangles.iter().enumerate() {
            let mut triangle = triangles.reborrow().get(index as u32);
            fill(triangle.reborrow().init_v0(), from.v0);
            fill(triangle.reborrow().init_v1(), from.v1);
            fill(triangle.reborrow().init_v2(), from.v2);
            fill(triangle.reborrow().init_normal(), from.normal);
        }
    }

    fn read_root(root: generated::mesh::Reader<'_>) -> capnp::Result<f32> {
        root.get_triangles()?.iter().map(|triangle| Ok(triangle.get_v0()?.get_x())).sum()
    }

    fn rebuild_root(root: generated::mesh::Reader<'_>) -> capnp::Result<Self> {
        let vector = |from: generated::vector3::Reader<'_>| Vector3 {
            x: from.get_x(),
            y: from.get_y(),
            z: from.get_z(),
        };
        let rebuild = |triangle: generated::triangle::Reader<'_>| {
            Ok(Triangle {
                v0: vector(triangle.get_v0()?),
                v1: vector(triangle.get_v1()?),
                v2: vector(triangle.get_v2()?),
                normal: vector(triangle.get_normal()?),
            })
        };
        let triangles = root.get_triangles()?.iter().map(rebuild).collect::<capnp::Result<_>>()?;
        Ok(Self { triangles })
    }
}

impl Parts for Fixed {
    type Root = generated::fixed::Owned;

    fn fill(&self, mut root: generated::fixed::Builder<'_>) {
        root.set_timestamp(self.timestamp);
        root.set_id(self.id);
        root.set_price(self.price);
        root.set_quantity(self.quantity);
        root.set_sequence(self.sequence);
        root.set_instrument(self.instrument);
        root.set_venue(self.venue);
        root.set_side(match self.side {
            Side::Buy => generated::Side::Buy,
            Side::Sell => generated::Side::Sell,
        });
        root.set_marks(self.marks);
    }

    fn read_root(root: generated::fixed::Reader<'_>) -> capnp::Result<u64> {
        let (price, quantity) = (root.get_price(), root.get_quantity());
        Ok(root.get_id().wrapping_add(price as u64).wrapping_add(quantity as u64))
    }

    fn rebuild_root(root: generated::fixed::Reader<'_>) -> capnp::Result<Self> {
        Ok(Self {
            timestamp: root.get_timestamp(),
            id: root.get_id(),
            price: root.get_price(),
            quantity: root.get_quantity(),
            sequence: root.get_sequence(),
            instrument: root.get_instrument(),
            venue: root.get_venue(),
            side: match root.get_side()? {
                generated::Side::Buy => Side::Buy,
                generated::Side::Sell => Side::Sell,
            },
            marks: root.get_marks(),
        })
    }
}
