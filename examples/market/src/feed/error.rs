//! What can be wrong with a captured feed, and where.

use std::fmt;
use std::path::PathBuf;

/// A feed that cannot be replayed: file, line, what is wrong, what to do.
#[derive(Debug)]
pub struct FeedError {
    /// The file.
    pub path: PathBuf,
    /// Line in it, from 1; 0 where the file cannot even be opened.
    pub line: u64,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong at a place of a feed.
#[derive(Debug)]
pub enum Problem {
    /// The file cannot be opened.
    Open(std::io::Error),
    /// The file cannot be read on.
    Read(std::io::Error),
    /// The compressed data stops before its end mark.
    GzipEndsInTheMiddle,
    /// The last line stops before its JSON does.
    LineEndsInTheMiddle,
    /// The line does not begin with a receive time.
    NoReceiveTime,
    /// Receive times must not go backwards.
    TimeGoesBack {
        /// Time of the line before.
        from_ns: i64,
        /// Time of this line.
        to_ns: i64,
    },
    /// The rest of the line is not the JSON of a futures stream.
    Json(serde_json::Error),
    /// A kind of event without a field that it must have.
    MissingField {
        /// Kind of the event.
        kind: &'static str,
        /// Field of the venue's JSON.
        field: &'static str,
    },
    /// A price or quantity that eight decimals cannot hold exactly.
    Decimal(String),
    /// A symbol of more than 16 bytes.
    SymbolTooLong(String),
    /// A kind of event that the pipeline does not know.
    UnknownKind(String),
    /// A snapshot names no symbol, and no other line of the file does so in its stead.
    NoSymbol,
}

impl Problem {
    fn remedy(&self) -> &'static str {
        match self {
            Self::Open(_) => "check the path given to --feed",
            Self::Read(_) => "check the disk, and `gzip --test` where the file is compressed",
            Self::GzipEndsInTheMiddle => "copy the file again: its end is missing",
            Self::LineEndsInTheMiddle => "copy the file again, or delete its last line",
            Self::NoReceiveTime => "each line must be `<receive time, ns> <json>`",
            Self::TimeGoesBack { .. } => "sort the file by its first column",
            Self::Json(_)
            | Self::MissingField { .. }
            | Self::Decimal(_)
            | Self::SymbolTooLong(_)
            | Self::UnknownKind(_) => {
                "the file must hold bookTicker, trade, depthUpdate and snapshots of Binance futures"
            }
            Self::NoSymbol => "a file needs one event that names its symbol",
        }
    }
}

impl fmt::Display for FeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, line, problem) = (self.path.display(), self.line, &self.problem);
        match line {
            0 => write!(f, "feed {path}: {problem}; {}", problem.remedy()),
            _ => write!(f, "feed {path}, line {line}: {problem}; {}", problem.remedy()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => write!(f, "cannot be opened: {error}"),
            Self::Read(error) => write!(f, "cannot be read on: {error}"),
            Self::GzipEndsInTheMiddle => f.write_str("the compressed data ends in the middle"),
            Self::LineEndsInTheMiddle => f.write_str("the file ends in the middle of this line"),
            Self::NoReceiveTime => f.write_str("expected a receive time in nanoseconds first"),
            Self::TimeGoesBack { from_ns, to_ns } => {
                write!(f, "receive time goes back from {from_ns} to {to_ns}")
            }
            Self::Json(error) => write!(f, "not an event: {error}"),
            Self::MissingField { kind, field } => write!(f, "a {kind} without `{field}`"),
            Self::Decimal(text) => {
                write!(f, "expected a decimal with at most 8 places, found {text:?}")
            }
            Self::SymbolTooLong(text) => {
                write!(f, "expected a symbol of at most 16 bytes, found {text:?}")
            }
            Self::UnknownKind(kind) => write!(f, "unknown kind of event {kind:?}"),
            Self::NoSymbol => f.write_str("a snapshot of an unknown symbol"),
        }
    }
}

impl std::error::Error for FeedError {}
