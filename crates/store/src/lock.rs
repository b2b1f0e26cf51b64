//! One process a file.

use crate::open_error::OpenError;
use std::fs::{File, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

/// Held as long as the store is open; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct OfficeLock {
    _file: File,
}

/// Takes the lock, or says which process holds it.
pub(crate) fn take(dir: &Path) -> Result<OfficeLock, OpenError> {
    let path = dir.join("office.lock");
    let failed = |source: std::io::Error| OpenError::directory(dir, &source);
    let mut file =
        File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            // The holder wrote its number here; it is only a hint for the reader of the message.
            let mut holder = String::new();
            let _ = Read::by_ref(&mut file).take(20).read_to_string(&mut holder);
            let holder = holder.trim().parse().ok();
            return Err(OpenError::InUse { dir: dir.to_owned(), holder });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(OfficeLock { _file: file })
}
