//! The backtest's market maker, live: started where the topology names it, and its books compared.

use std::path::Path;
use std::process::Command;

use mycelium::topology::Topology;

use super::format::grouped;
use super::report::{self, Accounts, Actor, Reports, Trading};
use super::{Options, factor};
use crate::failure::Failure;

/// The exchange simulator's service.
pub(super) const VENUE: &str = "venue";
/// The strategy's.
pub(super) const MAKER: &str = "market-maker";

/// How often the strategy looks at its prices, in milliseconds of the market.
const INTERVAL_MS: f64 = 100.0;

/// Whether a topology has both services.
pub(super) fn is_wanted(topology: &Path) -> Result<bool, Failure> {
    let topology = Topology::load(topology).map_err(|error| Failure::new(error.to_string()))?;
    match [VENUE, MAKER].map(|service| topology.node_of(service).is_some()) {
        [true, true] => Ok(true),
        [false, false] => Ok(false),
        _ => Err(Failure::new(format!("the topology has one of `{VENUE}` and `{MAKER}`"))
            .remedy("name both, or neither")),
    }
}

/// What starts them, by the names of the services.
pub(super) fn commands(program: &Path, options: &Options) -> [(&'static str, Command); 2] {
    let mut venue = Command::new(program);
    venue.arg(VENUE);
    let mut maker = Command::new(program);
    // The strategy's timers are those of the machine: where the market goes faster, so does it.
    let interval_ms = factor(&options.speed).map_or(1.0, |factor| INTERVAL_MS / factor).max(1.0);
    maker.args([MAKER, "--interval-ms", &format!("{interval_ms:.0}")]);
    [(VENUE, venue), (MAKER, maker)]
}

/// Compares what both sides have written down, and the accounts with themselves; gives the words for the end.
pub(super) fn check(reports: &Reports) -> Result<String, Failure> {
    let (venue, maker) = (of(reports, VENUE)?, of(reports, MAKER)?);
    let market = report::of(reports, "market-data")?;
    let sent: u64 = market.published.values().map(|tally| tally.count).sum();
    let actor = |side: &Trading, name: &str| side.actors.get(name).copied().unwrap_or_default();
    let (gateway, exchange) = (actor(venue, "gateway"), actor(venue, "exchange"));
    let strategy = actor(maker, "strategy");
    let pairs = [
        ("messages of the market, sent and received", sent, gateway.received),
        ("orders, sent and received", maker.orders, venue.orders),
        ("cancels, sent and received", maker.cancels, venue.cancels),
        ("fills, sent and received", venue.fills, maker.fills),
        ("what the strategy published", strategy.published, maker.orders + maker.cancels),
        (
            "what reached the exchange",
            gateway.published + venue.orders + venue.cancels,
            exchange.received,
        ),
    ];
    let mut differences: Vec<String> = pairs
        .iter()
        .filter(|(_, one, other)| one != other)
        .map(|(what, one, other)| format!("{what}: {one} and {other}"))
        .collect();
    let actors = [venue, maker].into_iter().flat_map(|side| &side.actors);
    differences.extend(
        actors.filter(|(_, Actor { faults, failures, .. })| faults + failures > 0).map(
            |(name, Actor { faults, failures, .. })| {
                format!("{name}: {faults} faults, {failures} failures")
            },
        ),
    );
    if venue.accounts != maker.accounts {
        differences.push(format!("{:?} and {:?}", venue.accounts, maker.accounts));
    }
    differences.extend(inconsistency(&maker.accounts));
    if differences.is_empty() {
        return Ok(summary(maker));
    }
    Err(Failure::new("the market maker and the venue do not agree")
        .seen(differences.join("\n"))
        .remedy("compare the reports in target/demo/reports"))
}

fn of<'a>(reports: &'a Reports, service: &str) -> Result<&'a Trading, Failure> {
    let trading = report::of(reports, service)?.trading.as_ref();
    trading.ok_or_else(|| Failure::new(format!("{service} left a report without its trading")))
}

/// Accounts are kept twice. The equity is the cash and what the position is worth; by its lots it is what was realised and
/// what is not yet, less the fees. Both must come to the same.
fn inconsistency(accounts: &Accounts) -> Option<String> {
    let Accounts { equity, realised, unrealised, fees, .. } = accounts;
    let digits = |text: &String| text.parse::<i128>().ok();
    let all = [equity, realised, unrealised, fees].map(digits);
    let [Some(of_cash), Some(realised), Some(unrealised), Some(fees)] = all else {
        return Some(format!(
            "not all are numbers: equity {equity:?}, realised {realised:?}, unrealised {unrealised:?}, fees {fees:?}"
        ));
    };
    let of_lots = realised.checked_add(unrealised).and_then(|sum| sum.checked_sub(fees));
    match of_lots {
        Some(of_lots) if of_lots == of_cash => None,
        Some(of_lots) => Some(format!("equity {of_cash}, but by its lots {of_lots}")),
        None => Some(format!("equity {of_cash}, but its lots are more than can be added")),
    }
}

fn summary(maker: &Trading) -> String {
    let Trading { orders, cancels, fills, accounts, .. } = maker;
    let money = |digits: &str| digits.parse::<i128>().map_or(0.0, |units| units as f64 / 1e22);
    format!(
        "traded live by the backtest's strategy:\n  {} orders, {} cancels, {} fills; volume {:.2}, fees \
         {:.4}, profit {:.4}, position {}\n  both books agree to the last digit\n",
        grouped(*orders),
        grouped(*cancels),
        grouped(*fills),
        money(&accounts.volume),
        money(&accounts.fees),
        money(&accounts.equity),
        accounts.position as f64 / 1e8,
    )
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::demo::report::Reports;

    /// Two sides of one trade: 2 bought at 5, marked at 6, a fee of 1; the strategy says that it sent so many
    /// orders, and that it has so much cash.
    fn reports(orders: u64, equity: &str) -> Reports {
        let actors = r#""gateway":{"received":5,"published":7,"faults":0,"failures":0},
            "exchange":{"received":9,"published":3,"faults":0,"failures":0},
            "strategy":{"received":3,"published":2,"faults":0,"failures":0}"#;
        let trading = |orders: u64| {
            format!(
                r#"{{"orders":{orders},"cancels":1,"fills":1,"actors":{{{actors}}},"accounts":
                    {{"position":2,"cash":"-11","fees":"1","volume":"10","realised":"0",
                      "unrealised":"2","equity":"{equity}"}}}}"#
            )
        };
        let report = |service: &str, rest: String| {
            let text = format!(r#"{{"service":"{service}","language":"Rust",{rest}}}"#);
            (service.to_owned(), serde_json::from_str(&text).expect("a report"))
        };
        let tally = r#""published":{"t":{"count":5,"lost":0,"bytes":96,"levels":0,"quantity":"0",
            "sha256":"ab","latency_ns":[]}}"#;
        Reports::from([
            report("market-data", tally.to_owned()),
            report("venue", format!(r#""trading":{}"#, trading(1))),
            report("market-maker", format!(r#""trading":{}"#, trading(orders))),
        ])
    }

    #[test]
    fn books_that_agree_are_summed_up() {
        let words = check(&reports(1, "1")).expect("they agree");
        assert!(words.contains("1 orders, 1 cancels, 1 fills"), "{words}");
    }

    #[test]
    fn what_differs_is_named() {
        let failure = check(&reports(2, "1")).expect_err("an order is missing").to_string();
        assert!(failure.contains("orders, sent and received: 2 and 1"), "{failure}");
        let failure = check(&reports(1, "3")).expect_err("cash and lots differ").to_string();
        assert!(failure.contains("but by its lots 1"), "{failure}");
        let failure = check(&reports(1, "x")).expect_err("no number").to_string();
        assert!(failure.contains("not all are numbers: equity \"x\""), "{failure}");
    }
}
