//! Which types the files declare, and what they are called in `.myc`.

use std::collections::HashMap;

use super::{ProtoFile, enums, tree};
use crate::import::model::ItemName;
use crate::import::names::{Scope, Style};
use crate::import::report::{At, ImportError, Report};

/// A declared type.
pub(super) struct Type {
    pub(super) item: ItemName,
    /// Of an enum, what its values are called; those with a name only are left out.
    pub(super) members: Option<Vec<Option<String>>>,
}

/// All types, by full name: `package.Outer.Inner`.
pub(super) struct Declared {
    types: HashMap<String, Type>,
    /// Names that are taken in each package.
    scopes: HashMap<String, Scope>,
}

impl Declared {
    pub(super) fn collect(files: &mut [ProtoFile]) -> Result<Declared, ImportError> {
        let mut declared = Declared { types: HashMap::new(), scopes: HashMap::new() };
        for (module, file) in files.iter_mut().enumerate() {
            let ProtoFile { tree, package, report } = file;
            let scope = declared.scopes.entry(package.clone()).or_insert_with(Scope::new);
            let mut collecting = Collecting { types: &mut declared.types, scope, module, report };
            for message in &tree.messages {
                collecting.message(message, &tree.package, "")?;
            }
            for declaration in &tree.enums {
                collecting.enumeration(declaration, &tree.package, "")?;
            }
        }
        Ok(declared)
    }

    /// The type that a name means inside a scope, `package.Outer`.
    pub(super) fn find(&self, name: &str, scope: &str) -> Option<&Type> {
        if let Some(full) = name.strip_prefix('.') {
            return self.types.get(full);
        }
        let mut scope = scope;
        loop {
            if let Some(found) = self.types.get(&join(scope, name)) {
                return Some(found);
            }
            if scope.is_empty() {
                return None;
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    /// A name for a type that protobuf has no name for.
    pub(super) fn claim(
        &mut self,
        package: &str,
        original: &str,
        at: At,
        report: &mut Report,
    ) -> String {
        let scope = self.scopes.entry(package.to_owned()).or_insert_with(Scope::new);
        scope.claim(Style::Type, original, at, report)
    }
}

/// `scope.name`, or the name alone where there is no scope.
pub(super) fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

struct Collecting<'d> {
    types: &'d mut HashMap<String, Type>,
    scope: &'d mut Scope,
    module: usize,
    report: &'d mut Report,
}

impl Collecting<'_> {
    /// `outer` is what the messages around it are called together.
    fn message(
        &mut self,
        message: &tree::Message,
        scope: &str,
        outer: &str,
    ) -> Result<(), ImportError> {
        let flat = format!("{outer}{}", message.name);
        self.declare(&message.name, scope, &flat, message.around.line, None)?;
        let scope = join(scope, &message.name);
        for inner in &message.messages {
            self.message(inner, &scope, &flat)?;
        }
        for inner in &message.enums {
            self.enumeration(inner, &scope, &flat)?;
        }
        Ok(())
    }

    fn enumeration(
        &mut self,
        declaration: &tree::Enum,
        scope: &str,
        outer: &str,
    ) -> Result<(), ImportError> {
        let members = enums::member_names(declaration, self.report)?;
        let flat = format!("{outer}{}", declaration.name);
        self.declare(&declaration.name, scope, &flat, declaration.around.line, Some(members))
    }

    fn declare(
        &mut self,
        name: &str,
        scope: &str,
        flat: &str,
        line: usize,
        members: Option<Vec<Option<String>>>,
    ) -> Result<(), ImportError> {
        let full = join(scope, name);
        let name = self.scope.claim(Style::Type, flat, At::Line(line), self.report);
        let ty = Type { item: ItemName { module: self.module, name }, members };
        match self.types.insert(full.clone(), ty) {
            None => Ok(()),
            Some(_) => {
                Err(self.report.error(At::Line(line), format!("`{full}` is declared twice")))
            }
        }
    }
}
