//! What is read over: options, services, extensions, what is reserved. Each is noted.

use super::{Around, At, File, Kind, Parsed, Parser};

impl Parser<'_> {
    /// The name of an option and its value, which is skipped up to what ends it.
    pub(super) fn option(&mut self) -> Parsed<String> {
        let mut name = String::new();
        while !self.accept('=') {
            match self.peek() {
                Kind::Word(word) => name.push_str(word),
                Kind::Symbol(symbol @ ('(' | ')' | '.')) => name.push(*symbol),
                _ => return self.expected("the name of an option"),
            }
            self.next();
        }
        self.value()?;
        Ok(name)
    }

    /// Skips a value: up to `;`, or to `,` or `]` outside its own brackets.
    fn value(&mut self) -> Parsed<()> {
        let mut closing = Vec::new();
        loop {
            match self.peek() {
                Kind::End => return self.expected("the end of a value"),
                Kind::Symbol(';' | ',' | ']') if closing.is_empty() => return Ok(()),
                Kind::Symbol('{') => closing.push('}'),
                Kind::Symbol('[') => closing.push(']'),
                Kind::Symbol(symbol @ ('}' | ']')) if closing.pop() != Some(*symbol) => {
                    return self.expected("the end of a value");
                }
                _ => {}
            }
            self.next();
        }
    }

    /// `option …;` inside a declaration, which keeps the comments around it.
    pub(super) fn own_option(&mut self, owner: &mut Around) -> Parsed<()> {
        let (line, start) = (self.line(), self.at - 1);
        self.checked_option(owner, line)?;
        self.expect(';')?;
        owner.comments.extend(self.comments_since(start));
        Ok(())
    }

    fn checked_option(&mut self, around: &mut Around, line: usize) -> Parsed<()> {
        let start = self.at;
        let name = self.option()?;
        let is_true = self.tokens[start..self.at]
            .iter()
            .any(|token| token.kind == Kind::Word("true".to_owned()));
        match name.as_str() {
            "deprecated" => around.is_deprecated = is_true,
            // It only permits what is then found and noted: two names for one value.
            "allow_alias" => {}
            _ => {
                let text = format!("option `{name}` is not carried over");
                self.report.note(At::Line(line), text);
            }
        }
        Ok(())
    }

    /// `[a = 1, b = 2]` behind a field or value, if it is there.
    pub(super) fn field_options(&mut self, around: &mut Around) -> Parsed<()> {
        if !self.accept('[') {
            return Ok(());
        }
        loop {
            let line = self.line();
            self.checked_option(around, line)?;
            if self.accept(']') {
                return Ok(());
            }
            self.expect(',')?;
        }
    }

    /// A service, of which only the methods are told.
    pub(super) fn service(&mut self, file: &mut File, line: usize) -> Parsed<()> {
        let name = self.name("the name of a service")?;
        let methods = self.block("rpc")?;
        let text = match methods.is_empty() {
            true => format!("service `{name}`"),
            false => format!("service `{name}` with {}", methods.join(", ")),
        };
        self.report
            .note(At::Line(line), format!("{text} is not carried over: there are only messages"));
        file.left_out.push(format!("Not carried over: {text}."));
        Ok(())
    }

    pub(super) fn extend(&mut self, line: usize) -> Parsed<()> {
        self.accept('.');
        let name = self.word("the name of what is extended")?;
        self.block("")?;
        let text = format!("the extension of `{name}` is not carried over");
        self.report.note(At::Line(line), text);
        Ok(())
    }

    /// Skips a block; gives the words that follow a keyword in it.
    fn block(&mut self, keyword: &str) -> Parsed<Vec<String>> {
        self.expect('{')?;
        let (mut depth, mut found) = (1, Vec::new());
        while depth > 0 {
            match self.peek() {
                Kind::End => return self.expected("`}`"),
                Kind::Symbol('{') => depth += 1,
                Kind::Symbol('}') => depth -= 1,
                Kind::Word(word) if word == keyword && depth == 1 => {
                    if let Some(Kind::Word(name)) = self.tokens.get(self.at + 1).map(|t| &t.kind) {
                        found.push(format!("`{name}`"));
                    }
                }
                _ => {}
            }
            self.next();
        }
        Ok(found)
    }

    /// What is reserved; it is kept as a comment of its owner, with the comments around it.
    pub(super) fn reserved(&mut self, owner: &mut Around) -> Parsed<String> {
        let start = self.at - 1;
        let what = self.reserved_text()?;
        owner.comments.extend(self.comments_since(start));
        owner.comments.push(format!("Not carried over: reserved {what}."));
        Ok(what)
    }

    /// What is reserved, in the words of the source.
    fn reserved_text(&mut self) -> Parsed<String> {
        let mut text = String::new();
        while !self.accept(';') {
            let (space, part) = match self.peek() {
                Kind::Word(word) => (true, word.clone()),
                Kind::Number(number) => (!text.ends_with('-'), number.clone()),
                Kind::Text(name) => (true, format!("\"{name}\"")),
                Kind::Symbol(',') => (false, ",".to_owned()),
                Kind::Symbol('-') => (true, "-".to_owned()),
                _ => return self.expected("numbers or names"),
            };
            self.at += 1;
            text.push_str(if space && !text.is_empty() { " " } else { "" });
            text.push_str(&part);
        }
        Ok(text)
    }
}
