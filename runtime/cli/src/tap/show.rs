//! Messages as text, JSON and hex digits.

use crate::failure::Failure;
use crate::harmless::{harmless, harmless_json};
use clap::ValueEnum;
use mycelium::observe::Seen;
use mycelium_wire::reflect::Def;
use mycelium_wire::{FrameHeader, Value, hex, json};
use serde_json::{Value as Json, json};
use std::io::{BufWriter, Stdout, Write};
use std::time::{Duration, Instant};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub(super) enum Format {
    /// Time, topic, type and fields on a line
    Text,
    /// One object a line
    Json,
    /// Time, topic and the whole frame in hex digits
    Hex,
}

/// A message as it is shown.
pub(super) struct Line<'s> {
    seen: &'s Seen,
    /// The type's name, and the message.
    message: Result<(String, Json), String>,
}

/// Standard output in a format.
pub(super) struct Output {
    format: Format,
    out: BufWriter<Stdout>,
    /// When what was printed was last handed on.
    flushed: Instant,
}

impl<'s> Line<'s> {
    pub(super) fn known(seen: &'s Seen, def: &Def<'_>, value: Value) -> Self {
        let name = format!("{}.{}", def.package, def.name);
        // What was decoded by its type can be written by it.
        let message = json::to_json(def, &value).map_err(|error| error.to_string());
        Self { seen, message: message.map(|message| (name, message)) }
    }

    pub(super) fn unknown(seen: &'s Seen, reason: String) -> Self {
        Self { seen, message: Err(reason) }
    }

    fn as_json(&self) -> Json {
        let Seen { channel, bytes, missed, time, .. } = self.seen;
        let sequence = FrameHeader::parse(bytes).map_or(0, |header| header.sequence);
        let mut line = json!({
            "time": time.to_string(),
            "place": &*channel.place,
            "topic": &*channel.topic,
            "type_id": channel.type_id,
            "digest": channel.digest.to_string(),
            "sequence": sequence,
            "missed": missed,
        });
        match &self.message {
            Ok((name, message)) => {
                line["type"] = json!(name);
                line["message"] = message.clone();
            }
            Err(reason) => {
                line["error"] = json!(reason);
                line["frame"] = json!(hex::encode(bytes));
            }
        }
        line
    }

    fn as_text(&self) -> String {
        let Seen { channel, bytes, time, .. } = self.seen;
        let head = format!("{time} {}", harmless(&channel.topic));
        match &self.message {
            Ok((name, Json::Object(fields))) => {
                let short = name.rsplit('.').next().unwrap_or(name);
                let fields = fields.iter().map(|(name, value)| format!(" {name}={}", text(value)));
                format!("{head} {short}{}", fields.collect::<String>())
            }
            Ok((name, other)) => format!("{head} {name} {}", text(other)),
            Err(reason) => {
                let (digits, reason) = (hex::encode(bytes), harmless(reason));
                format!("{head} type {} ({reason}) {digits}", channel.type_id)
            }
        }
    }
}

impl Output {
    pub(super) fn new(format: Format) -> Self {
        let out = BufWriter::with_capacity(64 << 10, std::io::stdout());
        Self { format, out, flushed: Instant::now() }
    }

    pub(super) fn show(&mut self, line: &Line<'_>) -> Result<(), Failure> {
        let Seen { channel, bytes, time, .. } = line.seen;
        match self.format {
            Format::Text => writeln!(self.out, "{}", line.as_text())?,
            Format::Json => writeln!(self.out, "{}", harmless_json(&line.as_json(), false))?,
            Format::Hex => {
                let topic = harmless(&channel.topic);
                writeln!(self.out, "{time} {topic} {}", hex::encode(bytes))?;
            }
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.flushed = Instant::now();
        Ok(self.out.flush()?)
    }

    /// Hands on what was printed if the last time is so long ago: on a busy place there is no pause in which to do it.
    pub(super) fn flush_after(&mut self, patience: Duration) -> Result<(), Failure> {
        if self.flushed.elapsed() >= patience { self.flush() } else { Ok(()) }
    }
}

/// A value without more signs than it takes to read it.
fn text(value: &Json) -> String {
    match value {
        Json::String(text) if is_word(text) => text.clone(),
        Json::String(text) => format!("\"{}\"", text.escape_debug()),
        Json::Array(items) => {
            format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        Json::Object(members) => {
            let member = |(name, value): (&String, &Json)| {
                let name = if is_word(name) { name.clone() } else { format!("{name:?}") };
                format!("{name}={}", text(value))
            };
            format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    }
}

/// Whether a text needs no quotes beside others.
fn is_word(text: &str) -> bool {
    let plain = |char: char| char.is_ascii_alphanumeric() || "._-+:/@%".contains(char);
    !text.is_empty() && text.chars().all(plain)
}
