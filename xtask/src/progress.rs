//! One line that lives while something runs.
//!
//! On a terminal the line is repainted four times a second with the time so far; elsewhere (a file,
//! a pipe, CI) only what was started and how it ended is printed, so that logs stay readable.

use std::io::{IsTerminal, Write, stderr};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const REPAINT_EVERY: Duration = Duration::from_millis(250);
const WIDTH: usize = 100;

/// The line of one piece of work; finishing or dropping it ends the line.
pub(crate) struct Progress {
    started: Instant,
    painter: Option<(Sender<String>, JoinHandle<()>)>,
    title: String,
}

impl Progress {
    /// Starts the line of `title`.
    pub(crate) fn start(title: impl Into<String>) -> Self {
        let (title, started) = (title.into(), Instant::now());
        let painter = stderr().is_terminal().then(|| {
            let (sender, receiver) = channel::<String>();
            let title = title.clone();
            let painter = std::thread::spawn(move || {
                let mut detail = String::new();
                loop {
                    paint(&format!("{:>5.1}s  {title}  {detail}", started.elapsed().as_secs_f64()));
                    match receiver.recv_timeout(REPAINT_EVERY) {
                        Ok(newer) => detail = receiver.try_iter().last().unwrap_or(newer),
                        Err(RecvTimeoutError::Timeout) => {}
                        Err(RecvTimeoutError::Disconnected) => return,
                    }
                }
            });
            (sender, painter)
        });
        if painter.is_none() {
            eprintln!("        {title} …");
        }
        Self { started, painter, title }
    }

    /// Says how far the work is.
    pub(crate) fn detail(&self, detail: impl Into<String>) {
        if let Some((sender, _)) = &self.painter {
            // The painter only ends with this value, so the line always gets there.
            let _ = sender.send(detail.into());
        }
    }

    /// Ends the line with how it went; gives the time that the work took.
    pub(crate) fn finish(mut self, ended: &str) -> Duration {
        self.stop_painter();
        let took = self.started.elapsed();
        eprintln!("{:>6.1}s {}  {ended}", took.as_secs_f64(), self.title);
        took
    }

    fn stop_painter(&mut self) {
        if let Some((sender, painter)) = self.painter.take() {
            drop(sender);
            let _ = painter.join();
            paint("");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.stop_painter();
    }
}

/// Replaces the terminal's current line.
fn paint(line: &str) {
    let short: String = line.chars().filter(|c| !c.is_control()).take(WIDTH).collect();
    let mut out = stderr().lock();
    let _ = write!(out, "\r\x1b[2K{short}");
    let _ = out.flush();
}
