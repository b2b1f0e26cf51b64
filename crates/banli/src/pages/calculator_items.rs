//! Items with their codes on the calculator: read from a few lines, looked up in the catalogue, shown with what the
//! catalogue makes of each.

use super::parts::{Column, Page, article_short, money, table};
use benefit::{Benefits, Bill, Charge, Class, Line, LineShare, Outcome, Price, Quantity};
use maud::{Markup, html};
use terms::{Day, Fen};

/// A bill on paper has more; to find out what one will pay, so many are enough.
pub const ITEMS_MAX: usize = 40;
/// What the field takes, in characters.
pub const LETTERS_MAX: u16 = 2_000;

/// One line that was typed: `DEMO-X-0005 32.40 3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The national code.
    pub code: String,
    price: Price,
    quantity: Quantity,
}

/// Reads a code, a price and a count a line, the count one where it is left out; the number of the first line that is
/// none, or of the first one too many.
pub fn read(text: &str) -> Result<Vec<Typed>, usize> {
    let mut items = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split([' ', '\t', ',', '，', '　']).filter(|word| !word.is_empty());
        let Some(code) = words.next() else { continue };
        let price: Option<Price> = words.next().and_then(|price| price.parse().ok());
        let quantity: Option<Quantity> = words.next().map_or(Ok(Quantity::ONE), str::parse).ok();
        let (Some(price), Some(quantity), None) = (price, quantity, words.next()) else { return Err(number) };
        if items.len() == ITEMS_MAX || price.times(quantity).is_err() {
            return Err(number);
        }
        items.push(Typed { code: code.to_uppercase(), price, quantity });
    }
    Ok(items)
}

/// The fee line the catalogue makes of an item at this bill's hospital.
pub fn line(benefits: &Benefits, bill: &Bill, item: &Typed, day: Day) -> Line {
    let Typed { code, price, quantity } = item;
    let charge = Charge { code, price: *price, quantity: *quantity, day, approved: false };
    benefits.catalogue().line(&charge, bill.provider.hosp_lv)
}

/// Looks the lines up again, after the hospital or the day has become another.
pub fn look_up(benefits: &Benefits, bill: &mut Bill) {
    benefits.catalogue().resolve(benefits.catalogue(), bill);
}

/// What became of each item; `bill` ends with them.
pub fn shown(
    page: &Page<'_>,
    benefits: &Benefits,
    items: &[Typed],
    bill: &Bill,
    outcome: &Outcome,
) -> Markup {
    let text = page.text;
    let first = bill.lines.len().saturating_sub(items.len());
    let lines: Vec<(&Typed, &Line, &LineShare)> = items
        .iter()
        .zip(bill.lines.iter().skip(first))
        .zip(outcome.lines.iter().skip(first))
        .map(|((item, line), share)| (item, line, share))
        .collect();
    let sum = |part: fn(&LineShare) -> Fen| {
        Fen::sum(lines.iter().map(|(_, _, share)| part(share))).unwrap_or(Fen::ZERO)
    };
    let columns = [
        Column::words(text.say("line-item")),
        Column::words(text.say("line-class")),
        Column::money(text.say("line-amount"), sum(|share| share.det_item_fee_sumamt)),
        Column::money(text.say("part-full-own"), sum(|share| share.fulamt_ownpay_amt)),
        Column::money(text.say("part-over-limit"), sum(|share| share.overlmt_amt)),
        Column::money(text.say("part-first-own"), sum(|share| share.preselfpay_amt)),
        Column::money(text.say("part-in-scope"), sum(|share| share.inscp_scp_amt)),
    ];
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|(item, line, share)| {
            vec![
                named(page, benefits, item, line),
                html! { span.nowrap { (text.say(class(line.class))) } },
                money(share.det_item_fee_sumamt),
                money(share.fulamt_ownpay_amt),
                money(share.overlmt_amt),
                money(share.preselfpay_amt),
                money(share.inscp_scp_amt),
            ]
        })
        .collect();
    let caption = text.say("calculator-items-shown");
    html! {
        section.stack-s id="items" {
            h2 { (caption) }
            (table(page, &caption, &columns, &rows))
            p.soft.small { (text.say("calculator-items-about")) }
        }
    }
}

/// Name and code with the row's article; or that no row of the catalogue has the code.
fn named(page: &Page<'_>, benefits: &Benefits, item: &Typed, line: &Line) -> Markup {
    let catalogue = benefits.catalogue();
    let row = line.entry.and_then(|entry| catalogue.item(entry));
    html! {
        @if let Some(row) = row { (row.name) " " } span.mono.small.soft { (item.code) } " "
        @match row {
            Some(row) => { @if let Some(article) = catalogue.article(row) { (article_short(page, &article.0)) } @if row.restricted { " " span.soft.small { (page.text.say("calculator-item-restricted")) } } },
            None => span.soft.small { (page.text.say("calculator-item-unknown")) },
        }
    }
}

fn class(class: Class) -> &'static str {
    match class {
        Class::A => "class-a",
        Class::B => "class-b",
        Class::Own => "class-own",
    }
}

#[cfg(test)]
mod tests;
