//! Secrets that lie beside the office's file, readable by their owner only. None stands in the events or in a log.

use crate::trouble::Trouble;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

/// The secret in this file of the folder; made from the system's random numbers where there is none. `cure` says what
/// to do about one that cannot be used.
///
/// # Errors
/// Trouble with the file, or one of another length.
pub fn kept<const BYTES: usize>(folder: &Path, file: &str, cure: &str) -> anyhow::Result<[u8; BYTES]> {
    let path = folder.join(file);
    let told = |why: String| Trouble::new(format!("{} cannot be used", path.display()), why, cure);
    match fs::read(&path) {
        Ok(bytes) => Ok(bytes.try_into().map_err(|_| told(format!("it does not have {BYTES} bytes")))?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut secret = [0; BYTES];
            getrandom::fill(&mut secret).map_err(|error| told(error.to_string()))?;
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut file = options.open(&path).map_err(|error| told(error.to_string()))?;
            file.write_all(&secret)
                .and_then(|()| file.sync_all())
                .map_err(|error| told(error.to_string()))?;
            Ok(secret)
        }
        Err(error) => Err(told(error.to_string()).into()),
    }
}
