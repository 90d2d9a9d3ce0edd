//! What a plugin answers, and what it remarks.

use std::path::PathBuf;

use myc_codegen::GeneratedFile;
use serde_json::{Map, Value as Json, json};

use super::{Plugin, VERSION};
use crate::args::MessageFormat;
use crate::failure::{Failure, print_error};
use crate::github;

/// An answer in its right form; its paths are not looked at yet.
pub(super) struct Answer {
    pub(super) files: Vec<GeneratedFile>,
    pub(super) remarks: Vec<Remark>,
}

/// A diagnostic of a plugin.
pub(super) struct Remark {
    is_error: bool,
    message: String,
    /// What of the schema it is about, `market.Trade.price`.
    about: Option<String>,
}

/// Reads an answer, or says what is wrong with it.
pub(super) fn parse(output: &[u8]) -> Result<Answer, String> {
    if output.iter().all(u8::is_ascii_whitespace) {
        return Err("there is none".to_owned());
    }
    let json: Json = serde_json::from_slice(output).map_err(|error| error.to_string())?;
    let root = object(&json, "the answer", &["version", "files", "diagnostics"])?;
    match root.get("version") {
        Some(version) if *version == json!(VERSION) => {}
        Some(version) => return Err(format!("its version is {version}, expected {VERSION}")),
        None => return Err("it has no `version`".to_owned()),
    }
    let files = list(root, "files")?.iter().map(file).collect::<Result<_, _>>()?;
    let remarks = list(root, "diagnostics")?.iter().map(remark).collect::<Result<_, _>>()?;
    Ok(Answer { files, remarks })
}

/// Shows the remarks; an error among them ends the command.
pub(super) fn show(
    plugin: &Plugin,
    remarks: &[Remark],
    format: MessageFormat,
) -> Result<(), Failure> {
    for Remark { is_error, message, about } in remarks {
        let severity = if *is_error { "error" } else { "warning" };
        let program = plugin.program.display().to_string();
        print_error(&match format {
            MessageFormat::Text => {
                let about = about.iter().map(|about| format!(" --> {about}\n")).collect::<String>();
                format!("{severity}[{program}]: {message}\n{about}\n")
            }
            MessageFormat::Json => {
                let (message, plugin) = (message.as_str(), program.as_str());
                let json = json!({
                    "severity": severity, "plugin": plugin, "message": message, "about": about,
                });
                format!("{json}\n")
            }
            MessageFormat::Github => {
                let about = about.iter().map(|about| format!("{about}: ")).collect::<String>();
                github::annotation(severity, &[("title", &program)], &format!("{about}{message}"))
            }
        });
    }
    match remarks.iter().any(|remark| remark.is_error) {
        true => Err(Failure::Shown),
        false => Ok(()),
    }
}

fn file(json: &Json) -> Result<GeneratedFile, String> {
    let file = object(json, "a file", &["path", "content"])?;
    let path = PathBuf::from(text(file, "a file", "path")?);
    Ok(GeneratedFile { path, contents: text(file, "a file", "content")?.to_owned() })
}

fn remark(json: &Json) -> Result<Remark, String> {
    let what = "a diagnostic";
    let remark = object(json, what, &["severity", "message", "about"])?;
    let is_error = match text(remark, what, "severity")? {
        "error" => true,
        "warning" => false,
        other => return Err(format!("the severity `{other}` is neither `error` nor `warning`")),
    };
    let about = match remark.get("about") {
        None | Some(Json::Null) => None,
        Some(_) => Some(text(remark, what, "about")?.to_owned()),
    };
    Ok(Remark { is_error, message: text(remark, what, "message")?.to_owned(), about })
}

fn object<'j>(json: &'j Json, what: &str, keys: &[&str]) -> Result<&'j Map<String, Json>, String> {
    let object = json.as_object().ok_or_else(|| format!("{what} is no object"))?;
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(format!("{what} has `{key}`, which is not known")),
        None => Ok(object),
    }
}

/// A list that may be missing.
fn list<'j>(object: &'j Map<String, Json>, key: &str) -> Result<&'j [Json], String> {
    match object.get(key) {
        None => Ok(&[]),
        Some(Json::Array(items)) => Ok(items),
        Some(_) => Err(format!("`{key}` is no list")),
    }
}

fn text<'j>(object: &'j Map<String, Json>, what: &str, key: &str) -> Result<&'j str, String> {
    match object.get(key) {
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(format!("`{key}` of {what} is no text")),
        None => Err(format!("{what} has no `{key}`")),
    }
}
