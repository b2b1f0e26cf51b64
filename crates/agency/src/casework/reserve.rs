//! Budget kept for money that is granted and not in the books yet (预留额度): a relief from the moment its amount is decided,
//! while it waits at the step that pays. It is let go when the money is paid, when the case ends or leaves that step, and
//! kept anew when a payment comes back.
//!
//! A claim needs none: its decision is in the books of the fund at once. A pre-settlement has no effect, and so none here.

use super::file::{CaseFile, keep};
use super::pay::granted;
use crate::{CaseId, Context, Decision, books};
use case::{Act, Position, Procedure};
use ledger::{Figures, Occasion, Word};
use std::collections::BTreeMap;
use terms::{Fen, Refusals};

/// Makes what is kept for the case what it has to be now.
pub(super) fn follow(
    context: &Context<'_>,
    procedure: &Procedure,
    case: CaseId,
    file: &mut CaseFile,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let wanted = wanted(context, procedure, file);
    if file.reserved == wanted {
        return Ok(());
    }
    let steps = [
        (Occasion::BudgetReleased, "released", file.reserved.clone()),
        (Occasion::BudgetReserved, "reserved", wanted),
    ];
    for (occasion, field, amounts) in steps {
        for (fund, amount) in amounts {
            let id = Word::known(&format!("case/{case}/budget/{}", file.version));
            let words = [("case", Word::known(&case.to_string())), ("fund", fund)];
            let figures = Figures { words: &words, amounts: &[(field, amount)], items: &[] };
            let because = Word::known(&format!("case/{case}"));
            if let Some(entry) = books::post_on(context, occasion, id, context.today(), because, &figures)? {
                keep(case, file, entry, decision);
            }
        }
    }
    Ok(())
}

/// What has to be kept, by fund; nothing where the pack's books keep no budget or pay no relief.
fn wanted(context: &Context<'_>, procedure: &Procedure, file: &CaseFile) -> BTreeMap<Word, Fen> {
    let Position::At(at) = &file.state.position else { return BTreeMap::new() };
    let pays = procedure
        .states
        .iter()
        .any(|state| state.id == *at && state.steps().iter().any(|step| step.act == Act::Pay));
    let (templates, today) = (&context.rules.templates, context.today());
    let kept = [Occasion::BudgetReserved, Occasion::BudgetReleased]
        .iter()
        .all(|occasion| templates.on(*occasion, today).is_some());
    let amount = granted(file).filter(|amount| pays && kept && *amount > Fen::ZERO);
    amount
        .zip(templates.fund_of(Occasion::ReliefPaid, today))
        .map(|(amount, fund)| (fund, amount))
        .into_iter()
        .collect()
}
