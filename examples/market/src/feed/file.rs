//! One captured file: plain or gzip, lines of `<receive time, ns> <json>`.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::Event;
use super::error::{FeedError, Problem};
use super::json::{self, Symbol};

const BUFFER_BYTES: usize = 1 << 20;
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// Lines that are looked at for the symbol of a snapshot.
const LINES_AHEAD: usize = 100;

/// Reads a captured file, event by event.
pub struct FeedFile {
    path: PathBuf,
    lines: Lines,
    /// Lines that were read ahead, to be taken first.
    ahead: VecDeque<Result<String, Problem>>,
    /// Number of the line that was taken last, from 1.
    line: u64,
    last_ns: i64,
    symbol: Option<Symbol>,
    has_failed: bool,
}

impl FeedFile {
    /// Opens the file and looks for the symbol in its first lines.
    pub fn open(path: &Path) -> Result<Self, FeedError> {
        let mut file = Self {
            path: path.to_owned(),
            lines: Lines::open(path).map_err(|error| FeedError {
                path: path.to_owned(),
                line: 0,
                problem: Problem::Open(error),
            })?,
            ahead: VecDeque::new(),
            line: 0,
            last_ns: i64::MIN,
            symbol: None,
            has_failed: false,
        };
        file.find_symbol();
        Ok(file)
    }

    /// What is wrong with these lines is said when their turn comes.
    fn find_symbol(&mut self) {
        while self.symbol.is_none() && self.ahead.len() < LINES_AHEAD {
            let Some(line) = self.lines.next().transpose() else { return };
            let json = line.as_ref().ok().and_then(|line| split(line)).map(|(_, json)| json);
            self.symbol = json.and_then(json::symbol_of);
            let is_last = line.is_err();
            self.ahead.push_back(line);
            if is_last {
                return;
            }
        }
    }

    fn read(&mut self) -> Result<Option<Event>, Problem> {
        let line = match self.ahead.pop_front() {
            Some(line) => line?,
            None => match self.lines.next()? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        self.line += 1;
        self.parse(&line).map(Some).map_err(|problem| self.name_cut(&line, problem))
    }

    fn parse(&mut self, line: &str) -> Result<Event, Problem> {
        let (received_ns, json) = split(line).ok_or(Problem::NoReceiveTime)?;
        if received_ns < self.last_ns {
            return Err(Problem::TimeGoesBack { from_ns: self.last_ns, to_ns: received_ns });
        }
        self.last_ns = received_ns;
        let message = json::parse(json.trim_end(), self.symbol.as_ref())?;
        Ok(Event { received_ns, message })
    }

    /// A last line without its end is cut short: that says more than where its JSON stops.
    fn name_cut(&self, line: &str, problem: Problem) -> Problem {
        let is_cut = !line.ends_with('\n');
        match problem {
            Problem::Json(_) | Problem::NoReceiveTime if is_cut => Problem::LineEndsInTheMiddle,
            other => other,
        }
    }
}

impl Iterator for FeedFile {
    type Item = Result<Event, FeedError>;

    /// After an error there is nothing more: what follows it cannot be trusted.
    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        self.read().transpose().map(|read| {
            read.map_err(|problem| {
                self.has_failed = true;
                let line = match problem {
                    // Reading fails behind the line that was taken last.
                    Problem::Read(_) | Problem::GzipEndsInTheMiddle => self.line + 1,
                    _ => self.line,
                };
                FeedError { path: self.path.clone(), line, problem }
            })
        })
    }
}

/// `<receive time, ns> <json>`
fn split(line: &str) -> Option<(i64, &str)> {
    let (time, json) = line.split_once(' ')?;
    Some((time.parse().ok()?, json))
}

struct Lines(Box<dyn BufRead + Send>);

impl Lines {
    fn open(path: &Path) -> std::io::Result<Self> {
        let mut file = BufReader::with_capacity(BUFFER_BYTES, File::open(path)?);
        let is_gzip = file.fill_buf()?.starts_with(GZIP_MAGIC);
        Ok(Self(match is_gzip {
            true => buffered(MultiGzDecoder::new(file)),
            false => Box::new(file),
        }))
    }

    /// The next line with its end, where it has one.
    fn next(&mut self) -> Result<Option<String>, Problem> {
        let mut line = String::new();
        match self.0.read_line(&mut line) {
            Ok(0) => Ok(None),
            Ok(_) => Ok(Some(line)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(Problem::GzipEndsInTheMiddle)
            }
            Err(error) => Err(Problem::Read(error)),
        }
    }
}

fn buffered(reader: impl Read + Send + 'static) -> Box<dyn BufRead + Send> {
    Box::new(BufReader::with_capacity(BUFFER_BYTES, reader))
}
