//! What is done with a block, as its info string says: `LANGUAGE[,WORD…][ FILE]`.
//!
//! | info string | what is done |
//! |---|---|
//! | `console` | its commands are run in the page's folder, what they print is compared |
//! | `sh` | the same, of whole lines without a prompt and without output |
//! | any language, with a file | the file is written into the page's folder, for the commands behind it |
//! | `rust` | compiled and run; with `,no_run` only compiled, for it would wait for others |
//! | `python`, `ocaml` | run, all of a page as one program |
//! | `c,no_run` | compiled, what is hidden for the whole file, what is shown as a function |
//! | `myc` | checked by `mycc`; with `,error=E0014` it must fail with that code |
//! | `toml,topology` | checked by `mycelium topology check` |
//! | `json` | read |
//! | `text`, `hex`, `mermaid` | nothing: they are pictures, bytes, and what is said |
//!
//! A block that is not run says why, by one of [`REASONS`].

/// Why a block is not run.
pub(super) const REASONS: &[(&str, &str)] = &[
    ("install", "installs something; the test has the same from its own build"),
    ("other-program", "is for a program that is not ours"),
    ("long", "takes minutes, and is a command of the repository that has tests"),
    ("elsewhere", "needs a machine, a service or a file that is not here"),
    ("excerpt=FILE", "is part of that file, line for line"),
    ("tested-by=FILE", "is read and run by that test"),
];

/// What is done with a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Use {
    Nothing,
    File(String),
    Console,
    Shell,
    Rust {
        is_run: bool,
    },
    Python,
    Ocaml,
    C,
    /// With the code of the fault that it must have.
    Schema(Option<String>),
    Topology,
    Json,
    Excerpt(String),
    TestedBy(String),
}

impl Use {
    /// The language and the use that an info string says.
    pub(super) fn parse(info: &str, text: &str) -> Result<(String, Self), String> {
        let (head, file) = match info.split_once(' ') {
            Some((head, file)) => (head, Some(file.trim()).filter(|file| !file.is_empty())),
            None => (info, None),
        };
        let mut words = head.split(',');
        let language = words.next().unwrap_or_default().to_owned();
        let words: Vec<&str> = words.collect();
        Ok((language.clone(), Self::of(&language, &words, file, text)?))
    }

    fn of(language: &str, words: &[&str], file: Option<&str>, text: &str) -> Result<Self, String> {
        if let Some(file) = file {
            return Ok(Self::File(file.to_owned()));
        }
        match (language, words) {
            ("", _) => Err("a block says its language; `text` where it has none".into()),
            ("text", []) if text.trim_start().starts_with("$ ") => {
                Err("commands and what they print are a `console`".into())
            }
            ("text" | "hex" | "mermaid", []) => Ok(Self::Nothing),
            ("console", []) => Ok(Self::Console),
            ("sh", []) => Ok(Self::Shell),
            ("rust", []) => Ok(Self::Rust { is_run: true }),
            ("rust", ["no_run"]) => Ok(Self::Rust { is_run: false }),
            ("python", []) => Ok(Self::Python),
            ("ocaml", []) => Ok(Self::Ocaml),
            ("c", ["no_run"]) => Ok(Self::C),
            ("myc", []) => Ok(Self::Schema(None)),
            ("toml", ["topology"]) => Ok(Self::Topology),
            ("json", []) => Ok(Self::Json),
            (_, [word]) => Self::by_word(language, word),
            _ => {
                Err(format!("nothing is known to be done with `{language}`; say why it is not run"))
            }
        }
    }

    fn by_word(language: &str, word: &str) -> Result<Self, String> {
        match word.split_once('=') {
            Some(("error", code)) if language == "myc" => Ok(Self::Schema(Some(code.to_owned()))),
            Some(("excerpt", file)) => Ok(Self::Excerpt(file.to_owned())),
            Some(("tested-by", file)) => Ok(Self::TestedBy(file.to_owned())),
            None if REASONS.iter().any(|(reason, _)| *reason == word) => Ok(Self::Nothing),
            _ => {
                let reasons: Vec<&str> = REASONS.iter().map(|(reason, _)| *reason).collect();
                Err(format!("`{word}` is no reason; the reasons are {}", reasons.join(", ")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings_say_what_is_done() {
        let used = |info: &str| Use::parse(info, "x").map(|(_, usage)| usage);
        assert_eq!(used("console"), Ok(Use::Console));
        assert_eq!(used("rust src/main.rs"), Ok(Use::File("src/main.rs".into())));
        assert_eq!(used("myc,error=E0014"), Ok(Use::Schema(Some("E0014".into()))));
        assert_eq!(used("lua,other-program"), Ok(Use::Nothing));
        assert_eq!(used("rust,excerpt=a.rs"), Ok(Use::Excerpt("a.rs".into())));
        for wrong in ["", "rust,ignore", "toml", "c", "rust,excerpt"] {
            assert!(used(wrong).is_err(), "{wrong}");
        }
        assert!(Use::parse("text", "$ ls\n").is_err());
    }
}
