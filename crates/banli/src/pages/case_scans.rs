//! Scans of a case's papers: taken in with the forms of a case, shown to whoever may see the case, each look noted.

use super::access;
use super::case_loaded::{Attempt, Shown, load};
use super::cases::number;
use super::parts::{Faults, hidden};
use super::send::send;
use crate::ask::{Ask, Reply, encode};
use crate::errors::Problem;
use crate::session;
use crate::upload::look;
use agency::casework::{Command as Casework, engine_actor};
use agency::{Capability, CaseId, Command};
use case::{Action, Kept, Position, Scan};
use maud::{Markup, html};
use std::collections::BTreeMap;
use store::{AttachmentError, AttachmentHash};
use terms::Refusals;

/// The name of the input for scans of this material.
pub fn field_name(material: &str) -> String {
    format!("scan.{material}")
}

/// What became of the files of a form.
pub struct Taken {
    /// Faults by the input's name; the other files of the form are kept.
    pub faults: Faults,
    /// The office's reasons against binding them to the case.
    pub refusals: Refusals,
}

/// Keeps the files that came with a form and binds them to their materials. Each file is answered on its own: one that is
/// not taken costs nothing but itself.
pub fn take(ask: &Ask<'_>, case: CaseId) -> Result<Taken, Problem> {
    let text = ask.text();
    let mut taken = Taken { faults: Faults::new(), refusals: Refusals::new() };
    let mut fault = |field: &str, what: String| {
        let said: &mut String = taken.faults.entry(field.to_owned()).or_default();
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(&what);
    };
    let account = ask.actor()?.account;
    let mut by_material: BTreeMap<&str, Vec<Scan>> = BTreeMap::new();
    for file in &ask.files {
        let Some(material) = file.field.strip_prefix("scan.") else { continue };
        let media = match look(&file.name, &file.bytes) {
            Ok(media) => media,
            Err(wrong) => {
                fault(&file.field, text.with(wrong.key(), &[("name", file.name.as_str().into())]));
                continue;
            }
        };
        let hash = match ask.app.office.store.put_attachment(file.bytes.clone(), account, ask.now) {
            Ok(hash) => hash,
            Err(AttachmentError::Write(error)) => return Err(error.into()),
            Err(_) => {
                fault(&file.field, text.with("scan-kind", &[("name", file.name.as_str().into())]));
                continue;
            }
        };
        let bytes = u64::try_from(file.bytes.len()).unwrap_or(u64::MAX);
        let scan = Scan { hash: hash.to_string(), name: file.name.clone(), media: media.to_owned(), bytes };
        by_material.entry(material).or_default().push(scan);
    }
    for (material, scans) in by_material {
        let action = Action::Attach { material: material.to_owned(), scans };
        let command = Command::Case(Casework::Act { case, action: Box::new(action) });
        taken.refusals.extend(send(ask, &format!("scan-{material}"), &command)?.err().unwrap_or_default());
    }
    Ok(taken)
}

/// Takes a scan away: `MATERIAL/HASH`.
pub fn remove(ask: &Ask<'_>, case: CaseId, which: &str) -> Result<Refusals, Problem> {
    let (material, hash) = which.rsplit_once('/').ok_or(Problem::NotFound)?;
    let action = Action::Detach { material: material.to_owned(), hash: hash.to_owned() };
    let command = Command::Case(Casework::Act { case, action: Box::new(action) });
    Ok(send(ask, &format!("unscan-{hash}"), &command)?.err().unwrap_or_default())
}

/// The picture itself.
pub fn file(ask: &Ask<'_>) -> Result<Reply, Problem> {
    let shown = load(ask)?;
    let hash: AttachmentHash = ask.part(1)?;
    let name = hash.to_string();
    let (material, kept) =
        shown.file.state.all_scans().find(|(_, kept)| kept.scan.hash == name).ok_or(Problem::NotFound)?;
    let kept_file = ask.app.office.store.read(|reader| reader.attachment(hash))?.ok_or(Problem::NotFound)?;
    if let Some(subject) = shown.file.subject() {
        let what = format!("case/{}/scan/{material}", shown.case);
        access::note_look(ask, subject, &what, ask.text().name(&shown.procedure.name))?;
    }
    Ok(Reply::File { media: kept_file.media, name: kept.scan.name.clone(), bytes: kept_file.bytes })
}

/// The scans of a material, each to be looked at; with a button to take it away where the reader may.
pub fn list(ask: &Ask<'_>, shown: &Shown<'_>, material: &str, may_remove: bool) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let none = vec![];
    let scans: &[Kept] = shown.file.state.scans.get(material).unwrap_or(&none);
    let of_office = ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, Capability::LookUpPeople));
    let mut items = vec![];
    for Kept { scan, by, on } in scans {
        let address = page.link(&format!("/cases/{}/scans/{}", shown.case, scan.hash));
        let others = if of_office {
            let mut others = ask.app.office.store.read(|reader| reader.cases_with_scan(&scan.hash))?;
            others.retain(|other| *other != shown.case);
            others
        } else {
            vec![]
        };
        items.push(html! {
            li {
                @if scan.media == "application/pdf" {
                    a href=(address) target="_blank" rel="noopener" { (scan.name) }
                } @else {
                    details.fold {
                        summary { (scan.name) }
                        a href=(address) target="_blank" rel="noopener" { img.scan loading="lazy" src=(address) alt=(scan.name); }
                    }
                }
                span.soft.small { (size(scan.bytes)) " · " (access::party_name(ask, &by.who)) " · " (text.day_short(*on)) }
                @if !others.is_empty() {
                    p.fault { (text.say("scan-elsewhere")) @for other in &others { " " a href=(page.link(&format!("/cases/{other}"))) { (number(*other)) } } }
                }
                @if may_remove { button.quiet.small.no-print type="submit" name="do" value=(format!("unscan:{material}/{}", scan.hash)) aria-label={ (text.say("scan-remove")) " " (scan.name) } { (text.say("scan-remove")) } }
            }
        });
    }
    Ok(html! { @if !items.is_empty() { ul.scans { @for item in &items { (item) } } } })
}

/// Who applied from home may add pictures of the papers until the counter has taken the application in.
pub fn to_add(ask: &Ask<'_>, shown: &Shown<'_>, attempt: &Attempt) -> Result<Markup, Problem> {
    let page = ask.page();
    let text = page.text;
    let state = &shown.file.state;
    let from_home = ask.actor.as_ref().is_some_and(|actor| {
        ask.app.may(actor, Capability::ApplyOnline)
            && state.applicant.as_ref().is_some_and(|by| by.who == engine_actor(actor).who)
    });
    if !from_home || state.position != Position::Intake || state.correction.is_some() {
        return Ok(html! {});
    }
    let asked = shown
        .check
        .bring
        .iter()
        .filter(|bring| bring.at.is_none() && !matches!(bring.need, case::Need::NotNeeded(_)));
    Ok(html! {
        form.box.no-print method="post" enctype="multipart/form-data" action=(page.link(&format!("/cases/{}/act", shown.case))) {
            h2 { (text.say("scan-more")) }
            (hidden("key", &session::random_id()?))
            p.hint { (text.say("scan-more.hint")) }
            @for bring in asked { @let name = text.name(&bring.name); div.field { strong { (name) } (input(ask, &bring.material, name, &attempt.faults)) } }
            div.actions { button type="submit" name="do" value="scans" { (text.say("scan-more-do")) } }
        }
    })
}

/// Where scans of a material are chosen, dropped or photographed.
pub fn input(ask: &Ask<'_>, material: &str, name: &str, faults: &Faults) -> Markup {
    let text = ask.text();
    let field = field_name(material);
    let id = format!("f-{}", field.replace('.', "-"));
    let fault = faults.get(&field);
    let most = (store::ATTACHMENT_BYTES_MAX >> 20).to_string();
    html! {
        div.drop.wrong[fault.is_some()].no-print {
            @if let Some(fault) = fault { p.fault id=(format!("{id}-fault")) { (fault) } }
            label for=(id) { (text.say("scan-add")) span.visually-hidden { " " (name) } }
            input id=(id) type="file" name=(field) multiple accept="application/pdf,image/jpeg,image/png"
                data-most=(store::ATTACHMENT_BYTES_MAX) data-too-large=(text.with("scan-too-large-here", &[("most", most.as_str().into())]))
                aria-describedby=[fault.map(|_| format!("{id}-fault"))];
        }
    }
}

/// Bytes as people read them.
fn size(bytes: u64) -> String {
    if bytes < 1 << 20 {
        format!("{} KB", bytes.div_ceil(1 << 10))
    } else {
        format!("{}.{} MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20)
    }
}

/// `filename*=UTF-8''…` of a name, for the header.
pub fn disposition(media: &str, name: &str) -> String {
    let how = if media.starts_with("image/") || media == "application/pdf" { "inline" } else { "attachment" };
    format!("{how}; filename*=UTF-8''{}", encode(name))
}
