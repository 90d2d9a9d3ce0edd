//! Recordings that tests make, by hand or of captured files.

use super::{Deployment, mycelium, text, trade};
use mycelium::reflect::{Def, Kind};
use mycelium::wire::{Message, canon};
use serde_json::Value;
use std::fs::File;

pub(crate) fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&mycelium(arguments))).expect("JSON")
}

/// A line of a captured file: a trade.
pub(crate) fn line(second: u64, number: u64, symbol: &str) -> String {
    let (nanos, millis) = (second * 1_000_000_000, second * 1000);
    format!(
        "{nanos} {{\"stream\":\"x@trade\",\"data\":{{\"e\":\"trade\",\"E\":{millis},\"T\":{millis},\
         \"s\":\"{symbol}\",\"t\":{number},\"p\":\"61800.20\",\"q\":\"0.014\",\"X\":\"MARKET\",\"m\":true}}}}\n"
    )
}

pub(crate) fn import(deployment: &Deployment) -> String {
    let files = ["BTCUSDT", "ETHUSDT"].map(|symbol| {
        let lines: String = (0..100).map(|second| line(second, second, symbol)).collect();
        let file = deployment.file(&format!("{symbol}.jsonl"));
        std::fs::write(&file, lines).expect("a file");
        file
    });
    let output = deployment.file("feed.mcap");
    let imported = json(&["import-feed", &files[0], &files[1], "-o", &output, "--json"]);
    assert_eq!(imported["messages"], 200);
    assert_eq!(imported["types"]["Trade"], 200);
    output
}

/// A topic of a recording: its type, whether that is told, and frames.
pub(crate) type Recorded<'t> = (&'t str, &'static Def<'static>, bool, Vec<Vec<u8>>);

pub(crate) fn write<'t>(file: &str, topics: impl IntoIterator<Item = Recorded<'t>>) {
    let mut writer = mcap::Writer::new(File::create(file).expect("a file")).expect("a writer");
    for (topic, def, is_told, frames) in topics {
        let canonical = canon::texts(def);
        let schema = match is_told {
            true => writer.add_schema(def.name, "mycelium-canonical", canonical.as_bytes()),
            false => Ok(0),
        };
        let Kind::Message { id, .. } = def.kind else { panic!("a message") };
        let metadata = [("digest", def.digest.to_string()), ("type_id", id.to_string())];
        let metadata = metadata.map(|(name, value)| (name.to_owned(), value)).into();
        let schema = schema.expect("a schema");
        let channel = writer.add_channel(schema, topic, "mycelium", &metadata);
        let channel_id = channel.expect("a channel");
        for (frame, sequence) in frames.into_iter().zip(0..) {
            let header =
                mcap::records::MessageHeader { channel_id, sequence, log_time: 1, publish_time: 1 };
            writer.write_to_known_channel(&header, &frame).expect("written");
        }
    }
    writer.finish().expect("an end");
}

pub(crate) fn trades(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|number| trade(number).to_frame()).collect()
}
