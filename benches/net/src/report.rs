//! Which measurements there are, and their tables.

use std::fmt::Write;

use tempfile::TempDir;

use crate::plan::{Kind, Plan, Socket};
use crate::processes::{Part, command};
use crate::ways::{self, *};
use crate::{Args, Outcome, calls};

/// A table: what is measured, over which ways. Ratios are to the first.
struct Table {
    title: &'static str,
    kind: Kind,
    ways: &'static [&'static str],
}

const TABLES: &[Table] = &[
    Table {
        title: "one way, asleep, on two processors",
        kind: Kind::PingPong,
        ways: &[BARE, OURS, OURS_PATIENT, ZEROMQ, NNG],
    },
    Table {
        title: "one way, asleep, on one processor",
        kind: Kind::PingPongOnOne,
        ways: &[BARE, OURS, ZEROMQ, NNG],
    },
    Table {
        title: "one way, polled, on two processors",
        kind: Kind::PingPong,
        ways: &[BARE_POLLED, OURS_POLLED, ZEROMQ_POLLED, NNG_POLLED],
    },
    Table {
        title: "one way, tokio, on two processors",
        kind: Kind::PingPong,
        ways: &[BARE_TASK, OURS_HOSTED, OURS_TASK],
    },
    Table {
        title: "one way, tokio, on one processor",
        kind: Kind::PingPongOnOne,
        ways: &[BARE_TASK, OURS_HOSTED, OURS_TASK],
    },
    Table {
        title: "stream, on two processors",
        kind: Kind::Stream,
        ways: &[BARE_BATCHES, BARE_BATCHES_POLLED, OURS, ZEROMQ, NNG],
    },
];

/// Ways that send a stream this many times slower than the bare one, about, get as many fewer messages.
const SLOW: [(&str, usize); 2] = [(ZEROMQ, 4), (NNG, 10)];

pub(crate) fn run(args: &Args) -> Outcome<()> {
    for socket in [Socket::Unix, Socket::Tcp] {
        for table in TABLES {
            let title = format!("{}: {}", socket.name(), table.title);
            if args.only.as_deref().is_none_or(|only| title.contains(only)) {
                print!("{}", measure(&title, table, socket, args)?);
            }
        }
    }
    Ok(())
}

/// What the ways of a table gave: by turn, the numbers that were printed; and calls a message.
struct Row {
    way: &'static str,
    turns: Vec<Vec<f64>>,
    calls: Option<f64>,
}

/// All ways in turns, so that a slow moment of the machine meets all of them.
fn measure(title: &str, table: &Table, socket: Socket, args: &Args) -> Outcome<String> {
    let here = table.ways.iter().filter(|way| ways::is_here(way));
    let mut rows: Vec<Row> = here.map(|way| Row { way, turns: Vec::new(), calls: None }).collect();
    for _ in 0..args.turns {
        for row in &mut rows {
            let place = TempDir::new()?;
            row.turns.push(turn(&plan(row.way, table, socket, args, &place)?)?);
        }
    }
    if table.kind == Kind::Stream {
        for row in &mut rows {
            let place = TempDir::new()?;
            row.calls = calls::per_message(&plan(row.way, table, socket, args, &place)?)?;
        }
    }
    Ok(show(title, table.kind, &rows))
}

fn plan(way: &str, table: &Table, socket: Socket, args: &Args, place: &TempDir) -> Outcome<Plan> {
    let slow = SLOW.iter().find(|(slow, _)| *slow == way).map_or(1, |(_, times)| *times);
    let rounds = match table.kind {
        Kind::Stream => args.messages / slow,
        _ => args.rounds,
    };
    let (way, folder) = (way.to_owned(), place.path().to_owned());
    Ok(Plan { way, kind: table.kind, socket, rounds, address: socket.address(&folder)?, folder })
}

/// The numbers that the first process prints.
fn turn(plan: &Plan) -> Outcome<Vec<f64>> {
    let output =
        command(Part::First, plan, &[])?.stderr(std::process::Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{} over a {} has failed", plan.way, plan.socket.name()).into());
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}

fn show(title: &str, kind: Kind, rows: &[Row]) -> String {
    let median = |row: &Row, place: usize| {
        let mut values: Vec<f64> =
            row.turns.iter().filter_map(|turn| turn.get(place)).copied().collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let base = rows.first().map_or(f64::NAN, |row| median(row, 0));
    let mut text = format!("**{title}**\n\n");
    text += match kind {
        Kind::Stream => "| | M/s | ratio | system calls a message |\n|---|--:|--:|--:|\n",
        _ => "| | p50 µs | p99 µs | ratio of p50 |\n|---|--:|--:|--:|\n",
    };
    for row in rows {
        let value = median(row, 0);
        let ratio = value / base;
        // Writing to a string cannot fail.
        let _ = match kind {
            Kind::Stream => {
                let calls =
                    row.calls.map_or("not counted".to_owned(), |calls| format!("{calls:.4}"));
                writeln!(text, "| {} | {:.2} | {ratio:.2} | {calls} |", row.way, value / 1e6)
            }
            _ => {
                let (p50, p99) = (value / 1e3, median(row, 1) / 1e3);
                writeln!(text, "| {} | {p50:.1} | {p99:.1} | {ratio:.2} |", row.way)
            }
        };
    }
    text + "\n"
}
