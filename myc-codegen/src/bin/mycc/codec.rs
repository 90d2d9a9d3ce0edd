//! The streams that `encode` and `decode` read and write.

use std::fmt::{self, Display};
use std::fs::File;
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
    name: String,
    writer: Box<dyn Write>,
    is_terminal: bool,
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
        match &args.output {
            None => Ok(Output {
                name: "to standard output".to_owned(),
                is_terminal: io::stdout().is_terminal(),
                writer: Box::new(BufWriter::new(io::stdout())),
            }),
            Some(path) => {
                refuse_same_file(args.input.as_ref(), path)?;
                let file = File::create(path).map_err(|e| Failure::file("write", path, &e))?;
                let name = format!("`{}`", path.display());
                Ok(Output { name, is_terminal: false, writer: Box::new(BufWriter::new(file)) })
            }
        }
    }

    /// Whether a person would see what is written.
    pub(crate) fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    /// Writes bytes that belong together.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.writer.write_all(bytes).map_err(|error| Failure::output(&self.name, &error))
    }

    /// Hands on what is buffered, so that a reader at the other end of a pipe need not wait.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.writer.flush().map_err(|error| Failure::output(&self.name, &error))
    }
}

/// Writing to the file that is being read would empty it first.
fn refuse_same_file(input: Option<&PathBuf>, output: &Path) -> Result<(), Failure> {
    let same = |input: &PathBuf| match (input.canonicalize(), output.canonicalize()) {
        (Ok(input), Ok(output)) => input == output,
        _ => false,
    };
    match input {
        Some(input) if same(input) => Err(Failure::Usage {
            message: format!("`{}` is read and written", output.display()),
            help: "write to another file".to_owned(),
        }),
        _ => Ok(()),
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
