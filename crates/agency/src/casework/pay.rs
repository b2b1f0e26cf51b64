//! Payment to a person: by transfer to an account in the payee's own name, or at the window.

use super::CaseFile;
use crate::{CaseId, Context, Records, StreamId};
use terms::{Fact, Refusals};

/// The method that goes through the bank, by the packs' codes.
const TRANSFER: &str = "transfer";
/// Facts of the account, as the packs' form names them.
const HOLDER: &str = "payment.holder";
const ACCOUNT: &str = "payment.account";

/// A transfer needs an account, and its holder is the person or, for a child, the parent.
pub(super) fn may_be_transferred(
    records: &dyn Records,
    context: &Context<'_>,
    case: CaseId,
    method: &str,
) -> Result<(), Refusals> {
    if method != TRANSFER {
        return Ok(());
    }
    let file = CaseFile::of(&records.events(&StreamId::Case(case)));
    let said = |name: &str| match file.state.facts.get(name) {
        Some(Fact::Text(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
        _ => None,
    };
    let Some((holder, _)) = said(HOLDER).zip(said(ACCOUNT)) else {
        return Err(vec![context.refuse("payment/no-account")]);
    };
    let Some(person) = file.subject().and_then(|subject| records.person(subject)) else {
        return Err(vec![context.refuse("person/unknown")]);
    };
    let parent = person.registered.parent.and_then(|parent| records.person(parent));
    let names = [Some(person.registered.name), parent.map(|parent| parent.registered.name)];
    if names.iter().flatten().any(|name| *name == holder) {
        Ok(())
    } else {
        Err(vec![context.refuse("payment/name-differs").with("holder", Fact::Text(holder))])
    }
}
