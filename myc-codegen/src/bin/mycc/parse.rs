//! The text of one argument, to its value.

use myc_codegen::rust::Feature;
use myc_codegen::{Language, import};
use myc_schema::lint::{Level, RULES};
use myc_schema::nearest;

pub(crate) fn parse_option(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.is_empty());
    pair.map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "write a name, `=` and a value".to_owned())
}

pub(crate) fn parse_lint(text: &str) -> Result<(String, Level), String> {
    let (rule, level) = text.split_once('=').ok_or("write a rule, `=` and a level")?;
    let names = RULES.map(|rule| rule.name);
    if !names.contains(&rule) {
        return Err(match nearest(rule, names) {
            Some(meant) => format!("`{rule}` is no rule; did you mean `{meant}`?"),
            None => format!("`{rule}` is no rule; there are {}", names.join(", ")),
        });
    }
    let level = Level::from_name(level).ok_or("a level is allow, warn or deny")?;
    Ok((rule.to_owned(), level))
}

pub(crate) fn parse_language(name: &str) -> Result<Language, String> {
    Language::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Language::ALL.iter().map(|language| language.name()).collect();
        format!("there is a back end for {}", names.join(", "))
    })
}

pub(crate) fn parse_feature(name: &str) -> Result<Feature, String> {
    Feature::from_name(name).ok_or_else(|| {
        let names = Feature::ALL.map(Feature::name);
        format!("there is {}", names.join(", "))
    })
}

pub(crate) fn parse_format(name: &str) -> Result<import::Format, String> {
    import::Format::ALL.into_iter().find(|format| format.name() == name).ok_or_else(|| {
        let names = import::Format::ALL.map(import::Format::name);
        format!("one of {}", names.join(", "))
    })
}
