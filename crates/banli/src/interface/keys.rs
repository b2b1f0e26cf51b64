//! Keys of the interface. The events say which key names a provider has and which were revoked; a secret stands
//! nowhere: it is derived from the key's name and the office's own secret, which lies beside the office's file,
//! readable by its owner only. Who has a copy of the events can therefore sign for nobody.

use crate::secret;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::path::Path;

/// The office's own secret, from which each key's secret is derived.
pub struct Secrets([u8; 64]);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets")
    }
}

const FILE: &str = "interface.key";

impl Secrets {
    /// Reads the secret in this folder, or makes one from the system's random numbers.
    ///
    /// # Errors
    /// Trouble with the file, or one that is not ours.
    pub fn open(folder: &Path) -> anyhow::Result<Secrets> {
        secret::kept(folder, FILE, "restore it from the backup, or remove it and issue new keys").map(Secrets)
    }

    /// The secret of this key: 64 hexadecimal digits.
    pub fn of(&self, access_key: &str) -> String {
        self.derived("access-key", access_key)
    }

    /// Something only this office can have made of these words.
    pub(super) fn derived(&self, purpose: &str, words: &str) -> String {
        let mut mac = Hmac::<Sha256>::new((&self.0).into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(words.as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A fresh key name: the provider's code, so that the provider is found by it, and sixteen random digits.
///
/// # Errors
/// The system gives no random numbers.
pub fn fresh(provider_code: &str) -> anyhow::Result<String> {
    let random = crate::session::random_id()?;
    Ok(format!("{provider_code}-{}", random.get(..16).unwrap_or(&random)))
}
