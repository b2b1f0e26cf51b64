//! What the system says this process takes. Nothing where the system keeps no such account.

/// A line of the system's account of this process, in KiB, such as `VmRSS:`.
pub(crate) fn memory_kib(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|found| found.strip_prefix(line))?;
    value.trim().trim_end_matches(" kB").parse().ok()
}

/// Files and connections that are open.
pub(crate) fn open_files() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/fd").ok()?.count())
}
