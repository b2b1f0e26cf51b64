//! The two sides of a bill between regions.

use ledger::{AccountKind, Word};

/// Which side of a bill between regions we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The person is treated here and insured there.
    Treating,
    /// The person is insured here and treated there.
    Insured,
}

impl Side {
    /// `treating`, a key of the texts.
    pub fn word(self) -> &'static str {
        match self {
            Side::Treating => "treating",
            Side::Insured => "insured",
        }
    }

    /// Where our books have what stands between the regions.
    pub(super) fn account(self) -> AccountKind {
        match self {
            Side::Treating => AccountKind::Receivable,
            Side::Insured => AccountKind::PayableRegion,
        }
    }

    /// Region of treatment and region of insurance.
    pub(super) fn regions(self, home: Word, partner: Word) -> (Word, Word) {
        match self {
            Side::Treating => (home, partner),
            Side::Insured => (partner, home),
        }
    }
}
