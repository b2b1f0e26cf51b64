//! The yearly assessment: what was kept back is released, or goes to the fund.

use crate::{Account, Entry, Figures, Ledger, Occasion, PostingError, Templates, Word};
use terms::{Day, Fen};

/// The entries that end a provider's deposit of one fund after the assessment of `year`: `forfeited` goes to the
/// fund, at most what is kept back, and the rest is owed to the provider again.
pub fn assess(
    ledger: &Ledger,
    templates: &Templates,
    (provider, fund): (Word, Word),
    (year, on): (i32, Day),
    forfeited: Fen,
) -> Result<Vec<Entry>, PostingError> {
    let kept = ledger.balance(&Account::deposit(provider, fund)).negated().max(Fen::ZERO);
    let forfeited = forfeited.min(kept);
    // Both lie between nothing and `kept`.
    let released = kept.minus(forfeited).unwrap_or(Fen::ZERO);
    let words = [("provider", provider), ("fund", fund)];
    let decision = Word::known(&format!("assessment/{year}/{provider}"));
    let mut entries = Vec::new();
    for (occasion, name, amount) in [
        (Occasion::DepositForfeited, "forfeited", forfeited),
        (Occasion::DepositReleased, "released", released),
    ] {
        let id = Word::known(&format!("assess/{year}/{name}/{provider}/{fund}"));
        let figures = Figures { words: &words, amounts: &[(name, amount)], items: &[] };
        entries.extend(templates.entry(occasion, id, on, decision, &figures)?);
    }
    Ok(entries)
}
