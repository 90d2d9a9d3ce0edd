// Starts `mycc lsp`, tells it what is open, and asks it whenever the editor asks.

"use strict";

const vscode = require("vscode");
const { Client } = require("./client");
const convert = require("./convert");

/** Versions of a file that others show, those of git for one, are not looked at. */
const SCHEMES = ["file", "untitled"];
const SELECTOR = SCHEMES.map((scheme) => ({ language: "myc", scheme }));

/** What we understand of what the server could say. */
const CAPABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  workspace: { workspaceEdit: { documentChanges: true, changeAnnotationSupport: {} } },
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    publishDiagnostics: { relatedInformation: true, tagSupport: { valueSet: [1, 2] } },
    rename: { prepareSupport: true },
  },
};

let client;
let diagnostics;
/** What stands only while a server runs. */
let registered = [];

async function activate(context) {
  diagnostics = vscode.languages.createDiagnosticCollection("mycelium");
  const watcher = vscode.workspace.createFileSystemWatcher("**/{*.myc,myc.toml}");
  const changed = (type) => (uri) =>
    client?.notify("workspace/didChangeWatchedFiles", { changes: [{ uri: uri.toString(), type }] });
  context.subscriptions.push(
    diagnostics,
    watcher,
    watcher.onDidCreate(changed(1)),
    watcher.onDidChange(changed(2)),
    watcher.onDidDelete(changed(3)),
    vscode.workspace.onDidOpenTextDocument(opened),
    vscode.workspace.onDidChangeTextDocument(edited),
    vscode.workspace.onDidSaveTextDocument((document) => tell("textDocument/didSave", document)),
    vscode.workspace.onDidCloseTextDocument((document) => tell("textDocument/didClose", document)),
    vscode.commands.registerCommand("mycelium.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
  );
  await restart();
}

async function deactivate() {
  registered.forEach((disposable) => disposable.dispose());
  registered = [];
  await client?.stop();
  client = undefined;
}

async function restart() {
  await deactivate();
  diagnostics.clear();
  // A folder names its own command only where it is trusted.
  if (!vscode.workspace.isTrusted) {
    return;
  }
  const command = vscode.workspace.getConfiguration("mycelium").get("mycc", "mycc");
  const started = new Client(command, ["lsp"], { notice, ended: (why) => ended(started, why) });
  try {
    const { capabilities } = await started.request("initialize", {
      processId: process.pid,
      clientInfo: { name: "vscode", version: vscode.version },
      rootUri: vscode.workspace.workspaceFolders?.[0]?.uri.toString() ?? null,
      capabilities: CAPABILITIES,
    });
    started.notify("initialized", {});
    client = started;
    vscode.workspace.textDocuments.forEach(opened);
    registered = providers(capabilities);
  } catch {
    // Why it ended has been shown.
  }
}

async function ended(which, why) {
  if (client === which) {
    client = undefined;
  }
  diagnostics.clear();
  const again = "Restart";
  const chosen = await vscode.window.showErrorMessage(`mycc lsp has ended: ${why}`, again);
  if (chosen === again) {
    await restart();
  }
}

function notice(method, params) {
  if (method === "textDocument/publishDiagnostics") {
    const uri = vscode.Uri.parse(params.uri);
    diagnostics.set(uri, params.diagnostics.map(convert.toDiagnostic));
  } else if (method === "window/showMessage") {
    const { showErrorMessage, showWarningMessage } = vscode.window;
    (params.type === 1 ? showErrorMessage : showWarningMessage)(params.message);
  }
}

const identifier = (document) => ({ uri: document.uri.toString() });

function tell(method, document, more) {
  if (document.languageId === "myc" && SCHEMES.includes(document.uri.scheme)) {
    client?.notify(method, { textDocument: identifier(document), ...more });
  }
}

function opened(document) {
  const { languageId, version } = document;
  const textDocument = { ...identifier(document), languageId, version, text: document.getText() };
  tell("textDocument/didOpen", document, { textDocument });
}

function edited({ document, contentChanges }) {
  const changes = contentChanges.map(({ range, text }) => ({ range: convert.fromRange(range), text }));
  const textDocument = { ...identifier(document), version: document.version };
  tell("textDocument/didChange", document, { textDocument, contentChanges: changes });
}

/** Asks about a document; nothing where the server has nothing to say. */
async function ask(method, document, more, token, make) {
  const params = { textDocument: identifier(document), ...more };
  const result = await client?.request(`textDocument/${method}`, params, token);
  return result === null || result === undefined ? undefined : make(result);
}

const each = (make) => (list) => list.map(make);

/** Asks about a place. */
const at = (method, make, more) => (document, position, token) =>
  ask(method, document, { position: convert.fromPosition(position), ...more }, token, make);

function providers(capabilities) {
  const { languages } = vscode;
  const triggers = capabilities.completionProvider.triggerCharacters;
  const { tokenTypes, tokenModifiers } = capabilities.semanticTokensProvider.legend;
  const legend = new vscode.SemanticTokensLegend(tokenTypes, tokenModifiers);
  const toHover = ({ contents, range }) =>
    new vscode.Hover(new vscode.MarkdownString(contents.value), convert.toRange(range));
  const toHighlight = ({ range }) => new vscode.DocumentHighlight(convert.toRange(range));
  return [
    languages.registerHoverProvider(SELECTOR, { provideHover: at("hover", toHover) }),
    languages.registerDefinitionProvider(SELECTOR, {
      provideDefinition: at("definition", convert.toLocation),
    }),
    languages.registerReferenceProvider(SELECTOR, {
      provideReferences: (document, position, context, token) =>
        at("references", each(convert.toLocation), { context })(document, position, token),
    }),
    languages.registerDocumentHighlightProvider(SELECTOR, {
      provideDocumentHighlights: at("documentHighlight", each(toHighlight)),
    }),
    languages.registerDocumentSymbolProvider(SELECTOR, {
      provideDocumentSymbols: (document, token) =>
        ask("documentSymbol", document, {}, token, each(convert.toSymbol)),
    }),
    languages.registerCompletionItemProvider(
      SELECTOR,
      { provideCompletionItems: at("completion", each(convert.toCompletion)) },
      ...triggers,
    ),
    languages.registerCodeActionsProvider(
      SELECTOR,
      {
        provideCodeActions: (document, range, context, token) => {
          const more = { range: convert.fromRange(range), context: { diagnostics: [] } };
          return ask("codeAction", document, more, token, each(convert.toAction));
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    languages.registerDocumentFormattingEditProvider(SELECTOR, {
      provideDocumentFormattingEdits: (document, options, token) =>
        ask("formatting", document, { options }, token, each(convert.toEdit)),
    }),
    languages.registerRenameProvider(SELECTOR, {
      prepareRename: at("prepareRename", ({ range, placeholder }) => ({
        range: convert.toRange(range),
        placeholder,
      })),
      provideRenameEdits: (document, position, newName, token) =>
        at("rename", convert.toWorkspaceEdit, { newName })(document, position, token),
    }),
    languages.registerDocumentSemanticTokensProvider(
      SELECTOR,
      {
        provideDocumentSemanticTokens: (document, token) => {
          const toTokens = ({ data }) => new vscode.SemanticTokens(new Uint32Array(data));
          return ask("semanticTokens/full", document, {}, token, toTokens);
        },
      },
      legend,
    ),
  ];
}

module.exports = { activate, deactivate };
