//! Story 5: a referral through its chain of signatures, treatment elsewhere, reimbursement with the six papers
//! (S1-1 to S1-7, S1-9).

use super::reimbursements::{application, chain, claim, line};
use super::{Stage, day, original, paper, with_copy};
use agency::casework::Open;
use agency::{ProviderId, StreamId};
use anyhow::Context as _;
use case::{Action, Completion, Decided, Piece};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Fact, Facts};

/// The hospital that refers: 翠微演示第一医院, where the demo's hospital roles work.
const REFERRING: ProviderId = ProviderId(1);
/// The hospital referred to: 海曲演示肿瘤医院, outside the region.
const TARGET: ProviderId = ProviderId(11);

pub(super) fn patient(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let mut lines = referral(stage)?;
    lines.extend(reimbursement(stage)?);
    Ok(lines)
}

fn referral(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    let patient = stage.actor("insured-person")?;
    let (applied, filled, consulted) = (day("2026-06-01")?, day("2026-06-02")?, day("2026-06-03")?);
    let (registered, signed, filed) = (day("2026-06-04")?, day("2026-06-05")?, day("2026-06-08")?);
    let open = Open {
        procedure: "referral".to_owned(),
        subject: stage.cast.patient,
        capacity: "self".to_owned(),
        parties: BTreeMap::from([(
            "referring-hospital".to_owned(),
            StreamId::Provider(REFERRING).to_string(),
        )]),
        facts: Facts::new(),
        materials: vec![
            original("id-card"),
            original("social-security-card"),
            paper("test-results", Piece { copies: 1, ..Piece::default() }),
        ],
        claim: None,
        stand_in: None,
    };
    let case = stage.open("referral/open", applied, &patient, open)?;
    let office = stage.actor("hospital-insurance-office")?;
    stage.act("referral/accept", applied, &office, case, Action::Accept)?;

    let target = stage.desk.store().with_records(|records| records.provider(TARGET))?;
    let target = target.context("the hospital referred to is not registered")?.registered;
    let form = form(&target.code, &target.region, filed)?;
    let fill = Completion { facts: form, ..Completion::approve("fill") };
    let low = stage.actor("resident-doctor")?;
    let action = Action::Complete(fill.clone());
    lines.push(stage.refused("referral/too-low", filled, &low, case, action, "referral/rank-too-low")?);
    stage.act("referral/fill", filled, &stage.actor("doctor")?, case, Action::Complete(fill))?;

    // Out of order: the director in charge cannot sign before the consultation.
    let early = Action::Complete(Completion::approve("direct"));
    let director = stage.actor("director-in-charge")?;
    lines.push(stage.refused("referral/early", filled, &director, case, early, "case/out-of-order")?);

    let opinion = Completion {
        note: "本地不具备质子治疗条件，建议转院。".to_owned(),
        ..Completion::approve("consult")
    };
    // Three experts, one of whom sees it otherwise: two carry it, the dissent stays on record.
    let dissent = Completion {
        decision: Decided::Rejected,
        note: "可先在本地行介入治疗，两周后再议。".to_owned(),
        ..Completion::approve("consult")
    };
    let voices = [("consultant", opinion.clone()), ("consultant-2", dissent), ("consultant-3", opinion)];
    for (who, voice) in voices {
        let key = format!("referral/{who}");
        stage.act(&key, consulted, &stage.actor(who)?, case, Action::Complete(voice))?;
    }
    let number = Facts::from([("referral.number".to_owned(), Fact::Text("ZZ-2026-0017".to_owned()))]);
    stage.approve("referral/register", registered, &office, case, "register", number)?;
    stage.approve("referral/direct", signed, &director, case, "direct", Facts::new())?;
    let certificate = paper(
        "diagnosis-certificate",
        Piece { original: true, filled_by: Some("doctor".to_owned()), ..Piece::default() },
    );
    let file = Completion { materials: vec![certificate], ..Completion::approve("file") };
    stage.act("referral/file", filed, &stage.actor("reviewer")?, case, Action::Complete(file))?;
    lines.push(format!("{filed}  filed after eight signatures, one against (case {case})"));
    Ok(lines)
}

/// The doctor's form (S1-2): why, and where to.
fn form(code: &str, region: &str, from: Day) -> anyhow::Result<Facts> {
    let code_fact = |code: &str| Fact::Code(code.to_owned());
    let text = |text: &str| Fact::Text(text.to_owned());
    let facts = [
        ("referral.path", code_fact("consultation")),
        ("referral.reason", code_fact("untreatable")),
        ("referral.diagnosis", text("C22.0 肝细胞癌")),
        ("filing.kind", code_fact("referral")),
        ("filing.region", text(region)),
        ("filing.provider", text(code)),
        ("filing.from", Fact::Day(from)),
        ("filing.to", Fact::Day(from.plus_months(6))),
    ];
    Ok(facts.into_iter().map(|(name, fact)| (name.to_owned(), fact)).collect())
}

fn reimbursement(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let window = stage.actor("window-officer")?;
    let patient = stage.person(stage.cast.patient)?;
    let (admitted, discharged, comes) = (day("2026-06-15")?, day("2026-07-03")?, day("2026-07-14")?);
    let fees = vec![
        line("住院诊查费", "30.00", "18", "0", discharged)?,
        line("床位费", "60.00", "18", "0", discharged)?,
        line("质子放射治疗", "4200.00", "10", "0.20", discharged)?,
        line("增强磁共振", "960.00", "2", "0.10", discharged)?,
    ];
    let claim = claim(TARGET, "21", (admitted, discharged), "SH-88231", fees)?;
    let proof = Piece { copies: 1, stamps: BTreeSet::from(["records-proof".to_owned()]), ..Piece::default() };
    let papers = vec![
        original("discharge-summary"),
        paper("records-copy", proof),
        original("expense-list"),
        original("receipts"),
        with_copy("social-security-card"),
        with_copy("id-card"),
    ];
    let open = application("reimburse-elsewhere", patient.person, "self", papers, claim);
    let case = stage.open("elsewhere/open", comes, &window, open)?;
    stage.act("elsewhere/accept", comes, &window, case, Action::Accept)?;
    let days = [day("2026-07-16")?, day("2026-07-20")?, day("2026-07-22")?];
    chain(stage, "elsewhere", days, case, &patient.name)?;
    Ok(vec![format!("{comes}  accepted with six papers and paid: {} (case {case})", stage.settled(case)?)])
}
