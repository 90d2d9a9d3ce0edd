//! How names are written: one style a kind, from which each language's back end derives its own.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use super::Checker;
use crate::diag::{Code, Diagnostic};
use crate::limits;
use crate::style::{is_pascal_case, is_snake, is_snake_case};
use crate::tree::Name;

/// Names of types that Rust or Python keep for themselves in every form.
const RESERVED_TYPES: [&str; 4] = ["Self", "None", "True", "False"];

impl Checker<'_, '_> {
    pub(super) fn check_type_name(&mut self, name: &Name) {
        self.check_length(name);
        if !is_pascal_case(&name.text) {
            self.report_style(name, "a type", "PascalCase", name.text.to_upper_camel_case());
        } else if RESERVED_TYPES.contains(&name.text.as_str()) {
            let message = format!("`{}` is a keyword in Rust or Python", name.text);
            self.report(
                Diagnostic::new(Code::NAME_CLASH, message, name.span, "cannot be generated")
                    .help("choose another name"),
            );
        }
    }

    pub(super) fn check_constant_name(&mut self, name: &Name) {
        self.check_length(name);
        if !is_snake(&name.text, |c| c.is_ascii_uppercase()) {
            let better = name.text.to_shouty_snake_case();
            self.report_style(name, "a constant", "SCREAMING_SNAKE_CASE", better);
        }
    }

    /// Checks a field, member or arm, or a part of a package's name.
    pub(super) fn check_member_name(&mut self, name: &Name, what: &str) {
        self.check_length(name);
        if !is_snake_case(&name.text) {
            self.report_style(name, what, "snake_case", name.text.to_snake_case());
        }
    }

    /// Refuses a name so long that what is made of it could not be a file, topic or symbol.
    fn check_length(&mut self, name: &Name) {
        if name.text.len() > limits::NAME_BYTES {
            let message = format!("a name has more than {} bytes", limits::NAME_BYTES);
            self.report(Diagnostic::new(Code::LIMIT, message, name.span, "too long"));
        }
    }

    fn report_style(&mut self, name: &Name, what: &str, style: &str, better: String) {
        let message = format!("the name of {what} is {style}");
        let mut diagnostic =
            Diagnostic::new(Code::NAME_STYLE, message, name.span, format!("not {style}"));
        if better.starts_with(|c: char| c.is_ascii_alphabetic()) && better != name.text {
            let message = format!("write `{better}`");
            diagnostic = diagnostic.replace(name.span, better, message);
        }
        self.report(diagnostic);
    }
}
