//! Processes that are stopped or killed in the middle: the others say who vanished, and end.

use super::Case;
use super::demo::{Demo, Ended};
use crate::failure::Failure;

pub(super) const CASES: &[Case] = &[
    ("the engine is killed", || killed("engine", "engine was killed by signal 9")),
    ("the strategy is killed", || killed("strategy", "strategy was killed by signal 9")),
    ("the risk service is killed", || killed("risk", "risk was killed by signal 9")),
    ("the demo itself is killed", demo_killed),
    ("the demo is interrupted", interrupted),
    ("a service is killed while the others wait for it", killed_early),
];

/// Long enough not to end by itself.
const ARGS: &[&str] = &["--speed", "1x", "--duration", "100"];
/// What the demo says once messages flow.
const RUNNING: &str = "running";

fn killed(service: &str, says: &str) -> Result<(), Failure> {
    let ended = after_signal("KILL", service, RUNNING)?;
    ended.expect_failure()?;
    ended.expect_stderr(says)?;
    ended.expect_nothing_left()
}

/// Nobody is left to tell how it went; the services must notice by themselves.
fn demo_killed() -> Result<(), Failure> {
    let ended = after_signal("KILL", "demo", RUNNING)?;
    ended.expect_failure()?;
    ended.expect_nothing_left()
}

fn interrupted() -> Result<(), Failure> {
    let ended = after_signal("INT", "demo", RUNNING)?;
    ended.expect_failure()?;
    ended.expect_stderr("stopped by the user")?;
    ended.expect_nothing_left()
}

fn killed_early() -> Result<(), Failure> {
    let ended = after_signal("KILL", "strategy", "started  risk")?;
    ended.expect_failure()?;
    ended.expect_stderr("strategy was killed by signal 9")?;
    ended.expect_nothing_left()
}

fn after_signal(signal: &str, who: &str, when: &str) -> Result<Ended, Failure> {
    let mut demo = Demo::start(ARGS)?;
    demo.wait_for(when)?;
    demo.signal(signal, who)?;
    demo.wait()
}
