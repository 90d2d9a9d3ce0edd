//! Modules as text, in the one style of `.myc` files.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};

use super::model::{Field, Item, ItemName, Kind, Member, Module, Type};
use crate::text;

/// The text of one of these modules, not yet formatted.
pub(super) fn print(modules: &[Module], index: usize) -> String {
    let module = &modules[index];
    let mut printer = Printer { text: String::new(), modules, index, visible: HashMap::new() };
    let imports = imports(module, index);
    for visible in imports.iter().copied().chain([index]) {
        for item in &modules[visible].items {
            *printer.visible.entry(item.name.as_str()).or_default() += 1;
        }
    }
    printer.head(module, &imports);
    for item in &module.items {
        printer.item(item);
    }
    printer.text
}

/// Modules whose types this one uses.
fn imports(module: &Module, index: usize) -> BTreeSet<usize> {
    let types = module.items.iter().flat_map(|item| item.kind.types());
    let used = types.flat_map(Type::items).map(|name| name.module);
    used.filter(|used| *used != index).collect()
}

struct Printer<'m> {
    text: String,
    modules: &'m [Module],
    index: usize,
    /// How many visible modules declare a name.
    visible: HashMap<&'m str, usize>,
}

impl Printer<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn lines(&mut self, marker: &str, lines: &[String]) {
        for line in lines.iter().flat_map(|text| text.split('\n')) {
            let plain: String =
                line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            self.line(format!("{marker} {}", plain.trim()).trim_end());
        }
    }

    fn head(&mut self, module: &Module, imports: &BTreeSet<usize>) {
        let origin = format!("Made by `mycc import` of {}.", module.origin);
        self.lines("//", &[origin]);
        self.lines("//", &module.comments);
        self.lines("//!", &module.docs);
        self.line(&format!("package {};\n", module.package));
        for import in imports {
            let path = relative(&module.path, &self.modules[*import].path);
            self.line(&format!("import {};", text::literal(&path)));
        }
    }

    fn item(&mut self, item: &Item) {
        self.line("");
        self.lines("//", &item.comments);
        self.lines("///", &item.docs);
        self.deprecated(item.deprecated.as_ref(), "\n");
        let name = &item.name;
        match &item.kind {
            Kind::Const { ty, value } => {
                let ty = self.ty(ty);
                self.line(&format!("const {name}: {ty} = {value};"));
            }
            Kind::Alias(ty) => {
                let ty = self.ty(ty);
                self.line(&format!("type {name} = {ty};"));
            }
            Kind::Enum { repr, members } => {
                self.line(&format!("open enum {name}: {repr} {{"));
                self.members(members);
            }
            Kind::Flags { repr, members } => {
                self.line(&format!("flags {name}: {repr} {{"));
                self.members(members);
            }
            Kind::Struct(fields) => {
                self.line(&format!("struct {name} {{"));
                self.fields(fields);
            }
            Kind::Message { id, topic, fields } => {
                if let Some(topic) = topic {
                    self.line(&format!("@topic({})", text::literal(topic)));
                }
                self.line(&format!("message {name} = {id} {{"));
                self.fields(fields);
            }
            Kind::Union(arms) => {
                self.line(&format!("open union {name} {{"));
                self.fields(arms);
            }
        }
    }

    fn members(&mut self, members: &[Member]) {
        for member in members {
            self.lines("///", &member.docs);
            self.since(member.since);
            self.deprecated(member.deprecated.as_ref(), " ");
            self.line(&format!("{} = {},", member.name, member.value));
        }
        self.line("}");
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.lines("//", &field.comments);
            self.lines("///", &field.docs);
            self.since(field.since);
            self.deprecated(field.deprecated.as_ref(), " ");
            if let Some(unit) = &field.unit {
                self.attribute(&format!("@unit({}) ", text::literal(unit)));
            }
            if let Some((least, most)) = &field.range {
                self.attribute(&format!("@range({least}..={most}) "));
            }
            let ty = self.ty(&field.ty);
            let default = field.default.as_ref().map(|value| format!(" = {value}"));
            self.line(&format!("{}: {ty}{},", field.name, default.unwrap_or_default()));
        }
        self.line("}");
    }

    fn attribute(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn since(&mut self, since: Option<u32>) {
        if let Some(version) = since {
            self.attribute(&format!("@since({version}) "));
        }
    }

    fn deprecated(&mut self, reason: Option<&String>, end: &str) {
        if let Some(reason) = reason {
            self.attribute(&format!("@deprecated({}){end}", text::literal(reason)));
        }
    }

    fn ty(&self, ty: &Type) -> String {
        match ty {
            Type::Plain(name) => (*name).to_owned(),
            Type::Sized(name, size) => format!("{name}<{size}>"),
            Type::Array(item, len) => format!("[{}; {len}]", self.ty(item)),
            Type::Bounded(item, most) => format!("[{}; ..{most}]", self.ty(item)),
            Type::List(item) => format!("[{}]", self.ty(item)),
            Type::Map(key, value) => format!("map<{}, {}>", self.ty(key), self.ty(value)),
            Type::Optional(inner) => format!("{}?", self.ty(inner)),
            Type::Item(name) => self.item_name(name),
        }
    }

    /// With its package where another visible module has the name too.
    fn item_name(&self, item: &ItemName) -> String {
        let is_clear = self.visible.get(item.name.as_str()).is_none_or(|count| *count <= 1);
        if item.module == self.index || is_clear {
            return item.name.clone();
        }
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = write!(text, "{}.{}", self.modules[item.module].package, item.name);
        text
    }
}

/// The way from one file to another, both relative to the same folder.
fn relative(from: &Path, to: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        let plain = path.components().filter(|part| matches!(part, Component::Normal(_)));
        plain.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let folder = parts(from.parent().unwrap_or(&PathBuf::new()));
    let target = parts(to);
    let shared = folder.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let up = folder[shared..].iter().map(|_| "..".to_owned());
    up.chain(target[shared..].iter().cloned()).collect::<Vec<String>>().join("/")
}

/// A floating-point number as the language writes it, unless it is none or does not fit.
pub(super) fn float_literal(text: &str, is_double: bool) -> Option<String> {
    let number: f64 = text.trim().parse().ok()?;
    #[expect(clippy::cast_possible_truncation, reason = "only asks whether it stays finite")]
    let is_finite = if is_double { number.is_finite() } else { (number as f32).is_finite() };
    is_finite.then(|| format!("{number:?}"))
}
