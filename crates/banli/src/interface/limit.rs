//! How many messages a provider may send: a bucket for each, filled evenly.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use terms::Moment;

/// A provider's bucket: how much is in it, in thousandths of a message, and since when.
type Bucket = (i64, Moment);

#[derive(Debug)]
pub(super) struct Limits {
    /// Messages a second; none for no limit.
    rate: Option<i64>,
    buckets: Mutex<BTreeMap<String, Bucket>>,
}

/// A large hospital at its busiest sends some tens a second.
const RATE: i64 = 200;
/// What a bucket holds, in seconds of its rate.
const BURST_S: i64 = 5;

impl Default for Limits {
    fn default() -> Limits {
        Limits { rate: Some(RATE), buckets: Mutex::default() }
    }
}

impl Limits {
    pub(super) fn none() -> Limits {
        Limits { rate: None, buckets: Mutex::default() }
    }

    #[cfg(test)]
    pub(super) fn of(rate: i64) -> Limits {
        Limits { rate: Some(rate), buckets: Mutex::default() }
    }

    /// Takes one message out of the provider's bucket, where there is one.
    pub(super) fn allows(&self, provider: &str, now: Moment) -> bool {
        let Some(rate) = self.rate else { return true };
        let full = rate * BURST_S * 1_000;
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, since) = buckets.entry(provider.to_owned()).or_insert((full, now));
        // A clock that went back fills nothing.
        let passed_ms = now.0.saturating_sub(since.0).clamp(0, BURST_S * 1_000);
        *left = (*left + passed_ms * rate).min(full);
        *since = now;
        let enough = *left >= 1_000;
        if enough {
            *left -= 1_000;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_evenly_and_each_has_its_own() {
        let limits = Limits::of(2);
        let sent = |at: i64| (0..20).filter(|_| limits.allows("a", Moment(at))).count();
        assert_eq!(sent(0), 10);
        assert_eq!(sent(500), 1);
        assert_eq!(sent(60_000), 10);
        assert!(!limits.allows("a", Moment(0)) && limits.allows("b", Moment(0)));
    }
}
