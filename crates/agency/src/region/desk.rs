//! A decision between regions in the making, with the messages it sends.

use super::{Link, Message, RegionEvent, Remote, RemoteEvent, home};
use crate::visit::{Setting, VisitEvent};
use crate::{Capability, Context, Decision, Event, Records, StreamId, Way, book_year, books};
use ledger::{Figures, Occasion, Word};
use terms::{Day, Fact, Fen, Refusal, Refusals};

/// Whether whoever acts may do this between regions.
pub(super) fn permit(context: &Context<'_>, capability: Capability) -> Result<(), Refusals> {
    if context.may(capability) { Ok(()) } else { Err(vec![context.refuse("region/not-permitted")]) }
}

/// A decision in the making, with the messages it sends.
pub(super) struct Desk<'a> {
    pub(super) records: &'a dyn Records,
    /// Our own region.
    pub(super) home: Word,
    pub(super) decision: Decision,
    /// How many messages this decision sends to whom.
    pub(super) sent: Vec<(Word, u64)>,
}

impl<'a> Desk<'a> {
    /// Nothing decided yet, nothing sent.
    ///
    /// # Errors
    /// This office has no region of its own.
    pub(super) fn open(records: &'a dyn Records, context: &Context<'_>) -> Result<Desk<'a>, Refusals> {
        let Some(home) = home(context) else { return Err(vec![context.refuse("region/none-of-our-own")]) };
        Ok(Desk { records, home, decision: Decision::default(), sent: Vec::new() })
    }

    pub(super) fn event(&self, region: Word, what: RegionEvent) -> Event {
        Event::Region { region, what: Box::new(what) }
    }

    /// An event between us and another office.
    pub(super) fn link(&mut self, region: Word, what: RegionEvent) {
        let stream = StreamId::Region(region);
        let version = self.records.version(&stream);
        let event = self.event(region, what);
        self.decision.push(stream, version, event);
    }

    /// An event of a bill between regions, and its entry.
    pub(super) fn remote(&mut self, remote: Word, event: Event) {
        let stream = StreamId::Remote(remote);
        let version = self.records.version(&stream);
        self.decision.push(stream, version, event);
    }

    /// What became of a bill between regions.
    pub(super) fn tell(&mut self, remote: Word, what: RemoteEvent) {
        self.remote(remote, Event::Remote { remote, what: Box::new(what) });
    }

    /// An entry between regions, on the stream of the link.
    pub(super) fn post(
        &mut self,
        context: &Context<'_>,
        occasion: Occasion,
        name: Word,
        day: Day,
        (region, fund): (Word, Word),
        amount: (&str, Fen),
    ) -> Result<(), Refusals> {
        let words = [("region", region), ("fund", fund)];
        let figures = Figures { words: &words, amounts: &[amount], items: &[] };
        let decision = Word::known(&format!("region/{region}"));
        // The other office's day may lie in a month that is closed here.
        let day = book_year::posting_day(self.records, context, day);
        let entry = books::post_on(context, occasion, name, day, decision, &figures)?;
        if let Some(entry) = entry {
            let stream = StreamId::Region(region);
            let version = self.records.version(&stream);
            self.decision.push(stream, version, entry);
        }
        Ok(())
    }

    /// Lets the lines of a visit go again that this bill held: by the provider's own message, or because the bill was
    /// refused or given up; then its name stands for the message.
    pub(super) fn release(
        &mut self,
        remote: &Remote,
        name: Word,
        context: &Context<'_>,
        by: Option<(&str, bool)>,
    ) {
        let Some(held) = remote.visit else { return };
        let (message, reversed) = by.map_or((name.as_str(), true), |(message, reversed)| (message, reversed));
        let what = VisitEvent::SettlementCancelled {
            settlement: held.settlement,
            at: context.now,
            reversed,
            message: message.to_owned(),
        };
        let stream = StreamId::Visit(held.visit);
        let version = self.records.version(&stream);
        self.decision.push(stream.clone(), version, Event::Visit { visit: held.visit, what });
        let bought = self.records.visit(held.visit).map(|visit| visit.opened.setting);
        if by.is_none() && bought == Some(Setting::Pharmacy) {
            // Nothing was bought.
            let what = VisitEvent::Withdrawn { message: message.to_owned() };
            self.decision.push(stream, version, Event::Visit { visit: held.visit, what });
        }
    }

    /// A message, numbered after the last one to this office.
    pub(super) fn send(&mut self, to: Word, message: Message) {
        let before = match self.sent.iter_mut().find(|(known, _)| *known == to) {
            Some((_, last)) => last,
            None => {
                self.sent.push((to, self.records.last_message(&to, Way::Sent)));
                // Just pushed.
                let place = self.sent.len() - 1;
                &mut self.sent[place].1
            }
        };
        *before += 1;
        let number = *before;
        let event = self.event(to, RegionEvent::Sent { number, message: Box::new(message) });
        self.decision.push(StreamId::Sent(to, number), 0, event);
    }

    /// The link to a region, where there is one.
    pub(super) fn known(&self, context: &Context<'_>, region: Word) -> Result<Link, Refusals> {
        self.records.link(region, self.home).ok_or_else(|| {
            let region = Fact::Text(region.to_string());
            vec![context.refuse("region/not-joined").with("region", region)]
        })
    }

    /// A bill between regions that this side has.
    pub(super) fn standing(&self, context: &Context<'_>, remote: Word) -> Result<Remote, Refusals> {
        self.records.remote(remote).ok_or_else(|| vec![no_such(context, remote)])
    }
}

fn no_such(context: &Context<'_>, remote: Word) -> Refusal {
    context.refuse("region/no-such-bill").with("bill", Fact::Text(remote.to_string()))
}
