//! "What I pay" over the bill, as a curve with its numbers as a table.

use super::{Page, money};
use maud::{Markup, html};
use terms::Fen;

/// One bend of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The bill.
    pub bill: Fen,
    /// What the person pays.
    pub own: Fen,
    /// What the funds pay.
    pub funds: Fen,
}

/// A curve with what it is about.
#[derive(Debug, Clone)]
pub struct Curve<'a> {
    /// Said below the picture.
    pub caption: String,
    /// Bends in the order of the bill.
    pub points: &'a [Point],
    /// The bill that is marked.
    pub marked: Option<Point>,
}

const LEFT: i128 = 96;
const TOP: i128 = 16;
const WIDE: i128 = 600;
const HIGH: i128 = 260;

/// The curve of what the person pays and, dashed, of what the funds pay.
pub fn curve(page: &Page<'_>, curve: &Curve<'_>) -> Markup {
    let text = page.text;
    let most = curve.points.iter().map(|point| point.bill).max().unwrap_or(Fen::yuan(1)).get().max(1);
    let tallest = curve
        .points
        .iter()
        .map(|point| point.own.max(point.funds))
        .max()
        .unwrap_or(Fen::yuan(1))
        .get()
        .max(1);
    let x = |fen: Fen| LEFT + i128::from(fen.get()) * WIDE / i128::from(most);
    let y = |fen: Fen| TOP + HIGH - i128::from(fen.get()) * HIGH / i128::from(tallest);
    let line = |part: fn(&Point) -> Fen| {
        let points: Vec<String> =
            curve.points.iter().map(|point| format!("{},{}", x(point.bill), y(part(point)))).collect();
        points.join(" ")
    };
    let marks = |most: i64| -> Vec<Fen> {
        let step = step(most);
        (0..=most / step).filter_map(|part| Fen::new(part * step).ok()).collect()
    };
    html! {
        figure {
            svg.picture role="img" aria-label=(curve.caption) viewBox=(format!("0 0 {} {}", LEFT + WIDE + 24, TOP + HIGH + 44)) {
                @for up in marks(tallest) {
                    line.grid x1=(LEFT) x2=(LEFT + WIDE) y1=(y(up)) y2=(y(up)) {}
                    text.faint x=(LEFT - 8) y=(y(up) + 4) text-anchor="end" { (short(page, up)) }
                }
                @for across in marks(most) { text.faint x=(x(across)) y=(TOP + HIGH + 22) text-anchor="middle" { (short(page, across)) } }
                text.faint x=(LEFT + WIDE) y=(TOP + HIGH + 40) text-anchor="end" { (text.say("curve-bill")) }
                polyline.curve-2 points=(line(|point| point.funds)) {}
                polyline.curve points=(line(|point| point.own)) {}
                @if let Some(point) = curve.marked {
                    line.axis x1=(x(point.bill)) x2=(x(point.bill)) y1=(TOP) y2=(TOP + HIGH) {}
                    circle.dot cx=(x(point.bill)) cy=(y(point.own)) r="6" {}
                }
            }
            figcaption.legend { span { i.own {} (text.say("curve-own")) } span { i.fund {} (text.say("curve-funds")) } span { (curve.caption) } }
            details.fold {
                summary { (text.say("curve-numbers")) }
                div.scroll tabindex="0" role="region" aria-label=(curve.caption) {
                    table {
                        thead { tr { th.num scope="col" { (text.say("curve-bill")) } th.num scope="col" { (text.say("curve-own")) } th.num scope="col" { (text.say("curve-funds")) } } }
                        tbody { @for point in curve.points { tr { td.num { (money(point.bill)) } td.num { (money(point.own)) } td.num { (money(point.funds)) } } } }
                    }
                }
            }
        }
    }
}

/// The distance between marks on an axis to `most` fen: 1, 2 or 5 with noughts, so that four to ten marks fit.
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
fn short(page: &Page<'_>, amount: Fen) -> String {
    let yuan = amount.get() / 100;
    if page.text.lang() == crate::text::Lang::Zh && yuan >= 10_000 {
        let tenths = yuan % 10_000 / 1_000;
        let whole = yuan / 10_000;
        return if tenths == 0 { format!("{whole} 万") } else { format!("{whole}.{tenths} 万") };
    }
    let grouped = Fen::new(yuan * 100).unwrap_or(Fen::ZERO).grouped();
    grouped.split('.').next().unwrap_or_default().to_owned()
}
