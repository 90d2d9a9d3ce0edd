//! A market-making strategy, backtested: exchange, strategy and portfolio are actors of `mycelium`.
//!
//! ```text
//! tape or random walk ──► exchange ──quotes──► strategy, portfolio
//!                            ▲  └────fills───► strategy, portfolio
//!                            └──orders, cancels── strategy
//! ```
//!
//! Prices are in ticks of 1e-8 and quantities in lots of 1e-8, as on the captured feed; money is what their
//! product is. Nothing of it is ever rounded, so that accounts agree to the last digit.

pub mod book;
pub mod books;
pub mod exchange;
pub mod gateway;
pub mod live;
pub mod messages;
pub mod money;
pub mod picture;
pub mod portfolio;
pub mod report;
pub mod risk;
pub mod runs;
pub mod strategy;
pub mod tape;
pub mod translate;
pub mod walk;
