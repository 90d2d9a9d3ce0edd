//! Latencies counted in buckets of about 3 % width, so that every value of a run fits into a report.
//!
//! Below 32 ns a bucket is one nanosecond wide; from there each power of two has 32 of them.

use serde::Serialize;

const BUCKETS_PER_OCTAVE: u64 = 32;
const OCTAVE_LOG2: u32 = BUCKETS_PER_OCTAVE.trailing_zeros();

/// Counts of values in nanoseconds.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    counts: Vec<u64>,
}

impl Histogram {
    /// Counts a value; one below zero (two clocks that differ) counts as zero.
    pub fn record(&mut self, value_ns: i64) {
        let index = index_of(value_ns.max(0) as u64);
        if index >= self.counts.len() {
            self.counts.resize(index + 1, 0);
        }
        self.counts[index] += 1;
    }

    /// Non-empty buckets, ascending: their lowest value and how many fell into them.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        let counted = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        counted.map(|(index, count)| (lowest_of(index as u64), *count))
    }
}

impl Serialize for Histogram {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.buckets())
    }
}

fn index_of(value: u64) -> usize {
    if value < BUCKETS_PER_OCTAVE {
        return value as usize;
    }
    let shift = value.ilog2() - OCTAVE_LOG2;
    (u64::from(shift) * BUCKETS_PER_OCTAVE + (value >> shift)) as usize
}

fn lowest_of(index: u64) -> u64 {
    if index < BUCKETS_PER_OCTAVE {
        return index;
    }
    let shift = index / BUCKETS_PER_OCTAVE - 1;
    (index - shift * BUCKETS_PER_OCTAVE) << shift
}

#[cfg(test)]
mod tests {
    use super::{Histogram, index_of, lowest_of};

    #[test]
    fn every_value_lies_in_its_bucket() {
        let values = (0..70).chain((6..63).flat_map(|bit| {
            let power = 1u64 << bit;
            [power - 1, power, power + power / 3, power + power / 64]
        }));
        for value in values {
            let index = index_of(value);
            let (lowest, next) = (lowest_of(index as u64), lowest_of(index as u64 + 1));
            assert!((lowest..next).contains(&value), "{value} in {lowest}..{next}");
            assert!(next - lowest <= 1 + value / 32);
        }
    }

    #[test]
    fn buckets_are_told_in_order() {
        let mut histogram = Histogram::default();
        for value in [1_000, 5, 1_000, -3] {
            histogram.record(value);
        }
        assert_eq!(histogram.buckets().collect::<Vec<_>>(), [(0, 1), (5, 1), (992, 2)]);
    }
}
