//! From tokens to the tree of a `.proto` file.

mod comments;
mod options;

use super::lex::{Kind, Token};
use super::tree::{Around, Enum, Field, FieldType, File, Import, Label, Member, Message, Oneof};
use crate::import::report::{At, ImportError, Report};

/// Messages inside messages, and brackets of options.
const NESTING: usize = 32;

/// Largest number of a field.
const MOST_FIELD: i64 = (1 << 29) - 1;

type Parsed<T> = Result<T, ImportError>;

/// Reads a file; what has no meaning here is noted.
pub(super) fn parse(tokens: &[Token], report: &mut Report) -> Parsed<File> {
    let mut parser = Parser { tokens, at: 0, report };
    let mut file = File::default();
    parser.syntax(&mut file)?;
    while parser.peek() != &Kind::End {
        parser.declaration(&mut file)?;
    }
    parser.next();
    file.head.extend(parser.comments_since(tokens.len() - 1));
    Ok(file)
}

pub(super) struct Parser<'t> {
    tokens: &'t [Token],
    at: usize,
    pub(super) report: &'t mut Report,
}

impl<'t> Parser<'t> {
    fn token(&self) -> &'t Token {
        // The last token is `End`, and nothing goes beyond it.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    pub(super) fn peek(&self) -> &'t Kind {
        &self.token().kind
    }

    pub(super) fn line(&self) -> usize {
        self.token().line
    }

    pub(super) fn next(&mut self) -> &'t Token {
        let token = self.token();
        self.at += 1;
        token
    }

    pub(super) fn is_symbol(&self, symbol: char) -> bool {
        self.peek() == &Kind::Symbol(symbol)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Kind::Word(found) if found == word)
    }

    pub(super) fn accept(&mut self, symbol: char) -> bool {
        let found = self.is_symbol(symbol);
        self.at += usize::from(found);
        found
    }

    fn accept_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.peek() {
            Kind::Word(text) | Kind::Number(text) => format!("`{text}`"),
            Kind::Text(_) => "a string".to_owned(),
            Kind::Symbol(symbol) => format!("`{symbol}`"),
            Kind::End => "the end of the file".to_owned(),
        };
        let message = format!("expected {what}, found {found}");
        Err(self.report.error(At::Line(self.line()), message))
    }

    pub(super) fn expect(&mut self, symbol: char) -> Parsed<()> {
        if self.accept(symbol) { Ok(()) } else { self.expected(&format!("`{symbol}`")) }
    }

    fn word(&mut self, what: &str) -> Parsed<String> {
        let Kind::Word(word) = self.peek() else { return self.expected(what) };
        self.at += 1;
        Ok(word.clone())
    }

    fn name(&mut self, what: &str) -> Parsed<String> {
        let line = self.line();
        let name = self.word(what)?;
        if name.contains('.') {
            let message = format!("`{name}` is not {what}");
            return Err(self.report.error(At::Line(line), message));
        }
        Ok(name)
    }

    fn text(&mut self) -> Parsed<String> {
        let Kind::Text(text) = self.peek() else { return self.expected("a string") };
        self.at += 1;
        Ok(text.clone())
    }

    fn integer(&mut self) -> Parsed<i64> {
        let (line, minus) = (self.line(), self.accept('-'));
        let Kind::Number(text) = self.peek() else { return self.expected("a number") };
        self.at += 1;
        let lower = text.to_ascii_lowercase();
        let number = match lower.strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(digits, 16),
            None if lower.len() > 1 && lower.starts_with('0') => i64::from_str_radix(&lower, 8),
            None => lower.parse(),
        };
        let number = number
            .map_err(|_| self.report.error(At::Line(line), format!("`{text}` is no integer")));
        Ok(if minus { -number? } else { number? })
    }

    fn syntax(&mut self, file: &mut File) -> Parsed<()> {
        let help = "only proto3 is read: a file that begins with `syntax = \"proto3\";`";
        let at = At::Line(self.line());
        if self.is_word("edition") {
            return Err(self.report.error(at, "this file is of an edition").help(help));
        }
        if !self.accept_word("syntax") {
            let message = "this file names no syntax, so it is proto2";
            return Err(self.report.error(at, message).help(help));
        }
        self.expect('=')?;
        let syntax = self.text()?;
        if syntax != "proto3" {
            return Err(self.report.error(at, format!("this file is {syntax}")).help(help));
        }
        self.expect(';')?;
        file.head = self.comments_since(0);
        Ok(())
    }

    fn declaration(&mut self, file: &mut File) -> Parsed<()> {
        let (mut around, start) = (self.around(), self.at);
        if self.accept(';') {
            file.head.extend(self.comments_since(start));
            return Ok(());
        }
        let word = self.word("a declaration")?;
        match word.as_str() {
            "package" => {
                file.package = self.word("the name of a package")?;
                self.end_of(&mut around, start)?;
                file.docs = around.docs;
                file.head.append(&mut around.comments);
            }
            "import" => {
                self.import(file, around.line)?;
                file.head.extend(self.comments_since(start));
            }
            "option" => {
                let name = self.option()?;
                let text = format!("option `{name}` is not carried over");
                self.report.note(At::Line(around.line), text);
                self.expect(';')?;
                file.head.extend(self.comments_since(start));
            }
            "message" => file.messages.push(self.message(around, 0)?),
            "enum" => file.enums.push(self.enumeration(around)?),
            "service" => {
                self.service(file, around.line)?;
                file.head.append(&mut around.comments);
            }
            "extend" => {
                self.extend(around.line)?;
                file.head.append(&mut around.comments);
            }
            _ => {
                self.at -= 1;
                return self.expected("`message`, `enum`, `import` or another declaration");
            }
        }
        Ok(())
    }

    fn import(&mut self, file: &mut File, line: usize) -> Parsed<()> {
        // What is public or weak matters to the compiler of protobuf only.
        let _ = self.accept_word("public") || self.accept_word("weak");
        let path = self.text()?;
        file.imports.push(Import { path, line });
        self.expect(';')
    }

    fn message(&mut self, mut around: Around, depth: usize) -> Parsed<Message> {
        if depth > NESTING {
            let message = format!("messages are nested more than {NESTING} deep here");
            return Err(self.report.error(At::Line(around.line), message));
        }
        let name = self.name("the name of a message")?;
        self.open(&mut around)?;
        let (fields, oneofs) = (Vec::new(), Vec::new());
        let (messages, enums) = (Vec::new(), Vec::new());
        let mut message = Message { around, name, fields, oneofs, messages, enums };
        while !self.close(&mut message.around) {
            self.message_part(&mut message, depth)?;
        }
        Ok(message)
    }

    fn message_part(&mut self, message: &mut Message, depth: usize) -> Parsed<()> {
        if self.empty(&mut message.around) {
            return Ok(());
        }
        let mut around = self.around();
        // A type may have the name of a keyword, but then a name follows, and no brace or string.
        let is_block =
            matches!(self.tokens.get(self.at + 2), Some(token) if token.kind == Kind::Symbol('{'));
        // A type may stand there with its full name: `.package.Type`.
        let word = match self.peek() {
            Kind::Word(word) => word.as_str(),
            _ => "",
        };
        match word {
            "message" if is_block => {
                self.next();
                message.messages.push(self.message(around, depth + 1)?);
            }
            "enum" if is_block => {
                self.next();
                message.enums.push(self.enumeration(around)?);
            }
            "oneof" if is_block => {
                self.next();
                message.oneofs.push(self.oneof(around)?);
            }
            "extend" => {
                self.next();
                self.extend(around.line)?;
                message.around.comments.append(&mut around.comments);
            }
            "reserved" => {
                self.next();
                let what = self.reserved(&mut message.around)?;
                let name = &message.name;
                let text =
                    format!("`{name}` reserves {what}: fields here have no numbers to reserve");
                self.report.note(At::Line(around.line), text);
            }
            "option" => {
                self.next();
                self.own_option(&mut message.around)?;
            }
            "extensions" => {
                let text = "there are no `extensions` in proto3";
                return Err(self.report.error(At::Line(around.line), text));
            }
            _ => message.fields.push(self.field(around, true)?),
        }
        Ok(())
    }

    fn oneof(&mut self, mut around: Around) -> Parsed<Oneof> {
        let name = self.name("the name of a oneof")?;
        self.open(&mut around)?;
        let mut oneof = Oneof { around, name, fields: Vec::new() };
        while !self.close(&mut oneof.around) {
            if self.empty(&mut oneof.around) {
                continue;
            }
            if self.accept_word("option") {
                self.own_option(&mut oneof.around)?;
                continue;
            }
            let around = self.around();
            oneof.fields.push(self.field(around, false)?);
        }
        if oneof.fields.is_empty() {
            let message = format!("oneof `{}` is empty", oneof.name);
            return Err(self.report.error(At::Line(oneof.around.line), message));
        }
        Ok(oneof)
    }

    fn field(&mut self, mut around: Around, takes_label: bool) -> Parsed<Field> {
        let (line, start) = (At::Line(around.line), self.at);
        let label = match self.peek() {
            Kind::Word(word) if word == "optional" => Label::Optional,
            Kind::Word(word) if word == "repeated" => Label::Repeated,
            Kind::Word(word) if word == "required" => {
                return Err(self.report.error(line, "there are no `required` fields in proto3"));
            }
            _ => Label::None,
        };
        if label != Label::None {
            if !takes_label {
                return self.expected("a field of a oneof, which is neither optional nor repeated");
            }
            self.at += 1;
        }
        let ty = self.field_type(label, takes_label)?;
        let name = self.name("the name of a field")?;
        self.expect('=')?;
        let number = self.integer()?;
        if !(1..=MOST_FIELD).contains(&number) {
            let message = format!("field number {number} is not within 1 to {MOST_FIELD}");
            return Err(self.report.error(line, message));
        }
        self.field_options(&mut around)?;
        if self.is_symbol('{') {
            return Err(self.report.error(line, "there are no groups in proto3"));
        }
        self.end_of(&mut around, start)?;
        Ok(Field { around, name, number, label, ty })
    }

    fn field_type(&mut self, label: Label, takes_map: bool) -> Parsed<FieldType> {
        let full = if self.accept('.') { "." } else { "" };
        let line = self.line();
        let name = self.word("a type")?;
        if name == "group" {
            return Err(self.report.error(At::Line(line), "there are no groups in proto3"));
        }
        if name != "map" || !self.accept('<') {
            return Ok(FieldType::Named(format!("{full}{name}")));
        }
        if label != Label::None || !takes_map {
            let message = "a map is neither repeated nor optional, nor part of a oneof";
            return Err(self.report.error(At::Line(line), message));
        }
        let key = self.word("the type of a key")?;
        self.expect(',')?;
        let full = if self.accept('.') { "." } else { "" };
        let value = self.word("the type of a value")?;
        self.expect('>')?;
        Ok(FieldType::Map(key, format!("{full}{value}")))
    }

    fn enumeration(&mut self, mut around: Around) -> Parsed<Enum> {
        let name = self.name("the name of an enum")?;
        self.open(&mut around)?;
        let mut result = Enum { around, name, members: Vec::new() };
        while !self.close(&mut result.around) {
            if self.empty(&mut result.around) {
                continue;
            }
            let (mut around, start) = (self.around(), self.at);
            let is_named = matches!(self.tokens.get(self.at + 1), Some(token) if token.kind == Kind::Symbol('='));
            if !is_named && self.accept_word("option") {
                self.own_option(&mut result.around)?;
                continue;
            }
            if !is_named && self.accept_word("reserved") {
                let what = self.reserved(&mut result.around)?;
                let text =
                    format!("`{}` reserves {what}; write that into the enum by hand", result.name);
                self.report.note(At::Line(around.line), text);
                continue;
            }
            let name = self.name("the name of a value")?;
            self.expect('=')?;
            let value = self.integer()?;
            self.field_options(&mut around)?;
            self.end_of(&mut around, start)?;
            result.members.push(Member { around, name, value });
        }
        Ok(result)
    }
}
