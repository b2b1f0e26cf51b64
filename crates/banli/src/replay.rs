//! One person's settlement year from a file: bills with the moments they were settled, and what came afterwards: voids,
//! corrections, late filings. The year is worked out anew after each; every difference keeps the entry that made it.

use crate::bills::{BillIn, LINE_BYTES_MAX};
use benefit::{Benefits, Bill, Claim, Difference, Filing, Order, Outcome, Replayed, differences};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use terms::{Day, Refusals};

/// A year has at most so many entries: it is worked out anew after each.
pub const ENTRIES_MAX: usize = 1_000;
/// The bills of a year have at most so many fee lines together, for the same reason.
const FEE_LINES_MAX: usize = 50_000;

/// A line as it is sent: a bill, with the names below beside it, or one of them alone.
#[derive(Deserialize)]
struct LineIn {
    settled: Option<String>,
    voids: Option<String>,
    corrects: Option<String>,
    files: Option<String>,
    filing: Option<Filing>,
    #[serde(flatten)]
    bill: Map<String, Value>,
}

/// What a line of the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line in the file, from 1.
    line: usize,
    /// `2024-03-02` or `2024-03-02T10:30`; the order of the letters is the order in time.
    settled: String,
    says: Says,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Says {
    Bill { id: String, bill: Bill },
    Corrects { id: String, of: String, bill: Bill },
    Files { of: String, filing: Filing },
    Voids { of: String },
}

/// What moved the amounts of a bill after it was first settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A bill that came later but is used up before it.
    Bill,
    /// A correction of a bill, its own or another.
    Correction,
    /// A filing registered late.
    Filing,
    /// A bill that fell away.
    Void,
}

impl Cause {
    /// `late bill`, as it is told and written.
    pub const fn word(self) -> &'static str {
        match self {
            Cause::Bill => "late bill",
            Cause::Correction => "correction",
            Cause::Filing => "filing",
            Cause::Void => "void",
        }
    }
}

/// What an entry moved of one bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// What kind of entry it was.
    pub cause: Cause,
    /// The bill it is about.
    pub of: String,
    /// When it was settled.
    pub settled: String,
    /// The amounts that moved.
    pub differences: Vec<Difference>,
}

/// A bill of the year, from its first settlement to the end of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The bill's own.
    pub id: String,
    /// When it was settled.
    pub settled: String,
    /// What became of it then, with the year as it was known.
    pub first: Result<Outcome, Refusals>,
    /// What it is after every entry; nothing where it was voided.
    pub now: Option<Result<Outcome, Refusals>>,
    /// What lies between the two, as it happened: the moves add up to the difference.
    pub moves: Vec<Move>,
}

/// What is wrong with a line: its number in the file, and a sentence.
pub type Fault = (usize, String);

/// Reads the lines of a year, in any order; every line that is none is told.
pub fn read(benefits: &Benefits, lines: &[Vec<u8>]) -> Result<Vec<Entry>, Vec<Fault>> {
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(lines) {
        match std::str::from_utf8(line) {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => match entry(benefits, number, text) {
                Ok(entry) => entries.push(entry),
                Err(why) => faults.push((number, why)),
            },
            Err(error) => faults.push((number, format!("it is not UTF-8: {error}"))),
        }
    }
    if entries.is_empty() && faults.is_empty() {
        faults.push((1, "nothing stands in it: a year has at least one bill".to_owned()));
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

fn entry(benefits: &Benefits, line: usize, text: &str) -> Result<Entry, String> {
    if text.len() > LINE_BYTES_MAX {
        return Err(format!("it has more than {LINE_BYTES_MAX} bytes"));
    }
    let sent: LineIn = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let settled = sent.settled.map(moment).transpose()?;
    let says = match (sent.voids, sent.corrects, sent.files, sent.filing) {
        (None, corrects, None, None) => {
            let (id, bill) = bill(benefits, sent.bill)?;
            match corrects {
                None => {
                    let settled = settled.unwrap_or_else(|| bill.visit.enddate.to_string());
                    return Ok(Entry { line, settled, says: Says::Bill { id, bill } });
                }
                Some(of) => Says::Corrects { id, of, bill },
            }
        }
        (Some(of), None, None, None) if sent.bill.is_empty() => Says::Voids { of },
        (None, None, Some(of), Some(filing)) if sent.bill.is_empty() => Says::Files { of, filing },
        _ => {
            let shapes = "a bill, a bill with `corrects`, `voids` alone, or `files` with `filing`";
            return Err(format!("it is none of: {shapes}, each with `settled`"));
        }
    };
    let settled = settled.ok_or("it has no `settled`: say when it was entered, as 2024-03-02")?;
    Ok(Entry { line, settled, says })
}

fn bill(benefits: &Benefits, sent: Map<String, Value>) -> Result<(String, Bill), String> {
    if sent.get("year").and_then(Value::as_object).is_some_and(|year| !year.is_empty()) {
        return Err("it has a `year`: leave it out, the year is worked out from its bills".to_owned());
    }
    let sent: BillIn = serde_json::from_value(Value::Object(sent)).map_err(|error| error.to_string())?;
    let bill = sent.bill(benefits)?;
    Ok((sent.id, bill))
}

/// `2024-03-02`, or with a time, `2024-03-02T10:30`.
fn moment(said: String) -> Result<String, String> {
    let (day, time) = said.split_once('T').map_or((said.as_str(), None), |(day, time)| (day, Some(time)));
    let two = |part: Option<&str>, end: u8| {
        part.is_some_and(|part| part.len() == 2 && part.parse::<u8>().is_ok_and(|number| number < end))
    };
    let sound = time.is_none_or(|time| {
        let mut parts = time.split(':');
        two(parts.next(), 24) && two(parts.next(), 60) && parts.next().is_none()
    });
    if sound && day.len() == 10 && day.parse::<Day>().is_ok() {
        return Ok(said);
    }
    Err(format!("`{said}` is no moment: write settled as 2024-03-02 or 2024-03-02T10:30"))
}

/// The year from its first entry to its last. The order in which the entries are given does not matter; two of one
/// moment are taken bills first, by id. All faults at once.
pub fn replay(
    benefits: &Benefits,
    mut entries: Vec<Entry>,
    order: Order,
) -> Result<Vec<History>, Vec<Fault>> {
    entries.sort_by(|a, b| a.place().cmp(&b.place()));
    let mut year = Year { benefits, order, ids: BTreeMap::new(), claims: Vec::new(), bills: BTreeMap::new() };
    let faults = year.check(&entries);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut now = Vec::new();
    for (place, entry) in (0..).zip(&entries) {
        now = year.enter(place, entry, &now);
    }
    let mut histories: Vec<History> = year.bills.into_values().collect();
    histories.sort_by(|a, b| (&a.settled, &a.id).cmp(&(&b.settled, &b.id)));
    Ok(histories)
}

impl Entry {
    /// Its place among the entries of the year, whatever their order in the file.
    fn place(&self) -> (&str, u8, &str) {
        let (kind, id) = match &self.says {
            Says::Bill { id, .. } => (0, id),
            Says::Corrects { id, .. } => (1, id),
            Says::Files { of, .. } => (2, of),
            Says::Voids { of } => (3, of),
        };
        (&self.settled, kind, id)
    }
}

/// The year while its entries are taken one after the other.
struct Year<'a> {
    benefits: &'a Benefits,
    order: Order,
    /// Each bill's or correction's id, and the bill it stands for.
    ids: BTreeMap<String, String>,
    claims: Vec<Claim>,
    bills: BTreeMap<String, History>,
}

impl Year<'_> {
    /// What does not go together; learns the ids on the way.
    fn check(&mut self, entries: &[Entry]) -> Vec<Fault> {
        let mut faults = Vec::new();
        let (mut gone, mut filed) = (BTreeMap::new(), BTreeMap::new());
        let (mut counts, mut fee_lines) = (None, 0);
        for entry in entries {
            let mut fault = |why: String| faults.push((entry.line, why));
            let of = match &entry.says {
                Says::Bill { .. } => None,
                Says::Corrects { of, .. } | Says::Files { of, .. } | Says::Voids { of } => {
                    let Some(bill) = self.ids.get(of) else {
                        fault(format!("no bill `{of}` was settled before {}", entry.settled));
                        continue;
                    };
                    if let Some(line) = gone.get(bill) {
                        fault(format!("bill `{of}` was voided before, in line {line}"));
                        continue;
                    }
                    Some(bill.clone())
                }
            };
            match (&entry.says, of) {
                (Says::Voids { .. }, Some(of)) => {
                    gone.insert(of, entry.line);
                }
                (Says::Files { .. }, Some(of)) => {
                    if let Some(line) = filed.insert((of, &entry.settled), entry.line) {
                        fault(format!("line {line} has a filing of the same moment: only one can stand"));
                    }
                }
                (Says::Bill { id, bill } | Says::Corrects { id, bill, .. }, of) => {
                    if self.ids.insert(id.clone(), of.unwrap_or_else(|| id.clone())).is_some() {
                        fault(format!("the id `{id}` was used before: give every bill its own"));
                    }
                    fee_lines += bill.lines.len();
                    let year = self.benefits.law_day_of(bill).year();
                    let first = *counts.get_or_insert(year);
                    if year != first {
                        fault(format!("it counts for {year}, the bills before for {first}: send one year"));
                    }
                }
                _ => {}
            }
        }
        if entries.len() > ENTRIES_MAX || fee_lines > FEE_LINES_MAX {
            let most = format!("at most {ENTRIES_MAX} entries and {FEE_LINES_MAX} fee lines are taken");
            faults.push((ENTRIES_MAX, format!("there are {} and {fee_lines}; {most}", entries.len())));
        }
        faults
    }

    /// The bill that an id stands for.
    fn named(&self, id: &str) -> String {
        self.ids.get(id).map_or(id, String::as_str).to_owned()
    }

    /// Takes an entry, works out the year anew and keeps what it moved.
    fn enter(&mut self, place: u64, entry: &Entry, before: &[Replayed]) -> Vec<Replayed> {
        let (cause, of) = match &entry.says {
            Says::Bill { id, bill } => {
                self.claims.push(Claim { id: id.clone(), bill: bill.clone(), settled: place });
                (Cause::Bill, id.clone())
            }
            Says::Corrects { of, bill, .. } => {
                let of = self.named(of);
                // A correction keeps the place of its bill: it is as if it had been right from the beginning.
                self.change(&of, |claim| claim.bill = bill.clone());
                (Cause::Correction, of)
            }
            Says::Files { of, filing } => {
                let of = self.named(of);
                self.change(&of, |claim| claim.bill.visit.filing = *filing);
                (Cause::Filing, of)
            }
            Says::Voids { of } => {
                let of = self.named(of);
                self.claims.retain(|claim| claim.id != of);
                (Cause::Void, of)
            }
        };
        let after = self.benefits.replay(&self.claims, self.order);
        for history in self.bills.values_mut() {
            history.now = None;
        }
        for replayed in &after {
            let result = || replayed.outcome.clone();
            let history = self.bills.entry(replayed.id.clone()).or_insert_with(|| History {
                id: replayed.id.clone(),
                settled: entry.settled.clone(),
                first: result(),
                now: None,
                moves: Vec::new(),
            });
            history.now = Some(result());
        }
        for difference in differences(before, &after) {
            if cause == Cause::Bill && difference.id == of {
                continue;
            }
            let Some(history) = self.bills.get_mut(&difference.id) else { continue };
            match history.moves.last_mut() {
                Some(last) if (last.cause, &last.of, &last.settled) == (cause, &of, &entry.settled) => {
                    last.differences.push(difference);
                }
                _ => history.moves.push(Move {
                    cause,
                    of: of.clone(),
                    settled: entry.settled.clone(),
                    differences: vec![difference],
                }),
            }
        }
        after
    }

    fn change(&mut self, id: &str, change: impl FnOnce(&mut Claim)) {
        if let Some(claim) = self.claims.iter_mut().find(|claim| claim.id == id) {
            change(claim);
        }
    }
}

#[cfg(test)]
mod tests;
