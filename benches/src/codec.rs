//! Nanoseconds that encoding and decoding take for each event of a stream.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use mycelium::{DecodeError, DecodeOwned, FrameHeader, Message, wire};
use mycelium_generated::market::{BookTicker, DepthUpdate, Snapshot, Trade};
use serde::Serialize;

#[derive(Args)]
pub(crate) struct Options {
    /// File that `frames` wrote
    #[arg(long, value_name = "FILE")]
    frames: PathBuf,

    /// Passes over the stream; the fastest counts
    #[arg(long, default_value_t = 7)]
    passes: usize,
}

/// Times of one kind of event.
#[derive(Serialize)]
struct Times {
    count: usize,
    bytes: usize,
    encode_ns: f64,
    decode_ns: f64,
    view_ns: f64,
}

pub(crate) fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let bytes = fs::read(&options.frames)?;
    let mut by_type: BTreeMap<u16, Vec<&[u8]>> = BTreeMap::new();
    let mut rest = &bytes[..];
    while !rest.is_empty() {
        let (frame, after) = wire::Frame::split(rest)?;
        let frame_len = rest.len() - after.len();
        by_type.entry(frame.header.type_id).or_default().push(&rest[..frame_len]);
        rest = after;
    }
    let mut kinds = BTreeMap::new();
    for (type_id, frames) in &by_type {
        let (name, times) = match *type_id {
            BookTicker::TYPE_ID => ("BookTicker", time::<BookTicker>(frames, options.passes)?),
            Trade::TYPE_ID => ("Trade", time::<Trade>(frames, options.passes)?),
            DepthUpdate::TYPE_ID => ("DepthUpdate", time::<DepthUpdate>(frames, options.passes)?),
            Snapshot::TYPE_ID => ("Snapshot", time::<Snapshot>(frames, options.passes)?),
            other => return Err(format!("no market message has type id {other}").into()),
        };
        kinds.insert(name, times);
    }
    println!("{}", serde_json::to_string(&kinds)?);
    Ok(())
}

fn time<M: Message + DecodeOwned>(frames: &[&[u8]], passes: usize) -> Result<Times, DecodeError> {
    let messages: Vec<M> =
        frames.iter().map(|frame| M::from_frame(frame)).collect::<Result<_, _>>()?;
    let longest = frames.iter().map(|frame| frame.len()).max().unwrap_or(FrameHeader::SIZE);
    let mut buffer = vec![0; longest];
    let encode = || {
        for message in &messages {
            let len = message.frame_len().unwrap_or_default();
            message.encode_frame(0, 0, &mut buffer[..len]);
            black_box(&buffer);
        }
    };
    let decode = || {
        for frame in frames {
            black_box(M::from_frame(black_box(frame)).is_ok());
        }
    };
    let view = || {
        for frame in frames {
            black_box(M::view(black_box(frame)).is_ok());
        }
    };
    Ok(Times {
        count: frames.len(),
        bytes: frames.iter().map(|frame| frame.len()).sum(),
        encode_ns: fastest(passes, frames.len(), encode),
        decode_ns: fastest(passes, frames.len(), decode),
        view_ns: fastest(passes, frames.len(), view),
    })
}

/// Nanoseconds for each of `events` in the fastest pass.
fn fastest(passes: usize, events: usize, mut pass: impl FnMut()) -> f64 {
    let times = (0..passes.max(1)).map(|_| {
        let start = Instant::now();
        pass();
        start.elapsed().as_nanos() as f64
    });
    times.fold(f64::INFINITY, f64::min) / events.max(1) as f64
}
