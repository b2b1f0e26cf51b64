//! The compiled form of a pack's benefits: what adjudication runs on, and what a prover can walk.
//!
//! A bill's codes are classified along *dimensions* (closed lists: person, level, kind of visit …). The days are
//! cut into *periods* in which no table changes. For each period and each combination of the dimensions it looks
//! at, a layer has one [`Rule`] or does not apply. A rule is a deductible, bands and caps: a piecewise-linear
//! function of the base and of what the year has used so far, in whole fen.

mod dimension;

pub use dimension::{DIMENSIONS_MAX, Dimension, Field, Value};
pub(crate) use dimension::{DimensionSource, FieldClasses, Grid, NO_VALUE};

use crate::{Catalogue, Code, Order};
use policy::Article;
use std::sync::Arc;
use terms::{Day, Fen, Name, Rate, Rounding};

/// The mark of a combination without a rule.
pub(crate) const NO_RULE: u32 = u32::MAX;

/// Everything a pack pays, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Benefits {
    pub(crate) pack: String,
    pub(crate) hash: String,
    pub(crate) region: Option<u32>,
    pub(crate) law_day: LawDay,
    pub(crate) law_day_article: u16,
    pub(crate) order: Order,
    pub(crate) lines_article: u16,
    pub(crate) articles: Vec<Article>,
    pub(crate) files: Vec<String>,
    pub(crate) fields: Vec<FieldClasses>,
    pub(crate) dimensions: Vec<Dimension>,
    pub(crate) accumulators: Vec<Accumulator>,
    /// The first day of each period, ascending; the first is the day the pack answers from.
    pub(crate) periods: Vec<Day>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) layers: Vec<Layer>,
    pub(crate) what_ifs: Vec<WhatIf>,
    pub(crate) questions: Vec<Question>,
    /// What counts as a stay of the year, by values of every dimension; nothing where no dimension counts stays.
    pub(crate) stays: Option<[u64; DIMENSIONS_MAX]>,
    /// What may stand on a bill, and what counts of it.
    /// Shared by the laws a simulation puts between two packs.
    pub(crate) catalogue: Arc<Catalogue>,
}

/// Which day of a stay decides the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LawDay {
    /// `enddate`
    Discharge,
    /// `begndate`
    Admission,
}

/// Something the settlement year adds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accumulator {
    /// `inscp_scp_amt`, the key in `year` of a bill.
    pub id: String,
    /// What people call it.
    pub name: Name,
    pub(crate) counts: Vec<(Counted, usize)>,
}

/// What of a layer an accumulator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counted {
    Base,
    Deductible,
    Paid,
}

/// A refusal before any layer: this combination on these days is not paid, or not answered for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Gate {
    pub code: String,
    pub article: u16,
    pub grid: Grid,
    pub table: Vec<bool>,
}

/// One fund's step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// `employee-inpatient`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// The article that makes it a layer.
    pub(crate) article: u16,
    /// Where its payment goes.
    pub pays: Pays,
    /// National fund payment type, where it is a fund's.
    pub fund: Option<String>,
    /// What it works on.
    pub base: Base,
    /// The accumulator on which its bands run on; each bill starts at zero without one.
    pub position: Option<usize>,
    /// The accumulator that uses up its deductible; each bill bears it anew without one.
    pub deductible_counts: Option<usize>,
    /// Bands are counted from the deductible and not from the first fen.
    pub bands_begin_at_deductible: bool,
    /// The balance it cannot exceed, of an account.
    pub balance: Option<Balance>,
    /// How a band's payment becomes fen.
    pub rounding: Rounding,
    /// Every rate is a whole number of ten-thousandths and rounding is half up, so that paying divides by a constant.
    pub(crate) quick: bool,
    pub(crate) grid: Grid,
    /// For each period and combination the place of its rule, or [`NO_RULE`].
    pub(crate) table: Vec<u32>,
    /// Every different rule.
    pub rules: Vec<Rule>,
    /// The bands of all rules.
    pub bands: Vec<Band>,
    /// The caps of all rules.
    pub caps: Vec<Cap>,
}

/// Where a layer's payment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pays {
    /// `hifp_pay`
    Pooled,
    /// `cvlserv_pay`
    CivilServant,
    /// `hifes_pay`
    Enterprise,
    /// `hifmi_pay`
    SeriousIllness,
    /// `hifob_pay`
    LargeAmount,
    /// `hifdm_pay`
    Disabled,
    /// `maf_pay`
    Assistance,
    /// `oth_pay`
    Other,
    /// `hosp_part_amt`
    Hospital,
    /// `acct_pay`
    Account,
    /// `preselfpay_amt`: not a payment but a share the person bears before the funds are asked.
    FirstOwn,
}

impl Pays {
    /// Every kind with its national field.
    pub const ALL: [(Pays, &'static str); 11] = [
        (Pays::Pooled, "hifp_pay"),
        (Pays::CivilServant, "cvlserv_pay"),
        (Pays::Enterprise, "hifes_pay"),
        (Pays::SeriousIllness, "hifmi_pay"),
        (Pays::LargeAmount, "hifob_pay"),
        (Pays::Disabled, "hifdm_pay"),
        (Pays::Assistance, "maf_pay"),
        (Pays::Other, "oth_pay"),
        (Pays::Hospital, "hosp_part_amt"),
        (Pays::Account, "acct_pay"),
        (Pays::FirstOwn, "preselfpay_amt"),
    ];

    /// The national field.
    pub fn field(self) -> &'static str {
        Pays::ALL[self as usize].1
    }

    /// A fund's money, counted in `fund_pay_sumamt`.
    pub fn is_fund(self) -> bool {
        !matches!(self, Pays::Hospital | Pays::Account | Pays::FirstOwn)
    }
}

/// What a layer works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// In-scope amount, less first share and what an account paid ahead.
    Scope,
    /// The same less the deductible of the layers before; positions go on where the deductible ended.
    AboveDeductible,
    /// In-scope amount nobody has paid yet.
    Burden,
    /// The same with the first-own shares.
    BurdenAndFirstOwn,
    /// Everything the person still bears.
    Person,
}

impl Base {
    /// Every base with its word.
    pub const ALL: [(Base, &'static str); 5] = [
        (Base::Scope, "scope"),
        (Base::AboveDeductible, "above-deductible"),
        (Base::Burden, "burden"),
        (Base::BurdenAndFirstOwn, "burden-and-first-own"),
        (Base::Person, "person"),
    ];
}

/// The balance an account layer draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Balance {
    /// Paid in this year.
    ThisYear,
    /// From earlier years.
    EarlierYears,
}

/// What a layer does for one combination in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its place in [`Layer::rules`].
    pub place: u32,
    /// Borne before the layer pays.
    pub deductible: Fen,
    /// The pack says a deductible here, be it none at all; the trace tells it.
    pub says_deductible: bool,
    /// Where the deductible is written; that of the bands where there is none.
    pub deductible_from: Origin,
    /// First and one past the last of its bands in [`Layer::bands`].
    pub bands: (u32, u32),
    /// First and one past the last of its caps in [`Layer::caps`].
    pub caps: (u32, u32),
}

/// A band: from the end of the one before (or zero) to `upto`, this share is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Its upper end in fen, `i64::MAX` for the last, which has none.
    pub upto: i64,
    /// What is paid of it; at most the whole.
    pub rate: Rate,
    /// The same in ten-thousandths; of use in layers that are `quick`.
    pub(crate) parts: u16,
    /// Where it is written.
    pub origin: Origin,
}

/// Lengths below this, times ten thousand, stay within 64 bits.
pub(crate) const QUICK_MAX: i64 = 1 << 48;

impl Band {
    /// What the band pays on this length, in fen, rounded once; nothing where the length leaves the field.
    pub fn pays(&self, length: i64, rounding: Rounding) -> Option<i64> {
        Some(self.rate.of(Fen::new(length).ok()?, rounding).ok()?.get())
    }

    /// The same, rounded half up, for a length from zero to below [`QUICK_MAX`] and a rate that is `parts`.
    #[inline(always)]
    pub(crate) fn pays_quickly(&self, length: i64) -> i64 {
        let exact = length.unsigned_abs() * u64::from(self.parts);
        ((exact + 5_000) / 10_000).cast_signed()
    }
}

/// A limit on what the layer pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// The most that is paid; none for an explicit "no limit".
    pub limit: Option<Fen>,
    /// The accumulator that uses it up; a limit on each bill alone without one.
    pub of: Option<usize>,
    /// Where it is written.
    pub origin: Origin,
}

/// Where a figure is written, and under which article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// Place of the file in [`Benefits::files`].
    pub file: u16,
    /// From 1.
    pub line: u32,
    /// In characters, from 1; figures in one row differ in it.
    pub column: u32,
    /// Place of the article in [`Benefits::articles`].
    pub article: u16,
    /// The article is illustrative.
    pub illustrative: bool,
}

/// What a calculator asks; the first answer stands until another is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// `person`
    pub id: String,
    /// The question.
    pub name: Name,
    /// The answers, each a change to a bill.
    pub choices: Vec<WhatIf>,
}

/// A change to a bill that its explanation tries out, or that an answer to a question makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// `filed-referral`
    pub id: String,
    /// What people call it.
    pub name: Name,
    pub(crate) set: Vec<(Field, Code)>,
}

impl Benefits {
    /// The pack's id.
    pub fn pack(&self) -> &str {
        &self.pack
    }

    /// The hash of the law it was compiled from.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What may stand on a bill, and what counts of it.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// The articles that figures cite; see [`Origin::article`].
    pub fn articles(&self) -> &[Article] {
        &self.articles
    }

    /// The files figures are written in; see [`Origin::file`].
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// The dimensions in order.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// The accumulators, in the order of their places in [`crate::Year`].
    pub fn accumulators(&self) -> &[Accumulator] {
        &self.accumulators
    }

    /// The place of an accumulator in [`crate::Year`].
    pub fn accumulator(&self, id: &str) -> Option<usize> {
        self.accumulators.iter().position(|accumulator| accumulator.id == id)
    }

    /// The layers in the order they are applied.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// What a calculator asks, in order.
    pub fn questions(&self) -> &[Question] {
        &self.questions
    }

    /// The first day of each period in which no figure changes, ascending.
    pub fn periods(&self) -> &[Day] {
        &self.periods
    }

    /// The period this day lies in; none before the first.
    #[inline]
    pub fn period(&self, day: Day) -> Option<usize> {
        self.periods.iter().rposition(|&first| first <= day)
    }
}

impl Layer {
    /// The rule for this combination (a value of every dimension) in this period, where the layer applies.
    #[inline]
    pub fn rule(&self, values: &[u8; DIMENSIONS_MAX], period: usize) -> Option<&Rule> {
        let place = *self.table.get(self.grid.place(values, period))?;
        // NO_RULE lies beyond every list of rules.
        self.rules.get(place as usize)
    }

    /// Whether the layer's rule depends on this dimension.
    pub fn looks_at(&self, dimension: usize) -> bool {
        self.grid.strides.get(dimension).is_some_and(|&stride| stride > 0)
    }

    /// The bands of a rule.
    #[inline]
    pub fn bands_of(&self, rule: &Rule) -> &[Band] {
        self.bands.get(rule.bands.0 as usize..rule.bands.1 as usize).unwrap_or_default()
    }

    /// The caps of a rule.
    #[inline]
    pub fn caps_of(&self, rule: &Rule) -> &[Cap] {
        self.caps.get(rule.caps.0 as usize..rule.caps.1 as usize).unwrap_or_default()
    }
}
