//! Types whose fields are columns of a table.

use std::any::TypeId;
use std::error::Error;
use std::fmt::{self, Display};
use std::str::FromStr;

/// A type whose fields are columns; made by [`row!`](crate::row).
pub trait Row: Sized {
    /// Names of the columns.
    const COLUMNS: &'static [&'static str];

    /// Types of the columns.
    #[doc(hidden)]
    fn types() -> Vec<TypeId>;

    /// Appends the values as text, one for each column.
    fn write_cells(&self, cells: &mut Vec<String>);

    /// Reads the values, one for each column.
    ///
    /// # Errors
    /// A cell is no value of its column.
    fn read_cells(cells: &[&str]) -> Result<Self, CellError>;
}

/// A value of a table: what can be written as text and read again without a loss. Numbers, `bool`, decimals
/// and text are.
pub trait Cell: Display + FromStr {}

impl<T: Display + FromStr> Cell for T {}

/// A cell holds no value of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellError {
    /// The column.
    pub column: &'static str,
    /// What the cell holds.
    pub found: String,
    /// The Rust type of the column.
    pub expected: &'static str,
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, found, expected } = self;
        write!(f, "column `{column}` holds `{found}`, which is no {expected}")
    }
}

impl Error for CellError {}

#[doc(hidden)]
pub fn read_cell<T: Cell>(column: &'static str, cell: Option<&&str>) -> Result<T, CellError> {
    let found = cell.copied().unwrap_or_default();
    let expected = std::any::type_name::<T>();
    found.parse().map_err(|_| CellError { column, found: found.to_owned(), expected })
}

/// Makes a struct whose fields are the columns of a table: parameters or results of a
/// [`Sweep`](crate::sim::Sweep).
///
/// ```
/// mycelium::row! {
///     /// What is varied.
///     #[derive(Copy)]
///     pub struct Params { spread: i64, size: i64 }
/// }
/// assert_eq!(<Params as mycelium::sim::Row>::COLUMNS, ["spread", "size"]);
/// ```
///
/// Fields are as visible as the struct. It is `Debug`, `Clone` and `PartialEq`.
#[macro_export]
macro_rules! row {
    (
        $(#[$about:meta])*
        $visibility:vis struct $row:ident {
            $($(#[$of_field:meta])* $field:ident: $Field:ty),* $(,)?
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(missing_docs, reason = "a column says what it is by its name")]
        $visibility struct $row {
            $($(#[$of_field])* $visibility $field: $Field,)*
        }

        impl $crate::sim::Row for $row {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn types() -> ::std::vec::Vec<::core::any::TypeId> {
                ::std::vec![$(::core::any::TypeId::of::<$Field>()),*]
            }

            fn write_cells(&self, cells: &mut ::std::vec::Vec<::std::string::String>) {
                $(cells.push(::std::string::ToString::to_string(&self.$field));)*
            }

            fn read_cells(
                cells: &[&str],
            ) -> ::core::result::Result<Self, $crate::sim::CellError> {
                let mut cells = cells.iter();
                ::core::result::Result::Ok(Self {
                    $($field: $crate::sim::__read_cell(stringify!($field), cells.next())?,)*
                })
            }
        }
    };
}
