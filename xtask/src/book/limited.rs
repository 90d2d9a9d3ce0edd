//! Programs that may take only so long: one that hangs is ended, with all that it has started, and what it had printed
//! until then is told.

use std::io::{self, Read, pipe};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long what is printed is still read once all that printed it was ended.
const REST: Duration = Duration::from_secs(2);

/// What is heard of a program.
enum News {
    Printed(Vec<u8>),
    Ended(io::Result<ExitStatus>),
}

/// Runs a program to its end; gives what it printed, as an error where it failed or did not end in time.
pub(super) fn run(command: &mut Command, longest: Duration) -> Result<String, String> {
    let (group, news) = start(command).map_err(|error| format!("it cannot be run: {error}"))?;
    let mut printed = Vec::new();
    let until = Instant::now() + longest;
    let outcome = loop {
        match news.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(News::Printed(bytes)) => printed.extend(bytes),
            Ok(News::Ended(status)) => break Some(status),
            Err(_) => break None,
        }
    };
    // Also what it has left running: that may print for ever.
    end_group(group);
    read_rest(&news, &mut printed);
    let printed = String::from_utf8_lossy(&printed).into_owned();
    match outcome {
        Some(Ok(status)) if status.success() => Ok(printed),
        Some(Ok(status)) => Err(format!("it ended with {status}, and printed\n{printed}")),
        Some(Err(error)) => Err(format!("it cannot be waited for: {error}")),
        None => {
            let longest = longest.as_secs_f64();
            Err(format!("it did not end within {longest} s, and printed\n{printed}"))
        }
    }
}

/// Ends all processes of a group.
pub(super) fn end_group(group: u32) {
    // The shell's own `kill`: not every machine has another.
    let script = format!("kill -KILL -- -{group}");
    let _ = Command::new("bash").args(["-c", &script]).stderr(Stdio::null()).status();
}

/// Sends on what is read, as it comes, up to the end or until nobody listens.
pub(super) fn forward<T>(mut from: impl Read, to: &Sender<T>, made: impl Fn(Vec<u8>) -> T) {
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = from.read(&mut buffer) {
        if to.send(made(buffer[..read].to_vec())).is_err() {
            return;
        }
    }
}

/// Starts it in a group of its own, whose number is given, and tells what is heard of it.
fn start(command: &mut Command) -> io::Result<(u32, Receiver<News>)> {
    let (reader, writer) = pipe()?;
    let other = writer.try_clone()?;
    let command = command.stdin(Stdio::null()).process_group(0);
    let mut child = command.stdout(writer).stderr(other).spawn()?;
    // The command holds the writing ends; without them the reader sees the end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let group = child.id();
    let (sender, news) = channel();
    let ended = sender.clone();
    thread::spawn(move || forward(reader, &sender, News::Printed));
    thread::spawn(move || ended.send(News::Ended(child.wait())));
    Ok((group, news))
}

/// What was printed before all ended. What has left the group may keep the pipe: it is not waited for.
fn read_rest(news: &Receiver<News>, printed: &mut Vec<u8>) {
    let until = Instant::now() + REST;
    while let Ok(news) = news.recv_timeout(until.saturating_duration_since(Instant::now())) {
        if let News::Printed(bytes) = news {
            printed.extend(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::run;

    fn shell(script: &str, longest: Duration) -> Result<String, String> {
        run(Command::new("bash").args(["-c", script]), longest)
    }

    const LONG: Duration = Duration::from_secs(600);

    #[test]
    fn what_is_printed_is_given_in_order() {
        assert_eq!(shell("echo a; echo b >&2; printf c", LONG), Ok("a\nb\nc".to_owned()));
        let failed = shell("echo a; exit 3", LONG).unwrap_err();
        assert!(failed.contains("exit status: 3") && failed.ends_with("\na\n"), "{failed}");
        assert!(
            run(&mut Command::new("/no/such"), LONG).unwrap_err().starts_with("it cannot be run")
        );
    }

    #[test]
    fn what_hangs_is_ended_and_what_it_printed_is_told() {
        // However slow the machine is, with so much time it has printed.
        let mut longest = Duration::from_millis(100);
        loop {
            // A line without an end, as a question is; deaf to a polite end, and not alone.
            let script = "trap '' TERM; sleep 1000 & printf 'so far? '; while :; do wait; done";
            let told = shell(script, longest).unwrap_err();
            assert!(told.starts_with("it did not end within"), "{told}");
            if told.ends_with("so far? ") {
                return;
            }
            longest *= 2;
            assert!(longest < LONG, "it never printed, but: {told}");
        }
    }

    #[test]
    fn what_is_left_behind_is_not_waited_for() {
        assert_eq!(shell("sleep 1000 & echo a", LONG), Ok("a\n".to_owned()));
    }
}
