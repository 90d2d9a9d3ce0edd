//! Expressions, laid out as `ruff format` lays them out.

/// Columns of a line.
pub(super) const WIDTH: usize = 88;

/// An expression of an annotation or a default, or the head of a class.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    /// A name or a literal.
    Word(String),
    /// `list[…]`.
    Subscript(String, Vec<Expr>),
    /// `wire.decimal(…)`.
    Call(String, Vec<Expr>),
    /// `A | B`.
    Either(Vec<Expr>),
    /// `[A, B]`.
    List(Vec<Expr>),
    /// `(A, B)`.
    Tuple(Vec<Expr>),
    /// `{A: B}`: its pairs.
    Dict(Vec<Expr>),
    /// `name=A`, `key: A`: what stands before a value.
    Headed(String, Box<Expr>),
}

impl Expr {
    pub(super) fn word(text: impl Into<String>) -> Expr {
        Expr::Word(text.into())
    }

    /// On one line.
    pub(super) fn flat(&self) -> String {
        let all = |parts: &[Expr], separator: &str| {
            parts.iter().map(Expr::flat).collect::<Vec<_>>().join(separator)
        };
        match self {
            Expr::Word(text) => text.clone(),
            Expr::Subscript(head, parts) => format!("{head}[{}]", all(parts, ", ")),
            Expr::Call(head, parts) => format!("{head}({})", all(parts, ", ")),
            Expr::Either(parts) => all(parts, " | "),
            Expr::List(parts) => format!("[{}]", all(parts, ", ")),
            Expr::Tuple(parts) if parts.len() == 1 => format!("({},)", all(parts, ", ")),
            Expr::Tuple(parts) => format!("({})", all(parts, ", ")),
            Expr::Dict(parts) => format!("{{{}}}", all(parts, ", ")),
            Expr::Headed(head, value) => format!("{head}{}", value.flat()),
        }
    }

    /// Whether it can stand on several lines.
    pub(super) fn is_breakable(&self) -> bool {
        match self {
            Expr::Word(_) => false,
            Expr::Subscript(_, parts) | Expr::Call(_, parts) => !parts.is_empty(),
            Expr::List(parts) | Expr::Tuple(parts) | Expr::Dict(parts) => !parts.is_empty(),
            Expr::Either(_) => true,
            Expr::Headed(_, value) => value.is_breakable(),
        }
    }

    /// On as few lines of `width` columns as fit. The first begins at `column`, the last has room for
    /// `after` more; what is inside is indented.
    pub(super) fn fitted(&self, width: usize, column: usize, after: usize) -> String {
        self.laid_out(width, 0, column, after)
    }

    /// As [`fitted`](Expr::fitted), on lines of its own at column `indent`.
    pub(super) fn indented(&self, width: usize, indent: usize) -> String {
        self.laid_out(width, indent, indent, 0)
    }

    /// Columns up to where it can be broken first.
    pub(super) fn opening(&self) -> usize {
        match self {
            Expr::Word(text) => text.chars().count(),
            Expr::Subscript(head, _) | Expr::Call(head, _) => head.chars().count() + 1,
            Expr::List(_) | Expr::Tuple(_) | Expr::Dict(_) | Expr::Either(_) => 1,
            Expr::Headed(head, value) => head.chars().count() + value.opening(),
        }
    }

    fn laid_out(&self, width: usize, indent: usize, column: usize, after: usize) -> String {
        let flat = self.flat();
        if column + flat.chars().count() + after <= width {
            return flat;
        }
        let inner = indent + 4;
        let (pad, end) = (" ".repeat(inner), " ".repeat(indent));
        match self {
            Expr::Word(text) => text.clone(),
            // A comma would make a tuple of the one.
            Expr::Subscript(head, parts) if parts.len() == 1 => {
                let part = parts[0].laid_out(width, inner, inner, 0);
                format!("{head}[\n{pad}{part}\n{end}]")
            }
            Expr::Subscript(head, parts) => {
                format!("{head}[\n{}{end}]", one_a_line(parts, width, inner))
            }
            Expr::Call(head, parts) => {
                format!("{head}(\n{}{end})", one_a_line(parts, width, inner))
            }
            Expr::List(parts) => bracketed("[", parts, "]", width, indent),
            Expr::Tuple(parts) => bracketed("(", parts, ")", width, indent),
            Expr::Dict(parts) => bracketed("{", parts, "}", width, indent),
            Expr::Headed(head, value) => {
                let column = column + head.chars().count();
                format!("{head}{}", value.laid_out(width, indent, column, after))
            }
            Expr::Either(_) if inner + flat.chars().count() <= width => {
                format!("(\n{pad}{flat}\n{end})")
            }
            Expr::Either(parts) => {
                let part = |part: &Expr| part.laid_out(width, inner, inner + 2, 0);
                let parts: Vec<String> = parts.iter().map(part).collect();
                format!("(\n{pad}{}\n{end})", parts.join(&format!("\n{pad}| ")))
            }
        }
    }
}

fn bracketed(open: &str, parts: &[Expr], close: &str, width: usize, indent: usize) -> String {
    let pad = " ".repeat(indent);
    match parts {
        [] => format!("{open}{close}"),
        parts => format!("{open}\n{}{pad}{close}", one_a_line(parts, width, indent + 4)),
    }
}

fn one_a_line(parts: &[Expr], width: usize, indent: usize) -> String {
    let pad = " ".repeat(indent);
    let line = |part: &Expr| format!("{pad}{},\n", part.laid_out(width, indent, indent, 1));
    parts.iter().map(line).collect()
}
