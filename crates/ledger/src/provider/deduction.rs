//! Deductions: money refused after review. Nothing is taken before the provider could speak.

use crate::{NoValue, Parameter, Parameters, Word};
use terms::{ArticleId, Calendar, Dated, Day, Fen, Span};

/// Money the office means to take from a provider's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deduction {
    /// Its name.
    pub id: Word,
    /// From whom.
    pub provider: Word,
    /// Out of which fund.
    pub fund: Word,
    /// On which settlement.
    pub settlement: Word,
    /// How much, above zero.
    pub amount: Fen,
    /// Why, in words the provider gets to read.
    pub reason: String,
    /// What it rests on.
    pub article: ArticleId,
    /// When the provider was told.
    pub noticed: Day,
    /// The last day to reply, with its derivation.
    pub reply_until: Dated,
    /// What the provider replied.
    pub reply: Option<Reply>,
    /// The day it was withdrawn.
    pub withdrawn: Option<Day>,
}

/// The provider's side of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// When.
    pub on: Day,
    /// What.
    pub text: String,
    /// The day the office considered it and held on to the deduction.
    pub upheld: Option<Day>,
}

/// Where a deduction stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The provider may still reply.
    Open,
    /// It replied; the office has to consider that.
    Replied,
    /// It may be taken.
    Final,
    /// It is taken no more.
    Withdrawn,
}

impl Deduction {
    /// The last day to reply to a notice of this day.
    pub fn reply_until(noticed: Day, parameters: &Parameters, calendar: &Calendar) -> Result<Dated, NoValue> {
        let days = parameters.count(Parameter::ReplyDays, noticed)?;
        // The compiler keeps counts below a thousand.
        Ok(Span::working_days(u16::try_from(days).unwrap_or(u16::MAX)).end(noticed, calendar))
    }

    /// Where it stands at the end of this day.
    pub fn standing(&self, on: Day) -> Standing {
        if self.withdrawn.is_some_and(|day| day <= on) {
            return Standing::Withdrawn;
        }
        match &self.reply {
            Some(reply) if reply.on <= on => match reply.upheld {
                Some(day) if day <= on => Standing::Final,
                _ => Standing::Replied,
            },
            _ if on <= self.reply_until.day => Standing::Open,
            _ => Standing::Final,
        }
    }

    /// Takes the provider's reply. False, and nothing changed, where the deduction is not open on that day.
    pub fn replied(&mut self, on: Day, text: &str) -> bool {
        let open = self.standing(on) == Standing::Open && on >= self.noticed;
        if open {
            self.reply = Some(Reply { on, text: text.to_owned(), upheld: None });
        }
        open
    }

    /// Holds on to it after considering the reply. False where there is no reply to consider.
    pub fn upheld(&mut self, on: Day) -> bool {
        match &mut self.reply {
            Some(reply) if reply.upheld.is_none() && self.withdrawn.is_none() && reply.on <= on => {
                reply.upheld = Some(on);
                true
            }
            _ => false,
        }
    }
}
