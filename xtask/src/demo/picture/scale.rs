//! From values to places on the page.

/// Maps a range of values onto a range of places, evenly.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    from: (f64, f64),
    to: (f64, f64),
}

impl Scale {
    /// Values `from.0 ..= from.1` lie at `to.0 ..= to.1`; an empty range lies in the middle.
    pub(super) fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        let from = if from.1 > from.0 { from } else { (from.0 - 0.5, from.0 + 0.5) };
        Self { from, to }
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let share = (value - self.from.0) / (self.from.1 - self.from.0);
        self.to.0 + share * (self.to.1 - self.to.0)
    }

    /// Round values inside the range, about `count` of them.
    pub(super) fn ticks(&self, count: f64) -> Vec<f64> {
        let raw = (self.from.1 - self.from.0) / count;
        let power = 10f64.powf(raw.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power);
        let step = step.into_iter().find(|step| *step >= raw).unwrap_or(raw);
        let first = (self.from.0 / step).ceil() as i64;
        let last = (self.from.1 / step).floor() as i64;
        (first..=last).map(|index| index as f64 * step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Scale;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale::new((61_781.3, 61_842.0), (0.0, 100.0));
        assert_eq!(scale.ticks(4.0), [61_800.0, 61_820.0, 61_840.0]);
    }

    #[test]
    fn an_empty_range_lies_in_the_middle() {
        assert_eq!(Scale::new((5.0, 5.0), (0.0, 100.0)).place(5.0), 50.0);
    }
}
