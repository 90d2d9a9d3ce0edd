//! Tables of sweeps as Parquet: read back here, and by pyarrow where the interpreter that `MYCELIUM_PYTHON` names has it.

use std::fs::{self, File};
use std::process::Command;

use mycelium::Decimal;
use mycelium::sim::{Grid, Run, Shard, Sweep, Table};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

mycelium::row! {
    /// One of each kind, to its ends.
    struct Params {
        small: i8,
        half: u16,
        word: u32,
        signed: i64,
        long: u64,
        wide: u128,
        name: String,
    }
}

mycelium::row! {
    /// What comes of it.
    struct Outcome {
        profit: Decimal<8>,
        coarse: Decimal<0>,
        risk: f64,
        part: f32,
        is_ruined: bool,
    }
}

const SEED: u64 = u64::MAX - 1;

fn grid() -> Grid<Params> {
    let ends = [
        (i8::MIN, 0, 0, i64::MIN, 0, 0, ""),
        (i8::MAX, u16::MAX, u32::MAX, i64::MAX, u64::MAX, u128::MAX, "ü, \"quoted\"\nover lines"),
        (0, 1, 1, -1, 1, 1, "plain"),
    ];
    Grid::of(ends).times(0..2, |(small, half, word, signed, long, wide, name), _| {
        let name = name.to_owned();
        Params { small, half, word, signed, long, wide, name }
    })
}

fn run(params: &Params, seed: u64) -> Outcome {
    let mantissa = params.signed;
    Outcome {
        profit: Decimal::from_mantissa(mantissa),
        coarse: Decimal::from_mantissa(-7),
        risk: f64::from_bits(seed >> 2),
        part: f32::MAX,
        is_ruined: mantissa < 0,
    }
}

fn table(shard: Shard) -> Table<Params, Outcome> {
    Sweep::new(grid()).seed(SEED).shard(shard).run(run).unwrap()
}

fn written(
    table: &Table<Params, Outcome>,
    shard: Shard,
) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sweep.parquet");
    table.write_parquet(File::create(&path).unwrap(), SEED, shard).unwrap();
    (folder, path)
}

fn is_alike(row: &Row, run: &Run<Params, Outcome>) -> bool {
    let fields: Vec<Field> = row.get_column_iter().map(|(_, field)| field.clone()).collect();
    let decimal = |field: &Field| match field {
        Field::Decimal(value) => {
            let sign = if value.data()[0] > 127 { -1 } else { 0 };
            let mantissa = value.data().iter().fold(sign, |all, byte| all << 8 | i128::from(*byte));
            (mantissa as i64, value.scale())
        }
        other => panic!("{other:?}"),
    };
    let Params { small, half, word, signed, long, wide, name } = run.params.clone();
    fields[..9]
        == [
            Field::ULong(run.index as u64),
            Field::ULong(run.seed),
            Field::Byte(small),
            Field::UShort(half),
            Field::UInt(word),
            Field::Long(signed),
            Field::ULong(long),
            Field::Str(wide.to_string()),
            Field::Str(name),
        ]
        && decimal(&fields[9]) == (run.result.profit.mantissa(), 8)
        && decimal(&fields[10]) == (-7, 0)
        && fields[11..]
            == [
                Field::Double(run.result.risk),
                Field::Float(f32::MAX),
                Field::Bool(run.result.is_ruined),
            ]
}

#[test]
fn every_value_is_read_back_with_its_type() {
    let table = table(Shard::WHOLE);
    let (_folder, path) = written(&table, Shard::WHOLE);
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let rows: Vec<Row> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 6);
    for (row, run) in rows.iter().zip(table.runs()) {
        assert!(is_alike(row, run), "{row:?} is not {run:?}");
    }
}

#[test]
fn the_file_says_of_which_sweep_and_which_part_it_is() {
    let shard = "2/4".parse().unwrap();
    let (_folder, path) = written(&table(shard), shard);
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let facts = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let fact = |key: &str| {
        facts.iter().find(|fact| fact.key == key).and_then(|fact| fact.value.clone()).unwrap()
    };
    assert_eq!(fact("mycelium.seed"), SEED.to_string());
    assert_eq!(fact("mycelium.shard"), "2/4");
    assert_eq!(fact("mycelium.points"), "6");
    assert_eq!(fact("mycelium.params"), "small,half,word,signed,long,wide,name");
    assert_eq!(fact("mycelium.results"), "profit,coarse,risk,part,is_ruined");
    assert_eq!(reader.metadata().file_metadata().num_rows(), 2);
}

#[test]
fn a_sweep_of_more_rows_than_a_group_is_whole() {
    mycelium::row! { struct Number { number: u32 } }
    let grid = Grid::of((0..40_000).map(|number| Number { number }));
    let table = Sweep::new(grid).run(|params, _| params.clone()).unwrap();
    let mut file = Vec::new();
    table.write_parquet(&mut file, 0, Shard::WHOLE).unwrap();
    let reader = SerializedFileReader::new(bytes::Bytes::from(file)).unwrap();
    assert!(reader.num_row_groups() > 1);
    let numbers =
        reader.get_row_iter(None).unwrap().map(|row| match row.unwrap().into_columns().pop() {
            Some((_, Field::UInt(number))) => number,
            other => panic!("{other:?}"),
        });
    assert!(numbers.eq(0..40_000));
}

/// Prints what pyarrow finds: types, metadata, and each row.
const READ: &str = "
import sys
import pyarrow.parquet as pq
table = pq.read_table(sys.argv[1])
print(*(str(kind) for kind in table.schema.types), sep=';')
print(table.schema.metadata[b'mycelium.seed'].decode(), table.schema.metadata[b'mycelium.shard'].decode())
for row in table.to_pylist():
    print(*(ascii(value) for value in row.values()), sep=';')
";

#[test]
fn pyarrow_reads_the_same() {
    let Some(python) = std::env::var_os("MYCELIUM_PYTHON") else {
        eprintln!("MYCELIUM_PYTHON names no interpreter: not read by pyarrow");
        return;
    };
    let table = table(Shard::WHOLE);
    let (folder, path) = written(&table, Shard::WHOLE);
    let script = folder.path().join("read.py");
    fs::write(&script, READ).unwrap();
    let output = Command::new(python).arg(script).arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines = text.lines();
    let types = "uint64;uint64;int8;uint16;uint32;int64;uint64;string;string;decimal128(19, 8);\
                 decimal128(19, 0);double;float;bool";
    assert_eq!(lines.next(), Some(types));
    assert_eq!(lines.next(), Some(format!("{SEED} 1/1").as_str()));
    let rows: Vec<&str> = lines.collect();
    assert_eq!(rows.len(), 6);
    for (row, run) in rows.iter().zip(table.runs()) {
        let [index, seed] = [run.index.to_string(), run.seed.to_string()];
        assert!(row.starts_with(&format!("{index};{seed};{};", run.params.small)), "{row}");
        let profit = &format!("Decimal('{}')", run.result.profit);
        assert!(row.contains(profit) || row.contains("Decimal('-1E-8')"), "{row}: no {profit}");
    }
    assert!(rows[2].contains(&u128::MAX.to_string()) && rows[2].contains("\\xfc, "), "{}", rows[2]);
}
