//! Takes typed values out of a TOML table and reports what has the wrong type or no known name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::diagnostic::Diagnostics;
use super::suggest::nearest;
use super::vocabulary::{Holds, Table};
use crate::qos::WhenFull;

/// A table being read: what it may hold, and where faults go.
pub(super) struct Reader<'a, 'i, 'd> {
    table: &'a DeTable<'i>,
    vocabulary: &'static Table,
    /// Keys that are there, or that were meant by a mistyped one.
    meant: Vec<&'static str>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a, 'i, 'd> Reader<'a, 'i, 'd> {
    /// Starts to read; reports keys that the vocabulary does not know.
    pub(super) fn new(
        table: &'a DeTable<'i>,
        vocabulary: &'static Table,
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        let mut meant = Vec::new();
        for (key, _) in table.iter() {
            let name = key.get_ref().as_ref();
            let known = vocabulary.key(name).map(|known| known.name);
            let near = known.or_else(|| nearest(name, vocabulary.names()));
            if known.is_none() {
                report_unknown_key(key.span(), name, near, vocabulary, diagnostics);
            }
            meant.extend(near);
        }
        Self { table, vocabulary, meant, diagnostics }
    }

    /// The keys that are there, or that were meant by a mistyped one.
    pub(super) fn meant(self) -> Vec<&'static str> {
        self.meant
    }

    pub(super) fn string(&mut self, key: &str) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        let span = value.span();
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(key, "a string", value);
            return None;
        };
        Some(Spanned::new(span, text.to_string()))
    }

    pub(super) fn strings(&mut self, key: &str) -> Option<Spanned<Vec<Spanned<String>>>> {
        let value = self.value(key)?;
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

    /// A whole number in the range that the vocabulary gives.
    pub(super) fn integer(&mut self, key: &str) -> Option<Spanned<u64>> {
        let value = self.value(key)?;
        let DeValue::Integer(digits) = value.get_ref() else {
            self.wrong_type(key, "a whole number", value);
            return None;
        };
        let Some(Holds::Number(range, meaning)) = self.holds(key) else { return None };
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

    pub(super) fn flag(&mut self, key: &str) -> Option<Spanned<bool>> {
        let value = self.value(key)?;
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_type(key, "true or false", value);
            return None;
        };
        Some(Spanned::new(value.span(), *flag))
    }

    /// What happens where something is full.
    pub(super) fn policy(&mut self, key: &str) -> Option<Spanned<WhenFull>> {
        let found = self.string(key)?;
        let name = found.get_ref().as_str();
        let policy = WhenFull::ALL.into_iter().find(|policy| policy.to_string() == name);
        if policy.is_none() {
            let title = format!("`{name}` is no way when a topic is full");
            self.unknown_word(key, &found, title, "unknown", "write one of");
        }
        policy.map(|policy| Spanned::new(found.span(), policy))
    }

    /// One of the words that the vocabulary gives; `title` and `others` begin what a message says.
    pub(super) fn word(
        &mut self,
        key: &str,
        title: &str,
        others: &str,
    ) -> Option<Spanned<&'static str>> {
        let found = self.string(key)?;
        let Some(Holds::Word(words)) = self.holds(key) else { return None };
        let word = words.iter().find(|word| *word == found.get_ref());
        if word.is_none() {
            let title = format!("{title} `{}`", found.get_ref());
            self.unknown_word(key, &found, title, &format!("unknown {key}"), others);
        }
        word.map(|word| Spanned::new(found.span(), *word))
    }

    /// A table inside this one, with its place.
    pub(super) fn table(&mut self, key: &str) -> Option<(&'a DeTable<'i>, Range<usize>)> {
        self.value(key)?;
        let (name, value) = self.table.get_key_value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "a table", value);
            return None;
        };
        Some((table, name.span()))
    }

    /// A list of tables inside this one.
    pub(super) fn tables(&mut self, key: &str) -> Option<Vec<(&'a DeTable<'i>, Range<usize>)>> {
        let value = self.value(key)?;
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

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        debug_assert!(self.holds(key).is_some(), "`{key}` is not in the vocabulary");
        self.table.get(key)
    }

    fn holds(&self, key: &str) -> Option<&'static Holds> {
        self.vocabulary.key(key).map(|key| &key.holds)
    }

    fn unknown_word(
        &mut self,
        key: &str,
        found: &Spanned<String>,
        title: String,
        label: &str,
        others: &str,
    ) {
        let Some(Holds::Word(words)) = self.holds(key) else { return };
        let help = match nearest(found.get_ref(), words.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("{others} {}", words.join(", ")),
        };
        self.diagnostics.at(found.span(), title, label, help);
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
            format!("`{key}` of {} has the wrong type", self.vocabulary.what),
            format!("this is {kind}"),
            format!("write {expected}"),
        );
    }
}

fn report_unknown_key(
    span: Range<usize>,
    name: &str,
    near: Option<&str>,
    vocabulary: &Table,
    diagnostics: &mut Diagnostics,
) {
    let what = vocabulary.what;
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let known: Vec<&str> = vocabulary.names().collect();
            format!("the keys of {what} are: {}", known.join(", "))
        }
    };
    diagnostics.at(span, format!("{what} has no key `{name}`"), "unknown key", help);
}
