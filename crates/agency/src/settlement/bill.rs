//! A bill as it was settled: its lines, and everything its amounts depend on but the year before.

use benefit::{Bill, Class, Code, Filing, Line, Price, Quantity, Share, Year};
use serde::{Deserialize, Serialize};
use terms::{Day, Fen};

/// One fee line as it was settled: what was charged, and what the catalogue said of it that day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BillLine {
    /// The item's national code; empty where the receipt gives none.
    pub item: String,
    /// The item's name.
    pub name: String,
    /// Price of a unit.
    pub price: Price,
    /// How many units.
    pub quantity: Quantity,
    /// The day of the item.
    pub day: Day,
    /// `chrgitm_lv`
    pub class: Class,
    /// The most that counts of the price.
    pub ceiling: Option<Price>,
    /// First-own ratio.
    pub first_own: Share,
    /// The catalogue's row is illustrative.
    #[serde(default)]
    pub illustrative: bool,
}

impl BillLine {
    /// Price times quantity, rounded to the fen once; nothing beyond what money can be.
    pub fn amount(&self) -> Option<Fen> {
        self.price.times(self.quantity).ok()
    }
}

/// Everything the amounts depend on, but for the year before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillRecord {
    /// Insurance type.
    pub insutype: Code,
    /// Person type.
    pub psn_type: Code,
    /// Certificate category.
    pub category: Code,
    /// Hardship certificate.
    pub hardship: Code,
    /// Balance of this year's personal account.
    pub account: Fen,
    /// Balance of the personal account from earlier years.
    pub account_past: Fen,
    /// `hospital`, `community` or `pharmacy`.
    pub provider_kind: Code,
    /// Level of the provider.
    pub hosp_lv: Code,
    /// Division code of the place of treatment.
    pub admdvs: u32,
    /// The provider held an agreement.
    pub designated: bool,
    /// The person's contracted community provider.
    pub contracted: bool,
    /// Kind of visit.
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day.
    pub enddate: Day,
    /// The filing that covers it.
    pub filing: Filing,
    /// Settled with the provider on the spot; a counter claim is not.
    pub direct: bool,
    /// The fee lines.
    pub lines: Vec<BillLine>,
}

impl BillRecord {
    /// The bill as if it were the first of its year.
    pub(crate) fn alone(&self) -> Bill {
        let line = |line: &BillLine| Line {
            price: line.price,
            quantity: line.quantity,
            ceiling: line.ceiling,
            first_own: line.first_own,
            class: line.class,
            day: line.day,
            entry: None,
            illustrative: line.illustrative,
        };
        Bill {
            person: benefit::Person {
                insutype: self.insutype,
                psn_type: self.psn_type,
                category: self.category,
                hardship: self.hardship,
                account: self.account,
                account_past: self.account_past,
            },
            provider: benefit::Provider {
                kind: self.provider_kind,
                hosp_lv: self.hosp_lv,
                admdvs: self.admdvs,
                designated: self.designated,
                contracted: self.contracted,
            },
            visit: benefit::Visit {
                med_type: self.med_type,
                begndate: self.begndate,
                enddate: self.enddate,
                filing: self.filing,
                direct: self.direct,
                ordinal: 1,
                highest: None,
            },
            year: Year::default(),
            lines: self.lines.iter().map(line).collect(),
        }
    }
}
