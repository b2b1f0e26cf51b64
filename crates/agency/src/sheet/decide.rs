//! What can be asked about a provider's sheets.

use super::{Filed, Sheet, SheetKind};
use crate::visit::Details;
use crate::{
    Capability, Context, Decision, Event, Organisation, ProviderId, Records, SettlementId, StreamId, VisitId,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fact, Moment, Refusals};

/// What can be asked about sheets. Whoever asks acts for a provider; the office itself keeps practitioners.
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
    /// The office writes down a practitioner of a provider.
    KeepPractitioner {
        /// Whose.
        provider: ProviderId,
        /// The practitioner, by `prac_psn_code`.
        sheet: NewSheet,
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
    if let Command::KeepPractitioner { provider, sheet } = command {
        if !context.may(Capability::Operate) {
            return Err(vec![context.refuse("registry/not-permitted")]);
        }
        if records.provider(*provider).is_none() || !is_key(&sheet.key) {
            return Err(vec![context.refuse("provider/unknown")]);
        }
        let version = Sheet::find(records, *provider, SheetKind::Practitioner, &sheet.key).version;
        push(&mut decision, *provider, SheetKind::Practitioner, sheet.clone(), version, ("", context.now));
        return Ok(decision);
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
        Command::KeepPractitioner { .. } => Ok(decision),
    }
}

/// `stas_type` of a settlement list: 0 not handed in, 1 handed in, 2 audited, 3 sent back.
fn status(list: &Filed) -> &str {
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
