//! Names of things: a number inside, a kind outside, so that a person can never be taken for a unit.

use crate::sheet::SheetKind;
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use terms::{Day, Month};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<$name, Self::Err> {
                text.parse().map($name)
            }
        }
    )*};
}

ids! {
    /// An insured person, or somebody who acts for one.
    PersonId = "person";
    /// A unit.
    UnitId = "unit";
    /// A hospital or pharmacy.
    ProviderId = "provider";
    /// A certificate (not its printed number).
    CertificateId = "certificate";
    /// A case.
    CaseId = "case";
    /// A filing for treatment elsewhere.
    FilingId = "filing";
    /// A settlement.
    SettlementId = "settlement";
    /// Somebody who signs in.
    AccountId = "account";
    /// A visit; `mdtrt_id`.
    VisitId = "visit";
}

/// The stream an event belongs to. What must be unique (a citizen number, a receipt) has a stream of its own
/// whose first event takes it; a second taker meets a version conflict.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamId {
    /// One insured person.
    Person(PersonId),
    /// One unit.
    Unit(UnitId),
    /// One provider.
    Provider(ProviderId),
    /// One certificate.
    Certificate(CertificateId),
    /// One case.
    Case(CaseId),
    /// One filing.
    Filing(FilingId),
    /// Everything settled for one person in one benefit year, in the order it was settled.
    Year(PersonId, i32),
    /// One account.
    Account(AccountId),
    /// One person's personal account.
    PersonAccount(PersonId),
    /// One visit to a provider, with its fee lines.
    Visit(VisitId),
    /// What stands between us and the office of another region.
    Region(Word),
    /// One message to another office.
    Sent(Word, u64),
    /// One message from another office.
    Received(Word, u64),
    /// One bill between regions, with its entries.
    Remote(Word),
    /// One provider's month: statement, deductions, payment.
    Statement(ProviderId, Month),
    /// What comparisons with a provider found in a month.
    Reconciliation(ProviderId, Month),
    /// One file of payments to the bank, by its number.
    BankFile(Word),
    /// One year of the office's books.
    Books(i32),
    /// Notices on holidays that came out while the office was open.
    Calendar,
    /// One sheet of a provider, by its kind and key.
    Sheet(ProviderId, SheetKind, String),
    /// One thing there is only once: what kind of thing, and which.
    Unique(Unique, String),
}

/// Kinds of things there are only once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unique {
    /// A citizen number.
    Citizen,
    /// A unit code.
    UnitCode,
    /// A provider code.
    ProviderCode,
    /// A certificate number; taken for ever, also after it is cancelled.
    CertificateNumber,
    /// An original receipt: provider code and receipt number. Paid once, anywhere.
    Receipt,
    /// A sign-in name.
    Login,
    /// A provider's message that can be reversed: its `msgid`.
    Message,
    /// A payment that went to the bank in a file.
    Payment,
}

impl Unique {
    const ALL: [(Unique, &'static str); 8] = [
        (Unique::Citizen, "citizen"),
        (Unique::UnitCode, "unit-code"),
        (Unique::ProviderCode, "provider-code"),
        (Unique::CertificateNumber, "certificate-number"),
        (Unique::Receipt, "receipt"),
        (Unique::Login, "login"),
        (Unique::Message, "message"),
        (Unique::Payment, "payment"),
    ];

    /// `citizen`
    pub fn word(self) -> &'static str {
        Unique::ALL.iter().find(|(unique, _)| *unique == self).map_or("", |(_, word)| word)
    }
}

impl fmt::Display for StreamId {
    /// `person/17`, as stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StreamId::Person(id) => write!(f, "person/{id}"),
            StreamId::Unit(id) => write!(f, "unit/{id}"),
            StreamId::Provider(id) => write!(f, "provider/{id}"),
            StreamId::Certificate(id) => write!(f, "certificate/{id}"),
            StreamId::Case(id) => write!(f, "case/{id}"),
            StreamId::Filing(id) => write!(f, "filing/{id}"),
            StreamId::Year(id, year) => write!(f, "year/{id}/{year}"),
            StreamId::Account(id) => write!(f, "account/{id}"),
            StreamId::PersonAccount(id) => write!(f, "person-account/{id}"),
            StreamId::Visit(id) => write!(f, "visit/{id}"),
            StreamId::Region(region) => write!(f, "region/{region}"),
            StreamId::Sent(region, number) => write!(f, "sent/{region}/{number}"),
            StreamId::Received(region, number) => write!(f, "received/{region}/{number}"),
            StreamId::Remote(name) => write!(f, "remote/{name}"),
            StreamId::Statement(id, month) => write!(f, "statement/{id}/{month}"),
            StreamId::Reconciliation(id, month) => write!(f, "reconciliation/{id}/{month}"),
            StreamId::Sheet(provider, kind, key) => write!(f, "sheet/{provider}/{kind}/{key}"),
            StreamId::BankFile(number) => write!(f, "bank-file/{number}"),
            StreamId::Calendar => write!(f, "calendar/notices"),
            StreamId::Books(year) => write!(f, "books/{year}"),
            StreamId::Unique(unique, value) => write!(f, "unique/{}/{value}", unique.word()),
        }
    }
}

/// A text that names no stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchStream;

impl FromStr for StreamId {
    type Err = NoSuchStream;

    fn from_str(text: &str) -> Result<StreamId, NoSuchStream> {
        let (word, rest) = text.split_once('/').ok_or(NoSuchStream)?;
        let number = || rest.parse::<u64>().map_err(|_| NoSuchStream);
        Ok(match word {
            "person" => StreamId::Person(PersonId(number()?)),
            "unit" => StreamId::Unit(UnitId(number()?)),
            "provider" => StreamId::Provider(ProviderId(number()?)),
            "certificate" => StreamId::Certificate(CertificateId(number()?)),
            "case" => StreamId::Case(CaseId(number()?)),
            "filing" => StreamId::Filing(FilingId(number()?)),
            "account" => StreamId::Account(AccountId(number()?)),
            "person-account" => StreamId::PersonAccount(PersonId(number()?)),
            "visit" => StreamId::Visit(VisitId(number()?)),
            "year" => {
                let (person, year) = rest.split_once('/').ok_or(NoSuchStream)?;
                let person = person.parse().map_err(|_| NoSuchStream)?;
                StreamId::Year(PersonId(person), year.parse().map_err(|_| NoSuchStream)?)
            }
            "region" => StreamId::Region(rest.parse().map_err(|_| NoSuchStream)?),
            "bank-file" => StreamId::BankFile(rest.parse().map_err(|_| NoSuchStream)?),
            "books" => StreamId::Books(rest.parse().map_err(|_| NoSuchStream)?),
            "calendar" if rest == "notices" => StreamId::Calendar,
            "remote" => StreamId::Remote(rest.parse().map_err(|_| NoSuchStream)?),
            "statement" | "reconciliation" => {
                let (provider, month) = rest.split_once('/').ok_or(NoSuchStream)?;
                let provider = provider.parse().map_err(|_| NoSuchStream)?;
                let first: Day = format!("{month}-01").parse().map_err(|_| NoSuchStream)?;
                let (provider, month) = (ProviderId(provider), first.month());
                if word == "statement" {
                    StreamId::Statement(provider, month)
                } else {
                    StreamId::Reconciliation(provider, month)
                }
            }
            "sent" | "received" => {
                let (region, number) = rest.split_once('/').ok_or(NoSuchStream)?;
                let region = region.parse().map_err(|_| NoSuchStream)?;
                let number = number.parse().map_err(|_| NoSuchStream)?;
                if word == "sent" {
                    StreamId::Sent(region, number)
                } else {
                    StreamId::Received(region, number)
                }
            }
            "sheet" => {
                let (provider, rest) = rest.split_once('/').ok_or(NoSuchStream)?;
                let (kind, key) = rest.split_once('/').ok_or(NoSuchStream)?;
                let provider = provider.parse().map(ProviderId).map_err(|_| NoSuchStream)?;
                StreamId::Sheet(provider, SheetKind::named(kind).ok_or(NoSuchStream)?, key.to_owned())
            }
            "unique" => {
                let (word, value) = rest.split_once('/').ok_or(NoSuchStream)?;
                let known = Unique::ALL.iter().find(|(_, known)| *known == word).ok_or(NoSuchStream)?;
                StreamId::Unique(known.0, value.to_owned())
            }
            _ => return Err(NoSuchStream),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_is_read_back_as_it_was_written() {
        let streams = [
            StreamId::Person(PersonId(1)),
            StreamId::Unit(UnitId(2)),
            StreamId::Provider(ProviderId(3)),
            StreamId::Certificate(CertificateId(4)),
            StreamId::Case(CaseId(5)),
            StreamId::Filing(FilingId(6)),
            StreamId::Year(PersonId(7), 2026),
            StreamId::Account(AccountId(8)),
            StreamId::PersonAccount(PersonId(17)),
            StreamId::Visit(VisitId(9)),
            StreamId::Region(Word::known("330200")),
            StreamId::Sent(Word::known("330200"), 5),
            StreamId::Received(Word::known("330200"), 6),
            StreamId::Remote(Word::known("330200-7")),
            StreamId::Statement(ProviderId(3), Month { year: 2026, month: 9 }),
            StreamId::Reconciliation(ProviderId(3), Month { year: 2026, month: 9 }),
            StreamId::BankFile(Word::known("2026-10-09-1")),
            StreamId::Books(2026),
            StreamId::Calendar,
            StreamId::Sheet(ProviderId(3), SheetKind::Mapping, "201/A/1".into()),
            StreamId::Unique(Unique::Receipt, "H33010600001/0001/2".into()),
        ];
        for stream in streams {
            assert_eq!(stream.to_string().parse(), Ok(stream));
        }
        for nonsense in [
            "",
            "person",
            "person/x",
            "club/1",
            "unique/other/1",
            "year/1",
            "sent/330200",
            "region/",
            "sheet/1/x/y",
        ] {
            assert_eq!(nonsense.parse::<StreamId>(), Err(NoSuchStream), "{nonsense}");
        }
    }
}
