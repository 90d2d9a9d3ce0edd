//! `[[plugins]]` of a `myc.toml`.

use std::path::PathBuf;

use serde_json::{Map, Value as Json};
use toml::de::{DeTable, DeValue};

use super::Plugin;
use crate::project::{Wrong, check_keys, get, kind_of, path_of};

const EXAMPLE: &str = "write `[[plugins]]`, and below it `program = \"…\"` and `out = \"…\"`";

/// The plugins of a project, whose paths count from its folder.
pub(crate) fn read(table: &DeTable<'_>) -> Result<Vec<Plugin>, Wrong> {
    match get(table, "plugins") {
        None => Ok(Vec::new()),
        Some(DeValue::Array(plugins)) => {
            plugins.iter().map(|plugin| plugin_of(plugin.get_ref())).collect()
        }
        Some(other) => {
            Err((format!("`plugins` is {}, not a list", kind_of(other)), EXAMPLE.to_owned()))
        }
    }
}

fn plugin_of(value: &DeValue<'_>) -> Result<Plugin, Wrong> {
    let DeValue::Table(table) = value else {
        return Err((format!("a plugin is {}, not a table", kind_of(value)), EXAMPLE.to_owned()));
    };
    check_keys(table, &["program", "out", "arguments", "options"])?;
    let path = |key| match get(table, key) {
        Some(value) => path_of(key, value),
        None => Err((format!("a plugin has no `{key}`"), EXAMPLE.to_owned())),
    };
    let (program, out): (PathBuf, PathBuf) = (path("program")?, path("out")?);
    let arguments = match get(table, "arguments") {
        None => Vec::new(),
        Some(DeValue::Array(all)) => {
            all.iter().map(|it| argument(it.get_ref())).collect::<Result<_, _>>()?
        }
        Some(other) => return Err(wrong_arguments(other)),
    };
    let options = match get(table, "options") {
        None => Map::new(),
        Some(DeValue::Table(table)) => options(table)?,
        Some(other) => {
            let message = format!("`options` is {}, not a table", kind_of(other));
            return Err((message, "write `options = { title = \"…\" }`".to_owned()));
        }
    };
    Ok(Plugin { program, arguments, options, out })
}

fn argument(value: &DeValue<'_>) -> Result<String, Wrong> {
    match value {
        DeValue::String(text) => Ok(text.to_string()),
        other => Err(wrong_arguments(other)),
    }
}

fn wrong_arguments(value: &DeValue<'_>) -> Wrong {
    let message = format!("`arguments` is or has {}, and not texts only", kind_of(value));
    (message, "write `arguments = [\"--wide\"]`".to_owned())
}

fn options(table: &DeTable<'_>) -> Result<Map<String, Json>, Wrong> {
    table
        .iter()
        .map(|(key, value)| Ok((key.get_ref().to_string(), json(key.get_ref(), value.get_ref())?)))
        .collect()
}

/// A value as JSON has it; a date is a text there.
fn json(key: &str, value: &DeValue<'_>) -> Result<Json, Wrong> {
    let number = |text: String| {
        text.parse().map(Json::Number).map_err(|_| {
            let help = "write a decimal number, or a text".to_owned();
            (format!("the option `{key}` is no number that JSON has"), help)
        })
    };
    Ok(match value {
        DeValue::String(text) => Json::String(text.to_string()),
        DeValue::Integer(integer) => match i64::from_str_radix(integer.as_str(), integer.radix()) {
            Ok(integer) => Json::from(integer),
            Err(_) => number(integer.to_string())?,
        },
        DeValue::Float(float) => number(float.to_string())?,
        DeValue::Boolean(truth) => Json::Bool(*truth),
        DeValue::Datetime(date) => Json::String(date.to_string()),
        DeValue::Array(items) => {
            Json::Array(items.iter().map(|it| json(key, it.get_ref())).collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => Json::Object(options(table)?),
    })
}
