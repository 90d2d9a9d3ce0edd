//! The vocabulary as a JSON Schema, for editors that complete and check TOML.

use std::fmt;

use super::vocabulary::{Holds, Key, TOPOLOGY, Table};

/// The JSON Schema of topology files, made from the list of keys that the reader knows.
pub(super) fn json_schema() -> String {
    let mut members = vec![
        ("$schema", text("https://json-schema.org/draft/2020-12/schema")),
        ("title", text("Mycelium topology")),
        ("description", text("Who runs where, and over what they reach each other.")),
    ];
    members.extend(object(&TOPOLOGY));
    format!("{}\n", Json::Object(members))
}

enum Json {
    Raw(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

/// None of our texts holds a character that JSON would have escaped but quotes.
fn text(value: &str) -> Json {
    Json::Raw(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")))
}

fn object(table: &Table) -> Vec<(&'static str, Json)> {
    let properties = table.keys.iter().map(|key| (key.name, property(key))).collect();
    let mut members = vec![
        ("type", text("object")),
        ("additionalProperties", Json::Raw("false".to_owned())),
        ("properties", Json::Object(properties)),
    ];
    if !table.required.is_empty() {
        members
            .push(("required", Json::List(table.required.iter().map(|key| text(key)).collect())));
    }
    members
}

fn property(key: &Key) -> Json {
    let mut members = vec![("description", text(key.meaning))];
    members.extend(value(&key.holds));
    Json::Object(members)
}

fn value(holds: &Holds) -> Vec<(&'static str, Json)> {
    match holds {
        Holds::Text => vec![("type", text("string"))],
        Holds::Texts => list(Json::Object(value(&Holds::Text))),
        Holds::Word(words) => {
            let words = Json::List(words.iter().map(|word| text(word)).collect());
            vec![("anyOf", Json::List(vec![Json::Object(vec![("enum", words)]), variable()]))]
        }
        Holds::Number(range, _) => {
            let number = Json::Object(vec![
                ("type", text("integer")),
                ("minimum", Json::Raw(range.start.to_string())),
                ("maximum", Json::Raw((range.end - 1).to_string())),
            ]);
            vec![("anyOf", Json::List(vec![number, variable()]))]
        }
        Holds::Flag => vec![("type", text("boolean"))],
        Holds::Command => {
            let by_service = vec![
                ("type", text("object")),
                ("additionalProperties", Json::Object(value(&Holds::Texts))),
            ];
            let either = vec![Json::Object(value(&Holds::Texts)), Json::Object(by_service)];
            vec![("anyOf", Json::List(either))]
        }
        Holds::Inner(table) => object(table),
        Holds::Inners(table) => list(Json::Object(object(table))),
    }
}

fn list(items: Json) -> Vec<(&'static str, Json)> {
    vec![("type", text("array")), ("items", items)]
}

/// A string in which a variable of the environment stands.
fn variable() -> Json {
    Json::Object(vec![("type", text("string")), ("pattern", text("\\$\\{"))])
}

impl Json {
    fn print(&self, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
        let (open, close, len) = match self {
            Self::Raw(text) => return f.write_str(text),
            Self::List(items) => ('[', ']', items.len()),
            Self::Object(members) => ('{', '}', members.len()),
        };
        write!(f, "{open}")?;
        for index in 0..len {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}\n{:1$}", "", (depth + 1) * 2)?;
            match self {
                Self::Object(members) => {
                    write!(f, "\"{}\": ", members[index].0)?;
                    members[index].1.print(f, depth + 1)?;
                }
                Self::List(items) => items[index].print(f, depth + 1)?,
                Self::Raw(_) => {}
            }
        }
        write!(f, "\n{:1$}{close}", "", depth * 2)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, 0)
    }
}
