//! How the store is to run.

use std::time::Duration;

/// How the store is to run. The default suits an office of one machine.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many may read at the same time.
    pub readers: usize,
    /// Requests that may wait; one more is answered with `Busy`.
    pub queue_max: usize,
    /// Requests in one commit.
    pub batch_max: usize,
    /// Memory for the writer's pages, in MiB.
    pub cache_mib: u32,
    /// Pages of the log after which they are moved into the main file.
    pub checkpoint_pages: u32,
    /// Quiet time after which they are moved in any case.
    pub quiet: Duration,
    /// Largest number of pages the file may have; `None` for as many as the disk takes.
    pub pages_max: Option<u32>,
    /// Spans of events that may wait in memory, about 50 bytes each, before they are moved into their table. More of
    /// them share each page that is written; after a crash as many are read again.
    pub spans_waiting_max: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            readers: 4,
            queue_max: 8_192,
            batch_max: 1_000,
            cache_mib: 16,
            checkpoint_pages: 2_048,
            quiet: Duration::from_millis(200),
            pages_max: None,
            spans_waiting_max: 800_000,
        }
    }
}
