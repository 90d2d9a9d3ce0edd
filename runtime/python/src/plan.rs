//! What a codec follows: each type's form on the wire, and each field's place on both sides.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::constraint::Constraint;
use crate::object::{Layout, Name, Object, Outcome, Raised};
use crate::scalar::{Number, put, take};
use crate::steps::Step;
use crate::texts::Texts;

/// Bytes of a frame's header.
pub(crate) const HEADER_SIZE: usize = 16;
/// Payloads, and so tails, are padded to this.
pub(crate) const PAYLOAD_ALIGN: usize = 8;
/// Before an embedded payload: the length of its block, and zero.
pub(crate) const PREFIX_SIZE: usize = 8;

/// A type: its inline form, and what kind of value that is.
pub(crate) struct Form {
    pub(crate) kind: Kind,
    pub(crate) size: usize,
    pub(crate) align: usize,
    /// Nothing of a value ever lies in the tail.
    pub(crate) is_fixed: bool,
    /// Any bytes are a value: there is nothing to check, and nothing in the tail.
    pub(crate) is_plain: bool,
    /// A value takes all bytes of the form: there is no padding, and nothing that may be absent.
    pub(crate) is_dense: bool,
    /// A numpy `dtype` that was found to be that of such items side by side.
    pub(crate) dtype: PyOnceLock<Py<PyAny>>,
}

/// Kinds of values, as in `mycelium._codec.types`.
pub(crate) enum Kind {
    Number(Number),
    Bool,
    Decimal(Decimal),
    Wide { is_signed: bool },
    Uuid(Py<PyAny>),
    Enum(EnumPlan),
    BoundedText { bound: usize, count: Count, texts: Texts },
    BoundedOctets { bound: usize, count: Count },
    Text,
    Octets,
    OctetArray,
    Array { item: Arc<Form>, length: usize },
    BoundedList { item: Arc<Form>, bound: usize, count: Count, items_offset: usize },
    List(Arc<Form>),
    Tuple(Vec<Part>),
    Map(Vec<Part>),
    Optional { item: Box<Form>, value_offset: usize },
    Struct(Arc<Record>),
    Message(Arc<Record>),
    OpenUnion(Arms),
    ClosedUnion { arms: Arms, count: Count, value_offset: usize },
}

/// The bytes of a count or tag before what it counts.
#[derive(Clone, Copy)]
pub(crate) enum Count {
    U8,
    U16,
    U32,
}

/// A value at a place of a tuple.
pub(crate) struct Part {
    pub(crate) offset: usize,
    pub(crate) form: Form,
}

/// The functions between a `Decimal` and its mantissa.
pub(crate) struct Decimal {
    pub(crate) mantissa_of: Py<PyAny>,
    pub(crate) decimal_of: Py<PyAny>,
}

/// An enum or flags.
pub(crate) struct EnumPlan {
    pub(crate) class: Py<PyAny>,
    pub(crate) number: Number,
    pub(crate) is_open: bool,
    /// Members by small numbers, where most are.
    pub(crate) small: Vec<Option<Py<PyAny>>>,
    /// All members by their numbers, and such values without a name as Python chose to keep.
    pub(crate) members: Py<PyAny>,
    /// Gives the value of a number that has no member.
    pub(crate) unknown: Py<PyAny>,
}

/// The arms of a union.
pub(crate) struct Arms {
    pub(crate) arms: Vec<Arm>,
    /// Tags of all arms, as a `frozenset`.
    pub(crate) tags: Py<PyAny>,
    pub(crate) unknown_class: Py<PyAny>,
    /// Gives the payload of an unknown arm, once it is sure that it may stand in a tail.
    pub(crate) unknown_payload: Py<PyAny>,
}

/// One arm: its class has one slot.
pub(crate) struct Arm {
    pub(crate) tag: u32,
    pub(crate) layout: Layout,
    pub(crate) form: Form,
}

/// A message or struct.
pub(crate) struct Record {
    pub(crate) class: Py<PyAny>,
    pub(crate) layout: Layout,
    pub(crate) name: Name,
    /// Of a message; zero for a struct.
    pub(crate) type_id: u16,
    /// Where the last field ends.
    pub(crate) block: usize,
    pub(crate) fields: Vec<Field>,
    /// How each field is written.
    pub(crate) steps: Vec<Step>,
    /// All of them in simple ways.
    pub(crate) is_simple: bool,
    /// Header and block of a frame without a tail whose values are all zero.
    pub(crate) blank: Box<[u8]>,
    pub(crate) is_fixed: bool,
    /// Places and kinds of all fields, where the slots hold nothing but numbers without constraints.
    pub(crate) numbers: Vec<(usize, Number)>,
    /// Users give just those numbers: no field shows itself as something else.
    pub(crate) is_row: bool,
    /// The numbers are `f64`, side by side.
    pub(crate) is_floats: bool,
}

/// A field: its value lies at `offset` of the block, and in the slot with the field's own index.
pub(crate) struct Field {
    pub(crate) offset: usize,
    /// Of what the slot holds: of a decimal that is the mantissa.
    pub(crate) form: Form,
    /// Of what users give, where that is something else.
    pub(crate) public: Option<Form>,
    pub(crate) constraint: Option<Constraint>,
    /// What errors call it, such as `market.Trade.price`.
    pub(crate) place: Name,
    pub(crate) default: Default,
    /// The numpy `dtype` of a list's items, once it was asked for.
    pub(crate) item_dtype: PyOnceLock<Py<PyAny>>,
}

/// What a field has that an older sender did not know.
pub(crate) enum Default {
    Required,
    Shared(Py<PyAny>),
    /// Its `make` gives each value one of its own.
    Fresh(Py<PyAny>),
}

/// Size and alignment of a map's pairs.
pub(crate) fn pair_form(parts: &[Part]) -> (usize, usize) {
    let align = parts.iter().map(|part| part.form.align).max().unwrap_or(1);
    let end = parts.last().map_or(0, |part| part.offset + part.form.size);
    (align_up(end, align), align)
}

impl Form {
    /// Whether the inline form is a reference, so that what is absent needs no presence byte.
    pub(crate) fn is_reference(&self) -> bool {
        match &self.kind {
            Kind::Optional { item, .. } => item.is_reference(),
            Kind::Text
            | Kind::Octets
            | Kind::List(_)
            | Kind::Map(_)
            | Kind::Message(_)
            | Kind::OpenUnion(_) => true,
            _ => false,
        }
    }

    /// Whether fixed items of both forms have the same bytes and mean the same.
    pub(crate) fn is_like(&self, other: &Form) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Number(ours), Kind::Number(theirs)) => ours == theirs,
            (Kind::Struct(ours), Kind::Struct(theirs)) => Arc::ptr_eq(ours, theirs),
            _ => false,
        }
    }

    /// The object for the bytes of a number.
    pub(crate) fn read_number<'py>(
        &self,
        py: Python<'py>,
        buf: &[u8],
        at: usize,
    ) -> Outcome<Object<'py>> {
        match &self.kind {
            Kind::Number(number) => number.read(py, buf, at),
            _ => Err(Raised),
        }
    }
}

impl Field {
    /// Where it ends in the block.
    #[inline(always)]
    pub(crate) fn end(&self) -> usize {
        self.offset + self.form.size
    }

    /// The form of what users give and get.
    pub(crate) fn public(&self) -> &Form {
        self.public.as_ref().unwrap_or(&self.form)
    }
}

impl Record {
    /// Bytes of the block with its padding.
    #[inline(always)]
    pub(crate) fn room(&self) -> usize {
        align_up(self.block, PAYLOAD_ALIGN)
    }
}

impl Count {
    /// How many bytes.
    #[inline(always)]
    pub(crate) fn size(self) -> usize {
        match self {
            Count::U8 => 1,
            Count::U16 => 2,
            Count::U32 => 4,
        }
    }

    /// The one that a `struct` code stands for.
    pub(crate) fn of_code(code: &str) -> Count {
        match code {
            "B" => Count::U8,
            "H" => Count::U16,
            _ => Count::U32,
        }
    }

    /// Reads one at a place that the caller knows to be there.
    #[inline(always)]
    pub(crate) fn read(self, buf: &[u8], at: usize) -> usize {
        match self {
            Count::U8 => buf[at].into(),
            Count::U16 => u16::from_le_bytes(take(buf, at)).into(),
            Count::U32 => u32::from_le_bytes(take(buf, at)) as usize,
        }
    }

    /// Writes one; an error, which is not set, where its place lies outside.
    #[inline(always)]
    pub(crate) fn write(self, number: usize, buf: &mut [u8], at: usize) -> Outcome<()> {
        match self {
            Count::U8 => put(buf, at, [number as u8]),
            Count::U16 => put(buf, at, (number as u16).to_le_bytes()),
            Count::U32 => put(buf, at, (number as u32).to_le_bytes()),
        }
    }

    /// The smallest that can count to a bound.
    pub(crate) fn of_bound(bound: usize) -> Count {
        match bound {
            0..=0xFF => Count::U8,
            0x100..=0xFFFF => Count::U16,
            _ => Count::U32,
        }
    }
}

/// The smallest multiple of `align`, a power of two, that is not below `position`.
#[inline(always)]
pub(crate) fn align_up(position: usize, align: usize) -> usize {
    (position + align - 1) & align.wrapping_neg()
}
