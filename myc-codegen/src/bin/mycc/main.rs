//! `mycc`: the compiler of `.myc` files, and a codec for their messages.
//!
//! One verb a file. Exit status 0 if all is well, 1 if something is wrong with what was given, 2 if
//! the command line is. Results go to standard output, everything else to standard error.

mod args;
mod breaking;
mod check;
mod codec;
mod completions;
mod decode;
mod digest;
mod digest_diff;
mod doc;
mod encode;
mod explain;
mod export;
mod failure;
mod fmt;
mod r#gen;
mod github;
mod import;
mod inspect;
mod ir;
mod layout;
#[cfg(feature = "lsp")]
mod lsp;
mod man;
mod new;
mod parse;
mod plugin;
mod project;
mod release;
mod shell_args;
mod source;
mod types;
mod version;

use std::process::ExitCode;

use args::{Args, Verb};
use clap::Parser;
use failure::Failure;

/// A compiler makes many small pieces and soon throws most of them away, at which this one is faster
/// than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let Args { verb, message_format } = Args::parse();
    let done = match verb {
        Verb::Gen(args) => r#gen::run(&args, message_format),
        Verb::Check(args) => check::run(&args, message_format),
        Verb::Fmt(args) => fmt::run(&args, message_format),
        Verb::Digest(args) => digest::run(&args, message_format),
        Verb::Breaking(args) => breaking::run(&args, message_format),
        Verb::Release(args) => release::run(&args, message_format),
        Verb::Doc(args) => doc::run(&args, message_format),
        Verb::Ir(args) => ir::run(&args, message_format),
        Verb::Layout(args) => layout::run(&args, message_format),
        Verb::Encode(args) => encode::run(&args, message_format),
        Verb::Decode(args) => decode::run(&args, message_format),
        Verb::Inspect(args) => inspect::run(&args, message_format),
        Verb::Import(args) => import::run(&args, message_format),
        Verb::Export(args) => export::run(&args, message_format),
        Verb::New(args) => new::run(&args, message_format),
        Verb::Completions(args) => completions::run(&args),
        Verb::Man(args) => man::run(&args),
        #[cfg(feature = "lsp")]
        Verb::Lsp(args) => lsp::run(&args),
        Verb::Explain(args) => explain::run(&args),
    };
    match done {
        // Whoever read our output has had enough of it.
        Ok(()) | Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.show(message_format);
            failure.status().into()
        }
    }
}
