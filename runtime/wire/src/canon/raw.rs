//! Texts as they stand there: types are spelled, named types are names.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::cursor::{Cursor, Parsed};
use super::error::ParseErrorKind;
use crate::digest::VERSION;
use crate::reflect::{Constraint, Literal, Member, Repr};

/// Brackets inside brackets.
const NESTING: usize = 64;

/// Members of one type.
const MEMBERS: usize = 1 << 16;

/// The text of one type.
pub(super) struct RawDef<'t> {
    pub(super) line: usize,
    /// The text itself.
    pub(super) text: &'t str,
    /// `market.Trade`.
    pub(super) path: &'t str,
    pub(super) kind: RawKind<'t>,
}

pub(super) enum RawKind<'t> {
    Message { id: u16, topic: &'t str, fields: Vec<RawField<'t>> },
    Struct { fields: Vec<RawField<'t>> },
    Enum { open: bool, repr: Repr, members: Vec<Member<'t>> },
    Flags { repr: Repr, members: Vec<Member<'t>> },
    Union { open: bool, arms: Vec<RawArm<'t>> },
}

pub(super) struct RawField<'t> {
    pub(super) name: &'t str,
    pub(super) ty: RawType<'t>,
    pub(super) default: Option<RawLiteral<'t>>,
    pub(super) key: bool,
    pub(super) unit: Option<&'t str>,
    pub(super) constraint: Option<Constraint<'t>>,
}

pub(super) enum RawLiteral<'t> {
    /// All but a list.
    Plain(Literal<'t>),
    List(Vec<RawLiteral<'t>>),
}

pub(super) struct RawArm<'t> {
    pub(super) name: &'t str,
    pub(super) tag: u16,
    pub(super) ty: RawType<'t>,
}

pub(super) enum RawType<'t> {
    /// `u64`, `decimal`, `market.Level`; a number where one stands in angle brackets.
    Word(&'t str, Option<u32>),
    Array(Box<RawType<'t>>, u32),
    BoundedList(Box<RawType<'t>>, u32),
    List(Box<RawType<'t>>),
    Map(Box<RawType<'t>>, Box<RawType<'t>>),
    Tuple(Vec<RawType<'t>>),
    Optional(Box<RawType<'t>>),
}

/// All texts, in their order.
pub(super) fn read(text: &str) -> Parsed<Vec<RawDef<'_>>> {
    let mut cursor = Cursor::new(text);
    let mut defs = Vec::new();
    while !cursor.at_end() {
        defs.push(def(&mut cursor)?);
    }
    Ok(defs)
}

fn def<'t>(cursor: &mut Cursor<'t>) -> Parsed<RawDef<'t>> {
    let (line, from) = (cursor.line, cursor.rest());
    cursor.expect(VERSION, "`myc-digest/1`, with which a type begins")?;
    cursor.expect(" ", "a space")?;
    let open = cursor.take("open ");
    let closed = !open && cursor.take("closed ");
    let what = "message, struct, flags, open or closed enum, open or closed union";
    let word = cursor.name(what)?;
    cursor.expect(" ", "a space")?;
    let path = cursor.path("a package and a name")?;
    let kind = match (word, open || closed) {
        ("message", false) => message(cursor)?,
        ("struct", false) => {
            end_line(cursor)?;
            RawKind::Struct { fields: members(cursor, "field ", field)? }
        }
        ("enum", true) => {
            let repr = repr(cursor)?;
            RawKind::Enum { open, repr, members: members(cursor, "member ", member)? }
        }
        ("flags", false) => {
            let repr = repr(cursor)?;
            RawKind::Flags { repr, members: members(cursor, "bit ", member)? }
        }
        ("union", true) => {
            end_line(cursor)?;
            RawKind::Union { open, arms: members(cursor, "arm ", arm)? }
        }
        _ => return cursor.fail(ParseErrorKind::Expected(what)),
    };
    let text = &from[..from.len() - cursor.rest().len()];
    Ok(RawDef { line, text, path, kind })
}

fn message<'t>(cursor: &mut Cursor<'t>) -> Parsed<RawKind<'t>> {
    cursor.expect(" ", "a space and the message's id")?;
    let id = cursor.integer("an id from 0 to 65535")?;
    cursor.expect(" ", "a space and the topic")?;
    let topic = cursor.text()?;
    end_line(cursor)?;
    Ok(RawKind::Message { id, topic, fields: members(cursor, "field ", field)? })
}

fn end_line(cursor: &mut Cursor<'_>) -> Parsed<()> {
    cursor.expect("\n", "the end of the line")
}

fn repr(cursor: &mut Cursor<'_>) -> Parsed<Repr> {
    use Repr::{I8, I16, I32, I64, U8, U16, U32, U64};
    let what = "an integer type of at most 64 bits";
    cursor.expect(" ", what)?;
    let name = cursor.name(what)?;
    let found = [I8, I16, I32, I64, U8, U16, U32, U64].into_iter().find(|repr| repr.name() == name);
    end_line(cursor)?;
    match found {
        Some(repr) => Ok(repr),
        None => cursor.fail(ParseErrorKind::Expected(what)),
    }
}

/// Lines that begin with this word.
fn members<'t, M>(
    cursor: &mut Cursor<'t>,
    word: &str,
    one: impl Fn(&mut Cursor<'t>) -> Parsed<M>,
) -> Parsed<Vec<M>> {
    let mut found = Vec::new();
    while cursor.take(word) {
        if found.len() == MEMBERS {
            return cursor.fail(ParseErrorKind::Limit { of: "members", max: MEMBERS });
        }
        found.push(one(cursor)?);
        end_line(cursor)?;
    }
    Ok(found)
}

fn member<'t>(cursor: &mut Cursor<'t>) -> Parsed<Member<'t>> {
    let name = cursor.name("a member's name")?;
    cursor.expect(" ", "a space and a number")?;
    Ok(Member::new(name, cursor.integer("a whole number")?))
}

fn arm<'t>(cursor: &mut Cursor<'t>) -> Parsed<RawArm<'t>> {
    let name = cursor.name("an arm's name")?;
    cursor.expect(" ", "a space and a tag")?;
    let tag = cursor.integer("a tag from 1 to 65535")?;
    cursor.expect(" ", "a space and a type")?;
    Ok(RawArm { name, tag, ty: ty(cursor, 0)? })
}

fn field<'t>(cursor: &mut Cursor<'t>) -> Parsed<RawField<'t>> {
    let name = cursor.name("a field's name")?;
    cursor.expect(" ", "a space and a type")?;
    let ty = ty(cursor, 0)?;
    let default = if cursor.take(" default ") { Some(literal(cursor, 0)?) } else { None };
    let key = cursor.take(" key");
    let unit = if cursor.take(" unit ") { Some(cursor.text()?) } else { None };
    Ok(RawField { name, ty, default, key, unit, constraint: constraint(cursor)? })
}

fn constraint<'t>(cursor: &mut Cursor<'t>) -> Parsed<Option<Constraint<'t>>> {
    if cursor.take(" range ") {
        let min = bound(cursor);
        cursor.expect("..", "`..`")?;
        let max = if cursor.take("=") { bound(cursor) } else { None };
        return Ok(Some(Constraint::Range { min, max }));
    }
    if cursor.take(" len ") {
        let min = whole(cursor)?;
        cursor.expect("..", "`..`")?;
        let max = if cursor.take("=") { Some(whole(cursor)?) } else { None };
        return Ok(Some(Constraint::Len { min, max }));
    }
    Ok(None)
}

/// A number before or behind `..`, if there is one.
fn bound<'t>(cursor: &mut Cursor<'t>) -> Option<&'t str> {
    Some(cursor.plain_number()).filter(|number| !number.is_empty())
}

fn whole(cursor: &mut Cursor<'_>) -> Parsed<u32> {
    match cursor.plain_number().parse() {
        Ok(number) => Ok(number),
        Err(_) => cursor.fail(ParseErrorKind::Expected("a whole number")),
    }
}

fn literal<'t>(cursor: &mut Cursor<'t>, depth: usize) -> Parsed<RawLiteral<'t>> {
    if depth == NESTING {
        return cursor.fail(ParseErrorKind::Limit { of: "brackets nested", max: NESTING });
    }
    if !cursor.take("[") {
        return plain_literal(cursor).map(RawLiteral::Plain);
    }
    let mut items = Vec::new();
    if cursor.take("]") {
        return Ok(RawLiteral::List(items));
    }
    loop {
        items.push(literal(cursor, depth + 1)?);
        if !cursor.take(", ") {
            break;
        }
    }
    cursor.expect("]", "`]`")?;
    Ok(RawLiteral::List(items))
}

fn plain_literal<'t>(cursor: &mut Cursor<'t>) -> Parsed<Literal<'t>> {
    if cursor.take("?") {
        return Ok(Literal::Absent);
    }
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'-';
    if !cursor.peek().is_some_and(is_digit) {
        return Ok(match cursor.name("a value")? {
            "true" => Literal::Bool(true),
            "false" => Literal::Bool(false),
            name => Literal::Name(name),
        });
    }
    let before = cursor.rest();
    let number = cursor.number();
    if cursor.peek() != Some(b':') {
        return Ok(Literal::Number(number));
    }
    let mut again = Cursor::new(before);
    again.line = cursor.line;
    let text = again.text()?;
    *cursor = again;
    Ok(Literal::Text(text))
}

fn ty<'t>(cursor: &mut Cursor<'t>, depth: usize) -> Parsed<RawType<'t>> {
    if depth == NESTING {
        return cursor.fail(ParseErrorKind::Limit { of: "brackets nested", max: NESTING });
    }
    let mut ty = if cursor.take("[") {
        list(cursor, depth)?
    } else if cursor.take("(") {
        tuple(cursor, depth)?
    } else {
        word(cursor, depth)?
    };
    // Something optional twice is refused later, and so this takes two marks at most.
    for _ in 0..2 {
        if cursor.take("?") {
            ty = RawType::Optional(Box::new(ty));
        }
    }
    Ok(ty)
}

fn list<'t>(cursor: &mut Cursor<'t>, depth: usize) -> Parsed<RawType<'t>> {
    let item = Box::new(ty(cursor, depth + 1)?);
    let list = if cursor.take("; ..") {
        RawType::BoundedList(item, cursor.integer("a bound")?)
    } else if cursor.take("; ") {
        RawType::Array(item, cursor.integer("a length")?)
    } else {
        RawType::List(item)
    };
    cursor.expect("]", "`]`")?;
    Ok(list)
}

fn tuple<'t>(cursor: &mut Cursor<'t>, depth: usize) -> Parsed<RawType<'t>> {
    let mut items = Vec::from([ty(cursor, depth + 1)?]);
    while cursor.take(", ") {
        items.push(ty(cursor, depth + 1)?);
    }
    cursor.expect(")", "`)`")?;
    Ok(RawType::Tuple(items))
}

fn map<'t>(cursor: &mut Cursor<'t>, depth: usize) -> Parsed<RawType<'t>> {
    let key = Box::new(ty(cursor, depth + 1)?);
    cursor.expect(", ", "a comma and the type of the values")?;
    let value = Box::new(ty(cursor, depth + 1)?);
    cursor.expect(">", "`>`")?;
    Ok(RawType::Map(key, value))
}

fn word<'t>(cursor: &mut Cursor<'t>, depth: usize) -> Parsed<RawType<'t>> {
    let mut probe = Cursor::new(cursor.rest());
    let plain = probe.name("a type").is_ok() && probe.peek() != Some(b'.');
    if plain && cursor.take("map<") {
        return map(cursor, depth);
    }
    let name = if plain { cursor.name("a type")? } else { cursor.path("a type")? };
    let number = if plain && cursor.take("<") {
        let number = cursor.integer("a number")?;
        cursor.expect(">", "`>`")?;
        Some(number)
    } else {
        None
    };
    Ok(RawType::Word(name, number))
}
