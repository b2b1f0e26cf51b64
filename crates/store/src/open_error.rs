//! Why an office cannot be opened, in words for whoever starts it.

use std::io;
use std::path::{Path, PathBuf};

/// Why the office could not be opened. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has it.
    #[error(
        "{}: another process{} has this office open; stop it first, or choose another directory with --data",
        dir.display(), holder.map(|pid| format!(" (number {pid})")).unwrap_or_default()
    )]
    InUse {
        /// The office's directory.
        dir: PathBuf,
        /// Number of the process, where it could be read.
        holder: Option<u32>,
    },
    /// The directory cannot be made, read or written.
    #[error("{}: {what}; choose a directory that this user may write, with --data", dir.display())]
    Directory {
        /// The office's directory.
        dir: PathBuf,
        /// What the system said.
        what: String,
    },
    /// No database at all.
    #[error(
        "{}: this is not a database ({what}); it was left as it is; move it away or restore a backup",
        path.display()
    )]
    NotADatabase {
        /// The file.
        path: PathBuf,
        /// What was found instead.
        what: String,
    },
    /// A database of another program.
    #[error(
        "{}: this is a database of another program (application id {application_id:#010x}); it was left as it is; \
         choose another directory with --data", path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// Whose it says it is.
        application_id: u32,
    },
    /// Written by a newer Banli.
    #[error(
        "{}: this office was written by a newer version (shape {found}, this program knows up to {known}); \
         it was left as it is; start the newer version", path.display()
    )]
    Future {
        /// The file.
        path: PathBuf,
        /// Its shape.
        found: u32,
        /// The newest shape this program knows.
        known: u32,
    },
    /// Ours, but damaged.
    #[error("{}: the file is damaged: {what}; copy the whole directory, then restore a backup", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// No room to open it.
    #[error("{}: the disk is full; free some space and start again", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// A step to the newest shape failed; the file keeps the shape it had.
    #[error("{}: bringing the file to the newest shape failed at {step}: {what}; it keeps the shape it had", path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// The step's folder.
        step: String,
        /// What went wrong.
        what: String,
    },
}

impl OpenError {
    pub(crate) fn directory(dir: &Path, source: &io::Error) -> OpenError {
        OpenError::Directory { dir: dir.to_owned(), what: source.to_string() }
    }
}
