//! The office's one file.
//!
//! Events are the truth and views are folded from them; both change in one transaction, which is on the disk before
//! anybody is answered. One thread writes and gathers what many callers ask into one commit; readers see a steady
//! picture and never wait for the writer. Nothing here decides: a request says which versions it was decided on, and
//! the store answers that they still hold, that they do not, or that it has seen this very request before.
//!
//! Reading order: [`Store::open`], [`Append`] and its outcomes, [`Reader`], then the views.

mod append;
pub mod bench;
mod body;
mod desk;
mod lately;
mod lock;
mod log_mover;
mod meta;
mod migrate;
mod open;
mod open_error;
mod options;
mod place;
mod read;
mod records;
mod streams;
mod verify;
mod views;
mod wal;
pub mod witness;
mod writer;

pub use append::{
    Append, AppendError, LIMITS, Limits, NewEvent, Receipt, RequestHash, RequestKey, RequestKeyError,
    StreamWrite, Trouble,
};
pub use desk::{
    ATTACHMENT_BYTES_MAX, Attachment, AttachmentError, AttachmentHash, Attempts, Look, LookRow, Session,
};
pub use meta::PackChange;
pub use migrate::Migration;
pub use open::{Opening, Store};
pub use open_error::OpenError;
pub use options::Options;
pub use read::{ReadError, Reader, Recorded};
pub use views::{
    AccountRow, AgreementTold, BalanceRow, BankFileRow, CaseCount, CaseFilter, CaseRow, CertificateRow,
    ClockRow, EntryPlace, EntryRow, FilingRow, KindRow, MessageRow, PaymentRow, PersonRow, Place, Progress,
    ProviderRow, RegionRow, RemoteRow, SettlementRow, Stage, Taking, UnitRow, VisitRow, YearRow,
};
pub use wal::WalSurvey;
pub use writer::WriteError;
