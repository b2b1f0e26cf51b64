//! Who has a personal account, what is credited to it, and who of a family may use it: data of the packs.

use policy::{Cell, Diagnostics, Law, Source, Spanned, Table, say};
use serde::Deserialize;
use terms::{ArticleId, Day, Fen, MoneyError, Name, Rate, Rounding};

/// What a kind of person is credited each month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditRow {
    /// First day it holds.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// Insurance types.
    pub insutypes: Vec<String>,
    /// Person types.
    pub psn_types: Vec<String>,
    /// From this age on; of several rows that fit, that of the highest age holds.
    pub from_age: i32,
    /// How much.
    pub credit: Credit,
    /// What it rests on.
    pub article: ArticleId,
}

/// How much is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credit {
    /// A share of the person's base of contributions, rounded to the fen, half up.
    Share(Rate),
    /// A fixed amount.
    Amount(Fen),
}

impl CreditRow {
    /// The amount on this base; nothing where a share has no base to be taken of.
    pub fn amount(&self, base: Option<Fen>) -> Option<Result<Fen, MoneyError>> {
        match self.credit {
            Credit::Share(rate) => base.map(|base| rate.of(base, Rounding::HalfUp)),
            Credit::Amount(amount) => Some(Ok(amount)),
        }
    }
}

/// What somebody is to the holder of an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// `spouse`
    pub id: String,
    /// What people call it.
    pub name: Name,
}

/// Use of an account by the family (家庭共济).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// What it rests on.
    pub article: ArticleId,
    /// Who may be let use it.
    pub relation: Vec<Relation>,
}

/// What the packs say of personal accounts; nothing where a law knows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountLaw {
    /// Monthly credits.
    pub credits: Vec<CreditRow>,
    /// Use by the family.
    pub family: Option<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    credit: Vec<Draft>,
    family: Option<Spanned<Family>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Draft {
    from: Day,
    to: Option<Day>,
    table: Spanned<String>,
}

impl AccountLaw {
    /// Reads `accounts/*.toml`. An upper layer that has credits replaces those below; the family likewise.
    pub fn compile(law: &Law) -> Result<AccountLaw, Diagnostics> {
        let (mut accounts, mut faults) = (AccountLaw::default(), Diagnostics::new());
        for source in law.documents("accounts") {
            let document: Document = match source.read() {
                Ok(document) => document,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            if !document.credit.is_empty() {
                accounts.credits.clear();
            }
            for draft in &document.credit {
                accounts.credits.extend(rows(law, source, draft, &mut faults));
            }
            if let Some(family) = document.family {
                if law.article(&family.get_ref().article.0).is_none() {
                    let what = say("no-article").with("article", &family.get_ref().article);
                    faults.push(source.at(family.span(), what, say("no-article-cure")));
                }
                accounts.family = Some(family.into_inner());
            }
        }
        if faults.is_empty() { Ok(accounts) } else { Err(faults) }
    }

    /// The row for somebody insured like this, of this age, on this day.
    pub fn row(&self, insutype: &str, psn_type: &str, age: i32, day: Day) -> Option<&CreditRow> {
        let fits = |row: &&CreditRow| {
            row.from <= day
                && row.to.is_none_or(|to| day <= to)
                && row.insutypes.iter().any(|known| known == insutype)
                && row.psn_types.iter().any(|known| known == psn_type)
                && row.from_age <= age
        };
        self.credits.iter().filter(fits).max_by_key(|row| row.from_age)
    }
}

fn rows(law: &Law, source: &Source, draft: &Draft, faults: &mut Diagnostics) -> Vec<CreditRow> {
    let table = match Table::inside(source, &draft.table) {
        Ok(table) => table,
        Err(found) => {
            faults.extend(found);
            return Vec::new();
        }
    };
    let heads = ["insutype", "psn_type", "from_age", "share", "amount", "article"];
    let [Some(insutype), Some(psn_type), Some(from_age), Some(share), Some(amount), Some(article)] =
        heads.map(|head| table.column(head))
    else {
        let cure = say("columns-missing-cure").with("columns", heads.join(", "));
        faults.push(source.at(draft.table.span(), say("columns-missing"), cure));
        return Vec::new();
    };
    let mut rows: Vec<CreditRow> = Vec::new();
    for row in &table.rows {
        let cell = |column: usize| &row.cells[column];
        let codes = |cell: &Cell| cell.text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let rate = cell(share).text.parse::<Rate>().ok().filter(|rate| !rate.exceeds_one());
        let fixed = cell(amount).text.replace(',', "").parse::<Fen>().ok().filter(|fen| !fen.is_negative());
        let credit = match (rate, fixed, cell(share).text.is_empty(), cell(amount).text.is_empty()) {
            (Some(rate), None, _, true) => Some(Credit::Share(rate)),
            (None, Some(amount), true, _) => Some(Credit::Amount(amount)),
            _ => None,
        };
        let Some(credit) = credit else {
            faults.push(source.at(
                cell(share).span.clone(),
                say("credit-unclear"),
                say("credit-unclear-cure"),
            ));
            continue;
        };
        let Ok(from_age) = cell(from_age).text.parse::<i32>() else {
            faults.push(source.at(cell(from_age).span.clone(), say("no-age"), say("no-age-cure")));
            continue;
        };
        let cite = cell(article);
        if law.article(&cite.text).is_none() {
            let what = say("no-article").with("article", &cite.text);
            faults.push(source.at(cite.span.clone(), what, say("no-article-cure")));
            continue;
        }
        let (insutypes, psn_types) = (codes(cell(insutype)), codes(cell(psn_type)));
        let twice = rows.iter().any(|known| {
            known.from_age == from_age
                && known.insutypes.iter().any(|code| insutypes.contains(code))
                && known.psn_types.iter().any(|code| psn_types.contains(code))
        });
        if twice {
            let (what, cure) = (say("credit-twice"), say("credit-twice-cure"));
            faults.push(source.at(cell(psn_type).span.clone(), what, cure));
            continue;
        }
        let article = ArticleId(cite.text.clone());
        let (from, to) = (draft.from, draft.to);
        rows.push(CreditRow { from, to, insutypes, psn_types, from_age, credit, article });
    }
    rows
}
