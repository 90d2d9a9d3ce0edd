//! What nodes say: each line behind its node's name, and into files.

use super::Job;
use crate::failure::Failure;
use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::rc::Rc;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// A line is cut where it is longer, in bytes.
const LONGEST_LINE: usize = 64 * 1024;

/// Colours of names, by turns: those that are legible on light and dark.
const COLOURS: [&str; 6] = ["36", "33", "32", "35", "34", "31"];

/// Where lines go.
#[derive(Clone)]
pub(super) struct Log {
    inner: Rc<Inner>,
}

struct Inner {
    is_coloured: bool,
    /// Letters of the longest name.
    width: usize,
    /// A node's own file, where there is a folder for them.
    files: RefCell<Vec<Option<File>>>,
    names: Vec<String>,
}

impl Log {
    pub(super) fn open(jobs: &[Job], folder: Option<&Path>) -> Result<Self, Failure> {
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
        let inner = Inner {
            is_coloured: std::io::stdout().is_terminal() && !no_colour,
            width: names.iter().map(String::len).max().unwrap_or(0),
            files: RefCell::new(files),
            names,
        };
        Ok(Self { inner: Rc::new(inner) })
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
                self.write(node, &line);
                line.clear();
            }
        }
        if !line.is_empty() {
            self.write(node, &line);
        }
    }

    fn write(&self, node: usize, line: &[u8]) {
        let Inner { is_coloured, width, files, names } = &*self.inner;
        let mut out = Vec::with_capacity(line.len() + 32);
        let name = &names[node];
        let colour = COLOURS[node % COLOURS.len()];
        let _ = match is_coloured {
            true => write!(out, "\u{1b}[{colour}m{name:<width$} |\u{1b}[0m "),
            false => write!(out, "{name:<width$} | "),
        };
        out.extend_from_slice(line);
        out.push(b'\n');
        // Whoever reads us may have gone, and a disk may be full: the nodes go on.
        let _ = std::io::stdout().lock().write_all(&out);
        if let Some(file) = &mut files.borrow_mut()[node] {
            let _ = file.write_all(line).and_then(|()| file.write_all(b"\n"));
        }
    }
}
