//! Sweeps: equal on any number of processors and in any number of shards, and whole or not at all.

use mycelium::actor::{Failure, Random};
use mycelium::sim::{Cancel, Grid, Shard, Sweep, SweepError, Table, TableError};

mycelium::row! {
    /// What is varied.
    struct Params {
        spread: i64,
        name: String,
    }
}

mycelium::row! {
    /// What comes of it.
    struct Outcome {
        profit: i64,
        risk: f64,
        note: String,
    }
}

fn grid() -> Grid<Params> {
    let names = ["plain", "with, comma", "with \"quotes\"\r\nand \"lines\"\n"];
    Grid::of(0..40).times(names, |spread, name| Params { spread, name: name.to_owned() })
}

fn run(params: &Params, seed: u64) -> Outcome {
    let mut random = Random::seeded(seed);
    let profit = params.spread - random.below(10) as i64;
    Outcome { profit, risk: random.unit(), note: params.name.clone() }
}

#[test]
fn the_table_is_the_same_on_any_number_of_threads() {
    let on = |threads| Sweep::new(grid()).seed(5).threads(threads).run(run).unwrap();
    let one = on(1);
    assert!(one.is_complete() && one.runs().len() == 120);
    for threads in [2, 3, 8, 500] {
        assert_eq!(on(threads).to_csv(), one.to_csv());
    }
    let other_seed = Sweep::new(grid()).seed(6).run(run).unwrap();
    assert_ne!(other_seed.to_csv(), one.to_csv());
    let seeds: std::collections::BTreeSet<u64> = one.runs().iter().map(|run| run.seed).collect();
    assert_eq!(seeds.len(), 120);
}

#[test]
fn shards_written_and_read_make_the_whole() {
    let whole = Sweep::new(grid()).seed(5).run(run).unwrap();
    let parts = ["1/7", "2/7", "3/7", "4/7", "5/7", "6/7", "7/7"].map(|shard| {
        let shard: Shard = shard.parse().unwrap();
        let part = Sweep::new(grid()).seed(5).shard(shard).run(run).unwrap();
        assert!(!part.is_complete());
        Table::<Params, Outcome>::from_csv(&part.to_csv(), 120).unwrap()
    });
    let merged = Table::merge(parts.clone()).unwrap();
    assert_eq!(merged, whole);
    assert!(merged.is_complete());
    let twice = Table::merge(parts.into_iter().chain([whole]));
    assert_eq!(twice, Err(TableError::Twice { index: 0 }));
    for text in ["0/7", "8/7", "1", "/", "a/b", "1/0", "-1/2"] {
        assert!(text.parse::<Shard>().is_err(), "{text}");
    }
}

#[test]
fn a_table_that_is_not_one_says_where() {
    let table = Sweep::new(grid()).run(run).unwrap();
    let read = |text: &str| Table::<Params, Outcome>::from_csv(text, 120).unwrap_err().to_string();
    let text = table.to_csv();
    assert_eq!(
        read("a,b\n"),
        "the table has the columns `a,b`, not `index,seed,spread,name,profit,risk,note`"
    );
    let cut = text.lines().take(2).collect::<Vec<_>>().join("\n") + "\n3,4\n";
    assert_eq!(read(&cut), "line 3 has 2 cells, not 7");
    let head = text.lines().next().unwrap();
    let odd = format!("{head}\n0,1,wide,plain,1,0.5,plain\n");
    assert_eq!(read(&odd), "line 2: column `spread` holds `wide`, which is no i64");
    let run = |index: usize| format!("{index},1,2,\"two\nlines\",1,0.5,plain\n");
    let beyond = format!("{head}\n{}{}", run(119), run(120));
    assert_eq!(read(&beyond), "line 4 holds run 120 of a grid of 120 points");
    let twice = format!("{head}\n{}{}{}", run(3), run(4), run(3));
    assert_eq!(read(&twice), "the table holds run 3 twice");
    let some = format!("{head}\r\n{}{}", run(0), run(2));
    let some = Table::<Params, Outcome>::from_csv(&some, 120).unwrap();
    assert_eq!((some.runs().len(), some.first_missing()), (2, Some(1)));
    assert_eq!((table.first_missing(), some.runs()[1].params.name.as_str()), (None, "two\nlines"));
}

#[test]
fn best_and_quantiles() {
    let grid = Grid::of(0..100_i64);
    let table = Sweep::new(grid).run(|point, _| (point * 37 % 100, *point as f64)).unwrap();
    assert_eq!(table.best(|result| result.0).unwrap().result.0, 99);
    let quantile = |q| table.quantile(q, |result| result.0).unwrap();
    assert_eq!([0.0, 0.01, 0.05, 0.5, 1.0].map(quantile), [0, 0, 4, 49, 99]);
    // What cannot be compared is neither best nor counted.
    let odd = |value: f64| if value < 50.0 { f64::NAN } else { -value };
    assert_eq!(table.best(|result| odd(result.1)).unwrap().index, 50);
    assert_eq!(table.quantile(0.0, |result| odd(result.1)), Some(-99.0));
    assert_eq!(table.quantile(0.5, |_| f64::NAN).map(f64::to_bits), None);
}

#[test]
fn a_run_that_panics_is_named() {
    let result = Sweep::new(Grid::of(0..1_000)).threads(2).run(|point, _| {
        assert!(*point != 17, "seventeen");
        *point
    });
    let failure = Failure::Panicked("seventeen".into());
    let error = result.unwrap_err();
    assert_eq!(error, SweepError { index: 17, params: "17".into(), failure });
    assert_eq!(error.to_string(), "run 17 of the sweep, 17, panicked: seventeen");
}

#[test]
fn a_cancelled_sweep_gives_what_is_done() {
    let cancel = Cancel::default();
    let from_within = cancel.clone();
    let sweep = Sweep::new(Grid::of(0..1_000)).threads(1).cancelled_by(&cancel);
    let table = sweep
        .run(|point, _| {
            if *point == 9 {
                from_within.cancel();
            }
            *point
        })
        .unwrap();
    assert_eq!(table.runs().len(), 10);
    assert!(!table.is_complete());
}

#[test]
fn nothing_to_run_is_a_table_of_nothing() {
    let table = Sweep::new(Grid::of(Vec::<i64>::new())).run(|point, _| *point).unwrap();
    assert!(table.is_complete() && table.runs().is_empty());
    assert!(
        table.best(|result| *result).is_none() && table.quantile(0.5, |result| *result).is_none()
    );
}
