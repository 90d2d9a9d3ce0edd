//! Enums: open ones, as proto3 has it.

use std::collections::HashSet;

use heck::ToShoutySnakeCase;

use super::tree;
use crate::import::model::{Kind, Member};
use crate::import::names::{Scope, Style};
use crate::import::report::{At, ImportError, Report};

/// What the values are called; nothing for a second name of a value, which is noted.
pub(super) fn member_names(
    declaration: &tree::Enum,
    report: &mut Report,
) -> Result<Vec<Option<String>>, ImportError> {
    let at = At::Line(declaration.around.line);
    if declaration.members.first().is_none_or(|first| first.value != 0) {
        let message = format!("the first value of enum `{}` is not 0", declaration.name);
        return Err(report.error(at, message).help("proto3 wants it to be"));
    }
    let prefix = shared_prefix(declaration);
    let (mut scope, mut taken) = (Scope::of_open_members(), HashSet::new());
    let mut names = Vec::new();
    for member in &declaration.members {
        let at = At::Line(member.around.line);
        if i32::try_from(member.value).is_err() {
            let message = format!("`{}` does not fit into 32 bits", member.name);
            return Err(report.error(at, message));
        }
        if !taken.insert(member.value) {
            let text = format!(
                "`{}` is left out: it is a second name for the value {}",
                member.name, member.value
            );
            report.note(at, text);
            names.push(None);
            continue;
        }
        names.push(Some(scope.claim(Style::Member, &member.name[prefix..], at, report)));
    }
    Ok(names)
}

/// Bytes of the enum's own name where all values begin with it: `SIDE_BUY` of `Side` is `buy`.
fn shared_prefix(declaration: &tree::Enum) -> usize {
    let prefix = format!("{}_", declaration.name.to_shouty_snake_case());
    let has_prefix = |member: &tree::Member| {
        let rest = member.name.strip_prefix(&prefix);
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    };
    if declaration.members.iter().all(has_prefix) { prefix.len() } else { 0 }
}

/// The declaration, with these names.
pub(super) fn lower(declaration: &tree::Enum, names: &[Option<String>]) -> Kind {
    let members = declaration.members.iter().zip(names).filter_map(|(member, name)| {
        Some(Member {
            name: name.clone()?,
            docs: [member.around.comments.clone(), member.around.docs.clone()].concat(),
            since: None,
            deprecated: super::lower::deprecated(&member.around),
            value: i128::from(member.value),
        })
    });
    Kind::Enum { repr: "i32", members: members.collect() }
}
