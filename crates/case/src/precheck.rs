//! The pre-check: one function for the citizen who asks before coming and for the window that takes the papers.

use crate::clock::{Promise, Start, Suspension, end};
use crate::form::Known;
use crate::material::{Bring, Need, Presented, Reason};
use crate::office::Office;
use crate::procedure::{Procedure, State, Work};
use crate::window::OpenDays;
use policy::expr::Expr;
use std::collections::BTreeSet;
use terms::{Calendar, Day, Fact, Facts, Refusal, Refusals};

/// Everything one may know before coming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precheck {
    /// Nobody has a reason to send the person away on this day: nothing refused, nothing unanswered.
    pub may_come: bool,
    /// The application would be accepted: `may_come`, and the papers presented are complete.
    pub complete: bool,
    /// All refusals at once, those of papers included where papers were presented.
    pub refusals: Refusals,
    /// Questions (facts) that must be answered first.
    pub unanswered: BTreeSet<String>,
    /// The office that answers for it, where the procedure says which.
    pub office: Option<Office>,
    /// What lets the person come: the window or the exception from it, and why papers are not needed.
    pub reasons: Vec<Reason>,
    /// The open days around this day; none where every working day is open or an exception opens all.
    pub open_days: Option<OpenDays>,
    /// The last day to come, for each limit that applies.
    pub limits: Vec<Promise>,
    /// What to bring, and to which step.
    pub bring: Vec<Bring>,
    /// How long it takes when accepted on this day.
    pub how_long: Vec<Promise>,
}

/// Checks an application made on `day` by somebody in `capacity`, on what is known and, where given, on the
/// papers presented.
pub fn precheck(
    procedure: &Procedure,
    capacity: &str,
    facts: &Facts,
    materials: Option<&[Presented]>,
    day: Day,
    calendar: &Calendar,
) -> Precheck {
    let facts = known(procedure, capacity, facts, day);
    let mut check = Precheck {
        may_come: false,
        complete: false,
        refusals: Refusals::new(),
        unanswered: BTreeSet::new(),
        office: None,
        reasons: Vec::new(),
        open_days: None,
        limits: Vec::new(),
        bring: procedure.materials.iter().map(|material| material.bring(&facts, materials)).collect(),
        how_long: promises(procedure, day, day, &[], &facts, calendar),
    };
    check.applicant(procedure, capacity, &facts);
    if !procedure.in_force(day) {
        let refusal = Refusal::new("case/procedure-not-in-force", procedure.article.clone());
        check.refusals.push(refusal.with("from", Fact::Day(procedure.from)));
    }
    for field in procedure.fields().filter(|field| field.required && field.known != Known::Process) {
        if !facts.contains_key(&field.id) {
            check.unanswered.insert(field.id.clone());
        }
    }
    check.jurisdiction(procedure, &facts, day);
    for condition in &procedure.conditions {
        match check.holds(&condition.when, &facts) {
            Some(false) => {
                let refusal = Refusal::new(&condition.refusal, condition.article.clone());
                check.refusals.push(with_facts(refusal, &condition.when, &facts));
            }
            Some(true) => {
                check.reasons.push(Reason { id: condition.id.clone(), article: condition.article.clone() })
            }
            None => {}
        }
    }
    check.limits(procedure, &facts, day, calendar);
    check.window(procedure, &facts, day, calendar);
    check.may_come = check.refusals.is_empty() && check.unanswered.is_empty();
    let mut wrong = Refusals::new();
    for bring in check.bring.iter().filter(|bring| bring.at.is_none()) {
        match &bring.need {
            Need::Needed(refusals) => wrong.extend(refusals.iter().cloned()),
            Need::NotNeeded(reason) if reason.id != "does-not-apply" => check.reasons.push(reason.clone()),
            Need::NotNeeded(_) => {}
            Need::Unknown(missing) => {
                check.unanswered.extend(missing.iter().cloned());
                check.may_come = false;
            }
        }
    }
    check.complete = check.may_come && materials.is_some() && wrong.is_empty();
    check.refusals.extend(wrong);
    check
}

impl Precheck {
    /// Evaluates a condition; what it does not know is asked for.
    fn holds(&mut self, when: &Expr, facts: &Facts) -> Option<bool> {
        match when.holds(facts).holds {
            Ok(holds) => Some(holds),
            Err(undecided) => {
                self.unanswered.extend(undecided.missing);
                None
            }
        }
    }

    fn applicant(&mut self, procedure: &Procedure, capacity: &str, facts: &Facts) {
        let allowed = procedure.applicants.iter().find(|applicant| applicant.capacity == capacity);
        let may = match allowed {
            None => Some(false),
            Some(applicant) => applicant.when.as_ref().map_or(Some(true), |when| self.holds(when, facts)),
        };
        if may == Some(false) {
            let article = allowed.map_or(&procedure.article, |applicant| &applicant.article);
            let may = procedure.applicants.iter().map(|applicant| applicant.capacity.clone()).collect();
            let refusal = Refusal::new("case/wrong-applicant", article.clone());
            self.refusals.push(
                refusal.with("capacity", Fact::Code(capacity.to_owned())).with("may", Fact::Codes(may)),
            );
        }
    }

    /// The office of the district that decides, and the refusal naming it where it is another one.
    fn jurisdiction(&mut self, procedure: &Procedure, facts: &Facts, day: Day) {
        let Some(jurisdiction) = &procedure.jurisdiction else { return };
        let district = match jurisdiction.district.value(facts) {
            Ok(Fact::Code(code) | Fact::Text(code)) => code,
            Ok(_) => return,
            Err(undecided) => return self.unanswered.extend(undecided.missing),
        };
        self.office = jurisdiction.offices.of(&district, day).cloned();
        let name = Fact::Name(jurisdiction.offices.district_name(&district));
        match &self.office {
            Some(office) if office.here => {
                self.reasons
                    .push(Reason { id: jurisdiction.id.clone(), article: jurisdiction.article.clone() });
            }
            Some(office) => {
                let refusal = Refusal::new(&jurisdiction.refusal, jurisdiction.article.clone())
                    .with("district", name)
                    .with("office", Fact::Name(office.name.clone()))
                    .with("address", Fact::Name(office.address.clone()))
                    .with("hours", Fact::Name(office.hours.clone()));
                self.refusals.push(refusal);
            }
            None => self.refusals.push(
                Refusal::new("case/no-office-known", jurisdiction.article.clone()).with("district", name),
            ),
        }
    }

    fn limits(&mut self, procedure: &Procedure, facts: &Facts, day: Day, calendar: &Calendar) {
        for limit in &procedure.limits {
            let applies = limit.when.as_ref().map_or(Some(true), |when| self.holds(when, facts));
            if applies != Some(true) {
                continue;
            }
            let Some(Fact::Day(start)) = facts.get(&limit.starts) else {
                self.unanswered.insert(limit.starts.clone());
                continue;
            };
            let by = limit.span.end(*start, calendar);
            if day > by.day {
                let refusal = Refusal::new(&limit.refusal, limit.article.clone())
                    .with("start", Fact::Day(*start))
                    .with("last_day", Fact::Day(by.day))
                    .with("day", Fact::Day(day))
                    .with("count", Fact::Number(i64::from(limit.span.count)));
                self.refusals.push(refusal);
            } else {
                self.reasons.push(Reason { id: limit.id.clone(), article: limit.article.clone() });
            }
            let (id, name, article) = (limit.id.clone(), limit.name.clone(), limit.article.clone());
            self.limits.push(Promise { id, name, article, by });
        }
    }

    fn window(&mut self, procedure: &Procedure, facts: &Facts, day: Day, calendar: &Calendar) {
        let Some(window) = &procedure.window else {
            return self.counter_open(procedure, day, calendar);
        };
        let mut undecided = BTreeSet::new();
        for exception in &window.exceptions {
            match exception.when.holds(facts).holds {
                Ok(true) => {
                    self.reasons
                        .push(Reason { id: exception.id.clone(), article: exception.article.clone() });
                    return self.counter_open(procedure, day, calendar);
                }
                Ok(false) => {}
                Err(unknown) => undecided.extend(unknown.missing),
            }
        }
        let open = window.around(day, calendar);
        if open.days.contains(&day) {
            self.reasons.push(Reason { id: window.id.clone(), article: window.article.clone() });
        } else if undecided.is_empty() {
            let mut refusal =
                Refusal::new(&window.refusal, window.article.clone()).with("day", Fact::Day(day));
            if let Some(next) = open.days.iter().find(|open| **open > day) {
                refusal = refusal.with("next_open", Fact::Day(*next));
            }
            if let Some(last) = open.days.last() {
                refusal = refusal.with("open_until", Fact::Day(*last));
            }
            self.refusals.push(refusal);
        } else {
            self.unanswered.extend(undecided);
        }
        self.open_days = Some(open);
    }

    /// "Any day" is any day on which the counter is open.
    fn counter_open(&mut self, procedure: &Procedure, day: Day, calendar: &Calendar) {
        if !calendar.is_working(day) {
            let next = calendar.working_on_or_after(day);
            let refusal = Refusal::new("case/counter-closed", procedure.intake.article.clone());
            self.refusals.push(refusal.with("day", Fact::Day(day)).with("next_open", Fact::Day(next)));
        }
    }
}

/// The facts an application is decided on, with those the program itself knows.
pub(crate) fn known(procedure: &Procedure, capacity: &str, facts: &Facts, day: Day) -> Facts {
    let mut known = facts.clone();
    known.extend(procedure.settings.clone());
    known.insert("today".into(), Fact::Day(day));
    known.insert("applicant.capacity".into(), Fact::Code(capacity.to_owned()));
    known
}

/// A refusal with the facts its condition looked at.
pub(crate) fn with_facts(mut refusal: Refusal, when: &Expr, facts: &Facts) -> Refusal {
    for name in when.names() {
        if let Some(fact) = facts.get(name) {
            refusal = refusal.with(name, fact.clone());
        }
    }
    refusal
}

/// The dates an applicant is given when the application, made on `opened`, is accepted on `day`: clocks of the whole
/// case that have started then, and waits and notices, whose steps before them are taken to be done the same day.
pub(crate) fn promises(
    procedure: &Procedure,
    opened: Day,
    day: Day,
    suspensions: &[Suspension],
    facts: &Facts,
    calendar: &Calendar,
) -> Vec<Promise> {
    let started = |start: &Start| match start {
        Start::Opened => Some(opened),
        Start::Accepted | Start::Entered | Start::Step(_) => Some(day),
        Start::Fact(name) => match facts.get(name) {
            Some(Fact::Day(day)) => Some(*day),
            _ => None,
        },
    };
    let until = |span, start: &Start| Some(end(span, started(start)?, suspensions, day, calendar));
    let clocks = procedure.clocks.iter().filter_map(|clock| {
        let by = until(clock.span, &clock.starts)?;
        Some(Promise { id: clock.id.clone(), name: clock.name.clone(), article: clock.article.clone(), by })
    });
    // What is passed over is not promised.
    let comes = |state: &&State| state.when.as_ref().is_none_or(|when| !when.holds(facts).is_no());
    let waits = procedure.states.iter().filter(comes).filter_map(|state| {
        let (span, starts, article) = match &state.work {
            Work::Wait(wait) => (wait.span, &wait.starts, &wait.article),
            Work::Notice(notice) => (notice.span, &Start::Entered, &notice.article),
            Work::Steps { .. } => return None,
        };
        let by = until(span, starts)?;
        Some(Promise { id: state.id.clone(), name: state.name.clone(), article: article.clone(), by })
    });
    clocks.chain(waits).collect()
}
