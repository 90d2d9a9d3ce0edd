//! Canonical text: every fact of a type and nothing else, in one spelling.
//!
//! ```text
//! myc-digest/1 message market.Trade 2 13:market.trades
//! field event_time timestamp
//! field symbol string<16> key
//! field venue market.Venue default binance
//! field spread f64 unit 3:bps range 0..=10000
//! field route [string] default [4:main, 6:backup] len 1..
//! ```
//!
//! One line for the type, one for each member, each ended by a line feed. What was renamed and says so
//! (`@was`) stands there by its former name. Free text is written with
//! its length in bytes before it (`13:market.trades`), so that no clever name can forge a fact; names
//! are identifiers and need none. Members of enums and flags stand in ascending order of value, arms in
//! ascending order of tag, fields in wire order.
//!
//! The *facts text*, which is hashed (see [`digest`](crate::digest)), has `_` for every type that a
//! member uses: what stands there is hashed beside it.

mod conflict;
#[cfg(feature = "parse")]
mod cursor;
mod difference;
#[cfg(feature = "parse")]
mod error;
#[cfg(feature = "parse")]
mod parse;
#[cfg(feature = "parse")]
mod raw;

use alloc::collections::BTreeSet;
use alloc::string::String;
use core::fmt::{self, Write};

#[cfg(feature = "std")]
use crate::digest::Digest;
use crate::digest::{VERSION, plain_name};
use crate::reflect::{Arm, Constraint, Def, Field, Kind, Literal, Member, Type};

pub use self::conflict::conflict;
pub use self::difference::{Difference, difference};
pub use crate::literal::is_below;

#[cfg(feature = "parse")]
pub use self::{
    conflict::conflict_with_text,
    error::{ParseError, ParseErrorKind},
    parse::{parse, parse_of},
};

/// The canonical text of a type, with types spelled by name.
pub fn text(def: &Def<'_>) -> String {
    write_def(def, true)
}

/// The canonical texts of a type and of all that it uses, each once, the type's own first: what
/// [`parse`] takes back.
pub fn texts<'d>(def: &'d Def<'d>) -> String {
    let (mut out, mut written) = (String::new(), BTreeSet::new());
    write_texts(&mut out, &mut written, def);
    out
}

fn write_texts<'d>(out: &mut String, written: &mut BTreeSet<[&'d str; 2]>, def: &'d Def<'d>) {
    if !written.insert([def.package, def.digest_name()]) {
        return;
    }
    out.push_str(&text(def));
    for ty in def.kind.types() {
        for_each_named(ty, &mut |used| write_texts(out, written, used));
    }
}

fn for_each_named<'d>(ty: &'d Type<'d>, see: &mut dyn FnMut(&'d Def<'d>)) {
    match ty {
        Type::Named(def) => see(def),
        Type::Array(item, _) | Type::BoundedList(item, _) => for_each_named(item, see),
        Type::List(item) | Type::Optional(item) => for_each_named(item, see),
        Type::Map(key, value) => [key, value].into_iter().for_each(|ty| for_each_named(ty, see)),
        Type::Tuple(items) => items.iter().for_each(|item| for_each_named(item, see)),
        _ => {}
    }
}

/// The facts text of a type, with `_` for types.
pub fn facts(def: &Def<'_>) -> String {
    write_def(def, false)
}

/// A type as a field uses it, spelled as in the language.
pub fn type_text(ty: &Type<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_type(&mut out, ty);
    out
}

impl Def<'_> {
    /// The digest, computed from the facts; [`Def::digest`] is the same, made when the type was.
    #[cfg(feature = "std")]
    pub fn computed_digest(&self) -> Digest {
        Digest::of(crate::sha256(facts(self).as_bytes()), &self.kind)
    }
}

fn write_def(def: &Def<'_>, with_types: bool) -> String {
    let mut out = Canon { out: String::new(), with_types };
    // Writing to a string cannot fail.
    let _ = out.def(def);
    out.out
}

struct Canon {
    out: String,
    with_types: bool,
}

impl Canon {
    fn def(&mut self, def: &Def<'_>) -> fmt::Result {
        write!(self.out, "{VERSION} ")?;
        let (package, name) = (def.package, def.digest_name());
        match def.kind {
            Kind::Message { id, topic, fields } => {
                write!(self.out, "message {package}.{name} {id} {}:{topic}", topic.len())?;
                self.fields(fields)
            }
            Kind::Struct { fields } => {
                write!(self.out, "struct {package}.{name}")?;
                self.fields(fields)
            }
            Kind::Enum { open, repr, members } => {
                let (open, repr) = (openness(open), repr.name());
                write!(self.out, "{open} enum {package}.{name} {repr}")?;
                self.members("member", members)
            }
            Kind::Flags { repr, members } => {
                write!(self.out, "flags {package}.{name} {}", repr.name())?;
                self.members("bit", members)
            }
            Kind::Union { open, arms } => {
                write!(self.out, "{} union {package}.{name}", openness(open))?;
                self.arms(arms)
            }
        }
    }

    fn fields(&mut self, fields: &[Field<'_>]) -> fmt::Result {
        self.out.push('\n');
        for field in fields {
            write!(self.out, "field {} ", field.digest_name())?;
            self.field_facts(field)?;
            self.out.push('\n');
        }
        Ok(())
    }

    fn field_facts(&mut self, field: &Field<'_>) -> fmt::Result {
        self.ty(field.ty)?;
        if let Some(default) = &field.default {
            self.out.push_str(" default ");
            write_literal(&mut self.out, default)?;
        }
        if field.key {
            self.out.push_str(" key");
        }
        if let Some(unit) = field.unit {
            write!(self.out, " unit {}:{unit}", unit.len())?;
        }
        field
            .constraint
            .as_ref()
            .map_or(Ok(()), |constraint| write_constraint(&mut self.out, constraint))
    }

    fn members(&mut self, what: &str, members: &[Member<'_>]) -> fmt::Result {
        self.out.push('\n');
        for member in members {
            writeln!(self.out, "{what} {} {}", member.digest_name(), member.value)?;
        }
        Ok(())
    }

    fn arms(&mut self, arms: &[Arm<'_>]) -> fmt::Result {
        self.out.push('\n');
        for arm in arms {
            write!(self.out, "arm {} {} ", arm.digest_name(), arm.tag)?;
            self.ty(arm.ty)?;
            self.out.push('\n');
        }
        Ok(())
    }

    fn ty(&mut self, ty: &Type<'_>) -> fmt::Result {
        if self.with_types { write_type(&mut self.out, ty) } else { self.out.write_str("_") }
    }
}

/// What canonical text says of a field beside its name.
fn field_facts(field: &Field<'_>) -> String {
    let mut out = Canon { out: String::new(), with_types: true };
    // Writing to a string cannot fail.
    let _ = out.field_facts(field);
    out.out
}

/// A default as canonical text spells it.
pub fn literal_text(literal: &Literal<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_literal(&mut out, literal);
    out
}

fn write_literal(out: &mut String, literal: &Literal<'_>) -> fmt::Result {
    match literal {
        Literal::Bool(value) => write!(out, "{value}"),
        Literal::Number(digits) => out.write_str(digits),
        Literal::Text(text) => write!(out, "{}:{text}", text.len()),
        Literal::Name(name) => out.write_str(name),
        Literal::Absent => out.write_str("?"),
        Literal::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_literal(out, item)?;
            }
            out.write_str("]")
        }
    }
}

fn write_constraint(out: &mut String, constraint: &Constraint<'_>) -> fmt::Result {
    match constraint {
        Constraint::Range { min, max } => {
            write!(out, " range {}..", min.unwrap_or_default())?;
            max.map_or(Ok(()), |max| write!(out, "={max}"))
        }
        Constraint::Len { min, max } => {
            write!(out, " len {min}..")?;
            max.map_or(Ok(()), |max| write!(out, "={max}"))
        }
    }
}

fn openness(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

fn write_type(out: &mut String, ty: &Type<'_>) -> fmt::Result {
    match ty {
        Type::Decimal(scale) => write!(out, "decimal<{scale}>"),
        Type::BoundedString(max) => write!(out, "string<{max}>"),
        Type::BoundedBytes(max) => write!(out, "bytes<{max}>"),
        Type::Array(item, len) => {
            out.push('[');
            write_type(out, item)?;
            write!(out, "; {len}]")
        }
        Type::BoundedList(item, max) => {
            out.push('[');
            write_type(out, item)?;
            write!(out, "; ..{max}]")
        }
        Type::List(item) => {
            out.push('[');
            write_type(out, item)?;
            out.write_str("]")
        }
        Type::Map(key, value) => {
            out.push_str("map<");
            write_type(out, key)?;
            out.push_str(", ");
            write_type(out, value)?;
            out.write_str(">")
        }
        Type::Tuple(items) => {
            out.push('(');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                write_type(out, item)?;
            }
            out.write_str(")")
        }
        Type::Optional(item) => {
            write_type(out, item)?;
            out.write_str("?")
        }
        Type::Named(def) => write!(out, "{}.{}", def.package, def.digest_name()),
        plain => out.write_str(plain_name(plain)),
    }
}
