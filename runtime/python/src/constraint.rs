//! `@range` and `@len`: whether a field's value keeps them.

use pyo3::intern;
use pyo3::prelude::*;

use crate::given;
use crate::items::Items;
use crate::object::{Object, Outcome};
use crate::plan::{Form, Kind};
use crate::scalar::Number;

/// What a field's value is held to; the Python object words the error.
pub(crate) struct Constraint {
    limits: Limits,
    pub(crate) object: Py<PyAny>,
}

enum Limits {
    Whole {
        least: i128,
        greatest: i128,
        is_unsigned: bool,
    },
    Float {
        least: f64,
        greatest: f64,
    },
    TextBytes {
        least: usize,
        greatest: usize,
    },
    Items {
        least: usize,
        greatest: usize,
    },
    /// All else is asked of Python.
    Other,
}

impl Constraint {
    /// The constraint of a field whose slot holds values of this form.
    pub(crate) fn new(object: &Object<'_>, form: &Form, is_raw: bool) -> PyResult<Constraint> {
        let present = match &form.kind {
            Kind::Optional { item, .. } => item,
            _ => form,
        };
        Ok(Constraint {
            limits: limits_of(object, present, is_raw)?,
            object: object.clone().unbind(),
        })
    }

    /// Whether a value of the type, or `None`, keeps it.
    pub(crate) fn keeps(&self, value: &Object<'_>) -> Outcome<bool> {
        if value.is_none() {
            return Ok(true);
        }
        Ok(match &self.limits {
            Limits::Whole { least, greatest, is_unsigned } => {
                let number = if *is_unsigned {
                    given::unsigned_of(value)?.into()
                } else {
                    given::signed_of(value)?.into()
                };
                (*least..=*greatest).contains(&number)
            }
            Limits::Float { least, greatest } => {
                (*least..=*greatest).contains(&given::float_of(value)?)
            }
            Limits::TextBytes { least, greatest } => {
                (*least..=*greatest).contains(&given::utf8_of(value)?.len())
            }
            Limits::Items { least, greatest } => match Items::of_sequence(value) {
                Some(items) => (*least..=*greatest).contains(&items.len()),
                None => (*least..=*greatest).contains(&value.len()?),
            },
            Limits::Other => self.ask(value)?,
        })
    }

    fn ask(&self, value: &Object<'_>) -> Outcome<bool> {
        let py = value.py();
        Ok(self.object.bind(py).call_method1(intern!(py, "keeps"), (value,))?.extract()?)
    }
}

fn limits_of(object: &Object<'_>, form: &Form, is_raw: bool) -> PyResult<Limits> {
    let (least, greatest): (Object<'_>, Object<'_>) =
        object.call_method1("limits", (is_raw,))?.extract()?;
    let is_len = object.getattr("kind")?.extract::<&str>()? == "len";
    let count = |limit: &Object<'_>, none: usize| -> PyResult<usize> {
        Ok(limit.extract::<Option<usize>>()?.unwrap_or(none))
    };
    Ok(match &form.kind {
        Kind::Text | Kind::BoundedText { .. } if is_len => {
            Limits::TextBytes { least: count(&least, 0)?, greatest: count(&greatest, usize::MAX)? }
        }
        Kind::List(_) | Kind::BoundedList { .. } | Kind::Map(_) if is_len => {
            Limits::Items { least: count(&least, 0)?, greatest: count(&greatest, usize::MAX)? }
        }
        Kind::Number(Number::F64) => Limits::Float {
            least: least.extract::<Option<f64>>()?.unwrap_or(f64::NEG_INFINITY),
            greatest: greatest.extract::<Option<f64>>()?.unwrap_or(f64::INFINITY),
        },
        Kind::Number(number) if *number != Number::F32 => Limits::Whole {
            least: least.extract::<Option<i128>>()?.unwrap_or(i128::MIN),
            greatest: greatest.extract::<Option<i128>>()?.unwrap_or(i128::MAX),
            is_unsigned: *number == Number::U64,
        },
        _ => Limits::Other,
    })
}
