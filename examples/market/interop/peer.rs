//! The Rust side of the meetings of any two languages: `peer TOPOLOGY SERVICE ROLE`.
//!
//! `publish` sends numbered messages, some without a single field and one that is large, once there are
//! subscribers of both; and it opens a topic whose digest is another. `receive` and `frames` check that
//! everything arrives equal and in order, and end with the publisher. `peer.py` and `peer.ml` do the same.

use std::error::Error;
use std::time::Duration;

use mycelium::{
    Carried, Decimal, Message, MessageBus, RecvError, Subscriber, Timestamp, TryRecvError,
};
use mycelium_generated::market::{DepthUpdate, Level, Trade, Venue};
use mycelium_generated::vectors_scalars::Nothing;

type Outcome = Result<(), Box<dyn Error>>;

const COUNT: u64 = 300;
const NOTHING_EVERY: u64 = 100;
const LARGE_LEVELS: u64 = 8_000;
const PATIENCE: Duration = Duration::from_secs(20);

/// The topic of trades, of another version.
#[derive(Message)]
#[myc(package = "market", name = "Trade", id = 2, topic = "market.trades")]
struct OtherTrade {
    trade_id: u64,
}

fn main() -> Outcome {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [topology, service, role] = &args[..] else {
        return Err("usage: peer TOPOLOGY SERVICE publish|receive|frames".into());
    };
    let bus = MessageBus::from_topology(topology, service)?;
    match role.as_str() {
        "publish" => publish(&bus),
        "receive" => receive(&bus),
        "frames" => frames(&bus),
        _ => Err(format!("no such role: {role}").into()),
    }
}

fn depth(n: u64) -> Result<DepthUpdate, Box<dyn Error>> {
    let levels = if n + 1 == COUNT { LARGE_LEVELS } else { n % 20 };
    let number = i64::try_from(n)?;
    let level = |i: i64| Level {
        price: Decimal::from_mantissa(61_250 * i + number),
        quantity: Decimal::from_mantissa(-i),
    };
    Ok(DepthUpdate {
        event_time: Timestamp(number),
        sent_time: Timestamp(number + 1),
        first_update_id: n,
        last_update_id: n + 7,
        previous_update_id: (n % 2 == 1).then_some(n),
        symbol: "BTCUSDT".try_into()?,
        venue: if n.is_multiple_of(3) { Venue::Unknown(77) } else { Venue::Binance },
        bids: (0..i64::try_from(levels)?).map(level).collect(),
        asks: Vec::new(),
    })
}

fn publish(bus: &MessageBus) -> Outcome {
    let _other = bus.publisher::<OtherTrade>()?;
    let (nothings, depths) = (bus.publisher::<Nothing>()?, bus.publisher::<DepthUpdate>()?);
    nothings.wait_for_subscribers(1, PATIENCE)?;
    depths.wait_for_subscribers(1, PATIENCE)?;
    for n in 0..COUNT {
        if n % NOTHING_EVERY == 0 {
            nothings.publish(Nothing {})?;
        }
        depths.publish(depth(n)?)?;
    }
    println!("other {}", OtherTrade::DIGEST);
    Ok(())
}

fn receive(bus: &MessageBus) -> Outcome {
    let mut trades = bus.subscriber::<Trade>()?;
    let mut nothings = bus.subscriber::<Nothing>()?;
    let mut depths = bus.subscriber::<DepthUpdate>()?;
    let seen = count(&mut depths, |n, update| Ok(*update == depth(n)?))?;
    let empty = count(&mut nothings, |_, _| Ok(true))?;
    check_counts(seen, empty)?;
    match trades.recv_timeout(PATIENCE) {
        Err(TryRecvError::Failed(RecvError::DigestMismatch(error)))
            if error.topic == Trade::TOPIC && error.ours == Trade::DIGEST =>
        {
            println!("other {} at {}", error.theirs, error.peer);
            Ok(())
        }
        other => Err(format!("no other digest of trades, but {other:?}").into()),
    }
}

/// How many messages come until the end; each must be as `is_right` wants the one of its number.
fn count<T: Carried>(
    subscriber: &mut Subscriber<T>,
    is_right: impl Fn(u64, &T) -> Result<bool, Box<dyn Error>>,
) -> Result<u64, Box<dyn Error>> {
    let mut seen = 0;
    loop {
        match subscriber.recv_timeout(PATIENCE) {
            Ok(None) => return Ok(seen),
            Ok(Some(message)) if is_right(seen, &message)? => seen += 1,
            Ok(Some(_)) => return Err(format!("another {} than number {seen}", T::NAME).into()),
            Err(error) => return Err(format!("{} number {seen}: {error}", T::NAME).into()),
        }
    }
}

fn frames(bus: &MessageBus) -> Outcome {
    let mut frames = bus.frames(&["market.>", "*.*.nothing"])?;
    let (mut seen, mut empty) = (0, 0);
    while let Some(frame) = frames.recv_timeout(PATIENCE)? {
        if &*frame.topic == Nothing::TOPIC {
            Nothing::from_frame(&frame.bytes)?;
            if seen != empty * NOTHING_EVERY {
                return Err(format!("an empty message behind {seen} others").into());
            }
            empty += 1;
        } else if DepthUpdate::from_frame(&frame.bytes)? == depth(seen)? {
            seen += 1;
        } else {
            return Err(format!("another frame than number {seen}").into());
        }
    }
    check_counts(seen, empty)
}

fn check_counts(seen: u64, empty: u64) -> Outcome {
    if (seen, empty) == (COUNT, COUNT / NOTHING_EVERY) {
        return Ok(());
    }
    Err(format!("{seen} messages and {empty} empty ones before the end").into())
}
