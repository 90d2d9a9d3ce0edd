//! A package as a file of OCaml: what the templates print.

use askama::Template;
use myc_schema::schema::{AliasId, Const, Item, PackageId, Schema, Ty, TypeId, TypeKind};

use super::docs::comment;
use super::types::Types;
use crate::names;
use crate::order;
use crate::shape::Shape;

/// The `.ml` file.
#[derive(Template)]
#[template(path = "ocaml/templates/file.ml.j2", escape = "none")]
pub(super) struct Implementation<'f> {
    pub(super) file: &'f File,
}

/// The `.mli` file.
#[derive(Template)]
#[template(path = "ocaml/templates/file.mli.j2", escape = "none")]
pub(super) struct Interface<'f> {
    pub(super) file: &'f File,
}

/// A package.
pub(super) struct File {
    /// Names of the sources, without folders.
    pub(super) sources: String,
    /// Doc comment of the package.
    pub(super) docs: String,
    /// Name of the codec primitives' module in the `.ml` file.
    pub(super) wire: &'static str,
    /// Whether that is a name of our own.
    pub(super) renames_wire: bool,
    pub(super) modules: Vec<Module>,
    pub(super) constants: Vec<Constant>,
}

/// A type or alias.
pub(super) struct Module {
    /// Doc comment.
    pub(super) docs: String,
    pub(super) name: String,
    pub(super) body: Body,
}

/// What a module is made of; each string is laid out for its place.
pub(super) enum Body {
    /// Another module by a further name, in the `.ml` and the `.mli` file.
    Same { implementation: String, interface: String },
    /// A further name for a type that has no module.
    Name { implementation: String, interface: String },
    /// Definitions of the `.ml` file and declarations of the `.mli` file.
    Own { implementation: String, interface: String },
}

/// Bytes about a module beside its docs and body.
const FRAME_LENGTH: usize = 64;

impl File {
    /// About as many bytes as the file with these bodies has.
    pub(super) fn length(&self, body: impl Fn(&Body) -> &str) -> usize {
        let length = |module: &Module| {
            FRAME_LENGTH + module.docs.len() + module.name.len() + body(&module.body).len()
        };
        self.docs.len() + self.modules.iter().map(length).sum::<usize>()
    }
}

impl Body {
    pub(super) fn implementation(&self) -> &str {
        let (Body::Same { implementation, .. }
        | Body::Name { implementation, .. }
        | Body::Own { implementation, .. }) = self;
        implementation
    }

    pub(super) fn interface(&self) -> &str {
        let (Body::Same { interface, .. }
        | Body::Name { interface, .. }
        | Body::Own { interface, .. }) = self;
        interface
    }
}

/// A constant.
pub(super) struct Constant {
    pub(super) docs: String,
    pub(super) name: String,
    pub(super) ty: String,
    pub(super) value: String,
}

/// Lowers a package.
pub(super) fn lower(schema: &Schema, package: PackageId) -> File {
    let declared = &schema.packages[package.0];
    let wire = if declares(schema, package, "Wire") { FULL_NAME } else { "Wire" };
    let shape = Shape { schema };
    let code = Types { shape, package, wire, hides_option: false };
    let face = Types { wire: FULL_NAME, ..code };
    let mut file = File {
        sources: source_names(declared),
        docs: comment(&declared.docs, None, 0),
        wire,
        renames_wire: wire != FULL_NAME,
        modules: Vec::new(),
        constants: Vec::new(),
    };
    for item in order::sorted(schema, package) {
        match item {
            Item::Const(constant) => file.constants.push(lower_const(&code, &face, constant)),
            Item::Alias(id) => file.modules.push(lower_alias(&code, &face, *id)),
            Item::Type(id) => file.modules.push(lower_type(&code, &face, *id)),
        }
    }
    file
}

const FULL_NAME: &str = "Mycelium_wire";

fn declares(schema: &Schema, package: PackageId, name: &str) -> bool {
    schema.packages[package.0].items.iter().any(|item| match item {
        Item::Const(_) => false,
        Item::Alias(id) => schema.aliases[id.0].name == name,
        Item::Type(id) => schema.types[id.0].name == name,
    })
}

fn source_names(package: &myc_schema::schema::Package) -> String {
    let names: Vec<String> = package
        .sources
        .iter()
        .map(|path| path.file_name().unwrap_or_default().to_string_lossy().into_owned())
        .collect();
    names.join(", ")
}

fn lower_const(code: &Types<'_>, face: &Types<'_>, constant: &Const) -> Constant {
    Constant {
        docs: comment(&constant.docs, None, 0),
        name: names::ocaml_name(&constant.name),
        ty: face.text(code.resolve(&constant.ty)),
        value: code.plain_literal(&constant.ty, &constant.value),
    }
}

fn lower_alias(code: &Types<'_>, face: &Types<'_>, id: AliasId) -> Module {
    let alias = &code.schema.aliases[id.0];
    let (implementation, interface) = (code.text(&alias.ty), face.text(&alias.ty));
    let has_module = match code.resolve(&alias.ty) {
        Ty::Array(..) | Ty::List(..) | Ty::Map(..) | Ty::Tuple(_) | Ty::Optional(_) => false,
        _ => interface.ends_with(".t"),
    };
    let body = match has_module {
        true => Body::Same {
            implementation: implementation.trim_end_matches(".t").to_owned(),
            interface: interface.trim_end_matches(".t").to_owned(),
        },
        false => Body::Name { implementation, interface },
    };
    Module { docs: comment(&alias.docs, None, 0), name: alias.name.clone(), body }
}

fn lower_type(code: &Types<'_>, face: &Types<'_>, id: TypeId) -> Module {
    let def = code.def(id);
    let name = code.schema.qualified_name(id);
    let (implementation, interface) = match &def.kind {
        TypeKind::Message(message) => super::message::lower(code, face, def, message, &name),
        TypeKind::Struct(fields) => super::record::lower(code, face, def, fields, &name),
        TypeKind::Enum(members) => super::enums::lower_enum(code, face, members, &name),
        TypeKind::Flags(flags) => super::enums::lower_flags(code, flags, &name),
        TypeKind::Union(union) => super::union::lower(code, face, def, union, &name),
    };
    Module {
        docs: comment(&def.docs, def.deprecated.as_deref(), 0),
        name: def.name.clone(),
        body: Body::Own {
            implementation: join(&implementation, 2),
            interface: join(&interface, 2),
        },
    }
}

/// Definitions one below the other, at `indent`, with an empty line around each that is more than a `let`
/// or `val` of one line.
pub(super) fn join(definitions: &[String], indent: usize) -> String {
    let margin = " ".repeat(indent);
    let length: usize =
        definitions.iter().map(|definition| definition.len() + "\n\n".len() + indent).sum();
    let mut text = String::with_capacity(length);
    for (index, definition) in definitions.iter().enumerate() {
        let is_long = |text: &String| {
            text.contains('\n') || !(text.starts_with("let ") || text.starts_with("val "))
        };
        if index > 0 {
            let apart = is_long(definition) || is_long(&definitions[index - 1]);
            text.extend([if apart { "\n\n" } else { "\n" }, margin.as_str()]);
        }
        text.push_str(definition);
    }
    text
}
