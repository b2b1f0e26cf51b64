//! What can be asked about a provider's sheets.

use super::{Filed, Sheet, SheetKind};
use crate::visit::Details;
use crate::{
    Capability, Context, Decision, Event, Organisation, ProviderId, Records, SettlementId, StreamId, VisitId,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fact, Moment, Refusals};

/// What can be asked about sheets. Whoever asks acts for a provider; the office itself keeps practitioners and audits
/// settlement lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// File sheets of one kind (3101, 3102, 3301, 3401, 3402, 4101, 9001, 9101).
    File {
        /// What kind.
        sheet: SheetKind,
        /// The sheets.
        sheets: Vec<NewSheet>,
        /// Whether they must stand already (`true`), must not (`false`), or either.
        known: Option<bool>,
        /// The message.
        message: String,
    },
    /// Change details of sheets that stand (3103, 4102).
    Amend {
        /// What kind.
        sheet: SheetKind,
        /// By key, what replaces the details of the same names.
        changes: BTreeMap<String, Details>,
        /// The message.
        message: String,
    },
    /// Take a sheet back (3302, 3403, 9002).
    Withdraw {
        /// What kind.
        sheet: SheetKind,
        /// Which.
        key: String,
        /// What the sender believes to stand in it.
        matching: Details,
        /// The message.
        message: String,
    },
    /// The office writes down a practitioner of a provider, or writes it anew; one who left gets a last day.
    KeepPractitioner {
        /// Whose.
        provider: ProviderId,
        /// The practitioner, by `prac_psn_code`.
        sheet: NewSheet,
    },
    /// The office audits a settlement list that was handed in, or sends it back.
    AuditList {
        /// Whose.
        provider: ProviderId,
        /// Of which settlement.
        settlement: SettlementId,
        /// It is in order.
        passed: bool,
        /// Why it is sent back.
        reason: String,
    },
}

/// A sheet to file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewSheet {
    /// Which one of its kind.
    pub key: String,
    /// By the national field names.
    pub details: Details,
    /// Its tables, by the name of their node.
    pub tables: BTreeMap<String, Vec<Details>>,
}

/// Sheets of one message at most.
const SHEETS_MAX: usize = 2_000;
/// Characters of a key at most.
const KEY_CHARS_MAX: usize = 200;
/// States of a settlement list (`stas_type`): what a provider may move it from and to. Only the office moves a list to
/// 2 (audited) or 3 (sent back); an audited one is closed.
const LIST_MOVES: [(&str, &str); 3] = [("0", "1"), ("3", "0"), ("3", "1")];

/// Decides a command about sheets.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    let mut decision = Decision::default();
    match command {
        Command::KeepPractitioner { provider, sheet } => {
            return practitioner(records, context, *provider, sheet);
        }
        Command::AuditList { provider, settlement, passed, reason } => {
            return audit(records, context, (*provider, *settlement), *passed, reason);
        }
        _ => {}
    }
    let provider = acting(context)?;
    match command {
        Command::File { sheet: kind, sheets, known, message } => {
            let mut refusals = Refusals::new();
            let mut keys = BTreeSet::new();
            if sheets.is_empty() || sheets.len() > SHEETS_MAX {
                refusals.push(context.refuse("sheet/count"));
            }
            for new in sheets.iter().take(SHEETS_MAX) {
                if !is_key(&new.key) || !keys.insert(&new.key) {
                    refusals.push(about(context, "sheet/key", &new.key));
                    continue;
                }
                let standing = Sheet::find(records, provider, *kind, &new.key);
                match (standing.filed.is_some(), known) {
                    (true, Some(false)) => refusals.push(about(context, "sheet/known", &new.key)),
                    (false, Some(true)) => refusals.push(about(context, "sheet/unknown", &new.key)),
                    _ => {}
                }
                refusals.extend(match kind {
                    SheetKind::Department => spans(context, new, "begntime", "endtime"),
                    SheetKind::Mapping => mapping(context, new),
                    SheetKind::List => list(records, context, provider, new, standing.filed.as_ref()),
                    _ => Refusals::new(),
                });
                push(&mut decision, provider, *kind, new.clone(), standing.version, (message, context.now));
            }
            if refusals.is_empty() { Ok(decision) } else { Err(refusals) }
        }
        Command::Amend { sheet: kind, changes, message } => {
            let mut refusals = Refusals::new();
            for (key, changed) in changes {
                let standing = Sheet::find(records, provider, *kind, key);
                let Some(filed) = standing.filed else {
                    refusals.push(about(context, "sheet/unknown", key));
                    continue;
                };
                if *kind == SheetKind::List {
                    let asked = changed.get("stas_type").map_or("", String::as_str);
                    let step = (status(&filed), asked);
                    if !LIST_MOVES.contains(&step) {
                        refusals.push(
                            about(context, "sheet/list-status", key)
                                .with("from", Fact::Code(step.0.to_owned()))
                                .with("to", Fact::Code(asked.to_owned())),
                        );
                        continue;
                    }
                }
                let mut details = filed.details;
                details.extend(changed.iter().map(|(name, value)| (name.clone(), value.clone())));
                let sheet = NewSheet { key: key.clone(), details, tables: filed.tables };
                push(&mut decision, provider, *kind, sheet, standing.version, (message, context.now));
            }
            if changes.is_empty() {
                refusals.push(context.refuse("sheet/count"));
            }
            if refusals.is_empty() { Ok(decision) } else { Err(refusals) }
        }
        Command::Withdraw { sheet: kind, key, matching, message } => {
            let standing = Sheet::find(records, provider, *kind, key);
            let matches = |filed: &Filed| {
                matching.iter().all(|(name, value)| filed.detail(name).starts_with(value.as_str()))
            };
            if !standing.filed.as_ref().is_some_and(matches) {
                return Err(vec![about(context, "sheet/unknown", key)]);
            }
            let (key, message) = (key.clone(), message.clone());
            let stream = StreamId::Sheet(provider, *kind, key.clone());
            let event = Event::SheetWithdrawn { provider, sheet: *kind, key, message };
            decision.push(stream, standing.version, event);
            Ok(decision)
        }
        Command::KeepPractitioner { .. } | Command::AuditList { .. } => Ok(decision),
    }
}

/// What the office must know of a practitioner, by the national field names.
const PRACTITIONER: [&str; 6] =
    ["prac_psn_name", "prac_psn_type", "psn_cert_type", "certno", "hi_dr_flag", "begntime"];
/// Characters of a detail or a reason at most.
const DETAIL_CHARS_MAX: usize = 200;
/// Why the office sent a list back; it goes with the next list.
pub const SENT_BACK: &str = "sent-back";

fn practitioner(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    sheet: &NewSheet,
) -> Result<Decision, Refusals> {
    let may = [Capability::Operate, Capability::ManageAgreements].iter().any(|one| context.may(*one));
    office(records, context, may, provider)?;
    let detail = |name: &str| sheet.details.get(name).map_or("", String::as_str);
    let mut refusals = Refusals::new();
    if !is_key(&sheet.key) || detail("prac_psn_code") != sheet.key {
        refusals.push(about(context, "sheet/key", &sheet.key));
    }
    let missing = PRACTITIONER.iter().copied().filter(|name| detail(name).trim().is_empty());
    let too_long = |text: &str| text.chars().count() > DETAIL_CHARS_MAX || text.chars().any(char::is_control);
    let long = sheet.details.iter().filter(|(_, text)| too_long(text)).map(|(name, _)| name.as_str());
    refusals.extend(missing.chain(long).map(|name| about(context, "sheet/field", name)));
    refusals.extend(spans(context, sheet, "begntime", "endtime"));
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let version = Sheet::find(records, provider, SheetKind::Practitioner, &sheet.key).version;
    let mut decision = Decision::default();
    push(&mut decision, provider, SheetKind::Practitioner, sheet.clone(), version, ("", context.now));
    Ok(decision)
}

/// Moves a list that was handed in to audited, or back to its provider with a reason.
fn audit(
    records: &dyn Records,
    context: &Context<'_>,
    (provider, settlement): (ProviderId, SettlementId),
    passed: bool,
    reason: &str,
) -> Result<Decision, Refusals> {
    office(records, context, context.may(Capability::Clear), provider)?;
    let key = settlement.to_string();
    let standing = Sheet::find(records, provider, SheetKind::List, &key);
    let Some(list) = standing.filed else {
        return Err(vec![about(context, "sheet/unknown", &key)]);
    };
    let (from, to) = (status(&list).to_owned(), if passed { "2" } else { "3" });
    let reason = reason.trim();
    let mut refusals = Refusals::new();
    if from != "1" {
        let refusal = about(context, "sheet/list-status", &key);
        refusals.push(refusal.with("from", Fact::Code(from)).with("to", Fact::Code(to.to_owned())));
    }
    let count = reason.chars().count();
    if !passed && (count == 0 || count > DETAIL_CHARS_MAX) {
        let most = Fact::Number(DETAIL_CHARS_MAX as i64);
        refusals.push(context.refuse("statement/text-length").with("most", most));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut details = list.details;
    details.insert("stas_type".to_owned(), to.to_owned());
    if passed {
        details.remove(SENT_BACK);
    } else {
        details.insert(SENT_BACK.to_owned(), reason.to_owned());
    }
    let mut decision = Decision::default();
    let sheet = NewSheet { key, details, tables: list.tables };
    push(&mut decision, provider, SheetKind::List, sheet, standing.version, ("", context.now));
    Ok(decision)
}

/// Only the office itself may, and only for a provider there is.
fn office(
    records: &dyn Records,
    context: &Context<'_>,
    may: bool,
    provider: ProviderId,
) -> Result<(), Refusals> {
    if !may || context.actor.organisation != Organisation::Agency {
        return Err(vec![context.refuse("registry/not-permitted")]);
    }
    match records.provider(provider) {
        Some(_) => Ok(()),
        None => Err(vec![context.refuse("provider/unknown")]),
    }
}

/// `stas_type` of a settlement list: 0 not handed in, 1 handed in, 2 audited, 3 sent back.
pub fn status(list: &Filed) -> &str {
    match list.detail("stas_type") {
        "" => "0",
        status => status,
    }
}

fn acting(context: &Context<'_>) -> Result<ProviderId, Refusals> {
    match context.actor.organisation {
        Organisation::Provider(provider) if context.may(Capability::Settle) => Ok(provider),
        _ => Err(vec![context.refuse("visit/not-permitted")]),
    }
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.chars().count() <= KEY_CHARS_MAX && !key.chars().any(char::is_control)
}

fn about(context: &Context<'_>, code: &str, key: &str) -> terms::Refusal {
    let key: String = key.chars().take(KEY_CHARS_MAX).collect();
    context.refuse(code).with("key", Fact::Text(key))
}

fn push(
    decision: &mut Decision,
    provider: ProviderId,
    sheet: SheetKind,
    new: NewSheet,
    version: u64,
    (message, at): (&str, Moment),
) {
    let NewSheet { key, details, tables } = new;
    let filed = Filed { provider, sheet, key, details, tables, message: message.to_owned(), at };
    decision.push(filed.stream(), version, Event::SheetFiled(Box::new(filed)));
}

fn day(new: &NewSheet, name: &str) -> Option<Day> {
    new.details.get(name).and_then(|text| text.get(..10)).and_then(|text| text.parse().ok())
}

/// The last day must not come before the first.
fn spans(context: &Context<'_>, new: &NewSheet, from: &str, to: &str) -> Refusals {
    match (day(new, from), day(new, to)) {
        (Some(from), Some(to)) if to < from => vec![about(context, "sheet/days", &new.key)],
        _ => Refusals::new(),
    }
}

/// A mapping names an item that the catalogue has on its first day, in the list it says.
fn mapping(context: &Context<'_>, new: &NewSheet) -> Refusals {
    let mut refusals = spans(context, new, "begndate", "enddate");
    let detail = |name: &str| new.details.get(name).map_or("", String::as_str);
    let from = day(new, "begndate").unwrap_or(context.today());
    match context.rules.benefits.catalogue().named(detail("med_list_codg"), from) {
        None => refusals.push(about(context, "sheet/item-unknown", detail("med_list_codg"))),
        Some(item) if item.list_type.to_string() != detail("list_type") => {
            refusals.push(about(context, "sheet/list-type", detail("med_list_codg")));
        }
        Some(_) => {}
    }
    refusals
}

/// A settlement list is of a settlement that stands, of this provider and this person; one that was handed in or
/// audited is not replaced.
fn list(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    new: &NewSheet,
    standing: Option<&Filed>,
) -> Refusals {
    if standing.is_some_and(|filed| matches!(status(filed), "1" | "2")) {
        return vec![about(context, "sheet/list-closed", &new.key)];
    }
    let detail = |name: &str| new.details.get(name).map_or("", String::as_str);
    let visit = detail("mdtrt_id").parse().map(VisitId).ok().and_then(|id| records.visit(id));
    let settlement = new.key.parse().map(SettlementId).unwrap_or(SettlementId(0));
    let known = visit.is_some_and(|visit| {
        visit.opened.provider == provider
            && visit.opened.person.to_string() == detail("psn_no")
            && visit.standing().any(|settled| settled.settlement == settlement)
    });
    if known { Refusals::new() } else { vec![context.refuse("visit/settlement-unknown")] }
}
