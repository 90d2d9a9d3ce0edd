//! Types with a derive as declarations of the language.

use std::collections::{BTreeMap, HashSet};

use heck::ToSnakeCase;
use proc_macro2::Span;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Fields, Ident, Lit};

use super::attrs::{self, Keys, head, integer, number, span};
use super::index::{Declared, Derive, Index, Shape};
use super::{Package, Refusals};
use crate::text;

/// Aliases that lead from one to the next; the compiler takes no more than 64 types inside one another.
const ALIASES: usize = 64;

/// What is being written.
pub(super) struct Lower<'l> {
    pub(super) index: &'l Index,
    pub(super) refusals: &'l mut Refusals,
    packages: &'l mut BTreeMap<String, Package>,
    /// Package of what is being written; references from it to others are imports.
    here: String,
    /// Aliases that are written, or being written.
    aliases: HashSet<usize>,
    /// How many of them are being written, one for the next.
    depth: usize,
}

/// Writes all types, and the aliases that they use.
pub(super) fn lower(
    index: &Index,
    packages: &mut BTreeMap<String, Package>,
    refusals: &mut Refusals,
) {
    let (here, aliases) = (String::new(), HashSet::new());
    let mut lower = Lower { index, refusals, packages, here, aliases, depth: 0 };
    for (at, declared) in index.types.iter().enumerate() {
        if declared.derive.is_some() {
            lower.declare(at, declared);
        }
    }
}

impl Lower<'_> {
    fn declare(&mut self, at: usize, declared: &Declared) {
        if is_nameless(declared) {
            self.alias(at, declared);
            return;
        }
        let Some(package) = self.package_of(declared) else { return };
        let before = std::mem::replace(&mut self.here, package);
        if let Some(text) = self.item(declared) {
            self.put(declared, text);
        }
        self.here = before;
    }

    fn put(&mut self, declared: &Declared, text: String) {
        let package = self.packages.entry(self.here.clone()).or_default();
        if package.docs.is_empty() {
            package.docs = self.index.docs[declared.file].clone();
        }
        package.items.push(text);
    }

    fn package_of(&mut self, declared: &Declared) -> Option<String> {
        if declared.package.is_none() {
            let message = "it names no package; say one with --package";
            self.refusals.add(declared.file, declared.ident.span(), message);
        }
        declared.package.clone()
    }

    /// How what is being written refers to a type of the sources.
    pub(super) fn reference(&mut self, file: usize, at: usize) -> Option<String> {
        let declared = &self.index.types[at];
        if declared.derive.is_none() || is_nameless(declared) {
            self.alias(at, declared);
        }
        let Some(package) = &declared.package else {
            let message = format!("`{}` names no package; say one with --package", declared.ident);
            self.refusals.add(file, declared.ident.span(), message);
            return None;
        };
        let name = name_of(declared);
        if *package == self.here {
            return Some(name);
        }
        self.packages.entry(self.here.clone()).or_default().imports.insert(package.clone());
        Some(format!("{package}.{name}"))
    }

    /// Writes an alias or a tuple struct, once.
    fn alias(&mut self, at: usize, declared: &Declared) {
        if !self.aliases.insert(at) {
            return;
        }
        if self.depth == ALIASES {
            let message = format!("aliases refer to one another more than {ALIASES} deep");
            self.refusals.add(declared.file, declared.ident.span(), message);
            return;
        }
        let Some(package) = self.package_of(declared) else { return };
        let (attributes, types) = match &declared.shape {
            Shape::Alias(item) => (&item.attrs, vec![&*item.ty]),
            Shape::Struct(item) => {
                (&item.attrs, item.fields.iter().map(|field| &field.ty).collect())
            }
            Shape::Enum(_) => return,
        };
        let before = std::mem::replace(&mut self.here, package);
        self.depth += 1;
        let types: Option<Vec<String>> =
            types.into_iter().map(|ty| self.ty(declared.file, ty)).collect();
        if let Some(types) = types {
            let ty = match &types[..] {
                [ty] => ty.clone(),
                types => format!("({})", types.join(", ")),
            };
            let docs: String =
                attrs::docs(attributes).iter().map(|line| format!("/// {line}\n")).collect();
            self.put(declared, format!("{docs}type {} = {ty};", name_of(declared)));
        }
        self.depth -= 1;
        self.here = before;
    }

    fn item(&mut self, declared: &Declared) -> Option<String> {
        let (keys, name) = (&declared.keys, name_of(declared));
        let openness = if keys.has("open") { "open" } else { "closed" };
        let head = |attributes: &[syn::Attribute]| {
            format!("{}{}", attrs::head(attributes), keys.facts().unwrap_or_default())
        };
        match (declared.derive?, &declared.shape) {
            (Derive::Message, Shape::Struct(item)) => {
                let id = self.needed_integer(declared, "id")?;
                let topic =
                    keys.text("topic").map(|topic| format!("@topic({})\n", text::literal(&topic)));
                let (lead, fields) = (head(&item.attrs), self.fields(declared, &item.fields)?);
                Some(format!(
                    "{lead}{}message {name} = {id} {{{fields}}}",
                    topic.unwrap_or_default()
                ))
            }
            (Derive::Struct, Shape::Struct(item)) => {
                let fields = self.fields(declared, &item.fields)?;
                Some(format!("{}struct {name} {{{fields}}}", head(&item.attrs)))
            }
            (Derive::Enum, Shape::Enum(item)) => {
                let repr = keys.expr("repr").map(|repr| repr.to_token_stream().to_string());
                let members = self.members(declared, item)?;
                let repr = repr.unwrap_or_default();
                Some(format!("{}{openness} enum {name}: {repr} {{{members}}}", head(&item.attrs)))
            }
            (Derive::Union, Shape::Enum(item)) => {
                let arms = self.arms(declared, item)?;
                Some(format!("{}{openness} union {name} {{{arms}}}", head(&item.attrs)))
            }
            (Derive::Flags, Shape::Struct(item)) => {
                let repr = item.fields.iter().next().map(|field| field.ty.to_token_stream());
                let mut bits = String::new();
                for bit in keys.bits() {
                    let number = self.integer(declared.file, &bit.number)?;
                    let keys = attrs::read(&bit.attributes, &["was"], declared.file, self.refusals);
                    let (lead, facts) = (attrs::head(&bit.attributes), keys.facts()?);
                    bits.push_str(&format!("\n{lead}{facts}{} = {number},", bit.name.unraw()));
                }
                Some(format!("{}flags {name}: {} {{{bits}\n}}", head(&item.attrs), repr?))
            }
            _ => self.no(
                declared.file,
                declared.ident.span(),
                "the derive does not go with this type",
            ),
        }
    }

    fn fields(&mut self, declared: &Declared, fields: &Fields) -> Option<String> {
        let (file, mut all) = (declared.file, String::new());
        let known: &[&str] = match declared.derive {
            Some(Derive::Message) => {
                &["name", "was", "unit", "range", "len", "nonempty", "default", "key"]
            }
            _ => &["name", "was", "unit", "range", "len", "nonempty"],
        };
        for field in fields {
            let keys = attrs::read(&field.attrs, known, file, self.refusals);
            let ident = field.ident.as_ref()?;
            let name = keys.text("name").unwrap_or_else(|| ident.unraw().to_string());
            let key = if keys.has("key") { "@key " } else { "" };
            // The other fields are looked at even where one is refused.
            let Some(ty) = self.ty(file, &field.ty) else { continue };
            let default = match keys.expr("default") {
                Some(expr) => {
                    let default = self.default(file, expr, ty.starts_with("map<"))?;
                    format!(" = {}", self.present_name(file, &field.ty, default))
                }
                None => String::new(),
            };
            let Some(facts) = keys.facts() else {
                return self.no(file, span(&field.ty), "a range has numbers at its ends");
            };
            all.push_str(&format!("\n{}{key}{facts}{name}: {ty}{default},", head(&field.attrs)));
        }
        Some(if all.is_empty() { all } else { all + "\n" })
    }

    fn members(&mut self, declared: &Declared, item: &syn::ItemEnum) -> Option<String> {
        let mut all = String::from("\n");
        for (variant, keys, head, name) in self.variants(declared, item, "value") {
            let discriminant = variant.discriminant.as_ref().map(|(_, expr)| expr);
            let Some(expr) = keys.expr("value").or(discriminant) else {
                return self.no(declared.file, variant.ident.span(), "its number is not written");
            };
            let value = self.integer(declared.file, expr)?;
            all.push_str(&format!("{head}{name} = {value},\n"));
        }
        Some(all)
    }

    fn arms(&mut self, declared: &Declared, item: &syn::ItemEnum) -> Option<String> {
        let mut all = String::from("\n");
        for (variant, keys, head, name) in self.variants(declared, item, "tag") {
            let (Some(field), Some(tag)) = (variant.fields.iter().next(), keys.expr("tag")) else {
                return self.no(declared.file, variant.ident.span(), "an arm has a type and a tag");
            };
            let (ty, tag) = (self.ty(declared.file, &field.ty)?, self.integer(declared.file, tag)?);
            all.push_str(&format!("{head}{name}: {ty} = {tag},\n"));
        }
        Some(all)
    }

    /// Variants but for the unknown one, with keys, docs and names.
    fn variants<'i>(
        &mut self,
        declared: &Declared,
        item: &'i syn::ItemEnum,
        number: &str,
    ) -> Vec<(&'i syn::Variant, Keys, String, String)> {
        let known = ["name", "was", "unknown", number];
        let mut all = Vec::new();
        for variant in &item.variants {
            let keys = attrs::read(&variant.attrs, &known, declared.file, self.refusals);
            if !keys.has("unknown") {
                let name = member_name(variant, &keys);
                let lead = head(&variant.attrs) + &keys.facts().unwrap_or_default();
                all.push((variant, keys, lead, name));
            }
        }
        all
    }

    /// A default as the language writes it; a list of pairs is one of a map where `is_map`.
    fn default(&mut self, file: usize, expr: &Expr, is_map: bool) -> Option<String> {
        match expr {
            Expr::Array(array) if is_map => {
                let pairs: Option<Vec<String>> =
                    array.elems.iter().map(|pair| self.pair(file, pair)).collect();
                Some(format!("{{{}}}", pairs?.join(", ")))
            }
            Expr::Array(array) => Some(format!("[{}]", self.defaults(file, &array.elems)?)),
            Expr::Tuple(tuple) => Some(format!("({})", self.defaults(file, &tuple.elems)?)),
            // Flags: names that are joined.
            Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::BitOr(_), right, .. }) => {
                let (left, right) =
                    (self.default(file, left, false)?, self.default(file, right, false)?);
                Some(format!("[{}, {}]", left.trim_matches(['[', ']']), right))
            }
            Expr::Struct(value) => {
                let mut fields = Vec::new();
                for field in &value.fields {
                    let syn::Member::Named(name) = &field.member else {
                        return self.no(file, span(field), "a field without a name");
                    };
                    let value = self.default(file, &field.expr, false)?;
                    fields.push(format!("{}: {value}", name.unraw()));
                }
                Some(format!("{{ {} }}", fields.join(", ")))
            }
            Expr::Path(path) if path.path.is_ident("None") => Some("null".to_owned()),
            Expr::Lit(syn::ExprLit { lit: Lit::ByteStr(bytes), .. }) => {
                Some(text::literal(&mycelium_wire::hex::encode(&bytes.value())))
            }
            Expr::Lit(syn::ExprLit { lit: Lit::Bool(truth), .. }) => Some(truth.value.to_string()),
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => {
                Some(text::literal(&text.value()))
            }
            Expr::Path(path) => path.path.segments.last().map(|last| snake(&last.ident)),
            other => number(other).or_else(|| {
                self.no(file, span(other), "a default of this form cannot be carried over")
            }),
        }
    }

    /// The present name of a member, which the derive's defaults call by its former one.
    fn present_name(&self, file: usize, ty: &syn::Type, default: String) -> String {
        let syn::Type::Path(path) = ty else { return default };
        let [at] = self.index.find(file, &path.path)[..] else { return default };
        let Shape::Enum(item) = &self.index.types[at].shape else { return default };
        let mut members = item.variants.iter().map(|variant| {
            // What is wrong with them is said where the enum is written.
            let keys = attrs::keys(&variant.attrs);
            (keys.text("was"), member_name(variant, &keys))
        });
        let present = members.find(|(was, _)| was.as_ref() == Some(&default));
        present.map_or(default, |(_, name)| name)
    }

    fn defaults<'e>(
        &mut self,
        file: usize,
        parts: impl IntoIterator<Item = &'e Expr>,
    ) -> Option<String> {
        let parts: Option<Vec<String>> =
            parts.into_iter().map(|part| self.default(file, part, false)).collect();
        Some(parts?.join(", "))
    }

    fn pair(&mut self, file: usize, pair: &Expr) -> Option<String> {
        let Expr::Tuple(both) = pair else {
            return self.no(file, span(pair), "a map's default is a list of pairs");
        };
        let (Some(key), Some(value)) = (both.elems.first(), both.elems.get(1)) else {
            return self.no(file, span(pair), "a pair has a key and a value");
        };
        let (key, value) = (self.default(file, key, false)?, self.default(file, value, false)?);
        Some(format!("{key}: {value}"))
    }

    fn needed_integer(&mut self, declared: &Declared, key: &str) -> Option<String> {
        match declared.keys.expr(key) {
            Some(expr) => self.integer(declared.file, expr),
            None => self.no(declared.file, declared.ident.span(), &format!("it has no `{key}`")),
        }
    }

    fn integer(&mut self, file: usize, expr: &Expr) -> Option<String> {
        integer(expr).or_else(|| self.no(file, span(expr), "expected an integer literal"))
    }

    fn no(&mut self, file: usize, place: Span, message: &str) -> Option<String> {
        self.refusals.add(file, place, message);
        None
    }
}

fn is_nameless(declared: &Declared) -> bool {
    let Shape::Struct(item) = &declared.shape else { return false };
    declared.derive == Some(Derive::Struct) && matches!(item.fields, Fields::Unnamed(_))
}

/// Name in the schema.
fn name_of(declared: &Declared) -> String {
    declared.keys.text("name").unwrap_or_else(|| declared.ident.unraw().to_string())
}

/// Name of a variant in the schema.
fn member_name(variant: &syn::Variant, keys: &Keys) -> String {
    keys.text("name").unwrap_or_else(|| snake(&variant.ident))
}

/// A variant's name as the derive makes it; one in snake_case stands for itself.
fn snake(ident: &Ident) -> String {
    let name = ident.unraw().to_string();
    if name.starts_with(|first: char| first.is_ascii_lowercase()) {
        name
    } else {
        name.to_snake_case()
    }
}
