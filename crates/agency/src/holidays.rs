//! Notices on holidays that came out while the office was open (节假日通知): proposed by one person, put into force by
//! another. What a notice says, and whether it can be read, the law finds out; who keeps it and when stands here, on the
//! one stream `calendar/notices`.

use crate::casework::engine_actor;
use crate::{Capability, Context, Decision, Event, Records, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fact, Refusals};

/// What can be asked about notices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Propose a notice for a year; one waits for an answer at a time.
    Propose {
        /// The year it is for.
        year: i32,
        /// The notice, as `calendar/*.toml` of the packs have it.
        text: String,
    },
    /// Put the proposed notice into force, or drop it.
    Answer {
        /// Which.
        number: u32,
        /// Into force.
        confirmed: bool,
    },
}

/// A notice and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// From 1.
    pub number: u32,
    /// The year it is for.
    pub year: i32,
    /// Its text.
    pub text: String,
    /// Who proposed it, as cases name people (`account/9`).
    pub by: String,
    /// When.
    pub on: Day,
    /// Whether it was put into force, by whom and when; none while it waits.
    pub answered: Option<(bool, String, Day)>,
}

/// The longest notice, in bytes: a page of text.
pub const BYTES_MAX: usize = 32 << 10;

/// Every notice of the stream's events, in order.
pub fn notices(events: &[Event]) -> Vec<Notice> {
    let mut notices: Vec<Notice> = Vec::new();
    for event in events {
        match event {
            Event::NoticeProposed { number, year, text, by, on } => notices.push(Notice {
                number: *number,
                year: *year,
                text: text.clone(),
                by: by.clone(),
                on: *on,
                answered: None,
            }),
            Event::NoticeAnswered { number, confirmed, by, on } => {
                for notice in notices.iter_mut().filter(|notice| notice.number == *number) {
                    notice.answered = Some((*confirmed, by.clone(), *on));
                }
            }
            _ => {}
        }
    }
    notices
}

/// The text in force for each year: the last that was confirmed.
pub fn in_force(notices: &[Notice]) -> BTreeMap<i32, &str> {
    let confirmed = |notice: &&Notice| notice.answered.as_ref().is_some_and(|(confirmed, ..)| *confirmed);
    notices.iter().filter(confirmed).map(|notice| (notice.year, notice.text.as_str())).collect()
}

/// The one that waits for an answer.
pub fn waiting(notices: &[Notice]) -> Option<&Notice> {
    notices.iter().find(|notice| notice.answered.is_none())
}

/// Decides a command about notices.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    if !context.may(Capability::KeepCalendar) {
        return Err(vec![context.refuse("calendar/not-permitted")]);
    }
    let events = records.events(&StreamId::Calendar);
    let notices = notices(&events);
    let (by, on) = (engine_actor(context.actor).who, context.today());
    let event = match command {
        Command::Propose { year, text } => {
            if let Some(waiting) = waiting(&notices) {
                let year = Fact::Number(i64::from(waiting.year));
                return Err(vec![context.refuse("calendar/another-waits").with("year", year)]);
            }
            if text.is_empty() || text.len() > BYTES_MAX {
                let most = Fact::Number(BYTES_MAX as i64);
                return Err(vec![context.refuse("calendar/length").with("most", most)]);
            }
            let number = u32::try_from(notices.len() + 1).unwrap_or(u32::MAX);
            Event::NoticeProposed { number, year: *year, text: text.clone(), by, on }
        }
        Command::Answer { number, confirmed } => {
            let Some(waiting) = waiting(&notices).filter(|waiting| waiting.number == *number) else {
                return Err(vec![context.refuse("calendar/nothing-waits")]);
            };
            // Dates of everybody move by it: who wrote it down does not put it into force. Dropping it harms nobody.
            if *confirmed && waiting.by == by {
                return Err(vec![context.refuse("calendar/own-proposal")]);
            }
            Event::NoticeAnswered { number: *number, confirmed: *confirmed, by, on }
        }
    };
    let mut decision = Decision::default();
    decision.push(StreamId::Calendar, events.len() as u64, event);
    Ok(decision)
}

#[cfg(test)]
mod tests;
