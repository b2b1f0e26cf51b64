//! A bill as it comes before the benefit engine: the codes of the national platform, the year so far, the lines.

use crate::{Code, Price, Quantity, Share};
use serde::{Deserialize, Serialize};
use std::num::NonZeroU32;
use terms::{Day, Fen};

/// How many accumulators a pack may declare.
pub const ACCUMULATORS_MAX: usize = 16;

/// One stay or visit, with its lines already looked up in the catalogue of the place of treatment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// Whose bill.
    pub person: Person,
    /// Where.
    pub provider: Provider,
    /// What for and when.
    pub visit: Visit,
    /// What the year has used up before this bill.
    pub year: Year,
    /// The fee lines.
    pub lines: Vec<Line>,
}

impl Bill {
    /// The same bill without its lines.
    pub(crate) fn clone_head(&self) -> Bill {
        let Bill { person, provider, visit, year, lines: _ } = self;
        Bill { person: *person, provider: *provider, visit: *visit, year: *year, lines: Vec::new() }
    }
}

/// The insured person, as far as money depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Insurance type (`310`, `390`).
    pub insutype: Code,
    /// Person type (`11`, `1403`).
    pub psn_type: Code,
    /// Certificate category (`retired-cadre`, `disabled-soldier`), [`Code::NONE`] without one.
    pub category: Code,
    /// Hardship certificate (`low-income`), [`Code::NONE`] without one.
    pub hardship: Code,
    /// Balance of the personal account paid in this year.
    pub account: Fen,
    /// Balance of the personal account from earlier years.
    pub account_past: Fen,
}

/// The hospital or pharmacy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// `hospital`, `community` (a community health centre) or `pharmacy`.
    pub kind: Code,
    /// Level, `1` to `14` of the national list; [`Code::NONE`] where nobody proved one.
    pub hosp_lv: Code,
    /// Six-digit division code of the place of treatment; 0 stands for the pack's own region.
    pub admdvs: u32,
    /// Holding an agreement on the day of service.
    pub designated: bool,
    /// The person's contracted community provider.
    pub contracted: bool,
}

/// What decides how high a provider stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderLevel {
    /// As [`Provider::kind`].
    pub kind: Code,
    /// As [`Provider::hosp_lv`].
    pub hosp_lv: Code,
}

/// The stay or visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Kind of visit (`11` outpatient, `21` inpatient).
    pub med_type: Code,
    /// First day.
    pub begndate: Day,
    /// Last day; the discharge of a stay.
    pub enddate: Day,
    /// The filing for treatment elsewhere that covers it.
    pub filing: Filing,
    /// Settled with the provider on the spot; a counter claim is not.
    pub direct: bool,
    /// Which inpatient stay of the year this is, from 1.
    pub ordinal: u8,
    /// The highest level of an earlier stay of the year, where there was one.
    pub highest: Option<ProviderLevel>,
}

/// A registered entitlement to treatment elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filing {
    /// Nothing filed.
    #[default]
    None,
    /// Living elsewhere for long (异地长期居住).
    LongTerm,
    /// Referred (转诊).
    Referral,
    /// Emergency rescue, which counts as filed.
    Emergency,
}

impl Filing {
    /// The word packs use.
    pub const fn code(self) -> Code {
        match self {
            Filing::None => Code::NONE,
            Filing::LongTerm => const { Code::known("long-term") },
            Filing::Referral => const { Code::known("referral") },
            Filing::Emergency => const { Code::known("emergency") },
        }
    }
}

/// The accumulators of a settlement year, in the order the pack declares them. Names and places are those of
/// [`crate::Benefits::accumulators`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Year([Fen; ACCUMULATORS_MAX]);

impl Year {
    /// The amount at this place; nothing used where the pack declares no such place.
    #[inline]
    pub fn get(&self, place: usize) -> Fen {
        self.0.get(place).copied().unwrap_or(Fen::ZERO)
    }

    /// Sets the amount at this place; places beyond [`ACCUMULATORS_MAX`] hold nothing.
    pub fn set(&mut self, place: usize, amount: Fen) {
        if let Some(slot) = self.0.get_mut(place) {
            *slot = amount;
        }
    }
}

/// One fee line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Price of a unit.
    pub price: Price,
    /// How many units.
    pub quantity: Quantity,
    /// The most that counts of the price; none where there is no ceiling.
    pub ceiling: Option<Price>,
    /// What the person bears first of a class B line.
    pub first_own: Share,
    /// Inside the catalogue, or the person's own.
    pub class: Class,
    /// The day of the item.
    pub day: Day,
    /// The row of the catalogue it was looked up in, where it was.
    pub entry: Option<NonZeroU32>,
    /// That row is illustrative.
    pub illustrative: bool,
}

/// Grade of a fee item, `chrgitm_lv`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Class {
    /// 甲类: wholly inside the catalogue.
    #[serde(rename = "01")]
    A,
    /// 乙类: inside after a first own share.
    #[serde(rename = "02")]
    B,
    /// 丙类, 自费: outside.
    #[serde(rename = "03")]
    Own,
}

impl Class {
    /// Every grade with its national code.
    const CODES: [(Class, &str); 3] = [(Class::A, "01"), (Class::B, "02"), (Class::Own, "03")];

    /// The national code, `chrgitm_lv`.
    pub fn code(self) -> &'static str {
        Class::CODES[self as usize].1
    }

    /// The grade of a national code.
    pub fn of_code(code: &str) -> Option<Class> {
        Class::CODES.iter().find(|(_, known)| *known == code).map(|(class, _)| *class)
    }
}
