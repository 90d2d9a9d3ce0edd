//! Chromium without a window and without the network.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, io_failure};
use crate::progress::Progress;
use crate::tool::Tool;

/// Seconds after which it is stopped.
const MOST_SECONDS: &str = "60";

/// No window, no first questions, and nothing that calls home.
const QUIET: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--log-level=3",
];

/// A browser with a profile that is new each time.
pub(super) struct Browser {
    program: &'static str,
    profile: PathBuf,
}

impl Browser {
    pub(super) fn new(program: &'static str, profile: PathBuf) -> Browser {
        Browser { program, profile }
    }

    /// Draws a page into a PNG file.
    pub(super) fn picture(
        &self,
        page: &Path,
        options: &[&str],
        to: &Path,
        progress: &Progress,
    ) -> Result<(), Failure> {
        if to.exists() {
            fs::remove_file(to).map_err(io_failure("remove", to))?;
        }
        let tool = self.tool()?.args(options).arg(format!("--screenshot={}", to.display()));
        tool.arg(address(page)).run("site-picture", progress).map(drop)
    }

    /// The document as it is once its scripts have run.
    pub(super) fn document(
        &self,
        page: &Path,
        query: &str,
        progress: &Progress,
    ) -> Result<String, Failure> {
        let tool = self.tool()?.args(["--virtual-time-budget=5000", "--dump-dom"]);
        tool.arg(format!("{}{query}", address(page))).run("site-document", progress)
    }

    fn tool(&self) -> Result<Tool, Failure> {
        if self.profile.exists() {
            let failed = io_failure("remove the folder", &self.profile);
            fs::remove_dir_all(&self.profile).map_err(failed)?;
        }
        let tool = Tool::new("timeout").args([MOST_SECONDS, self.program]).args(QUIET);
        Ok(tool.arg(format!("--user-data-dir={}", self.profile.display())))
    }
}

fn address(page: &Path) -> String {
    format!("file://{}", page.display())
}
