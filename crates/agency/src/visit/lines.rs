//! Fee lines: what is taken, what is noticed, what may be taken back.

use super::command::{NewLine, Which};
use super::settle::benefit_line;
use super::{FeeLine, KeptLine, Note, Setting, Visit};
use crate::declaration::DeclarationKind;
use crate::settlement::BenefitYear;
use crate::sheet::{Sheet, SheetKind, mapping_key};
use crate::{Context, Records, StreamId};
use benefit::{Catalogue, Charge, Class, Code, Item, Price, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fact, Fen, Moment, Refusals};

/// Lines of one message at most.
const LINES_MAX: usize = 2_000;
/// Lines of one visit at most.
const VISIT_LINES_MAX: usize = 20_000;

pub(super) fn add(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &Visit,
    lines: &[NewLine],
) -> Result<Vec<FeeLine>, Refusals> {
    let mut refusals = Refusals::new();
    if visit.withdrawn {
        refusals.push(context.refuse("visit/withdrawn"));
    }
    if lines.is_empty() || lines.len() > LINES_MAX || visit.lines.len() + lines.len() > VISIT_LINES_MAX {
        refusals.push(context.refuse("visit/lines-count"));
    }
    let hosp_lv =
        records.provider(visit.opened.provider).and_then(|place| place.registered.hosp_lv.parse().ok());
    let hosp_lv = hosp_lv.unwrap_or(Code::NONE);
    let mut known: BTreeSet<&str> = visit.lines.iter().map(|kept| kept.line.sn.as_str()).collect();
    let catalogue = context.rules.benefits.catalogue();
    let mut seen = Seen::of(visit);
    let mut added: Vec<FeeLine> = Vec::with_capacity(lines.len());
    for line in lines {
        let about = |refusal: terms::Refusal| refusal.with("line", Fact::Text(line.sn.clone()));
        if !known.insert(&line.sn) {
            refusals.push(about(context.refuse("visit/line-twice")));
            continue;
        }
        let counted = line.price.times(line.quantity).ok();
        let said = if line.returns.is_some() { line.amount.negated() } else { line.amount };
        if counted != Some(said) {
            let counted = Fact::Fen(counted.unwrap_or(Fen::ZERO));
            refusals.push(
                about(context.refuse("visit/line-amount"))
                    .with("counted", counted)
                    .with("sent", Fact::Fen(line.amount)),
            );
        }
        if let Some(of) = &line.returns {
            let earlier: u64 = added
                .iter()
                .filter(|one| one.returns.as_ref() == Some(of))
                .map(|one| one.bill.quantity.parts())
                .sum();
            let original = visit.lines.iter().find(|kept| kept.line.sn == *of);
            match original {
                None => refusals.push(about(context.refuse("visit/line-unknown"))),
                Some(kept) if kept.settled.is_some() => {
                    refusals.push(about(context.refuse("visit/line-settled")))
                }
                Some(kept) if kept.left().parts() < earlier.saturating_add(line.quantity.parts()) => {
                    refusals.push(about(context.refuse("visit/returned-too-much")));
                }
                Some(_) => {}
            }
        }
        let day = line.at.day();
        let item = catalogue.find(&line.item, day, hosp_lv).map(|(_, item)| item);
        let notes = notes(records, context, visit, line, item, &mut seen);
        added.push(FeeLine {
            sn: line.sn.clone(),
            batch: line.batch.clone(),
            own_code: line.own_code.clone(),
            amount: line.amount,
            at: line.at,
            bill: bill_line(catalogue, hosp_lv, line, day),
            returns: line.returns.clone(),
            details: line.details.clone(),
            notes,
        });
    }
    if let (Some(first), Some(note)) = (added.first_mut(), undeclared(records, context, visit)) {
        first.notes.push(note);
    }
    if refusals.is_empty() { Ok(added) } else { Err(refusals) }
}

/// An accident that nobody declared, of a visit whose kind came after its registration (2203): its first lines say so.
/// Stays and purchases name their kind on opening, and say it there.
fn undeclared(records: &dyn Records, context: &Context<'_>, visit: &Visit) -> Option<Note> {
    if visit.opened.setting != Setting::Outpatient
        || visit.opened.med_type.is_some()
        || !visit.lines.is_empty()
    {
        return None;
    }
    let person = records.person(visit.opened.person)?;
    accident_note(context, &person, visit.med_type?, visit.opened.begntime.day())
}

/// What is noticed where this kind of visit follows an accident and the person has none declared.
pub(super) fn accident_note(
    context: &Context<'_>,
    person: &crate::person::Person,
    kind: Code,
    day: Day,
) -> Option<Note> {
    let declared = person.declared_on(DeclarationKind::Accident, day).next().is_some();
    (context.rules.visits.is_accident(kind) && !declared)
        .then(|| Note { code: "accident-undeclared".to_owned(), about: day.to_string() })
}

/// What makes two lines look like one sent twice: item, own code, moment, quantity, price.
type Looks<'l> = (&'l str, &'l str, Moment, Quantity, Price);

/// The lines before the one at hand: by their looks, how much of each item on each day, and the days of each item whose
/// frequency is counted, at other visits too.
#[derive(Default)]
struct Seen<'l> {
    looks: BTreeMap<Looks<'l>, &'l str>,
    on_day: BTreeMap<(&'l str, Day), u64>,
    elsewhere: BTreeMap<&'l str, BTreeSet<Day>>,
}

impl<'l> Seen<'l> {
    fn take(&mut self, looks: Looks<'l>, sn: &'l str) {
        self.looks.entry(looks).or_insert(sn);
        let amount = self.on_day.entry((looks.0, looks.2.day())).or_default();
        *amount = amount.saturating_add(looks.3.parts());
    }

    fn of(visit: &'l Visit) -> Seen<'l> {
        let mut seen = Seen::default();
        for kept in visit.lines.iter().filter(|kept| kept.line.returns.is_none()) {
            let line = &kept.line;
            let looks =
                (line.bill.item.as_str(), line.own_code.as_str(), line.at, kept.left(), line.bill.price);
            seen.take(looks, &line.sn);
        }
        seen
    }

    /// The days on which this item was charged: in this visit, and in bills of the person that stand. What other visits
    /// have not settled yet may still be taken back and is not counted.
    fn days_of(
        &mut self,
        records: &dyn Records,
        visit: &Visit,
        item: &'l str,
        (from, to): (Day, Day),
    ) -> BTreeSet<Day> {
        let elsewhere = self.elsewhere.entry(item).or_insert_with(|| {
            let person = visit.opened.person;
            // A stay across the end of a year is settled as a whole in one of the two.
            let years =
                (from.year() - 1..=to.year() + 1).map(|year| records.events(&StreamId::Year(person, year)));
            let years: Vec<BenefitYear> = years.map(|events| BenefitYear::of(&events)).collect();
            let bills = years.iter().flat_map(BenefitYear::standing);
            let others = bills.filter(|made| visit.standing().all(|ours| ours.settlement != made.settlement));
            let lines = others.flat_map(|made| &made.bill.lines);
            lines.filter(|line| line.item == item).map(|line| line.day).collect()
        });
        let here = self.on_day.range((item, Day::MIN)..=(item, Day::MAX));
        let here = here.filter(|(_, amount)| **amount > 0).map(|((_, day), _)| *day);
        here.chain(elsewhere.iter().copied()).collect()
    }
}

/// What is noticed about a line, each by the rule of the packs that looks for it.
fn notes<'l>(
    records: &dyn Records,
    context: &Context<'_>,
    visit: &Visit,
    line: &'l NewLine,
    item: Option<&Item>,
    seen: &mut Seen<'l>,
) -> Vec<Note> {
    let day = line.at.day();
    let mut notes = Vec::new();
    let mut note = |code: &str, about: String| {
        if context.rules.reviews.rule(code).is_some() {
            notes.push(Note { code: code.to_owned(), about });
        }
    };
    if item.is_none() {
        note("not-in-catalogue", line.item.clone());
    }
    if item.is_some_and(|item| item.restricted && line.approved != Some(true)) {
        note("restricted", line.item.clone());
    }
    if day < visit.opened.begntime.day() || visit.endtime.is_some_and(|endtime| day > endtime.day()) {
        note("outside-stay", day.to_string());
    }
    if let Some(most) = item.and_then(|item| item.ceiling).filter(|most| line.price > *most) {
        note("over-price", most.to_string());
    }
    if let Some(item) = item {
        let key = mapping_key(&item.list_type.to_string(), &line.own_code);
        let mapped = Sheet::find(records, visit.opened.provider, SheetKind::Mapping, &key).filed;
        if let Some(mapped) = mapped.filter(|mapped| mapped.detail("med_list_codg") != line.item) {
            note("mapping", mapped.detail("med_list_codg").to_owned());
        }
    }
    if line.returns.is_some() {
        return notes;
    }
    let looks = (line.item.as_str(), line.own_code.as_str(), line.at, line.quantity, line.price);
    if let Some(twin) = seen.looks.get(&looks) {
        note("duplicate", (*twin).to_owned());
    }
    let before = seen.on_day.get(&(line.item.as_str(), day)).copied().unwrap_or(0);
    let charge = item.map_or_else(String::new, |item| item.med_chrgitm_type.to_string());
    let above = context.rules.reviews.above_daily((&line.item, &charge), line.quantity, before);
    if let Some(most) = above {
        note("quantity", format!("{day}>{most}"));
    }
    if let Some(often) = context.rules.reviews.frequency(&line.item) {
        let years = (day.plus(1 - often.days), day.plus(often.days - 1));
        let others = seen.days_of(records, visit, &line.item, years);
        if let Some(other) = often.exceeded(day, &others) {
            note("frequency", other.to_string());
        }
    }
    seen.take(looks, &line.sn);
    notes
}

/// What the catalogue says of a line; the person's own where it says nothing or the hospital refused approval.
fn bill_line(catalogue: &Catalogue, hosp_lv: Code, line: &NewLine, day: Day) -> crate::settlement::BillLine {
    let charge = Charge {
        code: &line.item,
        price: line.price,
        quantity: line.quantity,
        day,
        approved: line.approved == Some(true),
    };
    let found = catalogue.line(&charge, hosp_lv);
    let name = match found.entry.and_then(|entry| catalogue.item(entry)) {
        Some(item) => item.name.clone(),
        None => line.details.get("medins_list_name").cloned().unwrap_or_default(),
    };
    crate::settlement::BillLine {
        item: line.item.clone(),
        name,
        price: found.price,
        quantity: found.quantity,
        day,
        class: if line.approved == Some(false) { Class::Own } else { found.class },
        ceiling: found.ceiling,
        first_own: found.first_own,
        illustrative: found.illustrative,
    }
}

impl FeeLine {
    /// What the catalogue makes of the line by itself.
    pub fn share(&self) -> benefit::LineShare {
        // Lines whose amount is out of range are refused when they come.
        benefit_line(&self.bill).share().unwrap_or_default()
    }
}

pub(super) fn withdraw(context: &Context<'_>, visit: &Visit, which: &Which) -> Result<Vec<String>, Refusals> {
    let named = |kept: &&KeptLine| match which {
        Which::All => true,
        Which::Batches(batches) => batches.contains(&kept.line.batch),
        Which::Lines(lines) => lines.contains(&kept.line.sn),
    };
    let mut refusals = Refusals::new();
    if let Which::Lines(lines) = which {
        for sn in lines {
            match visit.lines.iter().find(|kept| kept.line.sn == *sn) {
                None => {
                    refusals.push(context.refuse("visit/line-unknown").with("line", Fact::Text(sn.clone())))
                }
                Some(kept) if kept.settled.is_some() => {
                    refusals.push(context.refuse("visit/line-settled").with("line", Fact::Text(sn.clone())));
                }
                Some(_) => {}
            }
        }
    }
    let mut lines: Vec<String> = visit.open_lines().filter(named).map(|kept| kept.line.sn.clone()).collect();
    if lines.is_empty() && refusals.is_empty() {
        let settled = visit.lines.iter().filter(|kept| named(kept)).count() > 0;
        let code = if settled { "visit/line-settled" } else { "visit/nothing-to-withdraw" };
        refusals.push(context.refuse(code));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    // A return goes with the line it takes back.
    let returns =
        visit.open_lines().filter(|kept| kept.line.returns.as_ref().is_some_and(|of| lines.contains(of)));
    let returns: Vec<String> =
        returns.map(|kept| kept.line.sn.clone()).filter(|sn| !lines.contains(sn)).collect();
    lines.extend(returns);
    Ok(lines)
}
