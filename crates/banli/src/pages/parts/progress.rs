//! How far something is: papers, the clock, the timeline.

use super::words::{article, article_short, day, derivation};
use super::{Page, Standing, status};
use maud::{Markup, html};
use terms::{Certainty, Dated, Day};

/// How a paper stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaperState {
    /// Not asked of this person, with the reason in the hint.
    NotNeeded,
    /// Still missing.
    Missing,
    /// Handed in; not yet looked at.
    Given,
    /// Seen by an officer.
    Seen,
    /// To be brought: nothing was handed in yet.
    Bring,
}

/// A paper of a case or of a list of what to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its name.
    pub name: String,
    /// Original or copy, who fills it, who seals it: in words.
    pub hint: String,
    /// It carries a seal.
    pub sealed: bool,
    /// The copy is enough.
    pub copy: bool,
    /// How it stands.
    pub state: PaperState,
    /// Where it rests in the law.
    pub article: String,
}

/// A list of papers, each with a small picture of it, its standing and its article.
pub fn papers(page: &Page<'_>, papers: &[Paper]) -> Markup {
    html! {
        ul.tasks {
            @for paper in papers {
                li {
                    (picture(paper))
                    div.grow {
                        (paper.name)
                        p.hint { (paper.hint) }
                        p.hint { (article_short(page, &paper.article)) }
                    }
                    @match paper.state {
                        PaperState::Seen => (status(Standing::Done, &page.text.say("paper-seen"))),
                        PaperState::Given => (status(Standing::Waiting, &page.text.say("paper-given"))),
                        PaperState::Missing => (status(Standing::Mine, &page.text.say("paper-missing"))),
                        PaperState::NotNeeded => (status(Standing::Done, &page.text.say("paper-not-needed"))),
                        PaperState::Bring => span.status.waiting.print-box { (page.text.say("paper-bring")) },
                    }
                }
            }
        }
    }
}

/// A sheet with lines; a second sheet behind it for a copy, a round seal where one is asked.
fn picture(paper: &Paper) -> Markup {
    html! {
        svg viewBox="0 0 36 44" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5" {
            @if paper.copy { path d="M10 5h22v32" stroke-dasharray="3 2" {} }
            path d="M4 9h16l7 7v25H4z M20 9v7h7" {}
            path d="M9 22h13M9 27h13M9 32h8" stroke-width="1" {}
            @if paper.sealed { g.seal { circle cx="22" cy="33" r="6" fill="none" {} path d="M22 29.8l.8 2.2h2.3l-1.9 1.4.7 2.3-1.9-1.4-1.9 1.4.7-2.3-1.9-1.4h2.3z" fill="currentColor" stroke="none" {} } }
        }
    }
}

/// A running time limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockView {
    /// What is to be done in this time.
    pub name: String,
    /// When it started.
    pub start: Day,
    /// When it ends, with the derivation.
    pub end: Dated,
    /// Stopped while the applicant corrects something.
    pub suspended: bool,
    /// The article that sets it.
    pub article: String,
}

/// A clock with what is left, a bar, and how its end came about.
pub fn clock(page: &Page<'_>, view: &ClockView) -> Markup {
    let text = page.text;
    let today = page.today();
    let left = page.law.calendar().working_days_between(today, view.end.day);
    let all = view.end.day.days_since(view.start).max(1);
    let gone = today.days_since(view.start).clamp(0, all);
    let late = today > view.end.day;
    html! {
        div.clock {
            p.soft { (view.name) }
            @if view.suspended { p.left { (text.say("clock-suspended")) } }
            @else if late { p.left.late { (text.with("clock-late", &[("count", (-left).into())])) } }
            @else if left == 0 { p.left { (text.say("clock-today")) } }
            @else { p.left { (text.with("clock-left", &[("count", left.into())])) } }
            svg.track viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                rect width=(gone * 100 / all) height="8" fill=(if late { "var(--late)" } else { "var(--accent)" }) {}
            }
            p { (text.say("clock-until")) " " (day(page, view.end.day)) @if view.end.certainty == Certainty::Provisional { " " span.illustrative { (text.say("provisional")) } } }
            details.fold {
                summary { (text.say("day-why")) }
                ol.stack-s.small { @for line in derivation(page, &view.end) { li { (line) } } }
            }
            p { (article(page, &view.article)) }
        }
    }
}

/// Something that happened, or will.
#[derive(Debug, Clone)]
pub struct Moment {
    /// When, in words.
    pub when: String,
    /// What happened, and by whom.
    pub what: Markup,
    /// Done, now (mine), late, or ahead (waiting).
    pub standing: Standing,
}

/// What happened, read from top to bottom.
pub fn timeline(moments: &[Moment]) -> Markup {
    html! {
        ol.timeline {
            @for moment in moments {
                li class=[match moment.standing { Standing::Mine | Standing::Soon => Some("now"), Standing::Late => Some("late"), Standing::Waiting => Some("ahead"), Standing::Done => None }] {
                    time { (moment.when) }
                    div { (moment.what) }
                }
            }
        }
    }
}
