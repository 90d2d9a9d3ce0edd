//! PX4 flight logs: the messages that the head of a log defines.

mod format;
mod read;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::model::{Field, Item, ItemName, Kind, Module, Type};
use super::names::{self, Scope, Style};
use super::report::{At, ImportError, Report};
use super::{Lowered, Source, output_paths};
use format::{Definition, Part};

pub(super) fn lower(sources: &[Source]) -> Result<Lowered, ImportError> {
    let (mut modules, mut reports) = (Vec::new(), Vec::new());
    for (module, path) in output_paths(sources).into_iter().enumerate() {
        let source = &sources[module];
        let mut report = Report::new(&source.path);
        let definitions = read::definitions(source, &mut report)?;
        let items = Log::new(module, &definitions, &mut report).items()?;
        modules.push(Module {
            package: package(&path),
            path,
            origin: source.name(),
            docs: Vec::new(),
            comments: Vec::new(),
            items,
        });
        reports.push(report);
    }
    Ok((modules, reports))
}

fn package(path: &Path) -> String {
    names::package(&path.file_stem().unwrap_or_default().to_string_lossy())
}

/// A log on its way to items.
struct Log<'d, 'r> {
    module: usize,
    definitions: &'d [Definition],
    report: &'r mut Report,
    /// What each definition is called here.
    names: HashMap<&'d str, String>,
    /// Definitions that others have inside.
    nested: HashSet<&'d str>,
    /// Definitions of which nothing is left without padding.
    empty: HashSet<&'d str>,
}

impl<'d, 'r> Log<'d, 'r> {
    fn new(module: usize, definitions: &'d [Definition], report: &'r mut Report) -> Log<'d, 'r> {
        let mut scope = Scope::new();
        let mut names = HashMap::new();
        for definition in definitions {
            let at = At::Byte(definition.at);
            let name = scope.claim(Style::Type, &definition.name, at, report);
            names.insert(definition.name.as_str(), name);
        }
        let parts = || definitions.iter().flat_map(|definition| &definition.parts);
        let nested = parts().map(|part| part.ty.as_str()).collect();
        Log { module, definitions, report, names, nested, empty: empty(definitions) }
    }

    fn items(mut self) -> Result<Vec<Item>, ImportError> {
        let (mut items, mut id) = (Vec::new(), 0_u16);
        for definition in self.definitions {
            let at = At::Byte(definition.at);
            let fields = self.fields(definition)?;
            let name = definition.name.as_str();
            let kind = if self.nested.contains(name) {
                if fields.is_empty() {
                    let text = format!("`{name}` is left out: nothing is in it");
                    self.report.note(at, text);
                    continue;
                }
                Kind::Struct(fields)
            } else {
                let Some(next) = id.checked_add(1) else {
                    return Err(self.report.error(at, "more than 65535 definitions"));
                };
                id = next;
                Kind::Message { id, topic: None, fields }
            };
            items.push(Item {
                place: self.report.place(at),
                name: self.names[name].clone(),
                docs: Vec::new(),
                comments: Vec::new(),
                deprecated: None,
                kind,
            });
        }
        if id > 0 {
            self.report.note_ids(1, id, "the order of the log: it has none");
        }
        Ok(items)
    }

    fn fields(&mut self, definition: &Definition) -> Result<Vec<Field>, ImportError> {
        let at = At::Byte(definition.at);
        let (mut scope, mut fields) = (Scope::new(), Vec::new());
        for part in &definition.parts {
            let what = if part.is_padding() {
                "is padding"
            } else if self.empty.contains(part.ty.as_str()) {
                "has nothing in it"
            } else {
                let ty = self.ty(definition, part)?;
                let name = scope.claim(Style::Member, &part.name, at, self.report);
                fields.push(Field { unit: unit(part), ..Field::new(name, ty) });
                continue;
            };
            let text =
                format!("`{}` of `{}` is not carried over: it {what}", part.name, definition.name);
            self.report.note(at, text);
        }
        Ok(fields)
    }

    fn ty(&self, definition: &Definition, part: &Part) -> Result<Type, ImportError> {
        if part.ty == "char" {
            // Text with zeros behind it, which a bounded string does without.
            return Ok(part.len.map_or(Type::Plain("u8"), |len| Type::Sized("string", len)));
        }
        let item = match format::primitive(&part.ty) {
            Some(plain) => Type::Plain(plain),
            None => match self.names.get(part.ty.as_str()) {
                Some(name) => Type::Item(ItemName { module: self.module, name: name.clone() }),
                None => {
                    let message = format!(
                        "`{}` of `{}` has the unknown type `{}`",
                        part.name, definition.name, part.ty
                    );
                    return Err(self.report.error(At::Byte(definition.at), message));
                }
            },
        };
        Ok(match part.len {
            Some(len) => item.array(len),
            None => item,
        })
    }
}

/// Definitions that hold padding only, or what is empty itself.
fn empty(definitions: &[Definition]) -> HashSet<&str> {
    let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
    // Parts of each definition that may hold something.
    let mut left = vec![0_usize; definitions.len()];
    for (user, definition) in definitions.iter().enumerate() {
        for part in definition.parts.iter().filter(|part| !part.is_padding()) {
            users.entry(&part.ty).or_default().push(user);
            left[user] += 1;
        }
    }
    let (mut empty, mut found) = (HashSet::new(), Vec::new());
    found.extend((0..definitions.len()).filter(|index| left[*index] == 0));
    while let Some(index) = found.pop() {
        let name = definitions[index].name.as_str();
        empty.insert(name);
        for user in users.remove(name).unwrap_or_default() {
            left[user] -= 1;
            found.extend((left[user] == 0).then_some(user));
        }
    }
    empty
}

/// Times of a log are microseconds since the system started.
fn unit(part: &Part) -> Option<String> {
    let is_time = part.name == "timestamp" || part.name == "timestamp_sample";
    (is_time && part.ty == "uint64_t").then(|| "us".to_owned())
}
