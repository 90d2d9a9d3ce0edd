//! Input that is wrong: named with its file, its place and a remedy.

use std::fs;
use std::path::{Path, PathBuf};

use super::Case;
use super::demo::Demo;
use crate::failure::{Failure, io_failure};
use crate::repo;

pub(super) const CASES: &[Case] = &[
    ("an unknown option", unknown_option),
    ("a speed that is none", wrong_speed),
    ("a feed that is not there", missing_feed),
    ("a feed that ends in the middle", cut_feed),
    ("a topology that is not there", missing_topology),
    ("a topology with a misspelt key", wrong_topology),
    ("a topology without one of the services", topology_without_service),
];

fn unknown_option() -> Result<(), Failure> {
    refused(&["--sped", "max"], &["unexpected argument '--sped'", "--speed"])
}

fn wrong_speed() -> Result<(), Failure> {
    refused(&["--speed", "fast"], &["fast", "`max`"])
}

fn missing_feed() -> Result<(), Failure> {
    refused(&["--feed", "no/such/feed.gz"], &["--feed no/such/feed.gz", "check the path"])
}

fn cut_feed() -> Result<(), Failure> {
    let line = r#"1723161255088176367 {"stream":"s","data":{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"p":"1","q":"1","X":"MARKET","m":true}}"#;
    let path = write("cut.jsonl", &format!("{line}\n{}", &line[..60]))?;
    let named = format!("{}, line 2: the file ends in the middle", path.display());
    refused(&["--feed", &path.to_string_lossy()], &[&named, "copy the file again"])
}

fn missing_topology() -> Result<(), Failure> {
    refused(&["--topology", "no/such.toml"], &["--topology no/such.toml", "check the path"])
}

fn wrong_topology() -> Result<(), Failure> {
    let text = example()?.replace("services = [\"strategy\"]", "servces = [\"strategy\"]");
    let path = write("misspelt.toml", &text)?;
    refused(&["--topology", &path.to_string_lossy()], &["misspelt.toml", "servces"])
}

fn topology_without_service() -> Result<(), Failure> {
    let text = example()?.replace("services = [\"strategy\"]", "services = [\"tactics\"]");
    let path = write("without.toml", &text)?;
    refused(&["--topology", &path.to_string_lossy()], &["without.toml", "strategy"])
}

/// The demo fails, says these words, and leaves nothing.
fn refused(args: &[&str], words: &[&str]) -> Result<(), Failure> {
    let ended = Demo::start(args)?.wait()?;
    ended.expect_failure()?;
    words.iter().try_for_each(|word| ended.expect_stderr(word))?;
    ended.expect_nothing_left()
}

fn example() -> Result<String, Failure> {
    let path = repo::root().join("examples/market/topology.toml");
    fs::read_to_string(&path).map_err(io_failure("read", &path))
}

fn write(name: &str, text: &str) -> Result<PathBuf, Failure> {
    let folder: &Path = &repo::target().join("xtask");
    fs::create_dir_all(folder).map_err(io_failure("make the folder", folder))?;
    let path = folder.join(name);
    fs::write(&path, text).map_err(io_failure("write", &path))?;
    Ok(path)
}
