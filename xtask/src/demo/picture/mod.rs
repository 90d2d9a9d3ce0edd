//! Pictures of a run: latencies by route, and mid prices with the signals on them.

mod latency;
mod prices;
mod scale;
mod svg;

use std::fs;
use std::path::{Path, PathBuf};

use super::report::Reports;
use super::routes::Route;
use crate::failure::{Failure, io_failure};

/// Draws the pictures into the folder; gives their paths.
pub(super) fn draw_all(
    reports: &Reports,
    routes: &[Route],
    folder: &Path,
) -> Result<Vec<PathBuf>, Failure> {
    let drawn = [("latency.svg", latency::draw(routes)), ("prices.svg", prices::draw(reports))];
    let write = |(name, picture): (&str, String)| {
        let path = folder.join(name);
        fs::write(&path, picture).map_err(io_failure("write", &path))?;
        Ok(path)
    };
    drawn.into_iter().map(write).collect()
}
