//! Files, items, members and attributes.

use pest::iterators::{Pair, Pairs};

use super::{Lowering, Rule, doc_line};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;
use crate::tree;

/// What stands in front of an item or member.
#[derive(Default)]
struct Lead {
    docs: Vec<String>,
    attributes: Vec<tree::Attribute>,
}

/// The name that an item declares which could not be read, so that its uses are not reported too.
fn declared_name(item: &str) -> Option<String> {
    const KINDS: [&str; 7] = ["const", "type", "enum", "flags", "struct", "message", "union"];
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let lines = item.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut words =
        lines.flat_map(|line| line.split(|c| !is_part(c))).filter(|word| !word.is_empty());
    words.find(|word| KINDS.contains(word))?;
    words.next().map(str::to_owned)
}

impl Lowering<'_> {
    pub(super) fn file(&mut self, pairs: Pairs<'_, Rule>) -> tree::File {
        let mut file = tree::File::default();
        for pair in pairs.flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::inner_doc => file.docs.push(doc_line(&pair)),
                Rule::package => self.package(pair, &mut file),
                Rule::import => self.import(pair, &mut file),
                Rule::reserved => self.reserved(pair, &mut file.reserved),
                Rule::item => {
                    self.expect_package(&pair, &file);
                    file.items.extend(self.item(pair));
                }
                Rule::bad_item => {
                    file.unread.extend(declared_name(pair.as_str()));
                    self.report_bad(&pair, Rule::only_entry);
                }
                _ => {}
            }
        }
        self.require_package(&file);
        file
    }

    fn package(&mut self, pair: Pair<'_, Rule>, file: &mut tree::File) {
        let Some(path) = pair.clone().into_inner().find(|inner| inner.as_rule() == Rule::path)
        else {
            return;
        };
        let path = self.path(&path);
        let first = file.package.as_ref().map(|first| first.span);
        if let Some(first) = first {
            let message = "a file belongs to one package";
            self.sink.report(
                Diagnostic::new(Code::PACKAGE, message, self.span(&pair), "second `package`")
                    .related(first, "first one here")
                    .help("put the other package into a file of its own"),
            );
        } else {
            file.package = Some(path);
        }
    }

    fn import(&mut self, pair: Pair<'_, Rule>, file: &mut tree::File) {
        let whole = self.span(&pair);
        if let Some(item) = file.items.first() {
            self.sink.report(
                Diagnostic::new(Code::ORDER, "imports stand before all items", whole, "too late")
                    .related(item.name.span, "the first item is here")
                    .help("move the import up, below `package`"),
            );
        }
        let mut alias = None;
        let mut path = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::string => path = Some((self.string(&inner), self.span(&inner))),
                Rule::alias => {
                    let name = inner.into_inner().find(|name| name.as_rule() == Rule::ident);
                    alias = name.map(|name| self.name(&name));
                }
                _ => {}
            }
        }
        file.imports.extend(path.map(|(path, span)| tree::Import { path, span, alias }));
    }

    fn reserved(&mut self, pair: Pair<'_, Rule>, reserved: &mut Vec<tree::Reserved>) {
        for entry in pair.into_inner().filter(|inner| inner.as_rule() == Rule::reserved_entry) {
            let string = entry.clone().into_inner().find(|inner| inner.as_rule() == Rule::string);
            reserved.extend(match string {
                Some(name) => Some(tree::Reserved::Name(tree::Name {
                    text: self.string(&name),
                    span: self.span(&name),
                })),
                None => self.argument(entry).map(tree::Reserved::Numbers),
            });
        }
    }

    /// Reports the first item if no package came before it.
    fn expect_package(&mut self, item: &Pair<'_, Rule>, file: &tree::File) {
        let starts_late = file.items.is_empty() && file.package.is_none();
        let rest = &self.text[item.as_span().start()..];
        if starts_late && rest.lines().any(|line| line.starts_with("package ")) {
            let span = self.first_line(self.span(item));
            let message = "`package` stands before all items";
            self.sink.report(
                Diagnostic::new(Code::ORDER, message, span, "an item before the package")
                    .help("move `package …;` to the top of the file"),
            );
        }
    }

    fn require_package(&mut self, file: &tree::File) {
        if file.package.is_some() || self.sink.has_errors_in(self.file) {
            return;
        }
        let span = self.first_line(Span { file: self.file, start: 0, end: self.text.len() });
        self.sink.report(
            Diagnostic::new(Code::PACKAGE, "the file names no package", span, "")
                .help("begin the file with `package name;`"),
        );
    }

    fn first_line(&self, span: Span) -> Span {
        let line = self.text[span.range()].lines().next().unwrap_or_default();
        Span { end: span.start + line.len(), ..span }
    }

    fn item(&mut self, pair: Pair<'_, Rule>) -> Option<tree::Item> {
        let mut lead = Lead::default();
        for inner in pair.into_inner() {
            if !self.take_lead(&inner, &mut lead) {
                return self.declaration(inner, lead);
            }
        }
        None
    }

    /// Takes a piece of documentation or an attribute; false if it is something else.
    fn take_lead(&mut self, pair: &Pair<'_, Rule>, lead: &mut Lead) -> bool {
        match pair.as_rule() {
            Rule::outer_doc => lead.docs.push(doc_line(pair)),
            Rule::attribute => lead.attributes.extend(self.attribute(pair.clone())),
            _ => return false,
        }
        true
    }

    fn attribute(&mut self, pair: Pair<'_, Rule>) -> Option<tree::Attribute> {
        let span = self.span(&pair);
        let mut name = None;
        let mut arguments = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::ident => name = Some(self.name(&inner)),
                Rule::arguments => {
                    let given = inner.into_inner().filter(|pair| pair.as_rule() == Rule::argument);
                    arguments.extend(given.filter_map(|pair| self.argument(pair)));
                }
                _ => {}
            }
        }
        Some(tree::Attribute { name: name?, arguments, span })
    }

    fn declaration(&mut self, pair: Pair<'_, Rule>, lead: Lead) -> Option<tree::Item> {
        let rule = pair.as_rule();
        let span = self.trimmed(self.span(&pair));
        let errors_before = self.sink.errors();
        let mut parts = Parts::default();
        for inner in pair.into_inner() {
            self.take_part(inner, &mut parts);
        }
        let Parts { openness, name, ty, repr, value, members, fields, reserved } = parts;
        let kind = match rule {
            Rule::const_item => tree::ItemKind::Const { ty: ty?, value: value? },
            Rule::alias_item => tree::ItemKind::Alias { ty: ty? },
            Rule::enum_item => tree::ItemKind::Enum { openness, repr, members },
            Rule::flags_item => tree::ItemKind::Flags { repr, members },
            Rule::struct_item => tree::ItemKind::Struct { fields },
            Rule::message_item => tree::ItemKind::Message { id: value, fields },
            _ => tree::ItemKind::Union { openness, arms: fields },
        };
        let is_complete = self.sink.errors() == errors_before;
        let Lead { docs, attributes } = lead;
        Some(tree::Item { docs, attributes, name: name?, span, kind, reserved, is_complete })
    }

    fn take_part(&mut self, pair: Pair<'_, Rule>, parts: &mut Parts) {
        match pair.as_rule() {
            Rule::openness => {
                let open = pair.as_str() == "open";
                parts.openness =
                    Some(if open { tree::Openness::Open } else { tree::Openness::Closed });
            }
            Rule::ident => parts.name = Some(self.name(&pair)),
            Rule::type_ => parts.ty = self.ty(pair),
            Rule::repr => parts.repr = self.only_type(pair),
            Rule::value => parts.value = self.value(pair),
            Rule::id => parts.value = self.only_expr(pair),
            Rule::members => parts.members = self.members(pair, &mut parts.reserved),
            Rule::fields => parts.fields = self.fields(pair, &mut parts.reserved),
            _ => {}
        }
    }

    fn members(
        &mut self,
        pair: Pair<'_, Rule>,
        reserved: &mut Vec<tree::Reserved>,
    ) -> Vec<tree::Member> {
        let open = self.span(&pair).start;
        let mut members = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::member => members.extend(self.member(inner)),
                Rule::withdrawn => self.reserved(inner, reserved),
                Rule::bad_member => self.report_bad(&inner, Rule::only_member),
                other => self.report_gap(other, &inner, open),
            }
        }
        members
    }

    fn member(&mut self, pair: Pair<'_, Rule>) -> Option<tree::Member> {
        let mut lead = Lead::default();
        let mut name = None;
        let mut value = None;
        for inner in pair.into_inner() {
            if self.take_lead(&inner, &mut lead) {
                continue;
            }
            match inner.as_rule() {
                Rule::ident => name = Some(self.name(&inner)),
                Rule::default => value = self.only_expr(inner),
                _ => {}
            }
        }
        Some(tree::Member { docs: lead.docs, attributes: lead.attributes, name: name?, value })
    }

    fn fields(
        &mut self,
        pair: Pair<'_, Rule>,
        reserved: &mut Vec<tree::Reserved>,
    ) -> Vec<tree::Field> {
        let open = self.span(&pair).start;
        let mut fields = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::field => fields.extend(self.field(inner)),
                Rule::withdrawn => self.reserved(inner, reserved),
                Rule::bad_field => self.report_bad(&inner, Rule::only_field),
                other => self.report_gap(other, &inner, open),
            }
        }
        fields
    }

    fn field(&mut self, pair: Pair<'_, Rule>) -> Option<tree::Field> {
        let mut lead = Lead::default();
        let (mut name, mut ty, mut value) = (None, None, None);
        for inner in pair.into_inner() {
            if self.take_lead(&inner, &mut lead) {
                continue;
            }
            match inner.as_rule() {
                Rule::ident => name = Some(self.name(&inner)),
                Rule::type_ => ty = self.ty(inner),
                Rule::default => value = self.only_expr(inner),
                _ => {}
            }
        }
        let Lead { docs, attributes } = lead;
        Some(tree::Field { docs, attributes, name: name?, ty: ty?, value })
    }
}

/// What a declaration may consist of; each kind has some of them.
#[derive(Default)]
struct Parts {
    openness: Option<tree::Openness>,
    name: Option<tree::Name>,
    ty: Option<tree::Type>,
    repr: Option<tree::Type>,
    value: Option<tree::Expr>,
    members: Vec<tree::Member>,
    fields: Vec<tree::Field>,
    reserved: Vec<tree::Reserved>,
}
