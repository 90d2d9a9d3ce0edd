//! Which measurements there are, and their tables.

use crate::foreign::Programs;
use crate::link::{Kind, Plan};
use crate::links::{self, *};
use crate::measure::Measured;
use crate::{Args, Outcome, publish};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A table: what is measured, over which ways.
struct Table {
    title: &'static str,
    kind: Kind,
    len: usize,
    /// Part of the rounds that the command asks for.
    share: usize,
    links: &'static [&'static str],
    /// To which the ratios are.
    against: &'static str,
}

const fn table(
    title: &'static str,
    kind: Kind,
    len: usize,
    share: usize,
    links: &'static [&'static str],
    against: &'static str,
) -> Table {
    Table { title, kind, len, share, links, against }
}

const POLLED: &[&str] = &[BOUNCE, RING, ICEORYX, UNIX];
const PAYLOADS: &[&str] = &[RING, ICEORYX, UNIX];
const SMALL: &[&str] = &[RING, ICEORYX, AERON, UNIX];
const STREAMED: &[&str] = &[RING, RING_BATCH, ICEORYX, AERON, UNIX];
const FANNED_OUT: &[&str] = &[RING, RING_BATCH, ICEORYX, AERON];
const LOANED: &[&str] = &[RING, BUS, ICEORYX];
const BULK: &[&str] = &[RING, RING_SMALL, RING_LARGE, BUS, ICEORYX, UNIX];
const TYPED: &[&str] = &[RUST, PYTHON, PYTHON_ALONE, OCAML];
const PARKED: &[&str] = &[FUTEX, RING_PARKED, ICEORYX_EVENT, UNIX_BLOCKING];

const TABLES: &[Table] = &[
    table("One way, 40 bytes, polled", Kind::PingPong, 40, 1, POLLED, BOUNCE),
    table("One way, 64 bytes, polled", Kind::PingPong, 64, 1, SMALL, ICEORYX),
    table("One way, 1 KiB, polled", Kind::PingPong, 1024, 1, SMALL, ICEORYX),
    table("One way, 64 KiB, polled", Kind::PingPong, 64 << 10, 20, PAYLOADS, ICEORYX),
    table("One way, 1 MiB, polled", Kind::PingPong, 1 << 20, 200, PAYLOADS, ICEORYX),
    table("One way, 1 MiB loaned, polled", Kind::Loan, 1 << 20, 5, LOANED, ICEORYX),
    table("One way, 64 bytes with their header, typed, polled", Kind::PingPong, 48, 1, TYPED, RUST),
    table("64 bytes, 1 to 1", Kind::Stream(1), 64, 1, STREAMED, ICEORYX),
    table("64 bytes, 1 to 4", Kind::Stream(4), 64, 1, FANNED_OUT, ICEORYX),
    table("1 MiB, written in place and read", Kind::Bulk, 1 << 20, 50, BULK, ICEORYX),
    table("One way, 40 bytes, asleep between any two", Kind::PingPong, 40, 20, PARKED, FUTEX),
];

/// Rounds of a stream for each of a ping-pong: they are that much shorter.
const STREAM_FACTOR: usize = 16;

pub(crate) fn run(args: &Args) -> Outcome<()> {
    let place = Place::new()?;
    let wanted = |title: &str| args.only.as_deref().is_none_or(|only| title.contains(only));
    for table in TABLES.iter().filter(|table| wanted(table.title)) {
        print!("{}", measure(table, args, &place)?);
    }
    if wanted("publish") {
        let turn = |readers| median(args.turns, || publish::measure(&place.0, readers));
        let (one, all) = (turn(1)?, turn(64)?);
        println!("**Publishing 56 bytes**\n\n| readers | ns | ratio |\n|---|--:|--:|");
        println!("| 1 | {one:.1} | 1.00 |\n| 64 | {all:.1} | {:.2} |\n", all / one);
    }
    Ok(())
}

/// All ways in turns, so that a slow moment of the machine meets all of them.
fn measure(table: &Table, args: &Args, place: &Place) -> Outcome<String> {
    let programs = Programs { python: args.python.clone(), ocaml: args.ocaml.clone() };
    let here = table.links.iter().copied().filter(|link| links::is_here(link, &programs));
    let mut turns: Vec<(&str, Vec<Measured>)> = here.map(|link| (link, Vec::new())).collect();
    for turn in 0..args.turns {
        for (link, results) in &mut turns {
            let folder = place.folder(turn)?;
            let factor = if matches!(table.kind, Kind::Stream(_)) { STREAM_FACTOR } else { 1 };
            let rounds = (args.rounds * factor / table.share).max(64) / 64 * 64;
            let plan = Plan {
                link: (*link).into(),
                kind: table.kind,
                len: table.len,
                rounds,
                folder,
                programs: programs.clone(),
            };
            results.push(links::first(&plan)?);
            std::fs::remove_dir_all(&plan.folder)?;
        }
    }
    Ok(show(table, &turns))
}

fn show(table: &Table, turns: &[(&str, Vec<Measured>)]) -> String {
    let rates = matches!(table.kind, Kind::Stream(_) | Kind::Bulk);
    let median = |results: &[Measured], pick: fn(&Measured) -> f64| {
        let mut values: Vec<f64> = results.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let main = |measured: &Measured| match *measured {
        Measured::Latency { p50_ns, .. } => p50_ns,
        Measured::Rate(rate) => rate,
    };
    let p99 = |measured: &Measured| match *measured {
        Measured::Latency { p99_ns, .. } => p99_ns,
        Measured::Rate(_) => 0.0,
    };
    let against = turns.iter().find(|(link, _)| *link == table.against);
    let base = against.map_or(f64::NAN, |(_, results)| median(results, main));
    let mut text = format!("**{}**\n\n", table.title);
    text += match (rates, table.kind) {
        (true, Kind::Bulk) => "| | GB/s | ratio |\n|---|--:|--:|\n",
        (true, _) => "| | M/s | ratio |\n|---|--:|--:|\n",
        (false, _) => "| | p50 ns | p99 ns | ratio of p50 |\n|---|--:|--:|--:|\n",
    };
    for (link, results) in turns {
        let value = median(results, main);
        // Writing to a string cannot fail.
        let _ = match (rates, table.kind) {
            (true, Kind::Bulk) => {
                let rate = value * table.len as f64 / 1e9;
                writeln!(text, "| {link} | {rate:.1} | {:.2} |", value / base)
            }
            (true, _) => writeln!(text, "| {link} | {:.1} | {:.2} |", value / 1e6, value / base),
            (false, _) => {
                let p99 = median(results, p99);
                writeln!(text, "| {link} | {value:.0} | {p99:.0} | {:.2} |", value / base)
            }
        };
    }
    text + "\n"
}

fn median(turns: usize, mut measure: impl FnMut() -> Outcome<f64>) -> Outcome<f64> {
    let mut values = (0..turns).map(|_| measure()).collect::<Outcome<Vec<f64>>>()?;
    values.sort_by(f64::total_cmp);
    Ok(values[values.len() / 2])
}

/// A folder of our own in shared memory.
struct Place(PathBuf);

impl Place {
    fn new() -> Outcome<Self> {
        let shm = Path::new("/dev/shm");
        let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("mycelium-bench-{}", std::process::id()));
        std::fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    fn folder(&self, turn: usize) -> Outcome<PathBuf> {
        let folder = self.0.join(turn.to_string());
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
