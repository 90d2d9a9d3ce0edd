//! `mesh`: 125,000 triangles, nothing but floats.

use super::Shape;
use super::random::Random;

const TRIANGLES: usize = 125_000;

#[derive(
    Debug,
    Clone,
    PartialEq,
    mycelium_derive::Message,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers", id = 2)]
pub(crate) struct Mesh {
    pub(crate) triangles: Vec<Triangle>,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    mycelium_derive::Struct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers")]
#[repr(C)]
pub(crate) struct Triangle {
    pub(crate) v0: Vector3,
    pub(crate) v1: Vector3,
    pub(crate) v2: Vector3,
    pub(crate) normal: Vector3,
}

#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    mycelium_derive::Struct,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    bitcode::Encode,
    bitcode::Decode,
    bincode::Encode,
    bincode::Decode,
    speedy::Writable,
    speedy::Readable,
    serde::Serialize,
    serde::Deserialize,
)]
#[myc(package = "peers")]
#[repr(C)]
pub(crate) struct Vector3 {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) z: f32,
}

impl Shape for Mesh {
    const NAME: &'static str = "mesh";

    fn samples() -> Vec<Self> {
        let mut random = Random::new(2);
        let mut vector = || Vector3 { x: random.unit(), y: random.unit(), z: random.unit() };
        let triangle = |_| Triangle { v0: vector(), v1: vector(), v2: vector(), normal: vector() };
        vec![Self { triangles: (0..TRIANGLES).map(triangle).collect() }]
    }

    type Reading = f32;

    fn read(&self) -> f32 {
        self.triangles.iter().map(|triangle| triangle.v0.x).sum()
    }

    fn update(&mut self) {
        for triangle in &mut self.triangles {
            triangle.v0.x += 1.0;
        }
    }
}
