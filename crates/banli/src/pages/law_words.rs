//! The words of figures: what a cell of a pack says, for whom, since when, where it stands. Shared by the pages of
//! the law.

use super::parts::{Page, article_short};
use benefit::{Benefits, Figure, Says};
use maud::{Markup, html};
use policy::Confidence;
use terms::Fen;

/// `起付标准 800.00`, `to 40,000.00: 82%`.
pub fn says(page: &Page<'_>, benefits: &Benefits, says: &Says) -> String {
    let text = page.text;
    match says {
        Says::Deductible(amount) => text.with("rule-deductible", &[("amount", whole(*amount).into())]),
        Says::Band { above, upto, rate, .. } => {
            let rate = rate.to_string();
            match upto {
                Some(upto) => text.with(
                    "rule-band",
                    &[("above", whole(*above).into()), ("upto", whole(*upto).into()), ("rate", rate.into())],
                ),
                None if above.get() == 0 => text.with("rule-rate", &[("rate", rate.into())]),
                None => {
                    text.with("rule-band-above", &[("above", whole(*above).into()), ("rate", rate.into())])
                }
            }
        }
        Says::Limit { limit, of } => {
            let of = counted(page, benefits, *of);
            match limit {
                Some(limit) => {
                    text.with("rule-limit", &[("amount", whole(*limit).into()), ("of", of.into())])
                }
                None => text.with("rule-no-limit", &[("of", of.into())]),
            }
        }
    }
}

/// What kind of figure it is, without its value: figures of one lane of a timeline share it.
pub fn slot(page: &Page<'_>, benefits: &Benefits, said: &Says) -> String {
    let text = page.text;
    match said {
        Says::Deductible(_) => text.say("rule-slot-deductible"),
        Says::Band { number: 0, upto: None, .. } => text.say("rule-slot-rate"),
        Says::Band { number, .. } => text.with("rule-slot-band", &[("number", (number + 1).into())]),
        Says::Limit { of, .. } => {
            text.with("rule-slot-limit", &[("of", counted(page, benefits, *of).into())])
        }
    }
}

/// A figure short enough for a bar: `800`, `82% ≤ 40,000`.
pub fn short(page: &Page<'_>, said: &Says) -> String {
    match said {
        Says::Band { rate, upto: Some(upto), .. } => format!("{rate} ≤ {}", whole(*upto)),
        Says::Band { rate, above, upto: None, number } if *number > 0 => {
            format!("{rate} > {}", whole(*above))
        }
        Says::Limit { limit: None, .. } => page.text.say("rule-none"),
        other => other.value().trim_end_matches(".00").to_owned(),
    }
}

/// `800`, `0.50`: an amount without fen that are none.
fn whole(amount: Fen) -> String {
    let grouped = amount.grouped();
    grouped.strip_suffix(".00").map_or(grouped.clone(), str::to_owned)
}

/// What uses a limit up.
fn counted(page: &Page<'_>, benefits: &Benefits, of: Option<usize>) -> String {
    let of = of.and_then(|place| benefits.accumulators().get(place));
    of.map_or_else(|| page.text.say("rule-each-bill"), |known| page.text.name(&known.name).to_owned())
}

/// For whom it holds: the values of each dimension along which it does not hold for everybody.
pub fn who(page: &Page<'_>, benefits: &Benefits, figure: &Figure) -> String {
    let text = page.text;
    let mut parts = Vec::new();
    for (place, values) in &figure.applies {
        let Some(dimension) = benefits.dimensions().get(*place) else { continue };
        let named = values.iter().filter_map(|value| dimension.values.get(*value));
        parts.push(text.list(named.map(|value| text.name(&value.name).to_owned())));
    }
    if parts.is_empty() { text.say("rule-everybody") } else { parts.join(&text.say("rule-and")) }
}

/// `2013-01-01 – 2019-12-31`, open at the end where no end is known.
pub fn days(page: &Page<'_>, figure: &Figure) -> String {
    match figure.to {
        Some(to) => format!("{} – {to}", figure.from),
        None => page.text.with("rule-since", &[("from", figure.from.to_string().into())]),
    }
}

/// `hangzhou/benefits/residents.toml:17`
pub fn place(benefits: &Benefits, figure: &Figure) -> String {
    let file = benefits.files().get(usize::from(figure.origin.file)).map_or("", String::as_str);
    format!("{file}:{}", figure.origin.line)
}

/// The id of the article a figure cites.
pub fn article_of<'b>(benefits: &'b Benefits, figure: &Figure) -> &'b str {
    benefits.articles().get(usize::from(figure.origin.article)).map_or("", |article| article.id.0.as_str())
}

/// The article of a figure as a link, with its mark where it is illustrative.
pub fn article(page: &Page<'_>, benefits: &Benefits, figure: &Figure) -> Markup {
    html! { (article_short(page, article_of(benefits, figure))) }
}

/// The words of a confidence.
pub fn confidence(page: &Page<'_>, confidence: Confidence) -> String {
    page.text.say(match confidence {
        Confidence::Verified => "law-verified",
        Confidence::Illustrative => "illustrative",
    })
}
