//! A settlement: first the answer, then the picture, then every step with its article, then the lines.

use super::access;
use super::parts::{
    Bar, Column, Page, Shape, Tone, article_short, day, empty, fold, frame, money, table, waterfall,
};
use super::people::settlement_rows;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::settlement::{BenefitYear, Made};
use agency::{Event, SettlementId, StreamId};
use benefit::{
    Amounts, Benefits, Bill, Class, Explained, Explanation, Outcome, Pays, Section, Step, StepKind,
};
use maud::{Markup, html};
use std::collections::BTreeSet;
use store::SettlementRow;
use terms::Fen;

const PAGE: u32 = 25;
/// Lines of a bill on a page; the sums are those of all its lines.
const LINES: usize = 60;

/// The latest settlements of the office.
pub fn list(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let before = ask.query.get("before").parse().unwrap_or(i64::MAX);
    let (settlements, count) = ask
        .app
        .office
        .store
        .read(|reader| Ok((reader.latest_settlements(before, PAGE)?, reader.count_settlements()?)))?;
    let content = html! {
        p.soft { (text.with("settlements-count", &[("count", count.into())])) }
        @if settlements.is_empty() { (empty(&text.say("settlements-empty"), &text.say("settlements-empty.how"))) } @else { (settlement_rows(&page, &settlements, true)) }
        @if let Some(last) = settlements.last().filter(|_| settlements.len() == PAGE as usize) { nav.pages aria-label=(text.say("more")) { a href=(page.link(&format!("/settlements?before={}", last.seq))) { (text.say("more")) } } }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &text.say("nav-settlements"),
        &[("/home", text.say("nav-home"))],
        &html! {},
        &content,
    )))
}

/// A settlement with its bill as it was, and the trace where today's law still gives the same amounts.
pub(super) struct Opened {
    pub id: SettlementId,
    pub row: SettlementRow,
    pub person: agency::person::Registered,
    /// Whether the reader may open the person's page.
    pub knows_person: bool,
    pub made: Made,
    pub bill: Bill,
    pub outcome: Option<Outcome>,
}

/// The settlement of the address, for who may see it; the look is noted.
pub(super) fn opened(ask: &Ask<'_>) -> Result<Opened, Problem> {
    let id: SettlementId = ask.part(0)?;
    let store = &ask.app.office.store;
    let row = store.read(|reader| reader.settlement(id))?.ok_or(Problem::NotFound)?;
    let person = store.with_records(|records| records.person(row.person))?.ok_or(Problem::NotFound)?;
    if !access::may_see_settlements(ask, &person.registered) {
        return Err(Problem::NotFound);
    }
    access::note_look(ask, row.person, &format!("settlement/{id}"), "")?;
    let events = store.with_records(|records| records.events(&StreamId::Year(row.person, row.year)))?;
    let made = events.iter().find_map(|event| match event {
        Event::SettlementMade(made) if made.settlement == id => Some((**made).clone()),
        _ => None,
    });
    let made = made.ok_or(Problem::NotFound)?;
    let benefits = &ask.app.office.rules.benefits;
    let bill = made.bill.after(&BenefitYear::before(&events, id), benefits);
    let mut outcome = Outcome::default();
    // What was decided stands; the steps are shown only where today's law still gives the same amounts.
    let same = benefits.adjudicate(&bill, &mut outcome).is_ok() && outcome.amounts == made.amounts;
    let knows_person = access::may_see_person(ask, &person);
    Ok(Opened {
        id,
        row,
        person: person.registered,
        knows_person,
        made,
        bill,
        outcome: same.then_some(outcome),
    })
}

/// One settlement, made anew from its bill and the year before it, so that every step is shown.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let actor = ask.actor()?;
    let opened = opened(ask)?;
    let Opened { id, row, person, knows_person, made, bill, outcome } = &opened;
    let rules = &ask.app.office.rules;
    let mut crumbs = vec![("/home", text.say("nav-home"))];
    if ask.app.may(actor, agency::Capability::LookUpSettlements) {
        crumbs.push(("/settlements", text.say("nav-settlements")));
    }
    let what_ifs =
        outcome.as_ref().map_or_else(Vec::new, |outcome| rules.benefits.counterfactuals(bill, outcome));
    let amounts = &made.amounts;
    let provider = access::party_name(ask, &format!("provider/{}", made.provider));
    let content = html! {
        div.stack {
            section.answer {
                p.lead { strong { (text.with("settlement-sentence", &[("own", text.yuan(amounts.psn_part_amt).into()), ("funds", text.yuan(amounts.fund_pay_sumamt).into())])) } }
                p { (text.with("settlement-where", &[("provider", provider.as_str().into()), ("from", text.day(made.bill.begndate).into()), ("to", text.day(made.bill.enddate).into()), ("total", text.yuan(amounts.medfee_sumamt).into())])) }
                @if made.illustrative { p { span.illustrative { (text.say("settlement-illustrative")) } } }
                @if let Some(on) = row.voided_on { p { (text.say("settlement-voided")) (text.colon()) (day(&page, on)) } }
            }
            div.two.lean {
                div.stack {
                    section { (waterfall(&page, &text.say("settlement-waterfall"), &bars(&page, &rules.benefits, amounts, outcome.as_ref()))) }
                    section.box id="steps" { h2 { (text.say("settlement-steps")) }
                        @if let Some(outcome) = outcome { (steps(&page, &rules.benefits.explain(bill, outcome))) } @else { p.note { (text.say("settlement-law-changed")) } }
                    }
                }
                div.stack {
                    div.box { dl.facts {
                        dt { (text.say("column-person")) } dd { @if *knows_person { a href=(page.link(&format!("/people/{}", made.person))) { (person.name) } } @else { (person.name) } }
                        dt { (text.say("column-visit")) } dd { (text.code(&format!("med-type-{}", made.bill.med_type))) }
                        dt { (text.say("person-insurance")) } dd { (text.code(&format!("insutype-{}", made.bill.insutype))) " · " (text.code(&format!("psn-type-{}", made.bill.psn_type))) }
                        dt { (text.say("settlement-level")) } dd { (text.code(&format!("hosp-lv-{}", made.bill.hosp_lv))) }
                        dt { (text.say("column-made")) } dd { (day(&page, made.on)) }
                        @if let Some(case) = made.case { dt { (text.say("column-case")) } dd { a href=(page.link(&format!("/cases/{case}"))) { (super::cases::number(case)) } } }
                        @if ask.app.may(actor, agency::Capability::ReadBooks) { dt { (text.say("finance-entry")) } dd { a href=(page.link(&format!("/finance/entries/settlement/{id}"))) { "settlement/" (id) } } }
                        dt { (text.say("settlement-law")) } dd.mono.small { (made.law.get(..12).unwrap_or_default()) }
                    } }
                    @if !what_ifs.is_empty() {
                        div.box { h2 { (text.say("settlement-what-if")) }
                            ul.stack-s { @for what_if in &what_ifs { li {
                                (text.name(&what_if.name)) (text.colon())
                                @match &what_if.difference {
                                    Ok(more) if more.is_negative() => (text.with("what-if-less", &[("amount", text.yuan(more.negated()).into())])),
                                    Ok(more) => (text.with("what-if-more", &[("amount", text.yuan(*more).into())])),
                                    Err(refusals) => { @for refusal in refusals { (super::parts::reason(&page, refusal)) } }
                                }
                            } } }
                        }
                    }
                    p.actions.no-print {
                        a.button.quiet href=(page.link(&format!("/settlements/{id}/letter"))) { (text.say("letter")) }
                        a.button.quiet href=(page.link(&format!("/people/{}/years/{}", made.person, made.year))) { (text.say("year-link")) }
                    }
                    details.box { summary { (text.say("settlement-fields")) }
                        dl.facts { @for (name, amount) in amounts.named() { dt.mono { (name) } dd { (money(amount)) } } }
                    }
                }
            }
            section { (fold("lines", &text.say("settlement-lines"), &lines(ask, made, outcome.as_ref()))) }
        }
    };
    Ok(Reply::Page(frame(
        &page,
        Shape::Desk,
        &format!("{} S-{id}", text.say("column-settlement")),
        &crumbs,
        &html! {},
        &content,
    )))
}

/// Which of these settlements rest on figures that are illustrations and no law: a note below a list on paper.
pub(super) fn illustrative(ask: &Ask<'_>, rows: &[SettlementRow]) -> Result<Markup, Problem> {
    let years: BTreeSet<_> = rows.iter().map(|row| (row.person, row.year)).collect();
    let mut marked = Vec::new();
    for (person, year) in years {
        let events =
            ask.app.office.store.with_records(|records| records.events(&StreamId::Year(person, year)))?;
        marked.extend(events.into_iter().filter_map(|event| match event {
            Event::SettlementMade(made) if made.illustrative => Some(made.settlement),
            _ => None,
        }));
    }
    let shown = rows.iter().filter(|row| row.voided_on.is_none() && marked.contains(&row.id));
    let shown: Vec<String> = shown.map(|row| format!("S-{}", row.id)).collect();
    if shown.is_empty() {
        return Ok(html! {});
    }
    let text = ask.text();
    Ok(
        html! { p { span.illustrative { (text.with("settlements-illustrative", &[("which", text.list(shown).into())])) } } },
    )
}

/// The colour of a fund in pictures.
pub(super) fn tone(pays: Pays) -> Tone {
    match pays {
        Pays::Pooled | Pays::Other => Tone::Fund,
        Pays::SeriousIllness | Pays::LargeAmount => Tone::Second,
        Pays::CivilServant | Pays::Enterprise | Pays::Disabled | Pays::Assistance | Pays::Hospital => {
            Tone::Third
        }
        Pays::Account | Pays::FirstOwn => Tone::Own,
    }
}

/// From the total down to nothing, part by part; then what the person bears as a whole.
pub(super) fn bars(
    page: &Page<'_>,
    benefits: &Benefits,
    amounts: &Amounts,
    outcome: Option<&Outcome>,
) -> Vec<Bar> {
    let text = page.text;
    let mut parts: Vec<(String, Tone, Fen, Option<String>)> = vec![
        (text.say("part-full-own"), Tone::Own, amounts.fulamt_ownpay_amt, None),
        (text.say("part-over-limit"), Tone::Own, amounts.overlmt_selfpay, None),
        (text.say("part-first-own"), Tone::Own, amounts.preselfpay_amt, None),
        (text.say("part-deductible"), Tone::Own, amounts.act_pay_dedc, Some("#steps".to_owned())),
    ];
    match outcome {
        Some(outcome) => {
            for (index, layer) in benefits.layers().iter().enumerate() {
                let of_layer = |step: &&Step| usize::from(step.layer) == index;
                let paid = outcome.steps.iter().filter(of_layer).find(|step| step.kind == StepKind::Layer);
                let Some(paid) = paid.filter(|_| layer.pays != Pays::FirstOwn) else { continue };
                let cut = outcome
                    .steps
                    .iter()
                    .filter(of_layer)
                    .any(|step| matches!(step.kind, StepKind::Cap | StepKind::Balance));
                let bands: Vec<&Step> = outcome
                    .steps
                    .iter()
                    .filter(of_layer)
                    .filter(|step| step.kind == StepKind::Band)
                    .collect();
                let link = Some("#steps".to_owned());
                if bands.len() > 1 && !cut {
                    for band in bands {
                        let rate = layer
                            .bands
                            .get(band.row as usize)
                            .map(|band| band.rate.to_string())
                            .unwrap_or_default();
                        parts.push((
                            format!("{} {rate}", text.name(&layer.name)),
                            tone(layer.pays),
                            fen(band.amount),
                            link.clone(),
                        ));
                    }
                } else {
                    parts.push((text.name(&layer.name).to_owned(), tone(layer.pays), fen(paid.amount), link));
                }
            }
        }
        None => parts.push((text.say("column-funds"), Tone::Fund, amounts.fund_pay_sumamt, None)),
    }
    let named: i64 = parts.iter().map(|(_, _, amount, _)| amount.get()).sum();
    let rest = amounts.medfee_sumamt.get() - named;
    if rest >= 0 {
        parts.push((text.say("part-rest"), Tone::Own, fen(rest), None));
    } else {
        // Funds that also pay first own shares: the shares are then no part of what the person bears.
        parts.retain(|(_, tone, ..)| *tone != Tone::Own);
        parts.push((text.say("part-rest"), Tone::Own, amounts.psn_part_amt, None));
    }
    let mut left = amounts.medfee_sumamt.get();
    let mut bars = vec![Bar {
        label: text.say("part-total"),
        tone: Tone::Total,
        amount: amounts.medfee_sumamt,
        from: Fen::ZERO,
        steps: None,
    }];
    for (label, tone, amount, steps) in parts.into_iter().filter(|(_, _, amount, _)| *amount != Fen::ZERO) {
        left -= amount.get();
        bars.push(Bar { label, tone, amount, from: fen(left.max(0)), steps });
    }
    bars.push(Bar {
        label: text.say("part-person"),
        tone: Tone::Total,
        amount: amounts.psn_part_amt,
        from: Fen::ZERO,
        steps: None,
    });
    bars
}

/// Steps come from checked sums inside the span of money.
fn fen(amount: i64) -> Fen {
    Fen::new(amount).unwrap_or(Fen::ZERO)
}

/// Every step with its amount, its article, and the line of the pack its figure stands on. Shares of lines add up
/// to the total of the bill, and so do payments.
pub(super) fn steps(page: &Page<'_>, explanation: &Explanation) -> Markup {
    let text = page.text;
    let of = |section: Section| explanation.steps.iter().filter(move |step| step.section == section);
    let rows = |steps: Vec<&Explained>| {
        html! {
            ol.steps {
                @for step in steps {
                    li {
                        div {
                            strong { (money(step.amount)) } " " (text.filled(step.key, &step.facts)) " "
                            (article_short(page, &step.article.0))
                            @if let Some((file, line)) = &step.written { " " span.mono.small.soft { (file) ":" (line) } }
                        }
                    }
                }
            }
        }
    };
    // Steps that come to nothing are told too, below.
    let pays = explanation.steps.iter().filter(|step| step.section != Section::Split);
    let (nothing, pays): (Vec<&Explained>, Vec<&Explained>) = pays.partition(|step| step.amount == Fen::ZERO);
    html! {
        p { (text.filled(explanation.day.key, &explanation.day.facts)) " " (article_short(page, &explanation.day.article.0)) }
        (rows(pays))
        @if !nothing.is_empty() {
            details.fold {
                summary { (text.say("settlement-nothing")) " (" (nothing.len()) ")" }
                (rows(nothing))
            }
        }
        details.fold {
            summary { (text.say("settlement-split")) " (" (of(Section::Split).count()) ")" }
            (rows(of(Section::Split).take(200).collect()))
        }
    }
}

fn lines(ask: &Ask<'_>, made: &Made, outcome: Option<&Outcome>) -> Markup {
    let page = ask.page();
    let text = page.text;
    let chosen = ask.query.get("class");
    let class = |class: Class| match class {
        Class::A => ("01", "class-a"),
        Class::B => ("02", "class-b"),
        Class::Own => ("03", "class-own"),
    };
    let shown: Vec<(usize, &agency::settlement::BillLine)> = made
        .bill
        .lines
        .iter()
        .enumerate()
        .filter(|(_, line)| chosen.is_empty() || class(line.class).0 == chosen)
        .collect();
    let skip = ask.query.get("skip").parse::<usize>().unwrap_or(0).min(shown.len());
    let share = |index: usize| outcome.and_then(|outcome| outcome.lines.get(index));
    let sum = |part: fn(&benefit::LineShare) -> Fen| {
        Fen::sum(shown.iter().filter_map(|(index, _)| share(*index)).map(part)).unwrap_or(Fen::ZERO)
    };
    let columns = [
        Column::words(text.say("line-item")),
        Column::words(text.say("line-class")),
        Column::words(text.say("line-day")),
        Column::number(text.say("line-price")),
        Column::number(text.say("line-count")),
        Column::money(text.say("line-amount"), sum(|share| share.det_item_fee_sumamt)),
        Column::money(text.say("part-full-own"), sum(|share| share.fulamt_ownpay_amt)),
        Column::money(text.say("part-over-limit"), sum(|share| share.overlmt_amt)),
        Column::money(text.say("part-first-own"), sum(|share| share.preselfpay_amt)),
        Column::money(text.say("part-in-scope"), sum(|share| share.inscp_scp_amt)),
    ];
    let rows: Vec<Vec<Markup>> = shown
        .iter()
        .skip(skip)
        .take(LINES)
        .map(|(index, line)| {
            let of = |part: fn(&benefit::LineShare) -> Fen| share(*index).map(|share| money(part(share))).unwrap_or_default();
            vec![
                html! { (line.name) @if line.illustrative { " " span.illustrative { (text.say("illustrative")) } } },
                html! { (text.say(class(line.class).1)) },
                html! { span.nowrap { (line.day) } },
                html! { (line.price) },
                html! { (line.quantity) },
                of(|share| share.det_item_fee_sumamt),
                of(|share| share.fulamt_ownpay_amt),
                of(|share| share.overlmt_amt),
                of(|share| share.preselfpay_amt),
                of(|share| share.inscp_scp_amt),
            ]
        })
        .collect();
    let classes = [("01", "class-a"), ("02", "class-b"), ("03", "class-own")]
        .map(|(value, key)| (value.to_owned(), text.say(key)))
        .into();
    html! {
        (super::parts::filters(&page, &format!("/settlements/{}", made.settlement), &[("class", text.say("line-class"), classes, chosen.to_owned())]))
        (table(&page, &text.say("settlement-lines"), &columns, &rows))
        nav.pages aria-label=(text.say("settlement-lines")) {
            @let to = |skip: usize| page.link(&format!("/settlements/{}?class={chosen}&skip={skip}", made.settlement));
            @if skip > 0 { a href=(to(skip.saturating_sub(LINES))) { "← " (text.say("back")) } }
            @if skip + LINES < shown.len() { a href=(to(skip + LINES)) { (text.say("more")) } }
        }
    }
}
