//! Words of a scenario as facts.

use super::Stage;
use crate::Procedure;
use policy::expr::Kind;
use policy::scenario::Pair;
use policy::{Cell, Said, say};
use terms::{Day, Fact, Facts};

impl Stage {
    /// The facts a person or `given` line states, by the kinds the procedure's forms declare.
    pub(crate) fn facts(&self, procedure: &Procedure, pairs: &[Pair]) -> Result<Facts, String> {
        pairs
            .iter()
            .map(|pair| Ok((pair.key.text.clone(), self.fact(procedure, &pair.key, &pair.value)?)))
            .collect()
    }

    /// One fact.
    pub(crate) fn fact(&self, procedure: &Procedure, name: &Cell, value: &Cell) -> Result<Fact, String> {
        let known: Vec<&str> = procedure.fields().map(|field| field.id.as_str()).collect();
        let Some(field) = procedure.fields().find(|field| field.id == name.text) else {
            return Err(self.scenario.unknown(name, say("no-scenario-fact"), &known).to_string());
        };
        let text = value.text.as_str();
        let wrong = |what: Said| {
            self.scenario.at(value, what.with("written", text), say("mend-value-cure")).to_string()
        };
        let fact = match &field.kind {
            Kind::Flag => match text {
                "yes" | "是" => Fact::Flag(true),
                "no" | "否" => Fact::Flag(false),
                _ => return Err(wrong(say("no-flag"))),
            },
            Kind::Number => Fact::Number(text.parse().map_err(|_| wrong(say("no-number")))?),
            Kind::Day => Fact::Day(text.parse().map_err(|_| wrong(say("no-day")))?),
            Kind::Fen => Fact::Fen(text.parse().map_err(|_| wrong(say("no-amount")))?),
            Kind::Rate => Fact::Rate(text.parse().map_err(|_| wrong(say("no-rate")))?),
            Kind::Code(_) => Fact::Code(text.to_owned()),
            Kind::Codes(_) if text == "none" => Fact::Codes(Vec::new()),
            Kind::Codes(_) => Fact::Codes(text.split('+').map(str::to_owned).collect()),
            Kind::Text | Kind::Span => Fact::Text(text.to_owned()),
        };
        if field.accepts(&fact) { Ok(fact) } else { Err(wrong(say("not-on-list"))) }
    }

    /// A day in this cell.
    ///
    /// # Errors
    /// It is no day, with its place.
    pub fn day(&self, cell: &Cell) -> Result<Day, String> {
        let fault = |error: terms::DayError| {
            let what = say("cannot-read").with("written", &cell.text).with("why", error);
            self.scenario.at(cell, what, say("cell-day-cure")).to_string()
        };
        cell.text.parse().map_err(fault)
    }
}
