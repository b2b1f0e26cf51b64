//! People, providers, entitlement, accumulators.

use super::super::fill;
use super::{Subject, Teller, insured, pooled_fund};
use crate::Nodes;
use agency::declaration::{Declaration, DeclarationKind};
use agency::filing::Filing;
use agency::person::Person;
use agency::provider::Provider;
use terms::{Day, Fen};

impl Teller<'_> {
    /// 1101: who this is, how insured on this day, to which groups they belong.
    pub fn person(&self, person: &Person, unit: &str, day: Day, balance: Fen) -> Nodes {
        let mut nodes = self.one("baseinfo", |_, row| self.identity(row, person));
        for insurance in person.insured_on(day) {
            self.add(&mut nodes, "insuinfo", |_, row| {
                row.set("balc", balance);
                row.set("psn_insu_stas", "1");
                row.set("psn_insu_date", insurance.from);
                row.set("paus_insu_date", insurance.to);
                row.set("insuplc_admdvs", person.registered.region.as_str());
                row.set("emp_name", unit);
                insured(row, insurance);
            });
        }
        nodes
    }

    /// 1201: a provider.
    pub fn provider(&self, provider: &Provider, unit_code: &str) -> Nodes {
        self.one("medinsinfo", |_, row| {
            let registered = &provider.registered;
            row.set("fixmedins_code", registered.code.as_str());
            row.set("fixmedins_name", registered.name.as_str());
            row.set("uscc", unit_code);
            row.set("fixmedins_type", if registered.provider_kind == "pharmacy" { "2" } else { "1" });
            row.set("hosp_lv", registered.hosp_lv.as_str());
        })
    }

    /// 2001: whether the person is entitled under this insurance type on this day, fund by fund.
    /// Why not: a word of the messages, where the person is insured and yet not entitled.
    pub fn entitlement(&self, person: &Person, insutype: &str, day: Day, barred: Option<&str>) -> Nodes {
        let insurance = person.insured_on(day).find(|insurance| insurance.insutype == insutype);
        let barred = if insurance.is_none() { Some("not-insured") } else { barred };
        self.one("trtinfo", |_, row| {
            row.set("psn_no", person.registered.person.to_string());
            row.set("trt_chk_type", "01");
            row.set("fund_pay_type", pooled_fund(insutype));
            row.set("trt_enjymnt_flag", if barred.is_none() { "1" } else { "0" });
            row.set("begndate", insurance.map_or(day, |insurance| insurance.from));
            row.set("enddate", insurance.and_then(|insurance| insurance.to));
            row.set("trt_chk_rslt", barred.map(|word| self.specification.words(word, "")));
        })
    }

    /// 5206: what the year has used up. An accumulator's code is the one that the packs' list `cum_type_code` gives
    /// its id; one without is told under its place among the accumulators.
    pub fn accumulators(
        &self,
        insutype: &str,
        year: i32,
        used: impl IntoIterator<Item = (String, Fen)>,
    ) -> Nodes {
        let mut nodes = Nodes::default();
        let list = self.specification.list("cum_type_code");
        let code = |id: &str| list?.marks.iter().find(|(_, mark)| *mark == id).map(|(code, _)| code.clone());
        for (place, (id, amount)) in used.into_iter().enumerate() {
            self.add(&mut nodes, "cuminfo", |_, row| {
                row.set("insutype", insutype);
                row.set("year", format!("{year:04}"));
                row.set("cum_ym", format!("{year:04}00"));
                row.set("cum_type_code", code(&id).unwrap_or_else(|| format!("X{:03}", place + 1)));
                row.set("cum", amount);
            });
        }
        nodes
    }

    /// 2501, 2503, 2505, 2507: the number under which it is kept.
    pub fn declared(&self, number: &str) -> Nodes {
        self.one("result", |_, row| row.set("trt_dcla_detl_sn", number))
    }

    /// 5301: illnesses declared and not taken back.
    pub fn illnesses(&self, person: &Person) -> Nodes {
        let mut nodes = Nodes::default();
        let standing = person.declarations.iter().filter(|one| one.withdrawn.is_none());
        for one in standing.filter(|one| one.declared.declaration == DeclarationKind::Chronic) {
            self.add(&mut nodes, "feedetail", |node, row| {
                row.set("opsp_dise_code", one.declared.code.as_str());
                row.set("begndate", one.declared.from);
                row.set("enddate", one.declared.to);
                fill(row, node, &one.declared.details);
            });
        }
        nodes
    }

    /// 5302: the places chosen, of one kind of choice.
    pub fn places(&self, person: &Person, kind: &str, insutype: Option<&str>) -> Nodes {
        let mut nodes = Nodes::default();
        let standing = person.declarations.iter().filter(|one| one.withdrawn.is_none());
        let wanted = |one: &&Declaration| {
            one.declared.declaration == DeclarationKind::Place && one.declared.code == kind
        };
        for one in standing.filter(wanted) {
            self.add(&mut nodes, "psnfixmedin", |node, row| {
                row.set("psn_no", person.registered.person.to_string());
                row.set("insutype", insutype.unwrap_or(""));
                row.set("begndate", one.declared.from);
                row.set("enddate", one.declared.to);
                fill(row, node, &one.declared.details);
            });
        }
        nodes
    }

    /// 5304: a referral, with the name of the hospital where the sender gave none.
    pub fn referral(&self, nodes: &mut Nodes, subject: &Subject<'_>, filing: &Filing, place: &str) {
        self.add(nodes, "refmedin", |node, row| {
            self.identity(row, subject.person);
            let registered = &filing.registered;
            if let Some(insurance) = subject.person.insured_on(registered.from).next() {
                row.set("insutype", insurance.insutype.as_str());
            }
            row.set("dcla_souc", if registered.sent.is_some() { "01" } else { "02" });
            row.set("insu_optins", subject.person.registered.region.as_str());
            row.set("emp_name", subject.unit);
            row.set("begndate", registered.from);
            row.set("enddate", registered.to);
            row.set("hosp_agre_refl_flag", "1");
            if let Some(sent) = &registered.sent {
                fill(row, node, &sent.details);
            }
            if row.is_empty("refl_date") {
                row.set("refl_date", registered.from);
            }
            if row.is_empty("refl_rea") {
                row.set("refl_rea", self.specification.words("by-the-office", ""));
            }
            if row.is_empty("reflin_medins_name") {
                row.set("reflin_medins_name", place);
            }
        });
    }
}
