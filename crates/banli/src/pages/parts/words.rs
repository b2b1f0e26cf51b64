//! Small things inside sentences and cells: money, days, standing, articles.

use super::Page;
use ledger::Word;
use maud::{Markup, html};
use policy::Confidence;
use terms::{Certainty, DateStep, Dated, Day, Facts, Fen};

/// How something stands: the word first, the shape second, the colour third.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Waits for somebody else.
    Waiting,
    /// Waits for the reader.
    Mine,
    /// Will be late soon.
    Soon,
    /// Late.
    Late,
    /// Over.
    Done,
}

impl Standing {
    fn class(self) -> &'static str {
        match self {
            Standing::Waiting => "waiting",
            Standing::Mine => "mine",
            Standing::Soon => "soon",
            Standing::Late => "late",
            Standing::Done => "done",
        }
    }
}

/// A tag with a word of its own.
pub fn status(standing: Standing, words: &str) -> Markup {
    html! { span.status.(standing.class()) { (words) } }
}

/// An amount, grouped, without its unit: the head of the column or the sentence names it once.
pub fn money(amount: Fen) -> Markup {
    html! { span.money.negative[amount.is_negative()] { (amount.grouped()) } }
}

/// A plain date.
pub fn day(page: &Page<'_>, day: Day) -> Markup {
    html! { time.nowrap datetime=(day) { (page.text.day(day)) } }
}

/// A date that unfolds into how it came about.
pub fn day_why(page: &Page<'_>, dated: &Dated) -> Markup {
    html! {
        details.why {
            summary title=(page.text.say("day-why")) { (day(page, dated.day)) @if dated.certainty == Certainty::Provisional { " " span.illustrative { (page.text.say("provisional")) } } }
            ol { @for line in derivation(page, dated) { li { (line) } } }
        }
    }
}

/// The word before a promised day: a notice or a wait ends then at the earliest, anything else by then.
pub fn promised(page: &Page<'_>, procedure: &case::Procedure, promise: &case::Promise) -> String {
    let waits = procedure.state(&promise.id).is_some();
    page.text.say(if waits { "promised-not-before" } else { "promised-by" })
}

/// How a date came about, one sentence a line; days off in a row are told together.
pub fn derivation(page: &Page<'_>, dated: &Dated) -> Vec<String> {
    let text = page.text;
    let mut lines = vec![];
    let mut steps = dated.steps.iter().peekable();
    while let Some(step) = steps.next() {
        lines.push(match step {
            DateStep::Starts { on } => text.with("date-starts", &[("on", text.day(*on).into())]),
            DateStep::Counted { count, unit, to } => text.with("date-counted", &[("span", text.span(*count, *unit).into()), ("to", text.day(*to).into())]),
            DateStep::DayOff { on, holiday } => {
                let mut last = *on;
                while let Some(DateStep::DayOff { on, .. }) = steps.next_if(|next| matches!(next, DateStep::DayOff { on, holiday: other } if other == holiday && *on == last.next())) {
                    last = *on;
                }
                let days = if last == *on { text.day(*on) } else { text.with("days-from-to", &[("from", text.day(*on).into()), ("to", text.day(last).into())]) };
                match holiday {
                    Some(name) => text.with("date-holiday", &[("days", days.into()), ("name", text.name(name).into())]),
                    None => text.with("date-weekend", &[("days", days.into())]),
                }
            }
            DateStep::MakeUp { on, holiday } => text.with("date-make-up", &[("on", text.day(*on).into()), ("name", text.name(holiday).into())]),
            DateStep::Rolled { from, to } => text.with("date-rolled", &[("from", text.day(*from).into()), ("to", text.day(*to).into())]),
        });
    }
    if dated.certainty == Certainty::Provisional {
        lines.push(text.say("date-provisional"));
    }
    lines
}

/// The article something rests on, one click from its page. An illustrative one says so.
pub fn article(page: &Page<'_>, id: &str) -> Markup {
    match page.law.article(id) {
        Some(article) => html! {
            a.law href=(page.link(&format!("/law/articles/{id}"))) title=(page.text.name(&article.gist)) {
                (page.text.name(&article.instrument)) " " (page.text.name(&article.place))
            }
            @if article.confidence == Confidence::Illustrative { " " span.illustrative { (page.text.say("illustrative")) } }
        },
        None => html! { span.law { (id) } },
    }
}

/// The same where room is scarce: the place alone, the instrument on pointing at it.
pub fn article_short(page: &Page<'_>, id: &str) -> Markup {
    match page.law.article(id) {
        Some(article) => html! {
            a.law href=(page.link(&format!("/law/articles/{id}")))
                title={ (page.text.name(&article.instrument)) (page.text.colon()) (page.text.name(&article.gist)) } {
                (page.text.name(&article.place))
            }
            @if article.confidence == Confidence::Illustrative {
                " " span.illustrative title=(page.text.say("illustrative")) { (page.text.say("illustrative-short")) }
            }
        },
        None => html! { span.law { (id) } },
    }
}

/// A reason of the office, without code: what, what cures it, the article.
pub fn reason(page: &Page<'_>, refusal: &terms::Refusal) -> Markup {
    let (what, cure) = page.text.refusal(refusal);
    html! {
        p.what { (what) }
        @if let Some(cure) = cure { p.cure { (cure) } }
        p { (article(page, &refusal.article.0)) }
    }
}

/// Facts as a list of names and values.
pub fn fact_list(page: &Page<'_>, facts: &Facts) -> Markup {
    html! {
        dl.facts {
            @for (name, fact) in facts { dt { (page.text.fact_name(name)) } dd { (page.text.fact(fact)) } }
        }
    }
}

/// What stands where nothing is yet: what will appear, and how.
pub fn empty(what: &str, how: &str) -> Markup {
    html! { div.empty { strong { (what) } (how) } }
}

/// How the open days of a month came about.
pub fn window_why(page: &Page<'_>, open: &case::OpenDays) -> Markup {
    use case::WindowStep;
    let text = page.text;
    let mut lines = vec![];
    let mut steps = open.steps.iter().peekable();
    while let Some(step) = steps.next() {
        lines.push(match step {
            WindowStep::Stated { first, last } => {
                text.with("window-stated", &[("first", text.day_short(*first).into()), ("last", text.day_short(*last).into())])
            }
            WindowStep::DayOff { on, holiday } => {
                let mut last = *on;
                while let Some(WindowStep::DayOff { on, .. }) = steps.next_if(|next| {
                    matches!(next, WindowStep::DayOff { on, holiday: other } if other == holiday && *on == last.next())
                }) {
                    last = *on;
                }
                let days = if last == *on {
                    text.day(*on)
                } else {
                    text.with("days-from-to", &[("from", text.day(*on).into()), ("to", text.day(last).into())])
                };
                match holiday {
                    Some(name) => text.with("date-holiday", &[("days", days.into()), ("name", text.name(name).into())]),
                    None => text.with("date-weekend", &[("days", days.into())]),
                }
            }
            WindowStep::MakeUp { on, holiday } => {
                text.with("date-make-up", &[("on", text.day(*on).into()), ("name", text.name(holiday).into())])
            }
            WindowStep::Added { on } => text.with("window-added", &[("on", text.day(*on).into())]),
            WindowStep::Rolled { from, to } => {
                text.with("date-rolled", &[("from", text.day(*from).into()), ("to", text.day(*to).into())])
            }
        });
    }
    if open.certainty == Certainty::Provisional {
        lines.push(text.say("date-provisional"));
    }
    let reading = open.reading.as_ref().and_then(|(setting, reading)| {
        let setting = page.law.setting(setting)?;
        Some((setting, setting.readings.get(reading)?))
    });
    html! {
        details.fold {
            summary { (text.say("window-why")) }
            ol.stack-s.small { @for line in lines { li { (line) } } }
            @if let Some((setting, reading)) = reading {
                p.small { a href=(page.link(&format!("/law/settings#{}", setting.id))) { (text.say("window-reading")) } (text.colon()) (text.name(reading)) }
            }
            p { (article(page, &open.article.0)) }
        }
    }
}

/// A fund by its national code.
pub fn fund_name(page: &Page<'_>, fund: Word) -> String {
    page.text.find(&format!("fund-{fund}"), &[]).unwrap_or_else(|| fund.to_string())
}
