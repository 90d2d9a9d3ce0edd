//! The folders of one run: `target/demo` for what is kept, `/dev/shm` for what is not.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Options;
use super::monitor::MONITOR;
use super::trading::{MAKER, VENUE};
use crate::failure::{Failure, io_failure};
use crate::repo;

const EXAMPLE: &str = "examples/market/topology.toml";
const EXAMPLE_SHM: &str = "/dev/shm/mycelium-market";
const SHM: &str = "/dev/shm";
const SHM_PREFIX: &str = "mycelium-demo-";

/// The services, each of which leaves a report.
const SERVICES: [&str; 7] = ["market-data", "execution", "strategy", "risk", MONITOR, VENUE, MAKER];

/// Made ready for a run; dropping it removes what lies in shared memory.
pub(super) struct RunFolder {
    /// Keeps topology, reports and pictures of the last run.
    pub(super) root: PathBuf,
    /// The topology that the services are given.
    pub(super) topology: PathBuf,
    shm: PathBuf,
}

impl RunFolder {
    /// Makes the folders and the topology: the example's with paths of this run, or the user's own.
    pub(super) fn make(options: &Options) -> Result<Self, Failure> {
        let root = match &options.out {
            Some(path) => std::path::absolute(path).map_err(io_failure("find the folder", path))?,
            None => repo::target().join("demo"),
        };
        remove_abandoned();
        let reports = root.join("reports");
        fs::create_dir_all(&reports).map_err(io_failure("make the folder", &reports))?;
        remove_old_reports(&reports)?;

        let shm = Path::new(SHM).join(format!("{SHM_PREFIX}{}", std::process::id()));
        let topology = match &options.topology {
            Some(path) => {
                std::path::absolute(path).map_err(io_failure("find the topology", path))?
            }
            None => write_topology(&root, &shm)?,
        };
        Ok(Self { root, topology, shm })
    }

    /// Where each service leaves its report.
    pub(super) fn reports(&self) -> PathBuf {
        self.root.join("reports")
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // The services remove what they made; this is for those that were killed.
        let _ = fs::remove_dir_all(&self.shm);
    }
}

/// Whatever else lies in the folder is not ours.
fn remove_old_reports(reports: &Path) -> Result<(), Failure> {
    for service in SERVICES {
        let path = reports.join(service).with_extension("json");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(io_failure("remove the old report", &path)(error));
            }
            _ => {}
        }
    }
    Ok(())
}

fn write_topology(root: &Path, shm: &Path) -> Result<PathBuf, Failure> {
    let example_path = repo::root().join(EXAMPLE);
    let example = fs::read_to_string(&example_path).map_err(io_failure("read", &example_path))?;
    let path = root.join("topology.toml");
    let own = example.replace(EXAMPLE_SHM, &shm.display().to_string());
    fs::write(&path, own).map_err(io_failure("write", &path))?;
    Ok(path)
}

/// Removes folders of runs all of whose processes were killed at once.
fn remove_abandoned() {
    let Ok(entries) = fs::read_dir(SHM) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.strip_prefix(SHM_PREFIX)) else {
            continue;
        };
        if !Path::new("/proc").join(pid).exists() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
