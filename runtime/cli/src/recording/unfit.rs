//! What fits into no table. Types and messages come from outside: a short text may tell of more fields than any memory
//! holds, and a short message of more values.

use std::fmt;

/// Most columns of a table.
pub(super) const MOST_COLUMNS: usize = 10_000;

/// Why a type has no table, or a message no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unfit {
    /// The type has more than [`MOST_COLUMNS`] fields.
    TooWide,
    /// The message takes far more memory in columns than it is long.
    #[cfg(feature = "parquet")]
    TooLarge,
    /// The format refuses the type.
    #[cfg(feature = "parquet")]
    Refused(String),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooWide => write!(
                f,
                "its type has more than {MOST_COLUMNS} fields in all, too many for a table"
            ),
            #[cfg(feature = "parquet")]
            Self::TooLarge => f.write_str(
                "in columns it takes far more memory than it is long, as lists of unions of many arms do: too \
                 much for a table",
            ),
            #[cfg(feature = "parquet")]
            Self::Refused(reason) => write!(f, "Parquet does not hold its type: {reason}"),
        }
    }
}
