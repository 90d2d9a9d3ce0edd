//! The points of a sweep.

/// Points in the order in which they are numbered.
///
/// ```
/// use mycelium::sim::Grid;
///
/// let grid = Grid::of([1, 2]).times(["a", "b"], |number, letter| (number, letter));
/// assert_eq!(grid.points(), [(1, "a"), (1, "b"), (2, "a"), (2, "b")]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid<P> {
    points: Vec<P>,
}

impl<P> Grid<P> {
    /// A grid of one axis, or of any points.
    pub fn of(points: impl IntoIterator<Item = P>) -> Self {
        Self { points: points.into_iter().collect() }
    }

    /// Every point with every value of another axis, which changes fastest.
    #[must_use]
    pub fn times<V: Clone, Q>(
        self,
        axis: impl IntoIterator<Item = V>,
        join: impl Fn(P, V) -> Q,
    ) -> Grid<Q>
    where
        P: Clone,
    {
        let axis: Vec<V> = axis.into_iter().collect();
        let mut points = Vec::with_capacity(self.points.len().saturating_mul(axis.len()));
        for point in self.points {
            points.extend(axis.iter().map(|value| join(point.clone(), value.clone())));
        }
        Grid { points }
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[P] {
        &self.points
    }
}
