//! A type of ours as columns: what the file says of it, and how a value is taken apart.
//!
//! | `.myc` | Parquet |
//! |---|---|
//! | `bool`, integers of up to 64 bits, floats | the same, with width and sign |
//! | integers of 128 and 256 bits | text: no reader has numbers so wide |
//! | `decimal<S>` | decimal of 19 digits, S of them behind the point |
//! | `timestamp`, `duration` | timestamp in UTC, nanoseconds; 64-bit nanoseconds |
//! | `uuid`, text, bytes and rows of `u8` | the same |
//! | enum | text: its member, or the number where it has no name |
//! | flags | list of texts: names of the bits that are set, then one number of those without a name |
//! | struct, message, tuple | group; fields of a tuple are `_0`, `_1` |
//! | `T?` | optional |
//! | list, array, map | list, map |
//! | union | group with an optional field for each arm; open ones have `unknown` too |

use std::sync::Arc;

use mycelium_wire::reflect::{Arm, Def, Field, Kind, Member, Type};
use mycelium_wire::value::Value;
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::ParquetError;
use parquet::schema::types::{Type as Schema, TypePtr};

use super::super::names::free;
use super::super::unfit::{MOST_COLUMNS, Unfit};
use super::column::{Cell, Column, Level};

/// Bytes of a decimal: the fewest that hold 19 digits.
const DECIMAL_BYTES: i32 = 9;
const DECIMAL_DIGITS: i32 = 19;

/// How values of a type become cells.
pub(super) enum Shape<'a> {
    Leaf {
        column: usize,
        leaf: Leaf<'a>,
    },
    /// Fields, or items of a tuple.
    Group(Vec<Shape<'a>>),
    Optional(Box<Shape<'a>>),
    /// Items; of a map its pairs. `repetition` is how many lists there are up to this one.
    List {
        item: Box<Shape<'a>>,
        repetition: i16,
    },
    Union {
        arms: Vec<(u16, Shape<'a>)>,
        unknown: Option<[usize; 2]>,
    },
    /// Names of the bits that are set.
    Flags {
        column: usize,
        members: &'a [Member<'a>],
        repetition: i16,
    },
}

/// What a single value becomes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Leaf<'a> {
    Bool,
    Int32,
    Int64,
    Float,
    Double,
    Decimal,
    Uuid,
    Text,
    Bytes,
    /// Digits as text.
    Wide,
    /// The name of a member.
    Member(&'a [Member<'a>]),
    /// A message that has no fields: that it is there.
    Present,
}

/// Makes the columns of a type, one after the other as they stand in the file.
#[derive(Default)]
pub(super) struct Builder {
    pub(super) columns: Vec<Column>,
    level: Level,
}

type Built<'a> = Result<(TypePtr, Shape<'a>), Unfit>;

impl From<ParquetError> for Unfit {
    fn from(error: ParquetError) -> Self {
        Self::Refused(error.to_string())
    }
}

impl Builder {
    /// A column of its own, of which each row has a value.
    pub(super) fn plain<'a>(&mut self, name: &str, ty: &'a Type<'a>) -> Built<'a> {
        self.node(name, ty, Repetition::REQUIRED)
    }

    /// The fields of a message or struct.
    pub(super) fn fields<'a>(
        &mut self,
        fields: &'a [Field<'a>],
    ) -> Result<(Vec<TypePtr>, Vec<Shape<'a>>), Unfit> {
        let nodes =
            fields.iter().map(|field| self.node(field.name, field.ty, Repetition::REQUIRED));
        Ok(nodes.collect::<Result<Vec<_>, _>>()?.into_iter().unzip())
    }

    fn node<'a>(&mut self, name: &str, ty: &'a Type<'a>, repetition: Repetition) -> Built<'a> {
        match ty {
            Type::Optional(inner) => {
                self.level.definition += 1;
                let node = self.node(name, inner, Repetition::OPTIONAL);
                self.level.definition -= 1;
                let (schema, shape) = node?;
                Ok((schema, Shape::Optional(Box::new(shape))))
            }
            Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item)
                if !matches!(item, Type::U8) =>
            {
                self.list(name, item, repetition)
            }
            Type::Map(key, value) => self.map(name, key, value, repetition),
            Type::Tuple(items) => {
                let names: Vec<String> =
                    (0..items.len()).map(|index| format!("_{index}")).collect();
                let nodes = names.iter().zip(*items);
                let nodes = nodes.map(|(name, item)| self.node(name, item, Repetition::REQUIRED));
                let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
                let (schemas, shapes) = nodes.into_iter().unzip();
                Ok((group(name, repetition, None, schemas)?, Shape::Group(shapes)))
            }
            Type::Named(def) => self.named(name, def, repetition),
            _ => self.leaf(name, leaf_of(ty), logical_of(ty), repetition),
        }
    }

    fn named<'a>(&mut self, name: &str, def: &'a Def<'a>, repetition: Repetition) -> Built<'a> {
        match def.kind {
            Kind::Message { fields: [], .. } | Kind::Struct { fields: [] } => {
                self.leaf(name, Leaf::Present, None, repetition)
            }
            Kind::Message { fields, .. } | Kind::Struct { fields } => {
                let (schemas, shapes) = self.fields(fields)?;
                Ok((group(name, repetition, None, schemas)?, Shape::Group(shapes)))
            }
            Kind::Enum { members, .. } => {
                self.leaf(name, Leaf::Member(members), Some(LogicalType::String), repetition)
            }
            Kind::Flags { members, .. } => self.flags(name, members, repetition),
            Kind::Union { open, arms } => self.union(name, open, arms, repetition),
        }
    }

    fn leaf<'a>(
        &mut self,
        name: &str,
        leaf: Leaf<'a>,
        logical: Option<LogicalType>,
        repetition: Repetition,
    ) -> Built<'a> {
        if self.columns.len() >= MOST_COLUMNS {
            return Err(Unfit::TooWide);
        }
        let physical = leaf.physical();
        let mut schema = Schema::primitive_type_builder(name, physical)
            .with_repetition(repetition)
            .with_logical_type(logical.clone());
        if physical == Physical::FIXED_LEN_BYTE_ARRAY {
            schema =
                schema.with_length(if matches!(leaf, Leaf::Uuid) { 16 } else { DECIMAL_BYTES });
        }
        if let Some(LogicalType::Decimal(decimal)) = &logical {
            schema = schema.with_precision(decimal.precision).with_scale(decimal.scale);
        }
        let column = self.columns.len();
        self.columns.push(Column::new(physical, self.level));
        Ok((Arc::new(schema.build()?), Shape::Leaf { column, leaf }))
    }

    fn list<'a>(&mut self, name: &str, item: &'a Type<'a>, repetition: Repetition) -> Built<'a> {
        let (schema, shape) = self.repeated(|builder| builder.plain("element", item))?;
        let schema = group("list", Repetition::REPEATED, None, vec![schema])?;
        let schema = group(name, repetition, Some(LogicalType::List), vec![schema])?;
        let repetition = self.level.repetition + 1;
        Ok((schema, Shape::List { item: Box::new(shape), repetition }))
    }

    fn map<'a>(
        &mut self,
        name: &str,
        key: &'a Type<'a>,
        value: &'a Type<'a>,
        repetition: Repetition,
    ) -> Built<'a> {
        let ((key, key_shape), (value, value_shape)) = self
            .repeated(|builder| Ok((builder.plain("key", key)?, builder.plain("value", value)?)))?;
        let schema = group("key_value", Repetition::REPEATED, None, vec![key, value])?;
        let schema = group(name, repetition, Some(LogicalType::Map), vec![schema])?;
        let item = Box::new(Shape::Group(vec![key_shape, value_shape]));
        Ok((schema, Shape::List { item, repetition: self.level.repetition + 1 }))
    }

    fn flags<'a>(
        &mut self,
        name: &str,
        members: &'a [Member<'a>],
        repetition: Repetition,
    ) -> Built<'a> {
        let text = Some(LogicalType::String);
        let column = self.columns.len();
        let leaf =
            |builder: &mut Self| builder.leaf("element", Leaf::Text, text, Repetition::REQUIRED);
        let (schema, _) = self.repeated(leaf)?;
        let schema = group("list", Repetition::REPEATED, None, vec![schema])?;
        let schema = group(name, repetition, Some(LogicalType::List), vec![schema])?;
        let repetition = self.level.repetition + 1;
        Ok((schema, Shape::Flags { column, members, repetition }))
    }

    fn union<'a>(
        &mut self,
        name: &str,
        open: bool,
        arms: &'a [Arm<'a>],
        repetition: Repetition,
    ) -> Built<'a> {
        self.level.definition += 1;
        let built = self.arms(open, arms);
        self.level.definition -= 1;
        let (schemas, shape) = built?;
        Ok((group(name, repetition, None, schemas)?, shape))
    }

    fn arms<'a>(
        &mut self,
        open: bool,
        arms: &'a [Arm<'a>],
    ) -> Result<(Vec<TypePtr>, Shape<'a>), Unfit> {
        let (mut schemas, mut shapes) = (Vec::new(), Vec::new());
        for arm in arms {
            // An arm that may be absent by itself is one level deeper.
            let (schema, shape) = match arm.ty {
                Type::Optional(_) => {
                    let (schema, shape) = self.node("value", arm.ty, Repetition::REQUIRED)?;
                    (group(arm.name, Repetition::OPTIONAL, None, vec![schema])?, shape)
                }
                ty => self.node(arm.name, ty, Repetition::OPTIONAL)?,
            };
            schemas.push(schema);
            shapes.push((arm.tag, shape));
        }
        let unknown = match open {
            true => {
                let first = self.columns.len();
                let (tag, _) = self.leaf("tag", Leaf::Int32, None, Repetition::REQUIRED)?;
                let (payload, _) = self.leaf("payload", Leaf::Bytes, None, Repetition::REQUIRED)?;
                let name = free("unknown", arms.iter().map(|arm| arm.name));
                schemas.push(group(&name, Repetition::OPTIONAL, None, vec![tag, payload])?);
                Some([first, first + 1])
            }
            false => None,
        };
        Ok((schemas, Shape::Union { arms: shapes, unknown }))
    }

    /// Builds what may be there several times.
    fn repeated<T>(
        &mut self,
        build: impl FnOnce(&mut Self) -> Result<T, Unfit>,
    ) -> Result<T, Unfit> {
        let outer = self.level;
        self.level.definition += 1;
        self.level.repetition += 1;
        let built = build(self);
        self.level = outer;
        built
    }
}

fn group(
    name: &str,
    repetition: Repetition,
    logical: Option<LogicalType>,
    fields: Vec<TypePtr>,
) -> Result<TypePtr, Unfit> {
    let group = Schema::group_type_builder(name).with_repetition(repetition);
    Ok(Arc::new(group.with_logical_type(logical).with_fields(fields).build()?))
}

fn leaf_of<'a>(ty: &Type<'a>) -> Leaf<'a> {
    match ty {
        Type::Bool => Leaf::Bool,
        Type::I8 | Type::I16 | Type::I32 | Type::U8 | Type::U16 | Type::U32 => Leaf::Int32,
        Type::I64 | Type::U64 | Type::Timestamp | Type::Duration => Leaf::Int64,
        Type::I128 | Type::U128 | Type::U256 => Leaf::Wide,
        Type::F32 => Leaf::Float,
        Type::F64 => Leaf::Double,
        Type::Decimal(_) => Leaf::Decimal,
        Type::Uuid => Leaf::Uuid,
        Type::String | Type::BoundedString(_) => Leaf::Text,
        // Bytes, and rows of `u8`; all else is no single value.
        _ => Leaf::Bytes,
    }
}

fn logical_of(ty: &Type<'_>) -> Option<LogicalType> {
    match ty {
        Type::I8 => Some(LogicalType::integer(8, true)),
        Type::I16 => Some(LogicalType::integer(16, true)),
        Type::U8 => Some(LogicalType::integer(8, false)),
        Type::U16 => Some(LogicalType::integer(16, false)),
        Type::U32 => Some(LogicalType::integer(32, false)),
        Type::U64 => Some(LogicalType::integer(64, false)),
        Type::Timestamp => Some(LogicalType::timestamp(true, TimeUnit::NANOS)),
        Type::Decimal(scale) => Some(LogicalType::decimal(i32::from(*scale), DECIMAL_DIGITS)),
        Type::Uuid => Some(LogicalType::Uuid),
        Type::String | Type::BoundedString(_) | Type::I128 | Type::U128 | Type::U256 => {
            Some(LogicalType::String)
        }
        _ => None,
    }
}

impl Leaf<'_> {
    fn physical(self) -> Physical {
        match self {
            Leaf::Bool | Leaf::Present => Physical::BOOLEAN,
            Leaf::Int32 => Physical::INT32,
            Leaf::Int64 => Physical::INT64,
            Leaf::Float => Physical::FLOAT,
            Leaf::Double => Physical::DOUBLE,
            Leaf::Decimal | Leaf::Uuid => Physical::FIXED_LEN_BYTE_ARRAY,
            Leaf::Text | Leaf::Bytes | Leaf::Wide | Leaf::Member(_) => Physical::BYTE_ARRAY,
        }
    }

    /// The cell of a value; nothing where the value is of another type.
    pub(super) fn cell(self, value: &Value) -> Option<Cell> {
        Some(match (self, value) {
            (Leaf::Bool, Value::Bool(value)) => Cell::Bool(*value),
            // Of unsigned ones the bits, as the format has it.
            (Leaf::Int32, Value::Int(value)) => Cell::Int32(*value as i32),
            (Leaf::Int64, Value::Int(value)) => Cell::Int64(*value as i64),
            (Leaf::Float, Value::F32(value)) => Cell::Float(*value),
            (Leaf::Double, Value::F64(value)) => Cell::Double(*value),
            (Leaf::Decimal, Value::Int(mantissa)) => {
                let bytes = mantissa.to_be_bytes();
                Cell::Fixed(bytes[bytes.len() - DECIMAL_BYTES as usize..].to_vec())
            }
            (Leaf::Uuid, Value::Uuid(value)) => Cell::Fixed(value.as_bytes().to_vec()),
            (Leaf::Text, Value::Text(value)) => Cell::Bytes(value.as_bytes().to_vec()),
            (Leaf::Bytes, Value::Bytes(value)) => Cell::Bytes(value.clone()),
            (Leaf::Wide, Value::Int(value)) => Cell::Bytes(value.to_string().into_bytes()),
            (Leaf::Wide, Value::U128(value)) => Cell::Bytes(value.to_string().into_bytes()),
            (Leaf::Wide, Value::U256(value)) => Cell::Bytes(value.to_string().into_bytes()),
            (Leaf::Member(members), Value::Int(value)) => {
                let named = members.iter().find(|member| member.value == *value);
                let text = named.map_or_else(|| value.to_string(), |member| member.name.to_owned());
                Cell::Bytes(text.into_bytes())
            }
            (Leaf::Present, Value::Fields(_)) => Cell::Bool(true),
            _ => return None,
        })
    }
}
