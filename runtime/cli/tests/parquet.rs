//! `mycelium convert --format parquet`: what is written is read back by the library of the format, and by pyarrow.

mod common;

use common::{mycelium, text};
use mycelium::Message;
use mycelium::reflect::{Def, Kind, Type};
use mycelium_generated::messages::{Visitor, visit_all};
use mycelium_wire::value::{self, Value};
use mycelium_wire::{DecodeOwned, canon, hex};
use parquet::data_type::Decimal;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A message of the golden vectors, as its type and its frame.
struct Golden {
    def: &'static Def<'static>,
    topic: String,
    frames: Vec<Vec<u8>>,
}

struct Defs(BTreeMap<String, &'static Def<'static>>);

impl Visitor for Defs {
    fn visit<M: Message + DecodeOwned>(&mut self) {
        // As a recording tells it: what was renamed has the name that the digest keeps.
        let arena = Box::leak(Box::new(bumpalo::Bump::new()));
        let told = canon::parse_of(arena, M::DIGEST, &canon::texts(M::DEF)).expect("a type");
        self.0.insert(M::NAME.to_owned(), told);
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All golden vectors, by type.
fn golden() -> Vec<Golden> {
    let mut defs = Defs(BTreeMap::new());
    visit_all(&mut defs);
    let mut frames: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    let folder = std::fs::read_dir(repository().join("schemas/vectors")).expect("vectors");
    let files = folder.map(|entry| entry.expect("a file").path());
    for file in files.filter(|path| path.extension().is_some_and(|end| end == "json")) {
        let all = std::fs::read_to_string(&file).expect("a file");
        let all: Json = serde_json::from_str(&all).expect("JSON");
        for vector in all["vectors"].as_array().expect("vectors") {
            let name = vector["type"].as_str().expect("a type");
            // Of bytes that are refused there is no value.
            let Some(def) = defs.0.get(name).filter(|_| !vector["value"].is_null()) else {
                continue;
            };
            let frame = vector["frame"].as_str().and_then(hex::decode).expect("a frame");
            // Older and newer senders' frames are values too, but a reader may want more of them.
            if value::decode(def, &frame).is_err() {
                continue;
            }
            frames.entry(name.to_owned()).or_default().push(frame);
        }
    }
    let golden = frames.into_iter().map(|(name, frames)| {
        let topic = format!("all.{}", name.to_lowercase());
        Golden { def: defs.0[&name], topic, frames }
    });
    golden.collect()
}

/// A recording of each frame so many times.
fn record(path: &Path, golden: &[Golden], times: usize) {
    let mut writer = mcap::Writer::new(File::create(path).expect("a file")).expect("a writer");
    for Golden { def, topic, frames } in golden {
        let text = canon::texts(def);
        let schema = writer.add_schema(def.name, "mycelium-canonical", text.as_bytes());
        let facts = [("digest", def.digest.to_string()), ("type_id", "1".to_owned())];
        let facts = facts.map(|(name, value)| (name.to_owned(), value)).into();
        let channel = writer.add_channel(schema.expect("a schema"), topic, "mycelium", &facts);
        let channel_id = channel.expect("a channel");
        for (sequence, frame) in
            (0..times).flat_map(|_| frames).zip(0..).map(|(frame, number)| (number, frame))
        {
            let log_time = 1_000 + u64::from(sequence);
            let header =
                mcap::records::MessageHeader { channel_id, sequence, log_time, publish_time: 1 };
            writer.write_to_known_channel(&header, frame).expect("written");
        }
    }
    writer.finish().expect("an end");
}

fn rows(path: &Path) -> Vec<Row> {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = SerializedFileReader::new(file).expect("a file of the format");
    reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row")).collect()
}

#[test]
fn every_golden_vector_is_read_back_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let (recording, tables) = (folder.path().join("all.mcap"), folder.path().join("tables"));
    let golden = golden();
    assert!(golden.len() > 30, "{}", golden.len());
    record(&recording, &golden, 2);
    let paths = [&recording, &tables].map(|path| path.display().to_string());
    text(&mycelium(&["convert", &paths[0], &paths[1], "--format", "parquet"]));
    for Golden { def, topic, frames } in &golden {
        let rows = rows(&tables.join(format!("{topic}.parquet")));
        assert_eq!(rows.len(), 2 * frames.len(), "{topic}");
        for ((row, frame), number) in rows.iter().zip(frames.iter().chain(frames)).zip(0..) {
            let mut columns = row.get_column_iter();
            assert_eq!(columns.next().expect("a time").1, &Field::Long(1_000 + number));
            let number = u32::try_from(number).expect("few");
            assert_eq!(columns.next().expect("a number").1, &Field::UInt(number));
            let Value::Fields(values) = value::decode(def, frame).expect("a value") else {
                panic!("a message");
            };
            for (field, value) in def.fields().iter().zip(&values) {
                let (name, found) = columns.next().expect("a column");
                assert_eq!(name, field.name);
                assert!(agrees(field.ty, value, found), "{topic}.{name}: {value:?} is {found:?}");
            }
            assert!(columns.next().is_none());
        }
    }
    python_agrees(&tables, &golden);
}

/// Whether a cell holds the value.
fn agrees(ty: &Type<'_>, value: &Value, found: &Field) -> bool {
    match (ty, value, found) {
        (Type::Optional(_), Value::Absent, found) => *found == Field::Null,
        (Type::Optional(inner), value, found) => agrees(inner, value, found),
        (Type::Named(def), value, found) => named_agrees(def, value, found),
        (Type::Map(key, of), Value::Items(pairs), Field::MapInternal(map)) => {
            let pairs = pairs.iter().map(|pair| match pair {
                Value::Items(pair) => (&pair[0], &pair[1]),
                other => panic!("{other:?} is no pair"),
            });
            let entries = map.entries();
            entries.len() == pairs.len()
                && pairs.zip(entries).all(|((key_value, of_value), (found_key, found))| {
                    agrees(key, key_value, found_key) && agrees(of, of_value, found)
                })
        }
        (Type::Tuple(items), Value::Items(values), Field::Group(row)) => {
            let columns: Vec<_> = row.get_column_iter().collect();
            columns.len() == values.len()
                && items
                    .iter()
                    .zip(values)
                    .zip(columns)
                    .all(|((ty, value), (_, found))| agrees(ty, value, found))
        }
        (
            Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item),
            Value::Items(values),
            Field::ListInternal(list),
        ) => {
            let found = list.elements();
            found.len() == values.len()
                && values.iter().zip(found).all(|(value, found)| agrees(item, value, found))
        }
        (Type::Decimal(scale), Value::Int(mantissa), Field::Decimal(decimal)) => {
            decimal.scale() == i32::from(*scale) && mantissa_of(decimal) == *mantissa
        }
        (_, value, found) => scalar_agrees(value, found),
    }
}

fn named_agrees(def: &Def<'_>, value: &Value, found: &Field) -> bool {
    match (def.kind, value, found) {
        (Kind::Message { fields: [], .. }, Value::Fields(_), found) => *found == Field::Bool(true),
        (
            Kind::Message { fields, .. } | Kind::Struct { fields },
            Value::Fields(values),
            Field::Group(row),
        ) => {
            let columns: Vec<_> = row.get_column_iter().collect();
            columns.len() == values.len()
                && fields.iter().zip(values).zip(columns).all(|((field, value), (name, found))| {
                    name == field.name && agrees(field.ty, value, found)
                })
        }
        (Kind::Enum { members, .. }, Value::Int(number), Field::Str(text)) => {
            let named = members.iter().find(|member| member.value == *number);
            named.map_or_else(|| number.to_string(), |member| member.name.to_owned()) == *text
        }
        (Kind::Flags { members, .. }, Value::Int(bits), Field::ListInternal(list)) => {
            let sum = list.elements().iter().map(|name| match name {
                Field::Str(name) => members
                    .iter()
                    .find(|member| member.name == name)
                    .map_or_else(|| name.parse().expect("bits"), |member| 1_i128 << member.value),
                other => panic!("{other:?} is no name"),
            });
            sum.sum::<i128>() == *bits
        }
        (Kind::Union { arms, .. }, Value::Arm { tag, value }, Field::Group(row)) => {
            let columns: Vec<_> = row.get_column_iter().collect();
            columns.iter().all(|(name, found)| match arms.iter().find(|arm| arm.name == *name) {
                Some(arm) if arm.tag == *tag => agrees(arm.ty, value, found),
                _ => **found == Field::Null,
            })
        }
        (Kind::Union { .. }, Value::UnknownArm { tag, payload }, Field::Group(row)) => {
            let columns: Vec<_> = row.get_column_iter().collect();
            let (last, others) = columns.split_last().expect("columns");
            let Field::Group(unknown) = last.1 else { return false };
            let unknown: Vec<_> = unknown.get_column_iter().map(|(_, found)| found).collect();
            others.iter().all(|(_, found)| **found == Field::Null)
                && *unknown[0] == Field::Int(*tag as i32)
                && matches!(unknown[1], Field::Bytes(bytes) if bytes.data() == payload)
        }
        _ => false,
    }
}

fn scalar_agrees(value: &Value, found: &Field) -> bool {
    match (value, found) {
        (Value::Bool(value), Field::Bool(found)) => value == found,
        (Value::F32(value), Field::Float(found)) => value.to_bits() == found.to_bits(),
        (Value::F64(value), Field::Double(found)) => value.to_bits() == found.to_bits(),
        (Value::Text(value), Field::Str(found)) => value == found,
        (Value::Bytes(value), Field::Bytes(found)) => value == found.data(),
        (Value::Uuid(value), Field::Bytes(found)) => value.as_bytes() == found.data(),
        (Value::U128(value), Field::Str(found)) => value.to_string() == *found,
        (Value::U256(value), Field::Str(found)) => value.to_string() == *found,
        (Value::Int(value), found) => match found {
            Field::Byte(found) => *value == i128::from(*found),
            Field::Short(found) => *value == i128::from(*found),
            Field::Int(found) => *value == i128::from(*found),
            Field::Long(found) => *value == i128::from(*found),
            Field::UByte(found) => *value == i128::from(*found),
            Field::UShort(found) => *value == i128::from(*found),
            Field::UInt(found) => *value == i128::from(*found),
            Field::ULong(found) => *value == i128::from(*found),
            Field::Str(found) => value.to_string() == *found,
            _ => false,
        },
        _ => false,
    }
}

fn mantissa_of(decimal: &Decimal) -> i128 {
    let negative = decimal.data().first().is_some_and(|byte| byte & 0x80 != 0);
    let start = if negative { -1 } else { 0 };
    decimal.data().iter().fold(start, |number, byte| (number << 8) | i128::from(*byte))
}

/// Fields as pyarrow names their types, each with whether it may be absent.
fn fields_as_read(fields: &[mycelium::reflect::Field<'_>]) -> Json {
    let field = |field: &mycelium::reflect::Field<'_>| json!([field.name, as_read(field.ty)]);
    json!({ "struct": fields.iter().map(field).collect::<Vec<_>>() })
}

/// A type as pyarrow names it: a word, or what it is made of.
fn as_read(ty: &Type<'_>) -> Json {
    match ty {
        Type::Optional(inner) => json!({ "optional": as_read(inner) }),
        Type::Bool => json!("bool"),
        Type::I8 => json!("int8"),
        Type::I16 => json!("int16"),
        Type::I32 => json!("int32"),
        Type::I64 | Type::Duration => json!("int64"),
        Type::U8 => json!("uint8"),
        Type::U16 => json!("uint16"),
        Type::U32 => json!("uint32"),
        Type::U64 => json!("uint64"),
        Type::F32 => json!("float"),
        Type::F64 => json!("double"),
        Type::Timestamp => json!("timestamp[ns, tz=UTC]"),
        Type::Decimal(scale) => json!(format!("decimal128(19, {scale})")),
        Type::Uuid => json!("uuid"),
        Type::String | Type::BoundedString(_) => json!("string"),
        Type::I128 | Type::U128 | Type::U256 => json!("string"),
        Type::Array(Type::U8, _) | Type::BoundedList(Type::U8, _) | Type::List(Type::U8) => {
            json!("binary")
        }
        Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item) => {
            json!({ "list": as_read(item) })
        }
        Type::Map(key, value) => json!({ "map": [as_read(key), as_read(value)] }),
        Type::Tuple(items) => {
            let items = items.iter().enumerate();
            let items = items.map(|(index, item)| json!([format!("_{index}"), as_read(item)]));
            json!({ "struct": items.collect::<Vec<_>>() })
        }
        Type::Named(def) => named_as_read(def),
        _ => json!("binary"),
    }
}

fn named_as_read(def: &Def<'_>) -> Json {
    match def.kind {
        Kind::Message { fields: [], .. } | Kind::Struct { fields: [] } => json!("bool"),
        Kind::Message { fields, .. } | Kind::Struct { fields } => fields_as_read(fields),
        Kind::Enum { .. } => json!("string"),
        Kind::Flags { .. } => json!({ "list": "string" }),
        Kind::Union { open, arms } => {
            let arm = |arm: &mycelium::reflect::Arm<'_>| {
                let read = match arm.ty {
                    // One that may be absent by itself.
                    Type::Optional(_) => json!({ "struct": [["value", as_read(arm.ty)]] }),
                    ty => as_read(ty),
                };
                json!([arm.name, { "optional": read }])
            };
            let mut arms: Vec<Json> = arms.iter().map(arm).collect();
            if open {
                let parts = json!([["tag", "int32"], ["payload", "binary"]]);
                arms.push(json!(["unknown", { "optional": { "struct": parts } }]));
            }
            json!({ "struct": arms })
        }
    }
}

/// Reads all tables with pyarrow, where the interpreter that `MYCELIUM_PYTHON` names has it; `cargo xtask test python`
/// names one that has.
fn python_agrees(tables: &Path, golden: &[Golden]) {
    let Some(python) = std::env::var_os("MYCELIUM_PYTHON") else {
        eprintln!("MYCELIUM_PYTHON names no interpreter: not read by pyarrow");
        return;
    };
    // Types first: what the schema says is what a reader finds, not something that merely holds the values.
    let types: BTreeMap<String, Json> = golden
        .iter()
        .map(|Golden { def, topic, .. }| (format!("{topic}.parquet"), fields_as_read(def.fields())))
        .collect();
    let file = tables.join("types.json");
    std::fs::write(&file, Json::from_iter(types).to_string()).expect("a file");
    // Of some messages, what a person would compute with.
    let wanted: BTreeMap<String, Json> = golden
        .iter()
        .map(|Golden { def, topic, frames }| {
            let values = frames.iter().map(|frame| {
                let value = value::decode(def, frame).expect("a value");
                mycelium_wire::json::to_json(def, &value).expect("JSON")
            });
            (format!("{topic}.parquet"), Json::Array(values.collect()))
        })
        .collect();
    let file = tables.join("wanted.json");
    std::fs::write(&file, Json::from_iter(wanted).to_string()).expect("a file");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet.py");
    let output = Command::new(python).arg(script).arg(tables).output().expect("Python");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(printed.trim().ends_with("values agree"), "{printed}");
}

/// Rows are written in groups, and lost at no edge of one.
#[test]
fn many_rows_make_several_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let mut golden = golden();
    golden.retain(|golden| golden.def.name == "Branch");
    golden[0].frames.truncate(1);
    let count = (1 << 17) + 5;
    record(Path::new(&path("many.mcap")), &golden, count);
    let said = text(&mycelium(&["convert", &path("many.mcap"), &path("many.parquet")]));
    assert_eq!(said, format!("{count} messages written\n"));
    let reader = SerializedFileReader::new(File::open(path("many.parquet")).expect("a file"));
    let reader = reader.expect("a file of the format");
    assert!(reader.num_row_groups() > 1);
    assert_eq!(reader.metadata().file_metadata().num_rows(), count as i64);
    let rows = rows(Path::new(&path("many.parquet")));
    for (row, number) in rows.iter().zip(0_u32..) {
        assert_eq!(row.get_column_iter().nth(1).expect("a number").1, &Field::UInt(number));
    }
    let facts = reader.metadata().file_metadata().key_value_metadata().expect("facts");
    let digest = facts.iter().find(|fact| fact.key == "mycelium.digest").expect("a digest");
    assert_eq!(digest.value, Some(golden[0].def.digest.to_string()));
}
