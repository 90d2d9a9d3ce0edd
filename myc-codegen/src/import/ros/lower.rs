//! From the lines of a `.msg` file to items.

use super::parse::Line;
use super::types::{Base, Row, TypeName};
use super::value::literal;
use super::{Definition, Set};
use crate::import::model::{Field, Item, Kind, Module, Type};
use crate::import::names::{Scope, Style};
use crate::import::report::{At, ImportError, Report};

/// Bytes that UTF-8 takes at most for a unit of UTF-16.
const BYTES_OF_WIDE: u32 = 3;

/// Adds what a file declares to its module.
pub(super) fn definition(
    definition: &mut Definition,
    set: &mut Set,
    id: &mut u16,
    module: &mut Module,
) -> Result<(), ImportError> {
    let Definition { package, name, tree, report } = definition;
    let item = set.types[&(package.clone(), name.clone())].clone();
    for constant in &tree.constants {
        let lowered = self::constant(constant, name, &mut set.scopes[item.module], report)?;
        module.items.push(lowered);
    }
    let (mut names, mut fields) = (Scope::new(), Vec::new());
    for line in &tree.fields {
        fields.push(field(line, package, set, &mut names, report)?);
    }
    let is_frozen = !fields.is_empty() && fields.iter().all(|field| field.default.is_none());
    let kind = if set.used.contains(&item) && is_frozen {
        let text = format!(
            "`{name}` is part of other messages, so it is a struct: it lies inline, \
                            never changes, and is not published alone"
        );
        report.note(At::Whole, text);
        Kind::Struct(fields)
    } else {
        let Some(next) = id.checked_add(1) else {
            return Err(report.error(At::Whole, "more than 65535 messages in one package"));
        };
        *id = next;
        Kind::Message { id: next, topic: None, fields }
    };
    module.items.push(Item {
        place: report.place(At::Whole),
        name: item.name,
        docs: tree.docs.clone(),
        comments: tree.comments.clone(),
        deprecated: None,
        kind,
    });
    Ok(())
}

/// A constant has the name of its message in front: it belongs to the package here.
fn constant(
    line: &Line,
    whole: &str,
    scope: &mut Scope,
    report: &mut Report,
) -> Result<Item, ImportError> {
    let at = At::Line(line.line);
    let text = line.value.as_deref().unwrap_or_default();
    let ty = match &line.ty {
        TypeName { base: Base::Plain(plain), row: Row::One } => Type::Plain(plain),
        TypeName { base: Base::String { .. }, row: Row::One } => Type::Plain("string"),
        _ => return Err(report.error(at, "only numbers, bools and strings may be constants")),
    };
    let Some(value) = literal(&line.ty, text) else {
        return Err(report.error(at, format!("`{text}` is not a value of this type")));
    };
    let original = format!("{whole}_{}", line.name);
    Ok(Item {
        place: report.place(at),
        name: scope.claim(Style::Constant, &original, at, report),
        docs: line.docs.clone(),
        comments: line.comments.clone(),
        deprecated: None,
        kind: Kind::Const { ty, value },
    })
}

fn field(
    line: &Line,
    package: &str,
    set: &Set,
    names: &mut Scope,
    report: &mut Report,
) -> Result<Field, ImportError> {
    let at = At::Line(line.line);
    let ty = ty(line, package, set, report)?;
    let default = match &line.value {
        None => None,
        Some(text) => match literal(&line.ty, text) {
            Some(value) => Some(value),
            None => {
                let message = format!("`{text}` is not a default that this field may have");
                return Err(report.error(at, message));
            }
        },
    };
    let name = names.claim(Style::Member, &line.name, at, report);
    let (docs, comments) = (line.docs.clone(), line.comments.clone());
    Ok(Field { docs, comments, default, ..Field::new(name, ty) })
}

fn ty(line: &Line, package: &str, set: &Set, report: &mut Report) -> Result<Type, ImportError> {
    let at = At::Line(line.line);
    let item = match &line.ty.base {
        Base::Plain(plain) => Type::Plain(plain),
        Base::String { most, is_wide } => {
            let most = if *is_wide {
                let text = "a `wstring` becomes a string in UTF-8, with three bytes a character";
                report.count(at, text);
                most.map(|most| most.saturating_mul(BYTES_OF_WIDE))
            } else {
                *most
            };
            most.map_or(Type::Plain("string"), |most| Type::Sized("string", most))
        }
        Base::Named { package: named, name } => match set.find(&line.ty, package) {
            Some(item) => Type::Item(item.clone()),
            None => {
                let full = format!("{}/{name}", named.as_deref().unwrap_or(package));
                let error = report.error(at, format!("unknown type `{full}`"));
                let help = format!(
                    "name {name}.msg of package {} on the command line too",
                    named.as_deref().unwrap_or(package)
                );
                return Err(error.help(help));
            }
        },
    };
    let is_byte = item == Type::Plain("u8");
    Ok(match line.ty.row {
        Row::One => item,
        Row::Array(len) => item.array(len),
        Row::Any if is_byte => Type::Plain("bytes"),
        Row::AtMost(most) if is_byte => Type::Sized("bytes", most),
        Row::AtMost(most) => item.bounded(most),
        Row::Any => item.list(),
    })
}
