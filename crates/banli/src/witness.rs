//! The line that makes every paper a witness: how much had happened when it was printed, what all of it came to, and the
//! office's signature under both. docs/witness.md says how anybody checks one.

use crate::secret;
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use std::fmt;
use std::path::Path;
use store::witness::{Hash, Head};

/// First word of the line.
const WORD: &str = "banli-witness";
/// Name of the signature's algorithm in the line.
const ALGORITHM: &str = "ed25519";
/// A line is shorter than this.
const CHARS_MAX: usize = 400;
/// Characters of the head that are printed beside the code, and the fewest that are taken when they are typed.
const SHORT: usize = 16;

const FILE: &str = "witness.key";

/// The office's key for signing heads.
pub struct Signer(SigningKey);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

impl Signer {
    /// Reads the key in this folder, or makes one.
    ///
    /// # Errors
    /// Trouble with the file, or one that is not ours.
    pub fn open(folder: &Path) -> anyhow::Result<Signer> {
        let cure = "restore it from the backup; a new key cannot vouch for papers signed with the old one";
        Ok(Signer(SigningKey::from_bytes(&secret::kept(folder, FILE, cure)?)))
    }

    /// What others check signatures with.
    pub fn key(&self) -> Key {
        Key(self.0.verifying_key().to_bytes())
    }

    /// The line for this head.
    pub fn line(&self, head: &Head) -> String {
        let said = said(head);
        let signature = self.0.sign(said.as_bytes());
        format!("{said} {ALGORITHM} {}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
    }
}

/// The public half of an office's key: 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Hash(self.0), f)
    }
}

impl std::str::FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Key, String> {
        hash(text)
            .filter(|bytes| VerifyingKey::from_bytes(&bytes.0).is_ok())
            .map(|bytes| Key(bytes.0))
            .ok_or_else(|| {
                "a key has 64 hexadecimal digits; `banli witness head` prints the office's".to_owned()
            })
    }
}

/// What is signed: the word, the size, the root.
fn said(head: &Head) -> String {
    format!("{WORD} {} {}", head.size, head.root)
}

/// A root as it is read aloud and typed: sixteen digits in fours.
pub fn short(root: &Hash) -> String {
    let digits: Vec<char> = root.to_string().chars().take(SHORT).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// What a paper says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paper {
    /// The line of its code.
    Signed {
        /// Size and root.
        head: Head,
        /// The signature's bytes.
        signature: Vec<u8>,
    },
    /// What is printed beside it, typed by hand: without a signature, and of the root only the beginning.
    Typed {
        /// How many events.
        size: u64,
        /// Hexadecimal digits, in small letters.
        root: String,
    },
}

/// What became of a paper's head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is still there as it was.
    Unchanged,
    /// Something of it was changed, put in or taken out.
    Changed,
    /// The log is shorter than it was.
    Cut,
    /// The signature is not this office's: whoever made the paper, the office did not.
    Foreign,
}

impl Paper {
    /// Reads what was scanned or typed; `None` where it is neither.
    pub fn read(text: &str) -> Option<Paper> {
        if text.len() > CHARS_MAX {
            return None;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        if let [WORD, size, root, ALGORITHM, signature] = words[..] {
            let head = Head { size: number(size)?, root: hash(root)? };
            return Some(Paper::Signed { head, signature: Base64UrlUnpadded::decode_vec(signature).ok()? });
        }
        // Whoever types may type the word and the dot as well.
        let words: Vec<&str> = words
            .into_iter()
            .filter(|word| word.starts_with(|first: char| first.is_ascii_hexdigit()))
            .collect();
        let (size, root) = words.split_first()?;
        let root = root.concat().to_ascii_lowercase();
        let digits =
            root.len() >= SHORT && root.len() <= 64 && root.chars().all(|digit| digit.is_ascii_hexdigit());
        digits.then_some(Paper::Typed { size: number(size)?, root })
    }

    /// After how many events it was printed.
    pub fn size(&self) -> u64 {
        match self {
            Paper::Signed { head, .. } => head.size,
            Paper::Typed { size, .. } => *size,
        }
    }

    /// Whether this office signed it; what was typed has no signature to be wrong.
    pub fn is_of(&self, key: &Key) -> bool {
        match self {
            Paper::Signed { head, signature } => VerifyingKey::from_bytes(&key.0)
                .and_then(|key| key.verify_strict(said(head).as_bytes(), &Signature::from_slice(signature)?))
                .is_ok(),
            Paper::Typed { .. } => true,
        }
    }

    /// What became of it; `head` is what the log comes to today after as many events, where there are as many. Without a
    /// key no signature is looked at.
    pub fn verdict(&self, key: Option<&Key>, head: Option<Head>) -> Verdict {
        let same = |root: &Hash| match self {
            Paper::Signed { head, .. } => head.root == *root,
            Paper::Typed { root: typed, .. } => root.to_string().starts_with(typed),
        };
        match head {
            _ if key.is_some_and(|key| !self.is_of(key)) => Verdict::Foreign,
            None => Verdict::Cut,
            Some(head) if same(&head.root) => Verdict::Unchanged,
            Some(_) => Verdict::Changed,
        }
    }
}

fn number(text: &str) -> Option<u64> {
    text.replace(',', "").parse().ok()
}

fn hash(text: &str) -> Option<Hash> {
    let digits: Vec<u8> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|four| u8::try_from(four).ok()))
        .collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    (digits.len() == 64).then(|| bytes.try_into().ok().map(Hash)).flatten()
}

#[cfg(test)]
mod tests;
