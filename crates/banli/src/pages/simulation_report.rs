//! The report of a draft tried on many bills: first what it costs and whom, then by fund and month, then how it is
//! spread over people, then each clause with what it moved and the smallest bill that shows it.

use super::parts::{Column, Page, Shape, article_short, empty, frame, table};
use super::simulations::{bills_told, under_way};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::simulation::report::{Bucket, Moved, Report, Yuan};
use crate::simulation::{self, Kept};
use benefit::{Benefits, Funds};
use maud::{Markup, html};
use std::fmt::Write as _;

/// The report, or how far it is.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let id = ask.parts.first().map(String::as_str).unwrap_or_default();
    let crumbs = [("/law", text.say("nav-law")), ("/simulations", text.say("simulation"))];
    let content = match kept(ask, id)? {
        Some(kept) => report(&page, &ask.app.office.rules.benefits, &kept),
        None => match ask.app.simulations.running().filter(|running| running.asked.id == id) {
            Some(running) => under_way(&page, &running),
            None => return Err(Problem::NotFound),
        },
    };
    Ok(Reply::Page(frame(&page, Shape::Desk, &text.say("simulation-report"), &crumbs, &html! {}, &content)))
}

/// The kept report of this address.
fn kept(ask: &Ask<'_>, id: &str) -> Result<Option<Kept>, Problem> {
    if id.len() != 16 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Problem::NotFound);
    }
    Ok(simulation::kept(&ask.app.office.store, id)?)
}

/// The same as a table for other programs: funds by month, the distribution, the clauses.
pub fn csv(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let id = ask.parts.first().map(String::as_str).unwrap_or_default();
    let Kept { report, .. } = kept(ask, id)?.ok_or(Problem::NotFound)?;
    let mut csv = String::from("part,name,now,draft,difference,bills\r\n");
    // Writing to a string cannot fail.
    for month in &report.months {
        let mut line = |name: &str, now: Yuan, draft: Yuan| {
            let _ = write!(
                csv,
                "month {},{name},{},{},{},{}\r\n",
                month.month,
                plain(now),
                plain(draft),
                plain(Yuan(draft.0 - now.0)),
                month.draft.bills
            );
        };
        for field in Funds::FIELDS {
            line(field, Yuan(month.now.fund(field)), Yuan(month.draft.fund(field)));
        }
        line("fund_pay_sumamt", month.now.fund_pay_sumamt, month.draft.fund_pay_sumamt);
        line("hosp_part_amt", month.now.hosp_part_amt, month.draft.hosp_part_amt);
        line("acct_pay", month.now.acct_pay, month.draft.acct_pay);
        line("psn_cash_pay", month.now.psn_cash_pay, month.draft.psn_cash_pay);
    }
    for (name, group) in [("winners", &report.winners), ("losers", &report.losers)] {
        let _ = write!(csv, "people,{name},,,{},{}\r\n", plain(group.amount), group.bills);
    }
    for bucket in &report.distribution {
        let end = |end: Option<Yuan>| end.map_or_else(String::new, plain);
        let _ = write!(
            csv,
            "distribution,person pays more,{},{},,{}\r\n",
            end(bucket.above),
            end(bucket.to),
            bucket.bills
        );
    }
    for moved in &report.clauses {
        let name = format!("{} {}", moved.layer.as_deref().unwrap_or("whole"), moved.clause);
        let quoted = |words: &str| format!("\"{}\"", words.replace('"', "\"\""));
        let _ = write!(
            csv,
            "clause,{},{},{},{},{}\r\n",
            quoted(&name),
            quoted(&moved.from),
            quoted(&moved.to),
            plain(moved.funds),
            moved.bills
        );
    }
    Ok(Reply::Plain("text/csv; charset=utf-8", csv))
}

/// `1234.50`, without groups.
fn plain(amount: Yuan) -> String {
    amount.to_string().replace(',', "")
}

/// An amount with its sign; less is not worse.
fn signed(amount: Yuan) -> Markup {
    html! { span.nowrap { @if amount.0 > 0 { "+" } (amount.to_string()) } }
}

fn report(page: &Page<'_>, benefits: &Benefits, kept: &Kept) -> Markup {
    let text = page.text;
    let Kept { asked, report } = kept;
    let needed = report.months.first().map_or(0, |month| month.needed.0);
    let same = report.clauses.is_empty() && report.newly_paid.bills + report.newly_refused.bills == 0;
    let sentence = if same {
        text.say("simulation-same")
    } else {
        let key = if needed < 0 { "simulation-saves" } else { "simulation-costs" };
        text.with(key, &[("amount", Yuan(needed.abs()).to_string().into())])
    };
    html! {
        div.stack {
            section.answer {
                p.lead { strong { (sentence) } }
                @if !same { p { (text.with("simulation-people", &[
                    ("winners", report.winners.bills.to_string().into()), ("gain", report.winners.amount.to_string().into()),
                    ("losers", report.losers.bills.to_string().into()), ("loss", report.losers.amount.to_string().into()),
                ])) } }
                @if report.illustrative > 0 { p { span.illustrative { (text.with("simulation-illustrative", &[("count", report.illustrative.to_string().into())])) } } }
            }
            div.two.lean {
                section.stack-s { h2 { (text.say("simulation-funds")) } (funds(page, report)) }
                div.box {
                    dl.facts {
                        dt { (text.say("simulation-draft")) } dd { (asked.draft) }
                        dt { (text.say("simulation-bills")) } dd { (bills_told(page, &asked.bills)) }
                        dt { (text.say("simulation-count")) } dd { (report.bills) }
                        @if report.refused > 0 { dt { (text.say("simulation-refused")) } dd { (report.refused) } }
                        @if report.newly_refused.bills > 0 { dt { (text.say("simulation-newly-refused")) } dd { (report.newly_refused.bills) " · " (report.newly_refused.fund_pay_sumamt.to_string()) } }
                        @if report.newly_paid.bills > 0 { dt { (text.say("simulation-newly-paid")) } dd { (report.newly_paid.bills) " · " (report.newly_paid.fund_pay_sumamt.to_string()) } }
                        dt { (text.say("simulation-law-now")) } dd.mono.small { (report.now.get(..12).unwrap_or_default()) }
                        dt { (text.say("simulation-law-draft")) } dd.mono.small { (report.draft.get(..12).unwrap_or_default()) }
                        dt { (text.say("column-when")) } dd { (text.moment(asked.at)) }
                    }
                    p.actions { a.button.quiet href=(page.link(&format!("/simulations/{}/report.csv", asked.id))) { "CSV" } }
                }
            }
            section.stack-s { h2 { (text.say("simulation-clauses")) } (clauses(page, benefits, report)) }
            div.two {
                section.stack-s { h2 { (text.say("simulation-months")) } (months(page, report)) }
                section.stack-s { h2 { (text.say("simulation-distribution")) } (distribution(page, &report.distribution)) }
            }
        }
    }
}

/// What each fund pays now, under the draft, and the difference.
fn funds(page: &Page<'_>, report: &Report) -> Markup {
    let text = page.text;
    let Some(all) = report.months.first() else { return html! {} };
    let mut rows: Vec<(String, Yuan, Yuan)> = Funds::FIELDS
        .iter()
        .map(|field| (field.replace('_', "-"), Yuan(all.now.fund(field)), Yuan(all.draft.fund(field))))
        .filter(|(_, now, draft)| now.0 != 0 || draft.0 != 0)
        .collect();
    rows.push(("fund-pay-sumamt".into(), all.now.fund_pay_sumamt, all.draft.fund_pay_sumamt));
    for (field, now, draft) in [
        ("hosp-part-amt", all.now.hosp_part_amt, all.draft.hosp_part_amt),
        ("acct-pay", all.now.acct_pay, all.draft.acct_pay),
        ("psn-cash-pay", all.now.psn_cash_pay, all.draft.psn_cash_pay),
    ] {
        if now.0 != 0 || draft.0 != 0 {
            rows.push((field.to_owned(), now, draft));
        }
    }
    let columns = [
        Column::words(text.say("simulation-fund")),
        Column::number(text.say("simulation-now")),
        Column::number(text.say("simulation-then")),
        Column::number(text.say("calculator-difference")),
    ];
    let rows: Vec<Vec<Markup>> = rows
        .into_iter()
        .map(|(field, now, draft)| {
            vec![
                html! { (text.say(&format!("field-{field}"))) },
                html! { (now.to_string()) },
                html! { (draft.to_string()) },
                signed(Yuan(draft.0 - now.0)),
            ]
        })
        .collect();
    table(page, &text.say("simulation-funds"), &columns, &rows)
}

/// The scale of a bar.
const WIDE: i128 = 1_000;

/// A bar to the right of the middle for more, to the left for less.
fn both_ways(amount: i128, most: i128) -> Markup {
    let length = amount.abs() * WIDE / 2 / most.max(1);
    let from = if amount < 0 { WIDE / 2 - length } else { WIDE / 2 };
    html! {
        svg.picture.bar-line viewBox=(format!("0 0 {WIDE} 20")) preserveAspectRatio="none" aria-hidden="true" {
            rect.(if amount < 0 { "fund-2" } else { "own" }) x=(from) width=(length.max(i128::from(amount != 0) * 3)) height="20" {}
            line.axis x1=(WIDE / 2) x2=(WIDE / 2) y1="0" y2="20" {}
        }
    }
}

fn months(page: &Page<'_>, report: &Report) -> Markup {
    let text = page.text;
    let months = report.months.get(1..).unwrap_or_default();
    let most = months.iter().map(|month| month.needed.0.abs()).max().unwrap_or(0);
    let columns = [
        Column::words(text.say("simulation-month")),
        Column::words(text.say("waterfall-picture")),
        Column::number(text.say("simulation-needed")),
    ];
    let rows: Vec<Vec<Markup>> = months
        .iter()
        .map(|month| {
            vec![
                html! { span.nowrap { (month.month) } },
                both_ways(month.needed.0, most),
                signed(month.needed),
            ]
        })
        .collect();
    if rows.is_empty() {
        return empty(&text.say("simulation-no-month"), &text.say("simulation-no-month.how"));
    }
    table(page, &text.say("simulation-months"), &columns, &rows)
}

/// How many bills cost the person how much more or less.
fn distribution(page: &Page<'_>, buckets: &[Bucket]) -> Markup {
    let text = page.text;
    // Those that stay the same are many and are told by their number alone.
    let is_same = |bucket: &Bucket| bucket.to == Some(Yuan(0));
    let most = buckets.iter().filter(|bucket| !is_same(bucket)).map(|bucket| bucket.bills).max().unwrap_or(0);
    let range = |bucket: &Bucket| match (bucket.above, bucket.to) {
        _ if is_same(bucket) => text.say("simulation-stays"),
        (Some(above), Some(to)) => {
            let from = Yuan(above.0 + 1).to_string();
            text.with("simulation-range", &[("from", from.into()), ("to", to.to_string().into())])
        }
        (Some(above), None) => text.with("simulation-above", &[("from", above.to_string().into())]),
        (None, to) => text.with("simulation-to-end", &[("to", to.unwrap_or(Yuan(0)).to_string().into())]),
    };
    let bar = |bucket: &Bucket| {
        let length =
            if is_same(bucket) { 0 } else { i128::from(bucket.bills) * WIDE / i128::from(most.max(1)) };
        let gain = bucket.to.is_some_and(|to| to.0 < 0);
        html! {
            svg.picture.bar-line viewBox=(format!("0 0 {WIDE} 20")) preserveAspectRatio="none" aria-hidden="true" {
                rect.(if gain { "fund-2" } else { "own" }) x="0" width=(length.max(i128::from(bucket.bills > 0 && !is_same(bucket)) * 3)) height="20" {}
            }
        }
    };
    let columns = [
        Column::words(text.say("simulation-more")),
        Column::words(text.say("waterfall-picture")),
        Column::number(text.say("simulation-count")),
    ];
    let rows: Vec<Vec<Markup>> = buckets
        .iter()
        .map(|bucket| vec![html! { span.nowrap { (range(bucket)) } }, bar(bucket), html! { (bucket.bills) }])
        .collect();
    table(page, &text.say("simulation-distribution"), &columns, &rows)
}

/// Each changed clause: what, where, how much it moved, and the smallest bill.
fn clauses(page: &Page<'_>, benefits: &Benefits, report: &Report) -> Markup {
    let text = page.text;
    if report.clauses.is_empty() {
        return empty(&text.say("simulation-no-clause"), &text.say("simulation-no-clause.how"));
    }
    html! {
        @for moved in &report.clauses {
            section.box {
                header { h3 { (clause(page, benefits, moved)) } span { (text.with("simulation-moved", &[("bills", moved.bills.to_string().into())])) } }
                p { strong { (moved.from) } " → " strong { (moved.to) } }
                p { (text.with("simulation-moved-funds", &[("funds", sign(moved.funds).into()), ("person", sign(moved.person).into())])) }
                dl.facts {
                    @for (key, place) in [("simulation-now", &moved.now), ("simulation-then", &moved.draft)] {
                        @if let Some((file, article)) = place.as_deref().and_then(split) {
                            dt { (text.say(key)) } dd { (article_short(page, article)) " " span.mono.small.soft { (file) } }
                        }
                    }
                }
                @if let Some(smallest) = &moved.smallest {
                    details.fold {
                        summary { (text.say("simulation-smallest")) @if let Some((now, draft)) = moved.smallest_own { (text.colon()) (text.with("simulation-smallest-own", &[("now", now.to_string().into()), ("draft", draft.to_string().into())])) } }
                        pre.mono.small.wrap { (smallest) }
                        p.soft.small { (text.say("simulation-smallest-how")) }
                    }
                }
            }
        }
        @if report.unattributed.bills > 0 { p.note { (text.with("simulation-unattributed", &[("bills", report.unattributed.bills.to_string().into()), ("amount", report.unattributed.amount.to_string().into())])) } }
    }
}

fn sign(amount: Yuan) -> String {
    if amount.0 > 0 { format!("+{amount}") } else { amount.to_string() }
}

/// `file:line (article)` apart.
fn split(place: &str) -> Option<(&str, &str)> {
    let (file, rest) = place.split_once(" (")?;
    Some((file, rest.strip_suffix(')')?))
}

/// A clause in words: the layer and which part of its rule.
fn clause(page: &Page<'_>, benefits: &Benefits, moved: &Moved) -> String {
    let text = page.text;
    // A layer of the draft alone has no name here.
    let layer = moved.layer.as_deref().map(|id| {
        let known = benefits.layers().iter().find(|layer| layer.id == id);
        known.map_or(id, |layer| text.name(&layer.name))
    });
    let (kind, number) = moved.clause.split_once('(').unwrap_or((moved.clause.as_str(), ""));
    let number: usize = number.trim_end_matches(')').parse().unwrap_or(0);
    let part = text.with(&format!("clause-{kind}"), &[("number", (number + 1).into())]);
    layer.map_or(part.clone(), |layer| format!("{layer}{}{part}", text.colon()))
}
