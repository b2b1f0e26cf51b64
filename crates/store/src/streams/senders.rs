//! The highest request key of each sender, as the writer knows it.
//!
//! Senders count their keys upwards, so nearly every key that comes is above all its sender has used, and that the
//! request is new is known without a look into the tables. Nothing hangs on this memory: it is bounded, and what is
//! dropped is read again.

use super::key::Sender;
use std::collections::{BTreeMap, VecDeque};

/// Senders in memory at most: some 4 MiB. A sender is a provider's day.
const SENDERS_MAX: usize = 65_536;

#[derive(Debug, Default)]
pub(super) struct Senders {
    highest: BTreeMap<Sender, i64>,
    /// In the order they came.
    order: VecDeque<Sender>,
}

impl Senders {
    /// The highest key of this sender, where it is known; before the first one, what it was learned with.
    pub(super) fn highest(&self, sender: Sender) -> Option<i64> {
        self.highest.get(&sender).copied()
    }

    /// Takes in a sender with its highest key.
    pub(super) fn learn(&mut self, sender: Sender, highest: i64) {
        if self.order.len() >= SENDERS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.highest.remove(&oldest);
        }
        self.order.push_back(sender);
        self.highest.insert(sender, highest);
    }

    /// A request with this key was kept.
    pub(super) fn kept(&mut self, sender: Sender, key: i64) {
        if let Some(highest) = self.highest.get_mut(&sender) {
            *highest = key.max(*highest);
        }
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        *self = Senders::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::streams::key::Request;

    #[test]
    fn the_highest_key_is_known_until_its_sender_is_dropped() {
        let mut senders = Senders::default();
        let sender = |name: usize| Request::of(&format!("{name}-0000000000")).sender().unwrap();
        let (one, other) = (sender(1), sender(2));
        senders.kept(one, 5);
        assert_eq!(senders.highest(one), None, "one that was not learned may have had more");
        senders.learn(one, 7);
        senders.kept(one, 6);
        assert_eq!(senders.highest(one), Some(7));
        senders.kept(one, 8);
        assert_eq!((senders.highest(one), senders.highest(other)), (Some(8), None));
        (0..SENDERS_MAX).for_each(|name| senders.learn(sender(10 + name), 0));
        assert_eq!(senders.highest(one), None, "memory is bounded");
        assert_eq!(senders.order.len(), SENDERS_MAX);
    }
}
