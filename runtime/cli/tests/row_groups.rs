//! `mycelium convert --format parquet` of recordings that would need much memory: rows are written in time, and a
//! message that nobody can hold in columns is left out alone.

mod common;

use common::{Deployment, mycelium, text};
use mycelium::Message;
use mycelium::reflect::{Arm, Def, Field, Kind, Type};
use mycelium_wire::value::{self, Value};
use mycelium_wire::{Digest, canon};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Message)]
#[myc(package = "large", id = 7)]
struct Long {
    number: u32,
    text: String,
}

/// A recording of so many messages of each topic, in turn.
fn record(path: &str, def: &Def<'_>, topics: &[&str], frames: &[Vec<u8>]) {
    let mut writer = mcap::Writer::new(File::create(path).expect("a file")).expect("a writer");
    let schema = writer.add_schema(def.name, "mycelium-canonical", canon::texts(def).as_bytes());
    let schema = schema.expect("a schema");
    let Kind::Message { id, .. } = def.kind else { panic!("a message") };
    let facts = [("digest", def.digest.to_string()), ("type_id", id.to_string())];
    let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
    let channels: Vec<u16> = topics
        .iter()
        .map(|topic| writer.add_channel(schema, topic, "mycelium", &facts).expect("a channel"))
        .collect();
    for (frame, sequence) in frames.iter().zip(0..) {
        for channel_id in &channels {
            let (channel_id, time) = (*channel_id, 1_000 + u64::from(sequence));
            let header = mcap::records::MessageHeader {
                channel_id,
                sequence,
                log_time: time,
                publish_time: time,
            };
            writer.write_to_known_channel(&header, frame).expect("written");
        }
    }
    writer.finish().expect("an end");
}

/// Messages of 4 MiB.
fn long(count: u32) -> Vec<Vec<u8>> {
    let text = "x".repeat(4 << 20);
    (0..count).map(|number| Long { number, text: text.clone() }.to_frame()).collect()
}

fn read(path: impl AsRef<Path>) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).expect("a file")).expect("a file of the format")
}

/// Few messages may be as long as many.
#[test]
fn long_messages_make_several_groups() {
    let deployment = Deployment::new("unix");
    let (recording, table) = (deployment.file("long.mcap"), deployment.file("long.parquet"));
    record(&recording, Long::DEF, &["long"], &long(20));
    text(&mycelium(&["convert", &recording, &table]));
    let table = read(&table);
    let groups = table.metadata().row_groups().iter().map(|group| group.num_rows());
    // Of at most 32 MiB and one message.
    assert_eq!(groups.collect::<Vec<_>>(), [8, 8, 4]);
}

/// No table may wait for as many messages as if it were alone.
#[test]
fn what_waits_of_all_tables_is_bounded() {
    let deployment = Deployment::new("unix");
    let (recording, folder) = (deployment.file("long.mcap"), deployment.file("tables"));
    let topics = ["a", "b", "c", "d", "e", "f"];
    // Of each 28 MiB, less than a table alone waits for.
    record(&recording, Long::DEF, &topics, &long(7));
    text(&mycelium(&["convert", &recording, &folder, "--format", "parquet"]));
    let (mut groups, mut rows) = (0, 0);
    for topic in topics {
        let table = read(Path::new(&folder).join(format!("{topic}.parquet")));
        groups += table.num_row_groups();
        rows += table.metadata().file_metadata().num_rows();
    }
    assert_eq!(rows, 6 * 7);
    // Of 168 MiB at most 64 wait at the end; a group that is written before is of at most 28.
    assert!(groups >= 6 + 4, "{groups}");
}

fn leak<T>(value: T) -> &'static T {
    Box::leak(Box::new(value))
}

fn named(name: &'static str, kind: Kind<'static>) -> &'static Def<'static> {
    let digest = Digest::of([0; 32], &kind);
    let mut def = Def { package: "hostile", name, was: None, kind, digest };
    def.digest = leak(def).computed_digest();
    leak(def)
}

fn field(name: &'static str, ty: &'static Type<'static>) -> Field<'static> {
    Field { name, was: None, ty, default: None, key: false, unit: None, constraint: None }
}

fn message(id: u16, fields: Vec<Field<'static>>) -> &'static Def<'static> {
    named("Sent", Kind::Message { id, topic: "", fields: leak(fields) })
}

/// A list of a union of nine thousand arms: each of its items says in 8,999 columns that it is none of them.
#[test]
fn a_short_message_of_many_values_is_left_out_alone() {
    let arms =
        (1..=9_000).map(|tag| Arm { name: leak(format!("a{tag}")), was: None, tag, ty: &Type::U8 });
    let arms: &[Arm<'_>] = leak(arms.collect::<Vec<_>>());
    let union = leak(Type::Named(named("Any", Kind::Union { open: false, arms })));
    let def = message(9, vec![field("items", leak(Type::List(union)))]);
    let frame = |count: usize| {
        let item = Value::Arm { tag: 5, value: Box::new(Value::Int(3)) };
        value::encode(def, &Value::Fields(vec![Value::Items(vec![item; count])])).expect("a frame")
    };
    let deployment = Deployment::new("unix");
    let (recording, table) = (deployment.file("hostile.mcap"), deployment.file("hostile.parquet"));
    let frames = [frame(2), frame(4_000), frame(3)];
    assert!(frames[1].len() < 64 << 10, "{}", frames[1].len());
    record(&recording, def, &["any"], &frames);
    let partly = mycelium(&["convert", &recording, &table]);
    let said = String::from_utf8_lossy(&partly.stderr).into_owned();
    assert_eq!((partly.status.code(), &*partly.stdout), (Some(1), &b"2 messages written\n"[..]));
    assert!(said.contains("1 messages of any: in columns it takes far more memory"), "{said}");
    let table = read(&table);
    assert_eq!(table.metadata().file_metadata().num_rows(), 2);
    let rows = table.get_row_iter(None).expect("rows").map(|row| row.expect("a row"));
    let lens: Vec<usize> = rows
        .map(|row| match row.get_column_iter().nth(2) {
            Some((_, parquet::record::Field::ListInternal(list))) => list.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(lens, [2, 3]);
}

/// A message may name its fields as the recording names its columns, and an arm as what stands for arms that are unknown.
#[test]
fn no_table_has_two_columns_of_a_name() {
    let deployment = Deployment::new("unix");
    let arms = leak(vec![Arm { name: "unknown", was: None, tag: 1, ty: &Type::U8 }]);
    let union = named("Choice", Kind::Union { open: true, arms });
    let names = ["time", "_time", "__time", "sequence", "_sequence"];
    let mut fields: Vec<Field<'static>> =
        names.into_iter().map(|name| field(name, &Type::U8)).collect();
    fields.push(field("choice", leak(Type::Named(union))));
    let def = message(9, fields);
    let arm = Value::Arm { tag: 1, value: Box::new(Value::Int(6)) };
    let values = (1..=5).map(Value::Int).chain([arm]).collect();
    let frame = value::encode(def, &Value::Fields(values)).expect("a frame");
    let recording = deployment.file("twice.mcap");
    record(&recording, def, &["twice"], &[frame]);
    let table = deployment.file("twice.csv");
    text(&mycelium(&["convert", &recording, &table]));
    let written = std::fs::read_to_string(&table).expect("a table");
    let heading = "___time,__sequence,time,_time,__time,sequence,_sequence,choice";
    assert_eq!(written.lines().next(), Some(heading));
    let table = deployment.file("twice.parquet");
    text(&mycelium(&["convert", &recording, &table]));
    let reader = read(&table);
    let schema = reader.metadata().file_metadata().schema();
    let columns: Vec<&str> = schema.get_fields().iter().map(|field| field.name()).collect();
    assert_eq!(columns, heading.split(',').collect::<Vec<_>>());
    let choice = &schema.get_fields()[7];
    let arms: Vec<&str> = choice.get_fields().iter().map(|field| field.name()).collect();
    assert_eq!(arms, ["unknown", "_unknown"]);
}
