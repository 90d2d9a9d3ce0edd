//! A type as Rust writes it, on one line or broken as rustfmt breaks it.

use std::fmt;

/// A type in Rust's terms.
#[derive(Clone, PartialEq)]
pub(super) enum RustType {
    /// A path and its generic arguments; a number among these is a path too.
    Path(String, Vec<RustType>),
    /// Items, and how many.
    Array(Box<RustType>, String),
    Tuple(Vec<RustType>),
}

/// Longest line.
const LINE_WIDTH: usize = 100;

/// What a broken line is indented by.
const INDENT: usize = 4;

impl RustType {
    /// A path without arguments.
    pub(super) fn plain(path: impl Into<String>) -> RustType {
        RustType::Path(path.into(), Vec::new())
    }

    /// The lines of `head` and the type, as of a field or an alias: on one line where there is room, else
    /// the type on the next line, else broken behind the head.
    pub(super) fn after(&self, head: &str, indent: usize, end: &str) -> String {
        let (line, next) = (format!("{:indent$}{head} ", ""), indent + INDENT);
        let broken = self.lay_out(indent, line.len(), end.len());
        let first = broken.lines().next().unwrap_or_default();
        // A path goes to the next line before its brackets go over the edge; a parenthesis may.
        let room = match first {
            _ if first.ends_with("<(") => LINE_WIDTH - ")>".len(),
            _ if first.ends_with('<') => LINE_WIDTH,
            _ => usize::MAX,
        };
        let is_over = line.len() + first.len() > room;
        let is_next_better = !self.fits(line.len(), end.len()) && self.fits(next, end.len());
        if !is_over && !is_next_better {
            return format!("{line}{broken}{end}\n");
        }
        let line = line.trim_end();
        format!("{line}\n{:next$}{}{end}\n", "", self.lay_out(next, next, end.len()))
    }

    /// The lines of a variant that holds the type.
    pub(super) fn inside(&self, variant: &str, indent: usize) -> String {
        let line = format!("{:indent$}{variant}({self}),\n", "");
        if line.len() <= LINE_WIDTH + 1 {
            return line;
        }
        let next = indent + INDENT;
        let ty = self.lay_out(next, next, 1);
        format!("{:indent$}{variant}(\n{:next$}{ty},\n{:indent$}),\n", "", "", "")
    }

    /// Whether there is room from `column` on, with `after` bytes behind it.
    fn fits(&self, column: usize, after: usize) -> bool {
        column + self.to_string().len() + after <= LINE_WIDTH
    }

    /// The text that begins at `column` of a line that is indented by `indent`.
    fn lay_out(&self, indent: usize, column: usize, after: usize) -> String {
        if self.fits(column, after) {
            return self.to_string();
        }
        match self {
            RustType::Path(path, arguments) => match arguments.as_slice() {
                [] => path.clone(),
                // The brackets of a lone tuple share the lines of its parentheses.
                [tuple @ RustType::Tuple(_)] => {
                    let start = column + path.len() + 1;
                    format!("{path}<{}>", tuple.lay_out(indent, start, LINE_WIDTH))
                }
                arguments => format!("{path}<{}>", lay_out_list(arguments, indent)),
            },
            RustType::Array(item, len) => {
                let (separator, start) = ("; ".len(), column + 1);
                if item.fits(start, separator) {
                    return format!("[{item};\n{:next$}{len}]", "", next = indent + INDENT);
                }
                let after = after + separator + len.len() + 1;
                format!("[{}; {len}]", item.lay_out(indent, start, after))
            }
            RustType::Tuple(items) => format!("({})", lay_out_list(items, indent)),
        }
    }
}

/// Types, each on lines of its own.
fn lay_out_list(types: &[RustType], indent: usize) -> String {
    let next = indent + INDENT;
    let line = |ty: &RustType| format!("{:next$}{},\n", "", ty.lay_out(next, next, 1));
    let lines: String = types.iter().map(line).collect();
    format!("\n{lines}{:indent$}", "")
}

/// On one line.
impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RustType::Path(path, arguments) if arguments.is_empty() => f.write_str(path),
            RustType::Path(path, arguments) => write!(f, "{path}<{}>", joined(arguments)),
            RustType::Array(item, len) => write!(f, "[{item}; {len}]"),
            RustType::Tuple(items) if items.len() == 1 => write!(f, "({},)", joined(items)),
            RustType::Tuple(items) => write!(f, "({})", joined(items)),
        }
    }
}

fn joined(types: &[RustType]) -> String {
    types.iter().map(RustType::to_string).collect::<Vec<_>>().join(", ")
}
