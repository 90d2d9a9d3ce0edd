//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use myc_codegen::rust::Feature;
use myc_codegen::{Language, import};
use myc_schema::lint::Level;

use crate::parse::{parse_feature, parse_format, parse_language, parse_lint, parse_option};
#[cfg(feature = "lsp")]
use crate::shell_args::LspArgs;
use crate::shell_args::{CompletionsArgs, ManArgs};

/// Compiles .myc files, and reads and writes their messages.
#[derive(Debug, Parser)]
#[command(
    name = "mycc",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  mycc check schemas                             is everything in this folder right?
  mycc gen --lang rust --out src/gen market.myc  writes src/gen/market.rs
  mycc digest market.myc                         what two peers compare
  echo '{\"x\":1}' | mycc encode Point --schema point.myc --hex"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Verb,

    /// How errors and warnings are shown.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) message_format: MessageFormat,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    New(NewArgs),
    Gen(GenArgs),
    Check(CheckArgs),
    Fmt(FmtArgs),
    Digest(DigestArgs),
    Breaking(BreakingArgs),
    Release(ReleaseArgs),
    Layout(LayoutArgs),
    Doc(DocArgs),
    Ir(IrArgs),
    Encode(EncodeArgs),
    Decode(DecodeArgs),
    Inspect(InspectArgs),
    Import(ImportArgs),
    Export(ExportArgs),
    Explain(ExplainArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
    #[cfg(feature = "lsp")]
    Lsp(LspArgs),
}

/// How errors and warnings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum MessageFormat {
    /// For people, with the source.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
    /// Workflow commands of GitHub.
    Github,
}

/// Begins a project.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  mycc new hello                   makes hello/myc.toml and hello/schemas/hello.myc
  cd hello && mycc gen             generates what myc.toml says")]
pub(crate) struct NewArgs {
    /// Folder to make; it may be there, but empty.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

/// Generates code.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Without PATHS, --lang and --out it does what the myc.toml here or above says. Otherwise one language is
written to DIR itself; several have a folder each: DIR/rust/market.rs, DIR/python/market.py,
DIR/ocaml/market.ml and market.mli. A file is written only where its bytes change. Code is generated
for the packages of PATHS, not for those that they import.

Examples:
  mycc gen --lang rust --out src/gen market.myc   writes src/gen/market.rs
  mycc gen --out generated schemas                all languages, all schemas of a folder
  mycc gen --out generated --check schemas        fails where something is out of date
  mycc gen --plugin ./table.py --out docs schemas  what a program makes of the schema")]
pub(crate) struct GenArgs {
    /// Language to generate; may be repeated. All of them, if none is given.
    #[arg(long, value_name = "LANGUAGE", value_parser = parse_language)]
    pub(crate) lang: Vec<Language>,

    /// Folder to write to [default: generated].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Let the generated Rust ask for more where a feature of its crate is on: serde, arbitrary; may be
    /// repeated.
    #[arg(
        long,
        value_name = "FEATURES",
        value_delimiter = ',',
        conflicts_with = "plugin",
        value_parser = parse_feature
    )]
    pub(crate) rust_features: Vec<Feature>,

    /// Program that generates in place of a language: a path, or a name in PATH; see docs/plugins.md.
    #[arg(long, value_name = "PROGRAM", conflicts_with = "lang")]
    pub(crate) plugin: Option<PathBuf>,

    /// Tell the plugin something; may be repeated.
    #[arg(long, value_name = "KEY=VALUE", requires = "plugin", value_parser = parse_option)]
    pub(crate) option: Vec<(String, String)>,

    /// Write nothing; fail where a file would change.
    #[arg(long)]
    pub(crate) check: bool,

    /// Lock whose releases the code names, where it still talks with them [default: that of the project, if
    /// no PATHS are given].
    #[arg(long, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,

    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Checks schemas.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Lints are switched on in myc.toml: `[lints]`, and below it a rule with allow, warn or deny; or with --lint.
A comment `// mycc: allow(rule)` silences one at one place.

Examples:
  mycc check schemas
  mycc check --lint padding=deny schemas
  mycc check --message-format json market.myc")]
pub(crate) struct CheckArgs {
    /// Set a lint to allow, warn or deny; may be repeated, and goes before myc.toml.
    #[arg(long, value_name = "RULE=LEVEL", value_parser = parse_lint)]
    pub(crate) lint: Vec<(String, Level)>,

    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Formats schemas.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
There is one style and there are no options. Comments stay, and no digest changes. A file with errors
is left alone.

Examples:
  mycc fmt schemas                 formats all schemas of a folder
  mycc fmt --check schemas         fails where a file is not formatted, and names it
  mycc fmt --diff market.myc       shows what would change
  mycc fmt - < market.myc          from standard input to standard output")]
pub(crate) struct FmtArgs {
    /// Write nothing; fail where a file would change.
    #[arg(long)]
    pub(crate) check: bool,

    /// Write nothing; print what would change, and fail where there is anything.
    #[arg(long)]
    pub(crate) diff: bool,

    /// Schemas: files, folders of which all .myc files are taken, or `-` for standard input; if none, those
    /// of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Shows the digests that peers compare.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
A message's digest covers every fact that it reaches: names, numbers, types, defaults. Comments and
formatting do not move it.

Examples:
  mycc digest market.myc
  mycc digest market.myc --explain Trade     the exact text that is hashed
  mycc digest --diff old.myc new.myc         why two digests differ
  mycc digest market.myc --json")]
pub(crate) struct DigestArgs {
    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,

    /// Show what is hashed for this type: market.Trade, or Trade if there is only one.
    #[arg(long, value_name = "TYPE")]
    pub(crate) explain: Option<String>,

    /// Show the first fact in which each message of one version differs from that of another. A version is
    /// a schema or folder, a file whose name ends in .lock, or git:REV of the paths.
    #[arg(long, num_args = 2, value_names = ["A", "B"], conflicts_with = "explain")]
    pub(crate) diff: Option<Vec<String>>,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Shows which changes since an earlier version break something.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The earlier version is a schema or folder, a lock written by `mycc release`, or what git has at REV under
the same paths. Each break names its rule, who is hurt, both places, the messages that reach it and what
to do. Exit status 1 if there is one.

Examples:
  mycc breaking
  mycc breaking --against git:main schemas
  mycc breaking --against old/market.myc market.myc --json")]
pub(crate) struct BreakingArgs {
    /// Earlier version: a schema or folder, a file whose name ends in .lock, or git:REV; if none, the
    /// last release in the lock.
    #[arg(long, value_name = "PATH|LOCK|git:REV")]
    pub(crate) against: Option<String>,

    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Writes this version into the lock, unless it breaks the last one.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The lock has the canonical text and digest of every type of every release. Keep it under version control.

Examples:
  mycc release schemas                        writes myc.lock here
  mycc release --lock schemas/myc.lock schemas")]
pub(crate) struct ReleaseArgs {
    /// Lock to write [default: that of the project, if no PATHS are given, else myc.lock].
    #[arg(long, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,

    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Shows where each byte of a type lies.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Offsets count from the start of the block or value, in bytes. Where another order of the fields takes
less room, it is named; once a message is released its order must stay.

Examples:
  mycc layout Trade                           a type of the schemas of myc.toml
  mycc layout Trade --schema market.myc
  mycc layout Trade --schema market.myc --svg > trade.svg
  mycc layout market.Level --schema schemas --json")]
pub(crate) struct LayoutArgs {
    /// Type: market.Trade, or Trade if there is only one.
    #[arg(value_name = "TYPE")]
    pub(crate) type_name: String,

    /// Schema that has the type: a file or folder; may be repeated; if none, those of myc.toml.
    #[arg(long = "schema", value_name = "PATH")]
    pub(crate) schemas: Vec<PathBuf>,

    /// Draw a picture.
    #[arg(long, conflicts_with = "json")]
    pub(crate) svg: bool,

    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Writes a site of all that schemas declare.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Pages for packages and types, with documentation, byte layouts, digests and a search. They are read from
the disk or from any web server, and need no script. DIR must be empty, new, or an earlier site: pages
of types that are gone are removed.

Examples:
  mycc doc                         what myc.toml says: `[doc]`, and below it `out = \"site\"`
  mycc doc --out site schemas      then open site/index.html")]
pub(crate) struct DocArgs {
    /// Folder to write to [default: that of myc.toml, or site].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Prints the checked schema as JSON, for other tools.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Names are resolved, constants computed, offsets and digests known. The form is that of
docs/ir.schema.json; it has a version.

Examples:
  mycc ir market.myc
  mycc ir schemas > schemas.json")]
pub(crate) struct IrArgs {
    /// Schemas: files, or folders of which all .myc files are taken; if none, those of myc.toml.
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// Makes frames of JSON values.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Reads any number of JSON values, one after the other, and writes a frame for each: back to back, or
with --hex one a line. A field that is missing takes its default, or is absent if it is optional.

Examples:
  mycc encode Trade --schema market.myc trades.jsonl -o trades.bin
  echo '{\"x\":1,\"y\":2}' | mycc encode Point --schema point.myc --hex")]
pub(crate) struct EncodeArgs {
    /// Message: market.Trade, or Trade if there is only one.
    #[arg(value_name = "TYPE")]
    pub(crate) type_name: String,

    #[command(flatten)]
    pub(crate) streams: StreamArgs,
}

/// Makes JSON values of frames.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Reads any number of frames, back to back, and writes a JSON value for each, one a line. With --hex
it reads hexadecimal digits; white space, and # with what follows it on a line, are skipped.

Examples:
  mycc decode Trade --schema market.myc trades.bin
  mycc decode Trade --schema market.myc --hex <<< '20000000 0200 ...'")]
pub(crate) struct DecodeArgs {
    /// Message: market.Trade, or Trade if there is only one.
    #[arg(value_name = "TYPE")]
    pub(crate) type_name: String,

    /// Also refuse frames that are not the one form of their value.
    #[arg(long)]
    pub(crate) strict: bool,

    #[command(flatten)]
    pub(crate) streams: StreamArgs,
}

/// Explains every byte of frames, also of wrong ones.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Reads frames, back to back, and says of each byte what it is. Where a frame is wrong it says where and
why, and stops behind it. Without a schema, given or of a project, only the header is explained.

Examples:
  mycc inspect --schema market.myc trades.bin
  mycc encode Trade --schema market.myc trade.json | mycc inspect --schema market.myc -
  mycc inspect --schema market.myc --hex - <<< '20000000 0200 ...'")]
pub(crate) struct InspectArgs {
    /// Schema that has the messages: a file or folder; may be repeated; if none, those of myc.toml,
    /// where there is one.
    #[arg(long = "schema", value_name = "PATH")]
    pub(crate) schemas: Vec<PathBuf>,

    /// Message of all frames, market.Trade; by their type ids, if none is given.
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) type_name: Option<String>,

    /// Frames as hexadecimal digits.
    #[arg(long)]
    pub(crate) hex: bool,

    /// File to read, or `-` for standard input.
    #[arg(value_name = "FILE")]
    pub(crate) input: PathBuf,
}

/// Where a codec reads and writes.
#[derive(Debug, ClapArgs)]
pub(crate) struct StreamArgs {
    /// Schema that has the message: a file or folder; may be repeated; if none, those of myc.toml.
    #[arg(long = "schema", value_name = "PATH")]
    pub(crate) schemas: Vec<PathBuf>,

    /// Frames as hexadecimal digits.
    #[arg(long)]
    pub(crate) hex: bool,

    /// File to write to; standard output, if none is given.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,

    /// File to read; standard input, if none is given or it is `-`.
    #[arg(value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
}

/// Makes .myc files of other systems' definitions.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Formats are proto (Protocol Buffers, proto3), sbe (XML of Simple Binary Encoding), ros (.msg of ROS 2), ulog
(flight logs of PX4, also .gz) and contracts (YAML). What cannot be carried over is told on standard error.
Files that refer to one another are given together; where they make several .myc files, --out names a folder.

Examples:
  mycc import proto trading.proto                 prints the .myc text
  mycc import sbe feed.xml --out feed.myc
  mycc import ros sensor_msgs/msg/*.msg --out schemas --package drone.sensors")]
pub(crate) struct ImportArgs {
    /// What the definitions are written in.
    #[arg(value_name = "FORMAT", value_parser = parse_format)]
    pub(crate) definitions: import::Format,

    /// Definitions.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,

    /// File to write, with a name that ends in .myc, or a folder; standard output, if none is given.
    #[arg(long, value_name = "DIR|FILE")]
    pub(crate) out: Option<PathBuf>,

    /// What the package is called; if nothing is given, as in the definitions, or like the file.
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,
}

/// Writes the schema of hand-written Rust types.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Types with #[derive(Message)], Struct, Enum, Flags or Union become what they are in a schema, with the
same digests. What a schema cannot say is named with its place, and nothing is written.

Examples:
  mycc export --rust src/messages.rs > messages.myc
  mycc export --rust src --out schemas        a file a package")]
pub(crate) struct ExportArgs {
    /// Rust sources: files, or folders of which all .rs files are taken.
    #[arg(long, required = true, num_args = 1.., value_name = "SRC")]
    pub(crate) rust: Vec<PathBuf>,

    /// Package of what names none.
    #[arg(long, value_name = "NAME")]
    pub(crate) package: Option<String>,

    /// Folder to write a file a package to; one package goes to standard output, if none is given.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// Explains an error code.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  mycc explain E0012
  mycc explain           lists all codes")]
pub(crate) struct ExplainArgs {
    /// Code as the compiler shows it, E0012. All codes are listed, if none is given.
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}
