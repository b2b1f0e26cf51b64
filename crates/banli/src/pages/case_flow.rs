//! The procedure of a case as boxes and arrows, with the case's place in it.

use super::parts::{Arrow, Box as FlowBox, Page, Place, flow_chart};
use agency::casework::CaseFile;
use case::{Owner, Position, Procedure, Way, Work};
use maud::Markup;

/// The procedure as boxes and arrows, with the case's place in it.
pub fn flow(page: &Page<'_>, procedure: &Procedure, file: &CaseFile) -> Markup {
    let text = page.text;
    let state = &file.state;
    let passed = |id: &str| {
        state
            .marks
            .iter()
            .any(|mark| procedure.state(id).is_some_and(|known| known.step(&mark.step).is_some()))
    };
    let place = |here: bool, gone: bool| {
        if here {
            Place::Now
        } else if gone {
            Place::Gone
        } else {
            Place::Ahead
        }
    };
    // A state before the present one that nobody worked in did not apply; of a closed case, neither does what is left.
    let now = procedure.states.iter().position(|one| state.position == Position::At(one.id.clone()));
    let behind = |index: usize| state.is_closed() || now.is_some_and(|now| index < now);
    let or_skipped = |place: Place, index: usize| match place {
        Place::Ahead if behind(index) => Place::Skipped,
        place => place,
    };
    let role = |owner: &Owner| text.code(&owner.role);
    let mut boxes = vec![FlowBox {
        id: case::INTAKE.to_owned(),
        label: text.say("case-intake"),
        owner: role(&procedure.intake.owner),
        place: place(state.position == Position::Intake, state.accepted.is_some()),
    }];
    let mut arrows =
        vec![Arrow { from: case::INTAKE.to_owned(), to: procedure.intake.to.clone(), label: String::new() }];
    for (index, one) in procedure.states.iter().enumerate() {
        let owner = match &one.work {
            Work::Steps { steps, .. } => text.list(steps.iter().map(|step| role(&step.owner))),
            Work::Notice(notice) => role(&notice.owner),
            Work::Wait(wait) => role(&wait.owner),
        };
        let here = state.position == Position::At(one.id.clone());
        // Notices and waits leave no mark of their own.
        let later = || procedure.states.iter().skip(index + 1).any(|later| passed(&later.id));
        let gone = match &one.work {
            Work::Steps { .. } => passed(&one.id),
            Work::Notice(_) => state.notice.is_some(),
            Work::Wait(_) => later() || now.is_some_and(|now| index < now),
        };
        boxes.push(FlowBox {
            id: one.id.clone(),
            label: text.name(&one.name).to_owned(),
            owner,
            place: or_skipped(place(here, gone), index),
        });
        for (way, to) in &one.on {
            let label = match way {
                Way::Passed => String::new(),
                Way::Rejected => text.say("way-rejected"),
                Way::Returned => text.say("way-returned"),
                Way::Upheld => text.say("way-upheld"),
            };
            arrows.push(Arrow { from: one.id.clone(), to: to.clone(), label });
        }
    }
    for outcome in
        procedure.outcomes.iter().filter(|outcome| arrows.iter().any(|arrow| arrow.to == outcome.id))
    {
        let here = state.position == Position::Closed(outcome.id.clone());
        boxes.push(FlowBox {
            id: outcome.id.clone(),
            label: text.name(&outcome.name).to_owned(),
            owner: String::new(),
            place: or_skipped(place(here, false), procedure.states.len()),
        });
    }
    flow_chart(page, text.name(&procedure.name), &boxes, &arrows)
}
