//! Types of contracts: those of `.myc`, and what Rust and others call them.

use myc_schema::nearest;

use crate::import::model::{ItemName, Type};

/// Names of types without arguments.
const PLAIN: &[(&str, &str)] = &[
    ("bool", "bool"),
    ("boolean", "bool"),
    ("i8", "i8"),
    ("i16", "i16"),
    ("i32", "i32"),
    ("i64", "i64"),
    ("i128", "i128"),
    ("u8", "u8"),
    ("byte", "u8"),
    ("u16", "u16"),
    ("u32", "u32"),
    ("u64", "u64"),
    ("u128", "u128"),
    ("u256", "u256"),
    ("int8", "i8"),
    ("int16", "i16"),
    ("int32", "i32"),
    ("int64", "i64"),
    ("uint8", "u8"),
    ("uint16", "u16"),
    ("uint32", "u32"),
    ("uint64", "u64"),
    ("f32", "f32"),
    ("f64", "f64"),
    ("float32", "f32"),
    ("float64", "f64"),
    ("float", "f32"),
    ("double", "f64"),
    ("timestamp", "timestamp"),
    ("duration", "duration"),
    ("uuid", "uuid"),
    ("string", "string"),
    ("str", "string"),
    ("text", "string"),
    ("bytes", "bytes"),
];

/// Types inside types.
const NESTING: usize = 16;

type Declared<'d> = &'d dyn Fn(&str) -> Option<ItemName>;

/// Reads a type; `declared` knows those of the file.
pub(super) fn parse(text: &str, declared: Declared<'_>) -> Result<Type, String> {
    let mut parser = Parser { rest: text.trim(), declared };
    let ty = parser.ty(0)?;
    match parser.rest {
        "" => Ok(ty),
        rest => Err(format!("`{rest}` is left over behind a type")),
    }
}

struct Parser<'t> {
    rest: &'t str,
    declared: Declared<'t>,
}

impl<'t> Parser<'t> {
    fn accept(&mut self, symbol: &str) -> bool {
        match self.rest.strip_prefix(symbol) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.accept(symbol) { Ok(()) } else { Err(format!("expected `{symbol}` in a type")) }
    }

    fn word(&mut self) -> &'t str {
        let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest.trim_start();
        word
    }

    fn number(&mut self) -> Result<u32, String> {
        let word = self.word();
        let number = word.replace('_', "").parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| format!("`{word}` is not a length"))
    }

    fn ty(&mut self, depth: usize) -> Result<Type, String> {
        if depth > NESTING {
            return Err(format!("types are nested more than {NESTING} deep"));
        }
        let mut ty = if self.accept("[") { self.row(depth)? } else { self.named(depth)? };
        loop {
            ty = if self.accept("?") {
                ty.optional()
            } else if self.accept("[") {
                if self.accept("]") {
                    list(ty)
                } else {
                    let len = self.number()?;
                    self.expect("]")?;
                    ty.array(len)
                }
            } else {
                return Ok(ty);
            };
        }
    }

    /// Behind `[`.
    fn row(&mut self, depth: usize) -> Result<Type, String> {
        let item = self.ty(depth + 1)?;
        if !self.accept(";") {
            self.expect("]")?;
            return Ok(list(item));
        }
        let is_bound = self.accept("..");
        let len = self.number()?;
        self.expect("]")?;
        Ok(if is_bound { item.bounded(len) } else { item.array(len) })
    }

    fn named(&mut self, depth: usize) -> Result<Type, String> {
        let name = self.word();
        if let Some(item) = (self.declared)(name) {
            return Ok(Type::Item(item));
        }
        let lower = name.to_lowercase();
        match lower.as_str() {
            "vec" | "list" | "array" if self.accept("<") => {
                let item = self.ty(depth + 1)?;
                self.expect(">")?;
                Ok(list(item))
            }
            "option" | "optional" if self.accept("<") => {
                let inner = self.ty(depth + 1)?;
                self.expect(">")?;
                Ok(inner.optional())
            }
            "map" | "hashmap" | "btreemap" if self.accept("<") => {
                let key = self.ty(depth + 1)?;
                self.expect(",")?;
                let value = self.ty(depth + 1)?;
                self.expect(">")?;
                Ok(Type::Map(Box::new(key), Box::new(value)))
            }
            "decimal" if self.accept("<") => self.sized("decimal", ">"),
            "string" | "fixedstr" if self.accept("<") => self.sized("string", ">"),
            "bytes" if self.accept("<") => self.sized("bytes", ">"),
            _ => self.plain(name, &lower),
        }
    }

    fn sized(&mut self, name: &'static str, end: &str) -> Result<Type, String> {
        // A decimal may have no places.
        let is_zero = name == "decimal" && self.accept("0");
        let size = if is_zero { 0 } else { self.number()? };
        self.expect(end)?;
        Ok(Type::Sized(name, size))
    }

    fn plain(&self, name: &str, lower: &str) -> Result<Type, String> {
        if let Some((_, plain)) = PLAIN.iter().find(|(known, _)| *known == lower) {
            return Ok(Type::Plain(plain));
        }
        let near = nearest(name, PLAIN.iter().map(|(known, _)| *known));
        let near = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
        Err(format!("unknown type `{name}`{near}"))
    }
}

/// A list; one of bytes is bytes.
fn list(item: Type) -> Type {
    if item == Type::Plain("u8") { Type::Plain("bytes") } else { item.list() }
}
