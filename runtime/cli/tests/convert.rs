//! `mycelium convert`, and what `info` shows of the same, through the command itself.

mod common;

use common::recorded::{import, line, trades, write};
use common::{Deployment, Quote, Trade, mycelium, quote, text, trade};
use mycelium::{Message, Struct};
use serde_json::Value;
use std::path::Path;

#[test]
fn captured_files_become_a_recording_and_tables() {
    let deployment = Deployment::new("unix");
    let feed = import(&deployment);
    let table = deployment.file("trades.csv");
    text(&mycelium(&["convert", &feed, &table, "--from", "10s", "--to", "12s"]));
    let table = std::fs::read_to_string(&table).expect("a table");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(
        lines[..2],
        [
            "_time,_sequence,event_time,sent_time,trade_id,symbol,venue,side,flags,price,quantity",
            "1970-01-01T00:00:10.000000000Z,20,1970-01-01T00:00:10.000000000Z,\
             1970-01-01T00:00:00.000000000Z,10,BTCUSDT,binance,sell,\"[\"\"buyer_is_maker\"\"]\",\
             61800.20000000,0.01400000",
        ]
    );
    assert_eq!(lines.len(), 1 + 4);
    let folder = deployment.file("tables");
    text(&mycelium(&["convert", &feed, &folder]));
    let all =
        std::fs::read_to_string(Path::new(&folder).join("market.trades.csv")).expect("a table");
    assert_eq!(all.lines().count(), 1 + 200);
    // What is there is not replaced unasked.
    assert_eq!(mycelium(&["convert", &feed, &folder]).status.code(), Some(1));
    text(&mycelium(&["convert", &feed, &folder, "--force"]));

    let bad = deployment.file("bad.jsonl");
    std::fs::write(&bad, format!("{}5 {{\"data\":{{}}}}\n", line(1, 1, "X"))).expect("a file");
    let wrong = mycelium(&["import-feed", &bad, "-o", &deployment.file("bad.mcap")]);
    assert_eq!(wrong.status.code(), Some(1));
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("bad.jsonl:2: its receive time goes back"), "{said}");
}

#[test]
fn what_is_read_is_never_replaced() {
    let deployment = Deployment::new("unix");
    let feed = import(&deployment);
    let linked = deployment.file("linked.mcap");
    std::os::unix::fs::symlink(&feed, &linked).expect("a link");
    let (folder, source) = (deployment.file("tables"), deployment.file("BTCUSDT.jsonl"));
    std::fs::create_dir(&folder).expect("a folder");
    let in_folder = Path::new(&folder).join("market.trades.csv").display().to_string();
    std::fs::hard_link(&feed, &in_folder).expect("a link");
    for (read, arguments) in [
        (&feed, &["convert", &feed, &feed, "--force"][..]),
        (&feed, &["convert", &feed, &linked, "--force"]),
        (&feed, &["convert", &linked, &in_folder, "--force"]),
        (&feed, &["convert", &feed, &folder, "--force"]),
        (&source, &["import-feed", &source, "-o", &source, "--force"]),
    ] {
        let before = std::fs::read(read).expect("a file");
        let wrong = mycelium(arguments);
        let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert_eq!(wrong.status.code(), Some(1), "{arguments:?}");
        assert!(said.contains("this is the file that is read"), "{said}");
        assert!(std::fs::read(read).expect("a file") == before, "{arguments:?}");
    }
    // What is there and is not read is replaced, and where it is not, the way to do so is told.
    let table = deployment.file("trades.csv");
    std::fs::write(&table, "x".repeat(1 << 20)).expect("a file");
    let wrong = mycelium(&["convert", &feed, &table]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(said.contains("; --force replaces it"), "{said}");
    text(&mycelium(&["convert", &feed, &table, "--force"]));
    let table = std::fs::read_to_string(&table).expect("a table");
    assert_eq!((table.lines().count(), table.contains('x')), (1 + 200, false));
}

/// A topic that would clear a screen and begin a line.
const HOSTILE: &str = "un\u{1b}[2Jtold\u{9b}\n";

/// What one publisher does not tell of its type keeps nobody from the messages of another.
#[test]
fn messages_of_types_that_were_told_are_converted_and_others_named() {
    let deployment = Deployment::new("unix");
    let untold = deployment.file("untold.mcap");
    write(&untold, [(HOSTILE, Trade::DEF, false, trades(3))]);
    let wrong = mycelium(&["convert", &untold, &deployment.file("no.csv")]);
    let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert_eq!((wrong.status.code(), &*wrong.stdout), (Some(1), &b"0 messages written\n"[..]));
    assert!(
        said.contains("3 messages of un\\u{1b}[2Jtold\\u{9b}\\u{a}: its publisher does not tell"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}') && !Path::new(&deployment.file("no.csv")).exists(), "{said}");

    // What a file tells does nothing to a terminal, and JSON of it means what it says.
    let info = text(&mycelium(&["info", &untold]));
    assert!(info.contains("un\\u{1b}[2Jtold") && !info.contains('\u{1b}'), "{info}");
    let info = text(&mycelium(&["info", &untold, "--json"]));
    assert!(!info.contains(|char: char| char.is_control() && char != '\n'), "{info}");
    let info: Value = serde_json::from_str(&info).expect("JSON");
    assert_eq!(info["tracks"][0]["topic"], HOSTILE);

    let both = deployment.file("both.mcap");
    let quotes = (0..4).map(|number| quote(number).to_frame()).collect();
    write(
        &both,
        [
            ("quotes", Quote::DEF, false, quotes),
            // Told by another of the same type, which comes later.
            ("first", Trade::DEF, false, trades(2)),
            ("second", Trade::DEF, true, trades(5)),
        ],
    );
    let rows = |name: &str| {
        let table = std::fs::read_to_string(Path::new(&deployment.file("tables")).join(name));
        table.expect("a table").lines().count() - 1
    };
    let folder = deployment.file("tables");
    let partly = mycelium(&["convert", &both, &folder]);
    let said = String::from_utf8_lossy(&partly.stderr).into_owned();
    assert_eq!((partly.status.code(), &*partly.stdout), (Some(1), &b"7 messages written\n"[..]));
    assert!(said.contains("4 messages of quotes: its publisher does not tell"), "{said}");
    assert_eq!((rows("first.csv"), rows("second.csv")), (2, 5));
    // A table of one topic, and a recording of all.
    let table = deployment.file("second.csv");
    assert_eq!(mycelium(&["convert", &both, &table, "second", "quotes"]).status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&table).expect("a table").lines().count(), 1 + 5);
    text(&mycelium(&["convert", &both, &table, "second", "--force"]));
    let copy = text(&mycelium(&["convert", &both, &deployment.file("copy.mcap")]));
    assert_eq!(copy, "11 messages written\n");
}

/// Topics may differ only in what no file's name may hold, or be named as the file of another.
#[test]
fn topics_that_are_written_alike_have_tables_of_their_own() {
    let deployment = Deployment::new("unix");
    let file = deployment.file("alike.mcap");
    let topics = ["a/b", "a_b", "a_b-2", "a:b"];
    let alike = topics.iter().zip(0..);
    let alike =
        alike.map(|(topic, number)| (*topic, Trade::DEF, true, vec![trade(number).to_frame()]));
    write(&file, alike);
    let folder = deployment.file("tables");
    for _ in 0..2 {
        text(&mycelium(&["convert", &file, &folder, "--force"]));
        let tables = std::fs::read_dir(&folder).expect("a folder");
        let tables = tables.map(|table| table.expect("a table").path());
        let rows = tables.map(|table| std::fs::read_to_string(table).expect("a table"));
        let mut rows: Vec<String> =
            rows.map(|table| table.lines().skip(1).collect::<Vec<_>>().join("\n")).collect();
        rows.sort();
        assert_eq!(rows.len(), topics.len());
        rows.dedup();
        assert_eq!(rows.len(), topics.len());
    }
}

/// A struct of ten times the same.
macro_rules! ten {
    ($name:ident of $of:ident) => {
        #[derive(Debug, Clone, Copy, Default, PartialEq, Struct)]
        #[myc(package = "wide")]
        struct $name {
            a: $of,
            b: $of,
            c: $of,
            d: $of,
            e: $of,
            f: $of,
            g: $of,
            h: $of,
            i: $of,
            j: $of,
        }
    };
}

ten!(Tens of u8);
ten!(Hundreds of Tens);
ten!(Thousands of Hundreds);
ten!(TenThousands of Thousands);

#[derive(Debug, Clone, Default, PartialEq, Message)]
#[myc(package = "wide", id = 3)]
struct Wide {
    most: TenThousands,
    more: u8,
}

/// The forms of tables that this build writes.
const FORMS: &[&str] = if cfg!(feature = "parquet") { &["csv", "parquet"] } else { &["csv"] };

/// A few lines of text may tell of more columns than any memory holds. That costs no file that was there, and no other
/// topic its table.
#[test]
fn a_type_of_too_many_fields_is_left_out_and_replaces_nothing() {
    let deployment = Deployment::new("unix");
    let wide = deployment.file("wide.mcap");
    let frames = || vec![Wide::default().to_frame(); 2];
    write(&wide, [("wide.wide", Wide::DEF, true, frames())]);
    let both = deployment.file("both.mcap");
    write(
        &both,
        [
            ("first", Trade::DEF, true, trades(2)),
            ("wide.wide", Wide::DEF, true, frames()),
            ("last", Trade::DEF, true, trades(5)),
        ],
    );
    let refused = |arguments: &[&str], printed: &str| {
        let wrong = mycelium(&[&["convert"], arguments].concat());
        let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert_eq!(wrong.status.code(), Some(1), "{said}");
        let reason = "2 messages of wide.wide: its type has more than 10000 fields in all";
        assert!(said.contains(reason), "{said}");
        assert_eq!(String::from_utf8_lossy(&wrong.stdout), printed);
    };
    for form in FORMS {
        let table = deployment.file(&format!("wide.{form}"));
        refused(&[&wide, &table], "0 messages written\n");
        assert!(!Path::new(&table).exists());
        std::fs::write(&table, "of before").expect("a file");
        refused(&[&wide, &table, "--force"], "0 messages written\n");
        assert_eq!(std::fs::read_to_string(&table).expect("a file"), "of before");

        let folder = deployment.file(&format!("of-{form}"));
        refused(&[&both, &folder, "--format", form], "7 messages written\n");
        let mut found: Vec<String> = std::fs::read_dir(&folder)
            .expect("a folder")
            .map(|file| file.expect("a file").file_name().display().to_string())
            .collect();
        found.sort();
        assert_eq!(found, [format!("first.{form}"), format!("last.{form}")]);
        // Whole: as if there had been nothing else.
        for topic in ["first", "last"] {
            let alone = deployment.file(&format!("{topic}.{form}"));
            text(&mycelium(&["convert", &both, &alone, topic]));
            let beside = Path::new(&folder).join(format!("{topic}.{form}"));
            let same =
                std::fs::read(alone).expect("a file") == std::fs::read(beside).expect("a file");
            assert!(same, "{topic}.{form}");
        }
    }
}

/// A name that says one thing and an option that says another: nothing is written.
#[test]
fn a_name_of_another_format_is_refused() {
    let deployment = Deployment::new("unix");
    let feed = import(&deployment);
    for (name, format) in [("day.csv", "mcap"), ("day.mcap", "csv"), ("day.csv", "parquet")] {
        let output = deployment.file(name);
        let wrong = mycelium(&["convert", &feed, &output, "--format", format]);
        let said = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert_eq!(wrong.status.code(), Some(1), "{said}");
        assert!(said.contains(&format!("but --format says {format}")), "{said}");
        assert!(!Path::new(&output).exists(), "{name}");
    }
    text(&mycelium(&["convert", &feed, &deployment.file("day.csv"), "--format", "csv"]));
}
