//! Bills of people insured elsewhere, as reconciliation with the provider (3201, 3202) counts them.

use super::{Desk, Failed};
use agency::Records;
use agency::region::{Remote, Side};
use ledger::Word;
use ledger::reconcile::{Range, Record};
use terms::Day;

/// A record with what it is chosen by.
pub(super) struct Guests {
    /// Insurance type, as the place of insurance said it.
    pub(super) insutype: String,
    /// Kind of visit.
    pub(super) med_type: String,
    /// The record.
    pub(super) record: Record,
}

impl Desk<'_> {
    /// Every bill of this provider that another region settled in these days, and every one taken back in them.
    pub(super) fn guests(&self, range: &Range) -> Result<Vec<Guests>, Failed> {
        let store = self.app.desk.store();
        let mut found = Vec::new();
        for region in store.read(|reader| reader.regions())? {
            let days = store.read(|reader| reader.remote_days(&region.region, range.begin))?;
            let within: Vec<Day> = days.into_iter().filter(|day| *day <= range.end).collect();
            store.with_records(|records| {
                for day in within {
                    for name in records.remotes_on(&region.region, day) {
                        let bill = records.remote(name);
                        found.extend(bill.into_iter().flat_map(|bill| self.of_day(records, &bill, day)));
                    }
                }
            })?;
        }
        Ok(found)
    }

    /// What a bill counts for on this day: its settlement, its taking back, or both.
    fn of_day(&self, records: &dyn Records, bill: &Remote, day: Day) -> Vec<Guests> {
        let (Some(asked), Some(answer), Some(of)) = (&bill.asked, &bill.answer, bill.visit) else {
            return Vec::new();
        };
        let ours = bill.side == Side::Treating && bill.provider == Some(self.provider.registered.provider);
        let Some(visit) = records.visit(of.visit).filter(|_| ours) else { return Vec::new() };
        let settled = visit.settlements.iter().find(|settled| settled.settlement == of.settlement);
        let undone = visit.cancelled.iter().find(|(settlement, ..)| *settlement == of.settlement);
        let record = |refund: bool| {
            let turned = |amount: terms::Fen| if refund { amount.negated() } else { amount };
            let message = if refund { undone.map(|(_, _, by)| by) } else { settled.map(|one| &one.message) };
            Guests {
                insutype: answer.insured.map_or(visit.opened.insutype, |(insutype, _)| insutype).to_string(),
                med_type: asked.med_type.to_string(),
                record: Record {
                    setl_id: Some(Word::known(&of.settlement.to_string())),
                    msgid: message.and_then(|message| message.parse().ok()),
                    mdtrt_id: Word::known(&of.visit.to_string()),
                    psn_no: Word::known(&of.person.to_string()),
                    day: Some(day),
                    refund,
                    medfee_sumamt: turned(answer.amounts.medfee_sumamt),
                    fund_pay_sumamt: turned(answer.amounts.fund_pay_sumamt),
                    acct_pay: turned(answer.amounts.acct_pay),
                },
            }
        };
        let made = (asked.day == day).then(|| record(false));
        let back = (bill.back == Some(day)).then(|| record(true));
        made.into_iter().chain(back).collect()
    }
}
