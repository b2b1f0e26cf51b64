//! What calls for an entry. The list is code, because events on disk name it for decades; which accounts an occasion
//! goes to is data ([`crate::Templates`]).

use crate::Word;
use std::fmt;
use terms::Fen;

/// What calls for an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Occasion {
    /// A bill settled with a provider here, for a person insured here.
    Settlement,
    /// A provider is paid.
    Payment,
    /// The bank gives a provider's payment back.
    PaymentReturned,
    /// Part of a claim is refused after review and hearing.
    Deduction,
    /// Part of a payment is kept back until the yearly assessment.
    DepositWithheld,
    /// What was kept back is owed to the provider again.
    DepositReleased,
    /// What was kept back goes to the fund.
    DepositForfeited,
    /// A counter claim is granted.
    Reimbursement,
    /// A counter claim is paid.
    ReimbursementPaid,
    /// Relief granted outside any bill is paid to a person.
    ReliefPaid,
    /// A person pays back what a reimbursement overpaid.
    ReimbursementReturned,
    /// A person pays back what a relief overpaid.
    ReliefReturned,
    /// A part of a reimbursement is kept, to be set against what the person was overpaid.
    ReimbursementKept,
    /// A part of a relief is kept for that.
    ReliefKept,
    /// What was kept makes good what a reimbursement overpaid.
    ReimbursementOffset,
    /// What was kept makes good what a relief overpaid.
    ReliefOffset,
    /// Money is credited to a personal account.
    AccountCredited,
    /// The fund pays first for a third party.
    Advance,
    /// The third party pays it back.
    Recovery,
    /// The third party cannot pay; the fund bears it.
    AdvanceBorne,
    /// A fund receives money.
    Income,
    /// A fund's budget is granted.
    BudgetGranted,
    /// Part of it is kept for one purpose.
    BudgetReserved,
    /// The rest of a reserve is free again.
    BudgetReleased,
    /// A reserve is used.
    BudgetSpent,
    /// A bill settled here for a person insured elsewhere.
    RemoteTreated,
    /// A bill settled elsewhere for a person insured here.
    RemoteInsured,
    /// What two regions owe each other is set off.
    Netting,
    /// We pay the rest to the other region.
    ClearingPaid,
    /// The other region pays the rest to us.
    ClearingReceived,
    /// We lodge a prepayment.
    PrepaymentLodged,
    /// The other region lodges one with us.
    PrepaymentReceived,
    /// We give it back.
    PrepaymentRefunded,
    /// We get it back.
    PrepaymentRecovered,
}

/// What is fixed about an occasion: its name and the fields it offers.
struct Form {
    occasion: Occasion,
    word: &'static str,
    words: &'static [&'static str],
    amounts: &'static [&'static str],
    items: bool,
}

const fn form(
    occasion: Occasion,
    word: &'static str,
    words: &'static [&'static str],
    amounts: &'static [&'static str],
    items: bool,
) -> Form {
    Form { occasion, word, words, amounts, items }
}

/// The name that stands for the fund of an item.
pub(crate) const ITEM_FUND: &str = "fund";
/// The name that stands for the amount of an item.
pub(crate) const ITEM_AMOUNT: &str = "fund_payamt";

use Occasion as O;

const FORMS: [Form; 34] = [
    form(O::Settlement, "settlement", &["provider", "person"], &["acct_pay"], true),
    form(O::Payment, "payment", &["provider", "fund"], &["paid"], false),
    form(O::PaymentReturned, "payment-returned", &["provider", "fund"], &["returned"], false),
    form(O::Deduction, "deduction", &["provider", "fund"], &["deducted"], false),
    form(O::DepositWithheld, "deposit-withheld", &["provider", "fund"], &["withheld"], false),
    form(O::DepositReleased, "deposit-released", &["provider", "fund"], &["released"], false),
    form(O::DepositForfeited, "deposit-forfeited", &["provider", "fund"], &["forfeited"], false),
    form(O::Reimbursement, "reimbursement", &["person"], &["acct_pay"], true),
    form(O::ReimbursementPaid, "reimbursement-paid", &["person"], &[], true),
    form(O::ReliefPaid, "relief-paid", &["person"], &["paid"], false),
    form(O::ReimbursementReturned, "reimbursement-returned", &["person", "fund"], &["returned"], false),
    form(O::ReliefReturned, "relief-returned", &["person"], &["returned"], false),
    form(O::ReimbursementKept, "reimbursement-kept", &["person"], &[], true),
    form(O::ReliefKept, "relief-kept", &["person"], &["kept"], false),
    form(O::ReimbursementOffset, "reimbursement-offset", &["person", "fund"], &["returned"], false),
    form(O::ReliefOffset, "relief-offset", &["person"], &["returned"], false),
    form(O::AccountCredited, "account-credited", &["person"], &["credited"], false),
    form(O::Advance, "advance", &["person", "case"], &[], true),
    form(O::Recovery, "recovery", &["case", "fund"], &["recovered"], false),
    form(O::AdvanceBorne, "advance-borne", &["case", "fund"], &["borne"], false),
    form(O::Income, "income", &["fund"], &["received"], false),
    form(O::BudgetGranted, "budget-granted", &["fund"], &["granted"], false),
    form(O::BudgetReserved, "budget-reserved", &["case", "fund"], &["reserved"], false),
    form(O::BudgetReleased, "budget-released", &["case", "fund"], &["released"], false),
    form(O::BudgetSpent, "budget-spent", &["case", "fund"], &["spent"], false),
    form(O::RemoteTreated, "remote-treated", &["provider", "region"], &["acct_pay"], true),
    form(O::RemoteInsured, "remote-insured", &["person", "region"], &["acct_pay"], true),
    form(O::Netting, "netting", &["region", "fund"], &["netted"], false),
    form(O::ClearingPaid, "clearing-paid", &["region", "fund"], &["paid"], false),
    form(O::ClearingReceived, "clearing-received", &["region", "fund"], &["received"], false),
    form(O::PrepaymentLodged, "prepayment-lodged", &["region", "fund"], &["lodged"], false),
    form(O::PrepaymentReceived, "prepayment-received", &["region", "fund"], &["received"], false),
    form(O::PrepaymentRefunded, "prepayment-refunded", &["region", "fund"], &["refunded"], false),
    form(O::PrepaymentRecovered, "prepayment-recovered", &["region", "fund"], &["recovered"], false),
];

impl Occasion {
    /// Every occasion.
    pub fn all() -> impl Iterator<Item = Occasion> {
        FORMS.iter().map(|form| form.occasion)
    }

    /// `payment-returned`, as packs and entries write it.
    pub fn name(self) -> &'static str {
        self.form().word
    }

    /// The same as the books carry it.
    pub fn word(self) -> Word {
        Word::known(self.form().word)
    }

    /// The occasion with this name.
    pub fn named(name: &str) -> Option<Occasion> {
        FORMS.iter().find(|form| form.word == name).map(|form| form.occasion)
    }

    /// The parties it names: `provider`, `person`, `region`, `case`, `fund`.
    pub fn words(self) -> &'static [&'static str] {
        self.form().words
    }

    /// The amounts it brings, apart from its items.
    pub fn amounts(self) -> &'static [&'static str] {
        self.form().amounts
    }

    /// It brings a list of funds with an amount each, as `setldetail` does.
    pub fn has_items(self) -> bool {
        self.form().items
    }

    fn form(self) -> &'static Form {
        // The table is in the order of the enum; a test holds it to that.
        &FORMS[self as usize]
    }
}

impl fmt::Display for Occasion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What an occasion brings: parties and amounts by the names of [`Occasion::words`] and [`Occasion::amounts`], and a
/// fund with its amount for each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures<'a> {
    /// Parties by name.
    pub words: &'a [(&'a str, Word)],
    /// Amounts by name, none below zero.
    pub amounts: &'a [(&'a str, Fen)],
    /// `fund_pay_type` and `fund_payamt` of each item, none below zero.
    pub items: &'a [(Word, Fen)],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_enum() {
        for (position, form) in FORMS.iter().enumerate() {
            assert_eq!(form.occasion as usize, position, "{}", form.word);
            assert_eq!(Occasion::named(form.word), Some(form.occasion));
            assert_eq!(form.occasion.word().as_str(), form.word);
        }
    }
}
