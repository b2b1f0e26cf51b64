//! Versions the writer knows without a look into the tables.
//!
//! Numbered streams come in blocks of a thousand neighbours. The first one that is asked for brings the versions of
//! its whole block, of those that do not exist yet too, at two bytes a stream; so a settlement of a person the writer
//! has not met costs no page. Nothing hangs on this memory: it is bounded, and what is dropped is read again.

use super::key::{BLOCK, Block, Key};
use std::collections::{BTreeMap, VecDeque};

/// Blocks in memory at most: 32 MiB, sixteen million streams.
const BLOCKS_MAX: usize = 16_384;

/// The version of a stream that is longer than the memory counts: it is looked up.
const LONG: u16 = u16::MAX;

#[derive(Debug, Default)]
pub(super) struct Heads {
    blocks: BTreeMap<Block, Box<[u16; BLOCK]>>,
    /// In the order they came.
    order: VecDeque<Block>,
}

impl Heads {
    /// The version of this stream, where its block is known and it is not too long.
    pub(super) fn version(&self, (block, place): (Block, usize)) -> Option<u32> {
        let version = *self.blocks.get(&block)?.get(place)?;
        (version != LONG).then_some(u32::from(version))
    }

    pub(super) fn knows(&self, block: Block) -> bool {
        self.blocks.contains_key(&block)
    }

    /// Takes in a block with the last versions of its streams, by key.
    pub(super) fn learn(&mut self, block: Block, last: impl Iterator<Item = (i64, u32)>) {
        let mut versions = Box::new([0; BLOCK]);
        for (key, version) in last {
            if let Some(known) = block.place(key).and_then(|place| versions.get_mut(place)) {
                *known = short(version).max(*known);
            }
        }
        if self.order.len() >= BLOCKS_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.blocks.remove(&oldest);
        }
        self.order.push_back(block);
        self.blocks.insert(block, versions);
    }

    /// The stream has grown to this version.
    pub(super) fn grown(&mut self, key: Key, version: u32) {
        if let Some((block, place)) = key.in_block()
            && let Some(known) = self.blocks.get_mut(&block).and_then(|versions| versions.get_mut(place))
        {
            *known = short(version);
        }
    }

    /// Nothing is known any more.
    pub(super) fn forget(&mut self) {
        *self = Heads::default();
    }
}

fn short(version: u32) -> u16 {
    u16::try_from(version).unwrap_or(LONG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_known_whole_until_it_is_dropped() {
        let mut heads = Heads::default();
        let at = |name: &str| Key::of(name).in_block().unwrap();
        assert_eq!(heads.version(at("visit/7")), None);
        let key = |name: &str| Key::of(name).at(1);
        heads.learn(
            at("visit/7").0,
            [(key("visit/7"), 3), (key("visit/7"), 9), (key("visit/8"), 70_000)].into_iter(),
        );
        assert_eq!(heads.version(at("visit/7")), Some(9));
        assert_eq!(heads.version(at("visit/8")), None, "too long to be known");
        assert_eq!(heads.version(at("visit/9")), Some(0), "known not to exist");
        heads.grown(Key::of("visit/9"), 2);
        heads.grown(Key::of("visit/5000"), 2);
        assert_eq!(heads.version(at("visit/9")), Some(2));
        assert_eq!(heads.version(at("visit/5000")), None);
        for block in 1..=BLOCKS_MAX {
            heads.learn(at(&format!("visit/{}", block * BLOCK)).0, std::iter::empty());
        }
        assert_eq!(heads.version(at("visit/9")), None, "memory is bounded");
        assert_eq!(heads.blocks.len(), BLOCKS_MAX);
    }
}
