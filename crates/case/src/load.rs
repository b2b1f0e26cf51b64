//! From a procedure's document to the procedure, with every word checked where it stands.

use crate::clock::{CaseClock, Start};
use crate::document::{
    ApplicantDocument, Choice, ClockDocument, ConditionDocument, ExceptionDocument, JurisdictionDocument,
    LimitDocument, MaterialDocument, ProcedureDocument, StateDocument, StepDocument, TimingDocument,
    WindowDocument,
};
use crate::form::Form;
use crate::material::{Exception, Material};
use crate::model::{self, Places};
use crate::office::{Jurisdiction, Offices};
use crate::procedure::{
    Applicant, Condition, Correction, Intake, Limit, Notice, Outcome, Owner, Procedure, State, Step, Timing,
    Wait, Work,
};
use crate::procedures::RoleOrganisations;
use crate::window::Window;
use policy::expr::{Declared, Expr, Kind};
use policy::scenario::nearest;
use policy::{Diagnostics, Law, Source, Spanned};
use std::collections::BTreeMap;
use std::ops::Range;
use terms::{ArticleId, Day, Fact, Facts};

/// More states than this in one procedure are refused.
const STATES_MAX: usize = 60;

pub(crate) fn procedure(
    law: &Law,
    source: &Source,
    forms: &BTreeMap<String, Form>,
    roles: &RoleOrganisations,
    offices: &Offices,
) -> Result<Procedure, Diagnostics> {
    let document: ProcedureDocument = source.read().map_err(|fault| vec![fault])?;
    let mut loader = Loader {
        law,
        source,
        roles,
        offices,
        declared: Declared::new(),
        in_force: (document.from, document.to),
        faults: Diagnostics::new(),
    };
    let mut used = Vec::new();
    for id in &document.forms {
        match forms.get(id.get_ref()) {
            Some(form) => used.push(form.clone()),
            None => loader.unknown(id, "form", forms.keys()),
        }
    }
    loader.declare(&used, &document.applicant);
    let (procedure, places) = loader.procedure(document, used);
    if loader.faults.is_empty() {
        loader.faults = model::check(&procedure, &places, source);
    }
    if loader.faults.is_empty() { Ok(procedure) } else { Err(loader.faults) }
}

struct Loader<'a> {
    law: &'a Law,
    source: &'a Source,
    roles: &'a RoleOrganisations,
    offices: &'a Offices,
    declared: Declared,
    /// First and last day of the procedure: what it cites is in force all the while.
    in_force: (Day, Option<Day>),
    faults: Diagnostics,
}

type Text = Spanned<String>;

impl Loader<'_> {
    fn fault(&mut self, span: Range<usize>, what: impl Into<String>, cure: impl Into<String>) {
        self.faults.push(self.source.at(span, what, cure));
    }

    fn unknown<'k>(&mut self, word: &Text, what: &str, known: impl Iterator<Item = &'k String>) {
        let known: Vec<&str> = known.map(String::as_str).collect();
        let cure = match nearest(word.get_ref(), &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the known ones are: {}", known.join(", ")),
        };
        self.fault(word.span(), format!("there is no {what} `{}`", word.get_ref()), cure);
    }

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
    }

    fn article(&mut self, id: &Text) -> ArticleId {
        match self.law.article(id.get_ref()) {
            None => {
                let known: Vec<String> = self.law.articles().map(|article| article.id.0.clone()).collect();
                self.unknown(id, "article", known.iter());
            }
            Some(article) => {
                let (from, to) = self.in_force;
                let ends_before = article.to.is_some_and(|end| to.is_none_or(|to| end < to));
                if article.from > from || ends_before {
                    let what = format!("`{}` is not in force on every day of this procedure", article.id);
                    self.fault(
                        id.span(),
                        what,
                        "cite what is in force, or mend `from` and `to` of the procedure",
                    );
                }
            }
        }
        ArticleId(id.get_ref().clone())
    }

    fn code(&mut self, code: &Text) -> String {
        let plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !code.get_ref().split_once('/').is_some_and(|(service, reason)| plain(service) && plain(reason)) {
            let what = format!("`{}` is no refusal code", code.get_ref());
            self.fault(code.span(), what, "write service and reason: `certificate/outside-window`");
        }
        code.get_ref().clone()
    }

    fn when(&mut self, text: &Text) -> Option<Expr> {
        match Expr::read(self.source, text, &self.declared, &Kind::Flag) {
            Ok(expr) => Some(expr),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    fn role(&mut self, role: &Text) -> String {
        if !self.roles.contains_key(role.get_ref()) {
            let roles = self.roles;
            self.unknown(role, "role", roles.keys());
        }
        role.get_ref().clone()
    }

    fn owner(
        &mut self,
        role: Option<&Text>,
        organisation: &str,
        place: &Range<usize>,
        parties: &[String],
    ) -> Owner {
        let role = match role {
            Some(role) => self.role(role),
            None => {
                let cure = "say `role` and `organisation`: whose turn it is";
                self.fault(place.clone(), "this has no owner: nobody would do it", cure);
                String::new()
            }
        };
        let mut known: Vec<String> = self.roles.values().cloned().collect();
        known.extend_from_slice(parties);
        if !known.iter().any(|word| word == organisation) {
            let word = Spanned::new(place.clone(), organisation.to_owned());
            known.sort();
            known.dedup();
            self.unknown(&word, "organisation", known.iter());
        }
        Owner { role, organisation: organisation.to_owned() }
    }

    fn timing(&mut self, timing: Option<&TimingDocument>, place: &Range<usize>) -> Timing {
        match timing {
            Some(timing) if timing.span.count > 0 => {
                Timing { span: timing.span, article: self.article(&timing.article) }
            }
            Some(_) | None => {
                let cure = "give it a `clock` with a span of at least one day and its article";
                self.fault(place.clone(), "this has no clock: it could wait for ever", cure);
                Timing { span: terms::Span::working_days(1), article: ArticleId(String::new()) }
            }
        }
    }

    /// The value the pack has chosen, and by which reading.
    fn choose<T: Clone>(&mut self, choice: &Spanned<Choice<T>>) -> Option<(T, Option<(String, String)>)> {
        let readings = match choice.get_ref() {
            Choice::Plain(value) => return Some((value.clone(), None)),
            Choice::Readings(readings) => readings,
        };
        let law = self.law;
        let Some(setting) = law.setting(&readings.setting) else {
            let known: Vec<String> = law.settings().map(|setting| setting.id.clone()).collect();
            self.unknown(&Spanned::new(choice.span(), readings.setting.clone()), "setting", known.iter());
            return None;
        };
        if !setting.readings.keys().eq(readings.readings.keys()) {
            let known: Vec<&str> = setting.readings.keys().map(String::as_str).collect();
            let cure = format!("give each of these a value, and no other: {}", known.join(", "));
            self.fault(choice.span(), format!("the readings of `{}` are not all here", setting.id), cure);
            return None;
        }
        let value = readings.readings.get(&setting.chosen)?.clone();
        Some((value, Some((setting.id.clone(), setting.chosen.clone()))))
    }

    /// A named day of a fact.
    fn day_fact(&mut self, name: &str, place: Range<usize>) -> String {
        if self.declared.get(name) != Some(&Kind::Day) {
            let days = |(name, kind): (&String, &Kind)| (*kind == Kind::Day).then(|| name.clone());
            let known: Vec<String> = self.declared.iter().filter_map(days).collect();
            self.unknown(&Spanned::new(place, name.to_owned()), "day among the facts called", known.iter());
        }
        name.to_owned()
    }

    fn start(&mut self, choice: &Spanned<Choice<String>>) -> Option<(Start, Option<(String, String)>)> {
        let (text, reading) = self.choose(choice)?;
        let start = match (text.as_str(), text.split_once(' ')) {
            ("opened", _) => Start::Opened,
            ("accepted", _) => Start::Accepted,
            ("entered", _) => Start::Entered,
            (_, Some(("step", step))) => Start::Step(step.to_owned()),
            (_, Some(("fact", name))) => Start::Fact(self.day_fact(name, choice.span())),
            _ => {
                let cure = "write `opened`, `accepted`, `entered`, `step NAME` or `fact NAME`";
                self.fault(choice.span(), format!("`{text}` starts nothing"), cure);
                return None;
            }
        };
        Some((start, reading))
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
        let intake = Intake {
            owner: self.owner(intake.role.as_ref(), &intake.organisation, &intake_place, &parties),
            clock: self.timing(intake.clock.as_ref(), &intake_place),
            effects: intake.effects.clone(),
            to: intake.to.clone(),
            article: self.article(&intake.article),
        };
        places.intake = intake_place;
        if document.state.len() > STATES_MAX {
            self.fault(places.head.clone(), "the procedure has too many states", "split it in two");
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
            clocks: document.clock.iter().filter_map(|clock| self.clock(clock)).collect(),
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

    fn applicant(&mut self, document: &ApplicantDocument) -> Applicant {
        Applicant {
            capacity: document.capacity.clone(),
            when: document.when.as_ref().and_then(|when| self.when(when)),
            article: self.article(&document.article),
        }
    }

    fn condition(&mut self, document: &ConditionDocument) -> Option<Condition> {
        let (when, refusal) = (self.when(&document.when), self.code(&document.refusal));
        let article = self.article(&document.article);
        Some(Condition { id: document.id.clone(), when: when?, refusal, article })
    }

    fn jurisdiction(&mut self, document: &JurisdictionDocument) -> Option<Jurisdiction> {
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
            let cure = "add `offices/*.toml`, or drop the jurisdiction";
            self.fault(text.span(), "there are no offices to choose from", cure);
        }
        let (id, offices) = (document.id.clone(), self.offices.clone());
        Some(Jurisdiction { id, district: district?, offices, refusal, article })
    }

    fn limit(&mut self, document: &LimitDocument) -> Option<Limit> {
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

    fn window(&mut self, document: &WindowDocument) -> Option<Window> {
        if document.first == 0 || document.first > *document.last.get_ref() || *document.last.get_ref() > 28 {
            let cure =
                "the first day is at least 1, the last not before it and at most 28, which every month has";
            self.fault(document.last.span(), "this window has no days or runs past the month", cure);
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

    fn exception(&mut self, document: &ExceptionDocument) -> Option<Exception> {
        let (when, article) = (self.when(&document.when), self.article(&document.article));
        Some(Exception { id: document.id.clone(), when: when?, article })
    }

    fn material(&mut self, spanned: Spanned<MaterialDocument>, places: &mut Places) -> Material {
        let place = spanned.span();
        let document = spanned.into_inner();
        let basis = match &document.basis {
            Some(basis) => self.article(basis),
            None => {
                let what = format!("material `{}` has no legal basis", document.id);
                let cure =
                    "name its article in `basis`; what no article asks for, the office may not ask for";
                self.fault(place.clone(), what, cure);
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

    fn clock(&mut self, document: &ClockDocument) -> Option<CaseClock> {
        let (starts, span) = (self.start(&document.starts), self.choose(&document.span));
        Some(CaseClock {
            id: document.id.clone(),
            name: document.name.clone(),
            starts: starts?.0,
            span: span?.0,
            article: self.article(&document.article),
        })
    }

    fn state(
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
            let what = format!("state `{}` has no owner, or more than one kind of work", document.id);
            self.fault(place, what, "give it steps, or a notice, or a wait: exactly one of them");
            return None;
        }
        let work = if let Some(notice) = &document.notice {
            Work::Notice(Notice {
                owner: self.owner(Some(&notice.role), &notice.organisation, &place, parties),
                span: notice.span,
                clock: self.timing(Some(&notice.clock), &place),
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
            let clock = self.timing(document.clock.as_ref(), &place);
            let steps = document.step.into_iter().map(|step| self.step(step, parties, places)).collect();
            Work::Steps { steps, clock }
        };
        if places.states.insert(document.id.clone(), place.clone()).is_some() {
            self.fault(
                place,
                format!("state `{}` is there twice", document.id),
                "give one of them another id",
            );
        }
        Some(State { id: document.id, name: document.name, work, when, on: document.on })
    }

    fn step(&mut self, spanned: Spanned<StepDocument>, parties: &[String], places: &mut Places) -> Step {
        let place = spanned.span();
        let document = spanned.into_inner();
        for field in &document.fills {
            if !self.declared.contains_key(field.get_ref()) {
                let known: Vec<String> = self.declared.keys().cloned().collect();
                self.unknown(field, "field", known.iter());
            }
        }
        let step = Step {
            owner: self.owner(document.role.as_ref(), &document.organisation, &place, parties),
            requires: document.requires.as_ref().and_then(|required| self.condition(required)),
            article: self.article(&document.article),
            id: document.id,
            name: document.name,
            act: document.act,
            apart_from: document.apart_from.iter().map(|apart| apart.get_ref().clone()).collect(),
            fills: document.fills.into_iter().map(Spanned::into_inner).collect(),
            note: document.note,
            effects: document.effects,
        };
        if places.steps.insert(step.id.clone(), place.clone()).is_some() {
            self.fault(place, format!("step `{}` is there twice", step.id), "give one of them another id");
        }
        step
    }
}

/// The fact that says which reading of a setting is chosen.
fn setting_fact(id: &str) -> String {
    format!("setting.{}", id.replace('-', "_"))
}
