//! Pre-check complete implies that no return for missing material is reachable.

use super::Model;
use crate::form::Known;
use crate::procedure::{Ending, State, Step, Way};
use policy::expr::Expr;
use policy::say;
use std::collections::BTreeSet;

impl Model<'_> {
    /// Pre-check complete means accepted and never sent back for papers: whatever the counter may ask depends
    /// only on what can be known before coming.
    pub(super) fn promise(&mut self) {
        let procedure = self.procedure;
        let late: BTreeSet<&str> = procedure
            .fields()
            .filter(|field| field.known == Known::Process)
            .map(|field| field.id.as_str())
            .chain(["actor.title", "actor.organisation", "actor.decided_before"])
            .collect();
        let first_late =
            |when: &Expr| when.names().into_iter().find(|name| late.contains(name)).map(str::to_owned);
        for material in procedure.materials.iter().filter(|material| material.at.is_none()) {
            let conditions =
                material.when.iter().chain(material.unless.iter().map(|exception| &exception.when));
            if let Some(name) = conditions.filter_map(first_late).next() {
                let what = say("precheck-material").with("material", &material.id).with("field", name);
                let cure = say("precheck-material-cure");
                self.fault(self.places.materials.get(&material.id), what, cure);
            }
        }
        let mut others: Vec<(&str, &Expr)> = Vec::new();
        others.extend(procedure.conditions.iter().map(|condition| (condition.id.as_str(), &condition.when)));
        others.extend(
            procedure.limits.iter().filter_map(|limit| Some((limit.id.as_str(), limit.when.as_ref()?))),
        );
        others.extend(
            procedure.applicants.iter().filter_map(|one| Some((one.capacity.as_str(), one.when.as_ref()?))),
        );
        others.extend(procedure.jurisdiction.iter().map(|one| (one.id.as_str(), &one.district)));
        let exceptions = procedure.window.iter().flat_map(|window| &window.exceptions);
        others.extend(exceptions.map(|exception| (exception.id.as_str(), &exception.when)));
        for (id, when) in others {
            if let Some(name) = first_late(when) {
                let what = say("precheck-answer").with("id", id).with("field", name);
                self.fault(None, what, say("precheck-answer-cure"));
            }
        }
        for limit in procedure.limits.iter().filter(|limit| late.contains(limit.starts.as_str())) {
            let what = say("precheck-count").with("limit", &limit.id).with("field", &limit.starts);
            self.fault(None, what, say("precheck-count-cure"));
        }
        for state in &procedure.states {
            for step in state.steps() {
                self.asked_later(state, step);
                let Some(required) = &step.requires else { continue };
                let finds_out =
                    |name: &&str| late.contains(name) || step.fills.iter().any(|field| field == name);
                if !required.when.names().iter().any(finds_out) {
                    let what = say("known-before").with("id", &required.id).with("state", &state.id);
                    let what = what.with("refusal", &required.refusal);
                    self.fault(self.places.steps.get(&step.id), what, say("known-before-cure"));
                }
            }
        }
    }

    /// A paper that a later step asks for must be one that nobody can be sent away for: somebody in the case fills it
    /// in, or the step keeps the case until it is shown.
    fn asked_later(&mut self, state: &State, step: &Step) {
        let procedure = self.procedure;
        let away = |(way, to): (&Way, &String)| match way {
            Way::Returned => true,
            Way::Rejected => procedure.outcome(to).is_none_or(|end| end.ends != Ending::Granted),
            Way::Passed | Way::Upheld => false,
        };
        let Some((way, to)) = state.on.iter().find(|way| away(*way)) else { return };
        let owners = || procedure.states.iter().flat_map(State::steps).map(|step| step.owner.role.as_str());
        for material in procedure.materials.iter().filter(|one| one.at.as_deref() == Some(&step.id)) {
            if material.filled_by.as_deref().is_some_and(|role| owners().any(|owner| owner == role)) {
                continue;
            }
            let what = say("comes-back").with("material", &material.id).with("state", &state.id);
            let what = what.with("way", super::word(*way)).with("to", to);
            self.fault(self.places.materials.get(&material.id), what, say("comes-back-cure"));
        }
    }
}
