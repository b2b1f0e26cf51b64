//! What is kept beside the events because it decides nothing: sessions, looks, attempts, attachments.

mod attachment;
mod attempt;
mod look;
mod session;

pub use attachment::{ATTACHMENT_BYTES_MAX, Attachment, AttachmentError, AttachmentHash};
pub use attempt::Attempts;
pub use look::{Look, LookRow};
pub use session::Session;

use sha2::{Digest, Sha256};

/// Hash of a text that must not lie readable in the file.
fn hidden(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests;
