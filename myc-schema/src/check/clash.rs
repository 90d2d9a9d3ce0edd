//! Names that differ in the source and would be one in a generated language.

use std::collections::HashMap;

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::Checker;
use crate::diag::{Code, Diagnostic};
use crate::names::duplicate;
use crate::source::Span;
use crate::style::is_snake_case;
use crate::tree::Name;

impl Checker<'_, '_> {
    /// Reports members that have one name, here or in a language that writes them in another style.
    pub(super) fn check_distinct<'n>(
        &mut self,
        names: impl Iterator<Item = &'n Name>,
        whole: &str,
        is_camel_somewhere: bool,
    ) {
        let mut taken: HashMap<&str, Span> = HashMap::new();
        let mut camel: HashMap<String, &Name> = HashMap::new();
        for name in names {
            if let Some(first) = taken.get(name.text.as_str()) {
                self.report(duplicate(&name.text, whole, name.span, *first));
                continue;
            }
            taken.insert(&name.text, name.span);
            // A name in the wrong style has been reported.
            if !is_camel_somewhere || !is_snake_case(&name.text) {
                continue;
            }
            let generated = name.text.to_upper_camel_case();
            if let Some(first) = camel.get(&generated) {
                let message = format!(
                    "`{}` and `{}` both become `{generated}` in Rust",
                    first.text, name.text
                );
                self.report(
                    Diagnostic::new(Code::NAME_CLASH, message, name.span, "the same in Rust")
                        .related(first.span, "as this one")
                        .help("rename one of them"),
                );
            }
            camel.entry(generated).or_insert(name);
        }
    }

    /// Reports a member that falls on the one that generated code adds to what is open.
    pub(super) fn check_not_unknown(&mut self, name: &Name, whole: &str) {
        if name.text == "unknown" {
            let message = format!("an open {whole} has an `unknown` of its own");
            self.report(
                Diagnostic::new(Code::NAME_CLASH, message, name.span, "taken by generated code")
                    .help("choose another name, such as `unspecified`"),
            );
        }
    }

    /// Checks the names of packages, each by itself and against the others.
    pub(super) fn check_packages(&mut self) {
        let names = self.names;
        let mut modules: HashMap<String, &str> = HashMap::new();
        for package in &names.packages {
            let Some(path) = package.path else { continue };
            let mut start = path.span.start;
            for part in package.name.split('.') {
                let span = Span { start, end: start + part.len(), ..path.span };
                start = span.end + 1;
                let name = Name { text: part.to_owned(), span };
                self.check_member_name(&name, "a package");
            }
            let module = package.name.replace('.', "_").to_snake_case();
            if let Some(first) = modules.get(&module) {
                let message = format!(
                    "packages `{first}` and `{}` both become `{module}` in Rust and OCaml",
                    package.name
                );
                self.report(
                    Diagnostic::new(Code::NAME_CLASH, message, path.span, "the same module")
                        .help("rename one of them"),
                );
            }
            modules.insert(module, package.name);
        }
    }
}
