//! The order in which declarations can be checked: each behind all that it uses.

use crate::diag::{Code, Diagnostic, Sink};
use crate::names::{DeclId, Meaning, Names};
use crate::source::{FileId, Span};
use crate::tree::{
    Argument, Attribute, Expr, ExprKind, Field, Item, ItemKind, Path, Type, TypeArgument, TypeKind,
};

/// Declarations in order; those that contain themselves are reported and left out.
pub(crate) fn order(names: &Names<'_>, sink: &mut Sink) -> Vec<DeclId> {
    let uses: Vec<Vec<(DeclId, Span)>> =
        names.decls.iter().map(|decl| uses_of(names, decl.file, decl.item)).collect();
    let mut walk = Walk {
        names,
        sink,
        uses: &uses,
        state: vec![State::New; uses.len()],
        done: Vec::with_capacity(uses.len()),
    };
    for start in 0..uses.len() {
        walk.visit(DeclId(start));
    }
    let Walk { state, mut done, .. } = walk;
    done.retain(|decl| state[decl.0] == State::Done);
    done
}

/// Steps of a circle that are shown.
const MAX_STEPS: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Active,
    Done,
    Cyclic,
}

struct Walk<'w, 't> {
    names: &'w Names<'t>,
    sink: &'w mut Sink,
    uses: &'w [Vec<(DeclId, Span)>],
    state: Vec<State>,
    done: Vec<DeclId>,
}

impl Walk<'_, '_> {
    /// Visits what `start` uses, then `start`; without recursion, as chains may be long.
    fn visit(&mut self, start: DeclId) {
        if self.state[start.0] != State::New {
            return;
        }
        self.state[start.0] = State::Active;
        // Declarations on the way, each with the number of uses that were followed.
        let mut way = vec![(start, 0)];
        while let Some((decl, followed)) = way.last_mut() {
            let decl = *decl;
            let Some((target, _)) = self.uses[decl.0].get(*followed) else {
                if self.state[decl.0] == State::Active {
                    self.state[decl.0] = State::Done;
                }
                self.done.push(decl);
                way.pop();
                continue;
            };
            *followed += 1;
            match self.state[target.0] {
                State::New => {
                    self.state[target.0] = State::Active;
                    way.push((*target, 0));
                }
                State::Active => self.report_cycle(&way, *target),
                State::Done | State::Cyclic => {}
            }
        }
    }

    fn report_cycle(&mut self, way: &[(DeclId, usize)], target: DeclId) {
        let from = way.iter().position(|(decl, _)| *decl == target).unwrap_or_default();
        let circle = &way[from..];
        let name = |decl: DeclId| self.names.decls[decl.0].item.name.text.as_str();
        let shown = circle.iter().take(MAX_STEPS);
        let mut steps: Vec<&str> = shown.clone().map(|(decl, _)| name(*decl)).collect();
        steps.extend((circle.len() > MAX_STEPS).then_some("…"));
        steps.push(name(target));
        let steps = steps.join(" → ");
        let declared = self.names.decls[target.0].item.name.span;
        let (what, help) = match self.names.decls[target.0].item.kind {
            ItemKind::Const { .. } => ("constant", "give one of them a value of its own"),
            _ => ("type", "break the circle: refer to the value by its id"),
        };
        let message = format!("{what} `{}` contains itself", name(target));
        let label = format!("the circle is {steps}");
        let mut diagnostic = Diagnostic::new(Code::CYCLE, message, declared, label);
        for (index, (decl, followed)) in shown.enumerate() {
            let (used, span) = self.uses[decl.0][followed - 1];
            let label = match index + 1 == circle.len() {
                true => format!("`{}` uses `{}` again", name(*decl), name(used)),
                false => format!("`{}` uses `{}`", name(*decl), name(used)),
            };
            diagnostic = diagnostic.related(span, label);
        }
        self.sink.report(diagnostic.help(help));
        for (decl, _) in circle {
            self.state[decl.0] = State::Cyclic;
        }
    }
}

/// What an item uses, with the places; names that mean nothing are left to the checks.
/// What a declaration uses.
#[cfg(feature = "analysis")]
pub(crate) fn used_by(names: &Names<'_>, decl: DeclId) -> impl Iterator<Item = DeclId> {
    let declared = &names.decls[decl.0];
    uses_of(names, declared.file, declared.item).into_iter().map(|(used, _)| used)
}

fn uses_of(names: &Names<'_>, file: FileId, item: &Item) -> Vec<(DeclId, Span)> {
    let mut uses = Uses { names, file, found: Vec::new() };
    uses.item(item);
    uses.found
}

struct Uses<'u, 't> {
    names: &'u Names<'t>,
    file: FileId,
    found: Vec<(DeclId, Span)>,
}

impl Uses<'_, '_> {
    fn item(&mut self, item: &Item) {
        self.attributes(&item.attributes);
        match &item.kind {
            ItemKind::Const { ty, value } => {
                self.ty(ty);
                self.expr(value);
            }
            ItemKind::Alias { ty } => self.ty(ty),
            ItemKind::Enum { repr, members, .. } | ItemKind::Flags { repr, members } => {
                repr.iter().for_each(|repr| self.ty(repr));
                for member in members {
                    self.attributes(&member.attributes);
                    member.value.iter().for_each(|value| self.expr(value));
                }
            }
            ItemKind::Struct { fields } => self.fields(fields),
            ItemKind::Message { id, fields } => {
                id.iter().for_each(|id| self.expr(id));
                self.fields(fields);
            }
            ItemKind::Union { arms, .. } => self.fields(arms),
        }
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.attributes(&field.attributes);
            self.ty(&field.ty);
            field.value.iter().for_each(|value| self.expr(value));
        }
    }

    fn attributes(&mut self, attributes: &[Attribute]) {
        for argument in attributes.iter().flat_map(|attribute| &attribute.arguments) {
            match argument {
                Argument::Value(value) => self.expr(value),
                Argument::Range(range) => {
                    [&range.min, &range.max].into_iter().flatten().for_each(|end| self.expr(end));
                }
            }
        }
    }

    fn ty(&mut self, ty: &Type) {
        match &ty.kind {
            TypeKind::Named { path, arguments } => {
                self.path(path);
                for argument in arguments {
                    match argument {
                        TypeArgument::Value(value) => self.expr(value),
                        TypeArgument::Type(ty) => self.ty(ty),
                    }
                }
            }
            TypeKind::Tuple(items) => items.iter().for_each(|item| self.ty(item)),
            TypeKind::List { item, bound } => {
                self.ty(item);
                bound.iter().for_each(|bound| self.expr(&bound.value));
            }
            TypeKind::Optional(inner) => self.ty(inner),
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Bool(_) => {}
            ExprKind::Name(path) => self.path(path),
            ExprKind::Negative(inner) => self.expr(inner),
            ExprKind::Chain(first, rest) => {
                self.expr(first);
                rest.iter().for_each(|(_, operand)| self.expr(operand));
            }
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                items.iter().for_each(|item| self.expr(item));
            }
            ExprKind::Braces(pairs) => pairs.iter().for_each(|(key, value)| {
                self.expr(key);
                self.expr(value);
            }),
        }
    }

    fn path(&mut self, path: &Path) {
        if let Meaning::Decl(decl) = self.names.look_up(self.file, path) {
            self.found.push((decl, path.span));
        }
    }
}
