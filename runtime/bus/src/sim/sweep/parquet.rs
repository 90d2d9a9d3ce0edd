//! Results of a sweep as a Parquet file: columns with types, for whoever computes.
//!
//! Every type of a [`Row`] can be written as text and read again, which is how values come here too: a column of
//! numbers parses that text, so that a row needs to know nothing of this format.

use std::any::TypeId;
use std::io::{self, Write};
use std::str::FromStr;
use std::sync::Arc;

use mycelium_wire::Decimal;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type,
    Int64Type,
};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type as Schema, TypePtr};

use crate::sim::sweep::row::Row;
use crate::sim::sweep::shard::Shard;
use crate::sim::sweep::table::{Run, Table};

/// Most rows of a row group: what waits in memory as text.
const GROUP_ROWS: usize = 1 << 14;
/// Digits of any 64-bit mantissa, and the bytes that hold them.
const DECIMAL_DIGITS: i32 = 19;
const DECIMAL_BYTES: i32 = 9;

/// What a column is in the file.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Column {
    Bool,
    /// Bits, and whether there is a sign.
    Integer(i8, bool),
    Float,
    Double,
    /// Places.
    Decimal(u8),
    /// Any other type, as it is in a CSV file.
    Text,
}

impl<P: Row, R: Row> Table<P, R> {
    /// Writes the table as a Parquet file: numbers, `bool` and decimals as what they are, any other type as text.
    /// The columns are those of [`to_csv`](Table::to_csv). The file's metadata say what they cannot:
    /// `mycelium.seed` and `mycelium.shard` of the sweep, as they are given here, `mycelium.points` of the whole
    /// grid, and the names of `mycelium.params` and `mycelium.results`.
    ///
    /// # Errors
    /// It cannot be written there.
    pub fn write_parquet(&self, out: impl Write + Send, seed: u64, shard: Shard) -> io::Result<()> {
        let points = self.points().to_string();
        let facts = [
            ("mycelium.seed", seed.to_string()),
            ("mycelium.shard", shard.to_string()),
            ("mycelium.points", points),
            ("mycelium.params", P::COLUMNS.join(",")),
            ("mycelium.results", R::COLUMNS.join(",")),
        ];
        write(out, self.runs(), &facts).map_err(io::Error::other)
    }
}

fn write<P: Row, R: Row>(
    out: impl Write + Send,
    runs: &[Run<P, R>],
    facts: &[(&str, String)],
) -> Result<(), ParquetError> {
    let own = [("index", Column::Integer(64, false)), ("seed", Column::Integer(64, false))];
    let columns: Vec<(&str, Column)> =
        own.into_iter().chain(columns_of::<P>()).chain(columns_of::<R>()).collect();
    let fields = columns.iter().map(|(name, column)| column.schema(name));
    let root = Schema::group_type_builder("sweep").with_fields(fields.collect::<Result<_, _>>()?);
    let facts = facts.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone()));
    let properties = WriterProperties::builder()
        .set_created_by(concat!("mycelium ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_key_value_metadata(Some(facts.collect()))
        .build();
    let mut writer = SerializedFileWriter::new(out, Arc::new(root.build()?), Arc::new(properties))?;
    for runs in runs.chunks(GROUP_ROWS) {
        let rows: Vec<Vec<String>> = runs.iter().map(cells).collect();
        let mut group = writer.next_row_group()?;
        for (number, (name, column)) in columns.iter().enumerate() {
            let texts = rows.iter().map(|row| row.get(number).map_or("", String::as_str));
            if let Some(mut writer) = group.next_column()? {
                column.write(&mut writer, name, texts)?;
                writer.close()?;
            }
        }
        group.close()?;
    }
    writer.close().map(drop)
}

fn cells<P: Row, R: Row>(run: &Run<P, R>) -> Vec<String> {
    let mut cells = vec![run.index.to_string(), run.seed.to_string()];
    run.params.write_cells(&mut cells);
    run.result.write_cells(&mut cells);
    cells
}

fn columns_of<T: Row>() -> impl Iterator<Item = (&'static str, Column)> {
    T::COLUMNS.iter().copied().zip(T::types().into_iter().map(Column::of))
}

/// A type of Rust, and what it is in the file.
fn known<T: 'static>(column: Column) -> (TypeId, Column) {
    (TypeId::of::<T>(), column)
}

/// Decimals of these places.
macro_rules! decimals {
    ($($places:literal)*) => { [$(known::<Decimal<$places>>(Column::Decimal($places))),*] };
}

impl Column {
    fn of(type_id: TypeId) -> Self {
        let plain = [
            known::<bool>(Self::Bool),
            known::<i8>(Self::Integer(8, true)),
            known::<i16>(Self::Integer(16, true)),
            known::<i32>(Self::Integer(32, true)),
            known::<i64>(Self::Integer(64, true)),
            known::<isize>(Self::Integer(64, true)),
            known::<u8>(Self::Integer(8, false)),
            known::<u16>(Self::Integer(16, false)),
            known::<u32>(Self::Integer(32, false)),
            known::<u64>(Self::Integer(64, false)),
            known::<usize>(Self::Integer(64, false)),
            known::<f32>(Self::Float),
            known::<f64>(Self::Double),
        ];
        let decimals = decimals!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18);
        let mut known = plain.iter().chain(&decimals);
        known.find(|(known, _)| *known == type_id).map_or(Self::Text, |(_, column)| *column)
    }

    fn schema(self, name: &str) -> Result<TypePtr, ParquetError> {
        let (physical, logical) = match self {
            Self::Bool => (Physical::BOOLEAN, None),
            Self::Integer(bits, is_signed) => {
                let physical = if bits == 64 { Physical::INT64 } else { Physical::INT32 };
                (physical, Some(LogicalType::integer(bits, is_signed)))
            }
            Self::Float => (Physical::FLOAT, None),
            Self::Double => (Physical::DOUBLE, None),
            Self::Decimal(places) => {
                let logical = LogicalType::decimal(i32::from(places), DECIMAL_DIGITS);
                (Physical::FIXED_LEN_BYTE_ARRAY, Some(logical))
            }
            Self::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let mut schema = Schema::primitive_type_builder(name, physical)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(logical);
        if let Self::Decimal(places) = self {
            schema = schema.with_length(DECIMAL_BYTES);
            schema = schema.with_precision(DECIMAL_DIGITS).with_scale(i32::from(places));
        }
        Ok(Arc::new(schema.build()?))
    }

    /// Writes the cells of one column.
    fn write<'t>(
        self,
        writer: &mut SerializedColumnWriter<'_>,
        name: &str,
        texts: impl Iterator<Item = &'t str>,
    ) -> Result<(), ParquetError> {
        // Bits without a sign lie in the file as if they had one; a cast keeps them.
        match self {
            Self::Bool => put::<BoolType>(writer, texts, |text| number(name, text)),
            Self::Integer(64, true) => put::<Int64Type>(writer, texts, |text| number(name, text)),
            Self::Integer(_, true) => put::<Int32Type>(writer, texts, |text| number(name, text)),
            Self::Integer(64, false) => {
                put::<Int64Type>(writer, texts, |text| Ok(number::<u64>(name, text)? as i64))
            }
            Self::Integer(_, false) => {
                put::<Int32Type>(writer, texts, |text| Ok(number::<u32>(name, text)? as i32))
            }
            Self::Float => put::<FloatType>(writer, texts, |text| number(name, text)),
            Self::Double => put::<DoubleType>(writer, texts, |text| number(name, text)),
            Self::Decimal(_) => put::<FixedLenByteArrayType>(writer, texts, |text| {
                // It is written with all of its places.
                let mantissa: i64 = number(name, &text.replace('.', ""))?;
                let bytes = i128::from(mantissa).to_be_bytes();
                Ok(bytes[bytes.len() - DECIMAL_BYTES as usize..].to_vec().into())
            }),
            Self::Text => put::<ByteArrayType>(writer, texts, |text| Ok(text.into())),
        }
    }
}

fn put<'t, T: DataType>(
    writer: &mut SerializedColumnWriter<'_>,
    texts: impl Iterator<Item = &'t str>,
    read: impl Fn(&str) -> Result<T::T, ParquetError>,
) -> Result<(), ParquetError> {
    let values = texts.map(read).collect::<Result<Vec<_>, _>>()?;
    writer.typed::<T>().write_batch(&values, None, None).map(drop)
}

/// What a type has written itself; so it is one, unless the type's text is another's.
fn number<T: FromStr>(name: &str, text: &str) -> Result<T, ParquetError> {
    let no_number = |_| ParquetError::General(format!("column `{name}` holds `{text}`"));
    text.parse().map_err(no_number)
}
