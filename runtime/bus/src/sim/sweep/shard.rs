//! A part of a sweep, for one of many machines.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// One of `count` parts of a sweep, from 1: `2/8` on a command line. It has every `count`th point, so that
/// parts take about as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    count: usize,
}

impl Shard {
    /// The whole.
    pub const WHOLE: Self = Self { index: 1, count: 1 };

    /// Whether the point of this number, from 0, is of the part.
    #[must_use]
    pub fn holds(self, number: usize) -> bool {
        number % self.count == self.index - 1
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

/// A text is no shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseShardError {
    found: String,
}

impl fmt::Display for ParseShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no shard: write `i/n`, with i from 1 to n, as in `2/8`", self.found)
    }
}

impl Error for ParseShardError {}

impl FromStr for Shard {
    type Err = ParseShardError;

    fn from_str(text: &str) -> Result<Self, ParseShardError> {
        let parts = text.split_once('/').and_then(|(index, count)| {
            let (index, count) = (index.parse::<usize>().ok()?, count.parse::<usize>().ok()?);
            (1..=count).contains(&index).then_some(Self { index, count })
        });
        parts.ok_or_else(|| ParseShardError { found: text.to_owned() })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}
