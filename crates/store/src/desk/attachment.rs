//! Scanned papers, named by their contents.

use crate::open::Store;
use crate::read::{ReadError, Reader};
use crate::views::{id, number};
use crate::writer::WriteError;
use agency::AccountId;
use rusqlite::OptionalExtension;
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use terms::Moment;

/// The largest paper that is taken, in bytes.
pub const ATTACHMENT_BYTES_MAX: usize = 10 << 20;

/// What is taken, by the bytes it begins with. What the sender calls it does not count.
const KINDS: [(&str, &[u8]); 3] =
    [("application/pdf", b"%PDF-"), ("image/png", b"\x89PNG\r\n\x1a\n"), ("image/jpeg", b"\xff\xd8\xff")];

/// SHA-256 of a paper: its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AttachmentHash([u8; 32]);

impl fmt::Display for AttachmentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AttachmentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AttachmentHash {
    type Err = AttachmentError;

    fn from_str(text: &str) -> Result<AttachmentHash, AttachmentError> {
        let bytes = text.as_bytes();
        if bytes.len() != 64 || !bytes.iter().all(u8::is_ascii_hexdigit) {
            return Err(AttachmentError::NoName);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let digit = |hex: u8| (hex as char).to_digit(16).map_or(0, |digit| digit as u8);
            *byte = digit(pair[0]) << 4 | digit(pair[1]);
        }
        Ok(AttachmentHash(hash))
    }
}

/// Why a paper was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// Nothing in it.
    #[error("the file is empty; scan the paper again")]
    Empty,
    /// Too large.
    #[error(
        "the file has {0} bytes; at most {ATTACHMENT_BYTES_MAX} are taken; scan it with fewer dots per inch"
    )]
    TooLarge(usize),
    /// Not a kind that is taken.
    #[error("the file is neither PDF, PNG nor JPEG; save it as one of these")]
    Kind,
    /// Not an archive.
    #[error("the file is no ZIP archive; pack the text file as one")]
    Archive,
    /// A text that names no paper.
    #[error("a paper's name has 64 hexadecimal digits")]
    NoName,
    /// It could not be kept.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A paper as it was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// `application/pdf`, `image/png`, `image/jpeg`.
    pub media: String,
    /// Who brought it first.
    pub account: AccountId,
    /// When.
    pub at: Moment,
    /// The file.
    pub bytes: Vec<u8>,
}

/// How a ZIP archive begins.
const ARCHIVE: (&str, &[u8]) = ("application/zip", b"PK\x03\x04");

impl Store {
    /// Keeps an archive that a provider sent or that was made for it, and says its name.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub fn put_archive(&self, bytes: Vec<u8>, at: Moment) -> Result<AttachmentHash, AttachmentError> {
        if !bytes.starts_with(ARCHIVE.1) {
            return Err(AttachmentError::Archive);
        }
        self.put(bytes, ARCHIVE.0, AccountId(0), at)
    }

    /// Keeps a paper and says its name; the same paper again is kept once.
    ///
    /// # Errors
    /// [`AttachmentError`].
    pub fn put_attachment(
        &self,
        bytes: Vec<u8>,
        account: AccountId,
        at: Moment,
    ) -> Result<AttachmentHash, AttachmentError> {
        let kind = KINDS.iter().find(|(_, begins)| bytes.starts_with(begins));
        match kind {
            _ if bytes.is_empty() => Err(AttachmentError::Empty),
            Some((media, _)) => self.put(bytes, media, account, at),
            None => Err(AttachmentError::Kind),
        }
    }

    fn put(
        &self,
        bytes: Vec<u8>,
        media: &'static str,
        account: AccountId,
        at: Moment,
    ) -> Result<AttachmentHash, AttachmentError> {
        if bytes.len() > ATTACHMENT_BYTES_MAX {
            return Err(AttachmentError::TooLarge(bytes.len()));
        }
        let hash = AttachmentHash(Sha256::digest(&bytes).into());
        self.write(move |connection| {
            connection
                .prepare_cached(
                    "INSERT INTO attachment (hash, media, account, at, bytes) VALUES (?1, ?2, ?3, ?4, ?5) \
                     ON CONFLICT (hash) DO NOTHING",
                )?
                .execute((&hash.0[..], media, number(account.0), at.0, &bytes))
                .map(drop)
        })?;
        Ok(hash)
    }
}

impl Reader<'_> {
    /// The paper with this name.
    ///
    /// # Errors
    /// [`ReadError::Unreadable`] where its bytes are no longer what was scanned.
    pub fn attachment(&self, hash: AttachmentHash) -> Result<Option<Attachment>, ReadError> {
        let mut query = self.prepare("SELECT media, account, at, bytes FROM attachment WHERE hash = ?1")?;
        let found = query
            .query_row([&hash.0[..]], |row| {
                Ok(Attachment {
                    media: row.get(0)?,
                    account: AccountId(id(row.get(1)?)),
                    at: Moment(row.get(2)?),
                    bytes: row.get(3)?,
                })
            })
            .optional()?;
        if let Some(attachment) = &found
            && AttachmentHash(Sha256::digest(&attachment.bytes).into()) != hash
        {
            return Err(ReadError::Unreadable {
                place: format!("attachment {hash}"),
                what: "its bytes are not those that were scanned".to_owned(),
            });
        }
        Ok(found)
    }
}
