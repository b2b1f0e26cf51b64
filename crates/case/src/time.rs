//! What the passing of time brings about. The shell says "it is this day now" as an ordinary action; missing a day
//! loses nothing, because everything that fell due by now happens then.

use crate::CaseContext;
use crate::check::facts;
use crate::clock::Warn;
use crate::clock::end;
use crate::event::{CaseEvent, Cause};
use crate::owner::Owner;
use crate::procedure::{Procedure, Way, Work};
use crate::seal::seal;
use crate::state::{CORRECTION, CaseState, INTAKE, Position, evolve};
use crate::walk::{effects, enter, started};
use terms::{Calendar, Dated, Day};

/// The events that fall due by today; none where nothing does.
pub(crate) fn passed(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Vec<CaseEvent> {
    let mut state = state.clone();
    let CaseContext { today, calendar, .. } = *context;
    // A notice on holidays may have come out since the last day that was looked at; all that follows goes by the
    // dates that hold now.
    let mut events = moved(procedure, &state, today, calendar, Cause::Calendar);
    events.iter().for_each(|event| evolve(&mut state, event));
    // One thing can bring on the next (a notice comes down, and the wait after it is over already).
    for _ in 0..=procedure.states.len() {
        let next = next_due(procedure, &state, context);
        if next.is_empty() {
            break;
        }
        next.iter().for_each(|event| evolve(&mut state, event));
        events.extend(next);
    }
    events.extend(seal(&state, today));
    events.extend(told(procedure, &state, context));
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
        Work::Steps { deemed: None, .. } => return Vec::new(),
        Work::Steps { deemed: Some(deemed), .. } => {
            let entered = state.entered.unwrap_or(on);
            if on <= here_due(here, state, entered, calendar).day {
                return Vec::new();
            }
            let (way, article) = (deemed.way, deemed.article.clone());
            events.push(CaseEvent::Deemed { state: id.clone(), way, article, on });
            way
        }
        Work::Wait(_) => {
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
            if on <= here_due(here, state, state.entered.unwrap_or(on), calendar).day && !up.ended {
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
    /// Who is told before it is too late.
    pub warn: Option<Warn>,
}

/// Every clock that runs on an open case, the present owner's first.
pub fn clocks(procedure: &Procedure, state: &CaseState, today: Day, calendar: &Calendar) -> Vec<Running> {
    let stopped = state.correction.is_some();
    let mut found = Vec::new();
    if state.is_closed() {
        return found;
    }
    let mut push =
        |id: &str, name: &terms::Name, article: &terms::ArticleId, warn: Option<&Warn>, due: Dated| {
            let left = calendar.working_days_between(today, due.day);
            found.push(Running {
                id: id.to_owned(),
                name: name.clone(),
                article: article.clone(),
                due,
                stopped,
                left,
                warn: warn.cloned(),
            });
        };
    let here = match &state.position {
        Position::At(id) => procedure.state(id),
        Position::New | Position::Intake | Position::Closed(_) => None,
    };
    if let (Some(here), Some(entered)) = (here, state.entered) {
        let (article, warn) = match &here.work {
            Work::Steps { clock, .. } => (&clock.article, clock.warn.as_ref()),
            Work::Notice(notice) => {
                // While names are up nobody is late; before and after it is the owner's turn.
                let up = state.notice.as_ref().is_some_and(|up| up.state == here.id && !up.ended);
                (&notice.article, notice.clock.warn.as_ref().filter(|_| !up))
            }
            Work::Wait(wait) => (&wait.article, None),
        };
        push(&here.id, &here.name, article, warn, here_due(here, state, entered, calendar));
    }
    for clock in &procedure.clocks {
        if let Some(start) = started(&clock.starts, state, &state.facts) {
            push(
                &clock.id,
                &clock.name,
                &clock.article,
                clock.warn.as_ref(),
                end(clock.span, start, &state.suspensions, today, calendar),
            );
        }
    }
    if let (Position::Intake, Some(opened)) = (&state.position, state.opened) {
        let timing = &procedure.intake.clock;
        let due = end(timing.span, opened, &state.suspensions, today, calendar);
        push(INTAKE, &procedure.name, &timing.article, timing.warn.as_ref(), due);
    }
    found
}

/// The date of the present state; while a notice is up or objections are open it is the notice's own.
fn here_due(here: &crate::State, state: &CaseState, entered: Day, calendar: &Calendar) -> Dated {
    match (&here.work, &state.notice) {
        (Work::Notice(notice), Some(up)) if up.state == here.id => {
            if up.ended {
                notice.clock.span.end(up.until.day, calendar)
            } else {
                // What the public was told is never made shorter.
                let anew = notice.span.end(up.from, calendar);
                if anew.day > up.until.day { anew } else { up.until.clone() }
            }
        }
        _ => crate::walk::due(here, state, &state.facts, entered, calendar),
    }
}

/// The dates told before that are no longer those that hold. What the applicant was given to mend something is never
/// made shorter.
pub(crate) fn moved(
    procedure: &Procedure,
    state: &CaseState,
    on: Day,
    calendar: &Calendar,
    cause: Cause,
) -> Vec<CaseEvent> {
    if let (Some(correcting), Some(asked)) = (&state.correction, state.suspensions.last()) {
        let to = procedure.correction.span.end(asked.from, calendar);
        let from = Some(correcting.until.day);
        let later = to.day > correcting.until.day;
        let clock = CORRECTION.to_owned();
        return later.then_some(CaseEvent::Moved { clock, from, to, cause, on }).into_iter().collect();
    }
    clocks(procedure, state, on, calendar)
        .into_iter()
        .filter(|clock| state.told.contains_key(&clock.id))
        .filter_map(|clock| moved_to(state, clock, cause, on))
        .collect()
}

/// That this clock's date is another than the one last told.
pub(crate) fn moved_to(state: &CaseState, clock: Running, cause: Cause, on: Day) -> Option<CaseEvent> {
    let from = state.told.get(&clock.id).map(|told| told.day);
    let ended = state.notice.as_ref().is_some_and(|up| up.state == clock.id && up.ended);
    // After a notice the time to hear objections begins: that is no change of a date.
    let cause = if ended { Cause::Start } else { cause };
    (from != Some(clock.due.day)).then_some(CaseEvent::Moved {
        clock: clock.id,
        from,
        to: clock.due,
        cause,
        on,
    })
}

/// Tells each clock whose date comes near or has passed, once.
fn told(procedure: &Procedure, state: &CaseState, context: &CaseContext<'_>) -> Vec<CaseEvent> {
    let CaseContext { today, calendar, .. } = *context;
    let mut events = Vec::new();
    for Running { id, due, left, warn, stopped, .. } in clocks(procedure, state, today, calendar) {
        let tells = warn.as_ref().map(|warn| resolved(&warn.tells, state));
        if stopped || state.overdue.contains(&id) {
            continue;
        }
        if today > due.day {
            events.push(CaseEvent::Overdue { clock: id, due: due.day, tells, on: today });
        } else if let (Some(warn), Some(tells)) = (warn, tells)
            && left <= i32::from(warn.days)
            && !state.warned.contains(&id)
        {
            events.push(CaseEvent::Warned { clock: id, due: due.day, tells, on: today });
        }
    }
    events
}

/// A role with the organisation that a relation stands for in this case.
fn resolved(owner: &Owner, state: &CaseState) -> Owner {
    let organisation = state.parties.get(&owner.organisation).unwrap_or(&owner.organisation);
    Owner { role: owner.role.clone(), organisation: organisation.clone() }
}
