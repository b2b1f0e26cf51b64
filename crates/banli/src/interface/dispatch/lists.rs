//! Lists: the catalogue and what is mapped to it, departments and practitioners, settlement lists, totals.

use super::guests::Guests;
use super::{Desk, Failed, LIST_MAX, made_and_funds, person};
use ::interface::map::answer::{Flaw, Listed, Settlement, Subject, Teller};
use ::interface::{Decimal, Nodes, Row};
use agency::provider::Provider;
use agency::sheet::{Filed, Sheet, SheetKind};
use agency::{Records, SettlementId, VisitId};
use benefit::Item;
use ledger::reconcile::{Range, Sums};
use terms::{Day, Fen};

/// Sheets looked at for one answer.
const LOOK_MAX: u32 = 200_000;
/// Settlements looked at for one answer.
const SETTLEMENTS_MAX: u32 = 100_000;

/// How many rows to pass over, and how many to tell.
fn page(row: &Row) -> (usize, usize) {
    let number = |name: &str| {
        row.number(name).and_then(|number| number.units(0)).and_then(|n| usize::try_from(n).ok())
    };
    let size = number("page_size").unwrap_or(100).clamp(1, LIST_MAX);
    (number("page_num").unwrap_or(1).saturating_sub(1).saturating_mul(size), size)
}

/// Nothing was asked for, or this.
fn fits(sent: &str, ours: &str) -> bool {
    sent.is_empty() || sent == ours
}

/// Calls `tell` with a list and the settlement it is of; nothing where the settlement is not this provider's.
fn with_list<T>(
    records: &dyn Records,
    provider: &Provider,
    list: &Filed,
    tell: impl FnOnce(&Listed<'_>) -> T,
) -> Option<T> {
    let visit = records.visit(VisitId(list.detail("mdtrt_id").parse().ok()?))?;
    let id = SettlementId(list.key.parse().ok()?);
    let settled = visit.settlements.iter().find(|settled| settled.settlement == id)?;
    let (made, funds) = made_and_funds(records, &visit, settled)?;
    let (person, unit) = person(records, visit.opened.person)?;
    let subject = Subject { person: &person, unit: &unit, provider };
    let balance = made.balance;
    let settlement = Settlement {
        visit: &visit,
        made: &made,
        settled,
        funds: &funds,
        processes: &[],
        balance,
        cancelled: None,
    };
    Some(tell(&Listed { list, subject, settlement }))
}

/// What the check of a provider's list finds: every difference from its settlement.
pub fn list_flaws(records: &dyn Records, provider: &Provider, list: &Filed) -> Vec<Flaw> {
    with_list(records, provider, list, |listed| listed.flaws()).unwrap_or_default()
}

impl Desk<'_> {
    /// 1304, 1312, 1316, 1318, 1319: a page of the catalogue.
    pub(super) fn catalogue(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let (skip, size) = page(row);
        let day = row.day("query_date").unwrap_or(teller.today);
        let infno = self.request.infno.as_str();
        let wanted = |item: &&Item| {
            item.holds_on(day)
                && fits(row.text("hilist_code"), &item.hilist_code)
                && fits(row.text("med_list_codg"), &item.code)
                && fits(row.text("list_type"), &item.list_type.to_string())
                && fits(row.text("med_chrgitm_type"), &item.med_chrgitm_type.to_string())
                && fits(row.text("chrgitm_lv"), item.class.code())
                && fits(row.text("lmt_used_flag"), if item.restricted { "1" } else { "0" })
                && row.text("vali_flag") != "0"
                && item.name.contains(row.text("hilist_name"))
                && item.name.contains(row.text("drug_genname"))
                && (infno != "1304" || item.list_type.to_string() == "104")
                && (infno != "1318" || item.ceiling.is_some())
        };
        let items =
            self.app.office.rules.benefits.catalogue().items().iter().filter(wanted).skip(skip).take(size);
        Ok(match infno {
            "1304" => teller.drugs(items, self.region(), &self.specification.words("office", "")),
            "1316" => teller.matched(items, self.region()),
            "1318" => teller.ceilings(items, self.region()),
            "1319" => teller.first_shares(items, self.region()),
            _ => teller.items(items, self.region()),
        })
    }

    fn find(
        &self,
        kind: SheetKind,
        page: (usize, usize),
        wanted: impl Fn(&Filed) -> bool,
    ) -> Result<Vec<Filed>, Failed> {
        let of = (self.provider.registered.provider, kind);
        let store = self.app.desk.store();
        Ok(store.read(|reader| reader.sheets(of, &wanted, (page.0, page.1, LOOK_MAX)))?)
    }

    /// 1317: the provider's own catalogue.
    pub(super) fn mappings(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let code = self.provider.registered.code.as_str();
        if !fits(row.text("fixmedins_code"), code) {
            return Ok(Nodes::default());
        }
        let day = row.day("query_date");
        let holds = |filed: &Filed| {
            let on = |name: &str| filed.detail(name).parse::<Day>().ok();
            day.is_none_or(|day| {
                on("begndate").is_none_or(|from| from <= day) && on("enddate").is_none_or(|to| day <= to)
            })
        };
        let found = self.find(SheetKind::Mapping, page(row), |filed| {
            fits(row.text("medins_list_codg"), filed.detail("fixmedins_hilist_id"))
                && fits(row.text("list_type"), filed.detail("list_type"))
                && fits(row.text("med_list_codg"), filed.detail("med_list_codg"))
                && filed.detail("fixmedins_hilist_name").contains(row.text("medins_list_name"))
                && holds(filed)
        })?;
        Ok(teller.mappings(&found, code, self.region()))
    }

    /// 5101, 5102: departments or practitioners.
    pub(super) fn sheets(&self, teller: &Teller<'_>, kind: SheetKind) -> Result<Nodes, Failed> {
        let empty = Nodes::default();
        let row = self.request.input.row("data");
        let asked = |name: &str| row.map_or("", |row| row.text(name)).to_owned();
        let names = ["prac_psn_type", "psn_cert_type", "certno", "prac_psn_code"];
        let asked_for = names.map(|name| (name, asked(name)));
        let called = asked("prac_psn_name");
        let found = self.find(kind, (0, LIST_MAX), |filed| {
            asked_for.iter().all(|(name, sent)| fits(sent, filed.detail(name)))
                && filed.detail("prac_psn_name").contains(&called)
        })?;
        Ok(if found.is_empty() { empty } else { teller.registered(&found) })
    }

    /// 4103
    pub(super) fn settlement_list(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let provider = self.provider.registered.provider;
        let told = self.app.desk.store().with_records(|records| {
            let list = Sheet::find(records, provider, SheetKind::List, row.text("setl_id")).filed?;
            if !fits(row.text("psn_no"), list.detail("psn_no")) {
                return None;
            }
            with_list(records, self.provider, &list, |listed| teller.list(listed))
        })?;
        told.ok_or_else(|| self.words("nothing-kept", ""))
    }

    /// 4104: what the check of each list of a month found.
    pub(super) fn checked_lists(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let lists = self.find(SheetKind::List, (0, LIST_MAX), |filed| {
            fits(row.text("setl_id"), &filed.key) && fits(row.text("psn_no"), filed.detail("psn_no"))
        })?;
        let (skip, size) = page(row);
        let version = self.app.office.rules.benefits.hash();
        let now = self.app.desk.now();
        let month = row.text("setl_ym");
        Ok(self.app.desk.store().with_records(|records| {
            let mut nodes = Nodes::default();
            let mut passed = 0;
            for list in &lists {
                with_list(records, self.provider, list, |listed| {
                    let (year, number, _) = listed.settlement.settled.at.day().ymd();
                    let level = if listed.flaws().is_empty() { "0" } else { "2" };
                    if format!("{year:04}{number:02}") != month || !fits(row.text("err_lv"), level) {
                        return;
                    }
                    passed += 1;
                    if passed > skip && passed <= skip + size {
                        teller.checked(&mut nodes, listed, version, now);
                    }
                });
            }
            nodes
        })?)
    }

    /// 4105: settlements of these kinds on these days, and how many of their lists were handed in.
    pub(super) fn count_lists(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let kinds = match row.value("medtype_list") {
            ::interface::Value::Texts(kinds) => kinds.clone(),
            _ => Vec::new(),
        };
        let from = row.day("stt_begntime").unwrap_or(teller.today);
        let to = row.day("stt_endtime").unwrap_or(teller.today);
        let provider = self.provider.registered.provider;
        let store = self.app.desk.store();
        let made = store.read(|reader| reader.settlements_at(provider, (from, to), SETTLEMENTS_MAX))?;
        let mut needed: Vec<u64> = made
            .iter()
            .filter(|made| made.voided_on.is_none() && from <= made.made_on && made.made_on <= to)
            .filter(|made| kinds.contains(&made.med_type))
            .map(|made| made.id.0)
            .collect();
        needed.sort_unstable();
        let handed_in = |filed: &Filed| {
            matches!(filed.detail("stas_type"), "1" | "2")
                && filed.key.parse().is_ok_and(|id: u64| needed.binary_search(&id).is_ok())
        };
        let sent = self.find(SheetKind::List, (0, usize::MAX), handed_in)?.len();
        Ok(teller.list_counts(needed.len(), sent))
    }

    /// 3201: the provider's totals of a span of days beside the office's, of one insurance and clearing type.
    pub(super) fn totals(&self, teller: &Teller<'_>) -> Result<Nodes, Failed> {
        let row = self.row("data")?;
        let id = self.provider.registered.provider;
        let days = (
            row.day("stmt_begndate").unwrap_or(teller.today),
            row.day("stmt_enddate").unwrap_or(teller.today),
        );
        let refund = match row.text("refd_setl_flag") {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let clearing = row.text("clr_type");
        let wanted = |med_type: &str| teller.clearing_type(med_type) == clearing;
        let store = self.app.desk.store();
        let ours = store.read(|reader| reader.takings(id, days, row.text("insutype"), refund, wanted))?;
        let range = Range { begin: days.0, end: days.1 };
        let chosen = |guest: &Guests| {
            guest.insutype == row.text("insutype")
                && wanted(&guest.med_type)
                && refund.is_none_or(|refund| guest.record.refund == refund)
        };
        let guests: Vec<Guests> = self.guests(&range)?.into_iter().filter(chosen).collect();
        let guests = Sums::of(guests.iter().map(|guest| &guest.record), &range)
            .map_err(|_| self.refused("books/out-of-range"))?;
        let sum = |ours: Fen, guests: Fen| {
            ours.plus(guests).map(Decimal::from).map_err(|_| self.refused("books/out-of-range"))
        };
        let zero = Decimal::default();
        let compared = [
            ("medfee_sumamt", sum(ours.medfee_sumamt, guests.medfee_sumamt)?),
            ("fund_pay_sumamt", sum(ours.fund_pay_sumamt, guests.fund_pay_sumamt)?),
            ("acct_pay", sum(ours.acct_pay, guests.acct_pay)?),
            ("fixmedins_setl_cnt", Decimal::new(i64::from(ours.settlements) + i64::from(guests.count), 0)),
        ];
        let differing: Vec<(&str, Decimal, Decimal)> = compared
            .into_iter()
            .map(|(name, ours)| (name, row.number(name).unwrap_or(zero), ours))
            .filter(|(_, sent, ours)| sent != ours)
            .collect();
        Ok(teller.totals(&self.provider.registered.region, &differing))
    }
}
