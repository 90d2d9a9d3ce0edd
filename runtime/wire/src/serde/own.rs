//! The runtime's own types, so that types of serde can hold them.

use alloc::string::String;
use alloc::vec::Vec;

use serde_core::de::Error;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer};

use super::{bytes, deserialize, serialize};
use crate::wire::DecodeOwned;
use crate::{
    BoundedBytes, BoundedList, BoundedString, Bytes, Decimal, Digest, Duration, Timestamp, U256,
    Uuid, Wire,
};

crate::__impl_serde!(Uuid);
crate::__impl_serde!(U256);

/// For people by the mapping; otherwise as what serde knows that comes nearest.
macro_rules! as_simple {
    ($([$($generics:tt)*] $ty:ty: $write:expr, $read:expr;)*) => {$(
        impl<$($generics)*> Serialize for $ty {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    return serialize(self, serializer);
                }
                $write(serializer, self)
            }
        }

        impl<'de, $($generics)*> Deserialize<'de> for $ty {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    return deserialize(deserializer);
                }
                $read(deserializer)
            }
        }
    )*};
}

as_simple! {
    [const SCALE: u8] Decimal<SCALE>:
        |serializer: S, it: &Self| serializer.serialize_i64(it.mantissa()),
        |deserializer| i64::deserialize(deserializer).map(Decimal::from_mantissa);
    [] Timestamp:
        |serializer: S, it: &Self| serializer.serialize_i64(it.0),
        |deserializer| i64::deserialize(deserializer).map(Timestamp);
    [] Duration:
        |serializer: S, it: &Self| serializer.serialize_i64(it.0),
        |deserializer| i64::deserialize(deserializer).map(Duration);
    [const N: usize] BoundedString<N>:
        |serializer: S, it: &Self| serializer.serialize_str(it),
        |deserializer| String::deserialize(deserializer)?.parse().map_err(D::Error::custom);
    [] Bytes:
        |serializer: S, it: &Self| serializer.serialize_bytes(it),
        |deserializer| bytes::read(deserializer).map(Bytes);
    [const N: usize] BoundedBytes<N>:
        |serializer: S, it: &Self| serializer.serialize_bytes(it),
        |deserializer| bytes::read(deserializer)?.as_slice().try_into().map_err(D::Error::custom);
}

impl<T: Wire, const N: usize> Serialize for BoundedList<T, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serialize(self, serializer);
        }
        // Without the room for items that are not there.
        let items: &[T] = self;
        serialize(&items, serializer)
    }
}

impl<'de, T: DecodeOwned, const N: usize> Deserialize<'de> for BoundedList<T, N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return deserialize(deserializer);
        }
        let mut list = BoundedList::new();
        for item in deserialize::<Vec<T>, D>(deserializer)? {
            list.try_push(item)
                .map_err(|_| D::Error::custom(format_args!("more than {N} items")))?;
        }
        Ok(list)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digest = if deserializer.is_human_readable() {
            Digest::parse(&String::deserialize(deserializer)?)
        } else {
            bytes::read(deserializer)?.try_into().ok().map(Digest)
        };
        digest.ok_or_else(|| D::Error::custom("expected `myc1:` and 64 hexadecimal digits"))
    }
}
