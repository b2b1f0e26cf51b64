//! The parts of a procedure, each from its table in the document.

use super::Loader;
use crate::clock::CaseClock;
use crate::document::{
    ApplicantDocument, ClockDocument, ConditionDocument, ExceptionDocument, JurisdictionDocument,
    LimitDocument, MaterialDocument, StateDocument, StepDocument, WindowDocument,
};
use crate::material::{Exception, Material};
use crate::model::Places;
use crate::office::Jurisdiction;
use crate::owner::Owner;
use crate::procedure::{Applicant, Condition, Deemed, Limit, Notice, State, Step, Wait, Work};
use crate::window::Window;
use policy::expr::{Expr, Kind};
use policy::{Spanned, say};
use terms::ArticleId;

impl Loader<'_> {
    pub(super) fn applicant(&mut self, document: &ApplicantDocument) -> Applicant {
        Applicant {
            capacity: document.capacity.clone(),
            when: document.when.as_ref().and_then(|when| self.when(when)),
            article: self.article(&document.article),
        }
    }

    pub(super) fn condition(&mut self, document: &ConditionDocument) -> Option<Condition> {
        let (when, refusal) = (self.when(&document.when), self.code(&document.refusal));
        let article = self.article(&document.article);
        Some(Condition { id: document.id.clone(), when: when?, refusal, article })
    }

    pub(super) fn jurisdiction(&mut self, document: &JurisdictionDocument) -> Option<Jurisdiction> {
        let text = &document.district;
        let district = match Expr::read(self.source, text, &self.declared, &Kind::Code(Vec::new())) {
            Ok(expr) => Some(expr),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        };
        let (refusal, article) = (self.code(&document.refusal), self.article(&document.article));
        if self.offices.iter().next().is_none() {
            self.fault(text.span(), say("no-offices"), say("no-offices-cure"));
        }
        let (id, offices) = (document.id.clone(), self.offices.clone());
        Some(Jurisdiction { id, district: district?, offices, refusal, article })
    }

    pub(super) fn limit(&mut self, document: &LimitDocument) -> Option<Limit> {
        let (starts, reading) = self.choose(&document.starts)?;
        Some(Limit {
            id: document.id.clone(),
            name: document.name.clone(),
            when: document.when.as_ref().and_then(|when| self.when(when)),
            starts: self.day_fact(&starts, document.starts.span()),
            span: document.span,
            refusal: self.code(&document.refusal),
            article: self.article(&document.article),
            reading,
        })
    }

    pub(super) fn window(&mut self, document: &WindowDocument) -> Option<Window> {
        if document.first == 0 || document.first > *document.last.get_ref() || *document.last.get_ref() > 28 {
            self.fault(document.last.span(), say("window-days"), say("window-days-cure"));
        }
        let (shift, reading) = self.choose(&document.shift)?;
        Some(Window {
            id: document.id.clone(),
            first: document.first,
            last: *document.last.get_ref(),
            shift,
            reading,
            refusal: self.code(&document.refusal),
            article: self.article(&document.article),
            exceptions: document.exception.iter().filter_map(|exception| self.exception(exception)).collect(),
        })
    }

    pub(super) fn exception(&mut self, document: &ExceptionDocument) -> Option<Exception> {
        let (when, article) = (self.when(&document.when), self.article(&document.article));
        Some(Exception { id: document.id.clone(), when: when?, article })
    }

    pub(super) fn material(&mut self, spanned: Spanned<MaterialDocument>, places: &mut Places) -> Material {
        let place = spanned.span();
        let document = spanned.into_inner();
        let basis = match &document.basis {
            Some(basis) => self.article(basis),
            None => {
                let what = say("material-basis").with("material", &document.id);
                self.fault(place.clone(), what, say("material-basis-cure"));
                ArticleId(String::new())
            }
        };
        for code in document.codes.values() {
            self.code(&Spanned::new(place.clone(), code.clone()));
        }
        places.materials.insert(document.id.clone(), place);
        Material {
            basis,
            at: document.at.map(Spanned::into_inner),
            when: document.when.as_ref().and_then(|when| self.when(when)),
            unless: document.unless.iter().filter_map(|exception| self.exception(exception)).collect(),
            filled_by: document.filled_by.as_ref().map(|role| self.role(role)),
            id: document.id,
            name: document.name,
            shape: document.shape,
            accepts: document.accepts,
            sealed_by: document.sealed_by,
            stamp: document.stamp,
            codes: document.codes,
        }
    }

    pub(super) fn clock(&mut self, document: &ClockDocument, office: &Owner) -> Option<CaseClock> {
        let (starts, span) = (self.start(&document.starts), self.choose(&document.span));
        let (starts, span) = (starts?.0, span?.0);
        Some(CaseClock {
            id: document.id.clone(),
            name: document.name.clone(),
            starts,
            span,
            article: self.article(&document.article),
            warn: self.warn(document.warn.as_ref(), office, span),
        })
    }

    pub(super) fn state(
        &mut self,
        spanned: Spanned<StateDocument>,
        parties: &[String],
        places: &mut Places,
    ) -> Option<State> {
        let place = spanned.span();
        let document = spanned.into_inner();
        let when = document.when.as_ref().and_then(|when| self.when(when));
        let works = [!document.step.is_empty(), document.notice.is_some(), document.wait.is_some()];
        if works.iter().filter(|work| **work).count() != 1 {
            let what = say("state-work").with("state", &document.id);
            self.fault(place, what, say("state-work-cure"));
            return None;
        }
        let work = if let Some(notice) = &document.notice {
            let owner = self.owner(Some(&notice.role), &notice.organisation, &place, parties);
            Work::Notice(Notice {
                span: notice.span,
                clock: self.timing(Some(&notice.clock), &owner, &place),
                owner,
                shows: notice.shows.clone(),
                article: self.article(&notice.article),
            })
        } else if let Some(wait) = &document.wait {
            let owner = self.owner(Some(&wait.role), &wait.organisation, &place, parties);
            let (starts, span) = (self.start(&wait.starts)?, self.choose(&wait.span)?);
            let readings = [starts.1, span.1].into_iter().flatten().collect();
            Work::Wait(Wait {
                owner,
                starts: starts.0,
                span: span.0,
                article: self.article(&wait.article),
                readings,
            })
        } else {
            let steps: Vec<Step> =
                document.step.into_iter().map(|step| self.step(step, parties, places)).collect();
            let owner = steps.first().map(|step| step.owner.clone());
            let owner = owner.unwrap_or(Owner { role: String::new(), organisation: String::new() });
            let clock = self.timing(document.clock.as_ref(), &owner, &place);
            let deemed = document
                .deemed
                .as_ref()
                .map(|deemed| Deemed { way: deemed.way, article: self.article(&deemed.article) });
            Work::Steps { steps, clock, deemed }
        };
        if places.states.insert(document.id.clone(), place.clone()).is_some() {
            self.fault(place, say("state-twice").with("id", &document.id), say("twice-cure"));
        }
        Some(State { id: document.id, name: document.name, work, when, on: document.on })
    }

    pub(super) fn step(
        &mut self,
        spanned: Spanned<StepDocument>,
        parties: &[String],
        places: &mut Places,
    ) -> Step {
        let place = spanned.span();
        let document = spanned.into_inner();
        for field in document.fills.iter().chain(&document.mends) {
            if !self.declared.contains_key(field.get_ref()) {
                let known: Vec<String> = self.declared.keys().cloned().collect();
                self.unknown(field, say("no-field"), known.iter());
            }
        }
        if document.panel.is_some_and(|panel| panel.needs == 0 || panel.needs > panel.of) {
            self.fault(place.clone(), say("panel-never"), say("panel-never-cure"));
        }
        let step = Step {
            owner: self.owner(document.role.as_ref(), &document.organisation, &place, parties),
            requires: document.requires.as_ref().and_then(|required| self.condition(required)),
            article: self.article(&document.article),
            id: document.id,
            name: document.name,
            act: document.act,
            panel: document.panel,
            apart_from: document.apart_from.iter().map(|apart| apart.get_ref().clone()).collect(),
            fills: document.fills.into_iter().map(Spanned::into_inner).collect(),
            mends: document.mends.into_iter().map(Spanned::into_inner).collect(),
            note: document.note,
            effects: document.effects,
        };
        if places.steps.insert(step.id.clone(), place.clone()).is_some() {
            self.fault(place, say("step-twice").with("id", &step.id), say("twice-cure"));
        }
        step
    }
}
