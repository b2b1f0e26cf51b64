//! A person's settlement year as a picture: what was used up of each deductible, band and limit, and when.

use super::access;
use super::law_words::says;
use super::parts::{Shape, article_short, empty, frame, money};
use super::people::settlement_rows;
use super::year_anew;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::settlement::{BenefitYear, Made};
use agency::{Event, PersonId, StreamId};
use benefit::{Benefits, Says, UsedUp};
use maud::{Markup, html};
use terms::{Day, Fen};

/// The page of a year.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let id: PersonId = ask.part(0)?;
    let year: i32 = ask.part(1)?;
    let store = &ask.app.office.store;
    let person = store.with_records(|records| records.person(id))?.ok_or(Problem::NotFound)?;
    if !access::may_see_settlements(ask, &person.registered) {
        return Err(Problem::NotFound);
    }
    access::note_look(ask, id, &format!("year/{year}"), "")?;
    let events = store.with_records(|records| records.events(&StreamId::Year(id, year)))?;
    let so_far = BenefitYear::of(&events);
    let benefits = &ask.app.office.rules.benefits;
    let mut made: Vec<&Made> = so_far.standing().collect();
    made.sort_by_key(|made| (made.bill.enddate, made.settlement));
    let limits = limits(benefits, &events, &made);
    let (rows, row) = store.read(|reader| {
        let mut rows = reader.settlements_of(id, i64::MAX, 200)?;
        rows.retain(|row| row.year == year);
        Ok((rows, reader.year(id, year)?))
    })?;
    let used: Vec<usize> = (0..benefits.accumulators().len())
        .filter(|place| {
            let id = &benefits.accumulators()[*place].id;
            made.iter().any(|made| made.counted.contains_key(id))
                || limits.iter().any(|limit| limit.accumulator == *place)
        })
        .collect();
    let content = html! {
        div.stack {
            @if made.is_empty() { (empty(&text.say("year-none"), &text.say("year-none.how"))) } @else {
                section.answer {
                    p.lead { (text.with("person-year", &[("year", year.to_string().into()), ("count", row.settlements.into()), ("total", text.yuan(row.medfee_sumamt).into()), ("funds", text.yuan(row.fund_pay_sumamt).into()), ("own", text.yuan(row.psn_cash_pay).into())])) }
                }
                @for place in used {
                    @let named = &benefits.accumulators()[place];
                    @let limits: Vec<&UsedUp> = limits.iter().filter(|limit| limit.accumulator == place).collect();
                    section.box {
                        header { h2 { (text.name(&named.name)) } }
                        (lane(&page, year, &running(&made, &named.id), &limits))
                        ul.stack-s { @for limit in &limits { li {
                            (says(&page, benefits, &limit.says)) " – " (standing(&page, limit, total(&made, &named.id)))
                            " " (article_short(&page, &benefits.articles()[usize::from(limit.origin.article)].id.0))
                        } } }
                    }
                }
                (year_anew::section(&page, &ask.app.office.rules.law, benefits, &so_far))
                section.stack-s { h2 { (text.say("nav-settlements")) } (settlement_rows(&page, &rows, true)) }
                p.soft.small { (text.say("year-about")) }
            }
            nav.pages aria-label=(text.say("year-title")) {
                a href=(page.link(&format!("/people/{id}/years/{}", year - 1))) { "← " (year - 1) }
                @if year < page.today().year() { a href=(page.link(&format!("/people/{id}/years/{}", year + 1))) { (year + 1) " →" } }
            }
        }
    };
    let name = person.registered.name.as_str();
    let title = text.with("year-of", &[("name", name.into()), ("year", year.to_string().into())]);
    let path = format!("/people/{id}");
    let mut crumbs = vec![("/home", text.say("nav-home"))];
    if access::may_see_person(ask, &person) {
        crumbs.push((path.as_str(), name.to_owned()));
    }
    Ok(Reply::Page(frame(&page, Shape::Desk, &title, &crumbs, &html! {}, &content)))
}

/// What the year uses up for bills like those that were settled; the figures of the latest bill of each kind hold.
fn limits(benefits: &Benefits, events: &[Event], made: &[&Made]) -> Vec<UsedUp> {
    let mut limits: Vec<UsedUp> = Vec::new();
    for made in made {
        let bill = made.bill.after(&BenefitYear::before(events, made.settlement), benefits);
        // A band at nothing is the room between two layers.
        let pays = |limit: &UsedUp| !matches!(limit.says, Says::Band { rate, .. } if rate.num() == 0);
        for limit in benefits.used_up(&bill).into_iter().filter(pays) {
            let kind = |says: &Says| match says {
                Says::Deductible(_) => 0,
                Says::Band { number, .. } => 1 + number,
                Says::Limit { .. } => usize::MAX,
            };
            let same = |known: &&mut UsedUp| {
                (known.accumulator, known.layer, kind(&known.says))
                    == (limit.accumulator, limit.layer, kind(&limit.says))
            };
            match limits.iter_mut().find(same) {
                Some(known) => *known = limit,
                None => limits.push(limit),
            }
        }
    }
    // A layer's bands are told where something of it was counted; one deductible of several layers is told once.
    limits.dedup_by(|a, b| (a.accumulator, a.says) == (b.accumulator, b.says));
    limits
}

/// What an accumulator comes to after each settlement.
fn running(made: &[&Made], id: &str) -> Vec<(Day, Fen)> {
    let mut sum = Fen::ZERO;
    let counted = made.iter().filter_map(|made| Some((made.bill.enddate, *made.counted.get(id)?)));
    counted
        .map(|(day, amount)| {
            sum = sum.plus(amount).unwrap_or(Fen::MAX);
            (day, sum)
        })
        .collect()
}

fn total(made: &[&Made], id: &str) -> Fen {
    running(made, id).last().map_or(Fen::ZERO, |(_, sum)| *sum)
}

/// `12,000.00 of 80,000.00 used, 68,000.00 left`
fn standing(page: &super::parts::Page<'_>, limit: &UsedUp, used: Fen) -> Markup {
    let text = page.text;
    let Some(amount) = limit.amount() else { return html! {} };
    let left = amount.minus(used).unwrap_or(Fen::ZERO);
    html! {
        @if left > Fen::ZERO { (text.with("year-left", &[("used", used.grouped().into()), ("left", left.grouped().into())])) }
        @else { strong { (text.say("year-used-up")) } }
    }
}

/// The scale of the picture.
const UNIT: i128 = 10_000;
const HIGH: i128 = 90;

/// What was used over the year as steps, with the limits as lines.
fn lane(page: &super::parts::Page<'_>, year: i32, running: &[(Day, Fen)], limits: &[&UsedUp]) -> Markup {
    let text = page.text;
    let used = running.last().map_or(Fen::ZERO, |(_, sum)| *sum);
    // A limit far above what was used would press the picture flat: the next one above is enough.
    let mut amounts: Vec<Fen> = limits.iter().filter_map(|limit| limit.amount()).collect();
    amounts.sort_unstable();
    amounts.dedup();
    let next = amounts.iter().copied().find(|amount| *amount > used);
    let top = next.unwrap_or(used).max(used).get().max(1);
    let (Ok(first), Ok(last)) = (Day::from_ymd(year, 1, 1), Day::from_ymd(year, 12, 31)) else {
        return html! {};
    };
    let span = i128::from(last.days_since(first).max(1));
    let x = |day: Day| (i128::from(day.days_since(first)) * UNIT / span).clamp(0, UNIT);
    let y = |amount: Fen| UNIT - i128::from(amount.get()) * UNIT / i128::from(top);
    let mut points = vec![format!("0,{UNIT}")];
    let mut height = UNIT;
    for (day, sum) in running {
        points.push(format!("{},{height}", x(*day)));
        height = y(*sum);
        points.push(format!("{},{height}", x(*day)));
    }
    let end = if page.today().year() == year { x(page.today()) } else { UNIT };
    points.push(format!("{end},{height}"));
    points.push(format!("{end},{UNIT}"));
    let label = text.with("year-lane", &[("used", used.grouped().into())]);
    html! {
        svg.year-lane role="img" aria-label=(label) {
            svg x="0" y="16" width="100%" height=(HIGH) viewBox=(format!("0 0 {UNIT} {UNIT}")) preserveAspectRatio="none" { polygon.fund points=(points.join(" ")) {} }
            @for amount in amounts.iter().filter(|amount| amount.get() <= top) {
                @let up = 16 + y(*amount) * HIGH / UNIT;
                line.limit x1="0" x2="100%" y1=(up) y2=(up) {}
                text.faint x="100%" y=(up - 3) text-anchor="end" { (amount.grouped()) }
            }
            line.axis x1="0" x2="100%" y1=(16 + HIGH) y2=(16 + HIGH) {}
            @for month in [1_u8, 4, 7, 10] { @if let Ok(day) = Day::from_ymd(year, month, 1) { text.faint x=(format!("{}.{:02}%", x(day) / 100, x(day) % 100)) y=(16 + HIGH + 16) { (text.day_short(day)) } } }
        }
        p { (text.say("year-used")) (text.colon()) (money(used)) }
    }
}
