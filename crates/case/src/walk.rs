//! Going on: from the result of one state into the next, or to the end.

use crate::clock::{Start, end};
use crate::event::CaseEvent;
use crate::procedure::{Effect, Procedure, State, Way, Work};
use crate::state::{CaseState, evolve};
use terms::{ArticleId, Calendar, Dated, Day, Fact, Facts};

/// Appends the events of coming to `to`, a state or an outcome. States whose condition does not hold are passed
/// over; the check at load makes sure that this ends.
#[expect(clippy::too_many_arguments, reason = "a walk is where the whole case meets the whole procedure")]
pub(crate) fn enter(
    procedure: &Procedure,
    state: &CaseState,
    events: &mut Vec<CaseEvent>,
    to: &str,
    way: Option<Way>,
    facts: &Facts,
    on: Day,
    calendar: &Calendar,
) {
    let mut to = to;
    for _ in 0..=procedure.states.len() {
        if let Some(outcome) = procedure.outcome(to) {
            events.push(CaseEvent::Closed { outcome: outcome.id.clone(), on });
            events.extend(effects(&outcome.effects, &outcome.id, &outcome.article, on));
            return;
        }
        let Some(next) = procedure.state(to) else {
            return;
        };
        // Undecided counts as yes: better one step too many than one too few.
        if next.when.as_ref().is_some_and(|when| when.holds(facts).is_no()) {
            to = next.on.get(&Way::Passed).map_or("", String::as_str);
            continue;
        }
        let mut after = state.clone();
        events.iter().for_each(|event| evolve(&mut after, event));
        let due = due(next, &after, facts, on, calendar);
        events.push(CaseEvent::Entered { state: next.id.clone(), way, due, on });
        return;
    }
}

/// The date of a state entered on `on`: of its owner's clock, or the end of its wait.
pub(crate) fn due(here: &State, state: &CaseState, facts: &Facts, on: Day, calendar: &Calendar) -> Dated {
    match &here.work {
        Work::Steps { clock, .. } => {
            let named = clock.from.as_ref().and_then(|name| match facts.get(name) {
                Some(Fact::Day(day)) => Some(*day),
                _ => None,
            });
            clock.span.end(named.unwrap_or(on), calendar)
        }
        Work::Notice(notice) => notice.clock.span.end(on, calendar),
        Work::Wait(wait) => {
            let start = started(&wait.starts, state, facts).unwrap_or(on);
            end(wait.span, start, &state.suspensions, on, calendar)
        }
    }
}

/// The day on which a clock began; nothing where its event has not happened.
pub(crate) fn started(start: &Start, state: &CaseState, facts: &Facts) -> Option<Day> {
    match start {
        Start::Opened => state.opened,
        Start::Accepted => state.accepted,
        Start::Entered => state.entered,
        Start::Step(step) => state.done_on(step),
        Start::Fact(name) => match facts.get(name) {
            Some(Fact::Day(day)) => Some(*day),
            _ => None,
        },
    }
}

/// The effects of a step or outcome as events.
pub(crate) fn effects<'a>(
    effects: &'a [Effect],
    cause: &'a str,
    article: &'a ArticleId,
    on: Day,
) -> impl Iterator<Item = CaseEvent> + 'a {
    effects.iter().map(move |effect| CaseEvent::EffectDue {
        effect: *effect,
        cause: cause.to_owned(),
        article: article.clone(),
        on,
    })
}
