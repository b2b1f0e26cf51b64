//! What each fund paid of a settlement, how, and under which limit: the rows of the national `setldetail`.

use crate::bill::Bill;
use crate::explain::Explained;
use crate::model::{Balance, Benefits, DIMENSIONS_MAX, Layer, Pays};
use crate::outcome::{Outcome, StepKind};
use terms::{Fen, Name};

/// One fund's or account's payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundShare {
    /// National fund payment type; `fund_pay_type`.
    pub fund: String,
    /// The layer's name; the first one's where several layers draw on the fund.
    pub name: Name,
    /// The most that its limits and balance left for this bill, `crt_payb_lmt_amt`; nothing where it has none.
    pub limit: Option<Fen>,
    /// What it paid; `fund_payamt`.
    pub paid: Fen,
    /// How it came about, each step with its article.
    pub steps: Vec<Explained>,
}

impl Benefits {
    /// The payments of an outcome by fund, in the order of the layers; funds that paid nothing are left out.
    pub fn fund_shares(&self, bill: &Bill, outcome: &Outcome) -> Vec<FundShare> {
        let mut values = [0; DIMENSIONS_MAX];
        let Some(period) = self.classify(bill, &mut values) else { return Vec::new() };
        let mut shares: Vec<FundShare> = Vec::new();
        let paying = outcome.steps.iter().filter(|step| step.kind == StepKind::Layer && step.amount > 0);
        for paid in paying {
            let Some(layer) = self.layers.get(usize::from(paid.layer)) else { continue };
            let Some(fund) = layer.fund.as_ref().filter(|_| layer.pays != Pays::FirstOwn) else { continue };
            let amount = Fen::new(paid.amount).unwrap_or(Fen::MAX);
            let limit = layer.left(bill, &values, period);
            let own = outcome.steps.iter().filter(|step| step.layer == paid.layer);
            let mut steps = Vec::new();
            own.for_each(|step| self.explain_step(layer, step, &mut steps));
            match shares.iter_mut().find(|share| share.fund == *fund) {
                Some(share) => {
                    // Bounded by the bill, which is inside the field.
                    share.paid = share.paid.plus(amount).unwrap_or(Fen::MAX);
                    share.limit = share.limit.zip(limit).and_then(|(one, other)| one.plus(other).ok());
                    share.steps.extend(steps);
                }
                None => {
                    let (fund, name) = (fund.clone(), layer.name.clone());
                    shares.push(FundShare { fund, name, limit, paid: amount, steps });
                }
            }
        }
        shares
    }
}

impl Layer {
    /// What limits and balance leave before this bill; nothing where there is no limit.
    fn left(&self, bill: &Bill, values: &[u8; DIMENSIONS_MAX], period: usize) -> Option<Fen> {
        let rule = self.rule(values, period)?;
        let by_caps = self.caps_of(rule).iter().filter_map(|cap| {
            let used = cap.of.map_or(Fen::ZERO, |place| bill.year.get(place));
            cap.limit?.minus(used).ok()
        });
        let balance = self.balance.map(|balance| match balance {
            Balance::ThisYear => bill.person.account,
            Balance::EarlierYears => bill.person.account_past,
        });
        by_caps.chain(balance).min().map(|left| left.max(Fen::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{bill, line, pack};

    #[test]
    fn each_fund_with_its_limit_and_its_steps() {
        let benefits = pack("hangzhou");
        let mut bill = bill("2");
        bill.lines = vec![line("100000", "1")];
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        let shares = benefits.fund_shares(&bill, &outcome);
        let paid: Fen = Fen::sum(shares.iter().map(|share| share.paid)).unwrap();
        assert_eq!(paid, outcome.amounts.fund_pay_sumamt.plus(outcome.amounts.acct_pay).unwrap());
        assert_eq!(shares[0].fund, "310100");
        assert!(shares[0].steps.iter().any(|step| step.key == "explain-band"));
        for share in &shares {
            assert!(share.limit.is_none_or(|limit| limit >= share.paid), "{share:?}");
            assert!(share.steps.iter().all(|step| !step.article.0.is_empty()));
        }
    }

    #[test]
    fn an_account_is_limited_by_its_balance() {
        let benefits = pack("hangzhou");
        let mut bill = bill("2");
        bill.visit.med_type = crate::testing::code("11");
        bill.person.account = Fen::yuan(30);
        bill.lines = vec![line("100", "1")];
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        let shares = benefits.fund_shares(&bill, &outcome);
        let account = shares.iter().find(|share| share.fund == "310200").unwrap();
        assert_eq!((account.limit, account.paid), (Some(Fen::yuan(30)), Fen::yuan(30)));
    }
}
