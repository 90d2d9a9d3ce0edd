//! What services of the pipeline share: how they are told to end, wait for each other, and say how far they are.

use std::io::{BufRead, Write};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use mycelium::{Carried, Publisher, WaitError};

/// Time for the other processes to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// How soon a wish to end is noticed while waiting for them, and how often progress is told.
const EVERY: Duration = Duration::from_millis(200);

/// Waits for the word of whoever started this process; without one its input has ended because it has.
pub fn read_reason() -> String {
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(read) if read > 0 => line.trim_end().to_owned(),
        _ => "the process that started this one vanished".to_owned(),
    }
}

/// Waits until so many take what is published, or until `check` says not to.
///
/// # Errors
/// What `check` says, or that they did not come.
pub fn wait_for_subscribers<M: Carried, E: From<WaitError>>(
    publisher: &Publisher<M>,
    count: usize,
    check: impl Fn() -> Result<(), E>,
) -> Result<(), E> {
    let started = Instant::now();
    loop {
        check()?;
        match publisher.wait_for_subscribers(count, EVERY) {
            Ok(()) => return Ok(()),
            Err(mut error) if started.elapsed() > PATIENCE => {
                error.waited = started.elapsed();
                return Err(error.into());
            }
            Err(_) => {}
        }
    }
}

/// Says on standard output how far a service is: `progress SERVICE MESSAGES LOST`. Nobody has to listen.
pub fn tell(service: &str, messages: u64, lost: u64) {
    let _ = writeln!(std::io::stdout(), "progress {service} {messages} {lost}");
}

/// Lets a thread of its own tell now and then while `work` runs, and once more at its end.
pub fn telling<R>(tell: impl Fn() + Send, work: impl FnOnce() -> R) -> R {
    std::thread::scope(|scope| {
        let (working, done) = channel::<()>();
        scope.spawn(move || {
            while done.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                tell();
            }
            tell();
        });
        let result = work();
        drop(working);
        result
    })
}
