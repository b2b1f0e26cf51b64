//! 3101 and 3102: what is noticed about the orders of somebody under treatment, each by a rule of the packs.

use super::super::details;
use super::sheets::inside;
use crate::{Request, Row};
use agency::sheet::{Command, NewSheet, SheetKind};
use agency::visit::Details;
use agency::{ReviewRule, Rulebook};
use benefit::{Price, Quantity};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fen};

/// Warnings of one message at most.
const WARNINGS_MAX: usize = 500;

/// What a review of this message files; nothing where nothing is noticed.
pub fn warnings(request: &Request, rules: &Rulebook) -> Option<Command> {
    let mut sheets = Vec::new();
    for patient in request.input.rows("data").iter().flat_map(|data| inside(data, "patient_dtos")) {
        let mut seen = Seen::default();
        for encounter in inside(patient, "fsi_encounter_dtos") {
            for order in inside(encounter, "fsi_order_dtos") {
                let found = seen.look(rules, encounter, order);
                // Earlier orders count and are not told of again.
                if order.text("curr_drord_flag") == "0" {
                    continue;
                }
                for (rule, what) in
                    found.into_iter().filter_map(|(note, what)| Some((rules.reviews.rule(note)?, what)))
                {
                    if sheets.len() < WARNINGS_MAX {
                        sheets.push(warning(
                            request,
                            rule,
                            &what,
                            patient,
                            encounter,
                            order,
                            sheets.len() + 1,
                        ));
                    }
                }
            }
        }
    }
    let message = request.msgid.clone();
    (!sheets.is_empty()).then_some(Command::File { sheet: SheetKind::Warning, sheets, known: None, message })
}

/// The orders before the one at hand.
#[derive(Default)]
struct Seen {
    on_day: BTreeMap<(String, Day), u64>,
    days: BTreeMap<String, BTreeSet<Day>>,
    looks: BTreeMap<(String, String, String), String>,
}

impl Seen {
    /// What is noticed about an order, by the word of the check and what it concerns.
    fn look(&mut self, rules: &Rulebook, encounter: &Row, order: &Row) -> Vec<(&'static str, String)> {
        let code = order.text("hilist_code");
        let day = order.day("drord_begn_date").unwrap_or(Day::MIN);
        let catalogue = rules.benefits.catalogue();
        let known = catalogue
            .named(code, day)
            .or_else(|| catalogue.items().iter().find(|item| item.hilist_code == code && item.holds_on(day)));
        let mut found = Vec::new();
        let level = encounter.text("medins_lv").parse().unwrap_or(benefit::Code::NONE);
        let item = known.map(|item| catalogue.find(&item.code, day, level).map_or(item, |(_, item)| item));
        if item.is_none() {
            found.push(("not-in-catalogue", code.to_owned()));
        }
        if item.is_some_and(|item| item.restricted) {
            found.push(("restricted", code.to_owned()));
        }
        let price = order
            .number("pric")
            .and_then(|price| price.units(6))
            .and_then(|micros| u64::try_from(micros).ok());
        let price = price.and_then(Price::from_micros).unwrap_or_default();
        if let Some(most) = item.and_then(|item| item.ceiling).filter(|most| price > *most) {
            found.push(("over-price", format!("{price}>{most}")));
        }
        let count =
            order.number("cnt").and_then(|count| count.units(4)).and_then(|parts| u64::try_from(parts).ok());
        let quantity = count.and_then(Quantity::from_parts).unwrap_or_default();
        let counted = price.times(quantity).unwrap_or(Fen::MAX);
        if order.fen("sumamt").is_some_and(|said| said != counted) {
            found.push(("amount", counted.to_string()));
        }
        if !(encounter.day("adm_date").is_none_or(|from| from <= day)
            && encounter.day("dscg_date").is_none_or(|to| day <= to))
        {
            found.push(("outside-stay", day.to_string()));
        }
        let at = order.moment("drord_begn_date").map_or_else(String::new, |at| at.to_string());
        let looks = (code.to_owned(), at, order.text("drord_dr_codg").to_owned());
        if let Some(twin) = self.looks.get(&looks) {
            found.push(("duplicate", twin.clone()));
        }
        let before = self.on_day.entry((code.to_owned(), day)).or_default();
        let charge = item.map_or_else(String::new, |item| item.med_chrgitm_type.to_string());
        let named = item.map_or(code, |item| item.code.as_str());
        if let Some(often) = rules.reviews.frequency(named) {
            let days = self.days.entry(named.to_owned()).or_default();
            if let Some(other) = often.exceeded(day, days) {
                found.push(("frequency", other.to_string()));
            }
            days.insert(day);
        }
        if let Some(most) = rules.reviews.above_daily((named, &charge), quantity, *before) {
            found.push(("quantity", format!("{day}>{most}")));
        }
        *before = before.saturating_add(quantity.parts());
        self.looks.entry(looks).or_insert_with(|| order.text("rx_id").to_owned());
        found
    }
}

fn warning(
    request: &Request,
    rule: &ReviewRule,
    what: &str,
    patient: &Row,
    encounter: &Row,
    order: &Row,
    number: usize,
) -> NewSheet {
    // Unique as long as message ids are: what comes back in 3103 names it.
    let key = format!("{}-{number}", request.msgid);
    let amount = order.fen("sumamt").unwrap_or_default().to_string();
    let told = |pairs: &[(&str, &str)]| -> Details {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let name: String = order.text("hilist_name").chars().take(50).collect();
    let detail = told(&[
        ("jrd_id", &key),
        ("patn_id", patient.text("patn_id")),
        ("mdtrt_id", encounter.text("mdtrt_id")),
        ("rx_id", order.text("rx_id")),
        ("vola_item_type", "1"),
        ("vola_amt", &amount),
    ]);
    let mut about = told(&[
        ("jr_id", &key),
        ("rule_id", &rule.id),
        ("rule_name", &rule.name.zh),
        ("vola_cont", &format!("{}：{name} {what}", rule.name.zh)),
        ("patn_id", patient.text("patn_id")),
        ("mdtrt_id", encounter.text("mdtrt_id")),
        ("vola_amt", &amount),
        ("vola_amt_stas", "1"),
        ("sev_deg", &rule.severity),
        ("vola_evid", &rule.article.0),
        ("vola_bhvr_type", "1"),
        ("task_id", &request.msgid),
    ]);
    let kept = ["rxno", "hilist_code", "hilist_name", "cnt", "pric", "sumamt", "drord_dr_codg"];
    about.extend(details(order, &[]).into_iter().filter(|(name, _)| kept.contains(&name.as_str())));
    let tables = BTreeMap::from([("judge_result_detail_dtos".to_owned(), vec![detail])]);
    NewSheet { key, details: about, tables }
}
