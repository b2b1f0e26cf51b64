//! What becomes of an entry that is brought to the books.

use std::fmt;

/// The answer to an entry. Where several apply, the one with the lowest number is given, so that the same entry on
/// the same books always gets the same answer. Numbers are written to files of others: none is ever reused, a
/// retired one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Outcome {
    /// The entry is in the books now.
    Posted = 0,
    /// The same entry was in the books before; nothing changed. As good as posted.
    AlreadyPosted = 1,
    /// Another entry with this id is in the books.
    SameIdOtherContents = 2,
    /// It has no postings.
    NoPostings = 3,
    /// It has more than [`crate::POSTINGS_MAX`] postings.
    TooManyPostings = 4,
    /// A posting moves nothing.
    ZeroAmount = 5,
    /// An account is named twice.
    AccountsMustDiffer = 6,
    /// Debits and credits are not equal.
    Unbalanced = 7,
    /// Money and permission to spend are each balanced only with the help of the other.
    MixesBudgetAndMoney = 8,
    /// Its day lies in a month that is closed.
    PeriodClosed = 9,
    /// The entry it reverses is not in the books.
    NothingToReverse = 10,
    /// The entry it reverses is itself a reversal: post the entry anew instead.
    ReversesAReversal = 11,
    /// The entry it reverses has been reversed before.
    AlreadyReversed = 12,
    /// It calls itself a reversal but does not undo the entry posting for posting.
    NotTheReverse = 13,
    /// It takes more out of a reserve than is in it.
    ReserveExceeded = 14,
    /// It reserves or spends more than the unreserved budget of a fund.
    ExceedsBudget = 15,
    /// It takes more out of a personal account than is in it.
    ExceedsAccount = 16,
    /// A balance or a total would leave the span of numeric(16,2).
    Overflow = 17,
}

impl Outcome {
    /// Every outcome, in order of precedence.
    pub const ALL: [Outcome; 18] = [
        Outcome::Posted,
        Outcome::AlreadyPosted,
        Outcome::SameIdOtherContents,
        Outcome::NoPostings,
        Outcome::TooManyPostings,
        Outcome::ZeroAmount,
        Outcome::AccountsMustDiffer,
        Outcome::Unbalanced,
        Outcome::MixesBudgetAndMoney,
        Outcome::PeriodClosed,
        Outcome::NothingToReverse,
        Outcome::ReversesAReversal,
        Outcome::AlreadyReversed,
        Outcome::NotTheReverse,
        Outcome::ReserveExceeded,
        Outcome::ExceedsBudget,
        Outcome::ExceedsAccount,
        Outcome::Overflow,
    ];

    /// The number that stands for it in files.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The entry stands in the books: posted now or before.
    pub const fn stands(self) -> bool {
        matches!(self, Outcome::Posted | Outcome::AlreadyPosted)
    }

    /// The same entry may be posted later, when other entries have come in between.
    pub const fn transient(self) -> bool {
        matches!(
            self,
            Outcome::NothingToReverse
                | Outcome::ReserveExceeded
                | Outcome::ExceedsBudget
                | Outcome::ExceedsAccount
                | Outcome::Overflow
        )
    }

    /// `same_id_other_contents`, as tests and files write it.
    pub const fn word(self) -> &'static str {
        match self {
            Outcome::Posted => "posted",
            Outcome::AlreadyPosted => "already_posted",
            Outcome::SameIdOtherContents => "same_id_other_contents",
            Outcome::NoPostings => "no_postings",
            Outcome::TooManyPostings => "too_many_postings",
            Outcome::ZeroAmount => "zero_amount",
            Outcome::AccountsMustDiffer => "accounts_must_differ",
            Outcome::Unbalanced => "unbalanced",
            Outcome::MixesBudgetAndMoney => "mixes_budget_and_money",
            Outcome::PeriodClosed => "period_closed",
            Outcome::NothingToReverse => "nothing_to_reverse",
            Outcome::ReversesAReversal => "reverses_a_reversal",
            Outcome::AlreadyReversed => "already_reversed",
            Outcome::NotTheReverse => "not_the_reverse",
            Outcome::ReserveExceeded => "reserve_exceeded",
            Outcome::ExceedsBudget => "exceeds_budget",
            Outcome::ExceedsAccount => "exceeds_account",
            Outcome::Overflow => "overflow",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// Files of others hold these numbers: a changed line here is a broken file there.
    #[test]
    fn numbers_are_for_ever() {
        let numbered: Vec<String> =
            Outcome::ALL.iter().map(|outcome| format!("{} {outcome}", outcome.number())).collect();
        expect_test::expect![[r#"
            0 posted
            1 already_posted
            2 same_id_other_contents
            3 no_postings
            4 too_many_postings
            5 zero_amount
            6 accounts_must_differ
            7 unbalanced
            8 mixes_budget_and_money
            9 period_closed
            10 nothing_to_reverse
            11 reverses_a_reversal
            12 already_reversed
            13 not_the_reverse
            14 reserve_exceeded
            15 exceeds_budget
            16 exceeds_account
            17 overflow"#]]
        .assert_eq(&numbered.join("\n"));
        assert!(Outcome::ALL.is_sorted());
        assert_eq!(Outcome::ALL.iter().map(|outcome| outcome.word()).collect::<BTreeSet<_>>().len(), 18);
    }
}
