//! Whose desk a case lies on: take it, lay it back, hand it over.

use super::access::party_name;
use super::case_loaded::Shown;
use super::parts::hidden;
use crate::ask::Ask;
use crate::errors::Problem;
use crate::session;
use agency::casework::can_do_next;
use agency::{Capability, Context, Ids};
use case::next_actions;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Colleagues offered for handing over.
const OFFERED_MAX: u32 = 60;

/// The box on the page of a case, for those whose work it could be.
pub fn show(ask: &Ask<'_>, shown: &Shown<'_>) -> Result<Markup, Problem> {
    let Some(actor) = &ask.actor else { return Ok(html! {}) };
    let page = ask.page();
    let text = page.text;
    let office = &ask.app.office;
    let context = Context { rules: &office.rules, actor, now: ask.now, ids: Ids::default() };
    let supervises = ask.app.may(actor, Capability::Supervise);
    let holder = shown.file.assigned;
    let mine = holder == Some(actor.account);
    let could = can_do_next(&context, &shown.file, actor);
    if shown.file.state.is_closed() || !(could || supervises) {
        return Ok(html! {});
    }
    let mut colleagues: BTreeMap<u64, String> = BTreeMap::new();
    if mine || supervises {
        let next = next_actions(shown.procedure, &shown.file.state, page.today(), page.law.calendar());
        for owner in next.iter().filter_map(|next| next.owner.as_ref()) {
            for row in office.store.read(|reader| reader.accounts_with_role(&owner.role, OFFERED_MAX))? {
                let account = office.store.with_records(|records| records.account(row.id))?;
                let fits = account.as_ref().is_some_and(|account| {
                    !account.closed && can_do_next(&context, &shown.file, &account.opened.actor)
                });
                if let Some(account) = account.filter(|_| fits && row.id != actor.account) {
                    colleagues.insert(row.id.0, account.opened.actor.name);
                }
            }
        }
    }
    let act = page.link(&format!("/cases/{}/assign", shown.case));
    let key = session::random_id()?;
    Ok(html! {
        section.box.desk-box {
            h2 { (text.say("column-desk")) }
            p { @if let Some(holder) = holder { (party_name(ask, &format!("account/{holder}"))) } @else { (text.say("queue-desk-nobody")) } }
            div.actions.no-print {
                @if could && !mine && (holder.is_none() || supervises) { form method="post" action=(act) { (hidden("key", &key)) (hidden("to", "me")) button.quiet type="submit" { (text.say("desk-take")) } } }
                @if mine || (supervises && holder.is_some()) { form method="post" action=(act) { (hidden("key", &key)) (hidden("to", "")) button.quiet type="submit" { (text.say("desk-back")) } } }
            }
            @if !colleagues.is_empty() {
                form.hand-over.no-print method="post" action=(act) {
                    (hidden("key", &key))
                    label for="hand-over" { (text.say("desk-hand-over")) }
                    select id="hand-over" name="to" { @for (account, name) in &colleagues { option value=(account) { (name) } } }
                    button.quiet type="submit" { (text.say("desk-hand-over-do")) }
                }
            }
        }
    })
}
