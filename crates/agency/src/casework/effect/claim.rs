//! The claim of a case, settled under the law of its days.

use crate::casework::file::CaseFile;
use crate::casework::paid_first;
use crate::claim::Claim;
use crate::settlement::{self, BillLine, BillRecord, Draw, ToSettle};
use crate::{CaseId, Context, Decision, PersonId, Records, StreamId, Unique, books, filing};
use benefit::Code;
use terms::{Fact, Fen, Refusals};

/// Works out the claim under the law of its days, and registers its receipts so that none is paid twice.
pub(super) fn adjudicate(
    records: &dyn Records,
    context: &mut Context<'_>,
    case: CaseId,
    file: &CaseFile,
    subject: PersonId,
    decision: &mut Decision,
) -> Result<(), Refusals> {
    let Some(claim) = &file.claim else {
        return Err(vec![context.refuse("reimbursement/no-claim")]);
    };
    let (Some(provider), Some(person)) = (records.provider(claim.provider), records.person(subject)) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    let used = claim.used_receipts(records, context, &provider.registered.code, Some(case));
    if !used.is_empty() {
        return Err(used);
    }
    let by = StreamId::Case(case);
    for receipt in &claim.receipts {
        let name = Claim::receipt_name(&provider.registered.code, &receipt.number);
        // A case that was taken up again holds its receipts already.
        if records.version(&StreamId::Unique(Unique::Receipt, name.clone())) == 0 {
            decision.take_once(Unique::Receipt, &name, &by);
        }
    }
    let day = claim.enddate;
    let Some(insured) = person.insured_on(day).next() else {
        return Err(vec![context.refuse("settlement/not-insured").with("day", Fact::Day(day))]);
    };
    let code = |text: &str| text.parse::<Code>().unwrap_or(Code::NONE);
    // Treated as not designated where no agreement was in force: emergencies and full cover are paid even so.
    let no_agreement = provider.against_service(context, claim.begndate, claim.enddate);
    let bill = BillRecord {
        insutype: code(&insured.insutype),
        psn_type: code(&insured.psn_type),
        category: context.rules.categories.served(&person, day),
        hardship: context.rules.categories.hardship(&person, day),
        // Paid in cash, reimbursed in cash: an account is used where the bill is settled on the spot.
        account: Fen::ZERO,
        account_past: Fen::ZERO,
        provider_kind: code(&provider.registered.provider_kind),
        hosp_lv: code(&provider.registered.hosp_lv),
        admdvs: provider.registered.region.parse().unwrap_or(0),
        designated: no_agreement.is_none(),
        contracted: person.contracted_with(
            claim.provider,
            context.rules.visits.contracting(),
            claim.begndate,
        ),
        med_type: claim.med_type,
        begndate: claim.begndate,
        enddate: claim.enddate,
        filing: filing::benefit_of(&filing::covering(records, subject, claim, context.rules)),
        direct: false,
        lines: standing_lines(file, claim),
    };
    let asked =
        ToSettle { person: subject, provider: claim.provider, bill, case: Some(case), draw: Draw::Nothing };
    // Where the benefits refuse it, the reason why no agreement held stands beside theirs.
    let with_reason = |mut refusals: Refusals| {
        refusals.extend(no_agreement);
        refusals
    };
    let first = context.rules.procedure_of(&file.state).is_some_and(paid_first::pays_first);
    if !first {
        return settlement::settle(records, context, &asked, decision).map(drop).map_err(with_reason);
    }
    let (made, outcome) = settlement::make(records, context, &asked, decision).map_err(with_reason)?;
    if let Some(entry) = books::paid_first(context, &made, &outcome, case)? {
        let year = StreamId::Year(made.person, made.year);
        let version = records.version(&year);
        decision.push(year, version, entry);
    }
    Ok(())
}

/// The lines of the claim that were not refused.
fn standing_lines(file: &CaseFile, claim: &Claim) -> Vec<BillLine> {
    let refused = |place: usize| file.refused.iter().any(|refused| refused.line == place);
    claim
        .lines
        .iter()
        .enumerate()
        .filter(|(place, _)| !refused(*place))
        .map(|(_, line)| line.clone())
        .collect()
}
