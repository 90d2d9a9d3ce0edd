//! Values with parts: lists, tuples, structs, maps, flags.

use std::collections::HashMap;
use std::rc::Rc;

use super::Checker;
use crate::diag::{Code, Diagnostic};
use crate::facts::{FieldFacts, KindFacts};
use crate::schema::{Member, Repr, Ty, Value};
use crate::source::{FileId, Span};
use crate::tree::{Expr, ExprKind};

/// What stands for an optional that is not there.
const NULL: &str = "null";

impl Checker<'_, '_> {
    /// The value of a type that has parts or members: nothing where expression and type are not of such
    /// a kind, else the value, or nothing inside if it is wrong, which has then been reported.
    pub(super) fn composite(
        &mut self,
        file: FileId,
        expr: &Expr,
        ty: &Ty,
    ) -> Option<Option<Value>> {
        let ty = self.kept(ty);
        let value = match (&*ty, &expr.kind) {
            (Ty::Optional(_), ExprKind::Name(path)) if path.text == NULL => Some(Value::Absent),
            (Ty::Optional(item), _) => self.value(file, expr, item),
            (Ty::Array(item, len), ExprKind::List(items)) => {
                let is_right = self.check_item_count(items, *len as usize, true, expr.span);
                is_right.and_then(|()| self.items(file, items, item))
            }
            (Ty::List(item, max), ExprKind::List(items)) => {
                let most = max.map_or(usize::MAX, |max| max as usize);
                let is_right = self.check_item_count(items, most, false, expr.span);
                is_right.and_then(|()| self.items(file, items, item))
            }
            (Ty::Tuple(types), ExprKind::Tuple(items)) => {
                let is_right = self.check_item_count(items, types.len(), true, expr.span);
                is_right.and_then(|()| self.tuple_items(file, items, types))
            }
            (Ty::Map(key, of), ExprKind::Braces(pairs)) => self.map_value(file, pairs, key, of),
            (Ty::Named(id), kind) => return self.named_value(file, id.0, kind, expr.span),
            _ => return None,
        };
        Some(value)
    }

    fn named_value(
        &mut self,
        file: FileId,
        id: usize,
        kind: &ExprKind,
        span: Span,
    ) -> Option<Option<Value>> {
        match (&self.types[id].kind, kind) {
            (KindFacts::Enum(_), ExprKind::Name(path)) => Some(self.member(id, path)),
            (KindFacts::Flags(flags), ExprKind::List(items)) => {
                let flags = Rc::clone(flags);
                Some(self.flags_value(items, &flags.members))
            }
            (KindFacts::Flags(flags), ExprKind::Name(path))
                if flags.members.iter().any(|member| member.name == path.text) =>
            {
                let better = format!("[{}]", path.text);
                self.report(
                    Diagnostic::new(
                        Code::WRONG_VALUE,
                        "flags are a list of names",
                        span,
                        "one name",
                    )
                    .replace(span, &better, "write it as a list"),
                );
                Some(None)
            }
            (KindFacts::Struct(fields), ExprKind::Braces(pairs)) => {
                let fields = Rc::clone(fields);
                Some(self.struct_value(file, id, &fields, pairs, span))
            }
            _ => None,
        }
    }

    /// Whether there are literals of a type: messages and unions have none, nor what holds one.
    pub(super) fn has_literals(&self, ty: &Ty) -> bool {
        match self.resolve(ty) {
            Ty::Array(item, _) | Ty::List(item, _) | Ty::Optional(item) => self.has_literals(item),
            Ty::Tuple(items) => items.iter().all(|item| self.has_literals(item)),
            Ty::Map(key, value) => self.has_literals(key) && self.has_literals(value),
            Ty::Named(id) => match &self.types[id.0].kind {
                KindFacts::Message { .. } | KindFacts::Union(_) => false,
                KindFacts::Struct(fields) => fields.iter().all(|f| self.has_literals(&f.ty)),
                KindFacts::Enum(_) | KindFacts::Flags(_) => true,
            },
            _ => true,
        }
    }

    fn tuple_items(&mut self, file: FileId, items: &[Expr], types: &[Ty]) -> Option<Value> {
        let values: Vec<Option<Value>> =
            items.iter().zip(types).map(|(item, ty)| self.value(file, item, ty)).collect();
        values.into_iter().collect::<Option<_>>().map(Value::Items)
    }

    fn items(&mut self, file: FileId, items: &[Expr], item: &Ty) -> Option<Value> {
        if let (Ty::Int(Repr::U8), Some(first)) = (self.resolve(item), items.first()) {
            let message = "a row of `u8` is written as hex digits";
            let span = items.iter().fold(first.span, |all, item| all.to(item.span));
            self.report(
                Diagnostic::new(Code::WRONG_VALUE, message, span, "a list of numbers")
                    .help("two digits a byte in a string: \"00ff\""),
            );
            return None;
        }
        if items.is_empty() && matches!(self.resolve(item), Ty::Int(Repr::U8)) {
            return Some(Value::Bytes(Vec::new()));
        }
        let (mut values, mut is_wrong) = (Vec::with_capacity(items.len()), false);
        for value in items {
            match self.value(file, value, item) {
                Some(value) => values.push(value),
                None => is_wrong = true,
            }
            if self.sink.is_full() {
                break;
            }
        }
        (!is_wrong).then_some(Value::Items(values))
    }

    fn check_item_count(
        &mut self,
        items: &[Expr],
        most: usize,
        exactly: bool,
        span: Span,
    ) -> Option<()> {
        let found = items.len();
        if found == most || found < most && !exactly {
            return Some(());
        }
        let what = if exactly { "" } else { "at most " };
        let message = format!("expected {what}{most} items, found {found}");
        let label = if found > most { "too many" } else { "too few" };
        self.report(Diagnostic::new(Code::RANGE, message, span, label));
        None
    }

    fn flags_value(&mut self, items: &[Expr], members: &[Member]) -> Option<Value> {
        let mut bits = Some(0_u64);
        for item in items {
            let found = match &item.kind {
                ExprKind::Name(path) => members.iter().find(|member| member.name == path.text),
                _ => None,
            };
            let Some(member) = found else {
                bits = None;
                if self.sink.is_full() {
                    break;
                }
                let names = members.iter().map(|member| member.name.as_str());
                let message = "this is not the name of a bit";
                let mut diagnostic =
                    Diagnostic::new(Code::UNKNOWN_NAME, message, item.span, "not a member");
                if let ExprKind::Name(path) = &item.kind {
                    diagnostic = diagnostic.did_you_mean(item.span, &path.text, names);
                }
                self.report(diagnostic);
                continue;
            };
            let bit = 1_u64 << member.value;
            if bits.is_some_and(|bits| bits & bit != 0) {
                let message = format!("`{}` is named twice", member.name);
                let label = "a second time";
                self.report(Diagnostic::new(Code::DUPLICATE_NAME, message, item.span, label));
                return None;
            }
            bits = bits.map(|bits| bits | bit);
        }
        bits.map(Value::Flags)
    }

    fn struct_value(
        &mut self,
        file: FileId,
        id: usize,
        fields: &[FieldFacts],
        pairs: &[(Expr, Expr)],
        span: Span,
    ) -> Option<Value> {
        let mut given: Vec<Option<Value>> = vec![None; fields.len()];
        let mut is_wrong = false;
        for (key, value) in pairs {
            if self.sink.is_full() {
                return None;
            }
            let index = match &key.kind {
                ExprKind::Name(path) => fields.iter().position(|field| field.name == path.text),
                _ => None,
            };
            let Some(index) = index else {
                self.report_no_field(id, fields, key);
                is_wrong = true;
                continue;
            };
            let place = value.span;
            let value = self.value(file, value, &fields[index].ty);
            is_wrong |= value.is_none();
            if given[index].is_some() {
                let message = format!("`{}` is given twice", fields[index].name);
                let label = "a second time";
                self.report(Diagnostic::new(Code::DUPLICATE_NAME, message, key.span, label));
                is_wrong = true;
            }
            if let (Some(value), Some(constraint)) = (&value, &fields[index].constraint) {
                self.check_default_kept(value, constraint, place);
            }
            given[index] = value;
        }
        if is_wrong {
            return None;
        }
        let missing: Vec<&str> = fields
            .iter()
            .zip(&given)
            .filter(|(field, value)| value.is_none() && !self.is_optional(&field.ty))
            .map(|(field, _)| field.name.as_str())
            .collect();
        if !missing.is_empty() {
            let message = format!("a value of `{}` needs all its fields", self.types[id].name);
            let label = format!("without `{}`", missing.join("`, `"));
            self.report(Diagnostic::new(Code::MISSING_VALUE, message, span, label));
            return None;
        }
        self.count_unwritten(given.iter().filter(|value| value.is_none()).count(), span)?;
        let values = given.into_iter().map(|value| value.unwrap_or(Value::Absent));
        Some(Value::Fields(values.collect()))
    }

    fn is_optional(&self, ty: &Ty) -> bool {
        matches!(self.resolve(ty), Ty::Optional(_))
    }

    fn report_no_field(&mut self, id: usize, fields: &[FieldFacts], key: &Expr) {
        let message = format!("this is not a field of `{}`", self.types[id].name);
        let mut diagnostic = Diagnostic::new(Code::UNKNOWN_NAME, message, key.span, "not a field");
        if let ExprKind::Name(path) = &key.kind {
            let names = fields.iter().map(|field| field.name.as_str());
            diagnostic = diagnostic.did_you_mean(key.span, &path.text, names);
        }
        self.report(diagnostic);
    }

    fn map_value(
        &mut self,
        file: FileId,
        pairs: &[(Expr, Expr)],
        key: &Ty,
        of: &Ty,
    ) -> Option<Value> {
        let mut given: Vec<(SortKey, (Value, Value))> = Vec::with_capacity(pairs.len());
        let mut places: HashMap<SortKey, Span> = HashMap::new();
        let mut is_wrong = false;
        for (name, value) in pairs {
            if self.sink.is_full() {
                return None;
            }
            let (found, value) = (self.value(file, name, key), self.value(file, value, of));
            let (Some(found), Some(value)) = (found, value) else {
                is_wrong = true;
                continue;
            };
            let sort_key = self.sort_key(&found, key);
            if let Some(first) = places.insert(sort_key.clone(), name.span) {
                let message = "this key is given twice";
                self.report(
                    Diagnostic::new(Code::DUPLICATE_VALUE, message, name.span, "a second time")
                        .related(first, "first given here"),
                );
                is_wrong = true;
            }
            given.push((sort_key, (found, value)));
        }
        if is_wrong {
            return None;
        }
        given.sort_by(|(a, _), (b, _)| a.cmp(b));
        Some(Value::Map(given.into_iter().map(|(_, pair)| pair).collect()))
    }

    /// What a key of a map is sorted by.
    fn sort_key(&self, key: &Value, ty: &Ty) -> SortKey {
        match key {
            Value::Bool(value) => SortKey::Number(i128::from(*value)),
            Value::Int(value) => SortKey::Number(*value),
            Value::Wide(value) => SortKey::Wide(*value),
            Value::Decimal(value) | Value::Nanos(value) => SortKey::Number(i128::from(*value)),
            Value::Flags(bits) => SortKey::Number(i128::from(*bits)),
            Value::Member(index) => match self.resolve(ty) {
                Ty::Named(id) => match &self.types[id.0].kind {
                    KindFacts::Enum(e) => SortKey::Number(e.members[*index].value),
                    _ => SortKey::Number(0),
                },
                _ => SortKey::Number(0),
            },
            Value::Wider(value) => {
                let mut bytes = value.to_le_bytes();
                bytes.reverse();
                SortKey::Bytes(bytes.to_vec())
            }
            Value::Text(text) => SortKey::Bytes(text.as_bytes().to_vec()),
            Value::Bytes(bytes) => SortKey::Bytes(bytes.clone()),
            Value::Uuid(uuid) => SortKey::Bytes(uuid.as_bytes().to_vec()),
            _ => SortKey::Number(0),
        }
    }
}

/// Keys of one map are of one kind, but for large integers, which come last, ascending.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum SortKey {
    Number(i128),
    Wide(u128),
    Bytes(Vec<u8>),
}
