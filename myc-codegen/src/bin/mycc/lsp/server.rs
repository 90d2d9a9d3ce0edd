//! The server: what is open, what is known of it, and who answers what.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::{self as notices, Notification as _};
use lsp_types::request::{self as requests, Request as _};
use lsp_types::{MessageType, ShowMessageParams};
use myc_schema::FileId;
use myc_schema::analysis::Analysis;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::documents::Documents;
use super::lifecycle::{Capabilities, State};
use super::position::Lines;
use super::units::{self, Unit};
use super::{protocol, publish, uri};

/// The server.
pub(super) struct Server<W> {
    output: W,
    pub(super) state: State,
    pub(super) client: Capabilities,
    pub(super) documents: Documents,
    pub(super) units: Vec<Unit>,
    /// Whether a text has changed since the units were compiled.
    is_stale: bool,
    /// What the editor shows, by path.
    published: BTreeMap<PathBuf, Vec<lsp_types::Diagnostic>>,
    complaints: Vec<String>,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    Next,
    Exit,
}

/// Why a request gets no result.
pub(super) struct Refused {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Refused {
    pub(super) fn new(code: ErrorCode, message: impl Into<String>) -> Refused {
        Refused { code, message: message.into() }
    }
}

type Answer = Result<Value, Refused>;

impl<W: Write> Server<W> {
    pub(super) fn new(output: W) -> Server<W> {
        Server {
            output,
            state: State::New,
            client: Capabilities::default(),
            documents: Documents::default(),
            units: Vec::new(),
            is_stale: false,
            published: BTreeMap::new(),
            complaints: Vec::new(),
        }
    }

    pub(super) fn has_shut_down(&self) -> bool {
        self.state == State::ShutDown
    }

    /// Takes a message, and answers it if it is a request.
    pub(super) fn handle(&mut self, message: Message) -> io::Result<After> {
        match message {
            Message::Request(request) => self.request(request).map(|()| After::Next),
            Message::Notification(notice) if notice.method == notices::Exit::METHOD => {
                Ok(After::Exit)
            }
            Message::Notification(notice) => {
                // What cannot be read is left out: notices have no answers.
                if self.state == State::Running {
                    let _ = self.notice(notice);
                }
                Ok(After::Next)
            }
            Message::Response(_) => Ok(After::Next),
        }
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        let id = request.id.clone();
        self.refresh()?;
        // A fault of ours costs the one answer, not what the editor has open.
        let answered = catch_unwind(AssertUnwindSafe(|| self.answer(request)));
        let answer = answered.unwrap_or_else(|_| {
            Err(Refused::new(ErrorCode::InternalError, "the server failed at this request"))
        });
        let response = match answer {
            Ok(result) => Response::new_ok(id, result),
            Err(Refused { code, message }) => Response::new_err(id, code as i32, message),
        };
        protocol::write(&mut self.output, response.into())
    }

    fn answer(&mut self, request: Request) -> Answer {
        self.state.check(&request.method)?;
        let Request { method, params, .. } = request;
        match method.as_str() {
            requests::Initialize::METHOD => call(params, |params| self.initialize(params)),
            requests::Shutdown::METHOD => {
                self.state = State::ShutDown;
                Ok(Value::Null)
            }
            requests::HoverRequest::METHOD => call(params, |params| Ok(self.hover(&params))),
            requests::GotoDefinition::METHOD => call(params, |params| Ok(self.definition(&params))),
            requests::References::METHOD => call(params, |params| Ok(self.references(&params))),
            requests::DocumentHighlightRequest::METHOD => {
                call(params, |params| Ok(self.highlights(&params)))
            }
            requests::DocumentSymbolRequest::METHOD => {
                call(params, |params| Ok(self.symbols(&params)))
            }
            requests::PrepareRenameRequest::METHOD => {
                call(params, |params| self.prepare_rename(&params))
            }
            requests::Rename::METHOD => {
                let (edit, consequences) =
                    decode(params).and_then(|params| self.rename(&params))?;
                if !consequences.is_empty() {
                    // Whoever reads it no more has no use for the edit either.
                    let _ = self.show(MessageType::WARNING, &consequences.join("\n"));
                }
                encode(edit)
            }
            requests::Completion::METHOD => call(params, |params| Ok(self.completions(&params))),
            requests::CodeActionRequest::METHOD => call(params, |params| Ok(self.actions(&params))),
            requests::Formatting::METHOD => call(params, |params| Ok(self.formatting(&params))),
            requests::SemanticTokensFullRequest::METHOD => {
                call(params, |params| Ok(self.semantic_tokens(&params)))
            }
            other => {
                let message = format!("there is no `{other}` here");
                Err(Refused::new(ErrorCode::MethodNotFound, message))
            }
        }
    }

    fn notice(&mut self, notice: Notification) -> Result<(), Refused> {
        let Notification { method, params } = notice;
        match method.as_str() {
            notices::DidOpenTextDocument::METHOD => {
                let params: lsp_types::DidOpenTextDocumentParams = decode(params)?;
                self.documents.open(params.text_document);
            }
            notices::DidChangeTextDocument::METHOD => {
                let params: lsp_types::DidChangeTextDocumentParams = decode(params)?;
                let document = params.text_document;
                self.documents.change(&document.uri, document.version, params.content_changes);
            }
            notices::DidCloseTextDocument::METHOD => {
                let params: lsp_types::DidCloseTextDocumentParams = decode(params)?;
                self.documents.close(&params.text_document.uri);
            }
            // Files on disk may have changed, a `myc.toml` among them.
            notices::DidSaveTextDocument::METHOD | notices::DidChangeWatchedFiles::METHOD => {}
            _ => return Ok(()),
        }
        self.is_stale = true;
        Ok(())
    }

    /// Looks at all that is open anew, if a text has changed, and tells the editor what is wrong with it.
    pub(super) fn refresh(&mut self) -> io::Result<()> {
        if !self.is_stale {
            return Ok(());
        }
        self.is_stale = false;
        let compiled = catch_unwind(AssertUnwindSafe(|| units::compile(&self.documents)));
        // A fault of ours leaves what was known before.
        let Ok((units, complaints)) = compiled else { return Ok(()) };
        self.units = units;
        if complaints != self.complaints {
            for complaint in &complaints {
                self.show(MessageType::ERROR, complaint)?;
            }
            self.complaints = complaints;
        }
        self.publish()
    }

    fn publish(&mut self) -> io::Result<()> {
        let mut found = publish::collect(&self.units, &self.documents);
        // What had something wrong and has no longer is told so too.
        for path in self.published.keys() {
            found.entry(path.clone()).or_default();
        }
        for (path, diagnostics) in &found {
            let before = self.published.get(path);
            if before == Some(diagnostics) {
                continue;
            }
            let Some(uri) = self.documents.uri(path) else { continue };
            let version = self.documents.get(path).map(|document| document.version);
            let diagnostics = diagnostics.clone();
            let params = lsp_types::PublishDiagnosticsParams { uri, diagnostics, version };
            let method = notices::PublishDiagnostics::METHOD.to_owned();
            let notice = Notification::new(method, params);
            protocol::write(&mut self.output, notice.into())?;
        }
        let is_open = |path: &PathBuf| self.documents.get(path).is_some();
        found.retain(|path, diagnostics| !diagnostics.is_empty() || is_open(path));
        self.published = found;
        Ok(())
    }

    fn show(&mut self, typ: MessageType, message: &str) -> io::Result<()> {
        let params = ShowMessageParams { typ, message: message.to_owned() };
        let notice = Notification::new(notices::ShowMessage::METHOD.to_owned(), params);
        protocol::write(&mut self.output, notice.into())
    }

    pub(super) fn say_cancelled(&mut self, id: RequestId) -> io::Result<()> {
        let message = "cancelled before it was begun".to_owned();
        let response = Response::new_err(id, ErrorCode::RequestCanceled as i32, message);
        protocol::write(&mut self.output, response.into())
    }

    pub(super) fn refuse_malformed(&mut self, why: &str) -> io::Result<()> {
        protocol::write_error(&mut self.output, ErrorCode::ParseError as i32, why)
    }

    /// What is known of a file: best from where it was compiled for its own sake.
    pub(super) fn known(&self, uri: &lsp_types::Uri) -> Option<Known<'_>> {
        let path = uri::path_of(uri);
        let units = || self.units.iter();
        let unit = units().find(|unit| unit.has_root(&path)).or(units().find(|u| u.has(&path)))?;
        let analysis = &unit.analysis;
        let file = analysis.file(&path)?;
        Some(Known { unit, analysis, file, path })
    }
}

/// What is known of a file.
pub(super) struct Known<'s> {
    pub(super) unit: &'s Unit,
    pub(super) analysis: &'s Analysis,
    pub(super) file: FileId,
    pub(super) path: PathBuf,
}

impl Known<'_> {
    pub(super) fn text(&self) -> &str {
        self.analysis.files().text(self.file)
    }

    pub(super) fn lines(&self) -> Lines<'_> {
        Lines::of(self.text())
    }

    pub(super) fn offset(&self, position: lsp_types::Position) -> usize {
        self.lines().offset(position)
    }
}

fn call<P: DeserializeOwned, R: Serialize>(
    params: Value,
    answer: impl FnOnce(P) -> Result<R, Refused>,
) -> Answer {
    decode(params).and_then(answer).and_then(encode)
}

fn decode<P: DeserializeOwned>(params: Value) -> Result<P, Refused> {
    serde_json::from_value(params)
        .map_err(|error| Refused::new(ErrorCode::InvalidParams, error.to_string()))
}

fn encode(result: impl Serialize) -> Answer {
    serde_json::to_value(result)
        .map_err(|error| Refused::new(ErrorCode::InternalError, error.to_string()))
}
