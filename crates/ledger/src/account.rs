//! Accounts: the addresses of every fen.

use crate::{Word, WordError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt::{self, Write};
use std::str::FromStr;

/// Which side of the books. An amount above zero is a debit, one below zero a credit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// 借: what the office has or has spent.
    Debit,
    /// 贷: what the office owes or holds for somebody.
    Credit,
}

/// What an account is for. The kind says which names follow it in the path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccountKind {
    /// `cash`: the fund's bank account.
    Cash,
    /// `fund:310100`: what a fund by `fund_pay_type` spends. Benefits debit it.
    Fund,
    /// `income:310100`: what a fund receives, kept apart from what it spends.
    Income,
    /// `payable:H33010600001:310100`: owed to a provider out of a fund.
    Payable,
    /// `payable-person:17:340100`: owed to a person out of a fund, for counter reimbursement.
    PayablePerson,
    /// `person-account:17`: a personal account. It is the person's, so it never goes below nothing.
    PersonAccount,
    /// `offset:17`: kept of a payment to a person and set against what they were overpaid. Nothing stays on it.
    Offset,
    /// `deposit:H33010600001:310100`: the quality deposit kept back from a provider.
    Deposit,
    /// `receivable:330200:310100`: owed to us by the region of insurance for its people treated here.
    Receivable,
    /// `payable-region:330200:310100`: owed by us to the region of treatment for our people treated there.
    PayableRegion,
    /// `prepaid-to:330200:310100`: prepayment we lodged with the region of treatment.
    PrepaidTo,
    /// `prepaid-by:330200:310100`: prepayment the region of insurance lodged with us.
    PrepaidBy,
    /// `advance:case-12:310100`: paid first for a liable third party, to be recovered.
    Advance,
    /// `budget:340100`: the budget granted and not yet spent.
    Budget,
    /// `unreserved:340100`: the part of it that nothing is reserved for. Never below nothing.
    Unreserved,
    /// `reserve:case-12:340100`: the part of it kept for one purpose. Never below nothing.
    Reserve,
}

/// One account: a kind and the names it takes. Written as a path, `payable:H33010600001:310100`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    kind: AccountKind,
    party: Option<Word>,
    fund: Option<Word>,
}

/// Why a text is not an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The first word of the path is no kind.
    #[error("`{0}` is no kind of account: the kinds are {kinds}", kinds = AccountKind::words())]
    NoSuchKind(String),
    /// Too many or too few names.
    #[error("`{path}` does not have the names of its kind: write {shape}")]
    Shape {
        /// What was written.
        path: String,
        /// How the kind is written.
        shape: &'static str,
    },
    /// A name is no word.
    #[error(transparent)]
    Word(#[from] WordError),
}

/// What is fixed about a kind.
struct Form {
    kind: AccountKind,
    word: &'static str,
    shape: &'static str,
    party: bool,
    fund: bool,
    side: Side,
}

const fn form(
    kind: AccountKind,
    word: &'static str,
    shape: &'static str,
    party: bool,
    fund: bool,
    side: Side,
) -> Form {
    Form { kind, word, shape, party, fund, side }
}

use AccountKind as K;
use Side::{Credit, Debit};

/// In the order of the enum, which is the order of the trial balance.
const FORMS: [Form; 16] = [
    form(K::Cash, "cash", "cash", false, false, Debit),
    form(K::Fund, "fund", "fund:FUND", false, true, Credit),
    form(K::Income, "income", "income:FUND", false, true, Credit),
    form(K::Payable, "payable", "payable:PROVIDER:FUND", true, true, Credit),
    form(K::PayablePerson, "payable-person", "payable-person:PERSON:FUND", true, true, Credit),
    form(K::PersonAccount, "person-account", "person-account:PERSON", true, false, Credit),
    form(K::Offset, "offset", "offset:PERSON", true, false, Credit),
    form(K::Deposit, "deposit", "deposit:PROVIDER:FUND", true, true, Credit),
    form(K::Receivable, "receivable", "receivable:REGION:FUND", true, true, Debit),
    form(K::PayableRegion, "payable-region", "payable-region:REGION:FUND", true, true, Credit),
    form(K::PrepaidTo, "prepaid-to", "prepaid-to:REGION:FUND", true, true, Debit),
    form(K::PrepaidBy, "prepaid-by", "prepaid-by:REGION:FUND", true, true, Credit),
    form(K::Advance, "advance", "advance:CASE:FUND", true, true, Debit),
    form(K::Budget, "budget", "budget:FUND", false, true, Debit),
    form(K::Unreserved, "unreserved", "unreserved:FUND", false, true, Credit),
    form(K::Reserve, "reserve", "reserve:NAME:FUND", true, true, Credit),
];

impl AccountKind {
    /// Every kind, in the order of the trial balance.
    pub fn all() -> impl Iterator<Item = AccountKind> {
        FORMS.iter().map(|form| form.kind)
    }

    /// `payable-region`
    pub fn word(self) -> &'static str {
        self.form().word
    }

    /// How an account of this kind is written: `payable:PROVIDER:FUND`.
    pub fn shape(self) -> &'static str {
        self.form().shape
    }

    /// The kind with this word.
    pub fn named(word: &str) -> Option<AccountKind> {
        FORMS.iter().find(|form| form.word == word).map(|form| form.kind)
    }

    /// How many names follow the kind in the path.
    pub fn names(self) -> usize {
        usize::from(self.form().party) + usize::from(self.form().fund)
    }

    /// The side on which such an account usually stands.
    pub fn side(self) -> Side {
        self.form().side
    }

    /// Such an account may not be drawn below nothing.
    pub fn has_floor(self) -> bool {
        matches!(self, K::PersonAccount | K::Unreserved | K::Reserve)
    }

    /// Such an account is about permission to spend and not about money.
    pub fn is_budget(self) -> bool {
        matches!(self, K::Budget | K::Unreserved | K::Reserve)
    }

    fn form(self) -> &'static Form {
        // The table is in the order of the enum; a test holds it to that.
        &FORMS[self as usize]
    }

    fn words() -> String {
        FORMS.iter().map(|form| form.word).collect::<Vec<_>>().join(", ")
    }
}

impl Account {
    /// The fund's bank account.
    pub const CASH: Account = Account { kind: K::Cash, party: None, fund: None };

    /// The account of this kind with these names in the order of its path; nothing where there are too many or
    /// too few.
    pub fn new(kind: AccountKind, names: &[Word]) -> Option<Account> {
        let form = kind.form();
        let (party, fund) = match (form.party, form.fund, names) {
            (false, false, []) => (None, None),
            (true, false, [party]) => (Some(*party), None),
            (false, true, [fund]) => (None, Some(*fund)),
            (true, true, [party, fund]) => (Some(*party), Some(*fund)),
            _ => return None,
        };
        Some(Account { kind, party, fund })
    }

    /// A fund.
    pub const fn fund_of(fund: Word) -> Account {
        Account { kind: K::Fund, party: None, fund: Some(fund) }
    }

    /// What a provider is owed out of a fund.
    pub const fn payable(provider: Word, fund: Word) -> Account {
        Account { kind: K::Payable, party: Some(provider), fund: Some(fund) }
    }

    /// What is kept back from a provider out of a fund.
    pub const fn deposit(provider: Word, fund: Word) -> Account {
        Account { kind: K::Deposit, party: Some(provider), fund: Some(fund) }
    }

    /// What a region of insurance owes us.
    pub const fn receivable(region: Word, fund: Word) -> Account {
        Account { kind: K::Receivable, party: Some(region), fund: Some(fund) }
    }

    /// What we owe a region of treatment.
    pub const fn payable_region(region: Word, fund: Word) -> Account {
        Account { kind: K::PayableRegion, party: Some(region), fund: Some(fund) }
    }

    /// What it is for.
    pub const fn kind(&self) -> AccountKind {
        self.kind
    }

    /// The provider, person, region or purpose, where the kind has one.
    pub const fn party(&self) -> Option<Word> {
        self.party
    }

    /// The fund, where the kind has one.
    pub const fn fund(&self) -> Option<Word> {
        self.fund
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [&self.party, &self.fund].into_iter().flatten().map(Word::as_str);
        if f.width().is_some() {
            return f.pad(&std::iter::once(self.kind.word()).chain(names).collect::<Vec<_>>().join(":"));
        }
        // Every posting is written, most of them in the store's one writer.
        f.write_str(self.kind.word())?;
        names.into_iter().try_for_each(|name| {
            f.write_char(':')?;
            f.write_str(name)
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(path: &str) -> Result<Account, AccountError> {
        let mut parts = path.splitn(4, ':');
        let word = parts.next().unwrap_or_default();
        let kind = AccountKind::named(word)
            .ok_or_else(|| AccountError::NoSuchKind(word.chars().take(40).collect()))?;
        let names = parts.map(str::parse).collect::<Result<Vec<Word>, WordError>>()?;
        Account::new(kind, &names).ok_or_else(|| AccountError::Shape {
            path: path.chars().take(120).collect(),
            shape: kind.shape(),
        })
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Account, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (position, form) in FORMS.iter().enumerate() {
            assert_eq!(form.kind as usize, position, "{}", form.word);
            assert_eq!(form.kind.form().word, form.word);
            assert_eq!(AccountKind::named(form.word), Some(form.kind));
            assert_eq!(form.shape.split(':').count() - 1, form.kind.names(), "{}", form.shape);
        }
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for form in &FORMS {
            let account: Account = form.shape.parse().unwrap();
            assert_eq!(account.to_string(), form.shape);
            assert_eq!(account.kind(), form.kind);
        }
    }

    #[test]
    fn texts_that_are_no_account() {
        for (text, says) in [
            ("", "`` is no kind of account"),
            ("savings", "`savings` is no kind of account: the kinds are cash, fund,"),
            ("cash:1", "`cash:1` does not have the names of its kind: write cash"),
            ("fund", "write fund:FUND"),
            ("fund:", "is not a word of the books"),
            ("fund:1:2", "write fund:FUND"),
            ("payable:H1:310100:x", "does not have the names of its kind: write payable:PROVIDER:FUND"),
            ("payable:H 1:310100", "is not a word of the books"),
        ] {
            let fault = text.parse::<Account>().unwrap_err().to_string();
            assert!(fault.contains(says), "{text}: {fault}");
        }
    }
}
