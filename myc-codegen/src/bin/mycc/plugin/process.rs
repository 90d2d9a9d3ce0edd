//! Runs a plugin: bytes in, bytes out.

use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::Plugin;
use crate::failure::Failure;

/// Most bytes of an answer.
const MOST: u64 = 1 << 26;

/// What the program writes to standard output, if it ends well. It inherits standard error.
pub(super) fn run(plugin: &Plugin, input: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let spawned = Command::new(&plugin.program)
        .args(&plugin.arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = spawned.map_err(|error| {
        Failure::input(format!("cannot run {plugin}: {error}"))
            .help("name a program that PATH has, or a file that may be executed, with a `/`")
    })?;
    feed(&mut child, input);
    let read = collect(&mut child);
    let is_too_long = matches!(&read, Ok(output) if output.len() as u64 > MOST);
    if is_too_long || read.is_err() {
        // It may have ended by itself; then there is nothing to end.
        let _ = child.kill();
    }
    let status = child.wait();
    let failed = |error: io::Error| Failure::input(format!("cannot read from {plugin}: {error}"));
    let (output, status) = (read.map_err(failed)?, status.map_err(failed)?);
    if is_too_long {
        return Err(Failure::input(format!("{plugin} answers with more than {MOST} bytes")));
    }
    if !status.success() {
        return Err(Failure::input(format!("{plugin} failed: {status}")));
    }
    Ok(output)
}

/// Writes the input from a thread of its own: a program may answer before it has read everything. Where
/// it does not want to read everything, the pipe breaks, and that is its own affair.
fn feed(child: &mut Child, input: Vec<u8>) {
    if let Some(mut stdin) = child.stdin.take() {
        thread::spawn(move || stdin.write_all(&input));
    }
}

fn collect(child: &mut Child) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(MOST + 1).read_to_end(&mut output)?;
    }
    Ok(output)
}
