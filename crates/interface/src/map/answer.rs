//! How an outcome is told: our words as nodes, every declared column filled that the office knows.

mod catalogue;
mod people;
mod sessions;
mod settlement;
mod sheets;
mod visits;

pub(crate) use catalogue::version;
pub use settlement::broken_identity;
pub use sheets::{Flaw, Listed};

use crate::{Decimal, Node, Nodes, Row, Specification, Transaction};
use agency::person::{Insurance, Person};
use agency::provider::Provider;
use agency::settlement::Made;
use agency::visit::{Settled, Visit};
use benefit::Catalogue;
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
    /// What the personal account holds afterwards.
    pub balance: Fen,
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

    /// The clearing type of a kind of visit: the same code where the list has it, its group, or other.
    pub fn clearing_type<'t>(&self, med_type: &'t str) -> &'t str {
        let known = |code: &str| {
            self.specification.list("clr_type").is_some_and(|list| list.codes.contains_key(code))
        };
        let group = med_type.get(..2).unwrap_or(med_type);
        [med_type, group].into_iter().find(|code| known(code)).unwrap_or("99")
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
