//! What the files of a machine say.

use std::path::{Path, PathBuf};

/// Longest file that is read.
const MOST_BYTES: usize = 1 << 20;

/// A machine, by a folder in which its `proc` and `sys` are.
pub(super) struct Machine {
    root: PathBuf,
}

impl Machine {
    pub(super) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// What a file says, without space around it; nothing where it cannot be read.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        use std::io::Read;
        let mut bytes = Vec::new();
        let file = std::fs::File::open(self.root.join(path)).ok()?;
        file.take(MOST_BYTES as u64).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).trim().to_owned())
    }

    /// A number that a file says.
    pub(super) fn number(&self, path: &str) -> Option<u64> {
        self.read(path)?.split_whitespace().next()?.parse().ok()
    }

    /// What the same file says for each processor that has it.
    pub(super) fn of_processors(&self, path: &str) -> Vec<String> {
        let folders = std::fs::read_dir(self.root.join("sys/devices/system/cpu"));
        let names = folders.into_iter().flatten().flatten().map(|entry| entry.file_name());
        let names = names.filter_map(|name| name.into_string().ok()).filter(|name| {
            let number = name.strip_prefix("cpu");
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        });
        names
            .filter_map(|name| self.read(&format!("sys/devices/system/cpu/{name}/{path}")))
            .collect()
    }

    /// How many processors there are.
    pub(super) fn processors(&self) -> Option<usize> {
        let stat = self.read("proc/stat")?;
        let is_processor = |line: &&str| {
            let number = line.split(' ').next().and_then(|word| word.strip_prefix("cpu"));
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        };
        Some(stat.lines().filter(is_processor).count()).filter(|count| *count > 0)
    }

    /// The soft limit of this process of that name; nothing at all is a limit beyond all numbers.
    pub(super) fn limit(&self, name: &str) -> Option<u64> {
        let limits = self.read("proc/self/limits")?;
        let line = limits.lines().find_map(|line| line.strip_prefix(name))?;
        match line.split_whitespace().next()? {
            "unlimited" => Some(u64::MAX),
            number => number.parse().ok(),
        }
    }

    /// The word in brackets, as in `always [madvise] never`.
    pub(super) fn choice(&self, path: &str) -> Option<String> {
        let text = self.read(path)?;
        let chosen = text.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
        chosen.map(|(chosen, _)| chosen.to_owned())
    }
}
