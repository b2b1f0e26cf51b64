//! Public notices: what is shown is a rule, objections are heard by somebody else, and none is passed over.

use crate::NOTE_CHARACTERS_MAX;
use crate::decide::Desk;
use crate::event::CaseEvent;
use crate::procedure::{Mask, Notice, State, Work};
use crate::seal::seal;
use crate::state::evolve;
use std::collections::BTreeMap;
use terms::{Fact, Facts, Refusals};

/// More objections than this to one notice are taken on paper.
const OBJECTIONS_MAX: u32 = 1000;

impl Desk<'_> {
    fn notice_here(&self) -> Result<(&State, &Notice), Refusals> {
        let here = self.here()?;
        match &here.work {
            Work::Notice(notice) => Ok((here, notice)),
            Work::Steps { .. } | Work::Wait(_) => Err(vec![self.refusal("case/no-notice")]),
        }
    }

    pub(crate) fn start_notice(&self) -> Result<Vec<CaseEvent>, Refusals> {
        let (here, notice) = self.notice_here()?;
        let mut refusals = self.owns(&notice.owner, &notice.article);
        if self.state.notice.as_ref().is_some_and(|up| up.state == here.id) {
            refusals.push(self.refusal("case/notice-up"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let on = self.context.today;
        let until = notice.span.end(on, self.context.calendar);
        let (state, shown) = (here.id.clone(), shown(notice, &self.facts()));
        let started = CaseEvent::NoticeStarted { state, until, shown, by: self.by(&notice.owner.role), on };
        let mut after = self.state.clone();
        evolve(&mut after, &started);
        let first = seal(&after, on);
        Ok([started].into_iter().chain(first).collect())
    }

    pub(crate) fn object(&self, text: &str) -> Result<Vec<CaseEvent>, Refusals> {
        let (here, _) = self.notice_here()?;
        let up = self.state.notice.as_ref().filter(|up| up.state == here.id && !up.ended);
        let mut refusals = Refusals::new();
        if up.is_none_or(|up| self.context.today > up.until.day) {
            refusals.push(self.refusal("case/no-notice"));
        }
        let number = self.state.objections.keys().next_back().map_or(1, |last| last.saturating_add(1));
        if text.trim().is_empty() || text.chars().count() > NOTE_CHARACTERS_MAX || number > OBJECTIONS_MAX {
            refusals.push(self.refusal("case/note-missing"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (by, on) = (self.by("objector"), self.context.today);
        Ok(vec![CaseEvent::Objected { objection: number, text: text.to_owned(), by, on }])
    }

    pub(crate) fn hear(&self, objection: u32, upheld: bool, note: &str) -> Result<Vec<CaseEvent>, Refusals> {
        let (here, notice) = self.notice_here()?;
        let mut refusals = self.owns(&notice.owner, &notice.article);
        match self.state.objections.get(&objection) {
            None => refusals.push(self.refusal("case/no-such-objection")),
            Some(open) => {
                if open.upheld.is_some() {
                    refusals.push(self.refusal("case/objection-heard"));
                }
                if open.by.who == self.context.actor.who {
                    refusals
                        .push(self.refusal("case/same-person").with("step", Fact::Name(here.name.clone())));
                }
            }
        }
        if note.trim().is_empty() || note.chars().count() > NOTE_CHARACTERS_MAX {
            refusals.push(self.refusal("case/note-missing"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (by, on) = (self.by(&notice.owner.role), self.context.today);
        Ok(vec![CaseEvent::ObjectionHeard { objection, upheld, note: note.to_owned(), by, on }])
    }
}

/// What the public sees: only the facts the rule names, each masked as it says.
fn shown(notice: &Notice, facts: &Facts) -> BTreeMap<String, String> {
    let shown =
        |(name, mask): (&String, &Mask)| Some((name.clone(), masked(&facts.get(name)?.to_string(), *mask)));
    notice.shows.iter().filter_map(shown).collect()
}

fn masked(text: &str, mask: Mask) -> String {
    let letters: Vec<char> = text.chars().collect();
    let star = |keep: &dyn Fn(usize) -> bool| -> String {
        letters
            .iter()
            .enumerate()
            .map(|(position, letter)| if keep(position) { *letter } else { '*' })
            .collect()
    };
    match mask {
        Mask::Plain => text.to_owned(),
        Mask::FirstCharacter => star(&|position| position == 0),
        Mask::LastFour => star(&|position| letters.len() > 4 && position + 4 >= letters.len()),
    }
}
