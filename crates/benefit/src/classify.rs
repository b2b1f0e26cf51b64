//! Where a bill belongs: the period of its law day and its value along every dimension; or why it is refused.

use crate::bill::Bill;
use crate::model::{Benefits, DIMENSIONS_MAX, DimensionSource, Field, Gate, NO_VALUE};
use terms::{Fact, Refusal, Refusals};

/// At least as many as there are fields; a power of two, so that a place is always inside.
const FIELDS_MAX: usize = Field::ALL.len().next_power_of_two();

impl Benefits {
    /// The period; fills in the value of every dimension. Nothing where there is a reason to refuse. The values are
    /// written in place: copying what was just written byte by byte would wait for the writes.
    #[inline(always)]
    pub(crate) fn classify(&self, bill: &Bill, values: &mut [u8; DIMENSIONS_MAX]) -> Option<usize> {
        if bill.lines.is_empty() || bill.visit.enddate < bill.visit.begndate {
            return None;
        }
        let period = self.period(self.law_day_of(bill))?;
        let mut classes = [0usize; FIELDS_MAX];
        for (class, field) in classes.iter_mut().zip(&self.fields) {
            *class = field.class(field.field.of(bill, self.region));
        }
        for (place, dimension) in self.dimensions.iter().enumerate() {
            let value = match &dimension.source {
                DimensionSource::Table { fields, values } => {
                    let mut place = 0;
                    for &(field, stride) in fields {
                        place += classes[field % FIELDS_MAX] * stride;
                    }
                    values[place]
                }
                DimensionSource::HighestOf { dimension } => {
                    self.highest(bill, *dimension, values[*dimension])
                }
            };
            if value == NO_VALUE {
                return None;
            }
            values[place] = value;
        }
        let shut = |gate: &Gate| gate.table[gate.grid.place(values, period)];
        if self.gates.iter().any(shut) { None } else { Some(period) }
    }

    /// The higher of this bill's value and that of the year's highest earlier level.
    fn highest(&self, bill: &Bill, dimension: usize, now: u8) -> u8 {
        let Some(highest) = bill.visit.highest else { return now };
        let mut earlier = bill.clone_head();
        earlier.provider.kind = highest.kind;
        earlier.provider.hosp_lv = highest.hosp_lv;
        self.value(&earlier, dimension).map_or(NO_VALUE, |value| value.min(now))
    }

    /// An amount left the span of the national field tables.
    pub(crate) fn out_of_range(&self) -> Refusal {
        Refusal::new("benefit/amount-out-of-range", self.article_id(self.lines_article))
    }

    /// The value of one dimension of a bill.
    pub(crate) fn value(&self, bill: &Bill, dimension: usize) -> Option<u8> {
        let value = match &self.dimensions.get(dimension)?.source {
            DimensionSource::Table { fields, values } => {
                let place = fields.iter().map(|&(field, stride)| {
                    let field = &self.fields[field];
                    field.class(field.field.of(bill, self.region)) * stride
                });
                *values.get(place.sum::<usize>())?
            }
            DimensionSource::HighestOf { dimension } => {
                let now = self.value(bill, *dimension)?;
                self.highest(bill, *dimension, now)
            }
        };
        (value != NO_VALUE).then_some(value)
    }

    /// Every reason why a bill is not adjudicated, at once.
    pub(crate) fn refusals(&self, bill: &Bill) -> Refusals {
        let mut refusals = Refusals::new();
        let refusal = |code: &str, article: u16| Refusal::new(code, self.article_id(article));
        if bill.lines.is_empty() {
            refusals.push(refusal("benefit/no-lines", self.lines_article));
        }
        let visit = &bill.visit;
        if visit.enddate < visit.begndate {
            refusals.push(
                refusal("benefit/days-reversed", self.law_day_article)
                    .with("begndate", Fact::Day(visit.begndate))
                    .with("enddate", Fact::Day(visit.enddate)),
            );
        }
        let day = self.law_day_of(bill);
        let period = self.period(day);
        if period.is_none() {
            refusals.push(
                refusal("benefit/day-before-answers", self.law_day_article)
                    .with("day", Fact::Day(day))
                    .with("answers-from", Fact::Day(self.periods.first().copied().unwrap_or(day))),
            );
        }
        let mut values = [0; DIMENSIONS_MAX];
        let mut complete = true;
        for (place, dimension) in self.dimensions.iter().enumerate() {
            match self.value(bill, place) {
                Some(value) => values[place] = value,
                None => {
                    complete = false;
                    refusals.push(self.unclassified(
                        bill,
                        place,
                        refusal("benefit/no-class", dimension.article),
                    ));
                }
            }
        }
        let Some(period) = period.filter(|_| complete) else { return refusals };
        for gate in &self.gates {
            if gate.table[gate.grid.place(&values, period)] {
                let mut shut = refusal(&gate.code, gate.article).with("day", Fact::Day(day));
                for (place, dimension) in self.dimensions.iter().enumerate() {
                    if gate.grid.strides[place] > 0
                        && let Some(value) = dimension.values.get(usize::from(values[place]))
                    {
                        shut = shut.with(&dimension.id, Fact::Name(value.name.clone()));
                    }
                }
                refusals.push(shut);
            }
        }
        refusals
    }

    /// Adds the codes a dimension could not place.
    fn unclassified(&self, bill: &Bill, dimension: usize, refusal: Refusal) -> Refusal {
        let dimension = &self.dimensions[dimension];
        let mut refusal = refusal.with("dimension", Fact::Name(dimension.name.clone()));
        if let DimensionSource::Table { fields, .. } = &dimension.source {
            let found: Vec<String> = fields
                .iter()
                .map(|&(field, _)| {
                    let field = self.fields[field].field;
                    format!("{} {}", field.name(), field.of(bill, self.region))
                })
                .collect();
            refusal = refusal.with("found", Fact::Text(found.join(", ")));
        }
        refusal
    }

    pub(crate) fn article_id(&self, place: u16) -> &str {
        self.articles.get(usize::from(place)).map_or("", |article| article.id.0.as_str())
    }
}
