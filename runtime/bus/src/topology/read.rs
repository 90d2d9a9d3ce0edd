//! Takes typed values out of a TOML table and reports what has the wrong type or no known name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Diagnostics;
use super::suggest::nearest;

/// A table being read: its keys, what a message calls it, and where faults go.
pub(super) struct Reader<'a, 'i, 'd> {
    table: &'a DeTable<'i>,
    /// As in `a node` or `an endpoint`.
    what: &'static str,
    /// Keys that are there, or that were meant by a mistyped one.
    meant: Vec<String>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a, 'i, 'd> Reader<'a, 'i, 'd> {
    /// Starts to read; reports keys that are not among `known`.
    pub(super) fn new(
        table: &'a DeTable<'i>,
        what: &'static str,
        known: &[&str],
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        let mut meant = Vec::new();
        for (key, _) in table.iter() {
            let name = key.get_ref().as_ref();
            let near = if known.contains(&name) { Some(name) } else { None };
            let near = near.or_else(|| nearest(name, known.iter().copied()));
            if near != Some(name) {
                report_unknown_key(key.span(), name, near, what, known, diagnostics);
            }
            meant.extend(near.map(str::to_owned));
        }
        Self { table, what, meant, diagnostics }
    }

    /// The keys that are there, or that were meant by a mistyped one.
    pub(super) fn meant(self) -> Vec<String> {
        self.meant
    }

    pub(super) fn string(&mut self, key: &str) -> Option<Spanned<String>> {
        let value = self.table.get(key)?;
        let span = value.span();
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(key, "a string", value);
            return None;
        };
        Some(Spanned::new(span, text.to_string()))
    }

    pub(super) fn strings(&mut self, key: &str) -> Option<Spanned<Vec<Spanned<String>>>> {
        let value = self.table.get(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "a list of strings", value);
            return None;
        };
        let mut strings = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => strings.push(Spanned::new(item.span(), text.to_string())),
                _ => self.wrong_type(key, "a list of strings", item),
            }
        }
        Some(Spanned::new(value.span(), strings))
    }

    /// A whole number in `range`; `meaning` is what a message calls it.
    pub(super) fn integer(
        &mut self,
        key: &str,
        range: Range<u64>,
        meaning: &str,
    ) -> Option<Spanned<u64>> {
        let value = self.table.get(key)?;
        let DeValue::Integer(digits) = value.get_ref() else {
            self.wrong_type(key, "a whole number", value);
            return None;
        };
        let number = u64::from_str_radix(digits.as_str(), digits.radix()).ok();
        let Some(number) = number.filter(|number| range.contains(number)) else {
            self.diagnostics.at(
                value.span(),
                format!("`{key}` is out of range"),
                "not possible",
                format!("write {meaning}, from {} to {}", range.start, range.end - 1),
            );
            return None;
        };
        Some(Spanned::new(value.span(), number))
    }

    /// A table inside this one, with its place.
    pub(super) fn table(&mut self, key: &str) -> Option<(&'a DeTable<'i>, Range<usize>)> {
        let (name, value) = self.table.get_key_value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "a table", value);
            return None;
        };
        Some((table, name.span()))
    }

    /// A list of tables inside this one.
    pub(super) fn tables(&mut self, key: &str) -> Option<Vec<(&'a DeTable<'i>, Range<usize>)>> {
        let value = self.table.get(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "a list of tables", value);
            return None;
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push((table, item.span())),
                _ => self.wrong_type(key, "a list of tables", item),
            }
        }
        Some(tables)
    }

    pub(super) fn diagnostics(&mut self) -> &mut Diagnostics {
        self.diagnostics
    }

    fn wrong_type(&mut self, key: &str, expected: &str, found: &Spanned<DeValue<'_>>) {
        let kind = match found.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.diagnostics.at(
            found.span(),
            format!("`{key}` of {} has the wrong type", self.what),
            format!("this is {kind}"),
            format!("write {expected}"),
        );
    }
}

fn report_unknown_key(
    span: Range<usize>,
    name: &str,
    near: Option<&str>,
    what: &str,
    known: &[&str],
    diagnostics: &mut Diagnostics,
) {
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys of {what} are: {}", known.join(", ")),
    };
    diagnostics.at(span, format!("{what} has no key `{name}`"), "unknown key", help);
}
