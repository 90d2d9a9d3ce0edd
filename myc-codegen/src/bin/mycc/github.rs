//! Workflow commands of GitHub, which show up at the lines of a pull request.

use myc_schema::github::{escape_data, escape_property};

/// `::error file=a.myc,line=1::message`: one line, whatever the parts say.
pub(crate) fn annotation(severity: &str, properties: &[(&str, &str)], message: &str) -> String {
    let properties: Vec<String> = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escape_property(value)))
        .collect();
    let space = if properties.is_empty() { "" } else { " " };
    format!("::{severity}{space}{}::{}\n", properties.join(","), escape_data(message))
}
