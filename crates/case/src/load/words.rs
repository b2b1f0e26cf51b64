//! The words that every part of a procedure is made of, each checked where it stands: articles, codes, conditions, roles,
//! owners, clocks, choices between readings.

use super::{Loader, Text};
use crate::clock::Start;
use crate::clock::Warn;
use crate::document::{Choice, TimingDocument, WarnDocument};
use crate::owner::Owner;
use crate::procedure::Timing;
use policy::expr::{Expr, Kind};
use policy::{Said, Spanned, say};
use std::ops::Range;
use terms::{ArticleId, Span, Unit};

impl Loader<'_> {
    pub(super) fn fault(&mut self, span: Range<usize>, what: Said, cure: Said) {
        self.faults.push(self.source.at(span, what, cure));
    }

    /// A fault for a word that is not known; `what` is the sentence that holds the `word`.
    pub(super) fn unknown<'k>(&mut self, word: &Text, what: Said, known: impl Iterator<Item = &'k String>) {
        let known: Vec<&str> = known.map(String::as_str).collect();
        let cure = Said::nearest(word.get_ref(), &known);
        self.fault(word.span(), what.with("word", word.get_ref()), cure);
    }

    pub(super) fn article(&mut self, id: &Text) -> ArticleId {
        match self.law.article(id.get_ref()) {
            None => {
                let known: Vec<String> = self.law.articles().map(|article| article.id.0.clone()).collect();
                self.unknown(id, say("no-such-article"), known.iter());
            }
            Some(article) => {
                let (from, to) = self.in_force;
                let ends_before = article.to.is_some_and(|end| to.is_none_or(|to| end < to));
                if article.from > from || ends_before {
                    let what = say("procedure-article-days").with("article", &article.id);
                    self.fault(id.span(), what, say("procedure-article-days-cure"));
                }
            }
        }
        ArticleId(id.get_ref().clone())
    }

    pub(super) fn code(&mut self, code: &Text) -> String {
        let plain = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        if !code.get_ref().split_once('/').is_some_and(|(service, reason)| plain(service) && plain(reason)) {
            let what = say("refusal-code").with("code", code.get_ref());
            self.fault(code.span(), what, say("refusal-code-cure"));
        }
        code.get_ref().clone()
    }

    pub(super) fn when(&mut self, text: &Text) -> Option<Expr> {
        match Expr::read(self.source, text, &self.declared, &Kind::Flag) {
            Ok(expr) => Some(expr),
            Err(faults) => {
                self.faults.extend(faults);
                None
            }
        }
    }

    pub(super) fn role(&mut self, role: &Text) -> String {
        if !self.roles.contains_key(role.get_ref()) {
            let roles = self.roles;
            self.unknown(role, say("no-role"), roles.keys());
        }
        role.get_ref().clone()
    }

    pub(super) fn owner(
        &mut self,
        role: Option<&Text>,
        organisation: &str,
        place: &Range<usize>,
        parties: &[String],
    ) -> Owner {
        let role = match role {
            Some(role) => self.role(role),
            None => {
                self.fault(place.clone(), say("no-owner"), say("no-owner-cure"));
                String::new()
            }
        };
        let mut known: Vec<String> = self.roles.values().cloned().collect();
        known.extend_from_slice(parties);
        if !known.iter().any(|word| word == organisation) {
            let word = Spanned::new(place.clone(), organisation.to_owned());
            known.sort();
            known.dedup();
            self.unknown(&word, say("no-organisation"), known.iter());
        }
        let belongs = self.roles.get(&role).filter(|_| !parties.iter().any(|party| party == organisation));
        if let Some(kind) =
            belongs.filter(|kind| *kind != organisation && known.iter().any(|word| word == organisation))
        {
            let what = say("role-elsewhere").with("role", &role).with("kind", kind);
            let what = what.with("organisation", organisation);
            self.fault(place.clone(), what, say("role-elsewhere-cure"));
        }
        Owner { role, organisation: organisation.to_owned() }
    }

    /// The clock of this owner's work.
    pub(super) fn timing(
        &mut self,
        timing: Option<&TimingDocument>,
        owner: &Owner,
        place: &Range<usize>,
    ) -> Timing {
        match timing {
            Some(timing) if timing.span.count > 0 => Timing {
                span: timing.span,
                from: timing.from.as_ref().map(|from| self.day_fact(from.get_ref(), from.span())),
                article: self.article(&timing.article),
                warn: self.warn(timing.warn.as_ref(), owner, timing.span),
            },
            Some(_) | None => {
                self.fault(place.clone(), say("no-clock"), say("no-clock-cure"));
                Timing {
                    span: terms::Span::working_days(1),
                    from: None,
                    article: ArticleId(String::new()),
                    warn: None,
                }
            }
        }
    }

    /// The value the pack has chosen, and by which reading.
    pub(super) fn choose<T: Clone>(
        &mut self,
        choice: &Spanned<Choice<T>>,
    ) -> Option<(T, Option<(String, String)>)> {
        let readings = match choice.get_ref() {
            Choice::Plain(value) => return Some((value.clone(), None)),
            Choice::Readings(readings) => readings,
        };
        let law = self.law;
        let Some(setting) = law.setting(&readings.setting) else {
            let known: Vec<String> = law.settings().map(|setting| setting.id.clone()).collect();
            self.unknown(
                &Spanned::new(choice.span(), readings.setting.clone()),
                say("no-such-setting"),
                known.iter(),
            );
            return None;
        };
        if !setting.readings.keys().eq(readings.readings.keys()) {
            let known: Vec<&str> = setting.readings.keys().map(String::as_str).collect();
            let cure = say("readings-missing-cure").with("known", known.join(", "));
            self.fault(choice.span(), say("readings-missing").with("setting", &setting.id), cure);
            return None;
        }
        let value = readings.readings.get(&setting.chosen)?.clone();
        Some((value, Some((setting.id.clone(), setting.chosen.clone()))))
    }

    /// A named day of a fact.
    pub(super) fn day_fact(&mut self, name: &str, place: Range<usize>) -> String {
        if self.declared.get(name) != Some(&Kind::Day) {
            let days = |(name, kind): (&String, &Kind)| (*kind == Kind::Day).then(|| name.clone());
            let known: Vec<String> = self.declared.iter().filter_map(days).collect();
            self.unknown(&Spanned::new(place, name.to_owned()), say("no-day-fact"), known.iter());
        }
        name.to_owned()
    }

    pub(super) fn start(
        &mut self,
        choice: &Spanned<Choice<String>>,
    ) -> Option<(Start, Option<(String, String)>)> {
        let (text, reading) = self.choose(choice)?;
        let start = match (text.as_str(), text.split_once(' ')) {
            ("opened", _) => Start::Opened,
            ("accepted", _) => Start::Accepted,
            ("entered", _) => Start::Entered,
            (_, Some(("step", step))) => Start::Step(step.to_owned()),
            (_, Some(("fact", name))) => Start::Fact(self.day_fact(name, choice.span())),
            _ => {
                let what = say("starts-nothing").with("written", &text);
                self.fault(choice.span(), what, say("starts-nothing-cure"));
                return None;
            }
        };
        Some((start, reading))
    }

    /// Who is told ahead of a date: as the clock says, or as the pack says for the owner's kind of organisation.
    pub(super) fn warn(&mut self, warn: Option<&WarnDocument>, owner: &Owner, span: Span) -> Option<Warn> {
        let kind = self.roles.get(&owner.role)?;
        let (days, role) = match warn {
            Some(warn) => (warn.days, self.role(&warn.tells)),
            None => self.warnings.get(kind).map(|row| (row.days, row.tells.clone()))?,
        };
        // Not before half of a short span is over: who is warned on the first day is not warned at all.
        let days = match span.unit {
            Unit::WorkingDays | Unit::CalendarDays => days.min(span.count / 2),
            Unit::Months | Unit::Years => days,
        };
        // A role of the same kind of organisation is told where the work is; any other where it belongs.
        let told = self.roles.get(&role)?;
        let organisation = if told == kind { &owner.organisation } else { told }.clone();
        Some(Warn { days, tells: Owner { role, organisation } })
    }
}
