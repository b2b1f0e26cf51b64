//! What became of a message.

/// What goes back.
#[derive(Debug)]
pub enum Reply {
    /// An answer of the protocol.
    Told(String),
    /// A file (9102).
    File {
        /// `filename`
        name: String,
        /// The archive.
        bytes: Vec<u8>,
    },
}

/// A message with what became of it, for the sandbox page.
#[derive(Debug)]
pub struct Handled {
    /// What goes back.
    pub reply: Reply,
    /// The transaction, where it could be read.
    pub infno: String,
    /// The message id, where it could be read.
    pub msgid: String,
    /// What breaks a rule, or why else it was refused; empty where it was served.
    pub faults: Vec<String>,
    /// What was read though it is specified otherwise.
    pub odd: Vec<String>,
}
