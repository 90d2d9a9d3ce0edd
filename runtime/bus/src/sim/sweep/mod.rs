//! Many runs over a grid of parameters, on all processors.
//!
//! ```
//! use mycelium::sim::{Grid, Sweep};
//!
//! mycelium::row! {
//!     /// What is varied.
//!     pub struct Params { spread: i64, size: i64 }
//! }
//! mycelium::row! {
//!     /// What comes of it.
//!     pub struct Outcome { profit: i64, risk: f64 }
//! }
//!
//! let grid = Grid::of(0..10).times(1..=3, |spread, size| Params { spread, size });
//! let table = Sweep::new(grid).seed(42).run(|params, seed| {
//!     // A simulation, usually; here its result is plain to see.
//!     let _ = seed;
//!     Outcome { profit: params.size * (20 - (params.spread - 4).pow(2)), risk: 0.5 }
//! })?;
//!
//! let best = table.best(|outcome| outcome.profit).expect("thirty runs");
//! assert_eq!((best.params.spread, best.params.size, best.result.profit), (4, 3, 60));
//! assert!(table.to_csv().starts_with("index,seed,spread,size,profit,risk\n0,"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - Each run gets a seed of its own, from the sweep's seed and its place in the grid. So results are equal on
//!   any number of processors, and in any number of [shards](Shard).
//! - Threads share the grid and one counter. What a run makes lives and dies on its thread.
//! - A run that panics ends the sweep with an error that names it.

mod grid;
#[cfg(feature = "parquet")]
mod parquet;
mod progress;
mod row;
mod run;
mod shard;
mod table;

pub use self::grid::Grid;
pub use self::row::{Cell, CellError, Row};
pub use self::run::{Cancel, Sweep, SweepError};
pub use self::shard::{ParseShardError, Shard};
pub use self::table::{Run, Table, TableError};

#[doc(hidden)]
pub use self::row::read_cell as __read_cell;
