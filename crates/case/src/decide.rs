//! Deciding: an action on a case becomes events, or every reason why not.
//!
//! [`decide`] reads top to bottom like a counter: is there a case, is it still open, is it this person's turn, is
//! everything there. It changes nothing; [`crate::evolve`] folds what it answers.

use crate::action::{Action, Actor, CaseContext};
use crate::check::facts;
use crate::event::{By, CaseEvent};
use crate::owner::Owner;
use crate::procedure::{Act, Effect, Ending, Procedure, State};
use crate::state::{CaseState, Position};
use crate::walk::{effects, enter};
use crate::{NOTE_CHARACTERS_MAX, time};
use terms::{ArticleId, Fact, Facts, Refusal, Refusals};

/// The events of an action, or every reason why not. Pure: the same arguments give the same answer for ever.
pub fn decide(
    procedure: &Procedure,
    state: &CaseState,
    action: &Action,
    context: &CaseContext<'_>,
) -> Result<Vec<CaseEvent>, Refusals> {
    let desk = Desk { procedure, state, context };
    if let Action::Open { law, subject, capacity, parties, facts } = action {
        return desk.open(law, subject, capacity, parties, facts);
    }
    if state.position == Position::New || state.procedure != procedure.id {
        return Err(vec![desk.refusal("case/not-open")]);
    }
    if let Position::Closed(outcome) = &state.position {
        match action {
            Action::PaymentReturned { reason } => return desk.payment_returned(outcome, reason),
            Action::Reopen { because } => return desk.reopen(because),
            _ => {}
        }
        // Time may pass over a closed case; nothing comes of it.
        let closed = desk.refusal("case/closed").with("outcome", Fact::Code(outcome.clone()));
        return if *action == Action::TimePassed { Ok(Vec::new()) } else { Err(vec![closed]) };
    }
    match action {
        Action::Open { .. } => Err(vec![desk.refusal("case/already-open")]),
        Action::GiveFacts(facts) => desk.give_facts(facts),
        Action::Receive(materials) => desk.receive(materials),
        Action::Attach { material, scans } => desk.attach(material, scans),
        Action::Detach { material, hash } => desk.detach(material, hash),
        Action::AskCorrection => desk.ask_correction(),
        Action::Accept => desk.accept(),
        Action::Decline => desk.decline(),
        Action::Complete(completion) => desk.complete(completion, None),
        Action::Pay { completion, amount, payee, method } => {
            desk.complete(completion, Some((*amount, payee.as_str(), method.as_str())))
        }
        Action::StartNotice => desk.start_notice(),
        Action::Object { text } => desk.object(text),
        Action::Hear { objection, upheld, note } => desk.hear(*objection, *upheld, note),
        Action::PaymentReturned { .. } | Action::Reopen { .. } => Err(vec![desk.refusal("case/not-closed")]),
        Action::Withdraw => desk.withdraw(),
        Action::TimePassed => Ok(time::passed(procedure, state, context)),
    }
}

pub(crate) struct Desk<'a> {
    pub(crate) procedure: &'a Procedure,
    pub(crate) state: &'a CaseState,
    pub(crate) context: &'a CaseContext<'a>,
}

impl Desk<'_> {
    pub(crate) fn refusal(&self, code: &str) -> Refusal {
        Refusal::new(code, self.procedure.article.clone())
    }

    pub(crate) fn by(&self, role: &str) -> By {
        let Actor { who, organisation, .. } = self.context.actor;
        By { who: who.clone(), role: role.to_owned(), organisation: organisation.clone() }
    }

    /// Facts that conditions after acceptance may ask, those of the actor included.
    pub(crate) fn facts(&self) -> Facts {
        let mut facts = facts(self.procedure, self.state, self.context);
        facts.extend(self.context.actor.facts.clone());
        facts
    }

    /// Refusals unless the actor has this role in this organisation.
    pub(crate) fn owns(&self, owner: &Owner, article: &ArticleId) -> Refusals {
        let Actor { roles, organisation, .. } = self.context.actor;
        let mut refusals = Refusals::new();
        if !roles.contains(&owner.role) {
            refusals.push(
                Refusal::new("case/wrong-role", article.clone()).with("role", Fact::Code(owner.role.clone())),
            );
        }
        let wanted = self.state.parties.get(&owner.organisation).unwrap_or(&owner.organisation);
        if wanted != organisation {
            let relation = Fact::Code(owner.organisation.clone());
            refusals.push(
                Refusal::new("case/wrong-organisation", article.clone()).with("organisation", relation),
            );
        }
        refusals
    }

    /// The money came back: the case stands at the step that paid it again, and its clocks have gone on.
    fn payment_returned(&self, outcome: &str, reason: &str) -> Result<Vec<CaseEvent>, Refusals> {
        let pays = |state: &&State| state.steps().iter().any(|step| step.act == Act::Pay);
        let Some(place) = self.procedure.states.iter().rfind(pays) else {
            return Err(vec![self.refusal("case/nothing-paid")]);
        };
        let Some(payer) = place.steps().iter().find(|step| step.act == Act::Pay) else {
            return Err(vec![self.refusal("case/nothing-paid")]);
        };
        let mut refusals = self.owns(&payer.owner, &payer.article);
        let granted = self.procedure.outcome(outcome).is_some_and(|end| end.ends == Ending::Granted);
        let Some(amount) = self.state.paid.filter(|_| granted) else {
            refusals.push(self.refusal("case/nothing-paid"));
            return Err(refusals);
        };
        if reason.trim().is_empty() || reason.chars().count() > NOTE_CHARACTERS_MAX {
            refusals.push(self.refusal("case/note-missing"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let CaseContext { today: on, calendar, .. } = *self.context;
        let (by, reason) = (self.by(&payer.owner.role), reason.trim().to_owned());
        let mut events = vec![CaseEvent::PaymentReturned { amount, reason, by, on }];
        enter(self.procedure, self.state, &mut events, &place.id, None, &self.facts(), on, calendar);
        Ok(events)
    }

    /// The case begins anew after the counter, or at it where it was not taken.
    fn reopen(&self, because: &str) -> Result<Vec<CaseEvent>, Refusals> {
        let CaseContext { today: on, calendar, .. } = *self.context;
        let (because, by) = (because.to_owned(), self.by("reopen"));
        let mut events = vec![CaseEvent::Reopened { because, by, on }];
        if self.state.accepted.is_some() {
            let to = &self.procedure.intake.to;
            enter(self.procedure, self.state, &mut events, to, None, &self.facts(), on, calendar);
        }
        Ok(events)
    }

    fn withdraw(&self) -> Result<Vec<CaseEvent>, Refusals> {
        let mut refusals = self.applicant_or_counter();
        let lasting = [
            Effect::IssueCertificate,
            Effect::RegisterFiling,
            Effect::CancelNumber,
            Effect::SurrenderCertificate,
            Effect::StopCertificate,
            Effect::ChangePerson,
            Effect::GrantCategory,
            Effect::EndEligibility,
            Effect::AppointLiaison,
            Effect::CancelFiling,
            Effect::RenewFiling,
            Effect::ChoosePlace,
            Effect::LeavePlace,
            // From then on the decision is in force: it is appealed, not withdrawn.
            Effect::AdjudicateClaim,
            Effect::SignAgreement,
            Effect::SuspendAgreement,
            Effect::ResumeAgreement,
            Effect::EndAgreement,
            Effect::ChangeProvider,
            Effect::RecoverOverpaid,
            Effect::RecoverAdvance,
            Effect::BearAdvance,
        ];
        if self.state.paid.is_some() || lasting.iter().any(|effect| self.state.effects.contains(effect)) {
            refusals.push(self.refusal("case/too-late-to-withdraw"));
        }
        let Some(outcome) = self.procedure.ending(Ending::Withdrawn) else {
            return Err(vec![self.refusal("case/too-late-to-withdraw")]);
        };
        if refusals.is_empty() {
            let on = self.context.today;
            let mut events = vec![CaseEvent::Closed { outcome: outcome.id.clone(), on }];
            events.extend(effects(&outcome.effects, &outcome.id, &outcome.article, on));
            Ok(events)
        } else {
            Err(refusals)
        }
    }
}
