//! Stories 3 and 4: reimbursement at the counter (S0-3.5, S0-3.6).

use super::{Stage, day, original, paper};
use agency::casework::Open;
use agency::claim::{Claim, Receipt};
use agency::settlement::BillLine;
use agency::{CaseId, PersonId, ProviderId};
use benefit::{Class, Code, Price, Quantity, Share};
use case::{Action, Piece, Presented};
use std::collections::{BTreeMap, BTreeSet};
use terms::{Day, Facts};

/// A hospital without an agreement: 白石演示骨伤医院 of the demo's providers.
const NOT_DESIGNATED: ProviderId = ProviderId(9);

/// One fee line of class A or, with a first-own ratio, B.
pub(super) fn line(
    name: &str,
    price: &str,
    count: &str,
    first_own: &str,
    on: Day,
) -> anyhow::Result<BillLine> {
    let first_own: Share = first_own.parse()?;
    Ok(BillLine {
        item: String::new(),
        name: name.to_owned(),
        price: price.parse::<Price>()?,
        quantity: count.parse::<Quantity>()?,
        day: on,
        class: if first_own == "0".parse()? { Class::A } else { Class::B },
        ceiling: None,
        first_own,
        illustrative: true,
    })
}

/// A claim of one receipt.
pub(super) fn claim(
    provider: ProviderId,
    med_type: &str,
    (begndate, enddate): (Day, Day),
    number: &str,
    lines: Vec<BillLine>,
) -> anyhow::Result<Claim> {
    let mut claim = Claim {
        provider,
        med_type: med_type.parse::<Code>()?,
        begndate,
        enddate,
        receipts: Vec::new(),
        lines,
    };
    let amount = claim.lines_total().unwrap_or_default();
    claim.receipts.push(Receipt { number: number.to_owned(), amount, issued: enddate });
    Ok(claim)
}

pub(super) fn application(
    procedure: &str,
    subject: PersonId,
    capacity: &str,
    materials: Vec<Presented>,
    claim: Claim,
) -> Open {
    Open {
        procedure: procedure.to_owned(),
        subject,
        capacity: capacity.to_owned(),
        parties: BTreeMap::new(),
        facts: Facts::new(),
        materials,
        claim: Some(claim),
        stand_in: None,
    }
}

/// The office's chain after acceptance: review, re-review with settlement, payment, each by another person.
pub(super) fn chain(
    stage: &Stage<'_>,
    key: &str,
    days: [Day; 3],
    case: CaseId,
    payee: &str,
) -> anyhow::Result<()> {
    let (reviewer, senior) = (stage.actor("reviewer")?, stage.actor("senior-reviewer")?);
    stage.approve(&format!("{key}/review"), days[0], &reviewer, case, "review", Facts::new())?;
    stage.approve(&format!("{key}/re-review"), days[1], &senior, case, "re-review", Facts::new())?;
    stage.pay(&format!("{key}/pay"), days[2], case, payee)
}

/// Receipts of an emergency, stamped or not.
fn receipts(stamped: bool) -> Presented {
    let stamps = if stamped { BTreeSet::from(["emergency".to_owned()]) } else { BTreeSet::new() };
    paper("receipts", Piece { original: true, stamps, ..Piece::default() })
}

fn emergency(stage: &Stage<'_>, number: &str, visited: Day, stamped: bool) -> anyhow::Result<Open> {
    let lines = vec![
        line("急诊诊查费", "25.00", "1", "0", visited)?,
        line("腕关节正侧位摄片", "98.00", "1", "0", visited)?,
        line("石膏外固定", "260.00", "1", "0.10", visited)?,
    ];
    let claim = claim(NOT_DESIGNATED, "13", (visited, visited), number, lines)?;
    let papers = vec![original("records"), receipts(stamped), original("expense-list")];
    Ok(application("reimburse-child-emergency", stage.cast.child, "guardian", papers, claim))
}

/// The same child three times: on day 30, on day 31, and without the emergency stamp (S0-3.6b-d).
pub(super) fn child(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let window = stage.actor("window-officer")?;
    let parent = stage.person(stage.cast.child)?.parent;
    let payee =
        parent.map_or(Ok("家长".to_owned()), |parent| stage.person(parent).map(|one| one.name.clone()))?;
    let mut lines = Vec::new();

    let (visited, day_30) = (day("2026-08-03")?, day("2026-09-02")?);
    let case =
        stage.open("child-30/open", day_30, &window, emergency(stage, "E-20260803-1", visited, true)?)?;
    stage.act("child-30/accept", day_30, &window, case, Action::Accept)?;
    chain(stage, "child-30", [day("2026-09-04")?, day("2026-09-08")?, day("2026-09-09")?], case, &payee)?;
    lines.push(format!("{day_30}  day 30: accepted and paid: {} (case {case})", stage.settled(case)?));

    let (visited, day_31) = (day("2026-08-04")?, day("2026-09-04")?);
    let case =
        stage.open("child-31/open", day_31, &window, emergency(stage, "E-20260804-1", visited, true)?)?;
    let late = "reimbursement/too-late";
    lines.push(stage.refused("child-31/accept", day_31, &window, case, Action::Accept, late)?);
    stage.act("child-31/decline", day_31, &window, case, Action::Decline)?;

    let (visited, comes) = (day("2026-09-28")?, day("2026-09-30")?);
    let case =
        stage.open("child-stamp/open", comes, &window, emergency(stage, "E-20260928-1", visited, false)?)?;
    let stamp = "reimbursement/no-emergency-stamp";
    lines.push(stage.refused("child-stamp/accept", comes, &window, case, Action::Accept, stamp)?);
    stage.act("child-stamp/ask", comes, &window, case, Action::AskCorrection)?;
    lines.push(format!("{comes}  asked once for everything missing (case {case})"));
    Ok(lines)
}

/// A retired cadre's visit to a hospital without an agreement: no emergency and no deadline is asked (S0-3.5b).
pub(super) fn cadre(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let cadre = stage.person(stage.cast.cadre)?;
    let window = stage.actor("window-officer")?;
    let (visited, comes) = (day("2026-05-12")?, day("2026-09-10")?);
    let lines = vec![
        line("专家门诊诊查费", "50.00", "1", "0", visited)?,
        line("膝关节磁共振平扫", "480.00", "1", "0.10", visited)?,
        line("玻璃酸钠注射液", "118.50", "2", "0.05", visited)?,
    ];
    let claim = claim(NOT_DESIGNATED, "11", (visited, visited), "C-20260512-7", lines)?;
    let papers = vec![original("booklet"), original("receipts"), original("expense-list")];
    let open = application("reimburse-retired", cadre.person, "self", papers, claim);
    let case = stage.open("cadre/open", comes, &window, open)?;
    stage.act("cadre/accept", comes, &window, case, Action::Accept)?;
    chain(stage, "cadre", [day("2026-09-14")?, day("2026-09-15")?, day("2026-09-16")?], case, &cadre.name)?;
    Ok(vec![format!(
        "{comes}  accepted 121 days after the visit and paid: {} (case {case})",
        stage.settled(case)?
    )])
}
