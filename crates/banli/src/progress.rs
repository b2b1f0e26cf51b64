//! Progress of long work: a bar on stderr where somebody looks at a terminal, nothing where not.

use indicatif::{ProgressBar, ProgressStyle};

/// Tells how much of some work is done.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar for `total` things; `what` says what is being done.
    pub fn of(what: &str, total: u64) -> Progress {
        let bar = ProgressBar::new(total);
        let template = "{msg:<28} {bar:32} {human_pos:>9} of {human_len} {elapsed:>4} left {eta:>4}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Progress { bar }
    }

    /// Work that nobody watches, for tests and programs.
    pub fn silent() -> Progress {
        Progress { bar: ProgressBar::hidden() }
    }

    /// So many more are done.
    pub fn add(&self, count: u64) {
        self.bar.inc(count);
    }

    /// All is done; the bar stays as it is.
    pub fn finish(&self) {
        self.bar.finish();
    }
}
