//! Types.

use pest::iterators::Pair;

use super::{Lowering, Rule};
use crate::tree::{Bound, Type, TypeArgument, TypeKind};

impl Lowering<'_> {
    pub(super) fn ty(&mut self, pair: Pair<'_, Rule>) -> Option<Type> {
        let span = self.trimmed(self.span(&pair));
        let mut ty = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::tuple => ty = Some(self.tuple(inner)),
                Rule::list => ty = self.list(inner),
                Rule::named => ty = self.named(inner),
                Rule::question => {
                    ty = ty.map(|inner| Type { span, kind: TypeKind::Optional(Box::new(inner)) });
                }
                _ => {}
            }
        }
        ty
    }

    /// The type inside a pair that holds one.
    pub(super) fn only_type(&mut self, pair: Pair<'_, Rule>) -> Option<Type> {
        let inner = pair.into_inner().find(|inner| inner.as_rule() == Rule::type_)?;
        self.ty(inner)
    }

    fn tuple(&mut self, pair: Pair<'_, Rule>) -> Type {
        let span = self.span(&pair);
        let items = pair.into_inner().filter(|inner| inner.as_rule() == Rule::type_);
        Type { span, kind: TypeKind::Tuple(items.filter_map(|item| self.ty(item)).collect()) }
    }

    fn list(&mut self, pair: Pair<'_, Rule>) -> Option<Type> {
        let span = self.span(&pair);
        let (mut item, mut bound) = (None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::type_ => item = self.ty(inner),
                Rule::bound => bound = self.bound(inner),
                _ => {}
            }
        }
        Some(Type { span, kind: TypeKind::List { item: Box::new(item?), bound } })
    }

    fn bound(&mut self, pair: Pair<'_, Rule>) -> Option<Bound> {
        let at_most = pair.clone().into_inner().any(|inner| inner.as_rule() == Rule::dots);
        Some(Bound { at_most, value: self.only_expr(pair)? })
    }

    fn named(&mut self, pair: Pair<'_, Rule>) -> Option<Type> {
        let span = self.trimmed(self.span(&pair));
        let (mut path, mut arguments) = (None, Vec::new());
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::path => path = Some(self.path(&inner)),
                Rule::type_arguments => {
                    arguments
                        .extend(inner.into_inner().filter_map(|pair| self.type_argument(pair)));
                }
                _ => {}
            }
        }
        Some(Type { span, kind: TypeKind::Named { path: path?, arguments } })
    }

    fn type_argument(&mut self, pair: Pair<'_, Rule>) -> Option<TypeArgument> {
        match pair.as_rule() {
            Rule::expr => self.expr(pair).map(TypeArgument::Value),
            Rule::type_ => self.ty(pair).map(TypeArgument::Type),
            _ => None,
        }
    }
}
