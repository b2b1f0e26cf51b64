//! Parameters of payment and clearing: rates and terms by date, as the pack says.

use crate::document::{Document, ParameterDraft, cited};
use policy::{Cell, Diagnostics, Law, Source, Spanned, Table, say};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Name, Rate};

/// Which parameters there are. Their values are data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    /// Share of a provider's month kept back until the yearly assessment. A rate.
    HeldBackShare,
    /// Month of the next year by whose end a provider's year is cleared. A count.
    YearClearedByMonth,
    /// Working days to pay a hospital. A count.
    PaymentDaysHospital,
    /// Working days to pay a pharmacy. A count.
    PaymentDaysPharmacy,
    /// Working days to reply to a deduction. A count.
    ReplyDays,
    /// Use of a prepayment that raises the yellow alarm. A rate.
    PrepaymentYellow,
    /// Use of a prepayment that raises the red alarm. A rate.
    PrepaymentRed,
    /// Months of last year's cost held as prepayment. A count.
    PrepaymentMonths,
    /// Month of the next year by whose end a year between regions is cleared. A count.
    RegionYearClearedByMonth,
    /// Seconds to wait for the answer of another region. A count.
    RemoteAnswerSeconds,
    /// Days by which the clocks of two regions may differ. A count.
    RemoteDayDifference,
    /// Use of a fund's budget from which a warning is shown. A rate.
    BudgetWarning,
}

use Parameter as P;

/// Name and whether it is a rate (otherwise a count), in the order of the enum.
const FORMS: [(Parameter, &str, bool); 12] = [
    (P::HeldBackShare, "held-back-share", true),
    (P::YearClearedByMonth, "year-cleared-by-month", false),
    (P::PaymentDaysHospital, "payment-days-hospital", false),
    (P::PaymentDaysPharmacy, "payment-days-pharmacy", false),
    (P::ReplyDays, "reply-days", false),
    (P::PrepaymentYellow, "prepayment-yellow", true),
    (P::PrepaymentRed, "prepayment-red", true),
    (P::PrepaymentMonths, "prepayment-months", false),
    (P::RegionYearClearedByMonth, "region-year-cleared-by-month", false),
    (P::RemoteAnswerSeconds, "remote-answer-seconds", false),
    (P::RemoteDayDifference, "remote-day-difference", false),
    (P::BudgetWarning, "budget-warning", true),
];

/// The largest count a parameter may have.
const COUNT_MAX: u32 = 1000;

impl Parameter {
    /// `held-back-share`
    pub fn name(self) -> &'static str {
        FORMS[self as usize].1
    }

    fn named(name: &str) -> Option<Parameter> {
        FORMS.iter().find(|form| form.1 == name).map(|form| form.0)
    }

    fn is_rate(self) -> bool {
        FORMS[self as usize].2
    }
}

/// A value over a span of days. A count is kept as a rate over one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Valued {
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The value.
    pub value: Rate,
    /// What it rests on.
    pub article: ArticleId,
}

/// A pack is silent where a value is needed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pack has no `{0}` for {1}: add a row to the parameters of its postings")]
pub struct NoValue(pub &'static str, pub Day);

/// The parameters of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parameters {
    values: BTreeMap<Parameter, (Name, Vec<Valued>)>,
}

impl Parameters {
    /// The parameters of a pack, checked: known articles, no overlap, no gap, rates within one. An upper layer that
    /// speaks of a parameter speaks of all its dates.
    pub fn compile(law: &Law) -> Result<Parameters, Diagnostics> {
        let (mut faults, mut values) = (Diagnostics::new(), BTreeMap::new());
        for source in law.documents("postings") {
            match source.read::<Document>() {
                Ok(document) => {
                    for draft in document.parameter {
                        if let Some((parameter, name, rows)) = parameter(law, source, &draft, &mut faults) {
                            values.insert(parameter, (name, rows));
                        }
                    }
                }
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Parameters { values }) } else { Err(faults) }
    }

    /// The value on this day and its article.
    pub fn on(&self, parameter: Parameter, day: Day) -> Result<&Valued, NoValue> {
        self.values
            .get(&parameter)
            .and_then(|(_, rows)| {
                rows.iter().find(|row| row.from <= day && row.to.is_none_or(|to| day <= to))
            })
            .ok_or(NoValue(parameter.name(), day))
    }

    /// A rate on this day.
    pub fn rate(&self, parameter: Parameter, day: Day) -> Result<Rate, NoValue> {
        self.on(parameter, day).map(|valued| valued.value)
    }

    /// A count on this day.
    pub fn count(&self, parameter: Parameter, day: Day) -> Result<u32, NoValue> {
        self.on(parameter, day).map(|valued| valued.value.num())
    }

    /// Every parameter the pack has, with its name and values by date.
    pub fn all(&self) -> impl Iterator<Item = (Parameter, &Name, &[Valued])> {
        self.values.iter().map(|(parameter, (name, rows))| (*parameter, name, rows.as_slice()))
    }
}

fn parameter(
    law: &Law,
    source: &Source,
    draft: &ParameterDraft,
    faults: &mut Diagnostics,
) -> Option<(Parameter, Name, Vec<Valued>)> {
    let Some(parameter) = Parameter::named(draft.id.get_ref()) else {
        let known: Vec<&str> = FORMS.iter().map(|form| form.1).collect();
        let what = say("no-parameter").with("word", draft.id.get_ref());
        faults.push(source.at(draft.id.span(), what, say("known-ones").with("known", known.join(", "))));
        return None;
    };
    let table = match Table::inside(source, &draft.values) {
        Ok(table) => table,
        Err(found) => {
            faults.extend(found);
            return None;
        }
    };
    let columns = ["from", "to", "value", "article"].map(|head| table.column(head));
    let [Some(from), Some(to), Some(value), Some(article)] = columns else {
        let cure = say("columns-missing-cure").with("columns", "from, to, value, article");
        faults.push(source.at(draft.values.span(), say("columns-missing"), cure));
        return None;
    };
    let before = faults.len();
    let mut rows: Vec<Valued> = Vec::new();
    for row in &table.rows {
        let cell = |column: usize| &row.cells[column];
        let day = |cell: &Cell, faults: &mut Diagnostics| {
            let read = cell.text.parse::<Day>();
            if let Err(error) = &read {
                let what = say("cannot-read").with("written", &cell.text).with("why", error);
                faults.push(source.at(cell.span.clone(), what, say("cell-day-cure")));
            }
            read.ok()
        };
        let Some(from) = day(cell(from), faults) else { continue };
        let to = if cell(to).text.is_empty() { None } else { day(cell(to), faults) };
        let Some(value) = read_value(source, parameter, cell(value), faults) else { continue };
        let cite = cell(article);
        cited(law, source, &Spanned::new(cite.span.clone(), cite.text.clone()), from, faults);
        let last = rows.last().map(|last| last.to);
        if last.is_some_and(|to| to.map(Day::next) != Some(from)) || to.is_some_and(|to| to < from) {
            let (what, cure) = (say("values-days"), say("values-days-cure"));
            faults.push(source.at(row.cells[0].span.clone(), what, cure));
        }
        rows.push(Valued { from, to, value, article: ArticleId(cite.text.clone()) });
    }
    (faults.len() == before).then(|| (parameter, draft.name.clone(), rows))
}

fn read_value(source: &Source, parameter: Parameter, cell: &Cell, faults: &mut Diagnostics) -> Option<Rate> {
    let found = if parameter.is_rate() {
        cell.text.parse::<Rate>().ok().filter(|rate| !rate.exceeds_one())
    } else {
        cell.text
            .parse::<u32>()
            .ok()
            .filter(|count| (1..=COUNT_MAX).contains(count))
            .and_then(|n| Rate::new(n, 1))
    };
    if found.is_none() {
        let cure = if parameter.is_rate() {
            say("parameter-rate-cure")
        } else {
            say("parameter-count-cure").with("most", COUNT_MAX)
        };
        faults.push(source.at(
            cell.span.clone(),
            say("no-parameter-value").with("written", &cell.text),
            cure,
        ));
    }
    found
}

#[cfg(test)]
mod tests;
