//! Lowers a package of the schema to [`model`](super::model).

use std::collections::BTreeSet;

use heck::ToSnakeCase;
use myc_schema::schema::{
    Alias, Arm, Const, Enum, Field, Flags, Item, Member, Message, PackageId, Schema, TypeDef,
    TypeId, TypeKind, Union,
};
use mycelium_wire::Digest;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::rust_type::RustType;
use super::traits::{self, Traits};
use super::types::{Scope, ident, plain};
use super::{Feature, memory, model, values};
use crate::names;

/// The module of a package.
pub(super) fn lower(schema: &Schema, id: PackageId, features: &BTreeSet<Feature>) -> model::Module {
    let scope = Scope::new(schema, id);
    let package = &schema.packages[id.0];
    let sources = package.sources.iter().filter_map(|path| path.file_name());
    model::Module {
        sources: sources.map(|it| it.to_string_lossy().replace(char::is_control, "")).collect(),
        docs: package.docs.clone(),
        features: features.iter().map(|feature| feature.name()).collect(),
        items: package.items.iter().map(|item| scope.lower_item(item)).collect(),
    }
}

fn head(docs: &[String], deprecated: &Option<String>) -> model::Head {
    model::Head { docs: docs.to_vec(), deprecated: deprecated.clone() }
}

impl Scope<'_> {
    fn lower_item(&self, item: &Item) -> model::Item {
        match item {
            Item::Const(item) => model::Item::Const(self.lower_const(item)),
            Item::Alias(id) => model::Item::Alias(self.lower_alias(&self.schema.aliases[id.0])),
            Item::Type(id) => model::Item::Type(Box::new(self.lower_type(*id))),
        }
    }

    fn lower_const(&self, item: &Const) -> model::Const {
        model::Const {
            head: head(&item.docs, &None),
            name: ident(&names::rust_name(&item.name)),
            ty: self.const_type(&item.ty),
            value: self.const_value(&item.value, &item.ty),
        }
    }

    fn lower_alias(&self, alias: &Alias) -> model::Alias {
        model::Alias {
            head: head(&alias.docs, &None),
            name: ident(&names::rust_name(&alias.name)),
            ty: self.ty(&alias.ty),
        }
    }

    fn lower_type(&self, id: TypeId) -> model::Type {
        let def = &self.schema.types[id.0];
        let (body, facts, derive) = match &def.kind {
            TypeKind::Message(message) => (
                self.struct_body(def, &message.fields),
                self.message_facts(def, message),
                "Message",
            ),
            TypeKind::Struct(fields) => (self.struct_body(def, fields), Vec::new(), "Struct"),
            TypeKind::Enum(def) => (enum_body(def), enum_facts(def), "Enum"),
            TypeKind::Flags(def) => (flags_body(def), Vec::new(), "Flags"),
            TypeKind::Union(def) => (self.union_body(def), vec![openness(def.open)], "Union"),
        };
        let default = self.default_impl(def);
        let derives_default = values::has_default(self.schema, def) && default.is_none();
        model::Type {
            head: head(&def.docs, &def.deprecated),
            derives: derives(def, traits::of_def(self.schema, def), derives_default, derive),
            myc: self.myc(def, facts),
            name: ident(&names::rust_name(&def.name)),
            body,
            default,
        }
    }

    /// Contents of the `#[myc(…)]` of a type: the facts on one line, then the digest and those of
    /// ancestors.
    fn myc(&self, def: &TypeDef, facts: Vec<TokenStream>) -> Vec<Vec<TokenStream>> {
        let package = &self.schema.packages[def.package.0].name;
        let rust_name = names::rust_name(&def.name);
        let name = rename(&rust_name, &def.name);
        let was = former(&def.was);
        let view = self.view_name(def, &rust_name);
        let digest = def.digest.to_string();
        let parts = [Some(quote!(package = #package)), name, was].into_iter().flatten();
        let parts = parts.chain(facts).chain(view);
        let mut lines = vec![parts.collect(), vec![quote!(digest = #digest)]];
        if let TypeKind::Message(message) = &def.kind {
            let digests = message.ancestors.iter().map(Digest::to_string);
            lines.extend(digests.map(|digest| vec![quote!(older = #digest)]));
        }
        lines
    }

    /// The derive calls the view of `A` `AView`; where the package has a type of that name, we say
    /// another.
    fn view_name(&self, def: &TypeDef, rust_name: &str) -> Option<TokenStream> {
        let has_view = !matches!(def.kind, TypeKind::Enum(_) | TypeKind::Flags(_));
        let mut view = format!("{rust_name}View");
        if !has_view || !self.declares(&view) {
            return None;
        }
        while self.declares(&view) {
            view.push('_');
        }
        Some(quote!(view = #view))
    }

    fn message_facts(&self, def: &TypeDef, message: &Message) -> Vec<TokenStream> {
        let id = Literal::u16_unsuffixed(message.id);
        let package = &self.schema.packages[def.package.0].name;
        let own = format!("{package}.{}", def.name.to_snake_case());
        let topic = &message.topic;
        let topic = (*topic != own).then(|| quote!(topic = #topic));
        [Some(quote!(id = #id)), topic].into_iter().flatten().collect()
    }

    fn struct_body(&self, def: &TypeDef, fields: &[Field]) -> model::Body {
        let fields = fields.iter().map(|field| self.lower_field(field)).collect();
        model::Body::Struct { is_plain: memory::is_plain(self.schema, def), fields }
    }

    fn lower_field(&self, field: &Field) -> model::Field {
        let rust_name = names::rust_name(&field.name);
        let name = rename(&rust_name, &field.name);
        let key = field.key.then(|| quote!(key));
        let default = field.default.as_ref().map(|value| {
            let value = self.default_literal(value, &field.ty);
            quote!(default = #value)
        });
        let unit = field.unit.as_ref().map(|unit| quote!(unit = #unit));
        let constraint = field.constraint.as_ref().map(|it| self.constraint(it, &field.ty));
        let mut docs = field.docs.clone();
        let facts = self.docs_of_facts(field);
        if facts.is_some() && !docs.is_empty() {
            docs.push(String::new());
        }
        docs.extend(facts);
        let myc = [name, former(&field.was), key, unit, constraint, default];
        model::Field {
            head: head(&docs, &field.deprecated),
            myc: myc.into_iter().flatten().collect(),
            name: ident(&rust_name),
            ty: self.ty(&field.ty),
        }
    }

    fn union_body(&self, union: &Union) -> model::Body {
        let mut variants: Vec<_> = union.arms.iter().map(|arm| self.lower_arm(arm)).collect();
        if union.open {
            let taken = union.arms.iter().map(|arm| arm.name.as_str());
            let docs = "An arm that this version of the schema does not know.";
            variants.push(unknown(taken, docs, "mycelium::UnknownArm"));
        }
        model::Body::Enum { repr: None, variants }
    }

    fn lower_arm(&self, arm: &Arm) -> model::Variant {
        let tag = Literal::u16_unsuffixed(arm.tag);
        let name = names::rust_variant(&arm.name);
        let tag = Some(quote!(tag = #tag));
        let rename = rename(&name.to_snake_case(), &arm.name);
        model::Variant {
            head: head(&arm.docs, &arm.deprecated),
            myc: [tag, rename, former(&arm.was)].into_iter().flatten().collect(),
            name: ident(&name),
            ty: Some(self.ty(&arm.ty)),
            discriminant: None,
        }
    }

    /// An `impl Default`, where a derived one would not take the schema's defaults.
    fn default_impl(&self, def: &TypeDef) -> Option<model::Default> {
        let (TypeKind::Message(Message { fields, .. }) | TypeKind::Struct(fields)) = &def.kind
        else {
            return None;
        };
        let given = fields.iter().any(|field| field.default.is_some());
        if !given || !values::has_default(self.schema, def) {
            return None;
        }
        let path = match self.declares("Default") {
            true => quote!(std::default::Default),
            false => quote!(Default),
        };
        let value = |field: &Field| {
            let value = match &field.default {
                Some(value) => self.value(value, &field.ty),
                None => self.empty_value(&field.ty),
            };
            (ident(&names::rust_name(&field.name)), value)
        };
        let has_parts =
            fields.iter().filter_map(|field| field.default.as_ref()).any(values::has_parts);
        Some(model::Default { has_parts, values: fields.iter().map(value).collect(), path })
    }
}

/// `name = "…"` where the derive would make another name of the Rust one.
fn rename(derived: &str, name: &str) -> Option<TokenStream> {
    (derived.strip_prefix("r#").unwrap_or(derived) != name).then(|| quote!(name = #name))
}

/// `was = "…"` where the digest keeps another name.
fn former(was: &Option<String>) -> Option<TokenStream> {
    was.as_ref().map(|was| quote!(was = #was))
}

fn openness(open: bool) -> TokenStream {
    plain(if open { "open" } else { "closed" })
}

fn enum_facts(def: &Enum) -> Vec<TokenStream> {
    let repr = ident(def.repr.name());
    vec![openness(def.open), quote!(repr = #repr)]
}

/// A closed enum has discriminants; an open one cannot, because its last variant holds a value.
fn enum_body(def: &Enum) -> model::Body {
    let repr = ident(def.repr.name());
    let mut variants: Vec<_> =
        def.members.iter().map(|member| lower_member(member, def.open)).collect();
    if def.open {
        let taken = def.members.iter().map(|member| member.name.as_str());
        let docs = "A value that this version of the schema does not name.";
        variants.push(unknown(taken, docs, def.repr.name()));
    }
    model::Body::Enum { repr: (!def.open).then_some(repr), variants }
}

fn lower_member(member: &Member, open: bool) -> model::Variant {
    let value = values::number(&member.value.to_string());
    let name = names::rust_variant(&member.name);
    let rename = rename(&name.to_snake_case(), &member.name);
    let number = open.then(|| quote!(value = #value));
    model::Variant {
        head: head(&member.docs, &member.deprecated),
        myc: [number, rename, former(&member.was)].into_iter().flatten().collect(),
        name: ident(&name),
        ty: None,
        discriminant: (!open).then_some(value),
    }
}

/// The variant for what is unknown, under a name that no member has.
fn unknown<'n>(taken: impl Iterator<Item = &'n str>, docs: &str, ty: &str) -> model::Variant {
    let taken: Vec<String> = taken.map(names::rust_variant).collect();
    let mut name = String::from("Unknown");
    while taken.contains(&name) {
        name.push('_');
    }
    model::Variant {
        head: model::Head { docs: vec![docs.to_owned()], deprecated: None },
        myc: vec![quote!(unknown)],
        name: ident(&name),
        ty: Some(RustType::plain(ty)),
        discriminant: None,
    }
}

fn flags_body(def: &Flags) -> model::Body {
    let bit = |member: &Member| model::Bit {
        head: head(&member.docs, &member.deprecated),
        was: member.was.clone(),
        name: ident(&names::rust_name(&member.name)),
        number: Literal::i128_unsuffixed(member.value),
    };
    model::Body::Flags { repr: ident(def.repr.name()), bits: def.members.iter().map(bit).collect() }
}

fn derives(def: &TypeDef, traits: Traits, default: bool, derive: &str) -> Vec<TokenStream> {
    // The derive of flags makes a `Debug` that lists them by name.
    let debug = (!matches!(def.kind, TypeKind::Flags(_))).then_some("Debug");
    let copy = traits.copy.then_some("Copy");
    let eq = if traits.eq { ["Eq", "Hash"].as_slice() } else { &[] };
    // By number, as maps have their keys, where all are known.
    let is_key = matches!(def.kind, TypeKind::Enum(_) | TypeKind::Flags(_));
    let ord = if is_key { ["PartialOrd", "Ord"].as_slice() } else { &[] };
    let default = default.then_some("Default");
    let standard = debug
        .into_iter()
        .chain(["Clone"])
        .chain(copy)
        .chain(["PartialEq"])
        .chain(eq.iter().copied())
        .chain(ord.iter().copied())
        .chain(default);
    let derive = ident(derive);
    standard.map(plain).chain([quote!(mycelium::#derive)]).collect()
}
