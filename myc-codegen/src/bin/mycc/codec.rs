//! The streams that `encode` and `decode` read and write.

use std::fmt::{self, Display};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use mycelium_wire::hex;

use crate::args::StreamArgs;
use crate::failure::Failure;

/// What is read.
pub(crate) struct Input {
    /// For error messages.
    pub(crate) name: String,
    pub(crate) reader: Box<dyn BufRead>,
}

/// What is written.
pub(crate) struct Output {
    /// For error messages.
    name: String,
    writer: Box<dyn Write>,
    is_terminal: bool,
    staged: Option<Staged>,
}

/// A file beside the one that was named, which takes its place once it is whole.
struct Staged {
    temporary: PathBuf,
    target: PathBuf,
}

impl Input {
    /// The file that was named, or standard input.
    pub(crate) fn open(args: &StreamArgs) -> Result<Input, Failure> {
        match args.input.as_deref().filter(|path| *path != Path::new("-")) {
            None => {
                let reader = Box::new(BufReader::new(io::stdin()));
                Ok(Input { name: "standard input".to_owned(), reader })
            }
            Some(path) => {
                let file = File::open(path).map_err(|e| Failure::file("read", path, &e))?;
                let name = format!("`{}`", path.display());
                Ok(Input { name, reader: Box::new(BufReader::new(file)) })
            }
        }
    }

    /// A failure at one of the values or frames that the input has.
    pub(crate) fn failure(&self, place: impl Display, error: impl Display) -> Failure {
        Failure::input(format!("{}, {place}: {error}", self.name))
    }
}

impl Output {
    /// The file that was named, or standard output.
    pub(crate) fn open(args: &StreamArgs) -> Result<Output, Failure> {
        let Some(path) = &args.output else {
            return Ok(Output {
                name: "to standard output".to_owned(),
                is_terminal: io::stdout().is_terminal(),
                writer: Box::new(BufWriter::new(io::stdout())),
                staged: None,
            });
        };
        let staged = Staged::beside(path);
        let file = File::create(staged.as_ref().map_or(path, |staged| &staged.temporary))
            .map_err(|error| Failure::file("write", path, &error))?;
        let name = format!("`{}`", path.display());
        Ok(Output { name, is_terminal: false, writer: Box::new(BufWriter::new(file)), staged })
    }

    /// Whether a person would see what is written.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes what belongs together, and hands it on: a reader at the other end of a pipe need not wait
    /// for more.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = self.writer.write_all(bytes);
        let written = match self.staged {
            Some(_) => written,
            None => written.and_then(|()| self.writer.flush()),
        };
        written.map_err(|error| Failure::output(&self.name, &error))
    }

    /// Ends the output; only then a file that was named has it.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.writer
            .flush()
            .and_then(|()| self.staged.as_ref().map_or(Ok(()), Staged::take_place))
            .map_err(|error| Failure::output(&self.name, &error))
    }
}

impl Staged {
    /// None where the target is there and is no plain file: a pipe or device is written to directly.
    fn beside(target: &Path) -> Option<Staged> {
        if target.exists() && !target.is_file() {
            return None;
        }
        let name = target.file_name()?.to_string_lossy();
        let temporary = target.with_file_name(format!(".{name}.{}.new", std::process::id()));
        Some(Staged { temporary, target: target.to_owned() })
    }

    fn take_place(&self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.target)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // It is gone already where it took its place.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Reads hexadecimal digits as bytes; white space, and `#` with the rest of its line, are skipped.
pub(crate) struct HexReader<R> {
    lines: R,
    line_number: usize,
    /// A digit whose pair is not there yet.
    half: Option<char>,
    bytes: Vec<u8>,
    given: usize,
}

/// A text that is no hexadecimal.
#[derive(Debug)]
struct HexError {
    line_number: usize,
    what: String,
}

impl Display for HexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line_number, self.what)
    }
}

impl std::error::Error for HexError {}

impl<R: BufRead> HexReader<R> {
    pub(crate) fn new(lines: R) -> Self {
        HexReader { lines, line_number: 0, half: None, bytes: Vec::new(), given: 0 }
    }

    /// Reads the next line; false where there is none.
    fn next_line(&mut self) -> io::Result<bool> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return match self.half {
                Some(digit) => Err(self.error(format!("the digit `{digit}` has no pair"))),
                None => Ok(false),
            };
        }
        self.line_number += 1;
        let text = line.split('#').next().unwrap_or_default();
        let mut digits: String = self.half.take().into_iter().collect();
        digits.extend(text.chars().filter(|c| !c.is_whitespace()));
        if let Some(wrong) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(self.error(format!("`{}` is no hexadecimal digit", wrong.escape_debug())));
        }
        if digits.len() % 2 == 1 {
            self.half = digits.pop();
        }
        self.bytes = hex::decode(&digits).unwrap_or_default();
        self.given = 0;
        Ok(true)
    }

    fn error(&self, what: String) -> io::Error {
        let error = HexError { line_number: self.line_number, what };
        io::Error::new(io::ErrorKind::InvalidData, error)
    }
}

impl<R: BufRead> Read for HexReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.bytes.len() {
            if !self.next_line()? {
                return Ok(0);
            }
        }
        let count = out.len().min(self.bytes.len() - self.given);
        out[..count].copy_from_slice(&self.bytes[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}
