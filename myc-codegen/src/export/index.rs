//! What the sources declare, by name, before anything is resolved.

use std::collections::HashMap;
use std::path::PathBuf;

use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Item, Path, Token};

use super::Refusals;
use super::attrs::{self, Keys};
use super::types;

/// Which derive stands on a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Derive {
    Message,
    Struct,
    Enum,
    Flags,
    Union,
}

const DERIVES: [(&str, Derive, &[&str]); 5] = [
    ("Message", Derive::Message, &["package", "name", "was", "id", "topic"]),
    ("Struct", Derive::Struct, &["package", "name", "was"]),
    ("Enum", Derive::Enum, &["package", "name", "was", "open", "closed", "repr"]),
    ("Flags", Derive::Flags, &["package", "name", "was", "bits"]),
    ("Union", Derive::Union, &["package", "name", "was", "open", "closed"]),
];

/// The item itself.
pub(super) enum Shape {
    Struct(syn::ItemStruct),
    Enum(syn::ItemEnum),
    Alias(syn::ItemType),
}

/// A type with a derive, or a Rust alias.
pub(super) struct Declared {
    pub(super) file: usize,
    /// The module that it stands in, as a path names it.
    module: String,
    pub(super) ident: Ident,
    /// Nothing where it is an alias.
    pub(super) derive: Option<Derive>,
    pub(super) keys: Keys,
    /// Nothing where neither it nor its module names one.
    pub(super) package: Option<String>,
    pub(super) shape: Shape,
}

/// All declarations and constants.
#[derive(Default)]
pub(super) struct Index {
    pub(super) types: Vec<Declared>,
    /// Places in `types`, by name.
    by_name: HashMap<String, Vec<usize>>,
    /// Integer constants of each file.
    pub(super) constants: HashMap<(usize, String), String>,
    /// Docs of each file.
    pub(super) docs: Vec<Vec<String>>,
}

impl Index {
    pub(super) fn read(
        sources: &[(PathBuf, String)],
        package: Option<&str>,
        refusals: &mut Refusals,
    ) -> Index {
        let mut index = Index::default();
        for (file, (path, text)) in sources.iter().enumerate() {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy().replace('.', "_");
            match syn::parse_file(text) {
                Ok(parsed) => {
                    index.docs.push(attrs::docs(&parsed.attrs));
                    index.items(file, &stem, parsed.items, refusals);
                }
                Err(error) => {
                    index.docs.push(Vec::new());
                    refusals.add(file, error.span(), format!("not Rust: {error}"));
                }
            }
        }
        index.name_packages(package);
        index
    }

    fn items(&mut self, file: usize, module: &str, items: Vec<Item>, refusals: &mut Refusals) {
        for item in items {
            match item {
                Item::Mod(inner) => {
                    let items = inner.content.map(|(_, items)| items).unwrap_or_default();
                    self.items(file, &inner.ident.unraw().to_string(), items, refusals);
                }
                Item::Const(constant) => {
                    if let Some(value) = attrs::integer(&constant.expr) {
                        self.constants.insert((file, constant.ident.unraw().to_string()), value);
                    }
                }
                Item::Struct(item) => {
                    let (ident, attributes) = (item.ident.clone(), item.attrs.clone());
                    self.add(file, module, ident, &attributes, Shape::Struct(item), refusals);
                }
                Item::Enum(item) => {
                    let (ident, attributes) = (item.ident.clone(), item.attrs.clone());
                    self.add(file, module, ident, &attributes, Shape::Enum(item), refusals);
                }
                Item::Type(item) if item.generics.params.is_empty() => {
                    let (ident, shape) = (item.ident.clone(), Shape::Alias(item));
                    self.add(file, module, ident, &[], shape, refusals);
                }
                _ => {}
            }
        }
    }

    fn add(
        &mut self,
        file: usize,
        module: &str,
        ident: Ident,
        attributes: &[Attribute],
        shape: Shape,
        refusals: &mut Refusals,
    ) {
        let (derive, known): (Option<Derive>, &[&str]) = match (derive_of(attributes), &shape) {
            (Some((derive, known)), _) => (Some(derive), known),
            (None, Shape::Alias(_)) => (None, &[]),
            (None, _) => return,
        };
        let keys = attrs::read(attributes, known, file, refusals);
        let (module, package) = (module.to_owned(), keys.text("package"));
        self.by_name.entry(ident.unraw().to_string()).or_default().push(self.types.len());
        self.types.push(Declared { file, module, ident, derive, keys, package, shape });
    }

    /// Aliases and tuple structs are of the package of what stands beside them.
    fn name_packages(&mut self, package: Option<&str>) {
        let mut beside: HashMap<(usize, String), String> = HashMap::new();
        for declared in &self.types {
            if let Some(package) = &declared.package {
                let place = (declared.file, declared.module.clone());
                beside.entry(place).or_insert_with(|| package.clone());
            }
        }
        for declared in self.types.iter_mut().filter(|declared| declared.package.is_none()) {
            let near = beside.get(&(declared.file, declared.module.clone())).cloned();
            declared.package = near.or_else(|| package.map(str::to_owned));
        }
    }

    /// What a path in a file means: nothing, one, or several.
    pub(super) fn find(&self, file: usize, path: &Path) -> Vec<usize> {
        let words: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.unraw().to_string()).collect();
        let Some((name, modules)) = words.split_last() else { return Vec::new() };
        let is_foreign = |first: &String| {
            ["std", "core", "alloc"].contains(&first.as_str()) || first.starts_with("mycelium")
        };
        if modules.first().is_some_and(is_foreign) {
            return Vec::new();
        }
        let all = self.by_name.get(name).cloned().unwrap_or_default();
        let keep = |wanted: &dyn Fn(&Declared) -> bool| -> Vec<usize> {
            all.iter().copied().filter(|at| wanted(&self.types[*at])).collect()
        };
        let of_module = match modules.last().map(String::as_str) {
            None | Some("self" | "super" | "crate") => keep(&|it| it.file == file),
            Some(module) => keep(&|it| it.module == module),
        };
        // Elsewhere a name of the language or its runtime means that.
        let is_known = modules.is_empty() && types::is_known(name);
        if of_module.is_empty() && !is_known { all } else { of_module }
    }
}

/// The derive on a type and the keys that it takes.
fn derive_of(attributes: &[Attribute]) -> Option<(Derive, &'static [&'static str])> {
    let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
    lists.into_iter().find_map(|list| {
        let paths = list.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated).ok()?;
        paths.iter().find_map(|path| {
            let first = &path.segments.first()?.ident;
            let last = &path.segments.last()?.ident;
            let is_ours = path.segments.len() == 1 || first.to_string().starts_with("mycelium");
            let known = DERIVES.iter().find(|(name, ..)| last == name).filter(|_| is_ours)?;
            Some((known.1, known.2))
        })
    })
}
