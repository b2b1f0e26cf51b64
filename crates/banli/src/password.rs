//! Passwords: Argon2id at its recommended cost, kept as PHC text, never logged.

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Argon2, password_hash};

/// A password is refused unread beyond this, so that nobody makes us hash a book.
pub const BYTES_MAX: usize = 256;

/// The PHC text of this password under this salt.
pub fn hash(password: &str, salt: [u8; 16]) -> Result<String, password_hash::Error> {
    let hash: PasswordHash = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt)?;
    Ok(hash.to_string())
}

/// Whether the password is the one that was hashed. A text that is no PHC hash fits no password: an account
/// that nobody may sign in to yet carries one.
pub fn fits(password: &str, hash: &str) -> bool {
    let Ok(hash) = PasswordHash::new(hash) else { return false };
    password.len() <= BYTES_MAX && Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_password_itself_fits() {
        let hash = hash("茶-bridge-7", [7; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(fits("茶-bridge-7", &hash));
        assert!(!fits("茶-bridge-8", &hash));
        assert!(!fits("", &hash));
        assert!(!fits("茶-bridge-7", "!"));
        assert!(!fits(&"x".repeat(BYTES_MAX + 1), &hash));
    }
}
