//! What nodes say, each line behind its node's name and into files; and what we say of them.
//!
//! A thread of its own writes: who reads us may stop reading, and signals must be heard all the same. A node
//! that says much waits for it; we never do.

use super::Job;
use crate::failure::Failure;
use crate::say::say;
use std::fmt::Display;
use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// A line is cut where it is longer, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// Lines of nodes that may wait to be written.
const WAITING_LINES: usize = 256;

/// Colours of names, by turns: those that are legible on light and dark.
const COLOURS: [&str; 6] = ["36", "33", "32", "35", "34", "31"];

/// Where lines go.
#[derive(Clone)]
pub(super) struct Log {
    lines: mpsc::UnboundedSender<Line>,
    room: Arc<Semaphore>,
}

/// The writing thread.
pub(super) struct Writing {
    ended: oneshot::Receiver<()>,
}

enum Line {
    /// Of a node, with its place among those that wait.
    Node(usize, Vec<u8>, OwnedSemaphorePermit),
    /// Our own.
    Ours(String),
}

impl Log {
    /// Starts to write; what nodes say also into files of a folder.
    pub(super) fn open(jobs: &[Job], folder: Option<&Path>) -> Result<(Self, Writing), Failure> {
        let open = |job: &Job| {
            let Some(folder) = folder else { return Ok(None) };
            let path = folder.join(format!("{}.log", job.name));
            let file = std::fs::create_dir_all(folder)
                .and_then(|()| OpenOptions::new().create(true).append(true).open(&path));
            let said = |error| Failure::Input(format!("cannot write {}: {error}", path.display()));
            file.map(Some).map_err(said)
        };
        let files = jobs.iter().map(open).collect::<Result<_, Failure>>()?;
        let names: Vec<String> = jobs.iter().map(|job| job.name.clone()).collect();
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let mut writer = Writer {
            is_coloured: std::io::stdout().is_terminal() && !no_colour,
            width: names.iter().map(String::len).max().unwrap_or(0),
            files,
            names,
        };
        let (lines, mut said) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || {
            while let Some(line) = said.blocking_recv() {
                writer.write(line);
            }
            // Nobody waits for it where the grace has passed.
            let _ = end.send(());
        });
        thread.map_err(|error| Failure::Input(format!("cannot start a thread: {error}")))?;
        let room = Arc::new(Semaphore::new(WAITING_LINES));
        Ok((Self { lines, room }, Writing { ended }))
    }

    /// Says something of our own, on standard error.
    pub(super) fn say(&self, line: impl Display) {
        // The thread ends after all who may say something.
        let _ = self.lines.send(Line::Ours(line.to_string()));
    }

    /// Takes what a node says until it says no more.
    pub(super) async fn follow(self, node: usize, pipe: impl AsyncRead + Unpin) {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while let Ok(chunk) = pipe.fill_buf().await {
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|&byte| byte == b'\n');
            let taken = end.map_or(chunk.len(), |end| end + 1);
            line.extend_from_slice(&chunk[..end.unwrap_or(chunk.len())]);
            pipe.consume(taken);
            if end.is_some() || line.len() >= LONGEST_LINE {
                self.take(node, std::mem::take(&mut line)).await;
            }
        }
        if !line.is_empty() {
            self.take(node, line).await;
        }
    }

    async fn take(&self, node: usize, line: Vec<u8>) {
        if let Ok(place) = self.room.clone().acquire_owned().await {
            let _ = self.lines.send(Line::Node(node, line, place));
        }
    }
}

impl Writing {
    /// Waits until all is written, once no [`Log`] is left, as long as that may take.
    pub(super) async fn finish(self, longest: Duration) {
        let _ = tokio::time::timeout(longest, self.ended).await;
    }
}

/// What the thread has.
struct Writer {
    is_coloured: bool,
    /// Letters of the longest name.
    width: usize,
    /// A node's own file, where there is a folder for them.
    files: Vec<Option<File>>,
    names: Vec<String>,
}

impl Writer {
    fn write(&mut self, line: Line) {
        match line {
            Line::Node(node, line, _place) => self.write_of(node, &line),
            Line::Ours(line) => say(line),
        }
    }

    fn write_of(&mut self, node: usize, line: &[u8]) {
        let Self { is_coloured, width, files, names } = self;
        let mut out = Vec::with_capacity(line.len() + 32);
        let (name, width) = (&names[node], *width);
        let colour = COLOURS[node % COLOURS.len()];
        let _ = match is_coloured {
            true => write!(out, "\u{1b}[{colour}m{name:<width$} |\u{1b}[0m "),
            false => write!(out, "{name:<width$} | "),
        };
        out.extend_from_slice(line);
        out.push(b'\n');
        // Whoever reads us may have gone: the nodes go on.
        let _ = std::io::stdout().lock().write_all(&out);
        let Some(file) = &mut files[node] else { return };
        if let Err(error) = file.write_all(&[line, b"\n"].concat()) {
            say(format_args!(
                "mycelium: the log of {name} ends, for it cannot be written: {error}"
            ));
            files[node] = None;
        }
    }
}
