//! A plugin of `mycc gen` in Rust: it lists the topics of a schema, with what a subscriber must know.
//!
//! ```text
//! $ cargo build --package myc-codegen --example topics
//! $ mycc gen --plugin target/debug/examples/topics --out docs schemas
//! ```

use std::io::{self, Write};

use serde_json::{Value as Json, json};

fn main() -> io::Result<()> {
    let request: Json = serde_json::from_reader(io::stdin())?;
    let answer = json!({
        "version": 1,
        "files": [{ "path": "topics.txt", "content": topics(&request["schema"]) }],
    });
    io::stdout().write_all(answer.to_string().as_bytes())
}

/// One line a message: topic, type id, digest.
fn topics(schema: &Json) -> String {
    let types = schema["types"].as_array().into_iter().flatten();
    let mut lines: Vec<String> = types
        .filter(|ty| ty["kind"] == "message")
        .map(|ty| {
            let text = |key: &str| ty[key].as_str().unwrap_or_default().to_owned();
            format!("{} {} {}\n", text("topic"), ty["id"], text("digest"))
        })
        .collect();
    lines.sort();
    lines.concat()
}
