//! How an outcome is told: our words as nodes, every declared column filled that the office knows.

use super::fill;
use crate::{Decimal, Node, Nodes, Row, Specification, Transaction};
use agency::person::{Insurance, Person};
use agency::provider::Provider;
use agency::settlement::Made;
use agency::visit::{FeeLine, KeptLine, Setting, Settled, Visit};
use benefit::{Amounts, Catalogue, Item};
use terms::{Day, Fen, Moment, Sex};

/// What an answer is written with: the specification, the transaction, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Teller<'a> {
    /// The tables and code lists.
    pub specification: &'a Specification,
    /// The transaction answered.
    pub transaction: &'a Transaction,
    /// The catalogue that lines were looked up in.
    pub catalogue: &'a Catalogue,
    /// The office's day.
    pub today: Day,
}

/// Who a visit is about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The insured person.
    pub person: &'a Person,
    /// The name of the person's unit; may be empty.
    pub unit: &'a str,
    /// The hospital or pharmacy.
    pub provider: &'a Provider,
}

/// A settlement with all that its answer tells.
#[derive(Debug, Clone, Copy)]
pub struct Settlement<'a> {
    /// The visit it is of.
    pub visit: &'a Visit,
    /// The settlement.
    pub made: &'a Made,
    /// What the visit's event says of it.
    pub settled: &'a Settled,
    /// What each fund pays, by `fund_pay_type`.
    pub funds: &'a [(String, Fen)],
    /// How each fund came to it; nothing where the law has changed since.
    pub processes: &'a [Process],
    /// It was taken back: amounts are told with their signs turned, as a settlement in the other direction.
    pub cancelled: Option<Moment>,
}

/// How a fund's payment came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// `fund_pay_type`
    pub fund: String,
    /// What its limits left for this bill, `crt_payb_lmt_amt`; nothing where it has none.
    pub limit: Option<Fen>,
    /// In words, `setl_proc_info`.
    pub info: String,
}

impl Teller<'_> {
    fn row(&self, node: &str) -> Option<(&Node, Row)> {
        let node = self.transaction.output.iter().find(|known| known.name == node)?;
        Some((node, Row::of(node)))
    }

    fn one(&self, node: &str, write: impl FnOnce(&Node, &mut Row)) -> Nodes {
        let mut nodes = Nodes::default();
        self.add(&mut nodes, node, write);
        nodes
    }

    fn add(&self, nodes: &mut Nodes, node: &str, write: impl FnOnce(&Node, &mut Row)) {
        if let Some((table, mut row)) = self.row(node) {
            write(table, &mut row);
            nodes.push(node, row);
        }
    }

    /// 1101: who this is, how insured on this day, to which groups they belong.
    pub fn person(&self, person: &Person, unit: &str, day: Day) -> Nodes {
        let mut nodes = self.one("baseinfo", |_, row| self.identity(row, person));
        for insurance in person.insured_on(day) {
            self.add(&mut nodes, "insuinfo", |_, row| {
                row.set("balc", Fen::ZERO);
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

    fn identity(&self, row: &mut Row, person: &Person) {
        let registered = &person.registered;
        let birth = registered.citizen.birth();
        row.set("psn_no", registered.person.to_string());
        row.set("psn_cert_type", "01");
        row.set("certno", registered.citizen.as_str());
        row.set("psn_name", registered.name.as_str());
        row.set(
            "gend",
            match registered.citizen.sex() {
                Sex::Male => "1",
                Sex::Female => "2",
            },
        );
        row.set("brdy", birth);
        row.set("age", Decimal::new(i64::from(self.today.age(birth).max(0)), 0));
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
    pub fn entitlement(&self, person: &Person, insutype: &str, day: Day) -> Nodes {
        let insurance = person.insured_on(day).find(|insurance| insurance.insutype == insutype);
        self.one("trtinfo", |_, row| {
            row.set("psn_no", person.registered.person.to_string());
            row.set("trt_chk_type", "01");
            row.set("fund_pay_type", pooled_fund(insutype));
            row.set("trt_enjymnt_flag", if insurance.is_some() { "1" } else { "0" });
            row.set("begndate", insurance.map_or(day, |insurance| insurance.from));
            row.set("enddate", insurance.and_then(|insurance| insurance.to));
            row.set("trt_chk_rslt", if insurance.is_some() { "" } else { "未参加该险种" });
        })
    }

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
        row.set("balc", Fen::ZERO);
        row.set("acct_mulaid_pay", Fen::ZERO);
        row.set("pool_prop_selfpay", share(amounts.hifp_pay, amounts.inscp_scp_amt));
        row.set("crt_dedc", signed(amounts.act_pay_dedc));
    }

    /// The clearing type of a kind of visit: the same code where the list has it, its group, or other.
    fn clearing_type<'t>(&self, med_type: &'t str) -> &'t str {
        let known = |code: &str| {
            self.specification.list("clr_type").is_some_and(|list| list.codes.contains_key(code))
        };
        let group = med_type.get(..2).unwrap_or(med_type);
        [med_type, group].into_iter().find(|code| known(code)).unwrap_or("99")
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

    /// 5206: what the year has used up, by the ids of the office's accumulators.
    pub fn accumulators(
        &self,
        insutype: &str,
        year: i32,
        used: impl IntoIterator<Item = (String, Fen)>,
    ) -> Nodes {
        let mut nodes = Nodes::default();
        for (id, amount) in used {
            self.add(&mut nodes, "cuminfo", |_, row| {
                row.set("insutype", insutype);
                row.set("year", format!("{year:04}"));
                row.set("cum_ym", format!("{year:04}00"));
                row.set("cum_type_code", id.chars().take(10).collect::<String>());
                row.set("cum", amount);
            });
        }
        nodes
    }

    /// 1901: a code list.
    pub fn dictionary(&self, name: &str) -> Nodes {
        let mut nodes = Nodes::default();
        let Some(list) = self.specification.list(name) else { return nodes };
        for (place, (code, meaning)) in list.codes.iter().enumerate() {
            self.add(&mut nodes, "list", |_, row| {
                row.set("type", name);
                row.set("label", meaning.as_str());
                row.set("value", code.as_str());
                row.set("parentValue", "0");
                row.set("sort", Decimal::new(i64::try_from(place + 1).unwrap_or(0), 0));
                row.set("valiFlag", "1");
                row.set("createUser", "banli");
                row.set("createDate", self.today);
                row.set("version", Decimal::new(1, 0));
            });
        }
        nodes
    }

    /// 1312: items of the catalogue.
    pub fn items<'i>(&self, items: impl IntoIterator<Item = &'i Item>, region: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for item in items {
            self.add(&mut nodes, "data", |_, row| {
                row.set("hilist_code", item.hilist_code.as_str());
                row.set("hilist_name", item.name.as_str());
                row.set("insu_admdvs", region);
                row.set("begndate", item.from);
                row.set("enddate", item.to);
                row.set("med_chrgitm_type", item.med_chrgitm_type.to_string());
                row.set("chrgitm_lv", item.class.code());
                row.set("lmt_used_flag", if item.restricted { "1" } else { "0" });
                row.set("list_type", item.list_type.to_string());
                row.set("med_use_flag", "1");
                row.set("matn_used_flag", "0");
                row.set("hilist_use_type", "9");
                row.set("lmt_cpnd_type", "1");
                row.set("vali_flag", "1");
                row.set("rid", item.code.as_str());
                row.set("updt_time", item.from);
                row.set("crte_time", item.from);
            });
        }
        nodes
    }

    /// 9001, 9002: signing in and out.
    pub fn signed(&self, now: Moment, number: &str) -> Nodes {
        let node = self.transaction.output.first().map_or("signinoutb", |node| node.name.as_str());
        self.one(node, |_, row| {
            row.set("sign_time", now);
            row.set("sign_no", number);
        })
    }

    /// 3201: whether the provider's totals are the office's, and each that is not.
    pub fn totals(&self, region: &str, differences: &[(&str, Decimal, Decimal)]) -> Nodes {
        self.one("stmtinfo", |_, row| {
            row.set("setl_optins", region);
            row.set("stmt_rslt", if differences.is_empty() { "0" } else { "1" });
            let told: Vec<String> =
                differences.iter().map(|(name, sent, ours)| format!("{name}:{sent}/{ours}")).collect();
            row.set("stmt_rslt_dscr", told.join(";"));
        })
    }
}

fn insured(row: &mut Row, insurance: &Insurance) {
    row.set("insutype", insurance.insutype.as_str());
    row.set("psn_type", insurance.psn_type.as_str());
    row.set("cvlserv_flag", civil_servant(&insurance.psn_type));
}

/// Civil servants in post and retired, by the national list of person types.
fn civil_servant(psn_type: &str) -> &'static str {
    if matches!(psn_type, "1102" | "1202") { "1" } else { "0" }
}

/// The pooled fund of an insurance type: the national list numbers funds by the type they belong to.
fn pooled_fund(insutype: &str) -> String {
    let group = if insutype.starts_with("39") { "390" } else { insutype.get(..3).unwrap_or("310") };
    format!("{group}100")
}

/// `part` of `whole` with four decimals, cut.
fn share(part: Fen, whole: Fen) -> Decimal {
    let parts = i128::from(part.get()) * 10_000;
    let parts = parts.checked_div(i128::from(whole.get())).and_then(|parts| i64::try_from(parts).ok());
    Decimal::new(parts.unwrap_or(0), 4)
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
