//! The simulator's events have the shapes of a captured stream.

use market::feed::{Event, MarketMessage, Simulator, SimulatorOptions};

fn simulate(seed: u64, seconds: i64) -> Vec<Event> {
    let options = SimulatorOptions { seed, duration_ns: seconds * 1_000_000_000 };
    Simulator::new(&options).collect::<Result<_, _>>().expect("a simulator reads no file")
}

fn share(events: &[Event], is_kind: fn(&MarketMessage) -> bool) -> f64 {
    let count = events.iter().filter(|event| is_kind(&event.message)).count();
    count as f64 / events.len() as f64
}

#[test]
fn the_same_seed_gives_the_same_events() {
    assert_eq!(simulate(7, 3), simulate(7, 3));
    assert_ne!(simulate(7, 3), simulate(8, 3));
}

#[test]
fn a_longer_run_begins_like_a_shorter_one() {
    let (short, long) = (simulate(7, 2), simulate(7, 3));
    assert_eq!(short[..], long[..short.len()]);
}

#[test]
fn receive_times_never_go_back() {
    let events = simulate(1, 20);
    assert!(events.is_sorted_by_key(|event| event.received_ns));
    let same_instant = events.windows(2).filter(|pair| pair[0].received_ns == pair[1].received_ns);
    assert!(same_instant.count() > events.len() / 20, "events come in bursts");
}

#[test]
fn kinds_come_in_realistic_shares() {
    let events = simulate(1, 120);
    let rate = events.len() as f64 / 120.0;
    assert!((300.0..900.0).contains(&rate), "{rate} events a second");
    let tickers = share(&events, |message| matches!(message, MarketMessage::BookTicker(_)));
    let trades = share(&events, |message| matches!(message, MarketMessage::Trade(_)));
    let updates = share(&events, |message| matches!(message, MarketMessage::DepthUpdate(_)));
    assert!((0.55..0.80).contains(&tickers), "{tickers} of the events are tickers");
    assert!((0.12..0.35).contains(&trades), "{trades} of the events are trades");
    assert!((0.05..0.12).contains(&updates), "{updates} of the events are depth updates");
}

#[test]
fn depth_updates_have_one_to_twelve_hundred_levels() {
    let mut levels: Vec<usize> = simulate(3, 300)
        .iter()
        .filter_map(|event| match &event.message {
            MarketMessage::DepthUpdate(update) => Some(update.bids.len() + update.asks.len()),
            _ => None,
        })
        .collect();
    levels.sort_unstable();
    let at = |share: f64| levels[(share * (levels.len() - 1) as f64) as usize];
    assert!(levels[0] >= 1 && at(1.0) <= 1_200);
    assert!((20..60).contains(&at(0.5)), "half have fewer than {} levels", at(0.5));
    assert!((400..1_200).contains(&at(0.99)), "one in a hundred has over {} levels", at(0.99));
}
