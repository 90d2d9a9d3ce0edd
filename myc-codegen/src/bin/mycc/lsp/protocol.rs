//! Messages on a stream: a header with the length, and that many bytes of JSON.

use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::sync::mpsc::Sender;

use lsp_server::Message;
use serde_json::{Value, json};

/// More bytes than any message has: the largest holds one source, escaped.
const MOST_BYTES: usize = 1 << 26;

/// Most bytes of a line of a header.
const LINE_BYTES: u64 = 1 << 12;

/// What comes from an editor.
#[derive(Debug)]
pub(super) enum Incoming {
    Message(Message),
    /// Something that is no message, and why not.
    Malformed(String),
}

/// Hands on all messages until the stream ends or can no longer be understood.
pub(super) fn read_all(mut stream: impl BufRead, sender: &Sender<Incoming>) {
    loop {
        let incoming = match read_body(&mut stream) {
            Ok(Some(body)) => parse(&body),
            // Where a header is wrong, nobody knows where the next one begins.
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let _ = sender.send(Incoming::Malformed(error.to_string()));
                return;
            }
            Ok(None) | Err(_) => return,
        };
        if sender.send(incoming).is_err() {
            return;
        }
    }
}

/// By way of a value: read at once, ids of requests are lost, since serde_json keeps the digits of numbers here,
/// which types that try several forms do not understand.
fn parse(body: &[u8]) -> Incoming {
    let message = serde_json::from_slice::<Value>(body).and_then(serde_json::from_value);
    message.map_or_else(|error| Incoming::Malformed(error.to_string()), Incoming::Message)
}

/// The bytes of the next message; nothing at the end of the stream.
fn read_body(stream: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    let mut is_first = true;
    loop {
        let mut line = String::new();
        if stream.take(LINE_BYTES).read_line(&mut line)? == 0 {
            return if is_first { Ok(None) } else { Err(ErrorKind::UnexpectedEof.into()) };
        }
        is_first = false;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) =
            line.split_once(':').ok_or_else(|| wrong("a header without a colon"))?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok().filter(|length| *length <= MOST_BYTES);
        }
    }
    let length = length.ok_or_else(|| wrong("a header without a Content-Length that fits"))?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Some(body))
}

fn wrong(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

/// Writes a message.
pub(super) fn write(stream: &mut impl Write, message: Message) -> io::Result<()> {
    message.write(stream)
}

/// Writes the answer to something that has no id.
pub(super) fn write_error(stream: &mut impl Write, code: i32, message: &str) -> io::Result<()> {
    let error = json!({ "code": code, "message": message });
    let body = json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    write!(stream, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    stream.flush()
}
