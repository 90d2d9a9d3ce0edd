//! What is read in place as a value of the dynamic codec: each field, item and pair is asked for.

use mycelium::{Decimal, Duration, Key, ListView, MapView, Timestamp, U256, Uuid, Wire};
use mycelium_wire::Value;
use mycelium_wire::reflect::Type;

/// What a value is read as, with all that it holds.
pub trait ToValue {
    /// The value. Of bytes that were not checked it is any value, or none.
    fn to_value(&self) -> Value;
}

/// An arm that the schema knows.
pub(crate) fn arm(tag: u16, value: &impl ToValue) -> Value {
    Value::Arm { tag, value: Box::new(value.to_value()) }
}

/// An arm that the schema does not know.
pub(crate) fn unknown(tag: u32, payload: &[u8]) -> Value {
    Value::UnknownArm { tag, payload: payload.to_vec() }
}

macro_rules! values {
    ($($ty:ty: $it:ident => $value:expr;)*) => {$(
        impl ToValue for $ty {
            fn to_value(&self) -> Value {
                let $it = self;
                $value
            }
        }
    )*};
}

values! {
    bool: it => Value::Bool(*it);
    i8: it => Value::Int((*it).into());
    i16: it => Value::Int((*it).into());
    i32: it => Value::Int((*it).into());
    i64: it => Value::Int((*it).into());
    i128: it => Value::Int(*it);
    u8: it => Value::Int((*it).into());
    u16: it => Value::Int((*it).into());
    u32: it => Value::Int((*it).into());
    u64: it => Value::Int((*it).into());
    u128: it => Value::U128(*it);
    f32: it => Value::F32(*it);
    f64: it => Value::F64(*it);
    U256: it => Value::U256(*it);
    Uuid: it => Value::Uuid(*it);
    Timestamp: it => Value::Int(it.0.into());
    Duration: it => Value::Int(it.0.into());
    &str: it => Value::Text((*it).to_owned());
    &[u8]: it => Value::Bytes(it.to_vec());
}

impl<const SCALE: u8> ToValue for Decimal<SCALE> {
    fn to_value(&self) -> Value {
        Value::Int(self.mantissa().into())
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Absent, T::to_value)
    }
}

/// Also holds every way to an item against the others.
impl<'a, T: Wire> ToValue for ListView<'a, T>
where
    T::View<'a>: ToValue,
{
    fn to_value(&self) -> Value {
        let items: Vec<Value> = self.iter().map(|item| item.to_value()).collect();
        assert!(items.len() <= self.len() && self.get(self.len()).is_none());
        if let Some(slice) = self.as_slice() {
            assert_eq!(slice.len(), items.len(), "a slice has all items");
        }
        if T::TYPE != &Type::U8 {
            return Value::Items(items);
        }
        let byte = |index| match self.get(index).map(|item| item.to_value()) {
            Some(Value::Int(byte)) => byte as u8,
            other => panic!("a byte is {other:?}"),
        };
        Value::Bytes((0..items.len()).map(byte).collect())
    }
}

/// Also looks for each key.
impl<'a, K: Key, V: Wire> ToValue for MapView<'a, K, V>
where
    K::View<'a>: ToValue,
    V::View<'a>: ToValue,
{
    fn to_value(&self) -> Value {
        self.keys().for_each(|key| {
            // In bytes that were not checked, keys may be out of order, and not be found.
            let _ = (self.contains_key(key), self.values().len());
        });
        let pairs =
            self.iter().map(|(key, value)| Value::Items(vec![key.to_value(), value.to_value()]));
        Value::Items(pairs.collect())
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: ToValue),+> ToValue for ($($name,)+) {
            fn to_value(&self) -> Value {
                Value::Items(vec![$(self.$index.to_value()),+])
            }
        }
    )*};
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11)
}
