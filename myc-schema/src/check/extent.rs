//! How much a type is: bounds that keep layout, codecs and back ends finite.

use super::Checker;
use crate::diag::{Code, Diagnostic};
use crate::facts::{FieldFacts, KindFacts};
use crate::limits;
use crate::schema::{Repr, Ty};
use crate::source::Span;

/// Bounds of a type, saturating; never below the truth.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// Bytes of the inline form.
    bytes: u64,
    /// Types that it uses, itself included, each counted through all that it reaches.
    uses: u64,
    /// Types inside one another.
    depth: u64,
}

/// Largest alignment, which bounds the padding in front of a value.
const MAX_ALIGN: u64 = 8;

impl Extent {
    fn plain(bytes: u64) -> Extent {
        Extent { bytes, uses: 1, depth: 1 }
    }

    /// Items behind one another.
    fn of_all(items: impl Iterator<Item = Extent>) -> Extent {
        items.fold(Extent::plain(MAX_ALIGN), |all, item| Extent {
            bytes: all.bytes.saturating_add(item.bytes).saturating_add(MAX_ALIGN - 1),
            uses: all.uses.saturating_add(item.uses),
            depth: all.depth.max(item.depth.saturating_add(1)),
        })
    }

    /// The same item that many times, and a count.
    fn times(self, count: u32) -> Extent {
        let bytes = self.bytes.saturating_mul(u64::from(count)).saturating_add(MAX_ALIGN);
        Extent { bytes, ..self.inside() }
    }

    /// Held by a reference.
    fn referred(self) -> Extent {
        Extent { bytes: 12, ..self.inside() }
    }

    /// Inside one more type.
    pub(super) fn inside(self) -> Extent {
        Extent { uses: self.uses.saturating_add(1), depth: self.depth.saturating_add(1), ..self }
    }
}

impl Checker<'_, '_> {
    pub(super) fn extent(&self, ty: &Ty) -> Extent {
        match ty {
            Ty::Bool => Extent::plain(1),
            Ty::Int(repr) => Extent::plain(repr_bytes(*repr)),
            Ty::F32 => Extent::plain(4),
            Ty::F64 | Ty::Timestamp | Ty::Duration | Ty::Decimal(_) => Extent::plain(8),
            Ty::I128 | Ty::U128 | Ty::Uuid => Extent::plain(16),
            Ty::U256 => Extent::plain(32),
            Ty::Map(key, value) => {
                Extent::of_all([self.extent(key), self.extent(value)].into_iter()).referred()
            }
            Ty::String(None) | Ty::Bytes(None) => Extent::plain(8),
            Ty::String(Some(max)) | Ty::Bytes(Some(max)) => Extent::plain(u64::from(*max) + 8),
            Ty::Array(item, len) => self.extent(item).times(*len),
            Ty::List(item, Some(max)) => self.extent(item).times(*max),
            Ty::List(item, None) => self.extent(item).referred(),
            Ty::Tuple(items) => Extent::of_all(items.iter().map(|item| self.extent(item))),
            Ty::Optional(inner) => self.extent(inner).times(1),
            Ty::Named(id) => self.type_extents[id.0],
            Ty::Alias(id) => self.alias_extents[id.0],
        }
    }

    pub(super) fn kind_extent(&self, kind: &KindFacts) -> Extent {
        let fields = |fields: &[FieldFacts]| {
            Extent::of_all(fields.iter().map(|field| self.extent(&field.ty)))
        };
        match kind {
            KindFacts::Struct(all) => fields(all),
            KindFacts::Message { fields: all, .. } => fields(all),
            KindFacts::Enum(e) => Extent::plain(repr_bytes(e.repr)),
            KindFacts::Flags(flags) => Extent::plain(repr_bytes(flags.repr)),
            KindFacts::Union(union) => {
                Extent::of_all(union.arms.iter().map(|arm| self.extent(&arm.ty)))
            }
        }
    }

    /// Refuses what is too large.
    pub(super) fn check_extent(&mut self, extent: Extent, span: Span) -> Option<()> {
        let (code, message, help) = if extent.bytes > limits::INLINE_BYTES {
            let message = format!("this has more than {} bytes inline", limits::INLINE_BYTES);
            (
                Code::TOO_LARGE,
                message,
                "without a bound it goes to the tail, where it may be larger",
            )
        } else if extent.depth > limits::TYPE_DEPTH {
            let message = format!("types are nested more than {} deep here", limits::TYPE_DEPTH);
            (Code::LIMIT, message, "make the types flatter")
        } else if extent.uses > limits::TYPE_USES {
            let message = format!("this uses more than {} types in all", limits::TYPE_USES);
            (Code::LIMIT, message, "make the types flatter, or refer to values by their ids")
        } else {
            return Some(());
        };
        self.report(Diagnostic::new(code, message, span, "too much").help(help));
        None
    }

    /// Counts what a named type uses, up to the limit of a run.
    pub(super) fn count_uses(&mut self, extent: Extent, span: Span) -> Option<()> {
        self.uses = self.uses.saturating_add(extent.uses);
        if self.uses <= limits::ALL_TYPE_USES {
            return Some(());
        }
        let message = format!("all types together use more than {} types", limits::ALL_TYPE_USES);
        self.report(
            Diagnostic::new(Code::LIMIT, message, span, "from here on")
                .help("compile fewer files in one run"),
        );
        None
    }

    /// Counts what values hold beyond what is written, up to the limit of a run.
    pub(super) fn count_unwritten(&mut self, count: usize, span: Span) -> Option<()> {
        self.unwritten = self.unwritten.saturating_add(count);
        if self.unwritten <= limits::UNWRITTEN {
            return Some(());
        }
        let message = format!(
            "defaults leave out more than {} fields and bytes of constants",
            limits::UNWRITTEN
        );
        self.report(
            Diagnostic::new(Code::LIMIT, message, span, "from here on")
                .help("compile fewer files in one run, or make the defaults smaller"),
        );
        None
    }
}

fn repr_bytes(repr: Repr) -> u64 {
    match repr {
        Repr::I8 | Repr::U8 => 1,
        Repr::I16 | Repr::U16 => 2,
        Repr::I32 | Repr::U32 => 4,
        Repr::I64 | Repr::U64 => 8,
    }
}
