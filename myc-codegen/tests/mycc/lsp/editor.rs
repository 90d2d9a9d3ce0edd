//! An editor that does what a test says.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any answer takes, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(120);

/// An editor and the server that it has started.
pub(super) struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next_id: i64,
    /// Diagnostics as last told, by URI.
    pub(super) shown: BTreeMap<String, Vec<Value>>,
    /// What was said to the user.
    pub(super) said: Vec<String>,
}

impl Editor {
    /// Starts the server, and nothing else.
    pub(super) fn start() -> Editor {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mycc"))
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, messages) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || read_messages(output, &sender));
        let input = child.stdin.take();
        let (shown, said) = (BTreeMap::new(), Vec::new());
        Editor { child, input, messages, next_id: 0, shown, said }
    }

    /// Starts the server and a session.
    pub(super) fn new() -> Editor {
        Editor::with(json!({}))
    }

    /// The same with what the editor can do.
    pub(super) fn with(capabilities: Value) -> Editor {
        let mut editor = Editor::start();
        let params = json!({ "processId": null, "rootUri": null, "capabilities": capabilities });
        editor.ask("initialize", params);
        editor.tell("initialized", json!({}));
        editor
    }

    /// Sends a message.
    pub(super) fn send(&mut self, message: &Value) {
        self.send_bytes(message.to_string().as_bytes());
    }

    /// Sends what need not be a message.
    pub(super) fn send_bytes(&mut self, body: &[u8]) {
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
        input.write_all(body).unwrap();
        input.flush().unwrap();
    }

    pub(super) fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request, gives its id.
    pub(super) fn request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The next message that is an answer; what comes before it is noted.
    pub(super) fn next_answer(&mut self) -> Value {
        loop {
            let message = self.messages.recv_timeout(PATIENCE).expect("the server says nothing");
            match message["method"].as_str() {
                None => return message,
                Some("textDocument/publishDiagnostics") => {
                    let params = &message["params"];
                    let uri = params["uri"].as_str().unwrap().to_owned();
                    self.shown.insert(uri, params["diagnostics"].as_array().unwrap().clone());
                }
                Some("window/showMessage") => {
                    self.said.push(message["params"]["message"].as_str().unwrap().to_owned());
                }
                Some(other) => panic!("`{other}` is not expected"),
            }
        }
    }

    /// The answer to a request, whole.
    pub(super) fn answer(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        let answer = self.next_answer();
        assert_eq!(answer["id"], id, "{answer}");
        answer
    }

    /// The result of a request that goes well.
    #[track_caller]
    pub(super) fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Code and message of a request that is refused.
    #[track_caller]
    pub(super) fn refused(&mut self, method: &str, params: Value) -> (i64, String) {
        let answer = self.answer(method, params);
        let error = &answer["error"];
        let message = error["message"].as_str().expect("an error").to_owned();
        (error["code"].as_i64().unwrap(), message)
    }

    pub(super) fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "myc", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Changes a document; `changes` are as in the protocol.
    pub(super) fn change(&mut self, uri: &str, changes: Value) {
        let document = json!({ "uri": uri, "version": 2 });
        let params = json!({ "textDocument": document, "contentChanges": changes });
        self.tell("textDocument/didChange", params);
    }

    /// Waits until all is looked at, gives the messages of what is wrong with a document.
    pub(super) fn wrong(&mut self, uri: &str) -> Vec<String> {
        // An answer comes behind the diagnostics of all that was sent before it.
        self.ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": uri } }));
        let shown = self.shown.get(uri).map(Vec::as_slice).unwrap_or_default();
        shown.iter().map(|shown| shown["message"].as_str().unwrap().to_owned()).collect()
    }

    /// Exit status behind the end of a session.
    pub(super) fn end(mut self) -> i32 {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        self.status()
    }

    /// Exit status once nothing more is said.
    pub(super) fn status(mut self) -> i32 {
        self.input = None;
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_messages(mut output: impl BufRead, sender: &mpsc::Sender<Value>) {
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).unwrap() == 0 {
                return;
            }
            match line.trim_end().split_once(": ") {
                Some((_, value)) => length = value.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        output.read_exact(&mut body).unwrap();
        if sender.send(serde_json::from_slice(&body).unwrap()).is_err() {
            return;
        }
    }
}

/// The URI of a file of a test.
pub(super) fn uri(dir: &Path, name: &str) -> String {
    format!("file://{}/{name}", dir.display())
}

/// Parameters about a document.
pub(super) fn document(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri } })
}

/// Parameters about a place: where `needle` begins in a text.
#[track_caller]
pub(super) fn place(uri: &str, text: &str, needle: &str) -> Value {
    let (line, character) = position(text, text.find(needle).expect(needle));
    let position = json!({ "line": line, "character": character });
    json!({ "textDocument": { "uri": uri }, "position": position })
}

/// Line and UTF-16 unit of a byte.
pub(super) fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let last = before.rsplit('\n').next().unwrap();
    (line, last.encode_utf16().count())
}

/// A text with edits of the protocol done to it.
pub(super) fn edited(text: &str, edits: &Value) -> String {
    let mut edits = edits.as_array().unwrap().clone();
    edits.sort_by_key(|edit| std::cmp::Reverse(offset(text, &edit["range"]["start"])));
    edits.iter().fold(text.to_owned(), |mut after, edit| {
        let (from, to) = (&edit["range"]["start"], &edit["range"]["end"]);
        after
            .replace_range(offset(text, from)..offset(text, to), edit["newText"].as_str().unwrap());
        after
    })
}

fn offset(text: &str, position: &Value) -> usize {
    let (line, units) =
        (position["line"].as_u64().unwrap() as usize, position["character"].as_u64().unwrap());
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let mut left = units as usize;
    let is_before = |character: &char| {
        let is_before = left > 0;
        left -= character.len_utf16().min(left);
        is_before
    };
    start + text[start..].chars().take_while(is_before).map(char::len_utf8).sum::<usize>()
}
