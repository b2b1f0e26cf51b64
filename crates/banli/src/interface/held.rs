//! What the interface holds besides the office.

use super::keys::Secrets;
use super::limit::Limits;
use super::recent::{Recent, Seen};
use ::interface::Specification;
use policy::Law;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Semaphore;

/// Messages under way at once; one more is told that the office is busy.
const UNDER_WAY_MAX: usize = 256;
/// Large messages that are read at once; each may take as much memory as a message may have.
const LARGE_MAX: usize = 24;

/// What the interface holds besides the office.
#[derive(Debug)]
pub struct Interface {
    /// The tables.
    pub specification: Specification,
    /// From which the providers' secrets are derived.
    pub secrets: Secrets,
    /// A prefix besides the common ones.
    pub prefix: Option<String>,
    /// How many messages a provider may send.
    pub(super) limits: Limits,
    /// The last messages of each provider, for its developers.
    pub(super) recent: Recent,
    /// Room for messages under way.
    pub(super) under_way: Semaphore,
    /// Room for large messages, while they are read too.
    pub(super) large: Semaphore,
    /// Counts answers, for `inf_refmsgid`.
    sequence: AtomicU64,
}

impl Interface {
    /// The interface of an office whose file lies in this folder.
    ///
    /// # Errors
    /// Faults of the tables; trouble with the file of the secret.
    pub fn open(law: &Law, folder: &std::path::Path) -> anyhow::Result<Interface> {
        let specification =
            Specification::compile(law).map_err(|faults| crate::packs::faulty("interface", &faults))?;
        Ok(Interface {
            specification,
            secrets: Secrets::open(folder)?,
            prefix: None,
            limits: Limits::default(),
            recent: Recent::default(),
            under_way: Semaphore::new(UNDER_WAY_MAX),
            large: Semaphore::new(LARGE_MAX),
            sequence: AtomicU64::new(1),
        })
    }

    /// Lets every provider send as much as it likes, for measuring.
    pub fn without_limits(&mut self) {
        self.limits = Limits::none();
    }

    /// The last messages of a provider, latest first.
    pub fn recent(&self, provider: &str) -> Vec<Seen> {
        self.recent.of(provider)
    }

    /// The number of the next answer.
    pub(super) fn next(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }
}
