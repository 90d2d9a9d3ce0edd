//! What a topic carries, and a frame of it, as C sees them.
#![allow(unsafe_code)]

use crate::status::Failure;
use crate::text::{borrow_ref, borrow_text, borrow_texts};
use mycelium::{Digest, FrameType};
use std::ffi::c_char;

/// A topic and the type of its messages, as generated headers name them: `{ market_Trade_TOPIC,
/// market_Trade_TYPE_ID, market_Trade_DIGEST, NULL, 0 }`.
#[repr(C)]
#[derive(Debug)]
pub struct MycTopic {
    /// Name of the topic.
    pub name: *const c_char,
    /// The type's number in the header of its frames; not 0.
    pub type_id: u16,
    /// The type's digest, `myc1:` and 64 hexadecimal digits.
    pub digest: *const c_char,
    /// Digests of released versions that the type still talks with, oldest first. May be null for none.
    pub ancestors: *const *const c_char,
    /// How many.
    pub ancestor_count: usize,
}

/// A frame that was received. What it points to is the subscriber's.
#[repr(C)]
#[derive(Debug)]
pub struct MycFrame {
    /// The whole frame, header included; it begins at a multiple of 8.
    pub bytes: *const u8,
    /// How many bytes.
    pub len: usize,
    /// Name of its topic; no zero byte ends it.
    pub topic: *const c_char,
    /// How many bytes that has.
    pub topic_len: usize,
    /// With MYC_LOST how many frames were lost, and the other fields are null and 0; else 0.
    pub lost: u64,
}

/// Reads topics of the caller.
///
/// # Safety
///
/// `topics` is null, or points to `count` topics, each as [`read_topic`] says.
pub(crate) unsafe fn read_topics(
    topics: *const MycTopic,
    count: usize,
) -> Result<Vec<FrameType>, Failure> {
    if topics.is_null() || count == 0 {
        return Err(Failure::argument("`topics` is null, or `count` 0; pass one topic at least"));
    }
    if count > isize::MAX as usize / size_of::<MycTopic>() {
        return Err(Failure::argument(format!("`topics` cannot hold {count} of them")));
    }
    // SAFETY: by this function's contract, now that it is not null and no longer than an object can be.
    (0..count).map(|at| unsafe { read_topic(topics.add(at)) }).collect()
}

/// Reads a topic of the caller.
///
/// # Safety
///
/// `topic` is null, or points to a topic whose pointers are null or what they say.
pub(crate) unsafe fn read_topic(topic: *const MycTopic) -> Result<FrameType, Failure> {
    // SAFETY: by this function's contract.
    let topic = unsafe { borrow_ref(topic, "topic")? };
    // SAFETY: the same.
    let (name, digest, ancestors) = unsafe {
        (
            borrow_text(topic.name, "topic.name")?,
            borrow_text(topic.digest, "topic.digest")?,
            borrow_texts(topic.ancestors, topic.ancestor_count, "topic.ancestors")?,
        )
    };
    if topic.type_id == 0 {
        return Err(Failure::argument("`topic.type_id` is 0; pass that of the type"));
    }
    let ancestors: Result<Vec<_>, _> = ancestors.into_iter().map(digest_of).collect();
    Ok(FrameType::new(name, topic.type_id, digest_of(digest)?).ancestors(ancestors?))
}

fn digest_of(text: &str) -> Result<Digest, Failure> {
    Digest::parse(text).ok_or_else(|| {
        Failure::argument(format!("`{text}` is no digest; pass `myc1:` and 64 hexadecimal digits"))
    })
}
