//! A decision about a provider's month in the making.

use super::StatementEvent;
use crate::{Capability, Context, Decision, Event, Organisation, ProviderId, Records, StreamId, books};
use ledger::{Figures, Occasion, Word};
use terms::{Day, Fact, Fen, Month, Refusals};

/// The longest reason or reply kept, in letters.
pub(super) const TEXT_MAX: usize = 2_000;

/// Whether whoever acts may do this to a provider's month.
pub(super) fn permit(context: &Context<'_>, capability: Capability) -> Result<(), Refusals> {
    if context.may(capability) { Ok(()) } else { Err(vec![context.refuse("statement/not-permitted")]) }
}

/// What somebody wrote, without the blanks around it.
///
/// # Errors
/// Nothing written, or more than [`TEXT_MAX`] letters.
pub(crate) fn text(context: &Context<'_>, text: &str) -> Result<String, Refusals> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > TEXT_MAX {
        let most = Fact::Number(TEXT_MAX as i64);
        return Err(vec![context.refuse("statement/text-length").with("most", most)]);
    }
    Ok(text.to_owned())
}

/// The month, and what is decided of it so far.
pub(super) struct Desk<'a> {
    pub(super) records: &'a dyn Records,
    pub(super) provider: ProviderId,
    pub(super) month: Month,
    pub(super) decision: Decision,
}

impl Desk<'_> {
    pub(super) fn push(&mut self, event: Event) {
        let stream = StreamId::Statement(self.provider, self.month);
        let version = self.records.version(&stream);
        self.decision.push(stream, version, event);
    }

    pub(super) fn happens(&mut self, what: StatementEvent) {
        let event = Event::Statement { provider: self.provider, month: self.month, what: Box::new(what) };
        self.push(event);
    }

    /// Only the provider itself answers and replies.
    pub(super) fn is_the_provider(&self, context: &Context<'_>) -> Result<(), Refusals> {
        permit(context, Capability::Reply)?;
        if context.actor.organisation == Organisation::Provider(self.provider) {
            Ok(())
        } else {
            Err(vec![context.refuse("statement/other-provider")])
        }
    }

    /// An entry of this month for one fund of the provider.
    pub(super) fn post(
        &mut self,
        context: &Context<'_>,
        occasion: Occasion,
        name: Word,
        day: Day,
        fund: Word,
        amount: (&str, Fen),
    ) -> Result<(), Refusals> {
        let words = [("provider", Word::known(&self.provider.to_string())), ("fund", fund)];
        let figures = Figures { words: &words, amounts: &[amount], items: &[] };
        let decision = Word::known(&format!("statement/{}/{}", self.provider, self.month));
        if let Some(entry) = books::post_on(context, occasion, name, day, decision, &figures)? {
            self.push(entry);
        }
        Ok(())
    }
}
