//! What a value is made of in a text format.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

/// A value as text formats know it. What is written may borrow names from the type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree<'n> {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Integer(i128),
    /// A number that a format has made a float.
    Float(f64),
    /// A number whose digits the format has kept.
    Digits(String),
    /// Text.
    Text(Cow<'n, str>),
    /// An array.
    Items(Vec<Tree<'n>>),
    /// An object, each member once.
    Members(Vec<(String, Tree<'n>)>),
    /// An object with the fields of a type, as it is written; what is read has members.
    Record {
        /// Name of the type.
        name: &'n str,
        /// Its fields.
        fields: Vec<(&'n str, Tree<'n>)>,
    },
}
