//! The same actors at a bus, each on a thread of its own.

use std::time::Duration;

use backtest::exchange::{Exchange, Fees};
use backtest::messages::{Fill, Order, Print, Side, Top};
use backtest::portfolio::Portfolio;
use backtest::strategy::{LOT, MarketMaker, Params, TICK};
use mycelium::MessageBus;
use mycelium::actor::Supervisor;

#[test]
fn the_strategy_trades_live_as_it_does_in_a_backtest() {
    let bus = MessageBus::new();
    let (mut orders, mut fills) =
        (bus.subscriber::<Order>().unwrap(), bus.subscriber::<Fill>().unwrap());
    let (tops, prints) = (bus.publisher::<Top>().unwrap(), bus.publisher::<Print>().unwrap());
    let params = Params { half_spread: 5, skew: 0, size: 10, interval_ms: 1 };
    let supervisor = Supervisor::new(&bus);
    supervisor.thread("portfolio", Portfolio::default).unwrap();
    supervisor.thread("strategy", move || MarketMaker::new(params)).unwrap();
    supervisor.thread("exchange", || Exchange::new(Fees::default())).unwrap();

    let (bid, ask) = (1_000 * TICK, 1_002 * TICK);
    tops.publish(Top { bid, bid_quantity: LOT, ask, ask_quantity: LOT }).unwrap();
    let first = orders.recv_blocking().unwrap().expect("a bid");
    assert_eq!((first.side, first.price), (Side::Buy, 996 * TICK));
    let second = orders.recv_blocking().unwrap().expect("an offer");
    assert_eq!((second.side, second.price), (Side::Sell, 1_006 * TICK));

    // Somebody sells through the bid, again and again: the order may still be on its way to the exchange.
    let fill = loop {
        prints
            .publish(Print { aggressor: Side::Sell, price: 990 * TICK, quantity: 10 * LOT })
            .unwrap();
        if let Ok(fill) = fills.recv_timeout(Duration::from_millis(20)) {
            break fill.expect("publishers are there");
        }
    };
    assert_eq!((fill.side, fill.price, fill.quantity), (Side::Buy, 996 * TICK, 10 * LOT));
    supervisor.shutdown(Duration::from_secs(20)).unwrap();
    let stats = supervisor.stats();
    assert!(stats.actor("portfolio").unwrap().received >= 2, "{stats}");
}
