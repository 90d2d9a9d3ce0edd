//! From the tree of a `.proto` file to items.

use std::collections::HashMap;

use super::declared::{Declared, join};
use super::tree::{Around, Field, FieldType, Label, Message, Oneof};
use super::types::{Meaning, is_key, meaning};
use super::{ProtoFile, enums, tree};
use crate::import::model::{self, Item, ItemName, Kind, Type};
use crate::import::names::{Scope, Style};
use crate::import::report::{At, ImportError, Report};

/// The last message id of each package.
pub(super) type Ids = HashMap<String, u16>;

/// All items of one file.
pub(super) fn items(
    file: &mut ProtoFile,
    module: usize,
    declared: &mut Declared,
    ids: &mut Ids,
) -> Result<Vec<Item>, ImportError> {
    let ProtoFile { tree, package, report } = file;
    let id = ids.entry(package.clone()).or_default();
    let before = *id;
    let mut lowering = Lowering { module, package, declared, id, report, items: Vec::new() };
    for declaration in &tree.enums {
        lowering.enumeration(declaration, &tree.package);
    }
    for message in &tree.messages {
        lowering.message(message, &tree.package)?;
    }
    let items = lowering.items;
    if *id > before {
        let text = format!(
            "message ids {} to {id} are given in the order of the declarations: protobuf has none",
            before + 1
        );
        report.note(At::Whole, text);
    }
    Ok(items)
}

struct Lowering<'d> {
    module: usize,
    package: &'d str,
    declared: &'d mut Declared,
    id: &'d mut u16,
    report: &'d mut Report,
    items: Vec<Item>,
}

/// Why a thing should not be used any more; protobuf does not say.
pub(super) fn deprecated(around: &Around) -> Option<String> {
    around.is_deprecated.then(|| "deprecated in protobuf".to_owned())
}

impl Lowering<'_> {
    fn item(&self, around: &Around, name: String, kind: Kind) -> Item {
        Item {
            place: self.report.place(At::Line(around.line)),
            name,
            docs: around.docs.clone(),
            comments: around.comments.clone(),
            deprecated: deprecated(around),
            kind,
        }
    }

    fn enumeration(&mut self, declaration: &tree::Enum, scope: &str) {
        let Some(found) = self.declared.find(&declaration.name, scope) else { return };
        let kind = enums::lower(declaration, found.members.as_deref().unwrap_or_default());
        let item = self.item(&declaration.around, found.item.name.clone(), kind);
        self.items.push(item);
    }

    /// The message, and behind it those inside it.
    fn message(&mut self, message: &Message, scope: &str) -> Result<(), ImportError> {
        let around = &message.around;
        let Some(id) = self.id.checked_add(1) else {
            let text = "more than 65535 messages in one package";
            return Err(self.report.error(At::Line(around.line), text));
        };
        *self.id = id;
        let found = self.declared.find(&message.name, scope);
        let name = found.map(|found| found.item.name.clone()).unwrap_or_default();
        let inner = join(scope, &message.name);
        self.refuse_equal_numbers(message)?;
        for declaration in &message.enums {
            self.enumeration(declaration, &inner);
        }
        let fields = self.fields(message, &name, &inner)?;
        let item = self.item(around, name, Kind::Message { id, topic: None, fields });
        self.items.push(item);
        for nested in &message.messages {
            self.message(nested, &inner)?;
        }
        Ok(())
    }

    fn refuse_equal_numbers(&self, message: &Message) -> Result<(), ImportError> {
        let (mut numbers, mut names) = (HashMap::new(), HashMap::new());
        let in_oneofs = message.oneofs.iter().flat_map(|oneof| &oneof.fields);
        for field in message.fields.iter().chain(in_oneofs) {
            let line = field.around.line;
            let what = if let Some(first) = numbers.insert(field.number, line) {
                format!("number {} is that of the field on line {first} too", field.number)
            } else if let Some(first) = names.insert(&field.name, line) {
                format!("field `{}` stands on line {first} too", field.name)
            } else {
                continue;
            };
            return Err(self.report.error(At::Line(line), what));
        }
        Ok(())
    }

    /// Fields in the order of their numbers; a oneof stands where its lowest number is.
    fn fields(
        &mut self,
        message: &Message,
        name: &str,
        scope: &str,
    ) -> Result<Vec<model::Field>, ImportError> {
        let mut parts: Vec<(i64, Part<'_>)> =
            message.fields.iter().map(|field| (field.number, Part::Field(field))).collect();
        for oneof in &message.oneofs {
            let lowest = oneof.fields.iter().map(|field| field.number).min();
            parts.push((lowest.unwrap_or_default(), Part::Oneof(oneof)));
        }
        parts.sort_by_key(|(number, _)| *number);
        let (mut names, mut fields) = (Scope::new(), Vec::new());
        let mut dropped = Vec::new();
        for (_, part) in parts {
            let lowered = match part {
                Part::Field(field) => self.field(field, scope, &mut dropped)?,
                Part::Oneof(oneof) => self.oneof(oneof, name, scope, &mut dropped)?,
            };
            let Some((ty, default)) = lowered else { continue };
            let (original, around) = part.head();
            let name = names.claim(Style::Member, original, At::Line(around.line), self.report);
            let mut comments = std::mem::take(&mut dropped);
            comments.extend(around.comments.iter().cloned());
            fields.push(model::Field {
                docs: around.docs.clone(),
                comments,
                deprecated: deprecated(around),
                default,
                ..model::Field::new(name, ty)
            });
        }
        Ok(fields)
    }

    fn meaning(&self, name: &str, scope: &str, line: usize) -> Result<Meaning, ImportError> {
        match meaning(name, scope, self.declared) {
            Meaning::Unknown => {
                let message = format!("unknown type `{name}`");
                let error = self.report.error(At::Line(line), message);
                Err(error.help("name the file that declares it on the command line too"))
            }
            known => Ok(known),
        }
    }

    /// Type and default, unless the type has no meaning here.
    fn field(
        &mut self,
        field: &Field,
        scope: &str,
        dropped: &mut Vec<String>,
    ) -> Result<Option<(Type, Option<String>)>, ImportError> {
        let line = field.around.line;
        let name = match &field.ty {
            FieldType::Map(key, value) => return self.map(field, key, value, scope, dropped),
            FieldType::Named(name) => name,
        };
        let found = self.meaning(name, scope, line)?;
        let is_repeated = field.label == Label::Repeated;
        Ok(Some(match found {
            Meaning::Nothing(what) => return Ok(self.leave_out(field, name, what, dropped)),
            Meaning::Unknown => return Ok(None),
            Meaning::Scalar(ty, _) | Meaning::Message(ty) | Meaning::Wrapper(ty) if is_repeated => {
                (ty.list(), None)
            }
            Meaning::Text(ty, _) if is_repeated => (ty.list(), None),
            Meaning::Message(ty) | Meaning::Wrapper(ty) => (ty.optional(), None),
            Meaning::Scalar(ty, _) | Meaning::Text(ty, _) if field.label == Label::Optional => {
                (ty.optional(), None)
            }
            Meaning::Scalar(ty, default) => (ty, Some(default)),
            Meaning::Text(ty, default) => (ty, default),
        }))
    }

    fn map(
        &mut self,
        field: &Field,
        key: &str,
        value: &str,
        scope: &str,
        dropped: &mut Vec<String>,
    ) -> Result<Option<(Type, Option<String>)>, ImportError> {
        let line = field.around.line;
        if !is_key(key) {
            let message = format!("`{key}` is not the type of a map's key");
            return Err(self.report.error(At::Line(line), message));
        }
        let key = match self.meaning(key, scope, line)? {
            Meaning::Scalar(ty, _) | Meaning::Text(ty, _) => ty,
            _ => return Ok(None),
        };
        Ok(match self.meaning(value, scope, line)? {
            Meaning::Nothing(what) => self.leave_out(field, value, what, dropped),
            Meaning::Scalar(ty, _)
            | Meaning::Text(ty, _)
            | Meaning::Message(ty)
            | Meaning::Wrapper(ty) => Some((Type::Map(Box::new(key), Box::new(ty)), None)),
            Meaning::Unknown => None,
        })
    }

    fn leave_out<T>(
        &mut self,
        field: &Field,
        ty: &str,
        what: &str,
        dropped: &mut Vec<String>,
    ) -> Option<T> {
        let name = &field.name;
        let text = format!("field `{name}` is not carried over: `{ty}` is {what}");
        self.report.note(At::Line(field.around.line), text);
        dropped.push(format!("Not carried over: {name}, a {}.", ty.trim_start_matches('.')));
        None
    }

    /// A union of its own, and the optional field that has it.
    fn oneof(
        &mut self,
        oneof: &Oneof,
        message: &str,
        scope: &str,
        dropped: &mut Vec<String>,
    ) -> Result<Option<(Type, Option<String>)>, ImportError> {
        let at = At::Line(oneof.around.line);
        let mut sorted: Vec<&Field> = oneof.fields.iter().collect();
        sorted.sort_by_key(|field| field.number);
        let has_tags = sorted.iter().all(|field| u16::try_from(field.number).is_ok());
        if !has_tags {
            let text = format!(
                "the arms of `{}` are numbered from 1: not all field numbers fit into 16 bits",
                oneof.name
            );
            self.report.note(at, text);
        }
        let (mut names, mut arms) = (Scope::of_open_members(), Vec::new());
        for (index, field) in sorted.into_iter().enumerate() {
            let Some((ty, _)) = self.field(field, scope, dropped)? else { continue };
            let ty = match ty {
                Type::Optional(inner) => *inner,
                other => other,
            };
            let at = At::Line(field.around.line);
            let name = names.claim(Style::Member, &field.name, at, self.report);
            let tag = if has_tags { field.number.to_string() } else { (index + 1).to_string() };
            arms.push(model::Field {
                docs: field.around.docs.clone(),
                comments: field.around.comments.clone(),
                deprecated: deprecated(&field.around),
                default: Some(tag),
                ..model::Field::new(name, ty)
            });
        }
        if arms.is_empty() {
            let text = format!("oneof `{}` is not carried over: no arm of it is left", oneof.name);
            self.report.note(at, text);
            return Ok(None);
        }
        let original = format!("{message}_{}", oneof.name);
        let name = self.declared.claim(self.package, &original, at, self.report);
        let around = Around { docs: Vec::new(), comments: Vec::new(), ..oneof.around.clone() };
        let mut item = self.item(&around, name.clone(), Kind::Union(arms));
        item.docs = vec![format!("What `{message}` has as `{}`.", oneof.name)];
        self.items.push(item);
        Ok(Some((Type::Item(ItemName { module: self.module, name }).optional(), None)))
    }
}

/// What stands in a message.
#[derive(Clone, Copy)]
enum Part<'m> {
    Field(&'m Field),
    Oneof(&'m Oneof),
}

impl<'m> Part<'m> {
    fn head(self) -> (&'m str, &'m Around) {
        match self {
            Part::Field(field) => (&field.name, &field.around),
            Part::Oneof(oneof) => (&oneof.name, &oneof.around),
        }
    }
}
