//! Signing in, files, reconciliation.

use super::Teller;
use crate::{Decimal, Node, Nodes, Value};
use terms::{Day, Moment};

impl Teller<'_> {
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

    /// 1301 and its like, 3202, 9101: a file that can be fetched with 9102 until the end of a day.
    pub fn file(
        &self,
        number: &str,
        filename: &str,
        rows: Option<usize>,
        until: Day,
        provider: &str,
    ) -> Nodes {
        let node = self.transaction.output.first().map_or(Node::BARE, |node| node.name.as_str());
        let end = Moment(Moment::at(until.next(), 0, 0).0 - 1_000);
        self.one(node, |table, row| {
            row.set("file_qury_no", number);
            row.set("filename", filename);
            row.set("fixmedins_code", provider);
            row.set("data_cnt", rows.map(|rows| Decimal::new(i64::try_from(rows).unwrap_or(0), 0)));
            for name in ["dld_end_time", "dld_endtime"] {
                let text = table
                    .fields
                    .iter()
                    .any(|field| field.name == name && matches!(field.kind, crate::Kind::Text(_)));
                row.set(name, if text { Value::Text(end.to_string()) } else { Value::Moment(end) });
            }
        })
    }
}
