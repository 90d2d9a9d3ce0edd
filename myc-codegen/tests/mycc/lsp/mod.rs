//! `mycc lsp` as an editor runs it: messages on standard input and output.

mod answers;
mod changes;
mod diagnostics;
mod editor;
mod session;
mod typing;
