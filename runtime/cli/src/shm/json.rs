//! A ring's status as JSON.

use crate::control;
use mycelium_ring::{ReaderKind, ReaderStatus, RingStatus};
use serde_json::{Value, json};
use std::path::Path;

pub(super) fn ring(path: &Path, status: &RingStatus) -> Value {
    let channels = control::channels(&status.announcements);
    json!({
        "path": path.display().to_string(),
        "capacity_bytes": status.capacity_bytes,
        "frame_align": status.frame_align,
        "epoch": status.epoch,
        "writer": {
            "pid": status.writer_pid,
            "alive": status.writer_alive,
            "closed": status.closed,
            "evicts": status.evicts,
            "lossy_only": status.lossy_only,
        },
        "published_bytes": status.published_bytes,
        "published_frames": status.published_frames,
        "released_bytes": status.released_bytes,
        "readers": status.readers.iter().map(reader).collect::<Vec<_>>(),
        "channels": channels.iter().map(channel).collect::<Vec<_>>(),
    })
}

fn reader(reader: &ReaderStatus) -> Value {
    json!({
        "slot": reader.slot,
        "pid": reader.pid,
        "kind": kind(reader.kind),
        "alive": reader.alive,
        "behind_bytes": reader.behind_bytes,
        "lost_frames": reader.lost_frames,
    })
}

fn channel(channel: &control::Channel) -> Value {
    json!({
        "number": channel.number,
        "topic": channel.topic,
        "type_id": channel.type_id,
        "digest": channel.digest.to_string(),
    })
}

/// What a reader is called.
pub(crate) fn kind(kind: ReaderKind) -> &'static str {
    match kind {
        ReaderKind::Reliable => "reliable",
        ReaderKind::Lossy => "lossy",
        ReaderKind::Evicted => "evicted",
        _ => "unknown",
    }
}
