//! The page of a case: the papers at the left, the present step in the middle, clock, people and timeline at the
//! right, the flow chart below. It reads from top to bottom like a story.

use super::access::{self, party_name};
use super::case_desk;
use super::case_scans;
use super::case_status;
use super::case_story::story;
use super::cases::number;
use super::claim_form;
use super::facts as fields;
use super::parts::{
    Arrow, Box as FlowBox, Choice, ClockView, Faults, Field, FieldKind, Moment, Page, Place, Shape, Standing,
    article, clock, field, flow_chart, frame, hidden, papers, reason, refusals, status, timeline,
};
use crate::ask::{Ask, Fields};
use crate::errors::Problem;
use crate::session;
use agency::casework::{CaseFile, engine_actor, known_facts};
use agency::{CaseId, Organisation, StreamId};
use case::{
    Act, CaseState as FileState, Known, Next, Owner, Position, Precheck, Presented, Procedure, Way, What,
    Work, clocks, next_actions, precheck,
};
use maud::{Markup, html};
use terms::{Facts, Refusals};

/// What went wrong with the last attempt, and what was typed in it.
#[derive(Default)]
pub struct Attempt {
    /// Faults of fields.
    pub faults: Faults,
    /// Refusals of the office.
    pub refusals: Refusals,
    /// What was typed.
    pub typed: Option<Fields>,
    /// What others did to the case since the form was opened.
    pub meanwhile: Vec<Moment>,
}

/// A case with all that its page shows.
pub struct Shown<'a> {
    /// Which.
    pub case: CaseId,
    /// Its procedure.
    pub procedure: &'a Procedure,
    /// Its file.
    pub file: CaseFile,
    /// What is known of it: its own facts and the registers'.
    pub facts: Facts,
    /// The window's check, on the papers held.
    pub check: Precheck,
}

/// The case of the path, where the reader may see it.
pub fn load<'a>(ask: &'a Ask<'_>) -> Result<Shown<'a>, Problem> {
    let shown = loaded(ask, ask.part(0)?)?;
    if !access::may_see_case(ask, shown.procedure, &shown.file) {
        return Err(Problem::NotFound);
    }
    Ok(shown)
}

/// A case, whoever asks: whether they may see it the caller finds out.
pub fn loaded<'a>(ask: &'a Ask<'_>, case: CaseId) -> Result<Shown<'a>, Problem> {
    let file = ask.app.office.store.read(|reader| reader.case_file(case))?.ok_or(Problem::NotFound)?;
    let rules = &ask.app.office.rules;
    let procedure = rules.procedure_of(&file.state).ok_or(Problem::NotFound)?;
    let today = ask.now.day();
    let FileState { subject, parties, .. } = &file.state;
    let mut facts = ask
        .app
        .office
        .store
        .with_records(|records| known_facts(records, rules, procedure, subject, parties, &file, today))?;
    // What the case itself was told comes after what registers say of the same name, as the engine has it.
    let registered = facts.clone();
    facts.extend(file.state.facts.clone());
    facts.extend(registered);
    let held: Vec<Presented> = file.state.materials.values().cloned().collect();
    let day = file.state.opened.unwrap_or(today);
    let check = precheck(procedure, &file.state.capacity, &facts, Some(&held), day, rules.law.calendar());
    Ok(Shown { case, procedure, file, facts, check })
}

/// The page.
pub fn page(ask: &Ask<'_>, shown: &Shown<'_>, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let Shown { case, procedure, file, check, .. } = shown;
    let state = &file.state;
    if let Some(subject) = file.subject() {
        access::note_look(ask, subject, &format!("case/{case}"), text.name(&procedure.name))?;
    }
    let person = party_name(ask, &state.subject);
    let registered = match file.subject() {
        Some(subject) => ask.app.office.store.with_records(|records| records.person(subject))?,
        None => None,
    };
    let may_open = registered.is_some_and(|person| access::may_see_settlements(ask, &person.registered));
    let next = next_actions(procedure, state, page.today(), page.law.calendar());
    let running = clocks(procedure, state, page.today(), page.law.calendar());
    let events = ask.app.office.store.read(|reader| reader.stream(&StreamId::Case(*case).to_string()))?;
    let settlements = ask.app.office.store.read(|reader| reader.settlements_of_case(*case))?;
    let at_counter = check.bring.iter().filter(|bring| bring.at.is_none());
    let later = check.bring.iter().filter(|bring| bring.at.is_some());
    let scans = all_scans(ask, shown)?;
    let desk = case_desk::show(ask, shown)?;
    let public = ask.actor.as_ref().is_some_and(|actor| actor.organisation == agency::Organisation::Public);
    // The counter's form is long; after it there is room in the middle for the story.
    let in_middle = state.position != Position::Intake;
    let told = html! { section.box { h2 { (text.say("case-story")) } (timeline(&story(ask, procedure, &events)?)) } };
    let content = html! {
        div.stack {
            (refusals(&page, &attempt.faults, &attempt.refusals))
            @if !attempt.meanwhile.is_empty() {
                section.faults role="alert" tabindex="-1" id="faults" aria-labelledby="faults-title" {
                    h2 id="faults-title" { (text.say("case-meanwhile")) }
                    (timeline(&attempt.meanwhile))
                    p.cure { (text.say("case-meanwhile.cure")) }
                }
            }
            div.columns {
                section.box aria-labelledby="papers" {
                    h2 id="papers" { (text.say("case-papers")) }
                    (papers(&page, &super::papers::of_case(&page, state, at_counter)))
                    @let later = super::papers::of_case(&page, state, later);
                    @if !later.is_empty() { h3 { (text.say("precheck-bring-later")) } (papers(&page, &later)) }
                    (scans)
                }
                section.stack.act id="act" aria-label=(text.say("case-act")) {
                    @if public { (case_status::summary(ask, shown)) } @else { (answer(&page, shown)) }
                    (to_print(&page, shown))
                    @for one in &next { (act(ask, shown, one, attempt)?) }
                    (super::case_after::sections(ask, shown, attempt)?)
                    (withdraw(ask, shown)?)
                    @for row in &settlements { p.answer { @if may_open { a href=(page.link(&format!("/settlements/{}", row.id))) { (text.with("settlement-sentence", &[("own", text.yuan(row.psn_cash_pay).into()), ("funds", text.yuan(row.fund_pay_sumamt).into())])) } } @else { (text.with("settlement-sentence", &[("own", text.yuan(row.psn_cash_pay).into()), ("funds", text.yuan(row.fund_pay_sumamt).into())])) } } }
                    @if in_middle { (told) }
                    @if !state.facts.is_empty() {
                        details.box open[matches!(state.position, Position::At(_))] { summary { (text.say("case-facts")) } (facts_list(&page, procedure, &state.facts)) }
                    }
                }
                div.stack.aside {
                    (desk)
                    @for running in &running {
                        section.box { (clock(&page, &ClockView {
                            name: text.name(&running.name).to_owned(),
                            start: state.entered.or(state.opened).unwrap_or(page.today()),
                            end: running.due.clone(),
                            suspended: running.stopped,
                            article: running.article.0.clone(),
                        })) }
                    }
                    section.box {
                        h2 { (text.say("case-people")) }
                        dl.facts {
                            dt { (text.say("column-person")) } dd { (person) }
                            dt { (text.say("case-capacity")) } dd { (text.code(&state.capacity)) @if let Some(by) = &state.applicant { " · " (party_name(ask, &by.who)) } }
                            @for (relation, party) in &state.parties { dt { (text.code(relation)) } dd { (party_name(ask, party)) } }
                        }
                    }
                    @if !in_middle { (told) }
                }
            }
            section.box { h2 { (text.say("case-flow")) } (flow(&page, procedure, file)) }
        }
    };
    let title = format!("{} {}", number(*case), text.name(&procedure.name));
    let crumbs = [("/home", text.say("nav-home"))];
    let beside = html! { p { (person) " · " (article(&page, &procedure.article.0)) } };
    Ok(frame(&page, Shape::Desk, &title, &crumbs, &beside, &content))
}

/// The papers that can be printed for the applicant now.
fn to_print(page: &Page<'_>, shown: &Shown<'_>) -> Markup {
    let text = page.text;
    let state = &shown.file.state;
    let link = |what: &str| page.link(&format!("/cases/{}/{what}", shown.case));
    html! {
        p.actions {
            @if state.correction.is_some() { a.button.quiet href=(link("one-time-notice")) { (text.say("do-print-notice")) } }
            @else if !matches!(state.position, Position::Closed(_)) { a.button.quiet href=(link("receipt")) { (text.say("do-print-receipt")) } }
        }
    }
}

/// The scans of every paper, for whoever works on the case.
fn all_scans(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let text = ask.text();
    let mut parts = vec![];
    for (material, _) in shown.file.state.scans.iter().filter(|(_, kept)| !kept.is_empty()) {
        let known = shown.procedure.material(material);
        let name = known.map_or_else(|| text.code(material), |known| text.name(&known.name).to_owned());
        let list = case_scans::list(ask, shown, material, false)?;
        parts.push(html! { p { (name) } (list) });
    }
    Ok(html! { @if !parts.is_empty() { h3 { (text.say("scans")) } @for part in &parts { (part) } } })
}

/// First the answer: where the case stands, in one sentence.
fn answer(page: &Page<'_>, shown: &Shown<'_>) -> Markup {
    let text = page.text;
    let state = &shown.file.state;
    match &state.position {
        Position::Closed(outcome) => {
            let outcome = shown.procedure.outcome(outcome);
            let granted = outcome.is_some_and(|outcome| outcome.ends == case::Ending::Granted);
            html! {
                div.answer.no[!granted] {
                    p.lead { strong { (outcome.map_or("", |outcome| text.name(&outcome.name))) } }
                    @if let Some(paid) = state.paid { p { (text.say("case-paid")) (text.colon()) (text.yuan(paid)) } }
                    @for refusal in &state.declined { div { (reason(page, refusal)) } }
                    @if let Some(outcome) = outcome { p { (article(page, &outcome.article.0)) } }
                }
            }
        }
        Position::Intake if state.correction.is_some() => html! {
            @if let Some(correction) = &state.correction {
                div.answer.no {
                    p.lead { strong { (text.with("case-missing", &[("count", correction.missing.len().into())])) } }
                    ul.stack { @for refusal in &correction.missing { li { (reason(page, refusal)) } } }
                    p { (text.say("case-missing-until")) " " (super::parts::day_why(page, &correction.until)) }
                }
            }
        },
        _ => html! {},
    }
}

fn facts_list(page: &Page<'_>, procedure: &Procedure, facts: &Facts) -> Markup {
    html! {
        dl.facts {
            @for field in procedure.fields() {
                @if let Some(fact) = facts.get(&field.id) { dt { (page.text.name(&field.label)) } dd { (fields::said(page, field, fact)) } }
            }
        }
    }
}

/// Whether the reader may do what is next, as far as roles tell; the engine decides when it is sent.
fn is_mine(ask: &Ask<'_>, next: &Next) -> bool {
    let Some(actor) = &ask.actor else { return false };
    let me = engine_actor(actor);
    let owner = |owner: &Owner| {
        actor.roles.contains(&owner.role) && next.organisation.as_deref() == Some(me.organisation.as_str())
    };
    next.owner.as_ref().is_some_and(owner) && !next.not.contains(&me.who)
}

/// What is next: the reader's form, or who has it and until when.
fn act(ask: &Ask<'_>, shown: &Shown<'_>, next: &Next, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let is_applicant = ask.actor.as_ref().is_some_and(|actor| {
        shown.file.state.applicant.as_ref().is_some_and(|by| by.who == engine_actor(actor).who)
    });
    let at_counter =
        ask.actor.as_ref().is_some_and(|actor| actor.roles.contains(&shown.procedure.intake.owner.role));
    // An organisation hands its papers in itself; a person's originals are seen at the counter.
    let hands_in = is_applicant
        && ask.actor.as_ref().is_some_and(|actor| matches!(actor.organisation, Organisation::Provider(_)));
    let mine = is_mine(ask, next)
        || (next.what == What::Mend && (is_applicant || at_counter))
        || (next.what == What::Intake && hands_in);
    if !mine || next.what == What::Wait {
        let who = next
            .owner
            .as_ref()
            .map_or_else(|| text.say("case-applicant"), |owner| role_name(ask, &owner.role));
        let organisation = next
            .organisation
            .as_deref()
            .map(|organisation| party_name(ask, organisation))
            .unwrap_or_default();
        return Ok(html! {
            div.box {
                header { h2 { (text.name(&next.name)) } (status(Standing::Waiting, &text.say("case-waiting"))) }
                p { (text.with("case-waits-for", &[("who", who.into()), ("where", organisation.into())])) }
                @if let Some(due) = &next.due { p { (text.say("clock-until")) " " (super::parts::day_why(&page, due)) } }
                p { (article(&page, &next.article.0)) }
            }
        });
    }
    let key = session::random_id()?;
    let inner = match &next.what {
        What::Intake | What::Mend => intake(ask, shown, next, attempt)?,
        What::Step { step, act } => step_form(ask, shown, step, *act, attempt)?,
        What::StartNotice => {
            html! { (hidden("do", "notice")) div.actions { button type="submit" { (text.say("do-notice")) } } }
        }
        What::Hear { objection } => hear(&page, shown, *objection, attempt),
        What::Wait => html! {},
    };
    Ok(html! {
        form.box method="post" novalidate enctype="multipart/form-data" action=(page.link(&format!("/cases/{}/act", shown.case))) {
            header { h2 { (text.name(&next.name)) } (status(Standing::Mine, &text.say("case-mine"))) }
            (hidden("key", &key))
            (hidden("version", &shown.file.version.to_string()))
            (inner)
            p { (article(&page, &next.article.0)) }
        }
    })
}

/// What a role is called.
pub fn role_name(ask: &Ask<'_>, id: &str) -> String {
    ask.app
        .office
        .rules
        .roles
        .get(id)
        .map_or_else(|| ask.text().code(id), |role| ask.text().name(&role.name).to_owned())
}

/// The window's form: facts, claim, papers, what the check says, and the decision.
fn intake(ask: &Ask<'_>, shown: &Shown<'_>, next: &Next, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let procedure = shown.procedure;
    let state = &shown.file.state;
    let wanted = |field: &&case::Field| field.known == Known::Applicant && !field.id.starts_with("claim.");
    let with_claim = procedure.fields().any(|field| field.id.starts_with("claim."));
    let typed = |name: &str| -> Vec<String> {
        match (&attempt.typed, state.facts.get(name)) {
            (Some(typed), _) => typed.all(name).into_iter().map(str::to_owned).collect(),
            (None, Some(terms::Fact::Codes(codes))) => codes.clone(),
            (None, Some(fact)) => vec![fact.to_string()],
            (None, None) => vec![],
        }
    };
    let by_officer =
        ask.actor.as_ref().is_some_and(|actor| actor.roles.contains(&procedure.intake.owner.role));
    Ok(html! {
        @for asked in procedure.fields().filter(wanted) {
            @let typed = typed(&asked.id);
            (field(&page, &fields::field(&page, asked, false), &typed.iter().map(String::as_str).collect::<Vec<_>>(), &attempt.faults))
        }
        @if with_claim { (claim_form::show(ask, shown.file.claim.as_ref(), attempt.typed.as_ref(), &attempt.faults)) }
        (paper_boxes(ask, shown, None, attempt)?)
        @if by_officer && next.what == What::Intake {
            (check_now(&page, shown))
            div.actions {
                button type="submit" name="do" value="accept" { (text.say("do-accept")) }
                button.quiet type="submit" name="do" value="save" { (text.say("do-save")) }
                button.quiet type="submit" name="do" value="ask" { (text.say("do-ask")) }
                button.stop type="submit" name="do" value="decline" { (text.say("do-decline")) }
            }
        } @else {
            div.actions { button type="submit" name="do" value="save" { (text.say("do-hand-in")) } }
        }
    })
}

/// What the check says of the case as it is kept: everything at once, before anybody decides.
fn check_now(page: &Page<'_>, shown: &Shown<'_>) -> Markup {
    let text = page.text;
    let check = &shown.check;
    html! {
        @if check.complete { p.note { (text.say("case-complete")) } }
        @else {
            details.fold open {
                summary { (text.with("case-incomplete", &[("count", (check.refusals.len() + check.unanswered.len()).into())])) }
                ul.stack {
                    @for refusal in &check.refusals { li { (reason(page, refusal)) } }
                    @for name in &check.unanswered {
                        @let label = shown.procedure.fields().find(|field| field.id == *name).map_or(name.clone(), |field| text.name(&field.label).to_owned());
                        li { (text.with("case-unanswered", &[("what", label.into())])) }
                    }
                }
            }
        }
    }
}

/// One row of boxes for each paper asked for at this point: what is ticked is what was seen.
fn paper_boxes(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    at: Option<&str>,
    attempt: &Attempt,
) -> Result<Markup, Problem> {
    let text = ask.text();
    let mut scans = vec![];
    let asked: Vec<&case::Bring> = shown
        .check
        .bring
        .iter()
        .filter(|bring| bring.at.as_deref() == at && !matches!(bring.need, case::Need::NotNeeded(_)))
        .collect();
    let tick = |bring: &case::Bring, what: &str, held: bool, label: String| {
        let name = format!("paper.{}.{what}", bring.material);
        let ticked = attempt.typed.as_ref().map_or(held, |typed| typed.get(&name) == "true");
        html! { label.tick { input type="checkbox" name=(name) value="true" checked[ticked]; " " (label) } }
    };
    for bring in &asked {
        let name = text.name(&bring.name);
        let list = case_scans::list(ask, shown, &bring.material, true)?;
        scans.push(html! { (list) (case_scans::input(ask, &bring.material, name, &attempt.faults)) });
    }
    Ok(html! {
        @if !asked.is_empty() {
            fieldset {
                legend { (text.say("case-papers-seen")) }
                ul.tasks.entry { @for (bring, scans) in asked.iter().zip(&scans) { li {
                    @let piece = shown.file.state.materials.get(&bring.material).and_then(|held| held.pieces.first());
                    div.grow {
                        strong { (text.name(&bring.name)) }
                        div.ticks {
                            @if bring.shape != case::Shape::Copy { (tick(bring, "original", piece.is_some_and(|piece| piece.original), text.say("paper-original"))) }
                            @if bring.shape != case::Shape::Original { (tick(bring, "copy", piece.is_some_and(|piece| piece.copies > 0), text.say("paper-is-copy"))) }
                            @if let Some(role) = &bring.filled_by { (tick(bring, "filled", piece.is_some_and(|piece| piece.filled_by.is_some()), text.with("paper-filled-by", &[("role", text.code(role).into())]))) }
                            @if let Some(seal) = &bring.sealed_by { (tick(bring, "sealed", piece.is_some_and(|piece| piece.seals.contains(seal)), text.with("paper-sealed-by", &[("seal", text.code(seal).into())]))) }
                            @if let Some(stamp) = &bring.stamp { (tick(bring, "stamped", piece.is_some_and(|piece| piece.stamps.contains(stamp)), text.with("paper-stamp", &[("stamp", text.code(stamp).into())]))) }
                        }
                        (scans)
                    }
                } } }
            }
        }
    })
}

/// A step: what it fills in, what was shown, the decision, the note.
fn step_form(
    ask: &Ask<'_>,
    shown: &Shown<'_>,
    id: &str,
    act: Act,
    attempt: &Attempt,
) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let here = match &shown.file.state.position {
        Position::At(state) => shown.procedure.state(state),
        _ => None,
    };
    let Some((here, step)) = here.and_then(|state| Some((state, state.step(id)?))) else {
        return Ok(html! {});
    };
    let typed = |name: &str| attempt.typed.as_ref().map_or("", |typed| typed.get(name)).to_owned();
    let mut decisions = vec![(
        "approved",
        if matches!(act, Act::Decide | Act::Consult) { "decide-approve" } else { "decide-done" },
    )];
    if here.on.contains_key(&Way::Rejected) {
        decisions.push(("rejected", "decide-reject"));
    }
    if here.on.contains_key(&Way::Returned) {
        decisions.push(("returned", "decide-return"));
    }
    let only = decisions.len() == 1;
    let choices = decisions
        .into_iter()
        .map(|(value, key)| Choice { value: value.into(), label: text.say(key), hint: None })
        .collect();
    let line = |name: &str, key: &str, kind: FieldKind, required: bool| Field {
        name: name.to_owned(),
        label: text.say(key),
        hint: None,
        kind,
        required,
    };
    Ok(html! {
        (hidden("step", id))
        @if let Some(panel) = step.panel { p.note { (text.with("panel-so-far", &[("of", panel.of.into()), ("needs", panel.needs.into()), ("spoken", shown.file.state.votes(id).count().into())])) } }
        @for name in &step.fills {
            @if let Some(asked) = shown.procedure.fields().find(|field| field.id == *name) {
                @let kept = shown.facts.get(name).map(ToString::to_string).unwrap_or_default();
                @let value = if attempt.typed.is_some() { typed(name) } else { kept };
                (field(&page, &fields::field(&page, asked, false), &[&value], &attempt.faults))
            }
        }
        (paper_boxes(ask, shown, Some(id), attempt)?)
        @if act == Act::Pay {
            (amount_due(ask, shown))
            (field(&page, &line("payee", "pay-payee", FieldKind::Text(60), true), &[&typed("payee")], &attempt.faults))
            (field(&page, &line("method", "pay-method", FieldKind::Radio(["transfer", "window"].map(|value| Choice { value: value.into(), label: text.code(value), hint: None }).into()), true), &[&typed("method")], &attempt.faults))
        }
        @if only { (hidden("decision", "approved")) }
        @else { (field(&page, &line("decision", "decide", FieldKind::Radio(choices), true), &[&typed("decision")], &attempt.faults)) }
        (field(&page, &line("note", "note", FieldKind::Lines(1000), step.note), &[&typed("note")], &attempt.faults))
        (hidden("do", if act == Act::Pay { "pay" } else { "step" }))
        div.actions { button type="submit" { (text.say(match act { Act::Sign => "do-sign", Act::Seal => "do-seal", Act::Issue => "do-issue", Act::Pay => "do-pay", Act::Reply => "do-reply", Act::Decide | Act::Consult => "do-decide" })) } }
    })
}

fn amount_due(ask: &Ask<'_>, shown: &Shown<'_>) -> Markup {
    let Some(actor) = &ask.actor else { return html! {} };
    let due = ask.app.office.store.with_records(|records| {
        let context = agency::Context {
            rules: &ask.app.office.rules,
            actor,
            now: ask.now,
            ids: agency::Ids::default(),
        };
        agency::casework::amount_due(records, &context, shown.case)
    });
    html! { @if let Ok(Some(due)) = due { p.amount { (ask.text().yuan(due)) } } }
}

fn hear(page: &Page<'_>, shown: &Shown<'_>, objection: u32, attempt: &Attempt) -> Markup {
    let text = page.text;
    let said = shown
        .file
        .state
        .objections
        .get(&objection)
        .map(|objection| objection.text.as_str())
        .unwrap_or_default();
    let choices = [("true", "hear-upheld"), ("false", "hear-dismissed")]
        .map(|(value, key)| Choice { value: value.into(), label: text.say(key), hint: None })
        .into();
    let upheld = Field {
        name: "upheld".into(),
        label: text.say("hear"),
        hint: Some(said.to_owned()),
        kind: FieldKind::Radio(choices),
        required: true,
    };
    let note = Field {
        name: "note".into(),
        label: text.say("note"),
        hint: None,
        kind: FieldKind::Lines(1000),
        required: true,
    };
    html! {
        (hidden("do", "hear")) (hidden("objection", &objection.to_string()))
        (field(page, &upheld, &[], &attempt.faults))
        (field(page, &note, &[], &attempt.faults))
        div.actions { button type="submit" { (text.say("do-decide")) } }
    }
}

/// The applicant may take an open application back.
fn withdraw(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let state = &shown.file.state;
    let open = !matches!(state.position, Position::Closed(_) | Position::New);
    let mine = ask
        .actor
        .as_ref()
        .is_some_and(|actor| state.applicant.as_ref().is_some_and(|by| by.who == engine_actor(actor).who));
    if !open || !mine {
        return Ok(html! {});
    }
    let page = ask.page();
    Ok(html! {
        details.fold {
            summary { (page.text.say("do-withdraw")) }
            form method="post" action=(page.link(&format!("/cases/{}/act", shown.case))) {
                (hidden("key", &session::random_id()?)) (hidden("do", "withdraw"))
                p { (page.text.say("withdraw-about")) }
                div.actions { button.stop type="submit" { (page.text.say("do-withdraw")) } }
            }
        }
    })
}

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
    let role = |owner: &Owner| text.code(&owner.role);
    let mut boxes = vec![FlowBox {
        id: case::INTAKE.to_owned(),
        label: text.say("case-intake"),
        owner: role(&procedure.intake.owner),
        place: place(state.position == Position::Intake, state.accepted.is_some()),
    }];
    let mut arrows =
        vec![Arrow { from: case::INTAKE.to_owned(), to: procedure.intake.to.clone(), label: String::new() }];
    for one in &procedure.states {
        let owner = match &one.work {
            Work::Steps { steps, .. } => text.list(steps.iter().map(|step| role(&step.owner))),
            Work::Notice(notice) => role(&notice.owner),
            Work::Wait(wait) => role(&wait.owner),
        };
        let here = state.position == Position::At(one.id.clone());
        boxes.push(FlowBox {
            id: one.id.clone(),
            label: text.name(&one.name).to_owned(),
            owner,
            place: place(here, passed(&one.id)),
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
            place: place(here, false),
        });
    }
    flow_chart(page, text.name(&procedure.name), &boxes, &arrows)
}
