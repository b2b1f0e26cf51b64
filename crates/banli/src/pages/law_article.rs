//! One article: what it says, the rules and steps that rest on it, the scenarios that hold it, and the newest
//! decisions made under it; each a link that leads back here.

use super::law_parts::{crumbs, shape};
use super::law_rules::by_layer;
use super::law_words::{article_of, confidence};
use super::parts::{Page, day, empty, frame};
use super::people::settlement_rows;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use agency::{Capability, CaseId, StreamId, settlement};
use benefit::Figure;
use case::{Procedure, Work};
use maud::{Markup, html};
use policy::Source;
use policy::scenario::Scenario;
use std::collections::{BTreeMap, BTreeSet};
use store::SettlementRow;
use terms::ArticleId;

/// Most rows of one scenario file that are shown.
const SCENARIO_ROWS_MAX: usize = 12;
/// Most lines of one file that are shown.
const LINES_MAX: usize = 40;
/// Settlements looked at for one page, and settlements worked out again.
const SETTLEMENTS: (u32, usize) = (400, 20);

/// The page.
pub fn show(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let page = ask.page();
    let text = page.text;
    let article = ask.parts.first().and_then(|id| page.law.article(id)).ok_or(Problem::NotFound)?;
    let id = article.id.0.as_str();
    let benefits = &ask.app.office.rules.benefits;
    let figures = benefits.figures();
    let mine: Vec<&Figure> = figures.iter().filter(|figure| article_of(benefits, figure) == id).collect();
    let procedures = procedures(ask, &article.id);
    let scenarios = scenarios(&page, id);
    let cases = cases(ask, &article.id)?;
    let settlements = settlements(ask, &article.id, &mine)?;
    let lines = lines(&page, id);
    let settings: Vec<&policy::Setting> =
        page.law.settings().filter(|setting| setting.article == article.id).collect();
    let decisions_shown = may(ask, Capability::LookUpPeople) || may(ask, Capability::LookUpSettlements);
    let content = html! {
        div.stack-l {
            div.two.lean {
                section.answer { p.lead { (text.name(&article.gist)) } }
                div.box {
                    dl.facts {
                        dt { (text.say("law-id")) } dd.mono { (article.id) }
                        dt { (text.say("law-from")) } dd { (day(&page, article.from)) }
                        @if let Some(to) = article.to { dt { (text.say("law-to")) } dd { (day(&page, to)) } }
                        dt { (text.say("law-confidence")) } dd { (confidence(&page, article.confidence)) }
                        dt { (text.say("law-source")) } dd.small { (article.source) }
                        dt { (text.say("law-checked")) } dd { (day(&page, article.checked)) }
                    }
                }
            }
            section.stack-s {
                h2 { (text.say("law-uses")) }
                @if mine.is_empty() && procedures.is_empty() && settings.is_empty() {
                    p.soft { (text.say(if lines.is_empty() { "law-unused" } else { "law-no-figure" })) }
                }
                (by_layer(&page, benefits, &mine))
                @for setting in &settings { p { a href=(page.link(&format!("/law/settings#{}", setting.id))) { (text.name(&setting.question)) } } }
                @if !procedures.is_empty() {
                    div.cards { @for (procedure, places) in &procedures {
                        div.box {
                            h3 { a href=(page.link(&format!("/precheck/{}", procedure.id))) { (text.name(&procedure.name)) } }
                            ul.stack-s { @for (key, name) in places { li { span.soft { (text.say(key)) } " " (name) } } }
                        }
                    } }
                }
            }
            div class=(if decisions_shown { "two" } else { "stack" }) {
                section.stack-s {
                    h2 { (text.say("law-scenarios")) }
                    @if scenarios.is_empty() { p.soft { (text.say("law-no-scenario")) } }
                    @for scenario in &scenarios { (scenario) }
                }
                @if decisions_shown {
                    section.stack-s {
                        h2 { (text.say("law-decisions")) }
                        @if cases.is_empty() && settlements.rows.is_empty() && settlements.older.is_none() { (empty(&text.say("law-no-decision"), &text.say("law-no-decision.how"))) }
                        @if !cases.is_empty() {
                            ul.box.stack-s { @for case in &cases { li { a href=(page.link(&format!("/cases/{case}"))) { (super::cases::number(*case)) } } } }
                        }
                        (looked_at(ask, &page, &settlements))
                    }
                }
            }
            @if !lines.is_empty() {
                details.box {
                    summary { (text.say("law-lines")) " (" (lines.values().map(Vec::len).sum::<usize>()) ")" }
                    @for (path, lines) in &lines {
                        h3.mono { (path) }
                        ul.stack-s { @for (number, line) in lines { li { span.soft.mono { (number) } " " code.mono { (line) } } } }
                    }
                }
            }
        }
    };
    let title = format!("{} {}", text.name(&article.instrument), text.name(&article.place));
    Ok(Reply::Page(frame(&page, shape(&page), &title, &crumbs(text), &html! {}, &content)))
}

fn may(ask: &Ask<'_>, capability: Capability) -> bool {
    ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, capability))
}

/// The latest cases in which something was decided on this article, for readers who may see them all.
fn cases(ask: &Ask<'_>, id: &ArticleId) -> Result<BTreeSet<CaseId>, Problem> {
    if !may(ask, Capability::LookUpPeople) {
        return Ok(BTreeSet::new());
    }
    Ok(ask.app.office.store.read(|reader| {
        let mut cases = BTreeSet::new();
        for seq in reader.uses_of_article(id, 40)? {
            let stream = reader.event(seq)?.and_then(|event| event.stream.parse().ok());
            if let Some(StreamId::Case(case)) = stream {
                cases.insert(case);
            }
        }
        Ok(cases)
    })?)
}

/// Settlements in which a figure of the article was applied, and how they were found.
#[derive(Default)]
struct Applied {
    rows: Vec<SettlementRow>,
    /// How many settlements were looked at, and worked out again.
    looked: usize,
    tried: usize,
    /// The place from which older ones are looked at, where there are any.
    older: Option<i64>,
}

/// The settlements in which a figure of this article was applied, from the newest or the asked place on. Settlements
/// keep no trace, so those of its days are worked out again, so many a page; for readers who may see them all.
fn settlements(ask: &Ask<'_>, id: &ArticleId, figures: &[&Figure]) -> Result<Applied, Problem> {
    let mut applied = Applied::default();
    if figures.is_empty() || !may(ask, Capability::LookUpSettlements) {
        return Ok(applied);
    }
    let before = ask.query.get("before").parse().unwrap_or(i64::MAX);
    let (looked_max, tried_max) = SETTLEMENTS;
    let office = &ask.app.office;
    let benefits = &office.rules.benefits;
    let newest = office.store.read(|reader| reader.latest_settlements(before, looked_max))?;
    let in_force = |row: &SettlementRow| {
        figures
            .iter()
            .any(|figure| figure.from <= row.enddate && figure.to.is_none_or(|to| to >= row.begndate))
    };
    let all = newest.len();
    for row in newest {
        applied.looked += 1;
        if applied.looked == all && all == looked_max as usize {
            applied.older = Some(row.seq);
        }
        if !in_force(&row) {
            continue;
        }
        applied.tried += 1;
        let (seq, last) = (row.seq, applied.tried == tried_max);
        let stream = StreamId::Year(row.person, row.year);
        let events = office.store.with_records(|records| records.events(&stream))?;
        let again = settlement::recompute(&events, row.id, benefits);
        if let Some((bill, Ok(outcome))) = again
            && benefits.explain(&bill, &outcome).steps.iter().any(|step| step.article == *id)
        {
            applied.rows.push(row);
        }
        if last {
            applied.older = (applied.looked < all || all == looked_max as usize).then_some(seq);
            break;
        }
    }
    Ok(applied)
}

/// The settlements found, how many were looked through, and the way to older ones.
fn looked_at(ask: &Ask<'_>, page: &Page<'_>, applied: &Applied) -> Markup {
    let text = page.text;
    let from_newest = ask.query.get("before").is_empty();
    let article = ask.parts.first().map_or("", String::as_str);
    let facts = [("looked", applied.looked), ("tried", applied.tried), ("found", applied.rows.len())];
    let facts = facts.map(|(name, count)| (name, count.into()));
    html! {
        @if applied.looked > 0 || !from_newest { div.stack-s id="settlements" {
            p.soft.small { (text.with("law-looked-at", &facts)) }
            @if !applied.rows.is_empty() { (settlement_rows(page, &applied.rows, true)) }
            nav.pages aria-label=(text.say("law-decisions")) {
                @if !from_newest { a href=(page.link(&format!("/law/articles/{article}#settlements"))) { "← " (text.say("law-newer")) } }
                @if let Some(older) = applied.older { a href=(page.link(&format!("/law/articles/{article}?before={older}#settlements"))) { (text.say("law-older")) " →" } }
            }
        } }
    }
}

/// What of each procedure rests on the article: a key for the kind, and its name.
fn procedures<'a>(ask: &Ask<'a>, id: &ArticleId) -> Vec<(&'a Procedure, Vec<(&'static str, String)>)> {
    let all = ask.app.office.rules.procedures.iter();
    let cited = all.map(|procedure| (procedure, citations(ask, procedure, id)));
    cited.filter(|(_, places)| !places.is_empty()).collect()
}

fn citations(ask: &Ask<'_>, procedure: &Procedure, id: &ArticleId) -> Vec<(&'static str, String)> {
    let text = ask.text();
    let mut places = Vec::new();
    let mut cite = |article: &ArticleId, key: &'static str, name: String| {
        if article == id {
            places.push((key, name));
        }
    };
    cite(&procedure.article, "cites-procedure", text.name(&procedure.gist).to_owned());
    for applicant in &procedure.applicants {
        cite(&applicant.article, "cites-applicant", text.code(&applicant.capacity));
    }
    for condition in &procedure.conditions {
        cite(&condition.article, "cites-condition", condition.id.clone());
    }
    for limit in &procedure.limits {
        cite(&limit.article, "cites-limit", text.name(&limit.name).to_owned());
    }
    if let Some(window) = &procedure.window {
        let days = format!("{}–{}", window.first, window.last);
        cite(&window.article, "cites-window", days);
        for exception in &window.exceptions {
            cite(&exception.article, "cites-exception", exception.id.clone());
        }
    }
    for material in &procedure.materials {
        cite(&material.basis, "cites-material", text.name(&material.name).to_owned());
        for exception in &material.unless {
            let name = format!("{} ({})", text.name(&material.name), exception.id);
            cite(&exception.article, "cites-exception", name);
        }
    }
    cite(&procedure.intake.article, "cites-step", text.code("intake"));
    cite(&procedure.intake.clock.article, "cites-clock", text.code("intake"));
    cite(&procedure.correction.article, "cites-correction", span(ask, procedure.correction.span));
    for clock in &procedure.clocks {
        cite(&clock.article, "cites-clock", format!("{} {}", text.name(&clock.name), span(ask, clock.span)));
    }
    for state in &procedure.states {
        let name = text.name(&state.name);
        match &state.work {
            Work::Steps { steps, clock, deemed } => {
                cite(&clock.article, "cites-clock", format!("{name} {}", span(ask, clock.span)));
                if let Some(deemed) = deemed {
                    cite(&deemed.article, "cites-deemed", name.to_owned());
                }
                for step in steps {
                    cite(&step.article, "cites-step", text.name(&step.name).to_owned());
                }
            }
            Work::Notice(notice) => {
                cite(&notice.article, "cites-notice", format!("{name} {}", span(ask, notice.span)));
            }
            Work::Wait(wait) => cite(&wait.article, "cites-wait", format!("{name} {}", span(ask, wait.span))),
        }
    }
    for outcome in &procedure.outcomes {
        cite(&outcome.article, "cites-outcome", text.name(&outcome.name).to_owned());
    }
    places
}

fn span(ask: &Ask<'_>, span: terms::Span) -> String {
    ask.text().span(span.count, span.unit)
}

/// The scenario files that hold the article, each with the rows that rest on it.
fn scenarios(page: &Page<'_>, id: &str) -> Vec<Markup> {
    let text = page.text;
    let mut found = Vec::new();
    for source in page.law.documents("scenarios") {
        let Ok(scenario) = Scenario::read(source) else { continue };
        let whole = scenario.law.as_ref().is_some_and(|law| law.text == id);
        let heads: Vec<&str> = scenario.table.columns.iter().map(|cell| cell.text.as_str()).collect();
        let cites = |row: &policy::Row| row.cells.iter().any(|cell| cell.text == id);
        let said = scenario.table.column("because");
        // A file about the article holds it with every row but those that name another one.
        let holds = |row: &&policy::Row| {
            cites(row)
                || whole
                    && said.is_none_or(|place| {
                        row.cells.get(place).is_none_or(|cell| page.law.article(&cell.text).is_none())
                    })
        };
        let rows: Vec<&policy::Row> = scenario.table.rows.iter().filter(holds).collect();
        if rows.is_empty() && !whole {
            continue;
        }
        // Titles are written in English first, then in Chinese.
        let title = match (text.lang(), scenario.title.as_slice()) {
            (crate::text::Lang::Zh, [_, zh, ..]) => zh,
            (_, [first, ..]) => first,
            (_, []) => &source.path,
        };
        let line = |row: &policy::Row| row.cells.first().map_or(0, |cell| source.place(cell.span.start).0);
        found.push(html! {
            details.box {
                summary { (title) " " span.soft { "(" (rows.len()) ")" } }
                p.small.mono.soft { (source.path) }
                div.scroll tabindex="0" role="region" aria-label=(title) {
                    table.small {
                        thead { tr { th.num scope="col" { (text.say("law-line")) } @for head in &heads { th scope="col" { (head) } } } }
                        tbody { @for row in rows.iter().take(SCENARIO_ROWS_MAX) { tr { td.num.soft { (line(row)) } @for cell in &row.cells { td { (cell.text) } } } } }
                    }
                }
                @if rows.len() > SCENARIO_ROWS_MAX { p.soft.small { (text.with("law-more-rows", &[("count", (rows.len() - SCENARIO_ROWS_MAX).into())])) } }
            }
        });
    }
    found
}

/// Lines of the packs that name this article, by file; scenarios are shown apart.
fn lines<'l>(page: &Page<'l>, id: &str) -> BTreeMap<&'l str, Vec<(usize, &'l str)>> {
    let quoted = format!("\"{id}\"");
    let names =
        |line: &str| line.contains(&quoted) || line.split(['|', ' ', ',']).any(|cell| cell.trim() == id);
    let folder = |source: &Source, folder: &str| source.path.split('/').nth(1) == Some(folder);
    let mut found = BTreeMap::new();
    for source in page.law.sources() {
        if folder(source, "articles") || folder(source, "scenarios") {
            continue;
        }
        let lines: Vec<(usize, &str)> =
            (1..).zip(source.text.lines()).filter(|(_, line)| names(line)).take(LINES_MAX).collect();
        if !lines.is_empty() {
            found.insert(source.path.as_str(), lines);
        }
    }
    found
}
