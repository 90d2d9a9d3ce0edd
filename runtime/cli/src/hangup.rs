//! Whether a terminal that closes is a reason to end.

/// Whether whoever started this process, `nohup` for instance, wants it to stay when its terminal closes: so the
/// system tells of it.
pub(crate) fn is_hangup_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    // Bit 0 stands for signal 1, which this is.
    ignored.is_some_and(|mask| mask & 1 != 0)
}
