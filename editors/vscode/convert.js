// Values of the protocol as values of the editor, and back. Both count lines from 0 and characters in UTF-16.

"use strict";

const vscode = require("vscode");

const toRange = (range) =>
  new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);

const fromPosition = (position) => ({ line: position.line, character: position.character });

const fromRange = (range) => ({ start: fromPosition(range.start), end: fromPosition(range.end) });

const toLocation = (location) =>
  new vscode.Location(vscode.Uri.parse(location.uri), toRange(location.range));

const toEdit = (edit) => new vscode.TextEdit(toRange(edit.range), edit.newText);

/** The protocol counts severities and kinds from 1, the editor from 0. */
const fromOne = (number) => number - 1;

function toDiagnostic(given) {
  const diagnostic = new vscode.Diagnostic(
    toRange(given.range),
    given.message,
    fromOne(given.severity ?? 1),
  );
  diagnostic.code = given.code;
  diagnostic.source = given.source;
  diagnostic.tags = given.tags;
  diagnostic.relatedInformation = given.relatedInformation?.map(
    (related) =>
      new vscode.DiagnosticRelatedInformation(toLocation(related.location), related.message),
  );
  return diagnostic;
}

function toWorkspaceEdit(given) {
  const edit = new vscode.WorkspaceEdit();
  for (const [uri, edits] of Object.entries(given.changes ?? {})) {
    edit.set(vscode.Uri.parse(uri), edits.map(toEdit));
  }
  for (const { textDocument, edits } of given.documentChanges ?? []) {
    for (const { range, newText, annotationId } of edits) {
      const annotation = given.changeAnnotations?.[annotationId];
      const metadata = annotation && {
        label: annotation.label,
        description: annotation.description,
        needsConfirmation: annotation.needsConfirmation ?? false,
      };
      edit.replace(vscode.Uri.parse(textDocument.uri), toRange(range), newText, metadata);
    }
  }
  return edit;
}

function toSymbol(given) {
  const symbol = new vscode.DocumentSymbol(
    given.name,
    given.detail ?? "",
    fromOne(given.kind),
    toRange(given.range),
    toRange(given.selectionRange),
  );
  symbol.children = (given.children ?? []).map(toSymbol);
  return symbol;
}

function toCompletion(given) {
  const item = new vscode.CompletionItem(given.label, fromOne(given.kind));
  const text = given.textEdit.newText;
  item.detail = given.detail;
  item.sortText = given.sortText;
  item.range = toRange(given.textEdit.range);
  item.insertText = given.insertTextFormat === 2 ? new vscode.SnippetString(text) : text;
  item.additionalTextEdits = given.additionalTextEdits?.map(toEdit);
  return item;
}

function toAction(given) {
  const action = new vscode.CodeAction(given.title, vscode.CodeActionKind.QuickFix);
  action.diagnostics = given.diagnostics?.map(toDiagnostic);
  action.edit = toWorkspaceEdit(given.edit);
  action.isPreferred = given.isPreferred;
  return action;
}

module.exports = {
  fromPosition,
  fromRange,
  toAction,
  toCompletion,
  toDiagnostic,
  toEdit,
  toLocation,
  toRange,
  toSymbol,
  toWorkspaceEdit,
};
