//! The page of results.

use super::results::{Codec, Latency, Results, Stream, Times, Transports};

const TEMPLATE: &str = include_str!("page.md");
/// The kinds of event, in the order of their numbers.
const KINDS: [&str; 4] = ["BookTicker", "Trade", "DepthUpdate", "Snapshot"];
/// What each transport is compared with.
const BASES: [(&str, &str); 5] = [
    ("Arc", "cache line"),
    ("shared memory", "cache line"),
    ("Unix socket", "bare Unix socket"),
    ("TCP loopback", "bare TCP loopback"),
    ("TCP loopback with TLS", "TCP loopback"),
];

/// Fills the template.
pub(super) fn write(results: &Results, machine: &str, command: &str) -> String {
    TEMPLATE
        .replace("{machine}", machine)
        .replace("{command}", command)
        .replace("{frame_bytes}", &results.transports.frame_bytes.to_string())
        .replace("{codec}", &codec(results))
        .replace("{transports}", &transports(&results.transports))
        .replace("{streams}", &streams(&results.transports))
}

fn codec(results: &Results) -> String {
    let mut lines = vec![
        "| | events | bytes | Rust encode | decode | view | OCaml encode | decode | Python encode | decode |".to_owned(),
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|".to_owned(),
    ];
    let kinds =
        KINDS.iter().filter_map(|kind| row(kind, results, |codec| codec.get(*kind).map(copy)));
    lines.extend(kinds);
    lines.extend(row("**all**", results, mean));
    lines.join("\n")
}

fn row(name: &str, results: &Results, pick: impl Fn(&Codec) -> Option<Times>) -> Option<String> {
    let (rust, python, ocaml) =
        (pick(&results.rust)?, pick(&results.python)?, pick(&results.ocaml)?);
    let bytes = rust.bytes / rust.count.max(1);
    let times = [
        rust.encode_ns,
        rust.decode_ns,
        rust.view_ns.unwrap_or_default(),
        ocaml.encode_ns,
        ocaml.decode_ns,
        python.encode_ns,
        python.decode_ns,
    ];
    let times: Vec<String> = times.map(nanoseconds).into();
    Some(format!("| {name} | {} | {bytes} | {} |", rust.count, times.join(" | ")))
}

fn copy(times: &Times) -> Times {
    Times { ..*times }
}

/// Of all events of the stream.
fn mean(codec: &Codec) -> Option<Times> {
    let count: u64 = codec.values().map(|times| times.count).sum();
    let weighed = |pick: fn(&Times) -> f64| -> f64 {
        codec.values().map(|times| pick(times) * times.count as f64).sum::<f64>() / count as f64
    };
    (count > 0).then(|| Times {
        count,
        bytes: codec.values().map(|times| times.bytes).sum(),
        encode_ns: weighed(|times| times.encode_ns),
        decode_ns: weighed(|times| times.decode_ns),
        view_ns: Some(weighed(|times| times.view_ns.unwrap_or_default())),
    })
}

fn transports(transports: &Transports) -> String {
    let mut lines = vec!["| | round trips | p50 | p99 | p50 to the bare machine's |".to_owned()];
    lines.push("|---|--:|--:|--:|--:|".to_owned());
    let find = |name: &str| transports.rows.iter().find(|row| row.name == name);
    for latency in &transports.rows {
        let Latency { name, count, p50_ns, p99_ns } = latency;
        let base = BASES.iter().find(|(transport, _)| transport == name);
        let ratio = base.and_then(|(_, base)| Some((find(base)?.p50_ns, base)));
        let ratio = ratio
            .map_or(String::new(), |(base_ns, base)| format!("{:.1} × {base}", p50_ns / base_ns));
        let (p50, p99) = (nanoseconds(*p50_ns), nanoseconds(*p99_ns));
        lines.push(format!("| {name} | {count} | {p50} | {p99} | {ratio} |"));
    }
    lines.join("\n")
}

fn streams(transports: &Transports) -> String {
    let mut lines = vec!["| | messages | a second |\n|---|--:|--:|".to_owned()];
    for Stream { name, count, messages_per_second } in &transports.streams {
        let millions = messages_per_second / 1e6;
        lines.push(format!("| {name} | {count} | {millions:.2} million |"));
    }
    lines.join("\n")
}

fn nanoseconds(ns: f64) -> String {
    match ns {
        ns if ns < 10.0 => format!("{ns:.1}"),
        ns => format!("{ns:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::bench::results::{Results, read};

    #[test]
    fn the_page_holds_every_result() {
        let codec =
            r#"{"Trade":{"count":10,"bytes":960,"encode_ns":4.04,"decode_ns":51.0,"view_ns":9.0},
            "BookTicker":{"count":30,"bytes":2880,"encode_ns":8.0,"decode_ns":71.0,"view_ns":9.0}}"#
                .replace('\n', "");
        let transports = r#"{"frame_bytes":96,"rows":[
            {"name":"cache line","count":100,"p50_ns":50.0,"p99_ns":60.0},
            {"name":"Arc","count":100,"p50_ns":150.0,"p99_ns":200.0}],
            "streams":[{"name":"Unix socket","count":9,"messages_per_second":1234567.8}]}"#
            .replace('\n', "");
        let read_codec = || read(&codec).expect("a codec's result");
        let results = Results {
            rust: read_codec(),
            python: read_codec(),
            ocaml: read_codec(),
            transports: read(&transports).expect("a transport's result"),
        };
        let page = write(&results, "a machine", "a command");
        assert!(
            page.contains("| Trade | 10 | 96 | 4.0 | 51 | 9.0 | 4.0 | 51 | 4.0 | 51 |"),
            "{page}"
        );
        assert!(page.contains("| **all** | 40 | 96 | 7.0 | 66 |"), "{page}");
        assert!(page.contains("| Arc | 100 | 150 | 200 | 3.0 × cache line |"), "{page}");
        assert!(page.contains("| Unix socket | 9 | 1.23 million |"), "{page}");
        assert!(!page.contains('{'), "every place is filled: {page}");
    }
}
