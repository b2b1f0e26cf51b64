//! Scans of papers: pictures bound to a material of the case, so that the next role sees what the counter saw. A scan is
//! no paper: what counts as handed in is what somebody saw and said so.

use serde::{Deserialize, Serialize};

/// More scans of one material are not taken in one case; a long paper is one PDF.
pub const SCANS_MAX: usize = 20;

/// A scanned paper, as it was handed over to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Name of its contents (SHA-256, 64 hexadecimal digits).
    pub hash: String,
    /// What the sender called the file.
    pub name: String,
    /// What it is by its contents (`application/pdf`, `image/png`, `image/jpeg`).
    pub media: String,
    /// How many bytes.
    pub bytes: u64,
}
