//! Story 6: an employee's stay settled under the law of 2020 (example E5: funds 84,944.00, the person 15,056.00).

use super::reimbursements::line;
use super::{Stage, day};
use agency::settlement::{self, BillRecord, Draw, ToSettle};
use agency::{Command, ProviderId};
use anyhow::{Context as _, ensure};
use benefit::{Code, Filing};
use terms::Fen;

const HOSPITAL: ProviderId = ProviderId(1);

pub(super) fn employee(stage: &Stage<'_>) -> anyhow::Result<Vec<String>> {
    let employee = stage.cast.employee;
    let (admitted, discharged) = (day("2020-11-02")?, day("2020-11-20")?);
    let lines = vec![
        line("床位费", "50.00", "18", "0", discharged)?,
        line("住院诊查费", "30.00", "18", "0", discharged)?,
        line("冠状动脉支架植入术", "12500.00", "2", "0", discharged)?,
        line("药物洗脱支架", "11350.00", "3", "0", discharged)?,
        line("检验检查合计", "19510.00", "1", "0", discharged)?,
        line("西药费合计", "20000.00", "1", "0", discharged)?,
    ];
    let code = |text: &str| -> anyhow::Result<Code> { Ok(text.parse()?) };
    let bill = BillRecord {
        insutype: code("310")?,
        psn_type: code("1101")?,
        category: Code::NONE,
        hardship: Code::NONE,
        account: Fen::ZERO,
        account_past: Fen::ZERO,
        provider_kind: code("hospital")?,
        hosp_lv: code("2")?,
        admdvs: 330_106,
        designated: true,
        contracted: false,
        med_type: code("21")?,
        begndate: admitted,
        enddate: discharged,
        filing: Filing::None,
        direct: true,
        lines,
    };
    let asked = ToSettle { person: employee, provider: HOSPITAL, bill, case: None, draw: Draw::Nothing };
    let command = Command::Settlement(settlement::Command::Settle(Box::new(asked)));
    let software = stage.actor("provider-system")?;
    let settled = stage.submit("employee/settle", discharged, &software, &command)?;
    settled.map_err(|codes| anyhow::anyhow!("refused: {codes:?}"))?;
    let rows = stage.desk.store().read(|reader| reader.settlements_of(employee, i64::MAX, 100))?;
    let row = rows.iter().find(|row| row.enddate == discharged).context("the stay was not settled")?;
    ensure!(row.fund_pay_sumamt.to_string() == "84944.00", "the funds pay {}", row.fund_pay_sumamt);
    Ok(vec![format!(
        "{discharged}  total {}, funds {}, the person {}",
        row.medfee_sumamt.grouped(),
        row.fund_pay_sumamt.grouped(),
        row.psn_cash_pay.grouped()
    )])
}
