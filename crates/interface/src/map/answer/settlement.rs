//! Settlements and their identities.

use super::super::fill;
use super::{Settlement, Subject, Teller, civil_servant, share};
use crate::{Node, Nodes, Row};
use benefit::Amounts;
use terms::Fen;

impl Teller<'_> {
    /// The settlement family: `setlinfo` with every amount and identity, `setldetail` fund by fund.
    pub fn settlement(&self, subject: &Subject<'_>, settlement: &Settlement<'_>) -> Nodes {
        let mut nodes = self.one("setlinfo", |node, row| self.setlinfo(node, row, subject, settlement));
        let signed = |amount: Fen| if settlement.cancelled.is_some() { amount.negated() } else { amount };
        let amounts = &settlement.made.amounts;
        let account = (amounts.acct_pay != Fen::ZERO).then(|| ("310200".to_owned(), amounts.acct_pay));
        for (fund, paid) in settlement.funds.iter().chain(account.as_ref()) {
            self.add(&mut nodes, "setldetail", |_, row| {
                row.set("fund_pay_type", fund.as_str());
                row.set("inscp_scp_amt", signed(amounts.inscp_scp_amt));
                let process = settlement.processes.iter().find(|process| process.fund == *fund);
                row.set("crt_payb_lmt_amt", process.and_then(|process| process.limit).unwrap_or(Fen::ZERO));
                row.set("setl_proc_info", process.map_or("", |process| process.info.as_str()));
                row.set("fund_payamt", signed(*paid));
                row.set("fund_pay_type_name", self.specification.meaning("fund_pay_type", fund));
            });
        }
        nodes
    }

    fn setlinfo(&self, node: &Node, row: &mut Row, subject: &Subject<'_>, settlement: &Settlement<'_>) {
        let Settlement { visit, made, settled, cancelled, .. } = *settlement;
        self.identity(row, subject.person);
        let (insutype, psn_type) = (made.bill.insutype.to_string(), made.bill.psn_type.to_string());
        row.set("insutype", insutype);
        row.set("cvlserv_flag", civil_servant(&psn_type));
        row.set("psn_type", psn_type);
        row.set("setl_id", made.settlement.to_string());
        row.set("mdtrt_id", visit.visit.to_string());
        row.set("setl_time", cancelled.unwrap_or(settled.at));
        let med_type = made.bill.med_type.to_string();
        row.set("clr_type", self.clearing_type(&med_type));
        row.set("med_type", med_type);
        row.set("clr_way", "1");
        row.set("clr_optins", subject.provider.registered.region.as_str());
        row.set("medins_setl_id", settled.message.as_str());
        self.amounts(row, &made.amounts, cancelled.is_some());
        let aided = made.drawn.is_some_and(|drawn| drawn.holder != made.person);
        let aid = if aided { made.amounts.acct_pay } else { Fen::ZERO };
        row.set("acct_mulaid_pay", if cancelled.is_some() { aid.negated() } else { aid });
        row.set("balc", settlement.balance);
        let registered = &subject.provider.registered;
        row.set("fixmedins_code", registered.code.as_str());
        row.set("fixmedins_name", registered.name.as_str());
        row.set("hosp_lv", registered.hosp_lv.as_str());
        row.set("pay_loc", "2");
        row.set("emp_name", subject.unit);
        row.set("insu_optins", subject.person.registered.region.as_str());
        row.set("begndate", made.bill.begndate);
        row.set("enddate", made.bill.enddate);
        row.set("year", made.year.to_string());
        row.set("refd_setl_flag", if cancelled.is_some() { "1" } else { "0" });
        row.set("invono", settled.invoice.as_str());
        fill(row, node, &settled.details);
        fill(row, node, &visit.details);
    }

    fn amounts(&self, row: &mut Row, amounts: &Amounts, turned: bool) {
        for (name, amount) in amounts.named() {
            row.set(name, if turned { amount.negated() } else { amount });
        }
        let signed = |amount: Fen| if turned { amount.negated() } else { amount };
        row.set("psn_pay", signed(amounts.psn_part_amt));
        row.set("cash_payamt", signed(amounts.psn_cash_pay));
        row.set("pool_prop_selfpay", share(amounts.hifp_pay, amounts.inscp_scp_amt));
        row.set("crt_dedc", signed(amounts.act_pay_dedc));
    }
}

/// The identities that every `setlinfo` keeps; the first one broken, by name.
pub fn broken_identity(setlinfo: &Row) -> Option<&'static str> {
    let fen = |name: &str| setlinfo.fen(name).unwrap_or(Fen::ZERO).get();
    let person = if setlinfo.has("psn_part_amt") { fen("psn_part_amt") } else { fen("psn_pay") };
    let cash = if setlinfo.has("psn_cash_pay") { fen("psn_cash_pay") } else { fen("cash_payamt") };
    let total = fen("medfee_sumamt");
    let scope = ["fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"].map(fen);
    let funds =
        ["hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay"];
    [
        (
            "medfee_sumamt = fulamt_ownpay_amt + overlmt_selfpay + preselfpay_amt + inscp_scp_amt",
            total - scope.iter().sum::<i64>(),
        ),
        (
            "medfee_sumamt = fund_pay_sumamt + psn_part_amt + hosp_part_amt",
            total - fen("fund_pay_sumamt") - person - fen("hosp_part_amt"),
        ),
        ("fund_pay_sumamt = the funds", fen("fund_pay_sumamt") - funds.map(fen).iter().sum::<i64>()),
        ("psn_part_amt = acct_pay + psn_cash_pay", person - fen("acct_pay") - cash),
    ]
    .into_iter()
    .find(|(_, difference)| *difference != 0)
    .map(|(name, _)| name)
}
