//! Debian's packages: installed where we may, named where we may not.

use crate::failure::Failure;
use crate::progress::Progress;
use crate::tool::Tool;

/// Installs the packages; `purpose` says what they are for.
pub(super) fn install(
    packages: &[&str],
    purpose: &str,
    progress: &Progress,
) -> Result<(), Failure> {
    let Some(may) = ways_to_root().into_iter().find(|way| way.is_open()) else {
        return Err(missing(packages, purpose));
    };
    progress.detail(format!("installing {} for {purpose}", packages.join(", ")));
    let log = format!("apt-{}", packages[0]);
    let install = || {
        let tool = may.tool("apt-get").args(["install", "--yes", "--no-install-recommends"]);
        tool.args(packages).env("DEBIAN_FRONTEND", "noninteractive").run(&log, progress)
    };
    // The lists of a fresh machine are often missing or old; they are fetched only when needed.
    let installed = install().or_else(|_| {
        may.tool("apt-get").arg("update").run("apt-update", progress)?;
        install()
    });
    installed.map(drop).map_err(|failure| failure.remedy(command(packages)))
}

struct Way {
    prefix: &'static [&'static str],
}

/// As the user that runs us, or through a sudo that asks nothing.
fn ways_to_root() -> [Way; 2] {
    [Way { prefix: &[] }, Way { prefix: &["sudo", "-n"] }]
}

impl Way {
    fn is_open(&self) -> bool {
        let has_apt = Tool::new("apt-get").arg("--version").succeeds();
        let is_root = || self.tool("sh").args(["-c", "test \"$(id -u)\" = 0"]).succeeds();
        has_apt && is_root()
    }

    fn tool(&self, program: &str) -> Tool {
        match self.prefix.split_first() {
            Some((first, rest)) => Tool::new(first).args(rest).arg(program),
            None => Tool::new(program),
        }
    }
}

fn missing(packages: &[&str], purpose: &str) -> Failure {
    let names = packages.join(" ");
    Failure::new(format!("{purpose} needs packages that are not here: {names} (Debian's names)"))
        .remedy(command(packages))
}

fn command(packages: &[&str]) -> String {
    format!("sudo apt-get install {}", packages.join(" "))
}
