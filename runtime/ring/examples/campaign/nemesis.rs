//! Who starts the processes of a campaign, kills them, and compares what they report.
//!
//! Every reader that lives to see the end of a ring must have seen the same number of frames, and the
//! number that the writer says if that lived too. What a reader has read and lost must add up: it sees to
//! that itself.

use crate::parts::{PART, RING};
use mycelium_ring::RingDirectory;
use rustix::process::{Pid, Signal, kill_process};
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

const PARTS: [&str; 5] = ["writer", "reliable", "reliable", "lossy", "lossy"];
/// Time between two kills, at most.
const LONGEST_PAUSE_US: u64 = 6000;
/// How long a writer may have waited for room, whatever else the machine did: processes that are due may not run for
/// seconds, so this tells who is held up from who is forgotten. How long it was, the report says.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// How long it may take to see enough, beside the kills that were asked for.
const LONGEST_SEARCH: Duration = Duration::from_secs(300);
const UNTIL_ALL_ENDED: Duration = Duration::from_secs(60);

/// What to do.
pub(crate) struct Campaign {
    /// How many processes to kill at least. More are, where too little was seen by then: on a busy machine few live for
    /// long enough to tell anything.
    pub(crate) kills: u64,
    /// Of the random numbers.
    pub(crate) seed: u64,
    /// Arguments with which this program is run again to play a part.
    pub(crate) arguments: Vec<String>,
}

/// What was done, and seen.
#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) kills: u64,
    kills_of: HashMap<&'static str, u64>,
    stops: u64,
    rings: usize,
    frames_read: u64,
    frames_watched: u64,
    frames_lost_by_watching: u64,
    ends_compared: u64,
    longest_wait: Duration,
    took: Duration,
}

/// One process.
struct Player {
    part: &'static str,
    child: Child,
}

type Outcome<T> = Result<T, Box<dyn Error>>;

impl Campaign {
    pub(crate) fn run(&self) -> Outcome<Report> {
        let place = Place::new()?;
        let (lines_in, lines) = channel();
        let start = |part| self.start(part, &place.ring(), &lines_in);
        let mut players = PARTS.map(start).into_iter().collect::<Outcome<Vec<_>>>()?;
        let mut random = Random(self.seed);
        let mut findings = Findings::default();
        let started = Instant::now();
        while findings.report.kills < self.kills || !findings.has_enough() {
            if findings.report.kills >= self.kills && started.elapsed() > LONGEST_SEARCH {
                return Err(format!("too little was seen:\n{}", findings.report).into());
            }
            std::thread::sleep(Duration::from_micros(random.below(LONGEST_PAUSE_US)));
            // Now and then both sides at once.
            let victims = if random.below(10) == 0 { 2 } else { 1 };
            for _ in 0..victims {
                let victim = &mut players[random.below(PARTS.len() as u64) as usize];
                if random.below(8) == 0 {
                    stop_for_a_while(&victim.child, random.below(3000))?;
                    findings.report.stops += 1;
                }
                victim.child.kill()?;
                victim.child.wait()?;
                findings.killed(victim.part);
                *victim = self.start(victim.part, &place.ring(), &lines_in)?;
            }
            lines.try_iter().try_for_each(|line| findings.take(&line))?;
        }
        let mut report = findings.finish(players, &lines)?;
        report.took = started.elapsed();
        place.check_clean()?;
        Ok(report)
    }

    fn start(&self, part: &'static str, ring: &Path, lines: &Sender<String>) -> Outcome<Player> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(&self.arguments)
            .env(PART, part)
            .env(RING, ring)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let lines = lines.clone();
        std::thread::spawn(move || {
            let mut out = BufReader::new(out);
            let mut line = String::new();
            // A line that was cut off by death says nothing.
            while out.read_line(&mut line).is_ok_and(|len| len > 0) && line.ends_with('\n') {
                let _ = lines.send(std::mem::take(&mut line));
            }
        });
        Ok(Player { part, child })
    }
}

fn stop_for_a_while(child: &Child, micros: u64) -> Outcome<()> {
    let pid = Pid::from_raw(i32::try_from(child.id())?).ok_or("no process")?;
    kill_process(pid, Signal::STOP)?;
    std::thread::sleep(Duration::from_micros(micros));
    Ok(kill_process(pid, Signal::CONT)?)
}

/// What was reported so far.
#[derive(Default)]
struct Findings {
    report: Report,
    /// By ring, at which number it ended.
    ends: HashMap<u64, u64>,
}

impl Findings {
    fn killed(&mut self, part: &'static str) {
        self.report.kills += 1;
        *self.report.kills_of.entry(part).or_default() += 1;
    }

    /// Whether what was seen says something.
    fn has_enough(&self) -> bool {
        let Report { rings, ends_compared, frames_read, frames_watched, .. } = self.report;
        rings > 10 && ends_compared > rings as u64 && frames_read > 1000 && frames_watched > 1000
    }

    fn take(&mut self, line: &str) -> Outcome<()> {
        let (what, numbers) = line.trim_end().split_once(' ').unwrap_or((line.trim_end(), ""));
        if what == "failed:" {
            return Err(line.trim_end().into());
        }
        let numbers: Vec<u64> = numbers.split(' ').map_while(|text| text.parse().ok()).collect();
        match (what, numbers.as_slice()) {
            ("waited", &[micros]) => {
                let waited = Duration::from_micros(micros);
                self.report.longest_wait = self.report.longest_wait.max(waited);
                if waited > LONGEST_WAIT {
                    return Err(format!("a writer has waited for {waited:?}").into());
                }
            }
            ("wrote", &[epoch, count, _]) => self.compare(epoch, count)?,
            ("read", &[epoch, next, received, _]) => {
                self.report.frames_read += received;
                self.compare(epoch, next)?;
            }
            ("watched", &[epoch, next, received, lost]) => {
                self.report.frames_watched += received;
                self.report.frames_lost_by_watching += lost;
                self.compare(epoch, next)?;
            }
            // Something that a test harness prints.
            _ => {}
        }
        Ok(())
    }

    fn compare(&mut self, epoch: u64, end: u64) -> Outcome<()> {
        let known = *self.ends.entry(epoch).or_insert(end);
        if known != end {
            return Err(
                format!("ring {epoch} ended at {known} for one, at {end} for another").into()
            );
        }
        self.report.ends_compared += 1;
        self.report.rings = self.ends.len();
        Ok(())
    }

    /// Lets the writer close its ring, and everybody end.
    fn finish(mut self, mut players: Vec<Player>, lines: &Receiver<String>) -> Outcome<Report> {
        let deadline = Instant::now() + UNTIL_ALL_ENDED;
        // Closing their input tells them to stop: the writer now, the readers once they have read all.
        players.iter_mut().for_each(|player| drop(player.child.stdin.take()));
        for player in &mut players {
            loop {
                lines.try_iter().try_for_each(|line| self.take(&line))?;
                match player.child.try_wait()? {
                    Some(status) if status.success() => break,
                    Some(status) => {
                        let line = lines.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
                        self.take(&line)?;
                        return Err(format!("a {} ended with {status}", player.part).into());
                    }
                    None if Instant::now() > deadline => {
                        return Err(format!("a {} does not end", player.part).into());
                    }
                    None => std::thread::sleep(Duration::from_millis(1)),
                }
            }
        }
        while let Ok(line) = lines.recv_timeout(Duration::from_millis(200)) {
            self.take(&line)?;
        }
        Ok(self.report)
    }
}

impl Drop for Player {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |part| self.kills_of.get(part).copied().unwrap_or_default();
        writeln!(
            f,
            "{} kills in {:.1} s (writers {}, reliable readers {}, lossy readers {}; {} stopped before)",
            self.kills,
            self.took.as_secs_f64(),
            of("writer"),
            of("reliable"),
            of("lossy"),
            self.stops
        )?;
        writeln!(f, "{} rings whose ends were compared {} times", self.rings, self.ends_compared)?;
        writeln!(
            f,
            "survivors checked {} frames reliably, {} lossily, and counted {} losses: nothing torn, \
             doubled, or missing",
            self.frames_read, self.frames_watched, self.frames_lost_by_watching
        )?;
        write!(f, "longest wait of a writer {:.1} ms", self.longest_wait.as_secs_f64() * 1e3)
    }
}

/// A folder of the campaign's own.
pub(crate) struct Place {
    rings: RingDirectory,
}

impl Place {
    pub(crate) fn new() -> Outcome<Self> {
        let shm = Path::new("/dev/shm");
        let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("mycelium-campaign-{}", std::process::id()));
        Ok(Self { rings: RingDirectory::open_or_create(folder)? })
    }

    pub(crate) fn ring(&self) -> PathBuf {
        self.rings.path().join("campaign.ring")
    }

    /// What dead processes have left can be removed, and nothing else is there.
    fn check_clean(&self) -> Outcome<()> {
        self.rings.remove_stale()?;
        match self.rings.remove_if_empty() {
            true => Ok(()),
            false => Err(format!("{} is not clean", self.rings.path().display()).into()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.rings.path());
    }
}

/// Random numbers that a seed repeats.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}
