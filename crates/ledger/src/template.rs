//! Posting templates: which occasion posts to which accounts, as the pack says.
//!
//! Loading checks that every template balances for all amounts: each amount the occasion offers stands equally often
//! on both sides, for money and for budget apart; so no figure can make an entry that does not add up to nothing.

mod compile;

use crate::occasion::{ITEM_AMOUNT, ITEM_FUND};
use crate::{Account, AccountKind, Entry, EntryId, Figures, Occasion, Posting, Side, Word};
use policy::{Diagnostics, Law};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Fen, Name};

/// The templates of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Templates {
    by_occasion: BTreeMap<Occasion, Vec<Template>>,
}

/// How one occasion is posted over a span of days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Which.
    pub occasion: Occasion,
    /// Its name for people.
    pub name: Name,
    /// What it rests on.
    pub article: ArticleId,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// The rows, in the order written.
    pub rows: Vec<TemplateRow>,
}

/// One row of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// Debit or credit.
    pub side: Side,
    /// What kind of account.
    pub kind: AccountKind,
    /// The names of its path.
    pub names: Vec<Slot>,
    /// Which amount: one of the occasion's, or `fund_payamt` of each item.
    pub amount: String,
}

/// A name in the path of a template's account.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// As it stands: `310200`.
    Word(Word),
    /// What the occasion says: `{provider}`.
    Field(String),
}

/// Why an occasion cannot be posted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PostingError {
    /// The pack says nothing of this occasion on this day.
    #[error("no posting template for `{0}` on {1}: add one to the pack's postings")]
    NoTemplate(Occasion, Day),
    /// The figures lack a name that the template needs.
    #[error("the figures of `{0}` have no `{1}`")]
    Missing(Occasion, String),
    /// An amount is below zero. What goes back is a reversal.
    #[error("the amount `{1}` of `{0}` is below zero: reverse the entry instead")]
    Negative(Occasion, String),
    /// The amounts of one account leave numeric(16,2).
    #[error("the amounts of `{0}` are out of range")]
    OutOfRange(Occasion),
}

impl Templates {
    /// The templates of a pack, checked. Where an upper layer has templates of an occasion, those below count no
    /// more.
    pub fn compile(law: &Law) -> Result<Templates, Diagnostics> {
        compile::compile(law).map(|by_occasion| Templates { by_occasion })
    }

    /// Every template, by occasion and day.
    pub fn all(&self) -> impl Iterator<Item = &Template> {
        self.by_occasion.values().flatten()
    }

    /// How the occasion is posted on this day.
    pub fn on(&self, occasion: Occasion, day: Day) -> Option<&Template> {
        let dated = self.by_occasion.get(&occasion)?;
        dated.iter().find(|template| template.from <= day && template.to.is_none_or(|to| day <= to))
    }

    /// The fund under which what personal accounts pay elsewhere stands between the regions.
    pub fn account_fund(&self, day: Day) -> Option<Word> {
        let rows = &self.on(Occasion::RemoteInsured, day)?.rows;
        let row =
            rows.iter().find(|row| row.kind == AccountKind::PayableRegion && row.amount == "acct_pay")?;
        row.names.iter().find_map(|slot| match slot {
            Slot::Word(fund) => Some(*fund),
            Slot::Field(_) => None,
        })
    }

    /// The fund that an occasion is always posted to on this day; nothing where each event names its own.
    pub fn fund_of(&self, occasion: Occasion, day: Day) -> Option<Word> {
        let row = self.on(occasion, day)?.rows.iter().find(|row| row.kind == AccountKind::Fund)?;
        row.names.iter().find_map(|slot| match slot {
            Slot::Word(fund) => Some(*fund),
            Slot::Field(_) => None,
        })
    }

    /// The entry for an occasion on its day; nothing where every amount is zero.
    pub fn entry(
        &self,
        occasion: Occasion,
        id: EntryId,
        day: Day,
        decision: Word,
        figures: &Figures<'_>,
    ) -> Result<Option<Entry>, PostingError> {
        let template = self.on(occasion, day).ok_or(PostingError::NoTemplate(occasion, day))?;
        entry_for(template, id, day, decision, figures)
    }
}

/// The entry of a template with these figures; nothing where every amount is zero. Amounts on one account come
/// together in one posting, at the place of the first.
pub fn entry_for(
    template: &Template,
    id: EntryId,
    day: Day,
    decision: Word,
    figures: &Figures<'_>,
) -> Result<Option<Entry>, PostingError> {
    let occasion = template.occasion;
    let mut postings: Vec<Posting> = Vec::with_capacity(template.rows.len());
    for row in &template.rows {
        if row.amount == ITEM_AMOUNT && occasion.has_items() {
            for (fund, amount) in figures.items {
                add(&mut postings, occasion, row, *amount, figures, Some(*fund))?;
            }
        } else {
            let amount = named(figures.amounts, &row.amount)
                .ok_or_else(|| PostingError::Missing(occasion, row.amount.clone()))?;
            add(&mut postings, occasion, row, amount, figures, None)?;
        }
    }
    postings.retain(|posting| posting.amount != Fen::ZERO);
    let entry = Entry { id, day, occasion: occasion.word(), decision, reverses: None, postings };
    Ok((!entry.postings.is_empty()).then_some(entry))
}

fn add(
    postings: &mut Vec<Posting>,
    occasion: Occasion,
    row: &TemplateRow,
    amount: Fen,
    figures: &Figures<'_>,
    item_fund: Option<Word>,
) -> Result<(), PostingError> {
    if amount.is_negative() {
        return Err(PostingError::Negative(occasion, row.amount.clone()));
    }
    let amount = if row.side == Side::Debit { amount } else { amount.negated() };
    let mut names = Vec::with_capacity(2);
    for slot in &row.names {
        names.push(match (slot, item_fund) {
            (Slot::Word(word), _) => *word,
            (Slot::Field(field), Some(fund)) if field == ITEM_FUND => fund,
            (Slot::Field(field), _) => {
                named(figures.words, field).ok_or_else(|| PostingError::Missing(occasion, field.clone()))?
            }
        });
    }
    // The compiler has counted the names.
    let account = Account::new(row.kind, &names)
        .ok_or_else(|| PostingError::Missing(occasion, row.kind.shape().to_owned()))?;
    match postings.iter_mut().find(|posting| posting.account == account) {
        Some(posting) => {
            posting.amount = posting.amount.plus(amount).map_err(|_| PostingError::OutOfRange(occasion))?;
        }
        None => postings.push(Posting { account, amount }),
    }
    Ok(())
}

fn named<T: Copy>(pairs: &[(&str, T)], name: &str) -> Option<T> {
    pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests;
