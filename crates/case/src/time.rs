//! What the passing of time brings about. The shell says "it is this day now" as an ordinary action; missing a day
//! loses nothing, because everything that fell due by now happens then.

use crate::CaseContext;
use crate::clock::end;
use crate::decide::{effects, facts};
use crate::event::CaseEvent;
use crate::procedure::{Procedure, Way, Work};
use crate::state::{CaseState, Position, evolve};
use crate::walk::{enter, started};
use terms::Dated;

/// The events that fall due by today; none where nothing does.
pub(crate) fn passed(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Vec<CaseEvent> {
    let mut state = state.clone();
    let mut events = Vec::new();
    // One thing can bring on the next (a notice comes down, and the wait after it is over already).
    for _ in 0..=procedure.states.len() {
        let next = next_due(procedure, &state, context);
        if next.is_empty() {
            break;
        }
        next.iter().for_each(|event| evolve(&mut state, event));
        events.extend(next);
    }
    events.extend(overdue(procedure, &state, context));
    events
}

/// What leads the case on.
fn next_due(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Vec<CaseEvent> {
    let CaseContext { today: on, calendar, .. } = *context;
    if state.correction.as_ref().is_some_and(|correcting| on > correcting.until.day) {
        let mut events = vec![CaseEvent::Closed { outcome: procedure.correction.then.clone(), on }];
        if let Some(outcome) = procedure.outcome(&procedure.correction.then) {
            events.extend(effects(&outcome.effects, &outcome.id, &outcome.article, on));
        }
        return events;
    }
    let Position::At(id) = &state.position else {
        return Vec::new();
    };
    let Some(here) = procedure.state(id) else {
        return Vec::new();
    };
    let mut events = Vec::new();
    let way = match &here.work {
        Work::Steps { .. } => return Vec::new(),
        Work::Wait(_) => {
            // Worked out anew: a notice on holidays may have come out since the case came here.
            let entered = state.entered.unwrap_or(on);
            if on < crate::walk::due(here, state, &state.facts, entered, calendar).day {
                return Vec::new();
            }
            Way::Passed
        }
        Work::Notice(_) => {
            let Some(up) = state.notice.as_ref().filter(|up| up.state == *id) else {
                return Vec::new();
            };
            let heard = state.objections.values().all(|objection| objection.upheld.is_some());
            if on <= up.until.day {
                return Vec::new();
            }
            if !up.ended {
                events.push(CaseEvent::NoticeEnded { state: id.clone(), on });
            }
            if !heard {
                // An objection nobody has heard keeps the case here; the owner's clock runs.
                return events;
            }
            let upheld = state.objections.values().any(|objection| objection.upheld == Some(true));
            if upheld { Way::Upheld } else { Way::Passed }
        }
    };
    let to = here.on.get(&way).map_or("", String::as_str);
    let facts = facts(procedure, state, context);
    enter(procedure, state, &mut events, to, Some(way), &facts, on, calendar);
    events
}

/// A clock of the case as it stands today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The clock's or state's id.
    pub id: String,
    /// What people call it.
    pub name: terms::Name,
    /// Its article.
    pub article: terms::ArticleId,
    /// Its date with the derivation, on today's calendar.
    pub due: Dated,
    /// It stands still because a correction is asked.
    pub stopped: bool,
    /// Working days left; negative where it is late.
    pub left: i32,
}

/// Every clock that runs on an open case, the present owner's first.
pub fn clocks(
    procedure: &Procedure,
    state: &CaseState,
    today: terms::Day,
    calendar: &terms::Calendar,
) -> Vec<Running> {
    let stopped = state.correction.is_some();
    let mut found = Vec::new();
    if state.is_closed() {
        return found;
    }
    let mut push = |id: &str, name: &terms::Name, article: &terms::ArticleId, due: Dated| {
        let left = calendar.working_days_between(today, due.day);
        found.push(Running {
            id: id.to_owned(),
            name: name.clone(),
            article: article.clone(),
            due,
            stopped,
            left,
        });
    };
    let here = match &state.position {
        Position::At(id) => procedure.state(id),
        Position::New | Position::Intake | Position::Closed(_) => None,
    };
    if let (Some(here), Some(entered)) = (here, state.entered) {
        let article = match &here.work {
            Work::Steps { clock, .. } => &clock.article,
            Work::Notice(notice) => &notice.article,
            Work::Wait(wait) => &wait.article,
        };
        push(&here.id, &here.name, article, here_due(here, state, entered, calendar));
    }
    for clock in &procedure.clocks {
        if let Some(start) = started(&clock.starts, state, &state.facts) {
            push(
                &clock.id,
                &clock.name,
                &clock.article,
                end(clock.span, start, &state.suspensions, today, calendar),
            );
        }
    }
    if let (Position::Intake, Some(opened)) = (&state.position, state.opened) {
        let timing = &procedure.intake.clock;
        let due = end(timing.span, opened, &state.suspensions, today, calendar);
        push(crate::state::INTAKE, &procedure.name, &timing.article, due);
    }
    found
}

/// The date of the present state; while a notice is up or objections are open it is the notice's own.
fn here_due(
    here: &crate::State,
    state: &CaseState,
    entered: terms::Day,
    calendar: &terms::Calendar,
) -> Dated {
    match (&here.work, &state.notice) {
        (Work::Notice(notice), Some(up)) if up.state == here.id => {
            if up.ended {
                notice.clock.span.end(up.until.day, calendar)
            } else {
                up.until.clone()
            }
        }
        _ => crate::walk::due(here, state, &state.facts, entered, calendar),
    }
}

/// Notes each clock whose date has passed, once.
fn overdue(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Vec<CaseEvent> {
    let CaseContext { today, calendar, .. } = *context;
    clocks(procedure, state, today, calendar)
        .into_iter()
        .filter(|clock| !clock.stopped && today > clock.due.day && !state.overdue.contains(&clock.id))
        .map(|clock| CaseEvent::Overdue { clock: clock.id, due: clock.due.day, on: today })
        .collect()
}
