//! Who pays how much over the bill, as a stacked picture, and two curves beside each other; with the numbers as a
//! table. Words stand outside the scaled picture, so that they keep their size on a phone.

use super::{Page, Tone, money};
use maud::{Markup, html};
use terms::Fen;

/// One part of the stack.
#[derive(Debug, Clone)]
pub struct Part {
    /// Who pays it.
    pub label: String,
    /// Its colour.
    pub tone: Tone,
    /// What is paid at each of the bills, in their order.
    pub amounts: Vec<Fen>,
}

/// A place of the curve that is named below the picture.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The bill.
    pub at: Fen,
    /// What happens there.
    pub words: Markup,
}

/// Everything a stacked picture shows.
#[derive(Debug, Clone)]
pub struct Stack<'a> {
    /// Said below the picture.
    pub caption: String,
    /// The bills at which the parts are known, ascending, the first being nothing; straight lines between them.
    pub bills: &'a [Fen],
    /// The parts, from the lowest up; together they are the bill.
    pub parts: &'a [Part],
    /// Places that are named, ascending.
    pub marks: &'a [Mark],
    /// The bill in question.
    pub here: Option<Fen>,
}

/// One of two curves that are compared.
#[derive(Debug, Clone)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// The amount at each of its bills.
    pub points: Vec<(Fen, Fen)>,
}

/// The plot inside the picture, in percent and pixels.
const LEFT: i64 = 15;
const WIDE: i64 = 83;
const TOP: i64 = 26;
const HIGH: i64 = 260;
/// The plot's own scale.
const UNIT: i128 = 10_000;

/// The picture.
pub fn stack(page: &Page<'_>, stack: &Stack<'_>) -> Markup {
    let text = page.text;
    let most = stack.bills.last().copied().unwrap_or(Fen::yuan(1)).get().max(1);
    let layers = layers(stack, most);
    html! {
        figure.plotted {
            (plot(page, &stack.caption, most, most, stack.marks, stack.here, &html! {
                @for (tone, points) in &layers { polygon.(tone.class()) points=(points) {} }
            }))
            figcaption.legend {
                @for part in stack.parts.iter().rev() { span { i.(part.tone.class()) {} (part.label) } }
                span { (stack.caption) }
            }
            (named(stack.marks))
            details.fold {
                summary { (text.say("curve-numbers")) }
                div.scroll tabindex="0" role="region" aria-label=(stack.caption) {
                    table {
                        thead { tr {
                            th.num scope="col" { (text.say("curve-bill")) }
                            @for part in stack.parts { th.num scope="col" { (part.label) } }
                        } }
                        tbody { @for (place, bill) in stack.bills.iter().enumerate() {
                            tr.here[Some(*bill) == stack.here] {
                                td.num { (money(*bill)) }
                                @for part in stack.parts { td.num { (money(part.amounts.get(place).copied().unwrap_or(Fen::ZERO))) } }
                            }
                        } }
                    }
                }
            }
        }
    }
}

/// Two curves in one picture, the second one dashed.
pub fn two_lines(page: &Page<'_>, caption: &str, lines: [&Line; 2], here: Option<Fen>) -> Markup {
    let points = || lines.iter().flat_map(|line| &line.points);
    let most = points().map(|(bill, _)| bill.get()).max().unwrap_or(1).max(1);
    let tallest = points().map(|(_, amount)| amount.get()).max().unwrap_or(1).max(1);
    let drawn = |line: &Line| {
        let points = line.points.iter().map(|(bill, amount)| point(bill.get(), amount.get(), most, tallest));
        points.collect::<Vec<_>>().join(" ")
    };
    html! {
        figure.plotted {
            (plot(page, caption, most, tallest, &[], here, &html! {
                polyline.curve points=(drawn(lines[0])) {}
                polyline.curve-2 points=(drawn(lines[1])) {}
            }))
            figcaption.legend {
                span { i.line-1 {} (lines[0].label) }
                span { i.line-2 {} (lines[1].label) }
                span { (caption) }
            }
        }
    }
}

/// Each part as the points of its area: along its upper edge and back along its lower one.
fn layers(stack: &Stack<'_>, most: i64) -> Vec<(Tone, String)> {
    let mut below = vec![0i64; stack.bills.len()];
    let mut layers = Vec::new();
    for part in stack.parts {
        let above: Vec<i64> = below
            .iter()
            .enumerate()
            .map(|(place, below)| below + part.amounts.get(place).map_or(0, |amount| amount.get()))
            .collect();
        let edge = |heights: &[i64]| -> Vec<String> {
            let points = stack.bills.iter().zip(heights);
            points.map(|(bill, height)| point(bill.get(), *height, most, most)).collect()
        };
        let mut points = edge(&above);
        points.extend(edge(&below).into_iter().rev());
        layers.push((part.tone, points.join(" ")));
        below = above;
    }
    layers
}

/// A point of the plot in its own scale, upside down as pictures are.
fn point(bill: i64, amount: i64, most: i64, tallest: i64) -> String {
    let x = i128::from(bill) * UNIT / i128::from(most);
    let y = UNIT - i128::from(amount) * UNIT / i128::from(tallest);
    format!("{x},{y}")
}

/// Axes, marks and the frame around what is drawn.
fn plot(
    page: &Page<'_>,
    caption: &str,
    most: i64,
    tallest: i64,
    marks: &[Mark],
    here: Option<Fen>,
    drawn: &Markup,
) -> Markup {
    let text = page.text;
    let ticks = |most: i64| -> Vec<i64> {
        let step = step(most);
        (0..=most / step).map(|part| part * step).collect()
    };
    let x = |fen: i64| {
        hundredths(
            LEFT * 100
                + i64::try_from(i128::from(fen) * i128::from(WIDE) * 100 / i128::from(most)).unwrap_or(0),
        )
    };
    let y = |fen: i64| {
        TOP + HIGH - i64::try_from(i128::from(fen) * i128::from(HIGH) / i128::from(tallest)).unwrap_or(0)
    };
    let inside = |mark: &&Mark| mark.at.get() <= most;
    html! {
        svg.plot role="img" aria-label=(caption) {
            svg x=(format!("{LEFT}%")) y=(TOP) width=(format!("{WIDE}%")) height=(HIGH) viewBox=(format!("0 0 {UNIT} {UNIT}")) preserveAspectRatio="none" { (drawn) }
            @for up in ticks(tallest) {
                line.grid x1=(format!("{LEFT}%")) x2=(format!("{}%", LEFT + WIDE)) y1=(y(up)) y2=(y(up)) {}
                text.faint x=(format!("{}%", LEFT - 1)) y=(y(up) + 4) text-anchor="end" { (short(page, up)) }
            }
            @for across in ticks(most).into_iter().skip(1) { text.faint x=(x(across)) y=(TOP + HIGH + 20) text-anchor=(if across * 10 > most * 9 { "end" } else { "middle" }) { (short(page, across)) } }
            text.faint x=(format!("{}%", LEFT + WIDE)) y=(TOP + HIGH + 40) text-anchor="end" { (text.say("curve-bill")) }
            @for (number, mark) in marks.iter().filter(inside).enumerate() {
                line.mark x1=(x(mark.at.get())) x2=(x(mark.at.get())) y1=(TOP) y2=(TOP + HIGH) {}
                // Neighbours may stand close, so every second number stands lower.
                text x=(x(mark.at.get())) y=(if number % 2 == 0 { 12 } else { 23 }) text-anchor="middle" { (circled(number)) }
            }
            @if let Some(here) = here {
                line.here x1=(x(here.get())) x2=(x(here.get())) y1=(TOP) y2=(TOP + HIGH + 4) {}
            }
        }
    }
}

/// What the numbers over the picture stand for.
fn named(marks: &[Mark]) -> Markup {
    html! {
        @if !marks.is_empty() {
            ol.marks { @for (number, mark) in marks.iter().enumerate() { li { span.number aria-hidden="true" { (circled(number)) } div { (mark.words) } } } }
        }
    }
}

/// ①, ② … and plain numbers from 21 on.
fn circled(number: usize) -> String {
    let sign = u32::try_from(number)
        .ok()
        .filter(|number| *number < 20)
        .and_then(|number| char::from_u32('①' as u32 + number));
    sign.map_or_else(|| (number + 1).to_string(), |sign| sign.to_string())
}

fn hundredths(place: i64) -> String {
    format!("{}.{:02}%", place / 100, place % 100)
}

/// The distance between marks on an axis to `most` fen: 1, 2 or 5 with noughts, so that two to five marks fit.
fn step(most: i64) -> i64 {
    let mut step: i64 = 1;
    for factor in [2, 5, 10].into_iter().cycle() {
        let power = 10_i64.pow(step.ilog10());
        if most / step <= 5 || step >= Fen::MAX.get() / 10 {
            break;
        }
        step = power * factor;
    }
    step
}

/// A round amount on an axis: `12.5 万`, `125,000`.
fn short(page: &Page<'_>, fen: i64) -> String {
    let yuan = fen / 100;
    if page.text.lang() == crate::text::Lang::Zh && yuan >= 10_000 {
        let tenths = yuan % 10_000 / 1_000;
        let whole = yuan / 10_000;
        return if tenths == 0 { format!("{whole} 万") } else { format!("{whole}.{tenths} 万") };
    }
    let grouped = Fen::new(yuan * 100).unwrap_or(Fen::ZERO).grouped();
    grouped.split('.').next().unwrap_or_default().to_owned()
}
