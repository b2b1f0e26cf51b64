//! The waterfall of a settlement: from the total down to what the person pays.

use super::{Page, money};
use maud::{Markup, html};
use terms::Fen;

/// What colour a bar has; the words beside it say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A total.
    Total,
    /// The pooled fund.
    Fund,
    /// The second fund.
    Second,
    /// Further funds.
    Third,
    /// What the person bears.
    Own,
}

impl Tone {
    /// The class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Total => "total",
            Tone::Fund => "fund",
            Tone::Second => "fund-2",
            Tone::Third => "fund-3",
            Tone::Own => "own",
        }
    }
}

/// One row of the waterfall.
#[derive(Debug, Clone)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// Who bears it.
    pub tone: Tone,
    /// How much.
    pub amount: Fen,
    /// Where the bar starts, counted from nothing: totals start at zero.
    pub from: Fen,
    /// Where its steps stand on the page (`#step-3`).
    pub steps: Option<String>,
}

const WIDTH: i128 = 1000;

/// Rows of words, bar and amount: picture and table in one, so that it reads aloud, prints, and fits a phone.
pub fn waterfall(page: &Page<'_>, caption: &str, bars: &[Bar]) -> Markup {
    let scale =
        bars.iter().map(|bar| bar.from.get().saturating_add(bar.amount.get())).max().unwrap_or(1).max(1);
    let place = |fen: i64| i128::from(fen) * WIDTH / i128::from(scale);
    html! {
        div.scroll {
            table.waterfall {
                caption { (caption) }
                thead { tr { th scope="col" { (page.text.say("waterfall-part")) } th.bar scope="col" { span.visually-hidden { (page.text.say("waterfall-picture")) } } th.num scope="col" { (page.text.say("unit-yuan")) } } }
                tbody {
                    @for bar in bars {
                        @let (from, to) = (place(bar.from.get()), place(bar.from.get().saturating_add(bar.amount.get())));
                        tr class=[(bar.tone == Tone::Total).then_some("sum")] {
                            th scope="row" { span.swatch.(bar.tone.class()) {} @if let Some(steps) = &bar.steps { a href=(steps) { (bar.label) } } @else { (bar.label) } }
                            td.bar {
                                svg.picture viewBox=(format!("0 0 {WIDTH} 20")) preserveAspectRatio="none" aria-hidden="true" {
                                    // A hair's breadth at least, so that a small part is seen.
                                    rect.(bar.tone.class()) x=(from) width=((to - from).max(if bar.amount == Fen::ZERO { 0 } else { 3 })) height="20" {}
                                }
                            }
                            td.num { (money(bar.amount)) }
                        }
                    }
                }
            }
        }
    }
}
