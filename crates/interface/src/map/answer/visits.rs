//! Visits, their lines and diagnoses.

use super::super::fill;
use super::{Subject, Teller, insured};
use crate::{Decimal, Node, Nodes, Row};
use agency::visit::{FeeLine, KeptLine, Setting, Settled, Visit};
use benefit::Item;
use terms::{Day, Fen};

impl Teller<'_> {
    /// 2201, 2401: the visit's number.
    pub fn opened(&self, visit: &Visit) -> Nodes {
        let node = if visit.opened.setting == Setting::Inpatient { "result" } else { "data" };
        self.one(node, |_, row| {
            row.set("mdtrt_id", visit.visit.to_string());
            row.set("psn_no", visit.opened.person.to_string());
            row.set("ipt_otp_no", visit.opened.number.as_str());
            let notes: Vec<String> =
                visit.opened.notes.iter().map(|note| format!("{}:{}", note.code, note.about)).collect();
            row.set("exp_content", notes.join(";"));
        })
    }

    /// 2204, 2301: what the catalogue makes of each line. 2101, 2102 tell the same as `detlcutinfo`.
    pub fn lines<'l>(&self, lines: impl IntoIterator<Item = &'l FeeLine>, node: &str, nodes: &mut Nodes) {
        for line in lines {
            self.add(nodes, node, |_, row| self.line(row, line));
        }
    }

    fn item(&self, line: &FeeLine) -> Option<&Item> {
        self.catalogue.named(&line.bill.item, line.bill.day)
    }

    fn line(&self, row: &mut Row, line: &FeeLine) {
        let share = line.share();
        let signed = |amount: Fen| if line.returns.is_some() { amount.negated() } else { amount };
        let parts = i64::try_from(line.bill.quantity.parts()).unwrap_or(i64::MAX);
        let micros =
            |price: benefit::Price| Decimal::new(i64::try_from(price.micros()).unwrap_or(i64::MAX), 6);
        row.set("feedetl_sn", line.sn.as_str());
        row.set("det_item_fee_sumamt", line.amount);
        row.set("cnt", Decimal::new(if line.returns.is_some() { -parts } else { parts }, 4));
        row.set("pric", micros(line.bill.price));
        row.set("pric_uplmt_amt", line.bill.ceiling.map(micros));
        row.set("selfpay_prop", Decimal::new(i64::from(line.bill.first_own.parts()), 4));
        row.set("fulamt_ownpay_amt", signed(share.fulamt_ownpay_amt));
        row.set("overlmt_amt", signed(share.overlmt_amt));
        row.set("preselfpay_amt", signed(share.preselfpay_amt));
        row.set("inscp_scp_amt", signed(share.inscp_scp_amt));
        row.set("chrgitm_lv", line.bill.class.code());
        let item = self.item(line);
        row.set(
            "med_chrgitm_type",
            item.map_or_else(|| "14".to_owned(), |item| item.med_chrgitm_type.to_string()),
        );
        row.set("lmt_used_flag", if item.is_some_and(|item| item.restricted) { "1" } else { "0" });
        for flag in
            ["bas_medn_flag", "hi_nego_drug_flag", "chld_medc_flag", "list_sp_item_flag", "drt_reim_flag"]
        {
            row.set(flag, "0");
        }
        let notes: Vec<String> =
            line.notes.iter().map(|note| format!("{}:{}", note.code, note.about)).collect();
        row.set("memo", notes.join(";"));
        row.set("hilist_code", item.map_or(line.bill.item.as_str(), |item| item.hilist_code.as_str()));
        row.set("hilist_name", line.bill.name.as_str());
        row.set("list_type", item.map_or_else(|| "105".to_owned(), |item| item.list_type.to_string()));
        row.set("med_list_codg", line.bill.item.as_str());
        row.set("medins_list_codg", line.own_code.as_str());
        row.set("medins_list_name", line.bill.name.as_str());
        row.set("dosform_name", "-");
        row.set("fee_ocur_time", line.at);
    }

    /// 5201: visits.
    pub fn visits<'v>(&self, subject: &Subject<'_>, visits: impl IntoIterator<Item = &'v Visit>) -> Nodes {
        let mut nodes = Nodes::default();
        for visit in visits {
            self.add(&mut nodes, "mdtrtinfo", |node, row| self.visit(node, row, subject, visit));
        }
        nodes
    }

    /// 5303: who lies in the hospital.
    pub fn in_hospital(&self, nodes: &mut Nodes, subject: &Subject<'_>, visit: &Visit) {
        self.add(nodes, "data", |node, row| {
            self.visit(node, row, subject, visit);
            row.set("begndate", visit.opened.begntime.day());
            row.set("out_flag", "0");
        });
    }

    fn visit(&self, node: &Node, row: &mut Row, subject: &Subject<'_>, visit: &Visit) {
        self.identity(row, subject.person);
        let insutype = visit.opened.insutype.to_string();
        let insurance =
            subject.person.insured_on(visit.opened.begntime.day()).find(|one| one.insutype == insutype);
        if let Some(insurance) = insurance {
            insured(row, insurance);
        }
        row.set("mdtrt_id", visit.visit.to_string());
        row.set("insutype", insutype);
        row.set("begntime", visit.opened.begntime);
        let last = visit.lines.iter().map(|kept| kept.line.at).max();
        row.set("endtime", visit.endtime.or(last).unwrap_or(visit.opened.begntime));
        // A visit without a kind yet is an ordinary one of its setting.
        let ordinary = match visit.opened.setting {
            Setting::Outpatient => "11",
            Setting::Inpatient => "21",
            Setting::Pharmacy => "41",
        };
        row.set("med_type", visit.med_type.map_or_else(|| ordinary.to_owned(), |code| code.to_string()));
        row.set("ipt_otp_no", visit.opened.number.as_str());
        row.set("inhosp_stas", if visit.in_hospital() { "1" } else { "0" });
        row.set("insu_optins", subject.person.registered.region.as_str());
        row.set("emp_name", subject.unit);
        fill(row, node, &visit.details);
    }

    /// 5202: diagnoses of a visit.
    pub fn diagnoses(&self, visit: &Visit) -> Nodes {
        let mut nodes = Nodes::default();
        for (place, diagnosis) in visit.diagnoses.iter().enumerate() {
            self.add(&mut nodes, "diseinfo", |node, row| {
                row.set("diag_info_id", format!("{}-{}", visit.visit, place + 1));
                row.set("mdtrt_id", visit.visit.to_string());
                row.set("psn_no", visit.opened.person.to_string());
                let main =
                    if diagnosis.get("diag_srt_no").is_some_and(|number| number == "1") { "1" } else { "0" };
                fill(row, node, diagnosis);
                if row.is_empty("maindiag_flag") {
                    row.set("maindiag_flag", main);
                }
            });
        }
        nodes
    }

    /// 5204: the lines of a settlement.
    pub fn settled_lines(&self, visit: &Visit, settlement: &Settled) -> Nodes {
        let mut nodes = Nodes::default();
        let of = |kept: &&KeptLine| settlement.lines.contains(&kept.line.sn);
        for kept in visit.lines.iter().filter(of) {
            self.add(&mut nodes, Node::WHOLE, |node, row| {
                self.line(row, &kept.line);
                row.set("mdtrt_id", visit.visit.to_string());
                row.set("setl_id", settlement.settlement.to_string());
                row.set("med_type", visit.med_type.map(|code| code.to_string()));
                fill(row, node, &kept.line.details);
            });
        }
        nodes
    }

    /// 5205: drugs ordered for a declared illness on these days, of visits of these kinds.
    pub fn medicines(&self, nodes: &mut Nodes, subject: &Subject<'_>, visit: &Visit, (from, to): (Day, Day)) {
        // The lists of drugs are the hundreds (101 western drugs to 106 granules).
        let drug = |kept: &&KeptLine| {
            let day = kept.line.at.day();
            let kind = self.item(&kept.line).map_or_else(String::new, |item| item.list_type.to_string());
            from <= day && day <= to && kind.starts_with("10") && kept.left().parts() > 0
        };
        for kept in visit.lines.iter().filter(drug) {
            self.add(nodes, "feedetail", |node, row| {
                self.line(row, &kept.line);
                row.set("psn_no", visit.opened.person.to_string());
                row.set("med_type", visit.med_type.map(|code| code.to_string()));
                row.set("fixmedins_code", subject.provider.registered.code.as_str());
                row.set("fixmedins_name", subject.provider.registered.name.as_str());
                fill(row, node, &kept.line.details);
                if row.is_empty("spec") {
                    row.set("spec", "-");
                }
            });
        }
    }
}
