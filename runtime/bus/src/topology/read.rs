//! Takes typed values out of a TOML table and reports what has the wrong type or no known name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reading::Reading;
use super::suggest::nearest;
use super::variables::{expand, has_variable};
use super::vocabulary::{Holds, Table};
use crate::qos::WhenFull;

/// A list of strings with their places.
pub(super) type Strings = Spanned<Vec<Spanned<String>>>;

/// A table being read: what it may hold, and where faults go.
///
/// What it gives has places among those of all files.
pub(super) struct Reader<'a, 'i, 'd, 'r> {
    table: &'a DeTable<'i>,
    vocabulary: &'static Table,
    /// Keys that are there, or that were meant by a mistyped one.
    meant: Vec<&'static str>,
    reading: &'d mut Reading<'r>,
}

impl<'a, 'i, 'd, 'r> Reader<'a, 'i, 'd, 'r> {
    /// Starts to read; reports keys that the vocabulary does not know.
    pub(super) fn new(
        table: &'a DeTable<'i>,
        vocabulary: &'static Table,
        reading: &'d mut Reading<'r>,
    ) -> Self {
        let mut meant = Vec::new();
        for (key, _) in table.iter() {
            let name = key.get_ref().as_ref();
            let known = vocabulary.key(name).map(|known| known.name);
            let near = known.or_else(|| nearest(name, vocabulary.names()));
            if known.is_none() {
                report_unknown_key(key.span(), name, near, vocabulary, reading);
            }
            meant.extend(near);
        }
        Self { table, vocabulary, meant, reading }
    }

    /// Whether a key is there, or was meant by a mistyped one.
    pub(super) fn means(&self, key: &str) -> bool {
        self.meant.contains(&key)
    }

    /// The keys that are there, or that were meant by a mistyped one.
    pub(super) fn meant(self) -> Vec<&'static str> {
        self.meant
    }

    pub(super) fn string(&mut self, key: &str) -> Option<Spanned<String>> {
        let value = self.value(key)?;
        let DeValue::String(_) = value.get_ref() else {
            self.wrong_type(key, "a string", value);
            return None;
        };
        self.text(value)
    }

    pub(super) fn strings(&mut self, key: &str) -> Option<Strings> {
        let value = self.value(key)?;
        self.string_list(key, value)
    }

    /// A table of lists of strings.
    pub(super) fn strings_by_name(&mut self, key: &str) -> Option<Vec<(Spanned<String>, Strings)>> {
        let DeValue::Table(table) = self.value(key)?.get_ref() else { return None };
        let mut lists = Vec::new();
        for (name, value) in table.iter() {
            let span = self.reading.place(name.span());
            let list = self.string_list(key, value)?;
            lists.push((Spanned::new(span, name.get_ref().to_string()), list));
        }
        Some(lists)
    }

    /// A whole number in the range that the vocabulary gives, or a string whose variables give one.
    pub(super) fn integer(&mut self, key: &str) -> Option<Spanned<u64>> {
        let value = self.value(key)?;
        let number = match value.get_ref() {
            DeValue::Integer(digits) => u64::from_str_radix(digits.as_str(), digits.radix()).ok(),
            DeValue::String(text) if has_variable(text) => {
                self.text(value)?.get_ref().trim().parse().ok()
            }
            _ => {
                self.wrong_type(key, "a whole number", value);
                return None;
            }
        };
        let Some(Holds::Number(range, meaning)) = self.holds(key) else { return None };
        let span = self.reading.place(value.span());
        let Some(number) = number.filter(|number| range.contains(number)) else {
            self.reading.diagnostics.at(
                span,
                format!("`{key}` is out of range"),
                "not possible",
                format!("write {meaning}, from {} to {}", range.start, range.end - 1),
            );
            return None;
        };
        Some(Spanned::new(span, number))
    }

    pub(super) fn flag(&mut self, key: &str) -> Option<Spanned<bool>> {
        let value = self.value(key)?;
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_type(key, "true or false", value);
            return None;
        };
        Some(Spanned::new(self.reading.place(value.span()), *flag))
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

    /// Whether the key holds a table.
    pub(super) fn is_table(&self, key: &str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// A table inside this one, with the place of its key.
    pub(super) fn table(&mut self, key: &str) -> Option<(&'a DeTable<'i>, Range<usize>)> {
        self.value(key)?;
        let (name, value) = self.table.get_key_value(key)?;
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "a table", value);
            return None;
        };
        Some((table, self.reading.place(name.span())))
    }

    /// A list of tables inside this one, with their places.
    pub(super) fn tables(&mut self, key: &str) -> Option<Vec<(&'a DeTable<'i>, Range<usize>)>> {
        let value = self.value(key)?;
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "a list of tables", value);
            return None;
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::Table(table) => tables.push((table, self.reading.place(item.span()))),
                _ => self.wrong_type(key, "a list of tables", item),
            }
        }
        Some(tables)
    }

    fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        debug_assert!(self.holds(key).is_some(), "`{key}` is not in the vocabulary");
        self.table.get(key)
    }

    fn holds(&self, key: &str) -> Option<&'static Holds> {
        self.vocabulary.key(key).map(|key| &key.holds)
    }

    fn string_list(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Strings> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(key, "a list of strings", value);
            return None;
        };
        let mut strings = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(_) => strings.extend(self.text(item)),
                _ => self.wrong_type(key, "a list of strings", item),
            }
        }
        Some(Spanned::new(self.reading.place(value.span()), strings))
    }

    /// A string with its variables replaced.
    fn text(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Spanned<String>> {
        let DeValue::String(text) = value.get_ref() else { return None };
        let span = self.reading.place(value.span());
        let unknown = match expand(text, self.reading.variables) {
            Ok(text) => return Some(Spanned::new(span, text)),
            Err(unknown) => unknown,
        };
        // Where the string stands in the file as it is, the variable's own place can be shown.
        let written = self.reading.diagnostics.text(&span);
        let offset = written.find(text.as_ref()).map(|offset| span.start + offset);
        for unknown in unknown {
            let at = |offset| offset + unknown.span.start..offset + unknown.span.end;
            let place = offset.map_or(span.clone(), at);
            let diagnostics = &mut *self.reading.diagnostics;
            match unknown.name {
                Some(name) => diagnostics.at(
                    place,
                    format!("the environment has no variable `{name}`"),
                    "not set",
                    format!("set it, or write `${{{name}:-…}}` with what stands there otherwise"),
                ),
                None => diagnostics.at(
                    place,
                    "this is no variable of the environment",
                    "not readable",
                    "write `${NAME}` or `${NAME:-default}`, and `$$` where a `$` is meant",
                ),
            }
        }
        None
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
        self.reading.diagnostics.at(found.span(), title, label, help);
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
        let span = self.reading.place(found.span());
        self.reading.diagnostics.at(
            span,
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
    reading: &mut Reading<'_>,
) {
    let what = vocabulary.what;
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            let known: Vec<&str> = vocabulary.names().collect();
            format!("the keys of {what} are: {}", known.join(", "))
        }
    };
    let (span, title) = (reading.place(span), format!("{what} has no key `{name}`"));
    reading.diagnostics.at(span, title, "unknown key", help);
}
