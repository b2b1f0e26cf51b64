//! What happened to a provider's month.

use crate::{AccountId, Event, ProviderId};
use ledger::Word;
use ledger::provider::{Deduction, Reply};
use serde::{Deserialize, Serialize};
use terms::{ArticleId, Certainty, Dated, Day, Fen, Month};

/// Something that happened to a provider's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum StatementEvent {
    /// The statement was made; it replaces an earlier one.
    Issued {
        /// By fund.
        lines: Vec<StatementLine>,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// The provider said yes or no.
    Answered {
        /// Yes.
        agrees: bool,
        /// Why not.
        text: String,
        /// When.
        on: Day,
    },
    /// Money is to be deducted; the provider may reply.
    DeductionNoticed {
        /// Counted within the month.
        number: u32,
        /// Out of which fund.
        fund: Word,
        /// On which settlement.
        settlement: Word,
        /// How much.
        amount: Fen,
        /// Why.
        reason: String,
        /// What it rests on.
        article: ArticleId,
        /// When the provider was told.
        on: Day,
        /// The last day to reply.
        reply_until: Day,
        /// By whom.
        by: AccountId,
    },
    /// The provider replied to a deduction.
    DeductionReplied {
        /// Which.
        number: u32,
        /// What.
        text: String,
        /// When.
        on: Day,
    },
    /// The office considered the reply, or gave the deduction up.
    DeductionDecided {
        /// Which.
        number: u32,
        /// It stands.
        upheld: bool,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// The month was paid.
    Paid {
        /// By fund.
        lines: Vec<PaidLine>,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// The bank gave a payment back; it is owed again.
    Returned {
        /// The payment.
        reference: Word,
        /// How much.
        amount: Fen,
        /// When.
        on: Day,
        /// Why, in the bank's words.
        reason: String,
    },
    /// What was kept back is owed to the provider again, or is the fund's.
    DepositReleased {
        /// Out of which fund.
        fund: Word,
        /// How much.
        amount: Fen,
        /// It goes to the fund and not to the provider.
        forfeited: bool,
        /// What the assessment found.
        reason: String,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
    /// What came back was paid again.
    PaidAgain {
        /// The new payment.
        reference: Word,
        /// The payment that came back.
        of: Word,
        /// How much.
        amount: Fen,
        /// When.
        on: Day,
        /// By whom.
        by: AccountId,
    },
}

/// One fund of a statement, from the provider's side: above zero is owed to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// Which fund.
    pub fund: Word,
    /// Owed before.
    pub opening: Fen,
    /// How many settlements.
    pub count: u32,
    /// Settled in the month.
    pub settled: Fen,
    /// Taken back in the month.
    pub taken_back: Fen,
    /// Owed at the month's end.
    pub closing: Fen,
}

/// One payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaidLine {
    /// Which fund.
    pub fund: Word,
    /// Its reference, in the payment file and as the name of its entry.
    pub reference: Word,
    /// Deducted.
    pub deducted: Fen,
    /// Kept back as deposit.
    pub withheld: Fen,
    /// Paid.
    pub paid: Fen,
}

/// The state of a provider's month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthStatement {
    /// Whose.
    pub provider: ProviderId,
    /// Which month.
    pub month: Month,
    /// The statement that counts, with when and by whom.
    pub issued: Option<(Vec<StatementLine>, Day, AccountId)>,
    /// The provider's answer to it.
    pub answered: Option<(bool, String, Day)>,
    /// Deductions, in order, with who proposed each.
    pub deductions: Vec<(Deduction, AccountId)>,
    /// The payment.
    pub paid: Option<(Vec<PaidLine>, Day, AccountId)>,
    /// Payments made again: reference, the one that came back, amount, day.
    pub again: Vec<(Word, Word, Fen, Day)>,
    /// Deposits let go: fund, amount, whether forfeited, what the assessment found, day.
    pub released: Vec<(Word, Fen, bool, String, Day)>,
    /// Payments that came back, and whether they were paid again.
    pub returned: Vec<(Word, Fen, Day, String, Option<Word>)>,
}

impl MonthStatement {
    /// A month to which nothing happened.
    pub fn new(provider: ProviderId, month: Month) -> MonthStatement {
        MonthStatement {
            provider,
            month,
            issued: None,
            answered: None,
            deductions: Vec::new(),
            paid: None,
            again: Vec::new(),
            released: Vec::new(),
            returned: Vec::new(),
        }
    }

    /// The name of a deduction in the books.
    pub fn deduction_name(provider: ProviderId, month: Month, number: u32) -> Word {
        Word::known(&format!("deduct/{month}/{provider}/{number}"))
    }

    /// Folds one event; events of other services change nothing.
    pub fn apply(&mut self, event: &Event) {
        let Event::Statement { provider, month, what } = event else { return };
        match &**what {
            StatementEvent::Issued { lines, on, by } => {
                self.issued = Some((lines.clone(), *on, *by));
                self.answered = None;
            }
            StatementEvent::Answered { agrees, text, on } => {
                self.answered = Some((*agrees, text.clone(), *on));
            }
            StatementEvent::DeductionNoticed {
                number,
                fund,
                settlement,
                amount,
                reason,
                article,
                on,
                reply_until,
                by,
            } => {
                let deduction = Deduction {
                    id: MonthStatement::deduction_name(*provider, *month, *number),
                    provider: Word::known(&provider.to_string()),
                    fund: *fund,
                    settlement: *settlement,
                    amount: *amount,
                    reason: reason.clone(),
                    article: article.clone(),
                    noticed: *on,
                    reply_until: Dated {
                        day: *reply_until,
                        steps: Vec::new(),
                        certainty: Certainty::Settled,
                    },
                    reply: None,
                    withdrawn: None,
                };
                self.deductions.push((deduction, *by));
            }
            StatementEvent::DeductionReplied { number, text, on } => {
                if let Some(deduction) = self.deduction_mut(*number) {
                    deduction.reply = Some(Reply { on: *on, text: text.clone(), upheld: None });
                }
            }
            StatementEvent::DeductionDecided { number, upheld, on, .. } => {
                if let Some(deduction) = self.deduction_mut(*number) {
                    match (&mut deduction.reply, upheld) {
                        (Some(reply), true) => reply.upheld = Some(*on),
                        _ => deduction.withdrawn = Some(*on),
                    }
                }
            }
            StatementEvent::Paid { lines, on, by } => self.paid = Some((lines.clone(), *on, *by)),
            StatementEvent::Returned { reference, amount, on, reason } => {
                self.returned.push((*reference, *amount, *on, reason.clone(), None));
            }
            StatementEvent::DepositReleased { fund, amount, forfeited, reason, on, .. } => {
                self.released.push((*fund, *amount, *forfeited, reason.clone(), *on));
            }
            StatementEvent::PaidAgain { reference, of, amount, on, .. } => {
                self.again.push((*reference, *of, *amount, *on));
                if let Some(returned) = self.returned.iter_mut().find(|returned| returned.0 == *of) {
                    returned.4 = Some(*reference);
                }
            }
        }
    }

    /// A payment of the month by its reference: fund, amount and day, whether or not it came back.
    pub fn payment(&self, reference: Word) -> Option<(Word, Fen, Day)> {
        let (lines, day, _) = self.paid.as_ref()?;
        if let Some(line) = lines.iter().find(|line| line.reference == reference) {
            return Some((line.fund, line.paid, *day));
        }
        let (_, of, amount, on) = self.again.iter().find(|again| again.0 == reference)?;
        // A payment made again is of an earlier one, so this ends.
        self.payment(*of).map(|(fund, ..)| (fund, *amount, *on))
    }

    /// What a payment came to that was made and has not come back.
    pub fn standing_payment(&self, reference: Word) -> Option<Fen> {
        let back = self.returned.iter().any(|returned| returned.0 == reference);
        self.payment(reference).map(|(_, amount, _)| amount).filter(|amount| !back && *amount > Fen::ZERO)
    }

    /// A deduction by its number, from 1.
    pub fn deduction(&self, number: u32) -> Option<&(Deduction, AccountId)> {
        self.deductions.get(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    fn deduction_mut(&mut self, number: u32) -> Option<&mut Deduction> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        self.deductions.get_mut(place).map(|(deduction, _)| deduction)
    }
}
