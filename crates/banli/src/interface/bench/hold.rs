//! What the office takes of the machine while a load is held: memory, file and open files, told each minute.

use crate::{machine, out};
use anyhow::anyhow;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);

/// Runs the load and prints a line at its beginning, after each minute, and at its end.
pub(super) fn told_each_minute<T: Send>(
    folder: &Path,
    load: impl FnOnce() -> anyhow::Result<T> + Send,
) -> anyhow::Result<T> {
    let (over, wait) = channel();
    std::thread::scope(|scope| {
        let load = scope.spawn(move || {
            let found = load();
            // Nobody hears this only if telling failed.
            let _ = over.send(());
            found
        });
        out::line!(
            "{:>6} {:>12} {:>12} {:>12} {:>6}",
            "minute",
            "memory KiB",
            "file KiB",
            "log KiB",
            "open"
        )?;
        for minute in 0.. {
            tell(minute, folder)?;
            if wait.recv_timeout(MINUTE) != Err(RecvTimeoutError::Timeout) {
                tell(minute + 1, folder)?;
                break;
            }
        }
        load.join().unwrap_or_else(|_| Err(anyhow!("the load died")))
    })
}

fn tell(minute: u32, folder: &Path) -> anyhow::Result<()> {
    let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |file| file.len() / 1_024);
    let memory = machine::memory_kib("VmRSS:").unwrap_or(0);
    let open = machine::open_files().unwrap_or(0);
    let (file, log) = (size("office.db"), size("office.db-wal"));
    out::line!("{minute:>6} {memory:>12} {file:>12} {log:>12} {open:>6}")?;
    Ok(())
}
