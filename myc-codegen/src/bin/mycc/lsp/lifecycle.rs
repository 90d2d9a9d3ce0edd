//! How a session begins and ends, and what each side can do.

use std::io::Write;

use lsp_server::ErrorCode;
use lsp_types::request::{self as requests, Request as _};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    HoverProviderCapability, InitializeParams, InitializeResult, OneOf, PositionEncodingKind,
    RenameOptions, SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncKind,
    TextDocumentSyncOptions, WorkDoneProgressOptions,
};

use super::server::{Refused, Server};
use super::tokens;

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// Before `initialize`.
    New,
    Running,
    /// Behind `shutdown`.
    ShutDown,
}

impl State {
    /// Whether a request may come now.
    pub(super) fn check(self, method: &str) -> Result<(), Refused> {
        let is_initialize = method == requests::Initialize::METHOD;
        match self {
            State::New if !is_initialize => {
                let message = "`initialize` comes first";
                Err(Refused::new(ErrorCode::ServerNotInitialized, message))
            }
            State::Running if is_initialize => {
                let message = "`initialize` comes once";
                Err(Refused::new(ErrorCode::InvalidRequest, message))
            }
            State::ShutDown => {
                let message = "nothing but `exit` comes behind `shutdown`";
                Err(Refused::new(ErrorCode::InvalidRequest, message))
            }
            State::New | State::Running => Ok(()),
        }
    }
}

/// What the editor can do, as far as answers depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Capabilities {
    /// Edits of documents with versions.
    pub(super) document_changes: bool,
    /// Changes that are to be confirmed, with a reason.
    pub(super) change_annotations: bool,
    /// Completions with places to fill in.
    pub(super) snippets: bool,
}

impl Capabilities {
    fn of(params: &InitializeParams) -> Capabilities {
        let edit = params.capabilities.workspace.as_ref().and_then(|w| w.workspace_edit.as_ref());
        let text = params.capabilities.text_document.as_ref();
        let completion = text.and_then(|text| text.completion.as_ref());
        let item = completion.and_then(|completion| completion.completion_item.as_ref());
        Capabilities {
            document_changes: edit.and_then(|edit| edit.document_changes).unwrap_or_default(),
            change_annotations: edit.is_some_and(|e| e.change_annotation_support.is_some()),
            snippets: item.and_then(|item| item.snippet_support).unwrap_or_default(),
        }
    }
}

impl<W: Write> Server<W> {
    #[expect(clippy::needless_pass_by_value, reason = "as it comes from the protocol")]
    pub(super) fn initialize(
        &mut self,
        params: InitializeParams,
    ) -> Result<InitializeResult, Refused> {
        self.client = Capabilities::of(&params);
        self.state = State::Running;
        let server_info = ServerInfo {
            name: "mycc".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        };
        Ok(InitializeResult { capabilities: capabilities(), server_info: Some(server_info) })
    }
}

fn capabilities() -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(SaveOptions::default().into()),
        ..TextDocumentSyncOptions::default()
    };
    let completion = CompletionOptions {
        trigger_characters: Some(["@", ":", ".", "<", "[", "="].map(str::to_owned).into()),
        ..CompletionOptions::default()
    };
    let rename = RenameOptions {
        prepare_provider: Some(true),
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(PositionEncodingKind::UTF16),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(completion),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_highlight_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        document_formatting_provider: Some(OneOf::Left(true)),
        rename_provider: Some(OneOf::Right(rename)),
        semantic_tokens_provider: Some(tokens::options().into()),
        ..ServerCapabilities::default()
    }
}
