//! Why a bill came out as it did: the compact trace read back against the compiled law, step by step, each with its
//! article; and what would have come of small changes to the bill.

use crate::bill::{Bill, Filing};
use crate::code::Code;
use crate::model::{Benefits, Field, LawDay, Layer, Origin, Pays, WhatIf};
use crate::outcome::{Outcome, Step, StepKind};
use terms::{ArticleId, Fact, Facts, Fen, Name, Refusals};

/// An explanation of one outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The hash of the law that was applied.
    pub law: String,
    /// Which day's law was applied to the visit, and why.
    pub day: Explained,
    /// Every step in order.
    pub steps: Vec<Explained>,
}

/// What the amount of a step is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Which law; no amount.
    Law,
    /// Shares of the lines; they add up to the total of the bill.
    Split,
    /// What a layer starts from: first share, base and deductible. Not added up.
    Base,
    /// Who pays; cuts are negative. They add up to the total of the bill.
    Pay,
}

/// One step of an explanation. The words are the text files' under `key`, filled with `facts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// `explain-band`, a key of the text files.
    pub key: &'static str,
    /// What its amount is part of.
    pub section: Section,
    /// The article it rests on.
    pub article: ArticleId,
    /// The article is an illustration and not law.
    pub illustrative: bool,
    /// File and line of the figure, where a figure was used.
    pub written: Option<(String, u32)>,
    /// Inputs, rate and rounding, for the words.
    pub facts: Facts,
    /// In fen; negative for a cut.
    pub amount: Fen,
}

/// What a change to the bill would have made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counterfactual {
    /// `referral-filed`
    pub id: String,
    /// What it changes, in the pack's words.
    pub name: Name,
    /// What all funds would pay more (or, negative, less); the reasons where it would be refused.
    pub difference: Result<Fen, Refusals>,
}

/// An amount as a fact.
fn money(fen: i64) -> Fact {
    Fact::Fen(Fen::new(fen).unwrap_or(Fen::MAX))
}

impl Explained {
    fn new(key: &'static str, section: Section, article: ArticleId, amount: i64) -> Explained {
        let amount = Fen::new(amount).unwrap_or(Fen::MAX);
        let (illustrative, written, facts) = (false, None, Facts::new());
        Explained { key, section, article, illustrative, written, facts, amount }
    }

    fn with(mut self, name: &str, fact: Fact) -> Explained {
        self.facts.insert(name.to_owned(), fact);
        self
    }
}

impl Benefits {
    /// Explains an outcome of this law for this bill.
    pub fn explain(&self, bill: &Bill, outcome: &Outcome) -> Explanation {
        let mut steps = Vec::new();
        self.explain_lines(bill, outcome, &mut steps);
        for step in &outcome.steps {
            if let Some(layer) = self.layers.get(usize::from(step.layer)) {
                self.explain_step(layer, step, &mut steps);
            }
        }
        let cash = outcome.amounts.psn_cash_pay.get();
        steps.push(Explained::new("explain-cash", Section::Pay, self.id_of(self.lines_article), cash));
        Explanation { law: self.hash.clone(), day: self.explain_day(bill), steps }
    }

    /// Which day's law a bill is settled under: a stay across a change of figures or of the year is told apart, with
    /// the day that decides by the setting.
    pub fn explain_day(&self, bill: &Bill) -> Explained {
        let visit = &bill.visit;
        let day = self.law_day_of(bill);
        let (first, last) = (self.period(visit.begndate), self.period(visit.enddate));
        let across = first != last || visit.begndate.year() != visit.enddate.year();
        let key = match (across, self.law_day) {
            (false, _) => "explain-law",
            (true, LawDay::Discharge) => "explain-law-discharge",
            (true, LawDay::Admission) => "explain-law-admission",
        };
        let since = self.period(day).and_then(|period| self.periods.get(period));
        Explained::new(key, Section::Law, self.id_of(self.law_day_article), 0)
            .with("day", Fact::Day(day))
            .with("begndate", Fact::Day(visit.begndate))
            .with("enddate", Fact::Day(visit.enddate))
            .with("since", Fact::Day(since.copied().unwrap_or(day)))
            .with("year", Fact::Text(day.year().to_string()))
    }

    fn explain_lines(&self, bill: &Bill, outcome: &Outcome, steps: &mut Vec<Explained>) {
        for (number, (line, share)) in bill.lines.iter().zip(&outcome.lines).enumerate() {
            let parts = [
                ("explain-line-own", share.fulamt_ownpay_amt),
                ("explain-line-over-limit", share.overlmt_amt),
                ("explain-line-first-own", share.preselfpay_amt),
                ("explain-line-in-scope", share.inscp_scp_amt),
            ];
            for (key, amount) in parts.into_iter().filter(|(_, amount)| *amount != Fen::ZERO) {
                let item = line.entry.and_then(|entry| self.catalogue.item(entry));
                let article = item.and_then(|item| self.catalogue.article(item));
                let article = article.cloned().unwrap_or_else(|| self.id_of(self.lines_article));
                let mut step = Explained::new(key, Section::Split, article, amount.get())
                    .with("line", Fact::Number(i64::try_from(number + 1).unwrap_or(i64::MAX)))
                    .with("price", Fact::Text(line.price.to_string()))
                    .with("quantity", Fact::Text(line.quantity.to_string()))
                    .with("total", Fact::Fen(share.det_item_fee_sumamt))
                    .with("first-own", Fact::Text(line.first_own.to_string()))
                    .with("rounding", Fact::Code("half-up".to_owned()));
                if let Some(ceiling) = line.ceiling {
                    step = step.with("ceiling", Fact::Text(ceiling.to_string()));
                }
                step.illustrative = line.illustrative;
                let written = item.and_then(|item| self.catalogue.written(item));
                step.written = written.map(|(file, line)| (file.to_owned(), line));
                steps.push(step);
            }
        }
    }

    pub(crate) fn explain_step(&self, layer: &Layer, step: &Step, steps: &mut Vec<Explained>) {
        // A first share is no payment: the person's own, taken off before the funds are asked.
        let paying = if layer.pays == Pays::FirstOwn { Section::Base } else { Section::Pay };
        let name = Fact::Name(layer.name.clone());
        let explained = match step.kind {
            StepKind::Deductible => {
                let rule = layer.rules.get(step.row as usize);
                let Some(rule) = rule else { return };
                self.written("explain-deductible", Section::Base, rule.deductible_from, step.amount)
                    .with("full", Fact::Fen(rule.deductible))
                    .with("borne", money(step.from))
                    .with("base", money(step.length))
            }
            StepKind::Band => {
                let Some(band) = layer.bands.get(step.row as usize) else { return };
                self.written("explain-band", paying, band.origin, step.amount)
                    .with("length", money(step.length))
                    .with("start", money(step.from))
                    .with("end", money(step.from.saturating_add(step.length)))
                    .with("rate", Fact::Rate(band.rate))
                    .with("rounding", Fact::Code(rounding(layer).to_owned()))
            }
            StepKind::Cap => {
                let Some(cap) = layer.caps.get(step.row as usize) else { return };
                self.written("explain-cap", paying, cap.origin, -step.amount)
                    .with("limit", Fact::Fen(cap.limit.unwrap_or(Fen::MAX)))
                    .with("used", money(step.from))
                    .with("wanted", money(step.length))
            }
            StepKind::Balance => {
                Explained::new("explain-balance", paying, self.id_of(layer.article), -step.amount)
                    .with("balance", money(step.from))
                    .with("wanted", money(step.length))
            }
            StepKind::Layer => {
                Explained::new("explain-layer", Section::Base, self.id_of(layer.article), step.amount)
                    .with("base", money(step.length))
                    .with("year", money(step.from))
                    .with("field", Fact::Code(layer.pays.field().to_owned()))
            }
        };
        steps.push(explained.with("layer", name));
    }

    /// A step that rests on a figure of the pack.
    fn written(&self, key: &'static str, section: Section, origin: Origin, amount: i64) -> Explained {
        let mut step = Explained::new(key, section, self.id_of(origin.article), amount);
        step.illustrative = origin.illustrative;
        step.written = self.files.get(usize::from(origin.file)).map(|file| (file.clone(), origin.line));
        step
    }

    fn id_of(&self, article: u16) -> ArticleId {
        ArticleId::from(self.article_id(article))
    }

    /// Tries the pack's what-ifs on a bill. Those that change nothing in it, or nothing in the money, are left out.
    pub fn counterfactuals(&self, bill: &Bill, outcome: &Outcome) -> Vec<Counterfactual> {
        let mut tried = Outcome::default();
        let mut found = Vec::new();
        for what_if in &self.what_ifs {
            let mut changed = bill.clone();
            what_if.apply(&mut changed);
            if changed == *bill {
                continue;
            }
            let difference = self.adjudicate(&changed, &mut tried).map(|()| {
                let funds = tried.amounts.fund_pay_sumamt.minus(outcome.amounts.fund_pay_sumamt);
                funds.unwrap_or(Fen::ZERO)
            });
            if difference != Ok(Fen::ZERO) {
                let (id, name) = (what_if.id.clone(), what_if.name.clone());
                found.push(Counterfactual { id, name, difference });
            }
        }
        found
    }
}

/// The word of a layer's rounding.
fn rounding(layer: &Layer) -> &'static str {
    match layer.rounding {
        terms::Rounding::HalfUp => "half-up",
        terms::Rounding::Down => "down",
        terms::Rounding::Up => "up",
    }
}

impl WhatIf {
    /// Changes the bill.
    pub fn apply(&self, bill: &mut Bill) {
        for &(field, code) in &self.set {
            field.set(bill, code);
        }
    }
}

impl Field {
    /// Writes a code into a bill. The region is where the provider stands and cannot be written; codes that a
    /// field does not know leave it as it is.
    pub(crate) fn set(self, bill: &mut Bill, code: Code) {
        let yes = code == Code::YES;
        match self {
            Field::Insutype => bill.person.insutype = code,
            Field::PsnType => bill.person.psn_type = code,
            Field::Category => bill.person.category = code,
            Field::Hardship => bill.person.hardship = code,
            Field::ProviderKind => bill.provider.kind = code,
            Field::HospLv => bill.provider.hosp_lv = code,
            Field::MedType => bill.visit.med_type = code,
            Field::Designated => bill.provider.designated = yes,
            Field::Contracted => bill.provider.contracted = yes,
            Field::Direct => bill.visit.direct = yes,
            Field::Filing => {
                let kinds = [Filing::None, Filing::LongTerm, Filing::Referral, Filing::Emergency];
                if let Some(&filing) = kinds.iter().find(|filing| filing.code() == code) {
                    bill.visit.filing = filing;
                }
            }
            Field::Ordinal => {
                bill.visit.ordinal = code.to_string().parse().unwrap_or(bill.visit.ordinal);
            }
            Field::Region => {}
        }
    }
}

#[cfg(test)]
mod tests;
