//! Pre-check complete implies that no return for missing material is reachable.

use super::Model;
use crate::form::Known;
use crate::procedure::{Ending, State, Step, Way};
use policy::expr::Expr;
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
                let what = format!(
                    "the pre-check cannot know whether `{}` is needed: pre-check complete -> opened -> accepted -> … \
                     -> `{name}` becomes known -> the paper is missing",
                    material.id
                );
                let cure =
                    "let it depend on what the applicant or the registers know, or ask for it `at` a step";
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
                let what =
                    format!("the pre-check cannot answer `{id}`: `{name}` becomes known in the process only");
                self.fault(None, what, "let it depend on what the applicant or the registers know");
            }
        }
        for limit in procedure.limits.iter().filter(|limit| late.contains(limit.starts.as_str())) {
            let what = format!(
                "the pre-check cannot count `{}`: `{}` becomes known in the process only",
                limit.id, limit.starts
            );
            self.fault(None, what, "start it with a day the applicant or the registers know");
        }
        for state in &procedure.states {
            for step in state.steps() {
                self.asked_later(state, step);
                let Some(required) = &step.requires else { continue };
                let finds_out =
                    |name: &&str| late.contains(name) || step.fills.iter().any(|field| field == name);
                if !required.when.names().iter().any(finds_out) {
                    let what = format!(
                        "`{}` would refuse what was known before coming: pre-check complete -> opened -> accepted -> \
                         … -> {} -> {}",
                        required.id, state.id, required.refusal
                    );
                    let cure = "make it a `[[condition]]`, which the pre-check answers";
                    self.fault(self.places.steps.get(&step.id), what, cure);
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
            let what = format!(
                "a case can come back for `{}`: pre-check complete -> opened -> accepted -> … -> {} -> {} -> {to}",
                material.id,
                state.id,
                super::word(*way)
            );
            let cure =
                "let the counter ask for it, which the pre-check tells, or let a step of the case fill it in";
            self.fault(self.places.materials.get(&material.id), what, cure);
        }
    }
}
