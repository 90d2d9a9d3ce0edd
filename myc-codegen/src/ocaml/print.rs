//! Lays out expressions: two spaces a level, lines of at most [`WIDTH`] columns where that can be.

use super::expr::Expr;
use super::flat::{columns, is_within_line};

/// Columns that a line has.
pub(super) const WIDTH: usize = 96;

/// A definition, `let head = body`, whose first line stands at `indent`.
pub(super) fn definition(head: &str, body: &Expr, indent: usize) -> String {
    let mut printer = Printer::new(head, indent);
    printer.hang(body, indent, 0);
    printer.text
}

/// A definition that the compiler is to put in the place of its calls.
pub(super) fn inlined(mut definition: String) -> String {
    const INLINE: &str = "[@@inline]";
    let fits = 2 + definition.len() + 1 + INLINE.len() <= WIDTH;
    definition.push_str(if fits && !definition.contains('\n') { " " } else { "\n  " });
    definition.push_str(INLINE);
    definition
}

/// Bytes that most definitions fit in.
const USUAL_LENGTH: usize = 1024;

struct Printer {
    text: String,
    /// Where the current line starts.
    line: usize,
    /// Columns of it that stand before the text.
    margin: usize,
    /// An expression that is tried on one line.
    flat: String,
}

impl Printer {
    /// Starts with `let head =`, where the head may have several lines.
    fn new(head: &str, margin: usize) -> Self {
        let mut text = String::with_capacity(USUAL_LENGTH);
        text.extend(["let ", head, " ="]);
        let (line, margin) = text.rfind('\n').map_or((0, margin), |newline| (newline + 1, 0));
        Printer { text, line, margin, flat: String::with_capacity(2 * WIDTH) }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn put<const N: usize>(&mut self, parts: [&str; N]) {
        self.text.extend(parts);
    }

    fn line(&mut self, indent: usize) {
        self.text.push('\n');
        (self.line, self.margin) = (self.text.len(), 0);
        self.text.extend(std::iter::repeat_n(' ', indent));
    }

    fn column(&self) -> usize {
        self.margin + self.text.len() - self.line
    }

    fn fits(&self, text: &str, behind: usize) -> bool {
        self.column() + columns(text) + behind <= WIDTH
    }

    /// Tries an expression on one line; whether it can stand so at all.
    fn flatten(&mut self, put: impl FnOnce(&mut String) -> Option<()>) -> bool {
        self.flat.clear();
        put(&mut self.flat).is_some() && is_within_line(&self.flat)
    }

    fn flat_fits(&self, behind: usize) -> bool {
        self.fits(&self.flat, behind)
    }

    fn push_flat(&mut self) {
        self.text.push_str(&self.flat);
    }

    /// An expression behind `=` or `->`: on the same line where it fits, else below, two deeper.
    /// `behind` columns are taken by what follows.
    fn hang(&mut self, expr: &Expr, indent: usize, behind: usize) {
        if self.flatten(|flat| expr.put_flat(flat)) && self.flat_fits(behind + 1) {
            self.push(" ");
            self.push_flat();
            return;
        }
        self.line(indent + 2);
        self.expr(expr, indent + 2, behind);
    }

    fn expr(&mut self, expr: &Expr, indent: usize, behind: usize) {
        if self.flatten(|flat| expr.put_flat(flat)) && self.flat_fits(behind) {
            self.push_flat();
            return;
        }
        match expr {
            Expr::Atom(text) => self.push(text),
            Expr::Call(function, arguments) => self.call(function, arguments, indent, behind),
            Expr::Apply(parts) => {
                self.argument(&parts[0], indent, 0);
                self.arguments(&parts[1..], indent, behind);
            }
            Expr::Label(name, value) => {
                self.put(["~", name, ":"]);
                self.argument(value, indent + name.len() + 2, behind);
            }
            Expr::Let(pattern, value, body) => {
                self.binding(pattern, value, indent);
                self.line(indent);
                self.expr(body, indent, behind);
            }
            Expr::If(condition, yes, no) => self.choice(condition, yes, no, indent, behind),
            Expr::When(condition, yes) => {
                self.put(["if ", condition, " then"]);
                self.branch(yes, indent, behind);
            }
            Expr::Match(value, cases) => self.cases(value, cases, indent, behind),
            Expr::Fun(parameters, body) => {
                self.put(["fun ", parameters, " ->"]);
                self.hang(body, indent, behind);
            }
            Expr::Tuple(items) => self.list("(", ",", ")", items, indent),
            Expr::Items(brackets, items) => self.items(*brackets, items, indent),
            Expr::Record(fields) => self.record(fields, indent),
            Expr::Seq(steps) => self.sequence(steps, indent, behind),
            Expr::Test(value, against) => {
                self.expr(value, indent, behind + 1 + against.len());
                self.put([" ", against]);
            }
            Expr::All(parts) => self.all(parts, indent, behind),
            Expr::FirstNonZero(parts) => self.first_non_zero(parts, indent, behind),
        }
    }

    fn binding(&mut self, pattern: &str, value: &Expr, indent: usize) {
        self.put(["let ", pattern, " ="]);
        let before = self.text.len();
        self.hang(value, indent, 3);
        if self.text[before..].contains('\n') {
            self.line(indent);
            self.push("in");
        } else {
            self.push(" in");
        }
    }

    /// A function with as many arguments on each line as fit; a function as last argument hangs.
    fn call(&mut self, function: &str, arguments: &[Expr], indent: usize, behind: usize) {
        self.push(function);
        self.arguments(arguments, indent, behind);
    }

    fn arguments(&mut self, arguments: &[Expr], indent: usize, behind: usize) {
        for (index, argument) in arguments.iter().enumerate() {
            let behind = if index + 1 == arguments.len() { behind } else { 0 };
            let is_flat = self.flatten(|flat| argument.put_flat_argument(flat));
            if is_flat && self.flat_fits(behind + 1) {
                self.push(" ");
                self.push_flat();
            } else if is_flat && indent + 2 + columns(&self.flat) + behind <= WIDTH {
                self.line(indent + 2);
                self.push_flat();
            } else {
                self.broken_argument(argument, indent, behind);
            }
        }
    }

    fn broken_argument(&mut self, argument: &Expr, indent: usize, behind: usize) {
        if let Expr::Fun(parameters, body) = argument {
            let head = format!("(fun {parameters} ->");
            if self.fits(&head, 1) {
                self.push(" ");
            } else {
                self.line(indent + 2);
            }
            self.push(&head);
            self.hang(body, indent + 2, behind + 1);
            self.push(")");
            return;
        }
        self.line(indent + 2);
        self.argument(argument, indent + 2, behind);
    }

    fn argument(&mut self, argument: &Expr, indent: usize, behind: usize) {
        if argument.is_closed() {
            self.expr(argument, indent, behind);
            return;
        }
        self.push("(");
        self.expr(argument, indent + 1, behind + 1);
        self.push(")");
    }

    fn choice(&mut self, condition: &str, yes: &Expr, no: &Expr, indent: usize, behind: usize) {
        self.put(["if ", condition, " then"]);
        self.branch(yes, indent, 0);
        self.line(indent);
        self.push("else");
        if let Expr::If(condition, yes, no) = no {
            self.push(" ");
            self.choice(condition, yes, no, indent, behind);
        } else {
            self.branch(no, indent, behind);
        }
    }

    fn branch(&mut self, expr: &Expr, indent: usize, behind: usize) {
        if let Expr::Seq(_) | Expr::Match(..) | Expr::Let(..) = expr {
            self.push(" (");
            self.line(indent + 2);
            self.expr(expr, indent + 2, behind + 1);
            self.push(")");
        } else {
            self.hang(expr, indent, behind);
        }
    }

    fn cases(&mut self, value: &str, cases: &[(String, Expr)], indent: usize, behind: usize) {
        self.put(["match ", value, " with"]);
        for (pattern, result) in cases {
            self.line(indent);
            self.put(["| ", pattern, " ->"]);
            if let Expr::Match(..) = result {
                self.push(" (");
                self.line(indent + 4);
                self.expr(result, indent + 4, behind + 1);
                self.push(")");
            } else {
                self.hang(result, indent + 2, behind);
            }
        }
    }

    fn list(&mut self, open: &str, separator: &str, close: &str, items: &[Expr], indent: usize) {
        self.push(open);
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.push(separator);
                self.line(indent + open.len());
            }
            // `if a then b else c, d` is `if a then b else (c, d)`.
            if let Expr::If(..) = item {
                self.push("(");
                self.expr(item, indent + open.len() + 1, 2);
                self.push(")");
            } else {
                self.expr(item, indent + open.len(), 1);
            }
        }
        self.push(close);
    }

    fn items(&mut self, [opening, closing]: [&str; 2], items: &[String], indent: usize) {
        self.push(opening);
        self.line(indent + 2);
        for (index, item) in items.iter().enumerate() {
            if index > 0 && self.fits(item, 2) {
                self.push(" ");
            } else if index > 0 {
                self.line(indent + 2);
            }
            self.put([item, ";"]);
        }
        self.line(indent);
        self.push(closing);
    }

    fn record(&mut self, fields: &[(String, Expr)], indent: usize) {
        self.push("{");
        for (name, value) in fields {
            self.line(indent + 2);
            if matches!(value, Expr::Atom(text) if text == name) {
                self.put([name, ";"]);
            } else {
                self.put([name, " ="]);
                self.hang(value, indent + 2, 1);
                self.push(";");
            }
        }
        self.line(indent);
        self.push("}");
    }

    fn sequence(&mut self, steps: &[Expr], indent: usize, behind: usize) {
        for (index, step) in steps.iter().enumerate() {
            let is_last = index + 1 == steps.len();
            let behind = if is_last { behind } else { 1 };
            match step {
                Expr::Let(..) | Expr::Match(..) if !is_last => {
                    self.push("(");
                    self.expr(step, indent + 1, behind + 1);
                    self.push(")");
                }
                _ => self.expr(step, indent, behind),
            }
            if !is_last {
                self.push(";");
                self.line(indent);
            }
        }
    }

    fn all(&mut self, parts: &[Expr], indent: usize, behind: usize) {
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.line(indent);
                self.push("&& ");
            }
            self.expr(part, indent, behind);
        }
    }

    fn first_non_zero(&mut self, parts: &[Expr], indent: usize, behind: usize) {
        for (index, part) in parts.iter().enumerate() {
            if index + 1 == parts.len() {
                self.expr(part, indent, behind);
            } else {
                self.binding("c", part, indent);
                self.line(indent);
                self.push("if c <> 0 then c else");
                self.line(indent);
            }
        }
    }
}
