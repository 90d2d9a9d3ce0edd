//! Words to a tree.

use super::token::{At, Token, split};
use super::{Fault, Placed};
use std::ops::Range;

/// Conditions inside one another.
const MOST_DEPTH: usize = 64;

/// A condition.
#[derive(Debug)]
pub(super) enum Expr {
    Any(Vec<Expr>),
    All(Vec<Expr>),
    Not(Box<Expr>),
    /// A path to something that is true or false.
    Holds(Path),
    Compare {
        left: Operand,
        operator: Operator,
        right: Operand,
    },
}

/// One side of a comparison.
#[derive(Debug)]
pub(super) enum Operand {
    Path(Path),
    Literal(Range<usize>, Literal),
}

/// Something that is written down.
#[derive(Debug, Clone)]
pub(super) enum Literal {
    Number(String),
    Text(String),
    Bool(bool),
    Null,
}

/// A way into a message.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) at: Range<usize>,
    pub(super) steps: Vec<(Range<usize>, Step)>,
}

#[derive(Debug)]
pub(super) enum Step {
    Name(String),
    Index(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
}

impl Operator {
    const ALL: [Self; 7] = [
        Self::Equal,
        Self::Unequal,
        Self::Less,
        Self::LessOrEqual,
        Self::Greater,
        Self::GreaterOrEqual,
        Self::Contains,
    ];

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "contains",
        }
    }
}

/// Reads a condition.
pub(super) fn parse(text: &str) -> Result<Expr, Placed> {
    let words = split(text)?;
    let mut parser = Parser { words: &words, at: 0, end: text.len(), depth: 0 };
    let expr = parser.any()?;
    match parser.words.get(parser.at) {
        None => Ok(expr),
        Some((at, _)) => Err((at.clone(), Fault::Expected("`and`, `or` or the end"))),
    }
}

struct Parser<'w> {
    words: &'w [At],
    at: usize,
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Expr, Placed> {
        let mut parts = vec![self.all()?];
        while self.take("or") || self.take("||") {
            parts.push(self.all()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::Any(parts) })
    }

    fn all(&mut self) -> Result<Expr, Placed> {
        let mut parts = vec![self.not()?];
        while self.take("and") || self.take("&&") {
            parts.push(self.not()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expr::All(parts) })
    }

    fn not(&mut self) -> Result<Expr, Placed> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err((self.here(), Fault::Refused(format!("more than {MOST_DEPTH} deep"))));
        }
        let expr = if self.take("not") || self.take("!") {
            Expr::Not(Box::new(self.not()?))
        } else if self.take("(") {
            let inner = self.any()?;
            self.expect(")", "`)`")?;
            inner
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn comparison(&mut self) -> Result<Expr, Placed> {
        let left = self.operand()?;
        let operator = Operator::ALL.into_iter().find(|operator| self.take(operator.text()));
        match (operator, left) {
            (Some(operator), left) => Ok(Expr::Compare { left, operator, right: self.operand()? }),
            (None, Operand::Path(path)) => Ok(Expr::Holds(path)),
            (None, Operand::Literal(..)) => Err((
                self.here(),
                Fault::Expected("`==`, `!=`, `<`, `<=`, `>`, `>=` or `contains`"),
            )),
        }
    }

    fn operand(&mut self) -> Result<Operand, Placed> {
        let fault = Fault::Expected("a field, a number, a \"text\", `true`, `false` or `null`");
        let Some((at, token)) = self.words.get(self.at) else { return Err((self.here(), fault)) };
        let literal = match token {
            Token::Number(digits) => Literal::Number(digits.clone()),
            Token::Text(text) => Literal::Text(text.clone()),
            Token::Name(name) => match name.as_str() {
                "true" => Literal::Bool(true),
                "false" => Literal::Bool(false),
                "null" => Literal::Null,
                "and" | "or" | "not" | "contains" => return Err((at.clone(), fault)),
                _ => return self.path().map(Operand::Path),
            },
            Token::Sign(_) => return Err((at.clone(), fault)),
        };
        self.at += 1;
        Ok(Operand::Literal(at.clone(), literal))
    }

    fn path(&mut self) -> Result<Path, Placed> {
        let mut steps = vec![self.name()?];
        loop {
            if self.take(".") {
                steps.push(self.name()?);
            } else if self.take("[") {
                let at = self.here();
                let index = match self.words.get(self.at) {
                    Some((_, Token::Number(digits))) => digits.parse().ok(),
                    _ => None,
                };
                let index =
                    index.ok_or((at.clone(), Fault::Expected("the number of an item, from 0")))?;
                self.at += 1;
                self.expect("]", "`]`")?;
                steps.push((at, Step::Index(index)));
            } else {
                let at = steps[0].0.start..steps[steps.len() - 1].0.end;
                return Ok(Path { at, steps });
            }
        }
    }

    fn name(&mut self) -> Result<(Range<usize>, Step), Placed> {
        match self.words.get(self.at) {
            Some((at, Token::Name(name))) => {
                self.at += 1;
                Ok((at.clone(), Step::Name(name.clone())))
            }
            _ => Err((self.here(), Fault::Expected("a field's name"))),
        }
    }

    /// Takes a sign or a word, if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let is_next = match self.words.get(self.at) {
            Some((_, Token::Sign(sign))) => *sign == word,
            Some((_, Token::Name(name))) => name == word,
            _ => false,
        };
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, sign: &str, what: &'static str) -> Result<(), Placed> {
        let here = self.here();
        if self.take(sign) { Ok(()) } else { Err((here, Fault::Expected(what))) }
    }

    /// The place of the next word, or of the end.
    fn here(&self) -> Range<usize> {
        self.words.get(self.at).map_or(self.end..self.end, |(at, _)| at.clone())
    }
}
