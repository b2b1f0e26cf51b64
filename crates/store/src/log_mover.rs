//! Moves the log into the main file beside the writer.
//!
//! To move some thousand pages takes as long as several commits, during which nobody would be answered. So another
//! thread with a connection of its own moves what is there, and the writer only the few pages that came meanwhile: a
//! log begins anew from its beginning only where all of it was moved.

use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::thread::JoinHandle;

/// Name of the thread, as the system shows it.
pub(crate) const LOG_MOVER_THREAD: &str = "store-log";

/// The thread, as the writer knows it.
pub(crate) struct LogMover {
    asked: Option<Sender<()>>,
    /// Pages of the log that are in the main file, after each time.
    done: Receiver<u32>,
    thread: Option<JoinHandle<()>>,
    at_work: bool,
    /// Pages of the log that are in the main file already, as far as is known.
    moved: u32,
}

/// What is to be done about a log of so many pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// It is short, or somebody is at it.
    Wait,
    /// Enough for the thread beside.
    Beside,
    /// Few pages, which the writer moves itself, so that the log can begin anew; or more than there should ever be.
    Few,
}

/// Whether one must wait for readers, or for the thread beside, rather than let the log grow without end.
pub(crate) fn is_endless(pages: u32, long: u32) -> bool {
    pages > long.max(1).saturating_mul(8)
}

impl LogMover {
    /// `connection` is to the same file as the writer's.
    pub(crate) fn start(connection: Connection) -> std::io::Result<LogMover> {
        let (asked, questions) = crossbeam_channel::bounded::<()>(1);
        let (tell, done) = crossbeam_channel::bounded(1);
        let thread = std::thread::Builder::new().name(LOG_MOVER_THREAD.to_owned()).spawn(move || {
            for () in questions {
                let moved = match connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE) {
                    Ok((_, moved)) => u32::try_from(moved).unwrap_or(0),
                    // The log stays and is tried again; answered requests are safe in it.
                    Err(error) => {
                        tracing::warn!(%error, "the log could not be moved into the main file");
                        0
                    }
                };
                if tell.send(moved).is_err() {
                    break;
                }
            }
        })?;
        Ok(LogMover { asked: Some(asked), done, thread: Some(thread), at_work: false, moved: 0 })
    }

    /// What is to be done, where the log has so many pages and is long with `long`.
    pub(crate) fn rest(&mut self, pages: u32, long: u32) -> Rest {
        if is_endless(pages, long) && self.is_at_work() {
            // It does not keep up. Nobody is there to tell only if it died.
            self.heard(self.done.recv().unwrap_or(0));
        }
        if pages < long || self.is_at_work() {
            return Rest::Wait;
        }
        // A log that is shorter than what was moved of it began anew.
        let rest = pages.checked_sub(self.moved).unwrap_or(pages);
        if rest > long / 4 && !is_endless(pages, long) { Rest::Beside } else { Rest::Few }
    }

    /// The thread begins to move what is in the log now.
    pub(crate) fn begin(&mut self) {
        self.at_work = self.asked.as_ref().is_some_and(|asked| asked.try_send(()).is_ok());
    }

    /// Whether the thread is at work.
    pub(crate) fn is_at_work(&mut self) -> bool {
        if let Ok(moved) = self.done.try_recv() {
            self.heard(moved);
        }
        self.at_work
    }

    /// The whole log is in the main file.
    pub(crate) fn all_moved(&mut self) {
        self.moved = 0;
    }

    fn heard(&mut self, moved: u32) {
        (self.at_work, self.moved) = (false, moved);
    }

    /// Waits until the thread has ended and its connection is closed.
    pub(crate) fn end(&mut self) {
        self.asked = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that moves the log died; the log is read at the next start");
        }
        self.at_work = false;
    }
}

impl Drop for LogMover {
    fn drop(&mut self) {
        self.end();
    }
}
