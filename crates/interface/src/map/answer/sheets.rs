//! Departments, practitioners, warnings, settlement lists.

use super::super::fill;
use super::{Settlement, Subject, Teller};
use crate::{Decimal, Nodes, Row, Value};
use agency::sheet::{Filed, SENT_BACK};
use agency::visit::Details;
use benefit::Class;
use std::collections::BTreeMap;
use terms::{Fen, Moment};

/// What a settlement list says beside what the office settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The field.
    pub field: &'static str,
    /// What the list has.
    pub sent: String,
    /// What the office has.
    pub ours: String,
}

/// A list with the settlement it is of.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The list.
    pub list: &'a Filed,
    /// Whose.
    pub subject: Subject<'a>,
    /// The settlement.
    pub settlement: Settlement<'a>,
}

impl Listed<'_> {
    /// Every difference between the list and the settlement: the days, the funds, the diagnoses.
    pub fn flaws(&self) -> Vec<Flaw> {
        let made = self.settlement.made;
        let mut flaws = Vec::new();
        let mut compare = |field: &'static str, sent: &str, ours: String| {
            if sent != ours {
                flaws.push(Flaw { field, sent: sent.to_owned(), ours });
            }
        };
        let detail = |name: &str| self.list.detail(name).get(..10).unwrap_or(self.list.detail(name));
        compare("setl_begn_date", detail("setl_begn_date"), made.bill.begndate.to_string());
        compare("setl_end_date", detail("setl_end_date"), made.bill.enddate.to_string());
        let mut sent: BTreeMap<&str, Fen> = BTreeMap::new();
        for row in self.list.tables.get("payinfo").into_iter().flatten() {
            let amount = row.get("fund_payamt").and_then(|text| text.parse().ok()).unwrap_or_default();
            let sum = sent.entry(row.get("fund_pay_type").map_or("", String::as_str)).or_default();
            *sum = sum.plus(amount).unwrap_or(Fen::MAX);
        }
        for (fund, paid) in self.settlement.funds {
            let said = sent.remove(fund.as_str()).unwrap_or_default();
            compare("fund_payamt", &format!("{fund}:{said}"), format!("{fund}:{paid}"));
        }
        for (fund, said) in sent.into_iter().filter(|(_, said)| *said != Fen::ZERO) {
            compare("fund_payamt", &format!("{fund}:{said}"), format!("{fund}:{}", Fen::ZERO));
        }
        let main = |rows: &[Details]| {
            rows.iter()
                .filter(|row| row.get("maindiag_flag").is_some_and(|flag| flag == "1"))
                .filter_map(|row| row.get("diag_code").cloned())
                .collect::<Vec<_>>()
                .join(",")
        };
        let diagnoses = self.list.tables.get("diseinfo").map_or(&[][..], Vec::as_slice);
        if !diagnoses.is_empty() && !self.settlement.visit.diagnoses.is_empty() {
            let known = &self.settlement.visit.diagnoses;
            let sent = main(diagnoses);
            if !known.iter().any(|one| one.get("diag_code") == Some(&sent)) {
                compare("diag_code", &sent, main(known));
            }
        }
        flaws
    }
}

impl Teller<'_> {
    /// 5101, 5102: departments or practitioners, as they were filed.
    pub fn registered(&self, filed: &[Filed]) -> Nodes {
        let mut nodes = Nodes::default();
        for one in filed {
            self.add(&mut nodes, "feedetail", |node, row| fill(row, node, &one.details));
        }
        nodes
    }

    /// 3101, 3102: what was noticed.
    pub fn warnings(&self, filed: &[Filed]) -> Nodes {
        let mut nodes = Nodes::default();
        let inner = self.transaction.inner("judge_result_detail_dtos");
        for one in filed {
            self.add(&mut nodes, "result", |node, row| {
                fill(row, node, &one.details);
                if let Some(inner) = inner {
                    let told = one.tables.get(&inner.name).into_iter().flatten().map(|details| {
                        let mut row = Row::of(inner);
                        fill(&mut row, inner, details);
                        row
                    });
                    row.set(&inner.name, Value::Rows(told.collect()));
                }
            });
        }
        nodes
    }

    /// 4101: the list's number, which is the settlement's.
    pub fn list_number(&self, filed: &Filed) -> Nodes {
        self.one("data", |_, row| row.set("setl_list_id", filed.key.as_str()))
    }

    /// 4103: a list with what the office settled.
    pub fn list(&self, listed: &Listed<'_>) -> Nodes {
        let Listed { list, subject, settlement } = *listed;
        let made = settlement.made;
        let key = |row: &mut Row| {
            row.set("setl_id", list.key.as_str());
            row.set("mdtrt_id", settlement.visit.visit.to_string());
            row.set("psn_no", subject.person.registered.person.to_string());
        };
        let mut nodes = self.one("setlinfo", |node, row| {
            self.identity(row, subject.person);
            key(row);
            row.set("setl_list_sn", list.key.as_str());
            row.set("fixmedins_code", subject.provider.registered.code.as_str());
            row.set("fixmedins_name", subject.provider.registered.name.as_str());
            row.set("insutype", made.bill.insutype.to_string());
            row.set("insu_admdvs", subject.person.registered.region.as_str());
            row.set("patn_cert_type", "01");
            row.set("emp_name", subject.unit);
            row.set("setl_time", settlement.settled.at);
            row.set("hsorg_name", self.specification.words("office", ""));
            let amounts = &made.amounts;
            row.set("psn_ownpay", amounts.fulamt_ownpay_amt);
            row.set("psn_selfpay", amounts.psn_part_amt.minus(amounts.fulamt_ownpay_amt).ok());
            row.set("acct_pay", amounts.acct_pay);
            row.set("psn_cashpay", amounts.psn_cash_pay);
            row.set("ybtcPay", amounts.hifp_pay);
            row.set("gwyPay", amounts.cvlserv_pay);
            row.set("jmdbPay", amounts.hifmi_pay);
            row.set("zgdePay", amounts.hifob_pay);
            row.set("yljzPay", amounts.maf_pay);
            fill(row, node, &list.details);
            fill(row, node, &settlement.visit.details);
            if row.is_empty("medcasno") {
                row.set("medcasno", settlement.visit.opened.number.as_str());
            }
        });
        for (fund, paid) in settlement.funds {
            self.add(&mut nodes, "payinfo", |_, row| {
                key(row);
                row.set("fund_pay_type", fund.as_str());
                row.set("poolarea_fund_pay_type", fund.as_str());
                row.set("poolarea_fund_pay_name", self.specification.meaning("fund_pay_type", fund));
                row.set("fund_payamt", *paid);
            });
        }
        for table in ["opspdiseinfo", "diseinfo", "oprninfo", "icuinfo", "bldinfo"] {
            for (place, details) in list.tables.get(table).into_iter().flatten().enumerate() {
                self.add(&mut nodes, table, |node, row| {
                    key(row);
                    // The first column of each of these tables is the row's own number.
                    if let Some(first) = node.fields.first() {
                        row.set(&first.name, format!("{}-{}", list.key, place + 1));
                    }
                    fill(row, node, details);
                });
            }
        }
        for (charge, [sum, a, b, own]) in self.by_charge(&settlement) {
            self.add(&mut nodes, "iteminfo", |_, row| {
                key(row);
                row.set("etl_list_chrgitm_id", format!("{}-{charge}", list.key));
                row.set("med_chrgitm_type", charge.as_str());
                row.set("item_sumamt", sum);
                row.set("item_claa_sumfee", a);
                row.set("item_clab_amt", b);
                row.set("item_fulamt_ownpay_amt", own);
                row.set("item_ownpay_amt", Fen::ZERO);
            });
        }
        nodes
    }

    /// The bill by kind of charge: in all, of class A, of class B, the person's own.
    fn by_charge(&self, settlement: &Settlement<'_>) -> BTreeMap<String, [Fen; 4]> {
        let mut sums: BTreeMap<String, [Fen; 4]> = BTreeMap::new();
        for line in &settlement.made.bill.lines {
            let item = self.catalogue.named(&line.item, line.day);
            let charge = item.map_or_else(|| "14".to_owned(), |item| item.med_chrgitm_type.to_string());
            let amount = line.price.times(line.quantity).unwrap_or_default();
            let class = match line.class {
                Class::A => 1,
                Class::B => 2,
                Class::Own => 3,
            };
            let row = sums.entry(charge).or_default();
            for place in [0, class] {
                row[place] = row[place].plus(amount).unwrap_or(Fen::MAX);
            }
        }
        sums
    }

    /// 4104: what the check of a list found; `version` names the law it was checked with.
    pub fn checked(&self, nodes: &mut Nodes, listed: &Listed<'_>, version: &str, at: Moment) {
        let flaws = listed.flaws();
        let inner = self.transaction.inner("detailinfo");
        self.add(nodes, "data", |_, row| {
            let Listed { list, subject, settlement } = *listed;
            self.identity(row, subject.person);
            row.set("cert_no", subject.person.registered.citizen.as_str());
            row.set("fixmedins_code", subject.provider.registered.code.as_str());
            row.set("fixmedins_name", subject.provider.registered.name.as_str());
            let (year, month, _) = settlement.settled.at.day().ymd();
            row.set("setl_ym", format!("{year:04}{month:02}"));
            row.set("setl_id", list.key.as_str());
            let fine = flaws.is_empty();
            row.set("qltctrl_rslt", if fine { "1" } else { "0" });
            row.set("err_lv", if fine { "0" } else { "2" });
            row.set("retn_flag", if list.detail("stas_type") == "3" { "1" } else { "0" });
            row.set("qltctrl_ver", version.chars().take(60).collect::<String>());
            row.set("qltctrl_time", at);
            if let Some(inner) = inner {
                let told = flaws.iter().map(|flaw| {
                    let mut row = Row::of(inner);
                    row.set("exam_data_fld", flaw.field);
                    row.set("qltctrl_chk_rslt", self.specification.words("differs", &flaw.ours));
                    row.set("err_lv", "2");
                    row.set("retn_flag", "0");
                    row.set("init_val", flaw.sent.chars().take(60).collect::<String>());
                    row
                });
                // Why the office sent it back is told with what the check found.
                let back = (list.detail("stas_type") == "3").then(|| {
                    let mut row = Row::of(inner);
                    row.set("exam_data_fld", "stas_type");
                    row.set("qltctrl_chk_rslt", list.detail(SENT_BACK).chars().take(100).collect::<String>());
                    row.set("err_lv", "2");
                    row.set("retn_flag", "1");
                    row
                });
                row.set("detailinfo", Value::Rows(told.chain(back).collect()));
            }
        });
    }

    /// 4105: how many lists should be there, and how many are.
    pub fn list_counts(&self, needed: usize, sent: usize) -> Nodes {
        let count = |count: usize| Decimal::new(i64::try_from(count).unwrap_or(0), 0);
        self.one(crate::Node::BARE, |_, row| {
            row.set("needUploadCnt", count(needed));
            row.set("uploadedCnt", count(sent));
        })
    }
}
