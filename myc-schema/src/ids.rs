//! Ranges of message ids, in which one is found by halving however many there are.

use std::ops::RangeInclusive;

/// Ranges with something said of each, ascending, none of which overlaps another.
pub(crate) struct Ids<T>(Vec<(RangeInclusive<u16>, T)>);

impl<T: Copy> Ids<T> {
    /// Of ids that are in several ranges, the range counts that begins first.
    pub(crate) fn new(ranges: impl IntoIterator<Item = (RangeInclusive<u16>, T)>) -> Ids<T> {
        let mut all: Vec<_> = ranges.into_iter().collect();
        all.sort_by_key(|(ids, _)| *ids.start());
        let mut next = 0_u32;
        let rest = |(ids, said): (RangeInclusive<u16>, T)| {
            let start = u32::from(*ids.start()).max(next);
            next = next.max(u32::from(*ids.end()) + 1);
            // It is not above 65535, unless the ids before go up to there.
            let start = u16::try_from(start).ok().filter(|start| start <= ids.end())?;
            Some((start..=*ids.end(), said))
        };
        Ids(all.into_iter().filter_map(rest).collect())
    }

    /// All ranges, ascending, none with an id of another.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = RangeInclusive<u16>> + '_ {
        self.0.iter().map(|(ids, _)| ids.clone())
    }

    /// What is said of an id.
    pub(crate) fn get(&self, id: u16) -> Option<T> {
        let at = self.0.partition_point(|(ids, _)| *ids.end() < id);
        self.0.get(at).filter(|(ids, _)| ids.contains(&id)).map(|(_, said)| *said)
    }
}

#[cfg(test)]
mod tests {
    use super::Ids;

    #[test]
    fn each_id_is_found_in_the_range_that_begins_first() {
        let ids = Ids::new([
            (7..=9, 'c'),
            (1..=3, 'a'),
            (2..=5, 'b'),
            (3..=3, 'd'),
            (65535..=65535, 'e'),
        ]);
        let said: String = (0..=10).map(|id| ids.get(id).unwrap_or('-')).collect();
        assert_eq!(said, "-aaabb-ccc-");
        assert_eq!((ids.get(u16::MAX), ids.get(u16::MAX - 1)), (Some('e'), None));
    }

    #[test]
    fn a_range_up_to_the_last_id_hides_what_follows() {
        let ids = Ids::new([(1..=u16::MAX, 1), (9..=u16::MAX, 2), (u16::MAX..=u16::MAX, 3)]);
        assert_eq!(ids.get(u16::MAX), Some(1));
    }
}
