//! The tree over all events: the Merkle tree of RFC 9162, section 2.1, with SHA-256. docs/witness.md says it in words.

use sha2::{Digest, Sha256};
use std::fmt::{self, Write};
use terms::Moment;

/// SHA-256 of something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    /// 64 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What the tree came to after so many events: nothing among them can change without another root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// How many events it is over; the number of the last one.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// What of an event enters the tree.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'e> {
    /// Number of the event.
    pub seq: i64,
    /// When it was decided.
    pub at: Moment,
    /// Its stream.
    pub stream: &'e str,
    /// Its place in the stream.
    pub version: u32,
    /// Who asked.
    pub actor: &'e str,
    /// Hash of its JSON, byte for byte as it was first written.
    pub body: Hash,
}

impl Leaf<'_> {
    /// Five lines, ended by line feeds that none of them can hold, then the body's hash.
    pub fn hash(&self) -> Hash {
        let Leaf { seq, at, stream, version, actor, body } = self;
        // Numbers and line feeds have 60 bytes at most; the writer does this for every event.
        let mut text = String::with_capacity(61 + stream.len() + actor.len());
        // Writing to a String cannot fail.
        let _ = write!(text, "\0{seq}\n{}\n{stream}\n{version}\n{actor}\n", at.0);
        let mut hasher = Sha256::new();
        hasher.update(text);
        hasher.update(body.0);
        Hash(hasher.finalize().into())
    }
}

fn node(left: Hash, right: Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.0);
    hasher.update(right.0);
    Hash(hasher.finalize().into())
}

/// A whole subtree: the leaves from `number << height`, `1 << height` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    /// 0 for a leaf.
    pub height: u32,
    /// Place among those of its height, from 0.
    pub number: u64,
    /// What it comes to.
    pub hash: Hash,
}

/// A tree that grows at its right end, kept as the roots of its whole subtrees, largest first.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    size: u64,
    peaks: Vec<Hash>,
}

impl Tree {
    /// The tree over `size` leaves, from what its whole subtrees come to.
    ///
    /// # Errors
    /// Whatever `look` says.
    pub fn of<E>(size: u64, mut look: impl FnMut(u32, u64) -> Result<Hash, E>) -> Result<Tree, E> {
        let heights = (0..u64::BITS).rev().filter(|height| size >> height & 1 == 1);
        let peaks = heights.map(|height| look(height, (size >> height) - 1)).collect::<Result<_, _>>()?;
        Ok(Tree { size, peaks })
    }

    /// Adds a leaf; `tell` hears every subtree that it makes whole, smallest first, itself excepted.
    ///
    /// # Errors
    /// Whatever `tell` says; the tree is then of no use any more.
    pub fn push<E>(&mut self, leaf: Hash, mut tell: impl FnMut(Subtree) -> Result<(), E>) -> Result<(), E> {
        let (mut hash, mut height, mut number) = (leaf, 0, self.size);
        while number & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            hash = node(left, hash);
            height += 1;
            number >>= 1;
            tell(Subtree { height, number, hash })?;
        }
        self.peaks.push(hash);
        self.size += 1;
        Ok(())
    }

    /// What it comes to; of no leaves, the hash of nothing.
    pub fn head(&self) -> Head {
        let root = self.peaks.iter().rev().copied().reduce(|right, left| node(left, right));
        Head { size: self.size, root: root.unwrap_or_else(|| Hash::of(&[])) }
    }
}

/// What neighbours come to, a power of two of them.
pub(crate) fn fold(mut hashes: Vec<Hash>) -> Option<Hash> {
    while hashes.len() > 1 {
        hashes = hashes.chunks(2).map(|pair| pair.iter().copied().reduce(node)).collect::<Option<_>>()?;
    }
    hashes.pop()
}
