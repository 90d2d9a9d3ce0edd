//! The types that `protoc` would give, and their way from the shapes and back.

use prost::{Enumeration, Message};

use crate::shapes::{Twin, fixed, log, mesh};

#[derive(Clone, PartialEq, Message)]
pub(super) struct Logs {
    #[prost(message, repeated, tag = "1")]
    logs: Vec<Log>,
}

#[derive(Clone, PartialEq, Message)]
struct Log {
    #[prost(message, optional, tag = "1")]
    address: Option<Address>,
    #[prost(string, tag = "2")]
    identity: String,
    #[prost(string, tag = "3")]
    userid: String,
    #[prost(string, tag = "4")]
    date: String,
    #[prost(string, tag = "5")]
    request: String,
    #[prost(uint32, tag = "6")]
    code: u32,
    #[prost(uint64, tag = "7")]
    size: u64,
}

#[derive(Clone, PartialEq, Message)]
struct Address {
    #[prost(uint32, tag = "1")]
    x0: u32,
    #[prost(uint32, tag = "2")]
    x1: u32,
    #[prost(uint32, tag = "3")]
    x2: u32,
    #[prost(uint32, tag = "4")]
    x3: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Mesh {
    #[prost(message, repeated, tag = "1")]
    triangles: Vec<Triangle>,
}

#[derive(Clone, PartialEq, Message)]
struct Triangle {
    #[prost(message, optional, tag = "1")]
    v0: Option<Vector3>,
    #[prost(message, optional, tag = "2")]
    v1: Option<Vector3>,
    #[prost(message, optional, tag = "3")]
    v2: Option<Vector3>,
    #[prost(message, optional, tag = "4")]
    normal: Option<Vector3>,
}

#[derive(Clone, PartialEq, Message)]
struct Vector3 {
    #[prost(float, tag = "1")]
    x: f32,
    #[prost(float, tag = "2")]
    y: f32,
    #[prost(float, tag = "3")]
    z: f32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Fixed {
    #[prost(int64, tag = "1")]
    timestamp: i64,
    #[prost(uint64, tag = "2")]
    id: u64,
    #[prost(int64, tag = "3")]
    price: i64,
    #[prost(int64, tag = "4")]
    quantity: i64,
    #[prost(uint64, tag = "5")]
    sequence: u64,
    #[prost(uint32, tag = "6")]
    instrument: u32,
    #[prost(uint32, tag = "7")]
    venue: u32,
    #[prost(enumeration = "Side", tag = "8")]
    side: i32,
    #[prost(uint32, tag = "9")]
    marks: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Enumeration)]
#[repr(i32)]
enum Side {
    Unspecified = 0,
    Buy = 1,
    Sell = 2,
}

impl Twin<log::Logs> for Logs {
    fn of(shape: &log::Logs) -> Self {
        let log = |log: &log::Log| {
            let log::Address { x0, x1, x2, x3 } = log.address;
            let [x0, x1, x2, x3] = [x0, x1, x2, x3].map(u32::from);
            Log {
                address: Some(Address { x0, x1, x2, x3 }),
                identity: log.identity.clone(),
                userid: log.userid.clone(),
                date: log.date.clone(),
                request: log.request.clone(),
                code: log.code.into(),
                size: log.size,
            }
        };
        Self { logs: shape.logs.iter().map(log).collect() }
    }

    fn back(self) -> log::Logs {
        let log = |log: Log| {
            let Address { x0, x1, x2, x3 } = log.address.unwrap_or_default();
            let [x0, x1, x2, x3] = [x0, x1, x2, x3].map(|part| u8::try_from(part).unwrap());
            log::Log {
                address: log::Address { x0, x1, x2, x3 },
                identity: log.identity,
                userid: log.userid,
                date: log.date,
                request: log.request,
                code: log.code.try_into().unwrap(),
                size: log.size,
            }
        };
        log::Logs { logs: self.logs.into_iter().map(log).collect() }
    }
}

impl Twin<mesh::Mesh> for Mesh {
    fn of(shape: &mesh::Mesh) -> Self {
        let vector = |from: mesh::Vector3| Some(Vector3 { x: from.x, y: from.y, z: from.z });
        let triangle = |from: &mesh::Triangle| Triangle {
            v0: vector(from.v0),
            v1: vector(from.v1),
            v2: vector(from.v2),
            normal: vector(from.normal),
        };
        Self { triangles: shape.triangles.iter().map(triangle).collect() }
    }

    fn back(self) -> mesh::Mesh {
        let vector = |from: Option<Vector3>| {
            let Vector3 { x, y, z } = from.unwrap_or_default();
            mesh::Vector3 { x, y, z }
        };
        let triangle = |from: Triangle| mesh::Triangle {
            v0: vector(from.v0),
            v1: vector(from.v1),
            v2: vector(from.v2),
            normal: vector(from.normal),
        };
        mesh::Mesh { triangles: self.triangles.into_iter().map(triangle).collect() }
    }
}

impl Twin<fixed::Fixed> for Fixed {
    fn of(shape: &fixed::Fixed) -> Self {
        let side = match shape.side {
            fixed::Side::Buy => Side::Buy,
            fixed::Side::Sell => Side::Sell,
        };
        Self {
            timestamp: shape.timestamp,
            id: shape.id,
            price: shape.price,
            quantity: shape.quantity,
            sequence: shape.sequence,
            instrument: shape.instrument,
            venue: shape.venue.into(),
            side: side.into(),
            marks: shape.marks.into(),
        }
    }

    fn back(self) -> fixed::Fixed {
        fixed::Fixed {
            side: match self.side() {
                Side::Unspecified => panic!("the side is not given"),
                Side::Buy => fixed::Side::Buy,
                Side::Sell => fixed::Side::Sell,
            },
            timestamp: self.timestamp,
            id: self.id,
            price: self.price,
            quantity: self.quantity,
            sequence: self.sequence,
            instrument: self.instrument,
            venue: self.venue.try_into().unwrap(),
            marks: self.marks.try_into().unwrap(),
        }
    }
}
