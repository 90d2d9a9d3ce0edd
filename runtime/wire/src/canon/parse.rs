//! From canonical texts back to tables.
//!
//! What is read is held to everything that the language demands and the tables can tell, so that
//! layout and codecs may be asked about the result whoever wrote the text.

use alloc::string::ToString;
use alloc::vec::Vec;
use std::collections::HashMap;
use std::collections::HashSet;

use bumpalo::Bump;

use super::cursor::Parsed;
use super::error::{ParseError, ParseErrorKind};
use super::raw::{self, RawDef, RawField, RawKind, RawLiteral, RawType};
use crate::digest::Digest;
use crate::reflect::{Arm, Constraint, Def, Field, Kind, Literal, Member, Type};
use crate::{layout, rules};

/// Bytes of the inline form of one type.
const INLINE_BYTES: usize = 1 << 24;

/// Uses of types inside one type, counted through all that it reaches.
const TYPE_USES: usize = 1 << 14;

/// Types that lie inside one another, lists and the like counted too.
const DEPTH: usize = 128;

/// Reads the canonical texts of types, one behind the other, in any order; every type that one of
/// them uses must be among them. The tables have the order of the texts and live in the arena.
///
/// [`text`](super::text) of each is again what was read, byte for byte: any other spelling is refused.
///
/// # Errors
///
/// The first thing that is wrong, with its line.
pub fn parse<'a>(arena: &'a Bump, text: &str) -> Parsed<Vec<&'a Def<'a>>> {
    parse_within(arena, text, usize::MAX)
}

/// Looks at types that another's texts may cost, some milliseconds' worth.
const MOST_LOOKS: usize = 1 << 20;

/// The type of this digest among the texts that somebody else has sent, who may wish to waste time: texts that take
/// long to measure are refused.
///
/// # Errors
///
/// Where the texts are not canonical, or none of them is that of a type with this digest.
pub fn parse_of<'a>(arena: &'a Bump, digest: Digest, texts: &str) -> Parsed<&'a Def<'a>> {
    let told = parse_within(arena, texts, MOST_LOOKS)?;
    told.into_iter().find(|def| def.digest == digest).ok_or_else(|| {
        let kind = ParseErrorKind::Refused("texts of other types than the digest names");
        ParseError { line: 1, kind }
    })
}

/// As [`parse`], of texts that are refused where measuring all types that they use takes more than so many looks
/// at a type.
fn parse_within<'a>(arena: &'a Bump, text: &str, most_looks: usize) -> Parsed<Vec<&'a Def<'a>>> {
    let raw = raw::read(text)?;
    let mut indices = HashMap::new();
    for (index, def) in raw.iter().enumerate() {
        if indices.insert(def.path, index).is_some() {
            return fail(def, ParseErrorKind::Twice(def.path.to_string()));
        }
    }
    let made = Vec::new();
    let mut linker = Linker { arena, raw: &raw, indices, made, looks: 0, most_looks };
    linker.made.resize_with(raw.len(), || State::New);
    (0..raw.len()).map(|index| linker.def(index, 0).map(|made| made.def)).collect()
}

fn fail<T>(def: &RawDef<'_>, kind: ParseErrorKind) -> Parsed<T> {
    Err(ParseError { line: def.line, kind })
}

#[derive(Clone, Copy)]
struct Made<'a> {
    def: &'a Def<'a>,
    uses: usize,
    depth: usize,
}

#[derive(Clone, Copy)]
enum State<'a> {
    New,
    Open,
    Done(Made<'a>),
}

struct Linker<'a, 't> {
    arena: &'a Bump,
    raw: &'t [RawDef<'t>],
    indices: HashMap<&'t str, usize>,
    made: Vec<State<'a>>,
    /// What was spent on measuring types.
    looks: usize,
    most_looks: usize,
}

/// What a type has taken in so far.
struct Load {
    /// How deep the type itself lies.
    base: usize,
    uses: usize,
    depth: usize,
}

impl<'a, 't> Linker<'a, 't> {
    fn def(&mut self, index: usize, depth: usize) -> Parsed<Made<'a>> {
        let raw = &self.raw[index];
        match self.made[index] {
            State::Done(made) => return Ok(made),
            State::Open => return fail(raw, ParseErrorKind::Cycle(raw.path.to_string())),
            State::New if depth >= DEPTH => return fail(raw, DEPTH_LIMIT),
            State::New => self.made[index] = State::Open,
        }
        let mut load = Load { base: depth, uses: 0, depth: 0 };
        let kind = self.kind(raw, depth, &mut load)?;
        let (package, name) = raw.path.rsplit_once('.').unwrap_or(("", raw.path));
        let (package, name) = (self.arena.alloc_str(package), self.arena.alloc_str(name));
        let mut def = Def { package, name, was: None, kind, digest: Digest([0; 32]) };
        check(raw, &def)?;
        def.digest = def.computed_digest();
        let made = Made { def: self.arena.alloc(def), uses: load.uses + 1, depth: load.depth + 1 };
        if made.depth > DEPTH {
            return fail(raw, DEPTH_LIMIT);
        }
        self.made[index] = State::Done(made);
        Ok(made)
    }

    fn kind(&mut self, raw: &RawDef<'t>, depth: usize, load: &mut Load) -> Parsed<Kind<'a>> {
        Ok(match &raw.kind {
            RawKind::Message { id, topic, fields } => Kind::Message {
                id: *id,
                topic: self.arena.alloc_str(topic),
                fields: self.fields(raw, fields, depth, load)?,
            },
            RawKind::Struct { fields } => {
                Kind::Struct { fields: self.fields(raw, fields, depth, load)? }
            }
            RawKind::Enum { open, repr, members } => {
                Kind::Enum { open: *open, repr: *repr, members: self.members(members) }
            }
            RawKind::Flags { repr, members } => {
                Kind::Flags { repr: *repr, members: self.members(members) }
            }
            RawKind::Union { open, arms } => {
                let mut made = Vec::with_capacity(arms.len());
                for arm in arms {
                    let name = self.arena.alloc_str(arm.name);
                    let ty = self.member_ty(raw, &arm.ty, depth, load)?;
                    made.push(Arm::new(name, arm.tag, ty));
                }
                Kind::Union { open: *open, arms: self.arena.alloc_slice_copy(&made) }
            }
        })
    }

    fn fields(
        &mut self,
        raw: &RawDef<'t>,
        fields: &[RawField<'t>],
        depth: usize,
        load: &mut Load,
    ) -> Parsed<&'a [Field<'a>]> {
        let mut made = Vec::with_capacity(fields.len());
        for field in fields {
            let name = self.arena.alloc_str(field.name);
            let ty = self.member_ty(raw, &field.ty, depth, load)?;
            let default = field.default.as_ref().map(|default| self.literal(default));
            let unit = field.unit.map(|unit| &*self.arena.alloc_str(unit));
            let constraint = field.constraint.map(|constraint| self.constraint(constraint));
            made.push(Field { name, was: None, ty, default, key: field.key, unit, constraint });
        }
        Ok(self.arena.alloc_slice_copy(&made))
    }

    fn members(&self, members: &[Member<'t>]) -> &'a [Member<'a>] {
        self.arena.alloc_slice_fill_iter(
            members
                .iter()
                .map(|member| Member::new(self.arena.alloc_str(member.name), member.value)),
        )
    }

    fn literal(&self, literal: &RawLiteral<'t>) -> Literal<'a> {
        match literal {
            RawLiteral::List(items) => {
                let items: Vec<Literal<'a>> = items.iter().map(|item| self.literal(item)).collect();
                Literal::List(self.arena.alloc_slice_copy(&items))
            }
            RawLiteral::Plain(Literal::Number(digits)) => {
                Literal::Number(self.arena.alloc_str(digits))
            }
            RawLiteral::Plain(Literal::Text(text)) => Literal::Text(self.arena.alloc_str(text)),
            RawLiteral::Plain(Literal::Name(name)) => Literal::Name(self.arena.alloc_str(name)),
            RawLiteral::Plain(Literal::Bool(value)) => Literal::Bool(*value),
            RawLiteral::Plain(Literal::Absent | Literal::List(_)) => Literal::Absent,
        }
    }

    fn constraint(&self, constraint: Constraint<'t>) -> Constraint<'a> {
        match constraint {
            Constraint::Range { min, max } => {
                let [min, max] = [min, max].map(|bound| Some(&*self.arena.alloc_str(bound?)));
                Constraint::Range { min, max }
            }
            Constraint::Len { min, max } => Constraint::Len { min, max },
        }
    }

    fn member_ty(
        &mut self,
        raw: &RawDef<'t>,
        ty: &RawType<'t>,
        depth: usize,
        load: &mut Load,
    ) -> Parsed<&'a Type<'a>> {
        let ty = self.ty(raw, ty, depth, load)?;
        if rules::is_type(ty) { Ok(ty) } else { fail(raw, BAD_TYPE) }
    }

    fn ty(
        &mut self,
        raw: &RawDef<'t>,
        ty: &RawType<'t>,
        depth: usize,
        load: &mut Load,
    ) -> Parsed<&'a Type<'a>> {
        let uses_before = load.uses;
        load.uses += 1;
        load.depth = load.depth.max(depth - load.base);
        let depth = depth + 1;
        let made = match ty {
            RawType::Word(word, number) => match plain(word, *number) {
                Some(plain) => plain,
                None => Type::Named(self.named(raw, word, depth, load)?),
            },
            RawType::Array(item, len) => Type::Array(self.ty(raw, item, depth, load)?, *len),
            RawType::BoundedList(item, max) => {
                Type::BoundedList(self.ty(raw, item, depth, load)?, *max)
            }
            RawType::List(item) => Type::List(self.ty(raw, item, depth, load)?),
            RawType::Optional(item) => Type::Optional(self.ty(raw, item, depth, load)?),
            RawType::Map(key, value) => {
                Type::Map(self.ty(raw, key, depth, load)?, self.ty(raw, value, depth, load)?)
            }
            RawType::Tuple(items) => {
                let mut made = Vec::with_capacity(items.len());
                for item in items {
                    made.push(self.ty(raw, item, depth, load)?);
                }
                Type::Tuple(self.arena.alloc_slice_copy(&made))
            }
        };
        if load.uses > TYPE_USES {
            return fail(raw, ParseErrorKind::Limit { of: "types used", max: TYPE_USES });
        }
        // Each level of a type measures anew what is below it.
        let looks = (load.uses - uses_before).saturating_mul(load.depth + 1);
        self.looks = self.looks.saturating_add(looks);
        if self.looks > self.most_looks {
            return fail(raw, ParseErrorKind::Limit { of: "looks at types", max: self.most_looks });
        }
        // Parts are measured before what holds them, so that no product can overflow.
        let made = &*self.arena.alloc(made);
        if rules::is_type(made) && layout::size(made) > INLINE_BYTES {
            fail(raw, TOO_LARGE)
        } else {
            Ok(made)
        }
    }

    fn named(
        &mut self,
        raw: &RawDef<'t>,
        path: &'t str,
        depth: usize,
        load: &mut Load,
    ) -> Parsed<&'a Def<'a>> {
        let Some(index) = self.indices.get(path) else {
            return fail(raw, ParseErrorKind::Unknown(path.to_string()));
        };
        let made = self.def(*index, depth)?;
        load.uses += made.uses;
        load.depth = load.depth.max(depth - load.base + made.depth);
        Ok(made.def)
    }
}

const DEPTH_LIMIT: ParseErrorKind =
    ParseErrorKind::Limit { of: "types inside one another", max: DEPTH };
const TOO_LARGE: ParseErrorKind =
    ParseErrorKind::Limit { of: "bytes of one inline value", max: INLINE_BYTES };
const BAD_TYPE: ParseErrorKind = ParseErrorKind::Refused(
    "a type that the language refuses: a bound of zero, optional twice, a tuple of one or of more than 12, \
     or a decimal of more than 18 places",
);

/// The type of that name that has no parts.
fn plain<'a>(word: &str, number: Option<u32>) -> Option<Type<'a>> {
    use Type::{
        Bool, Bytes, Duration, F32, F64, I8, I16, I32, I64, I128, String, Timestamp, U8, U16, U32,
        U64, U128, U256, Uuid,
    };
    const PLAIN: [Type<'static>; 19] = [
        Bool, I8, I16, I32, I64, I128, U8, U16, U32, U64, U128, U256, F32, F64, Timestamp,
        Duration, Uuid, String, Bytes,
    ];
    match (word, number) {
        (_, None) => PLAIN.into_iter().find(|ty| crate::digest::plain_name(ty) == word),
        // More than fits is more than is allowed.
        ("decimal", Some(scale)) => Some(Type::Decimal(u8::try_from(scale).unwrap_or(u8::MAX))),
        ("string", Some(max)) => Some(Type::BoundedString(max)),
        ("bytes", Some(max)) => Some(Type::BoundedBytes(max)),
        _ => None,
    }
}

/// Whether a type is right in itself, and spelled as it should be.
fn check(raw: &RawDef<'_>, def: &Def<'_>) -> Parsed<()> {
    match &def.kind {
        Kind::Message { fields, .. } => check_fields(raw, fields)?,
        Kind::Struct { fields: [] } => return fail(raw, EMPTY),
        Kind::Struct { fields } => check_fields(raw, fields)?,
        Kind::Enum { members, .. } => check_members(raw, members, i128::from(u64::MAX))?,
        Kind::Flags { repr, members } => {
            let bits = 8 * layout::repr_size(*repr) as i128;
            check_members(raw, members, bits - 1)?;
            if members.iter().any(|member| member.value < 0) {
                return fail(raw, ParseErrorKind::Refused("a bit below 0"));
            }
        }
        Kind::Union { arms, .. } => {
            let numbers = arms.iter().map(|arm| (arm.name, i128::from(arm.tag)));
            check_numbered(raw, numbers)?;
            if arms[0].tag == 0 {
                return fail(raw, ParseErrorKind::Refused("a tag of 0"));
            }
        }
    }
    if layout::size(&Type::Named(def)) > INLINE_BYTES {
        return fail(raw, TOO_LARGE);
    }
    if super::text(def) == raw.text { Ok(()) } else { fail(raw, ParseErrorKind::NotCanonical) }
}

const EMPTY: ParseErrorKind = ParseErrorKind::Refused("a type without members");

fn check_fields(raw: &RawDef<'_>, fields: &[Field<'_>]) -> Parsed<()> {
    let mut names = HashSet::new();
    for field in fields {
        if !names.insert(field.name) {
            return fail(raw, ParseErrorKind::Twice(field.name.to_string()));
        }
        if field.default.is_some_and(|default| !rules::is_default(field.ty, &default)) {
            return fail(raw, ParseErrorKind::Refused("a default that does not fit its type"));
        }
        if field.default.is_some_and(|default| !is_canonical_literal(&default)) {
            return fail(raw, ParseErrorKind::NotCanonical);
        }
        if let Some(unit) = field.unit {
            if !Field::is_unit(unit) {
                return fail(raw, ParseErrorKind::Refused("a unit that is not one short line"));
            }
            if !rules::is_measured(field.ty) {
                return fail(
                    raw,
                    ParseErrorKind::Refused("a unit of a type that holds no numbers"),
                );
            }
        }
        if let Some(constraint) = &field.constraint {
            check_constraint(raw, field.ty, constraint)?;
        }
        if field
            .default
            .is_some_and(|default| !rules::is_kept(field.ty, &default, &field.constraint))
        {
            return fail(raw, ParseErrorKind::Refused("a default that a constraint refuses"));
        }
        if field.key && !rules::is_key(field.ty) {
            return fail(raw, ParseErrorKind::Refused("a key of a type that cannot be one"));
        }
    }
    let sizes = fields.iter().map(|field| layout::size(field.ty) + 8);
    if sizes.sum::<usize>() > INLINE_BYTES + 8 * fields.len() {
        return fail(raw, TOO_LARGE);
    }
    Ok(())
}

fn check_members(raw: &RawDef<'_>, members: &[Member<'_>], most: i128) -> Parsed<()> {
    check_numbered(raw, members.iter().map(|member| (member.name, member.value)))?;
    let in_range =
        members.iter().all(|member| (i128::from(i64::MIN)..=most).contains(&member.value));
    if in_range {
        Ok(())
    } else {
        fail(raw, ParseErrorKind::Refused("a number that its integer does not hold"))
    }
}

/// Members with ascending numbers and different names.
fn check_numbered<'m>(
    raw: &RawDef<'_>,
    members: impl Iterator<Item = (&'m str, i128)>,
) -> Parsed<()> {
    let (mut names, mut last) = (HashSet::new(), None);
    for (name, number) in members {
        if !names.insert(name) {
            return fail(raw, ParseErrorKind::Twice(name.to_string()));
        }
        if last.is_some_and(|last| last >= number) {
            return fail(raw, ParseErrorKind::NotCanonical);
        }
        last = Some(number);
    }
    if last.is_none() { fail(raw, EMPTY) } else { Ok(()) }
}

fn check_constraint(raw: &RawDef<'_>, ty: &Type<'_>, constraint: &Constraint<'_>) -> Parsed<()> {
    let is_canonical = match constraint {
        Constraint::Range { min, max } => [min, max].into_iter().flatten().all(|n| is_canonical(n)),
        // Its numbers are written anew and compared.
        Constraint::Len { .. } => true,
    };
    if !is_canonical {
        return fail(raw, ParseErrorKind::NotCanonical);
    }
    if rules::is_constraint(ty, constraint) {
        Ok(())
    } else {
        fail(raw, ParseErrorKind::Refused("a constraint that does not fit its type"))
    }
}

fn is_canonical_literal(literal: &Literal<'_>) -> bool {
    match literal {
        Literal::Number(digits) => is_canonical(digits),
        Literal::List(items) => items.iter().all(is_canonical_literal),
        _ => true,
    }
}

/// Whether a number, which is one, has no digit too many.
fn is_canonical(number: &str) -> bool {
    let digits = number.strip_prefix('-').unwrap_or(number);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "1"));
    let whole_is_short = !whole.is_empty() && (whole == "0" || !whole.starts_with('0'));
    whole_is_short && !fraction.is_empty() && !fraction.ends_with('0') && number != "-0"
}
