//! rkyv: the value's own memory, with relative pointers.

#![allow(unsafe_code)]

use std::mem;

use rkyv::api::high::{HighDeserializer, HighSerializer, HighValidator, to_bytes_in};
use rkyv::bytecheck::CheckBytes;
use rkyv::munge::munge;
use rkyv::rancor::Error;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;
use rkyv::{Archive, Deserialize, Serialize};

use crate::bench::Bench;
use crate::codec::{Access, AccessTrusted, Codec, Decode, DecodeTrusted, Encode, Update};
use crate::shapes::Shape;
use crate::shapes::fixed::{ArchivedFixed, Fixed};
use crate::shapes::log::{ArchivedLog, ArchivedLogs, Logs};
use crate::shapes::mesh::{ArchivedMesh, ArchivedTriangle, ArchivedVector3, Mesh};

#[derive(Default)]
struct Rkyv {
    buffer: AlignedVec,
}

pub(super) fn add_log(bench: &mut Bench<Logs>) {
    let row = bench.codec::<Rkyv, Logs>().decode().decode_trusted();
    row.access().access_trusted().update().done();
}

pub(super) fn add_mesh(bench: &mut Bench<Mesh>) {
    let row = bench.codec::<Rkyv, Mesh>().decode().decode_trusted();
    row.access().access_trusted().update().done();
}

pub(super) fn add_fixed(bench: &mut Bench<Fixed>) {
    let row = bench.codec::<Rkyv, Fixed>().decode().decode_trusted();
    row.access().access_trusted().update().done();
}

impl Codec for Rkyv {
    const NAME: &'static str = "rkyv";
}

impl<V> Encode<V> for Rkyv
where
    V: for<'a> Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, Error>>,
{
    fn encode(&mut self, value: &V) -> &[u8] {
        self.buffer.clear();
        self.buffer = to_bytes_in::<_, Error>(value, mem::take(&mut self.buffer)).unwrap();
        &self.buffer
    }
}

impl<V> Decode<V> for Rkyv
where
    V: Archive,
    V::Archived:
        for<'a> CheckBytes<HighValidator<'a, Error>> + Deserialize<V, HighDeserializer<Error>>,
{
    fn decode(&mut self, bytes: &[u8]) -> V {
        rkyv::from_bytes::<V, Error>(bytes).unwrap()
    }
}

impl<V> DecodeTrusted<V> for Rkyv
where
    V: Archive,
    V::Archived: Deserialize<V, HighDeserializer<Error>>,
{
    fn decode_trusted(&mut self, bytes: &[u8]) -> V {
        // SAFETY: the bytes are an archive of this type, made by `encode`.
        unsafe { rkyv::from_bytes_unchecked::<V, Error>(bytes) }.unwrap()
    }
}

/// What differs between the shapes.
trait Reads: Shape + Archive {
    fn read_archived(archived: &Self::Archived) -> Self::Reading;
    fn update_archived(archived: rkyv::seal::Seal<'_, Self::Archived>);
}

impl<S: Reads> Access<S> for Rkyv
where
    S::Archived: for<'a> CheckBytes<HighValidator<'a, Error>>
        + Deserialize<S, HighDeserializer<Error>>
        + 'static,
{
    type View<'b> = &'b S::Archived;

    fn access(bytes: &[u8]) -> &S::Archived {
        rkyv::access::<S::Archived, Error>(bytes).unwrap()
    }

    fn read(view: &&S::Archived) -> S::Reading {
        S::read_archived(view)
    }

    fn rebuild(view: &&S::Archived) -> S {
        rkyv::deserialize::<S, Error>(*view).unwrap()
    }
}

impl<S: Reads> AccessTrusted<S> for Rkyv
where
    Self: for<'b> Access<S, View<'b> = &'b S::Archived>,
{
    fn access_trusted(bytes: &[u8]) -> &S::Archived {
        // SAFETY: the bytes are an archive of this type, made by `encode`.
        unsafe { rkyv::access_unchecked(bytes) }
    }
}

impl<S: Reads> Update<S> for Rkyv
where
    Self: Access<S>,
{
    fn update(bytes: &mut [u8]) {
        // SAFETY: the bytes are an archive of this type, made by `encode`, whose numbers alone change.
        S::update_archived(unsafe { rkyv::access_unchecked_mut(bytes) });
    }
}

impl Reads for Logs {
    fn read_archived(archived: &ArchivedLogs) -> u64 {
        let add = |sum: u64, log: &ArchivedLog| {
            sum.wrapping_add(u64::from(log.address.x0) + u64::from(log.code.to_native()))
                .wrapping_add(log.size.to_native())
        };
        archived.logs.iter().fold(0, add)
    }

    fn update_archived(archived: rkyv::seal::Seal<'_, ArchivedLogs>) {
        munge!(let ArchivedLogs { logs } = archived);
        let mut logs = rkyv::vec::ArchivedVec::as_slice_seal(logs);
        for index in 0..logs.len() {
            munge!(let ArchivedLog { mut size, .. } = logs.as_mut().index(index));
            *size = (size.to_native().wrapping_add(1)).into();
        }
    }
}

impl Reads for Mesh {
    fn read_archived(archived: &ArchivedMesh) -> f32 {
        archived.triangles.iter().map(|triangle| triangle.v0.x.to_native()).sum()
    }

    fn update_archived(archived: rkyv::seal::Seal<'_, ArchivedMesh>) {
        munge!(let ArchivedMesh { triangles } = archived);
        let mut triangles = rkyv::vec::ArchivedVec::as_slice_seal(triangles);
        for index in 0..triangles.len() {
            munge!(let ArchivedTriangle { v0: ArchivedVector3 { mut x, .. }, .. } =
                triangles.as_mut().index(index));
            *x = (x.to_native() + 1.0).into();
        }
    }
}

impl Reads for Fixed {
    fn read_archived(archived: &ArchivedFixed) -> u64 {
        let (price, quantity) = (archived.price.to_native(), archived.quantity.to_native());
        archived.id.to_native().wrapping_add(price as u64).wrapping_add(quantity as u64)
    }

    fn update_archived(archived: rkyv::seal::Seal<'_, ArchivedFixed>) {
        munge!(let ArchivedFixed { mut price, .. } = archived);
        *price = (price.to_native().wrapping_add(1)).into();
    }
}
