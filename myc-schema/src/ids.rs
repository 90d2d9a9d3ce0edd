//! Ranges of numbers, of which the one that has a number is found by halving however many there are.

use std::ops::RangeInclusive;

/// Ranges with something said of each, ascending, none of which overlaps another.
pub(crate) struct Ids<T>(Vec<(RangeInclusive<i128>, T)>);

impl<T: Copy> Ids<T> {
    /// Of numbers that are in several ranges, the range counts that begins first.
    pub(crate) fn new(ranges: impl IntoIterator<Item = (RangeInclusive<i128>, T)>) -> Ids<T> {
        let mut all: Vec<_> = ranges.into_iter().collect();
        all.sort_by_key(|(ids, _)| *ids.start());
        let mut next = i128::MIN;
        let rest = |(ids, said): (RangeInclusive<i128>, T)| {
            let rest = next.max(*ids.start())..=*ids.end();
            next = next.max(ids.end().saturating_add(1));
            (!rest.is_empty()).then_some((rest, said))
        };
        Ids(all.into_iter().filter_map(rest).collect())
    }

    /// All ranges, ascending, none with a number of another.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = &RangeInclusive<i128>> + '_ {
        self.0.iter().map(|(ids, _)| ids)
    }

    /// What is said of a number.
    pub(crate) fn get(&self, id: i128) -> Option<T> {
        self.range_of(id).map(|(_, said)| *said)
    }

    /// The least number of a range that is in none of these.
    pub(crate) fn first_without(&self, range: &RangeInclusive<i128>) -> Option<i128> {
        let mut id = *range.start();
        while let Some((covering, _)) = self.range_of(id) {
            id = covering.end().checked_add(1)?;
        }
        range.contains(&id).then_some(id)
    }

    fn range_of(&self, id: i128) -> Option<&(RangeInclusive<i128>, T)> {
        let at = self.0.partition_point(|(ids, _)| *ids.end() < id);
        self.0.get(at).filter(|(ids, _)| ids.contains(&id))
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
            (-4..=-2, 'f'),
        ]);
        let said: String = (-5..=10).map(|id| ids.get(id).unwrap_or('-')).collect();
        assert_eq!(said, "-fff--aaabb-ccc-");
        assert_eq!((ids.get(65535), ids.get(65534)), (Some('e'), None));
    }

    #[test]
    fn a_range_up_to_the_last_number_hides_what_follows() {
        let ids = Ids::new([(1..=i128::MAX, 1), (9..=i128::MAX, 2), (i128::MAX..=i128::MAX, 3)]);
        assert_eq!(ids.get(i128::MAX), Some(1));
        assert_eq!(ids.first_without(&(5..=i128::MAX)), None);
    }

    #[test]
    fn what_is_left_out_is_found_without_counting() {
        let ids = Ids::new([(0..=9, ()), (10..=i128::from(u64::MAX), ()), (-8..=-3, ())]);
        assert_eq!(ids.first_without(&(0..=i128::from(u64::MAX))), None);
        assert_eq!(ids.first_without(&(-8..=4)), Some(-2));
        assert_eq!(ids.first_without(&(-9..=-9)), Some(-9));
    }
}
