//! The results of a sweep.

use std::error::Error;
use std::fmt;

use crate::sim::sweep::row::{CellError, Row};

/// One run: its place in the grid, its seed, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run<P, R> {
    /// The number of its point, from 0.
    pub index: usize,
    /// Its seed.
    pub seed: u64,
    /// Its parameters.
    pub params: P,
    /// What came of it.
    pub result: R,
}

/// Runs of a sweep, in the order of the grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<P, R> {
    runs: Vec<Run<P, R>>,
    /// Points of the whole grid.
    points: usize,
}

/// Tables cannot be read or put together.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TableError {
    /// The first line does not name the columns of this table.
    Columns {
        /// The line.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// A line has another number of cells than there are columns.
    Cells {
        /// The line, from 1.
        line: usize,
        /// Cells.
        found: usize,
        /// Columns.
        expected: usize,
    },
    /// A cell holds no value of its column.
    Cell {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: CellError,
    },
    /// A line holds a run of a point that the grid does not have.
    Beyond {
        /// The line, from 1.
        line: usize,
        /// The number of its point.
        index: usize,
        /// Points of the whole grid.
        points: usize,
    },
    /// Two lines of one table hold the same run.
    Repeated {
        /// The number of its point.
        index: usize,
    },
    /// Two tables hold the same run.
    Twice {
        /// The number of its point.
        index: usize,
    },
    /// Two tables are of different grids.
    OtherGrid,
}

impl<P, R> Table<P, R> {
    pub(super) fn new(mut runs: Vec<Run<P, R>>, points: usize) -> Self {
        runs.sort_by_key(|run| run.index);
        Self { runs, points }
    }

    /// The runs, in the order of the grid.
    #[must_use]
    pub fn runs(&self) -> &[Run<P, R>] {
        &self.runs
    }

    /// Points of the whole grid.
    #[cfg(feature = "parquet")]
    pub(super) fn points(&self) -> usize {
        self.points
    }

    /// The number of the first point that has not run.
    #[must_use]
    pub fn first_missing(&self) -> Option<usize> {
        let held = self.runs.iter().map(|run| run.index);
        let gap = held.enumerate().find(|(number, index)| number != index);
        let next = gap.map_or(self.runs.len(), |(number, _)| number);
        (next < self.points).then_some(next)
    }

    /// Whether every point of the grid has run.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.runs.len() == self.points
    }

    /// The run with the greatest key; of equal ones the first. A key that is not comparable (a NaN) is never
    /// the greatest.
    pub fn best<K: PartialOrd>(&self, key: impl Fn(&R) -> K) -> Option<&Run<P, R>> {
        let mut best: Option<(&Run<P, R>, K)> = None;
        for run in &self.runs {
            let of_run = key(&run.result);
            let is_better = best.as_ref().is_none_or(|(_, of_best)| of_run > *of_best);
            if is_better && of_run.partial_cmp(&of_run).is_some() {
                best = Some((run, of_run));
            }
        }
        best.map(|(run, _)| run)
    }

    /// The smallest value that at least the share `q`, 0 to 1, of the runs does not exceed. Values that are not
    /// comparable are left out; nothing where no other is left.
    pub fn quantile<K: PartialOrd>(&self, q: f64, value: impl Fn(&R) -> K) -> Option<K> {
        let mut values: Vec<K> = self.runs.iter().map(|run| value(&run.result)).collect();
        values.retain(|value| value.partial_cmp(value).is_some());
        values.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
        let rank = (q.clamp(0.0, 1.0) * values.len() as f64).ceil() as usize;
        values.into_iter().nth(rank.saturating_sub(1))
    }

    /// Puts the tables of all shards together.
    ///
    /// # Errors
    /// Two of them hold the same run, or are of different grids.
    pub fn merge(parts: impl IntoIterator<Item = Self>) -> Result<Self, TableError> {
        let mut parts = parts.into_iter();
        let Some(mut whole) = parts.next() else { return Ok(Self { runs: Vec::new(), points: 0 }) };
        for part in parts {
            if part.points != whole.points {
                return Err(TableError::OtherGrid);
            }
            whole.runs.extend(part.runs);
        }
        let merged = Self::new(whole.runs, whole.points);
        match merged.index_held_twice() {
            Some(index) => Err(TableError::Twice { index }),
            None => Ok(merged),
        }
    }

    fn index_held_twice(&self) -> Option<usize> {
        let pair = self.runs.windows(2).find(|pair| pair[0].index == pair[1].index)?;
        Some(pair[0].index)
    }
}

impl<P: Row, R: Row> Table<P, R> {
    /// The table as comma-separated values (RFC 4180), a record a run behind one of names. Numbers are written
    /// so that they are read back as they were; a text with line breaks keeps them, within its quotes.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut text = columns::<P, R>().join(",") + "\n";
        let mut cells = Vec::new();
        for run in &self.runs {
            cells.extend([run.index.to_string(), run.seed.to_string()]);
            run.params.write_cells(&mut cells);
            run.result.write_cells(&mut cells);
            let quoted: Vec<String> = cells.drain(..).map(quote).collect();
            text.push_str(&quoted.join(","));
            text.push('\n');
        }
        text
    }

    /// Reads what [`to_csv`](Table::to_csv) gave; `points` is how many the whole grid has.
    ///
    /// # Errors
    /// The text is not of these columns, a cell holds no value of its column, or a run is there twice or of a
    /// point that the grid does not have.
    pub fn from_csv(text: &str, points: usize) -> Result<Self, TableError> {
        let expected = columns::<P, R>();
        let mut records = Records { rest: text, line: 1 };
        let (_, found) = records.next().unwrap_or_default();
        if found != expected.join(",") {
            let (found, expected) = (found.to_owned(), expected.join(","));
            return Err(TableError::Columns { found, expected });
        }
        let mut runs = Vec::new();
        for (line, record) in records {
            let cells = split(record);
            if cells.len() != expected.len() {
                let (found, expected) = (cells.len(), expected.len());
                return Err(TableError::Cells { line, found, expected });
            }
            let at_line = |source| TableError::Cell { line, source };
            let run: Run<P, R> = read_run(&cells).map_err(at_line)?;
            if run.index >= points {
                return Err(TableError::Beyond { line, index: run.index, points });
            }
            runs.push(run);
        }
        let table = Self::new(runs, points);
        match table.index_held_twice() {
            Some(index) => Err(TableError::Repeated { index }),
            None => Ok(table),
        }
    }
}

fn columns<P: Row, R: Row>() -> Vec<&'static str> {
    ["index", "seed"].iter().chain(P::COLUMNS).chain(R::COLUMNS).copied().collect()
}

fn read_run<P: Row, R: Row>(cells: &[String]) -> Result<Run<P, R>, CellError> {
    let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
    let (params, result) = cells[2..].split_at(P::COLUMNS.len());
    Ok(Run {
        index: super::row::read_cell("index", cells.first())?,
        seed: super::row::read_cell("seed", cells.get(1))?,
        params: P::read_cells(params)?,
        result: R::read_cells(result)?,
    })
}

fn quote(cell: String) -> String {
    if !cell.contains([',', '"', '\n', '\r']) {
        return cell;
    }
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// Records of a table, each with the number of its first line. A line break within quotes ends none.
struct Records<'t> {
    rest: &'t str,
    line: usize,
}

impl<'t> Iterator for Records<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let mut is_quoted = false;
        let end = self.rest.find(|letter| {
            is_quoted ^= letter == '"';
            letter == '\n' && !is_quoted
        });
        let (record, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, ""),
        };
        let line = self.line;
        self.rest = rest;
        self.line += 1 + record.matches('\n').count();
        Some((line, record.strip_suffix('\r').unwrap_or(record)))
    }
}

fn split(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut is_quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns { found, expected } => {
                write!(f, "the table has the columns `{found}`, not `{expected}`")
            }
            Self::Cells { line, found, expected } => {
                write!(f, "line {line} has {found} cells, not {expected}")
            }
            Self::Cell { line, source } => write!(f, "line {line}: {source}"),
            Self::Beyond { line, index, points } => {
                write!(f, "line {line} holds run {index} of a grid of {points} points")
            }
            Self::Repeated { index } => write!(f, "the table holds run {index} twice"),
            Self::Twice { index } => {
                write!(f, "two tables hold run {index}: give each shard another number")
            }
            Self::OtherGrid => f.write_str("the tables are of grids of different sizes"),
        }
    }
}

impl Error for TableError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Cell { source, .. } => Some(source),
            _ => None,
        }
    }
}
