//! A door for the fuzz target `conversation`: the real conversation, over a stream in memory.

use std::pin::pin;
use std::task::Poll;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::watch;
use tokio::task::LocalSet;

use super::connection::Connection;
use super::conversation::{Terms, converse};
use super::stream::FrameReader;
use crate::bus::MessageBus;
use crate::qos::WhenFull;

/// Room of the stream, each way.
const STREAM_BYTES: usize = 4096;

/// A peer of node `peer` says these bytes to the bus, in pieces of that length, and goes. `work` is called
/// whenever something may have happened. Gives how many bytes the bus answered.
pub fn converse_with(
    bus: &MessageBus,
    bytes: &[u8],
    piece_bytes: usize,
    mut work: impl FnMut(),
) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.expect("a runtime without a driver needs nothing of the machine");
    // Nobody stops it.
    let (_stop, stopped) = watch::channel(false);
    let terms = Terms {
        hub: bus.hub().clone(),
        service: "fuzz".to_owned(),
        expected: vec!["peer".to_owned()],
        subscribes: true,
        listens: true,
        policy: WhenFull::Block,
        endpoint: "memory".to_owned(),
        stop: stopped,
    };
    let (here, there) = duplex(STREAM_BYTES);
    let (read, write) = tokio::io::split(here);
    let (mut answers, mut words) = tokio::io::split(there);
    let bytes = bytes.to_vec();
    LocalSet::new().block_on(&runtime, async move {
        let speaking = tokio::task::spawn_local(async move {
            for piece in bytes.chunks(piece_bytes.max(1)) {
                // The bus has cut this peer off.
                if words.write_all(piece).await.is_err() {
                    break;
                }
            }
            let _ = words.shutdown().await;
        });
        let hearing = tokio::task::spawn_local(async move {
            let (mut heard, mut room) = (0, [0; STREAM_BYTES]);
            while let Ok(count @ 1..) = answers.read(&mut room).await {
                heard += count;
            }
            heard
        });
        let mut talk =
            pin!(converse(&terms, Connection { read, write, socket: None, certified: None }));
        std::future::poll_fn(|context| {
            work();
            let polled = talk.as_mut().poll(context);
            if polled.is_pending() {
                // What `work` received has made room.
                work();
            }
            if polled.is_ready() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        speaking.abort();
        hearing.await.unwrap_or_default()
    })
}

/// Splits these bytes into frames of at most that length. Gives how many there were, and the most memory
/// that was held for those to come.
pub fn split_frames(bytes: &[u8], max_frame_bytes: usize) -> (usize, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.expect("a runtime without a driver needs nothing of the machine");
    runtime.block_on(async {
        let mut reader = FrameReader::new(bytes, max_frame_bytes);
        let (mut frames, mut held_bytes) = (0, 0);
        while reader.next().await.is_ok() {
            frames += 1;
            held_bytes = held_bytes.max(reader.held_bytes());
        }
        (frames, held_bytes.max(reader.held_bytes()))
    })
}
