//! From a procedure's document to the procedure, with every word checked where it stands.

mod parts;
mod words;

use crate::document::{ApplicantDocument, ProcedureDocument};
use crate::duty::Duty;
use crate::form::Form;
use crate::model::{self, Places};
use crate::office::Offices;
use crate::procedure::{Correction, Intake, Outcome, Procedure};
use crate::role::RoleOrganisations;
use crate::warning::Warnings;
use policy::expr::{Declared, Kind};
use policy::{Diagnostics, Law, Source, Spanned, say};
use std::collections::BTreeMap;
use terms::{Day, Fact, Facts};

/// More states than this in one procedure are refused.
const STATES_MAX: usize = 60;

/// What the pack says beside its procedures.
pub(crate) struct Known<'a> {
    pub(crate) forms: &'a BTreeMap<String, Form>,
    pub(crate) roles: &'a RoleOrganisations,
    pub(crate) offices: &'a Offices,
    pub(crate) warnings: &'a Warnings,
    pub(crate) duties: &'a [Duty],
}

pub(crate) fn procedure(law: &Law, source: &Source, known: &Known<'_>) -> Result<Procedure, Diagnostics> {
    let document: ProcedureDocument = source.read().map_err(|fault| vec![fault])?;
    let mut loader = Loader {
        law,
        source,
        roles: known.roles,
        offices: known.offices,
        warnings: known.warnings,
        declared: Declared::new(),
        in_force: (document.from, document.to),
        faults: Diagnostics::new(),
    };
    let mut used = Vec::new();
    for id in &document.forms {
        match known.forms.get(id.get_ref()) {
            Some(form) => used.push(form.clone()),
            None => loader.unknown(id, say("no-form"), known.forms.keys()),
        }
    }
    loader.declare(&used, &document.applicant);
    let (procedure, places) = loader.procedure(document, used);
    if loader.faults.is_empty() {
        loader.faults = model::check(&procedure, known.duties, &places, source);
    }
    if loader.faults.is_empty() { Ok(procedure) } else { Err(loader.faults) }
}

struct Loader<'a> {
    law: &'a Law,
    source: &'a Source,
    roles: &'a RoleOrganisations,
    offices: &'a Offices,
    /// Who is told ahead of a date, by organisation, where a clock does not say.
    warnings: &'a Warnings,
    declared: Declared,
    /// First and last day of the procedure: what it cites is in force all the while.
    in_force: (Day, Option<Day>),
    faults: Diagnostics,
}

type Text = Spanned<String>;

impl Loader<'_> {
    /// What conditions may speak of.
    fn declare(&mut self, forms: &[Form], applicants: &[ApplicantDocument]) {
        let fields = forms.iter().flat_map(|form| &form.fields);
        self.declared.extend(fields.map(|field| (field.id.clone(), field.kind.clone())));
        for setting in self.law.settings() {
            let readings = setting.readings.keys().cloned().collect();
            self.declared.insert(setting_fact(&setting.id), Kind::Code(readings));
        }
        let capacities = applicants.iter().map(|applicant| applicant.capacity.clone()).collect();
        self.declared.insert("applicant.capacity".into(), Kind::Code(capacities));
        self.declared.insert("today".into(), Kind::Day);
        self.declared.insert("actor.title".into(), Kind::Text);
        self.declared.insert("actor.organisation".into(), Kind::Text);
        self.declared.insert("actor.decided_before".into(), Kind::Flag);
    }

    fn procedure(&mut self, document: ProcedureDocument, forms: Vec<Form>) -> (Procedure, Places) {
        let mut places = Places {
            head: document.id.span(),
            correction: document.correction.then.span(),
            ..Places::default()
        };
        let parties = document.parties;
        let intake_place = document.intake.span();
        let intake = document.intake.get_ref();
        let owner = self.owner(intake.role.as_ref(), &intake.organisation, &intake_place, &parties);
        let intake = Intake {
            clock: self.timing(intake.clock.as_ref(), &owner, &intake_place),
            owner,
            effects: intake.effects.clone(),
            to: intake.to.clone(),
            article: self.article(&intake.article),
        };
        let clocks = document.clock.iter().filter_map(|clock| self.clock(clock, &intake.owner)).collect();
        places.intake = intake_place;
        if document.state.len() > STATES_MAX {
            self.fault(places.head.clone(), say("states-many"), say("split-cure"));
        }
        let correction = Correction {
            span: document.correction.span,
            then: document.correction.then.get_ref().clone(),
            article: self.article(&document.correction.article),
        };
        let procedure = Procedure {
            id: document.id.get_ref().clone(),
            name: document.name,
            gist: document.gist,
            article: self.article(&document.article),
            from: document.from,
            to: document.to,
            covers: document.covers,
            applicants: document.applicant.iter().map(|applicant| self.applicant(applicant)).collect(),
            jurisdiction: document.jurisdiction.as_ref().and_then(|one| self.jurisdiction(one)),
            conditions: document.condition.iter().filter_map(|condition| self.condition(condition)).collect(),
            limits: document.limit.iter().filter_map(|limit| self.limit(limit)).collect(),
            window: document.window.as_ref().and_then(|window| self.window(window)),
            materials: document
                .material
                .into_iter()
                .map(|material| self.material(material, &mut places))
                .collect(),
            intake,
            correction,
            clocks,
            returns_max: document.returns_max,
            states: document
                .state
                .into_iter()
                .filter_map(|state| self.state(state, &parties, &mut places))
                .collect(),
            outcomes: document
                .outcome
                .into_iter()
                .map(|outcome| {
                    places.outcomes.insert(outcome.get_ref().id.clone(), outcome.span());
                    let outcome = outcome.into_inner();
                    let article = self.article(&outcome.article);
                    Outcome {
                        id: outcome.id,
                        name: outcome.name,
                        ends: outcome.ends,
                        effects: outcome.effects,
                        article,
                    }
                })
                .collect(),
            settings: self.settings(),
            parties,
            forms,
        };
        (procedure, places)
    }

    fn settings(&self) -> Facts {
        let fact =
            |setting: &policy::Setting| (setting_fact(&setting.id), Fact::Code(setting.chosen.clone()));
        self.law.settings().map(fact).collect()
    }
}

/// The fact that says which reading of a setting is chosen.
fn setting_fact(id: &str) -> String {
    format!("setting.{}", id.replace('-', "_"))
}
