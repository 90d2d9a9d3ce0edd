//! What a service keeps of a topic: enough to prove that all of them saw the same bits.
//!
//! Each message is encoded, decoded and encoded again; the frames go through one running SHA-256.
//! Counts, hash, levels and the exact sum of traded quantities must come out alike in the publisher
//! and in every subscriber, whatever language it is written in and however the frames travelled.

use std::fmt;

use mycelium::{Carried, Decimal, DecodeError, Timestamp};
use mycelium_generated::market::{
    BookTicker, DepthUpdate, Quantity, Signal, Snapshot, Trade, Verdict,
};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::histogram::Histogram;

/// A message of the pipeline, as far as a tally cares.
pub trait Counted: Carried {
    /// When its publisher handed it to the bus.
    fn sent_time(&self) -> Timestamp;

    /// Notes that it is handed to the bus now.
    fn set_sent_time(&mut self, time: Timestamp);

    /// Price levels in it.
    fn levels(&self) -> u64 {
        0
    }

    /// What was traded.
    fn traded(&self) -> Quantity {
        Decimal::ZERO
    }
}

/// The running account of one topic.
#[derive(Serialize, Default)]
pub struct Tally {
    /// Messages.
    pub count: u64,
    /// Messages that the transport says are missing.
    pub lost: u64,
    /// Bytes of all frames.
    pub bytes: u64,
    /// Price levels in all messages.
    pub levels: u64,
    /// Sum of what was traded, to the last digit.
    #[serde(serialize_with = "as_text")]
    pub quantity: Quantity,
    /// Of all frames, each with channel and sequence 0.
    #[serde(serialize_with = "as_hex")]
    pub sha256: Sha256,
    /// From handing over to receiving; empty at the publisher.
    pub latency_ns: Histogram,
}

impl Tally {
    /// Accounts for a message.
    pub fn record<M: Counted>(&mut self, message: &M) -> Result<(), TallyError> {
        let frame = message.to_frame();
        let again = M::from_frame(&frame).map_err(TallyError::Decode)?.to_frame();
        if frame != again {
            return Err(TallyError::NotTheSame { message: M::NAME, number: self.count + 1 });
        }
        self.count += 1;
        self.bytes += frame.len() as u64;
        self.levels += message.levels();
        self.quantity =
            self.quantity.checked_add(message.traded()).ok_or(TallyError::SumTooLarge)?;
        self.sha256.update(&frame);
        Ok(())
    }

    /// Accounts for a message that has just arrived.
    pub fn receive<M: Counted>(&mut self, message: &M) -> Result<(), TallyError> {
        self.latency_ns.record(Timestamp::now().since(message.sent_time()).0);
        self.record(message)
    }
}

/// Why an account cannot be kept.
#[derive(Debug)]
pub enum TallyError {
    /// What was just encoded cannot be decoded.
    Decode(DecodeError),
    /// Decoding and encoding again gave other bytes.
    NotTheSame {
        /// The message's type.
        message: &'static str,
        /// Which one of its topic, from 1.
        number: u64,
    },
    /// 64 bits do not hold the sum of the quantities.
    SumTooLarge,
}

impl fmt::Display for TallyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => write!(f, "an encoded message cannot be decoded: {error}"),
            Self::NotTheSame { message, number } => {
                write!(f, "{message} number {number} is not the same after decoding and encoding")
            }
            Self::SumTooLarge => f.write_str("the sum of the traded quantities exceeds 64 bits"),
        }
    }
}

impl std::error::Error for TallyError {}

impl Counted for BookTicker {
    fn sent_time(&self) -> Timestamp {
        self.sent_time
    }

    fn set_sent_time(&mut self, time: Timestamp) {
        self.sent_time = time;
    }
}

impl Counted for Trade {
    fn sent_time(&self) -> Timestamp {
        self.sent_time
    }

    fn set_sent_time(&mut self, time: Timestamp) {
        self.sent_time = time;
    }

    fn traded(&self) -> Quantity {
        self.quantity
    }
}

impl Counted for DepthUpdate {
    fn sent_time(&self) -> Timestamp {
        self.sent_time
    }

    fn set_sent_time(&mut self, time: Timestamp) {
        self.sent_time = time;
    }

    fn levels(&self) -> u64 {
        (self.bids.len() + self.asks.len()) as u64
    }
}

impl Counted for Snapshot {
    fn sent_time(&self) -> Timestamp {
        self.sent_time
    }

    fn set_sent_time(&mut self, time: Timestamp) {
        self.sent_time = time;
    }

    fn levels(&self) -> u64 {
        (self.bids.len() + self.asks.len()) as u64
    }
}

impl Counted for Signal {
    fn sent_time(&self) -> Timestamp {
        self.sent_time
    }

    fn set_sent_time(&mut self, time: Timestamp) {
        self.sent_time = time;
    }
}

impl Counted for Verdict {
    fn sent_time(&self) -> Timestamp {
        self.sent_time
    }

    fn set_sent_time(&mut self, time: Timestamp) {
        self.sent_time = time;
    }
}

fn as_text<S: Serializer>(quantity: &Quantity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(quantity)
}

fn as_hex<S: Serializer>(hash: &Sha256, serializer: S) -> Result<S::Ok, S::Error> {
    let digest = hash.clone().finalize();
    serializer.collect_str(&format_args!("{digest:x}"))
}
