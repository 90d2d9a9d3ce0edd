//! Canonical text: every fact of a type and nothing else, in one spelling.
//!
//! ```text
//! myc-digest/1 message market.Trade 2 13:market.trades
//! field event_time timestamp
//! field symbol string<16> key
//! field venue market.Venue default binance
//! ```
//!
//! One line for the type, one for each member, each ended by a line feed. Free text is written with
//! its length in bytes before it (`13:market.trades`), so that no clever name can forge a fact; names
//! are identifiers and need none. Members of enums and flags stand in ascending order of value, arms in
//! ascending order of tag, fields in wire order.
//!
//! The *facts text*, which is hashed (see [`digest`](crate::digest)), has `_` for every type that a
//! member uses: what stands there is hashed beside it.

#[cfg(feature = "parse")]
mod cursor;
#[cfg(feature = "parse")]
mod error;
#[cfg(feature = "parse")]
mod parse;
#[cfg(feature = "parse")]
mod raw;

use alloc::string::String;
use core::fmt::{self, Write};

#[cfg(feature = "std")]
use crate::digest::Digest;
use crate::digest::{VERSION, plain_name};
use crate::reflect::{Arm, Def, Field, Kind, Literal, Member, Type};

#[cfg(feature = "parse")]
pub use self::{
    error::{ParseError, ParseErrorKind},
    parse::parse,
};

/// The canonical text of a type, with types spelled by name.
pub fn text(def: &Def<'_>) -> String {
    write_def(def, true)
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
        Digest::combine(crate::sha256(facts(self).as_bytes()), &self.kind.types())
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
        let (package, name) = (def.package, def.name);
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
            write!(self.out, "field {} ", field.name)?;
            self.ty(field.ty)?;
            if let Some(default) = &field.default {
                self.out.push_str(" default ");
                self.literal(default)?;
            }
            self.out.push_str(if field.key { " key\n" } else { "\n" });
        }
        Ok(())
    }

    fn members(&mut self, what: &str, members: &[Member<'_>]) -> fmt::Result {
        self.out.push('\n');
        for member in members {
            writeln!(self.out, "{what} {} {}", member.name, member.value)?;
        }
        Ok(())
    }

    fn arms(&mut self, arms: &[Arm<'_>]) -> fmt::Result {
        self.out.push('\n');
        for arm in arms {
            write!(self.out, "arm {} {} ", arm.name, arm.tag)?;
            self.ty(arm.ty)?;
            self.out.push('\n');
        }
        Ok(())
    }

    fn literal(&mut self, literal: &Literal<'_>) -> fmt::Result {
        match literal {
            Literal::Bool(value) => write!(self.out, "{value}"),
            Literal::Number(digits) => self.out.write_str(digits),
            Literal::Text(text) => write!(self.out, "{}:{text}", text.len()),
            Literal::Name(name) => self.out.write_str(name),
        }
    }

    fn ty(&mut self, ty: &Type<'_>) -> fmt::Result {
        if self.with_types { write_type(&mut self.out, ty) } else { self.out.write_str("_") }
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
        Type::Named(def) => write!(out, "{}.{}", def.package, def.name),
        plain => out.write_str(plain_name(plain)),
    }
}
