//! The fixed records, `struct` in FlatBuffers: bytes that lie inline.

#![allow(unsafe_code)]

use ::flatbuffers::{
    Follow, InvalidFlatbuffer, Push, PushAlignment, SimpleToVerifyInSlice, Verifiable, Verifier,
};

use crate::shapes::{log, mesh};

/// Bytes of a record, that are aligned as to `ALIGN` bytes where they lie.
#[derive(Clone, Copy, PartialEq)]
#[repr(transparent)]
pub(super) struct Record<const SIZE: usize, const ALIGN: usize>([u8; SIZE]);

pub(super) type Address = Record<4, 1>;
pub(super) type Triangle = Record<48, 4>;

impl<'b, const SIZE: usize, const ALIGN: usize> Follow<'b> for Record<SIZE, ALIGN> {
    type Inner = &'b Self;

    #[inline]
    unsafe fn follow(buf: &'b [u8], loc: usize) -> &'b Self {
        // SAFETY: the caller says that a record lies there; it is bytes.
        unsafe { ::flatbuffers::follow_cast_ref::<Self>(buf, loc) }
    }
}

impl<const SIZE: usize, const ALIGN: usize> Push for Record<SIZE, ALIGN> {
    type Output = Self;

    #[inline]
    unsafe fn push(&self, dst: &mut [u8], _written_len: usize) {
        dst[..SIZE].copy_from_slice(&self.0);
    }

    #[inline]
    fn alignment() -> PushAlignment {
        PushAlignment::new(ALIGN)
    }
}

impl<const SIZE: usize, const ALIGN: usize> Verifiable for Record<SIZE, ALIGN> {
    #[inline]
    fn run_verifier(v: &mut Verifier<'_, '_>, pos: usize) -> Result<(), InvalidFlatbuffer> {
        v.in_buffer::<Self>(pos)
    }
}

impl<const SIZE: usize, const ALIGN: usize> SimpleToVerifyInSlice for Record<SIZE, ALIGN> {}

impl Address {
    pub(super) fn of(address: log::Address) -> Self {
        Self([address.x0, address.x1, address.x2, address.x3])
    }

    pub(super) fn x0(&self) -> u8 {
        self.0[0]
    }

    pub(super) fn rebuild(&self) -> log::Address {
        let [x0, x1, x2, x3] = self.0;
        log::Address { x0, x1, x2, x3 }
    }
}

impl Triangle {
    pub(super) fn of(triangle: &mesh::Triangle) -> Self {
        let mut bytes = [0; 48];
        let vectors = [triangle.v0, triangle.v1, triangle.v2, triangle.normal];
        for (place, from) in bytes.chunks_exact_mut(12).zip(vectors) {
            place[..4].copy_from_slice(&from.x.to_le_bytes());
            place[4..8].copy_from_slice(&from.y.to_le_bytes());
            place[8..].copy_from_slice(&from.z.to_le_bytes());
        }
        Self(bytes)
    }

    pub(super) fn x_of_v0(&self) -> f32 {
        self.number(0)
    }

    pub(super) fn rebuild(&self) -> mesh::Triangle {
        let vector = |at| mesh::Vector3 {
            x: self.number(at),
            y: self.number(at + 1),
            z: self.number(at + 2),
        };
        mesh::Triangle { v0: vector(0), v1: vector(3), v2: vector(6), normal: vector(9) }
    }

    fn number(&self, index: usize) -> f32 {
        let bytes = &self.0[index * 4..index * 4 + 4];
        f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
    }
}
