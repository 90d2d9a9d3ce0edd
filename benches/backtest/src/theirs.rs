//! The same strategy with hftbacktest. Its queue model is the one that is ours too: an order stands behind what was shown,
//! trades use that up, and what is withdrawn counts as far as the level has become smaller than it. Of its two exchanges
//! this is the one that fills an order as a whole; the other one ends in `InvalidOrderStatus` here, once an order is
//! met by exactly what is left of it. Time from the exchange to the strategy is in the data.

use backtest::exchange::Fees;
use backtest::messages::Side as OurSide;
use hftbacktest::backtest::assettype::LinearAsset;
use hftbacktest::backtest::data::{Data, DataSource};
use hftbacktest::backtest::models::{
    CommonFees, ConstantLatency, RiskAdverseQueueModel, TradingValueFeeModel,
};
use hftbacktest::backtest::{Backtest, ExchangeKind, L2AssetBuilder};
use hftbacktest::depth::{BTreeMarketDepth, HashMapMarketDepth, L2MarketDepth, MarketDepth};
use hftbacktest::prelude::Bot;
use hftbacktest::types::{
    BUY_EVENT, DEPTH_EVENT, EXCH_EVENT, ElapseResult, Event as TheirEvent, LOCAL_EVENT, OrdType,
    SELL_EVENT, Side, TRADE_EVENT, TimeInForce,
};
use mycelium::Timestamp;

use crate::{EVERY_NS, Event, LATENCY_NS, MOST_ORDERS, Outcome, QUANTITY};

const UNIT: f64 = 1e8;
const TICK: f64 = 0.1;
const LOT: f64 = 0.001;

pub(crate) fn data(events: &[(Timestamp, Event)]) -> Data<TheirEvent> {
    let event = |(at, event): &(Timestamp, Event)| {
        let (kind, side, price, quantity) = match event {
            Event::Level(level) => (DEPTH_EVENT, level.side, level.price, level.quantity),
            Event::Print(print) => (TRADE_EVENT, print.aggressor, print.price, print.quantity),
        };
        let side = if side == OurSide::Buy { BUY_EVENT } else { SELL_EVENT };
        TheirEvent {
            ev: kind | side | EXCH_EVENT | LOCAL_EVENT,
            exch_ts: at.0,
            local_ts: at.0 + LATENCY_NS,
            px: price as f64 / UNIT,
            qty: quantity as f64 / UNIT,
            order_id: 0,
            ival: 0,
            fval: 0.0,
        }
    };
    let events: Vec<TheirEvent> = events.iter().map(event).collect();
    Data::from_data(&events)
}

pub(crate) fn run_hashed(data: &Data<TheirEvent>) -> Outcome {
    run(data, || HashMapMarketDepth::new(TICK, LOT))
}

pub(crate) fn run_sorted(data: &Data<TheirEvent>) -> Outcome {
    run(data, || BTreeMarketDepth::new(TICK, LOT))
}

fn run<D>(data: &Data<TheirEvent>, depth: impl Fn() -> D + 'static) -> Outcome
where
    D: MarketDepth + L2MarketDepth + 'static,
{
    let asset = L2AssetBuilder::new()
        .data(vec![DataSource::Data(data.clone())])
        .latency_model(ConstantLatency::new(LATENCY_NS, LATENCY_NS))
        .asset_type(LinearAsset::new(1.0))
        .fee_model(TradingValueFeeModel::new(fees()))
        .exchange(ExchangeKind::NoPartialFillExchange)
        .queue_model(RiskAdverseQueueModel::new())
        .depth(depth)
        .build()
        .expect("all parts are there");
    let mut market = Backtest::builder().add_asset(asset).build().expect("an asset is there");
    let (mut live, mut orders) = ([None; 2], 0);
    while market.elapse(EVERY_NS).expect("the data are in order") == ElapseResult::Ok {
        market.clear_inactive_orders(Some(0));
        for (side, live) in [Side::Buy, Side::Sell].into_iter().zip(&mut live) {
            renew(&mut market, side, live, &mut orders);
        }
    }
    let state = market.state_values(0);
    Outcome {
        orders,
        fills: state.num_trades as u64,
        position: (state.position * UNIT).round() as i64,
    }
}

/// What our exchange takes, in parts of one.
fn fees() -> CommonFees {
    let Fees { maker_ppm, taker_ppm } = Fees::default();
    let part = |ppm: i32| f64::from(ppm) / 1e6;
    CommonFees::new(part(maker_ppm), part(taker_ppm))
}

/// An order at the best price of this side, and no other one.
fn renew<D: MarketDepth>(
    market: &mut Backtest<D>,
    side: Side,
    live: &mut Option<u64>,
    orders: &mut u64,
) {
    let depth = market.depth(0);
    let (best, sign) = match side {
        Side::Buy => (depth.best_bid_tick(), 1.0),
        _ => (depth.best_ask_tick(), -1.0),
    };
    if depth.best_bid().is_nan() || depth.best_ask().is_nan() {
        return;
    }
    let size = QUANTITY as f64 / UNIT;
    let is_open = market.position(0) * sign < MOST_ORDERS as f64 * size - LOT / 2.0;
    let order = live.and_then(|id| market.orders(0).get(&id));
    let resting = order.map(|order| (order.order_id, order.price_tick, order.cancellable()));
    if resting.map(|(_, price, _)| price) == is_open.then_some(best) {
        return;
    }
    if let Some((id, _, true)) = resting {
        market.cancel(0, id, false).expect("an order that rests");
    }
    *live = None;
    if is_open {
        *orders += 1;
        let (id, price) = (*orders, best as f64 * TICK);
        let submitted = match side {
            Side::Buy => {
                market.submit_buy_order(0, id, price, size, TimeInForce::GTC, OrdType::Limit, false)
            }
            _ => market.submit_sell_order(
                0,
                id,
                price,
                size,
                TimeInForce::GTC,
                OrdType::Limit,
                false,
            ),
        };
        submitted.expect("an order of a new number");
        *live = Some(id);
    }
}
