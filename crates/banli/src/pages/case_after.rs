//! What can be done to a case beside its next step: saying which lines are not reimbursed, giving or correcting the
//! account, telling that a payment came back, and what the person can do against a decision.

use super::case_loaded::{Attempt, Shown, refused};
use super::facts as fields;
use super::parts::{Field, FieldKind, article, day_why, field, hidden, money};
use super::send::send;
use crate::ask::Ask;
use crate::errors::Problem;
use crate::session;
use agency::casework::{About, Command as Casework, about, decided_facts, engine_actor, may_refuse};
use agency::claim::RefusedLine;
use agency::{Capability, CaseId, Command, Organisation};
use case::{Act, Action, Position, Precheck, Procedure, State, Step, precheck};
use maud::{Markup, html};

/// The sections the reader has on this case.
pub fn sections(ask: &Ask<'_>, shown: &Shown<'_>, attempt: &Attempt) -> Result<Markup, Problem> {
    let text = ask.text();
    Ok(html! {
        @if let Some(reason) = &shown.file.state.payment_returned { div.answer.no { p.lead { strong { (text.say("after-returned-now")) } } p { "“" (reason) "”" } } }
        (lines(ask, shown, attempt)?)
        (super::recovery_plan::sections(ask, shown, attempt.typed.as_ref())?)
        @if !shown.file.refused.is_empty() { p.actions { a.button.quiet href=(ask.page().link(&format!("/cases/{}/letter", shown.case))) { (text.say("after-letter")) } } }
        @if shown.file.state.facts.contains_key("recovery.until") { p.actions { a.button.quiet href=(ask.page().link(&format!("/cases/{}/order", shown.case))) { (text.say("recovery-letter")) } } }
        (account(ask, shown, attempt)?)
        (returned(ask, shown)?)
        (against(ask, shown)?)
    })
}

/// Keeps what one of these sections sent.
pub fn act(ask: &Ask<'_>, shown: &Shown<'_>, wish: &str) -> Result<Result<Option<CaseId>, Attempt>, Problem> {
    let case = shown.case;
    let act = |action: Action| Command::Case(Casework::Act { case, action: Box::new(action) });
    let command = match wish {
        "refuse-lines" => {
            let count = shown.file.claim.as_ref().map_or(0, |claim| claim.lines.len());
            let chosen = |line: usize| {
                let ground = ask.form.get(&format!("ground.{line}")).to_owned();
                let note = ask.form.get(&format!("note.{line}")).to_owned();
                (!ground.is_empty()).then_some(RefusedLine { line, ground, note })
            };
            let lines = (0..count).filter_map(chosen).collect();
            Command::Case(Casework::RefuseLines { case, lines })
        }
        "plan" => match super::recovery_plan::read_plan(ask) {
            Ok(instalments) => Command::Case(Casework::PlanRecovery { case, instalments }),
            Err(faults) => return Ok(Err(Attempt { faults, ..Attempt::default() })),
        },
        "take-part" => match super::recovery_plan::read_part(ask) {
            Ok(amount) => Command::Case(Casework::TakePart { case, amount }),
            Err(faults) => return Ok(Err(Attempt { faults, ..Attempt::default() })),
        },
        "account" => {
            let page = ask.page();
            let asked = mendable(shown);
            let wanted = shown.procedure.fields().filter(|field| asked.contains(&field.id));
            let (facts, faults) = fields::read_all(&page, wanted, &ask.form);
            if !faults.is_empty() {
                return Ok(Err(Attempt { faults, ..Attempt::default() }));
            }
            act(Action::GiveFacts(facts))
        }
        "payment-returned" => act(Action::PaymentReturned { reason: ask.form.get("reason").to_owned() }),
        _ => return Err(Problem::Unreadable(wish.chars().take(40).collect())),
    };
    Ok(send(ask, wish, &command)?.map_err(refused))
}

fn start(wish: &str) -> Result<Markup, Problem> {
    Ok(html! { (hidden("key", &session::random_id()?)) (hidden("do", wish)) })
}

/// The lines of the claim, each with a ground where it is not reimbursed.
fn lines(ask: &Ask<'_>, shown: &Shown<'_>, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let reviewer = ask
        .actor
        .as_ref()
        .is_some_and(|actor| may_refuse(shown.procedure, &shown.file, &engine_actor(actor)));
    let Some(claim) = shown.file.claim.as_ref().filter(|_| reviewer) else { return Ok(html! {}) };
    let grounds = &ask.app.office.rules.line_grounds;
    let chosen = |line: usize| -> (String, String) {
        if let Some(typed) = &attempt.typed {
            let of = |what: &str| typed.get(&format!("{what}.{line}")).to_owned();
            return (of("ground"), of("note"));
        }
        let known = shown.file.refused.iter().find(|refused| refused.line == line);
        known.map(|refused| (refused.ground.clone(), refused.note.clone())).unwrap_or_default()
    };
    Ok(html! {
        form.box method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
            h2 { (text.say("after-lines")) }
            p.hint { (text.say("after-lines-hint")) }
            (start("refuse-lines")?)
            ul.tasks {
                @for (place, line) in claim.lines.iter().enumerate() {
                    @let (ground, note) = chosen(place);
                    li {
                        div.grow {
                            label for=(format!("ground-{place}")) { (place + 1) ". " (line.name) " " @if let Some(amount) = line.amount() { (money(amount)) } }
                            select id=(format!("ground-{place}")) name=(format!("ground.{place}")) {
                                option value="" selected[ground.is_empty()] { (text.say("after-line-ok")) }
                                @for one in grounds.iter() { option value=(one.id) selected[one.id == ground] { (text.name(&one.name)) } }
                            }
                            input name=(format!("note.{place}")) maxlength="400" value=(note) aria-label=(text.say("after-line-note")) placeholder=(text.say("after-line-note"));
                        }
                    }
                }
            }
            div.actions { button type="submit" { (text.say("do-refuse-lines")) } }
        }
    })
}

fn here<'s>(shown: &'s Shown<'_>) -> Option<&'s State> {
    match &shown.file.state.position {
        Position::At(id) => shown.procedure.state(id),
        Position::New | Position::Intake | Position::Closed(_) => None,
    }
}

/// Fields the applicant may correct while the present step waits.
fn mendable(shown: &Shown<'_>) -> Vec<String> {
    here(shown).into_iter().flat_map(State::steps).flat_map(|step| step.mends.iter().cloned()).collect()
}

fn is_applicant(ask: &Ask<'_>, shown: &Shown<'_>) -> bool {
    ask.actor.as_ref().is_some_and(|actor| {
        let me = engine_actor(actor);
        let state = &shown.file.state;
        let counter = &shown.procedure.intake.owner;
        state.subject == me.who
            || state.applicant.as_ref().is_some_and(|by| by.who == me.who)
            || (me.roles.contains(&counter.role) && me.organisation == counter.organisation)
    })
}

fn account(ask: &Ask<'_>, shown: &Shown<'_>, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let asked = mendable(shown);
    if asked.is_empty() || !is_applicant(ask, shown) {
        return Ok(html! {});
    }
    let typed = |name: &str| match &attempt.typed {
        Some(typed) => typed.get(name).to_owned(),
        None => shown.facts.get(name).map(ToString::to_string).unwrap_or_default(),
    };
    Ok(html! {
        form.box method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
            h2 { (page.text.say("after-account")) }
            (start("account")?)
            @for one in shown.procedure.fields().filter(|field| asked.contains(&field.id)) { (field(&page, &fields::field(&page, one, false), &[&typed(&one.id)], &attempt.faults)) }
            div.actions { button type="submit" { (page.text.say("do-account")) } }
        }
    })
}

/// The step of the procedure that pays.
fn payer<'s>(shown: &'s Shown<'_>) -> Option<&'s Step> {
    shown.procedure.states.iter().flat_map(State::steps).find(|step| step.act == Act::Pay)
}

fn returned(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let cashier = payer(shown)
        .is_some_and(|step| ask.actor.as_ref().is_some_and(|actor| actor.roles.contains(&step.owner.role)));
    if !cashier || !shown.file.state.is_closed() || shown.file.state.paid.is_none() {
        return Ok(html! {});
    }
    let reason = Field {
        name: "reason".into(),
        label: text.say("after-returned-reason"),
        hint: None,
        kind: FieldKind::Text(200),
        required: true,
    };
    Ok(html! {
        details.fold {
            summary { (text.say("after-returned")) }
            form method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
                (start("payment-returned")?)
                p { (text.say("after-returned-about")) }
                (field(&page, &reason, &[], &super::parts::Faults::new()))
                div.actions { button.stop type="submit" { (text.say("after-returned")) } }
            }
        }
    })
}

/// What can be begun against this case as it stands: for the person, those who applied, and the counter for them.
fn against(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let provider = ask.actor.as_ref().is_some_and(|actor| {
        ask.app.may(actor, Capability::ManageAgreements)
            && shown.file.state.parties.values().any(|party| *party == engine_actor(actor).organisation)
    });
    if !(is_applicant(ask, shown) || provider) {
        return Ok(html! {});
    }
    remedies(ask, shown)
}

/// What can be begun against this case today, each with its last day: by whoever is signed in, and others are asked to.
pub fn remedies(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    if about(shown.procedure) == Some(About::Case) {
        return Ok(html! {});
    }
    let rules = &ask.app.office.rules;
    let facts = ask.app.office.store.with_records(|records| decided_facts(records, rules, shown.case))?;
    let ours = ask.actor.as_ref().is_some_and(|actor| actor.organisation == Organisation::Agency);
    let offered: Vec<(&Procedure, Precheck)> = rules
        .procedures
        .iter()
        .filter(|procedure| about(procedure) == Some(About::Case))
        .map(|procedure| {
            let capacity = procedure.applicants.first().map_or("", |applicant| applicant.capacity.as_str());
            (procedure, precheck(procedure, capacity, &facts, None, page.today(), rules.law.calendar()))
        })
        // A day on which the counter is closed keeps nobody from reading what can be done.
        // What the office begins itself is offered to the office.
        .filter(|(procedure, _)| {
            ours || procedure.applicants.first().is_none_or(|one| one.capacity != "agency")
        })
        .filter(|(_, check)| check.refusals.iter().all(|refusal| refusal.code == "case/counter-closed"))
        .collect();
    Ok(html! {
        @if !offered.is_empty() {
            section.box {
                h2 { (text.say("after-title")) }
                ul.stack { @for (procedure, check) in &offered { li {
                    a.button.quiet href=(page.link(&format!("/cases/new/{}?about={}", procedure.id, shown.case))) { (text.name(&procedure.name)) }
                    p.hint { (text.name(&procedure.gist)) }
                    @for limit in &check.limits { div { (text.say("clock-until")) " " (day_why(&page, &limit.by)) " " (article(&page, &limit.article.0)) } }
                } } }
            }
        }
    })
}
