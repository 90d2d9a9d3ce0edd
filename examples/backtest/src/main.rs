//! `backtest`: one run, a sweep of ten thousand, or a Monte Carlo of ten thousand paths.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use backtest::money::to_f64;
use backtest::risk::risk;
use backtest::runs::{self, Outcome};
use backtest::strategy::Params;
use backtest::tape::Tape;
use backtest::{picture, report};
use clap::{Args, Parser, Subcommand};
use market::feed::{Feed, FeedFile, Simulator, SimulatorOptions};
use mycelium::actor::derive_seed;
use mycelium::sim::{Grid, Shard, Sweep, Table};

/// A market-making strategy on an exchange simulator.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Folder for pictures and tables
    #[arg(long, global = true, default_value = "backtest-out")]
    out: PathBuf,
    /// Where all chance comes from
    #[arg(long, global = true, default_value_t = 42)]
    seed: u64,
}

#[derive(Args)]
struct Source {
    /// Captured feed; without one, a generated market
    #[arg(long)]
    feed: Option<PathBuf>,
    /// Instrument
    #[arg(long, default_value = "BTCUSDT")]
    symbol: String,
    /// Seconds of it
    #[arg(long, default_value_t = 60)]
    seconds: i64,
}

#[derive(Subcommand)]
enum Command {
    /// One backtest: accounts, curve of equity, event log
    Run {
        #[command(flatten)]
        source: Source,
    },
    /// Ten thousand backtests over a grid of parameters: table, heat map
    Sweep {
        #[command(flatten)]
        source: Source,
        /// One part of several, as 2/8
        #[arg(long, default_value = "1/1")]
        shard: Shard,
    },
    /// Puts the tables of all shards of one seed together
    Merge {
        /// What `sweep` has written
        tables: Vec<PathBuf>,
    },
    /// Many random days: value at risk, expected shortfall, distribution
    MonteCarlo {
        /// How many
        #[arg(long, default_value_t = 10_000)]
        paths: u64,
        /// Steps of a day
        #[arg(long, default_value_t = 600)]
        steps: u64,
        /// A position that is held, instead of the strategy
        #[arg(long)]
        hold: bool,
    },
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("backtest: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(&cli.out)?;
    match &cli.command {
        Command::Run { source } => run_one(&source.tape(cli.seed)?, cli),
        Command::Sweep { source, shard } => {
            let tape = source.tape(cli.seed)?;
            let sweep = Sweep::new(runs::grid()).seed(cli.seed).shard(*shard).progress(true);
            let table = sweep.run(|params, seed| {
                runs::backtest(&tape, *params, seed, false).expect("no actor fails").outcome()
            })?;
            show_sweep(&table, &cli.out)
        }
        Command::Merge { tables } => {
            let points = runs::grid().points().len();
            let read = |path| -> Result<Table<Params, Outcome>, Box<dyn Error>> {
                Ok(Table::from_csv(&fs::read_to_string(path)?, points)?)
            };
            let tables = tables.iter().map(read).collect::<Result<Vec<_>, _>>()?;
            let whole = Table::merge(tables)?;
            check_whole(&whole, cli.seed)?;
            show_sweep(&whole, &cli.out)
        }
        Command::MonteCarlo { paths, steps, hold } => {
            let sweep = Sweep::new(Grid::of(0..*paths)).seed(cli.seed).progress(true);
            let table = sweep.run(|_, seed| {
                let profit = match hold {
                    true => runs::held_day(*steps, seed),
                    false => runs::random_day(Params::default(), *steps, seed),
                };
                to_f64(profit.expect("no actor fails"))
            })?;
            show_paths(table.runs().iter().map(|run| run.result).collect(), &cli.out)
        }
    }
}

impl Source {
    fn tape(&self, seed: u64) -> Result<Tape, Box<dyn Error>> {
        let duration_ns = self.seconds * 1_000_000_000;
        let feed: Feed = match &self.feed {
            Some(path) => Box::new(FeedFile::open(path)?),
            None => Box::new(Simulator::new(&SimulatorOptions { seed, duration_ns })),
        };
        Ok(Tape::read(feed, &self.symbol)?.first(duration_ns))
    }
}

fn run_one(tape: &Tape, cli: &Cli) -> Result<(), Box<dyn Error>> {
    let ran = runs::backtest(tape, Params::default(), cli.seed, true)?;
    print!("{}", report::of_backtest(tape, &ran));
    let since = |at: mycelium::Timestamp| at.since(tape.start()).0 as f64 / 1e9;
    let points: Vec<(f64, f64)> =
        ran.portfolio.curve.iter().map(|(at, equity)| (since(*at), to_f64(*equity))).collect();
    fs::write(cli.out.join("events.log"), ran.log.as_bytes())?;
    let svg = picture::curve("Equity", "seconds", "quote currency", &points);
    Ok(fs::write(cli.out.join("equity.svg"), svg)?)
}

/// Shards make a whole only if all are there, and of one seed.
fn check_whole(table: &Table<Params, Outcome>, seed: u64) -> Result<(), String> {
    if let Some(index) = table.first_missing() {
        return Err(format!("no table holds run {index}: name those of all shards"));
    }
    match table.runs().iter().find(|run| run.seed != derive_seed(seed, run.index as u64)) {
        Some(run) => Err(format!(
            "run {} is not of seed {seed}: give `--seed` as at the sweep, one for all shards",
            run.index
        )),
        None => Ok(()),
    }
}

fn show_sweep(table: &Table<Params, Outcome>, out: &Path) -> Result<(), Box<dyn Error>> {
    print!("{}", report::of_sweep(table));
    let mut cells = BTreeMap::new();
    for run in table.runs() {
        let best: &mut f64 =
            cells.entry((run.params.half_spread, run.params.skew)).or_insert(f64::MIN);
        *best = best.max(run.result.profit_micros as f64 / 1e6);
    }
    fs::write(out.join("sweep.csv"), table.to_csv())?;
    let svg = picture::heat_map("Best profit", "half spread, ticks", "skew, ticks", &cells);
    Ok(fs::write(out.join("heatmap.svg"), svg)?)
}

fn show_paths(mut profits: Vec<f64>, out: &Path) -> Result<(), Box<dyn Error>> {
    profits.sort_by(f64::total_cmp);
    if profits.len() < 100 {
        return Err("a tail of fewer than 100 paths says nothing: ask for more with --paths".into());
    }
    let risks = [risk(&profits, 0.95), risk(&profits, 0.99)];
    print!("{}", report::of_paths(&profits, &risks));
    let svg = picture::distribution("Profit of a day", "quote currency", &profits, &risks);
    Ok(fs::write(out.join("profits.svg"), svg)?)
}
