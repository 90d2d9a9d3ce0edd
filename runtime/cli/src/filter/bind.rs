//! A condition and a type: paths become places, and what is written becomes values of their types.

use super::datum::{Class, Datum, Number, class};
use super::parse::{Expr, Literal, Operand, Operator, Path, Step};
use super::{Fault, Filter, FilterError, Placed};
use mycelium_wire::reflect::{Def, Kind, Member, Type};
use mycelium_wire::{Duration, Timestamp, Value, canon, hex};
use std::cmp::Ordering;
use std::ops::Range;

/// A condition on messages of one type.
#[derive(Debug)]
pub(crate) struct Bound<'d>(Condition<'d>);

#[derive(Debug)]
pub(super) enum Condition<'d> {
    Any(Vec<Condition<'d>>),
    All(Vec<Condition<'d>>),
    Not(Box<Condition<'d>>),
    Holds(Place<'d>),
    Compare {
        left: Side<'d>,
        operator: Operator,
        right: Side<'d>,
    },
    /// Whether flags have a bit set.
    HasBit {
        flags: Place<'d>,
        bit: u32,
    },
    /// Whether a list has an item.
    HasItem {
        list: Place<'d>,
        item: &'d Type<'d>,
        wanted: Constant,
    },
}

/// One side of a comparison.
#[derive(Debug)]
pub(super) enum Side<'d> {
    Place(Place<'d>),
    Constant(Constant),
}

/// Where in a message something lies.
#[derive(Debug)]
pub(super) struct Place<'d> {
    steps: Vec<Access>,
    ty: &'d Type<'d>,
}

#[derive(Debug, Clone, Copy)]
enum Access {
    Field(usize),
    Arm(u16),
    Item(usize),
    /// How many items or bytes there are.
    Len,
}

/// A value that was written down.
#[derive(Debug, Clone)]
pub(super) enum Constant {
    Null,
    Bool(bool),
    Number(Number),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(mycelium_wire::Uuid),
}

/// What stands for a length.
const LEN: &str = "len";

impl Filter {
    /// Holds the condition against a type.
    pub(crate) fn bind<'d>(&self, def: &'d Def<'d>) -> Result<Bound<'d>, FilterError> {
        bind(&self.expr, def).map(Bound).map_err(|placed| self.fault(placed))
    }
}

impl Bound<'_> {
    /// Whether a message of the type fulfils the condition.
    pub(crate) fn holds(&self, message: &Value) -> bool {
        self.0.holds(message)
    }
}

fn bind<'d>(expr: &Expr, def: &'d Def<'d>) -> Result<Condition<'d>, Placed> {
    let all = |parts: &[Expr]| parts.iter().map(|part| bind(part, def)).collect::<Result<_, _>>();
    match expr {
        Expr::Any(parts) => all(parts).map(Condition::Any),
        Expr::All(parts) => all(parts).map(Condition::All),
        Expr::Not(inner) => Ok(Condition::Not(Box::new(bind(inner, def)?))),
        Expr::Holds(path) => {
            let place = find(path, def)?;
            if class(place.ty) != Class::Bool {
                let fault = format!("{} is neither true nor false: compare it", name(place.ty));
                return Err((path.at.clone(), Fault::Refused(fault)));
            }
            Ok(Condition::Holds(place))
        }
        Expr::Compare { left, operator, right } => compare(left, *operator, right, def),
    }
}

fn compare<'d>(
    left: &Operand,
    operator: Operator,
    right: &Operand,
    def: &'d Def<'d>,
) -> Result<Condition<'d>, Placed> {
    let (left, right) = match (left, right) {
        (Operand::Literal(at, _), Operand::Literal(..)) => {
            let fault = "one of the two must be a field".to_owned();
            return Err((at.clone(), Fault::Refused(fault)));
        }
        (Operand::Path(left), Operand::Literal(at, right)) => {
            let left = find(left, def)?;
            if operator == Operator::Contains {
                return contains(left, at, right);
            }
            let right = constant(left.ty, operator, at, right)?;
            (Side::Place(left), Side::Constant(right))
        }
        (Operand::Literal(at, left), Operand::Path(right)) => {
            let right = find(right, def)?;
            (Side::Constant(constant(right.ty, operator, at, left)?), Side::Place(right))
        }
        (Operand::Path(left_path), Operand::Path(right_path)) => {
            let (left, right) = (find(left_path, def)?, find(right_path, def)?);
            if class(left.ty) != class(right.ty) || !class(left.ty).has(operator) {
                let at = left_path.at.start..right_path.at.end;
                return Err((at, differ(left.ty, operator, name(right.ty))));
            }
            (Side::Place(left), Side::Place(right))
        }
    };
    Ok(Condition::Compare { left, operator, right })
}

/// What a list, a text or flags are to contain.
fn contains<'d>(
    place: Place<'d>,
    at: &Range<usize>,
    wanted: &Literal,
) -> Result<Condition<'d>, Placed> {
    let refused = |place: &Place<'_>| {
        (at.clone(), differ(place.ty, Operator::Contains, literal_name(wanted)))
    };
    match (class(place.ty), bare(place.ty), wanted) {
        (
            Class::Flags,
            ty @ Type::Named(Def { kind: Kind::Flags { members, .. }, .. }),
            Literal::Text(bit),
        ) => {
            let bit = member(ty, members, bit).map_err(|fault| (at.clone(), fault))?;
            Ok(Condition::HasBit { flags: place, bit: u32::try_from(bit).unwrap_or(u32::MAX) })
        }
        (Class::Text, _, Literal::Text(text)) => {
            let right = Side::Constant(Constant::Text(text.clone()));
            Ok(Condition::Compare { left: Side::Place(place), operator: Operator::Contains, right })
        }
        (
            Class::List,
            Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item),
            wanted,
        ) => {
            let wanted = constant(item, Operator::Equal, at, wanted)?;
            Ok(Condition::HasItem { list: place, item, wanted })
        }
        _ => Err(refused(&place)),
    }
}

/// A literal as a value of the type that it is compared with.
fn constant(
    ty: &Type<'_>,
    operator: Operator,
    at: &Range<usize>,
    literal: &Literal,
) -> Result<Constant, Placed> {
    let fault = |fault: Fault| (at.clone(), fault);
    let is_equality = matches!(operator, Operator::Equal | Operator::Unequal);
    let nanos = |nanos: i64| Constant::Number(Number::Scaled(nanos.into(), 0));
    let expected = |found: Option<Constant>, what| found.ok_or((at.clone(), Fault::Expected(what)));
    match (class(ty), literal) {
        (_, Literal::Null) if is_equality => Ok(Constant::Null),
        (class, _) if !class.has(operator) => {
            Err(fault(differ(ty, operator, literal_name(literal))))
        }
        (Class::Bool, Literal::Bool(truth)) => Ok(Constant::Bool(*truth)),
        (
            Class::Number | Class::Timestamp | Class::Duration | Class::Enum | Class::Flags,
            Literal::Number(digits),
        ) => expected(number(bare(ty), digits), "a number of at most 38 digits"),
        (Class::Text, Literal::Text(text)) => Ok(Constant::Text(text.clone())),
        (Class::Timestamp, Literal::Text(text)) => {
            let time = Timestamp::parse_rfc3339(text).map(|time| nanos(time.0));
            expected(time, "a time like \"2024-08-08T23:54:15Z\", or nanoseconds")
        }
        (Class::Duration, Literal::Text(text)) => {
            let span = Duration::parse(text).map(|span| nanos(span.0));
            expected(span, "a duration like \"1.5s\" or \"20ms\", or nanoseconds")
        }
        (Class::Enum, Literal::Text(text)) if is_equality => match bare(ty) {
            ty @ Type::Named(Def { kind: Kind::Enum { members, .. }, .. }) => {
                let number = member(ty, members, text).map_err(fault)?;
                Ok(Constant::Number(Number::Scaled(number, 0)))
            }
            _ => Err(fault(differ(ty, operator, literal_name(literal)))),
        },
        (Class::Bytes, Literal::Text(text)) => {
            let bytes = hex::decode(text).map(Constant::Bytes);
            expected(bytes, "bytes as pairs of hex digits")
        }
        (Class::Uuid, Literal::Text(text)) => {
            let uuid = text.parse().ok().map(Constant::Uuid);
            expected(uuid, "a UUID like \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"")
        }
        _ => Err(fault(differ(ty, operator, literal_name(literal)))),
    }
}

/// A number as fields of a type hold it: beside a float it is the nearest of that width, so that what was rounded on
/// the way into a message is equal to what it was rounded from.
fn number(ty: &Type<'_>, digits: &str) -> Option<Constant> {
    let exact = Number::parse(digits)?;
    Some(match ty {
        Type::F32 => {
            let nearest = digits.parse().ok().filter(|nearest: &f32| nearest.is_finite());
            Constant::Float(nearest.map_or_else(|| exact.to_f64(), f64::from))
        }
        Type::F64 => Constant::Float(exact.to_f64()),
        _ => Constant::Number(exact),
    })
}

/// Follows a path through a type.
fn find<'d>(path: &Path, def: &'d Def<'d>) -> Result<Place<'d>, Placed> {
    let (mut steps, mut ty) = (Vec::new(), None);
    for (at, step) in &path.steps {
        let here = match ty {
            None => Holder::Def(def),
            Some(ty) => Holder::Type(bare(ty)),
        };
        let (access, next) = here.step(step).map_err(|fault| (at.clone(), fault))?;
        steps.push(access);
        ty = Some(next);
    }
    // A path has a step at least.
    let ty = ty.ok_or((path.at.clone(), Fault::Expected("a field's name")))?;
    Ok(Place { steps, ty })
}

/// What a step leads out of.
enum Holder<'d> {
    Def(&'d Def<'d>),
    Type(&'d Type<'d>),
}

impl<'d> Holder<'d> {
    fn step(&self, step: &Step) -> Result<(Access, &'d Type<'d>), Fault> {
        match (self, step) {
            (Self::Def(def) | Self::Type(Type::Named(def)), Step::Name(name)) => {
                member_of(def, name)
            }
            (Self::Type(ty), Step::Name(name)) if name == LEN && has_len(ty) => {
                Ok((Access::Len, &Type::U64))
            }
            (
                Self::Type(
                    ty @ (Type::Array(item, _) | Type::BoundedList(item, _) | Type::List(item)),
                ),
                Step::Index(index),
            ) if class(ty) == Class::List => Ok((Access::Item(*index), item)),
            (Self::Type(Type::Tuple(items)), Step::Index(index)) => match items.get(*index) {
                Some(item) => Ok((Access::Item(*index), item)),
                None => Err(self.lacks(&index.to_string(), 0..items.len())),
            },
            (_, Step::Name(name)) => Err(self.lacks(name, std::iter::empty::<&str>())),
            (_, Step::Index(index)) => {
                Err(self.lacks(&index.to_string(), std::iter::empty::<&str>()))
            }
        }
    }

    fn lacks(&self, name: &str, known: impl IntoIterator<Item = impl ToString>) -> Fault {
        let holder = match self {
            Self::Def(def) => format!("{}.{}", def.package, def.name),
            Self::Type(ty) => self::name(ty),
        };
        let mut known: Vec<String> = known.into_iter().map(|known| known.to_string()).collect();
        if let Self::Type(ty) = self
            && has_len(ty)
        {
            known.push(LEN.to_owned());
        }
        Fault::Unknown { name: name.to_owned(), holder, known }
    }
}

fn member_of<'d>(def: &'d Def<'d>, name: &str) -> Result<(Access, &'d Type<'d>), Fault> {
    match def.kind {
        Kind::Message { fields, .. } | Kind::Struct { fields } => {
            match fields.iter().position(|field| field.name == name) {
                Some(index) => Ok((Access::Field(index), fields[index].ty)),
                None => Err(Holder::Def(def).lacks(name, fields.iter().map(|field| field.name))),
            }
        }
        Kind::Union { arms, .. } => match arms.iter().find(|arm| arm.name == name) {
            Some(arm) => Ok((Access::Arm(arm.tag), arm.ty)),
            None => Err(Holder::Def(def).lacks(name, arms.iter().map(|arm| arm.name))),
        },
        Kind::Enum { .. } | Kind::Flags { .. } => {
            Err(Holder::Def(def).lacks(name, std::iter::empty::<&str>()))
        }
    }
}

fn has_len(ty: &Type<'_>) -> bool {
    matches!(class(ty), Class::Text | Class::Bytes | Class::List)
}

/// The number of a member of an enum or of flags. A name that is none is refused: it is a value that is wrong, and no
/// field that another type of message may have.
fn member(ty: &Type<'_>, members: &[Member<'_>], name: &str) -> Result<i128, Fault> {
    members.iter().find(|member| member.name == name).map(|member| member.value).ok_or_else(|| {
        let known: Vec<&str> = members.iter().map(|member| member.name).collect();
        let (ty, known) = (self::name(ty), known.join(", "));
        Fault::Refused(format!("{ty} has no `{name}`; it has: {known}"))
    })
}

fn bare<'d>(ty: &'d Type<'d>) -> &'d Type<'d> {
    match ty {
        Type::Optional(item) => bare(item),
        ty => ty,
    }
}

fn name(ty: &Type<'_>) -> String {
    canon::type_text(ty)
}

fn literal_name(literal: &Literal) -> String {
    match literal {
        Literal::Number(digits) => format!("the number {digits}"),
        Literal::Text(text) => format!("the text {text:?}"),
        Literal::Bool(truth) => truth.to_string(),
        Literal::Null => "null".to_owned(),
    }
}

fn differ(left: &Type<'_>, operator: Operator, right: String) -> Fault {
    Fault::Types { left: name(left), operator: operator.text(), right }
}

impl Condition<'_> {
    fn holds(&self, message: &Value) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|part| part.holds(message)),
            Self::All(parts) => parts.iter().all(|part| part.holds(message)),
            Self::Not(inner) => !inner.holds(message),
            Self::Holds(place) => place.datum(message) == Datum::Bool(true),
            Self::HasBit { flags, bit } => match flags.find(message) {
                Some(Value::Int(bits)) => bits.checked_shr(*bit).is_some_and(|bits| bits & 1 == 1),
                _ => false,
            },
            Self::HasItem { list, item, wanted } => match list.find(message) {
                Some(Value::Items(items)) => items.iter().any(|found| {
                    Datum::of(item, found).compare(&wanted.datum()) == Some(Ordering::Equal)
                }),
                _ => false,
            },
            Self::Compare { left, operator, right } => {
                operator.holds(&left.datum(message), &right.datum(message))
            }
        }
    }
}

impl Operator {
    fn holds(self, left: &Datum<'_>, right: &Datum<'_>) -> bool {
        let order = left.compare(right);
        match self {
            Self::Equal => order == Some(Ordering::Equal),
            Self::Unequal => order != Some(Ordering::Equal),
            // Null is equal to itself alone.
            _ if *left == Datum::Null || *right == Datum::Null => false,
            Self::Less => order == Some(Ordering::Less),
            Self::LessOrEqual => order.is_some_and(Ordering::is_le),
            Self::Greater => order == Some(Ordering::Greater),
            Self::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
            Self::Contains => match (left, right) {
                (Datum::Text(text), Datum::Text(part)) => text.contains(part),
                _ => false,
            },
        }
    }
}

impl Side<'_> {
    fn datum<'v>(&'v self, message: &'v Value) -> Datum<'v> {
        match self {
            Self::Place(place) => place.datum(message),
            Self::Constant(constant) => constant.datum(),
        }
    }
}

impl Place<'_> {
    fn datum<'v>(&self, message: &'v Value) -> Datum<'v> {
        match self.steps.split_last() {
            Some((Access::Len, before)) => match follow(before, message) {
                Some(value) => len(value)
                    .map_or(Datum::Null, |len| Datum::Number(Number::Scaled(len as i128, 0))),
                None => Datum::Null,
            },
            _ => self.find(message).map_or(Datum::Null, |value| Datum::of(self.ty, value)),
        }
    }

    fn find<'v>(&self, message: &'v Value) -> Option<&'v Value> {
        follow(&self.steps, message)
    }
}

/// What lies there, if anything does.
fn follow<'v>(steps: &[Access], message: &'v Value) -> Option<&'v Value> {
    steps.iter().try_fold(message, |value, step| match (step, value) {
        (Access::Field(index), Value::Fields(fields)) => fields.get(*index),
        (Access::Item(index), Value::Items(items)) => items.get(*index),
        (Access::Arm(wanted), Value::Arm { tag, value }) if tag == wanted => Some(&**value),
        _ => None,
    })
}

fn len(value: &Value) -> Option<usize> {
    match value {
        Value::Text(text) => Some(text.len()),
        Value::Bytes(bytes) => Some(bytes.len()),
        Value::Items(items) => Some(items.len()),
        _ => None,
    }
}

impl Constant {
    fn datum(&self) -> Datum<'_> {
        match self {
            Self::Null => Datum::Null,
            Self::Bool(truth) => Datum::Bool(*truth),
            Self::Number(number) => Datum::Number(*number),
            Self::Float(number) => Datum::Float(*number),
            Self::Text(text) => Datum::Text(text),
            Self::Bytes(bytes) => Datum::Bytes(bytes),
            Self::Uuid(uuid) => Datum::Uuid(*uuid),
        }
    }
}
