//! Every paper is a witness: the code on it, and the page on which anybody finds out whether all that the office had
//! recorded when it was printed is still there as it was.

use super::parts::{Faults, Field, FieldKind, Page, Shape, Standing, field, frame, refusals, status};
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::witness::{Paper, Verdict, short};
use fast_qr::{ECL, QRBuilder};
use maud::{Markup, html};
use store::witness::Head;

/// Characters of a line that is checked.
const LINE_MAX: u16 = 400;

/// The code of this moment for the foot of a paper, and the same in short for whoever has to type it.
pub fn mark(ask: &Ask<'_>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let head = ask.app.office.store.read(|reader| reader.head())?;
    let says = [
        ("size", head.size.to_string().into()),
        ("root", short(&head.root).into()),
        ("address", format!("{}{}", ask.host, page.link("/witness")).into()),
    ];
    Ok(html! {
        div.witness {
            (code(&ask.app.witness.line(&head), &text.say("witness-code")))
            div { p.mono { (text.with("witness-mark", &says)) } p.small { (text.with("witness-mark-about", &says)) } }
        }
    })
}

/// The line as a picture that telephones read; nothing where it is too long for one, which no line is.
fn code(line: &str, named: &str) -> Markup {
    let Ok(code) = QRBuilder::new(line).ecl(ECL::L).build() else { return html! {} };
    let mut dark = String::new();
    for row in 0..code.size {
        for column in (0..code.size).filter(|column| code[row][*column].value()) {
            dark.push_str(&format!("M{column} {row}h1v1h-1z"));
        }
    }
    // Readers want four modules of white around it.
    let wide = code.size + 8;
    html! {
        svg role="img" aria-label=(named) viewBox=(format!("-4 -4 {wide} {wide}")) shape-rendering="crispEdges" {
            rect x="-4" y="-4" width=(wide) height=(wide) fill="#fff" {}
            path d=(dark) fill="#000" {}
        }
    }
}

/// The form.
pub fn ask(ask: &Ask<'_>) -> Result<Reply, Problem> {
    Ok(Reply::Page(shown(ask, &Faults::new(), None)?))
}

/// What became of the paper's head.
pub fn answer(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let Some(paper) = Paper::read(ask.form.get("paper")) else {
        let faults = Faults::from([("paper".to_owned(), ask.text().say("witness-unreadable"))]);
        return Ok(Reply::Refused(shown(ask, &faults, None)?));
    };
    let today = ask.app.office.store.read(|reader| reader.head_at(paper.size()))?;
    let verdict = paper.verdict(Some(&ask.app.witness.key()), today);
    Ok(Reply::Page(shown(ask, &Faults::new(), Some((&paper, verdict)))?))
}

fn shown(ask: &Ask<'_>, faults: &Faults, checked: Option<(&Paper, Verdict)>) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let head = ask.app.office.store.read(|reader| reader.head())?;
    let line = Field {
        name: "paper".to_owned(),
        label: text.say("witness-line"),
        hint: Some(text.say("witness-line.hint")),
        kind: FieldKind::Lines(LINE_MAX),
        required: true,
    };
    let content = html! {
        div.stack {
            (refusals(&page, faults, &[]))
            @if let Some((paper, verdict)) = checked { (told(&page, paper, verdict, &head)) }
            p.lead { (text.say("witness-lead")) }
            form method="post" action=(page.link("/witness")) {
                (field(&page, &line, &[ask.form.get("paper")], faults))
                div.actions { button type="submit" { (text.say("witness-check")) } }
            }
            section {
                h2 { (text.say("witness-today")) }
                dl.facts {
                    dt { (text.say("witness-size")) } dd.mono { (head.size) }
                    dt { (text.say("witness-root")) } dd.mono.long { (head.root) }
                    dt { (text.say("witness-key")) } dd.mono.long { (ask.app.witness.key()) }
                }
                p { (text.say("witness-how")) }
            }
        }
    };
    let crumbs = [("/", text.say("nav-home"))];
    Ok(frame(&page, Shape::Public, &text.say("front-witness"), &crumbs, &html! {}, &content))
}

/// The answer, and what to do where it is not good.
fn told(page: &Page<'_>, paper: &Paper, verdict: Verdict, today: &Head) -> Markup {
    let text = page.text;
    let (standing, key) = match verdict {
        Verdict::Unchanged => (Standing::Done, "witness-unchanged"),
        Verdict::Changed => (Standing::Late, "witness-changed"),
        Verdict::Cut => (Standing::Late, "witness-cut"),
        Verdict::Foreign => (Standing::Late, "witness-foreign"),
    };
    let says = [
        ("size", paper.size().to_string().into()),
        ("since", today.size.saturating_sub(paper.size()).to_string().into()),
        ("today", today.size.to_string().into()),
    ];
    html! {
        section.box role="status" {
            p { (status(standing, &text.say(key))) }
            p { (text.with(&format!("{key}.about"), &says)) }
        }
    }
}
