//! Maps: pairs in the tail, ascending by key, so that a value is found by halving.
//!
//! A map is written as a list of tuples (key, value) would be. Its order is that of the keys on the
//! wire: numbers by value, enums and flags by their number, text and bytes by their bytes. A map that
//! has its keys in another order, as a `HashMap` has, is sorted when it is written.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::marker::PhantomData;
#[cfg(feature = "std")]
use std::collections::HashMap;

use crate::error::{ErrorKind, Failed};
use crate::layout::{align_up, pair_align, pair_size, pair_value_offset};
use crate::limits::Bound;
use crate::reflect::Type;
use crate::tail::{Tail, TailReader, TailWriter};
use crate::validate::ValidationError;
use crate::wire::{Decode, Wire};

/// What can be the key of a map: integers, `bool`, enums, flags, decimals, times, UUIDs, text and bytes.
///
/// Implementations come from the derives; there is no need to write one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of a map",
    label = "not a key",
    note = "a key is an integer, bool, enum, flags, decimal, time, UUID, string or bytes: floats, \
            optionals and composite types are not compared"
)]
pub trait Key: Wire {
    /// The key as it is read in place.
    fn to_view(&self) -> Self::View<'_>;

    /// The order of keys on the wire.
    fn compare(a: &Self::View<'_>, b: &Self::View<'_>) -> Ordering;
}

/// Implements [`Key`] for types that are their own views. The function gives what a reader finds of a key.
macro_rules! keys {
    ($read_back:expr => $([$($generics:tt)*] $key:ty),* $(,)?) => {$(
        impl<$($generics)*> Key for $key {
            #[inline]
            fn to_view(&self) -> Self {
                $read_back(self)
            }

            #[inline]
            fn compare(a: &Self, b: &Self) -> Ordering {
                a.cmp(b)
            }
        }
    )*};
}

keys! {
    Clone::clone =>
    [] bool,
    [] i8, [] i16, [] i32, [] i64, [] i128,
    [] u8, [] u16, [] u32, [] u64, [] u128, [] crate::U256,
    [] crate::Timestamp, [] crate::Duration,
    [] crate::Uuid,
    [const SCALE: u8] crate::Decimal<SCALE>,
}

keys!(crate::owned::nearest => [] core::time::Duration);
#[cfg(all(unix, feature = "std"))]
keys!(crate::system_time::nearest => [] std::time::SystemTime);

/// Implements [`Key`] for owners of text or bytes, which are read as slices.
macro_rules! slices {
    ($([$($generics:tt)*] $key:ty => $view:ty),* $(,)?) => {$(
        impl<$($generics)*> Key for $key {
            #[inline]
            fn to_view(&self) -> &$view {
                self
            }

            #[inline]
            fn compare(a: &&$view, b: &&$view) -> Ordering {
                a.cmp(b)
            }
        }
    )*};
}

slices! {
    [] alloc::string::String => str,
    [] alloc::boxed::Box<str> => str,
    [] alloc::sync::Arc<str> => str,
    ['a] alloc::borrow::Cow<'a, str> => str,
    ['a] &'a str => str,
    [const N: usize] crate::BoundedString<N> => str,
    [] crate::Bytes => [u8],
    [const N: usize] crate::BoundedBytes<N> => [u8],
}

impl<K: Key> Key for alloc::boxed::Box<K> {
    fn to_view(&self) -> K::View<'_> {
        K::to_view(self)
    }

    fn compare(a: &K::View<'_>, b: &K::View<'_>) -> Ordering {
        K::compare(a, b)
    }
}

/// A map read in place.
pub struct MapView<'a, K, V> {
    /// `len` pairs.
    pairs: &'a [u8],
    len: usize,
    tail: Tail<'a>,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Clone for MapView<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for MapView<'_, K, V> {}

impl<K, V> fmt::Debug for MapView<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MapView").field("len", &self.len).finish_non_exhaustive()
    }
}

/// Where the two of a pair lie.
struct Pair<K, V>(PhantomData<fn() -> (K, V)>);

impl<K: Wire, V: Wire> Pair<K, V> {
    const SIZE: usize = pair_size(K::TYPE, V::TYPE);
    const ALIGN: usize = pair_align(K::TYPE, V::TYPE);
    const VALUE: usize = pair_value_offset(K::TYPE, V::TYPE);
    const IS_FIXED: bool = K::TYPE.is_fixed() && V::TYPE.is_fixed();
}

impl<'a, K: Key, V: Wire> MapView<'a, K, V> {
    /// Number of pairs.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The value of a key, where it is there. It is found by halving, without looking at the others.
    pub fn get(&self, key: K::View<'_>) -> Option<V::View<'a>> {
        self.find(&key).map(|pair| value_of::<V>(pair, Pair::<K, V>::VALUE, self.tail))
    }

    /// Whether a key is there.
    pub fn contains_key(&self, key: K::View<'_>) -> bool {
        self.find(&key).is_some()
    }

    /// All pairs, ascending by key.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (K::View<'a>, V::View<'a>)> + use<'a, K, V> {
        let tail = self.tail;
        self.inline().map(move |pair| {
            (key_of::<K>(pair, tail), value_of::<V>(pair, Pair::<K, V>::VALUE, tail))
        })
    }

    /// All keys, ascending.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = K::View<'a>> + use<'a, K, V> {
        let tail = self.tail;
        self.inline().map(move |pair| key_of::<K>(pair, tail))
    }

    /// All values, ascending by key.
    pub fn values(&self) -> impl ExactSizeIterator<Item = V::View<'a>> + use<'a, K, V> {
        let tail = self.tail;
        self.inline().map(move |pair| value_of::<V>(pair, Pair::<K, V>::VALUE, tail))
    }

    fn inline(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a, K, V> {
        self.pairs.chunks_exact(Pair::<K, V>::SIZE).take(self.len)
    }

    /// The pair of a key.
    fn find(&self, key: &K::View<'_>) -> Option<&'a [u8]> {
        let size = Pair::<K, V>::SIZE;
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            let pair = self.pairs.get(middle * size..(middle + 1) * size)?;
            match K::compare(&key_of::<K>(pair, self.tail), key) {
                Ordering::Equal => return Some(pair),
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        None
    }
}

#[inline]
fn key_of<'a, K: Wire>(pair: &'a [u8], tail: Tail<'a>) -> K::View<'a> {
    K::view_inline(pair.get(..K::SIZE).unwrap_or_default(), tail)
}

#[inline]
fn value_of<'a, V: Wire>(pair: &'a [u8], start: usize, tail: Tail<'a>) -> V::View<'a> {
    V::view_inline(pair.get(start..start + V::SIZE).unwrap_or_default(), tail)
}

/// Pairs in the order of the wire: those of the map, where they are so already.
///
/// Of keys that are one on the wire, as an unknown member of an enum and the known one of the same number
/// are, or two times that are written as the last there is, the first counts.
enum Ordered<'m, K, V, I> {
    Already(I),
    Sorted(alloc::vec::IntoIter<(&'m K, &'m V)>),
}

impl<'m, K, V, I: Iterator<Item = (&'m K, &'m V)>> Iterator for Ordered<'m, K, V, I> {
    type Item = (&'m K, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Ordered::Already(pairs) => pairs.next(),
            Ordered::Sorted(pairs) => pairs.next(),
        }
    }
}

/// The pairs in order, and how many there are.
fn order<'m, K: Key + 'm, V: 'm, I>(pairs: I) -> (Ordered<'m, K, V, I>, usize)
where
    I: ExactSizeIterator<Item = (&'m K, &'m V)> + Clone,
{
    let compare = |a: &(&K, &V), b: &(&K, &V)| K::compare(&a.0.to_view(), &b.0.to_view());
    if pairs.clone().is_sorted_by(|a, b| compare(a, b).is_lt()) {
        let count = pairs.len();
        return (Ordered::Already(pairs), count);
    }
    let mut sorted: Vec<_> = pairs.collect();
    sorted.sort_by(compare);
    sorted.dedup_by(|later, earlier| compare(later, earlier).is_eq());
    let count = sorted.len();
    (Ordered::Sorted(sorted.into_iter()), count)
}

/// Holds the number of pairs that are written to the bound. Pairs are put in order and counted only where
/// it matters that keys may be one: at least one pair is left, and at most all are.
fn keeps<'m, K: Key + 'm, V: 'm, I>(pairs: I, bound: &Bound) -> Result<(), ErrorKind>
where
    I: ExactSizeIterator<Item = (&'m K, &'m V)> + Clone,
{
    let most = pairs.len();
    if bound.check_count(most.min(1)).and(bound.check_count(most)).is_ok() {
        return Ok(());
    }
    bound.check_count(order(pairs).1)
}

fn tail_end<'m, K: Key + 'm, V: Wire + 'm, I>(pairs: I, end: usize) -> usize
where
    I: ExactSizeIterator<Item = (&'m K, &'m V)> + Clone,
{
    if pairs.len() == 0 {
        return end;
    }
    let (pairs, count) = order(pairs);
    let end = align_up(end, Pair::<K, V>::ALIGN) + count * Pair::<K, V>::SIZE;
    if Pair::<K, V>::IS_FIXED {
        return end;
    }
    pairs.fold(end, |end, (key, value)| value.tail_end(key.tail_end(end)))
}

fn encode<'m, K: Key + 'm, V: Wire + 'm, I>(pairs: I, inline: &mut [u8], tail: &mut TailWriter<'_>)
where
    I: ExactSizeIterator<Item = (&'m K, &'m V)> + Clone,
{
    let (pairs, count) = order(pairs);
    let bytes = count * Pair::<K, V>::SIZE;
    let region = tail.item(inline, count, bytes, Pair::<K, V>::ALIGN);
    region.fill(0);
    for ((key, value), pair) in pairs.zip(region.chunks_exact_mut(Pair::<K, V>::SIZE)) {
        key.encode(&mut pair[..K::SIZE], tail);
        value.encode(&mut pair[Pair::<K, V>::VALUE..][..V::SIZE], tail);
    }
}

/// Walks the pairs that `inline` refers to. `read` takes key and value, each from its inline form; then
/// the key is compared with the one before.
#[inline]
fn walk<'de, K: Key, V: Wire>(
    inline: &[u8],
    tail: &mut TailReader<'de>,
    mut read: impl FnMut(&'de [u8], &'de [u8], &mut TailReader<'de>) -> Result<(), Failed>,
) -> Result<(), Failed> {
    let (region, _) = tail.item(inline, Pair::<K, V>::SIZE, Pair::<K, V>::ALIGN)?;
    let mut before: Option<&[u8]> = None;
    for pair in region.chunks_exact(Pair::<K, V>::SIZE) {
        let key = &pair[..K::SIZE];
        read(key, &pair[Pair::<K, V>::VALUE..][..V::SIZE], tail)?;
        if let Some(before) = before {
            let view = |inline| K::view_inline(inline, tail.whole());
            if K::compare(&view(before), &view(key)).is_ge() {
                return Err(tail.error(pair, ErrorKind::KeyOrder));
            }
        }
        before = Some(key);
    }
    Ok(())
}

#[inline]
fn decode<'de, K: Key + Decode<'de>, V: Decode<'de>>(
    inline: &[u8],
    tail: &mut TailReader<'de>,
) -> Result<Vec<(K, V)>, Failed> {
    let mut pairs = Vec::new();
    walk::<K, V>(inline, tail, |key, value, tail| {
        pairs.push((K::decode(key, tail)?, V::decode(value, tail)?));
        Ok(())
    })?;
    Ok(pairs)
}

/// Implements [`Wire`] for an owner of pairs.
macro_rules! map {
    ([$($generics:tt)*] $map:ty) => {
        impl<$($generics)*> Wire for $map {
            const TYPE: &'static Type<'static> = &Type::Map(K::TYPE, V::TYPE);
            type View<'a> = MapView<'a, K, V>;

            fn tail_end(&self, end: usize) -> usize {
                tail_end(self.iter(), end)
            }

            fn encode(&self, inline: &mut [u8], tail: &mut TailWriter<'_>) {
                encode(self.iter(), inline, tail);
            }

            fn check(inline: &[u8], tail: &mut TailReader<'_>) -> Result<(), Failed> {
                walk::<K, V>(inline, tail, |key, value, tail| {
                    K::check(key, tail)?;
                    V::check(value, tail)
                })
            }

            fn view_inline<'a>(inline: &'a [u8], tail: Tail<'a>) -> MapView<'a, K, V> {
                let (pairs, len) = tail.item(inline, Pair::<K, V>::SIZE);
                MapView { pairs, len, tail, types: PhantomData }
            }

            fn keeps(&self, bound: &Bound) -> Result<(), ErrorKind> {
                keeps(self.iter(), bound)
            }

            fn validate_parts(&self) -> Result<(), ValidationError> {
                if !V::IS_CONSTRAINED {
                    return Ok(());
                }
                let check = |(index, value): (usize, &V)| {
                    value.validate_parts().map_err(|error| error.in_item(1).in_item(index))
                };
                self.values().enumerate().try_for_each(check)
            }
        }

        impl<'de, $($generics)*> Decode<'de> for $map
        where
            K: Decode<'de>,
            V: Decode<'de>,
        {
            fn decode(inline: &'de [u8], tail: &mut TailReader<'de>) -> Result<Self, Failed> {
                Ok(decode(inline, tail)?.into_iter().collect())
            }
        }
    };
}

map!([K: Key + Ord, V: Wire] BTreeMap<K, V>);
#[cfg(feature = "std")]
map!([K: Key + Eq + core::hash::Hash, V: Wire, S: core::hash::BuildHasher + Default] HashMap<K, V, S>);
