//! Code lists, the catalogue and what it is mapped to.

use super::super::fill;
use super::Teller;
use crate::{Decimal, Nodes, Row};
use agency::sheet::Filed;
use benefit::{Class, Item};
use terms::Day;

impl Teller<'_> {
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

    /// What every row of the catalogue queries has.
    fn listed(&self, row: &mut Row, item: &Item, region: &str) {
        row.set("hilist_code", item.hilist_code.as_str());
        row.set("hilist_name", item.name.as_str());
        row.set("med_list_codg", item.code.as_str());
        row.set("list_type", item.list_type.to_string());
        row.set("insu_admdvs", region);
        row.set("begndate", item.from);
        row.set("enddate", item.to);
        self.kept(row, &item.code, item.from);
    }

    /// The columns about the row itself.
    fn kept(&self, row: &mut Row, name: &str, since: Day) {
        row.set("vali_flag", "1");
        row.set("rid", name);
        row.set("updt_time", since);
        row.set("crte_time", since);
    }

    /// 1312: items of the catalogue.
    pub fn items<'i>(&self, items: impl IntoIterator<Item = &'i Item>, region: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for item in items {
            self.add(&mut nodes, "data", |_, row| {
                self.listed(row, item, region);
                row.set("med_chrgitm_type", item.med_chrgitm_type.to_string());
                row.set("chrgitm_lv", item.class.code());
                row.set("lmt_used_flag", if item.restricted { "1" } else { "0" });
                row.set("med_use_flag", "1");
                row.set("matn_used_flag", "0");
                row.set("hilist_use_type", "9");
                row.set("lmt_cpnd_type", "1");
            });
        }
        nodes
    }

    /// 1304: drugs of the nationalities, with the office as the one who keeps them.
    pub fn drugs<'i>(&self, items: impl IntoIterator<Item = &'i Item>, region: &str, office: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for item in items {
            self.add(&mut nodes, "data", |_, row| {
                self.listed(row, item, region);
                row.set("drug_genname", item.name.as_str());
                row.set("min_salunt", item.unit.as_str());
                for name in ["crter_id", "opter_id"] {
                    row.set(name, "banli");
                }
                for name in ["crter_name", "opter_name"] {
                    row.set(name, office);
                }
                for name in ["crte_optins_no", "optins_no"] {
                    row.set(name, region);
                }
                row.set("opt_time", item.from);
                row.set("ver", version(item.from));
            });
        }
        nodes
    }

    /// 1316: which item of the insurance catalogue a national item is.
    pub fn matched<'i>(&self, items: impl IntoIterator<Item = &'i Item>, region: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for item in items {
            self.add(&mut nodes, "data", |_, row| self.listed(row, item, region));
        }
        nodes
    }

    /// 1317: the provider's own catalogue as it was mapped.
    pub fn mappings(&self, mapped: &[Filed], provider: &str, region: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for filed in mapped {
            self.add(&mut nodes, "data", |node, row| {
                row.set("fixmedins_code", provider);
                row.set("medins_list_codg", filed.detail("fixmedins_hilist_id"));
                row.set("medins_list_name", filed.detail("fixmedins_hilist_name"));
                row.set("insu_admdvs", region);
                fill(row, node, &filed.details);
                let since = row.day("begndate").unwrap_or(self.today);
                self.kept(row, &filed.key, since);
            });
        }
        nodes
    }

    /// 1318: the most that counts of a price, for each level of hospital the row is for.
    pub fn ceilings<'i>(&self, items: impl IntoIterator<Item = &'i Item>, region: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for item in items {
            let Some(ceiling) = item.ceiling else { continue };
            for level in hospital_groups(item) {
                self.add(&mut nodes, "data", |_, row| {
                    self.listed(row, item, region);
                    row.set("hilist_lmtpric_type", level);
                    row.set("overlmt_dspo_way", "1");
                    let micros = i64::try_from(ceiling.micros()).unwrap_or(i64::MAX);
                    row.set("hilist_pric_uplmt_amt", Decimal::new(micros, 6));
                    row.set("rid", format!("{}-{level}", item.code));
                });
            }
        }
        nodes
    }

    /// 1319: what the person bears first.
    pub fn first_shares<'i>(&self, items: impl IntoIterator<Item = &'i Item>, region: &str) -> Nodes {
        let mut nodes = Nodes::default();
        for item in items {
            self.add(&mut nodes, "data", |_, row| {
                self.listed(row, item, region);
                row.set("selfpay_prop_psn_type", "99");
                row.set("selfpay_prop_type", "10");
                let parts = match item.class {
                    Class::A => 0,
                    Class::B => item.first_own.parts(),
                    Class::Own => benefit::Share::ONE.parts(),
                };
                row.set("selfpay_prop", Decimal::new(i64::from(parts), 4));
            });
        }
        nodes
    }
}

/// A row's version: its first day, as digits that grow.
pub(crate) fn version(from: Day) -> String {
    let (year, month, day) = from.ymd();
    format!("{year:04}{month:02}{day:02}")
}

/// The groups of hospitals (1 primary, 2 secondary, 3 tertiary) that a row is for: the national list counts the
/// levels 1 to 4 and 12 tertiary, 5 to 7 and 13 secondary, the others primary.
fn hospital_groups(item: &Item) -> Vec<&'static str> {
    let groups = [
        ("1", &["8", "9", "10", "11", "14"][..]),
        ("2", &["5", "6", "7", "13"]),
        ("3", &["1", "2", "3", "4", "12"]),
    ];
    let covers = |level: &&str| level.parse().is_ok_and(|level| item.levels.cover(level));
    groups.into_iter().filter(|(_, levels)| levels.iter().any(&covers)).map(|(group, _)| group).collect()
}
