//! What could be typed at a place.

use super::context::{Body, Context, context};
use super::{Analysis, Fix, outline, words};
use crate::check::{AttributeTarget, Known, built_in};
use crate::names::{DeclId, Names};
use crate::source::{FileId, Span};
use crate::tree::ItemKind;

use super::OutlineKind;

/// Something that could be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What is shown and, if there is no snippet, typed.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// A few words on it.
    pub detail: String,
    /// What is typed, with `${1:…}` where something is still to be written.
    pub snippet: Option<String>,
    /// What the text in front of it replaces.
    pub span: Span,
    /// An import that it needs.
    pub import: Option<Fix>,
}

/// What could be typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompletionKind {
    /// A word of the grammar.
    Keyword,
    /// A type of the language.
    BuiltIn,
    /// An attribute.
    Attribute,
    /// A declaration.
    Declared(OutlineKind),
    /// A member of an enum or of flags.
    Member,
    /// A package or the name of an import.
    Namespace,
}

/// Items as they begin, with what is to be filled in.
const ITEMS: [(&str, &str, &str); 12] = [
    ("package", "package ${1:name};", "what the file belongs to"),
    ("import", "import \"${1:other.myc}\";", "makes another file's declarations known"),
    ("const", "const ${1:NAME}: ${2:u32} = ${3:0};", "a constant"),
    ("type", "type ${1:Name} = ${2:u64};", "another name for a type"),
    ("open enum", "open enum ${1:Name}: ${2:u8} { ${3:first} = 1 }", "named numbers; may grow"),
    ("closed enum", "closed enum ${1:Name}: ${2:u8} { ${3:first} = 1 }", "named numbers, frozen"),
    ("flags", "flags ${1:Name}: ${2:u8} { ${3:first} = 0 }", "named bits"),
    ("struct", "struct ${1:Name} { ${2:field}: ${3:u64} }", "inline and frozen"),
    ("message", "message ${1:Name} = ${2:1} {\n    ${3:field}: ${4:u64},\n}", "what is published"),
    ("open union", "open union ${1:Name} { ${2:arm}: ${3:u64} = 1 }", "one of several; may grow"),
    ("closed union", "closed union ${1:Name} { ${2:arm}: ${3:u64} = 1 }", "one of several, frozen"),
    ("reserved message", "reserved message ${1:1};", "ids and names not to be used again"),
];

impl Analysis {
    /// What could be typed at a place.
    pub fn completions(&self, file: FileId, offset: usize) -> Vec<Completion> {
        let Some(before) = self.files().text(file).get(..offset) else { return Vec::new() };
        let (context, start) = context(before);
        let names = self.names();
        let place = Place { names: &names, file, span: Span { file, start, end: offset } };
        match context {
            Context::Nothing => Vec::new(),
            Context::Item => place.items(),
            Context::Opened => ["enum", "union"].map(|word| place.keyword(word)).into(),
            Context::Attribute(body) => place.attributes(body),
            Context::Type => self.types(&place),
            Context::Value(ty) => place.values(ty.as_deref()),
            Context::Behind(qualifier) => {
                let found = names.behind(file, &qualifier).into_iter();
                found.map(|decl| place.declared(decl)).collect()
            }
        }
    }

    fn types(&self, place: &Place<'_>) -> Vec<Completion> {
        let mut found: Vec<Completion> = built_in().map(|name| place.built_in(name)).collect();
        let visible: Vec<DeclId> = place.names.visible(place.file).collect();
        found.extend(
            visible.iter().filter(|decl| place.is_type(**decl)).map(|d| place.declared(*d)),
        );
        found.extend(place.names.aliases(place.file).map(|alias| place.namespace(alias)));
        for index in 0..place.names.decls.len() {
            let decl = DeclId(index);
            let name = &place.names.decls[index].item.name.text;
            // Also one of another file, which an import of this one would not make known by its name alone.
            let is_taken =
                visible.iter().any(|seen| place.names.decls[seen.0].item.name.text == *name);
            let is_known = is_taken || place.names.through_alias(place.file, name).is_some();
            if !is_known && place.is_type(decl) {
                let import = self.import_among(place.names, place.file, decl);
                if import.is_some() {
                    found.push(Completion { import, ..place.declared(decl) });
                }
            }
        }
        found
    }
}

/// Where something is typed.
struct Place<'p> {
    names: &'p Names<'p>,
    file: FileId,
    span: Span,
}

impl Place<'_> {
    fn completion(&self, label: &str, kind: CompletionKind, detail: &str) -> Completion {
        Completion {
            label: label.to_owned(),
            kind,
            detail: detail.to_owned(),
            snippet: None,
            span: self.span,
            import: None,
        }
    }

    fn keyword(&self, word: &str) -> Completion {
        self.completion(word, CompletionKind::Keyword, "")
    }

    fn namespace(&self, name: &str) -> Completion {
        self.completion(name, CompletionKind::Namespace, "an import")
    }

    fn items(&self) -> Vec<Completion> {
        let item = |(label, snippet, detail): (&str, &str, &str)| Completion {
            snippet: Some(snippet.to_owned()),
            ..self.completion(label, CompletionKind::Keyword, detail)
        };
        ITEMS.into_iter().map(item).collect()
    }

    fn built_in(&self, name: &str) -> Completion {
        let snippet = match name {
            "decimal" => Some("decimal<${1:8}>".to_owned()),
            "map" => Some("map<${1:u64}, ${2:u64}>".to_owned()),
            _ => None,
        };
        let kind = CompletionKind::BuiltIn;
        Completion { snippet, ..self.completion(name, kind, words::of_type(name)) }
    }

    fn attributes(&self, body: Option<Body>) -> Vec<Completion> {
        use AttributeTarget::{Member, Message, MessageField, StructField, Type};
        let targets: &[AttributeTarget] = match body {
            None => &[Message, Type],
            Some(Body::Message) => &[MessageField],
            Some(Body::Struct) => &[StructField],
            Some(Body::Union | Body::Members) => &[Member],
        };
        let fits = |known: &&Known| known.targets.iter().any(|target| targets.contains(target));
        let attribute = |known: &Known| {
            let snippet = match known.name {
                "topic" => "topic(\"${1:market.trades}\")",
                "since" => "since(${1:2})",
                "was" => "was(\"${1:former_name}\")",
                "unit" => "unit(\"${1:bps}\")",
                "range" => "range(${1:0}..=${2:100})",
                "len" => "len(${1:1}..=${2:64})",
                "deprecated" => "deprecated(\"${1:reason}\")",
                plain => plain,
            };
            let detail = words::of_attribute(known.name);
            Completion {
                snippet: Some(snippet.to_owned()),
                ..self.completion(known.name, CompletionKind::Attribute, detail)
            }
        };
        Known::all().iter().filter(fits).map(attribute).collect()
    }

    /// Constants, and the members of what a field's type is.
    fn values(&self, ty: Option<&str>) -> Vec<Completion> {
        let visible = self.names.visible(self.file);
        let constants = visible.filter(|decl| self.is_constant(*decl));
        let mut found: Vec<Completion> = constants.map(|decl| self.declared(decl)).collect();
        found.extend(["true", "false"].map(|word| self.keyword(word)));
        let Some(ty) = ty else { return found };
        let path = ty.trim_matches(|c: char| !c.is_ascii_alphanumeric());
        let name = path.rsplit('.').next().unwrap_or_default();
        let Some(item) = self.followed(name) else { return found };
        if let ItemKind::Enum { .. } | ItemKind::Flags { .. } = item.kind {
            let of = format!("of `{}`", item.name.text);
            let member =
                |name: &crate::tree::Name| self.completion(&name.text, CompletionKind::Member, &of);
            return item.kind.names().map(member).collect();
        }
        found
    }

    /// What a name is, through aliases of one file.
    fn followed(&self, name: &str) -> Option<&crate::tree::Item> {
        let mut name = name;
        for _ in 0..16 {
            let decl = self.names.importable(name)?;
            let item = self.names.decls[decl.0].item;
            match &item.kind {
                ItemKind::Alias { ty } => match &ty.kind {
                    crate::tree::TypeKind::Named { path, .. } => {
                        name = path.text.rsplit('.').next().unwrap_or_default();
                    }
                    _ => return None,
                },
                _ => return Some(item),
            }
        }
        None
    }

    fn declared(&self, decl: DeclId) -> Completion {
        let item = self.names.decls[decl.0].item;
        let kind = CompletionKind::Declared(outline::kinds(&item.kind).0);
        let qualified = self.names.qualified(decl);
        let detail = match item.docs.iter().find(|line| !line.is_empty()) {
            Some(line) => format!("{qualified}: {line}"),
            None => qualified,
        };
        self.completion(&item.name.text, kind, &detail)
    }

    fn is_constant(&self, decl: DeclId) -> bool {
        matches!(self.names.decls[decl.0].item.kind, ItemKind::Const { .. })
    }

    fn is_type(&self, decl: DeclId) -> bool {
        !self.is_constant(decl)
    }
}
