//! From a pack's `postings/*.toml` to templates: every fault is found and pointed at.

use super::{Slot, Template, TemplateRow};
use crate::document::{Document, TemplateDraft, cited};
use crate::occasion::{ITEM_AMOUNT, ITEM_FUND};
use crate::{AccountKind, Occasion, Side};
use policy::{Cell, Diagnostics, Law, Said, Source, Table, say};
use std::collections::BTreeMap;
use std::ops::Range;
use terms::ArticleId;

/// A template and where it stands.
struct Placed {
    layer: usize,
    file: usize,
    span: Range<usize>,
    template: Template,
}

pub(super) fn compile(law: &Law) -> Result<BTreeMap<Occasion, Vec<Template>>, Diagnostics> {
    let sources: Vec<&Source> = law.documents("postings").collect();
    let (mut faults, mut placed) = (Diagnostics::new(), Vec::new());
    for (file, source) in sources.iter().enumerate() {
        let document: Document = match source.read() {
            Ok(document) => document,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        let pack = source.path.split('/').next().unwrap_or_default();
        let layer = law.layers().iter().position(|layer| layer.id == pack).unwrap_or(0);
        for draft in document.template {
            let span = draft.occasion.span();
            if let Some(template) = template(law, source, draft, &mut faults) {
                placed.push(Placed { layer, file, span, template });
            }
        }
    }
    placed.sort_by_key(|placed| (placed.template.occasion, placed.template.from));
    let mut by_occasion: BTreeMap<Occasion, Vec<Template>> = BTreeMap::new();
    for group in placed.chunk_by(|one, other| one.template.occasion == other.template.occasion) {
        let top = group.iter().map(|placed| placed.layer).max().unwrap_or(0);
        let in_force: Vec<&Placed> = group.iter().filter(|placed| placed.layer == top).collect();
        for pair in in_force.windows(2) {
            if pair[0].template.to.is_none_or(|to| pair[1].template.from <= to) {
                let what = say("templates-overlap").with("occasion", pair[1].template.occasion);
                let what = what.with("day", pair[1].template.from);
                let cure = say("templates-overlap-cure");
                faults.push(sources[pair[1].file].at(pair[1].span.clone(), what, cure));
            }
        }
        let templates = in_force.into_iter().map(|placed| placed.template.clone());
        by_occasion.entry(group[0].template.occasion).or_default().extend(templates);
    }
    if faults.is_empty() { Ok(by_occasion) } else { Err(faults) }
}

fn template(law: &Law, source: &Source, draft: TemplateDraft, faults: &mut Diagnostics) -> Option<Template> {
    let name = draft.occasion.get_ref();
    let Some(occasion) = Occasion::named(name) else {
        let known: Vec<&str> = Occasion::all().map(Occasion::name).collect();
        let cure = say("known-ones").with("known", known.join(", "));
        faults.push(source.at(draft.occasion.span(), say("no-occasion").with("word", name), cure));
        return None;
    };
    cited(law, source, &draft.article, draft.from, faults);
    if draft.to.is_some_and(|to| to < draft.from) {
        faults.push(source.at(draft.occasion.span(), say("ends-before"), say("days-mend")));
    }
    let table = match Table::inside(source, &draft.posts) {
        Ok(table) => table,
        Err(found) => {
            faults.extend(found);
            return None;
        }
    };
    let (Some(side), Some(account), Some(amount)) =
        (table.column("side"), table.column("account"), table.column("amount"))
    else {
        let cure = say("columns-missing-cure").with("columns", "side, account, amount");
        faults.push(source.at(draft.posts.span(), say("columns-missing"), cure));
        return None;
    };
    let before = faults.len();
    let rows: Vec<TemplateRow> = table
        .rows
        .iter()
        .filter_map(|row| {
            let cells = [&row.cells[side], &row.cells[account], &row.cells[amount]];
            template_row(source, occasion, cells, faults)
        })
        .collect();
    if faults.len() > before {
        return None;
    }
    balanced(source, occasion, &rows, draft.posts.span(), faults);
    let article = ArticleId(draft.article.into_inner());
    Some(Template { occasion, name: draft.name, article, from: draft.from, to: draft.to, rows })
}

fn template_row(
    source: &Source,
    occasion: Occasion,
    [side, account, amount]: [&Cell; 3],
    faults: &mut Diagnostics,
) -> Option<TemplateRow> {
    let mut fault = |cell: &Cell, what: Said, cure: Said| {
        faults.push(source.at(cell.span.clone(), what, cure));
        None
    };
    let side = match side.text.as_str() {
        "debit" => Side::Debit,
        "credit" => Side::Credit,
        other => return fault(side, say("no-side").with("word", other), say("no-side-cure")),
    };
    let mut parts = account.text.split(':');
    let word = parts.next().unwrap_or_default();
    let Some(kind) = AccountKind::named(word) else {
        let known: Vec<&str> = AccountKind::all().map(AccountKind::shape).collect();
        let cure = say("known-ones").with("known", known.join(", "));
        return fault(account, say("no-account").with("word", word), cure);
    };
    let mut names = Vec::new();
    for part in parts {
        let field = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        names.push(match field {
            Some(field) if occasion.words().contains(&field) => Slot::Field(field.to_owned()),
            Some(ITEM_FUND) if occasion.has_items() => Slot::Field(ITEM_FUND.to_owned()),
            Some(field) => {
                let mut known = occasion.words().to_vec();
                if occasion.has_items() {
                    known.push(ITEM_FUND);
                }
                let cure = say("known-ones").with("known", known.join(", "));
                let what = say("occasion-field").with("occasion", occasion).with("field", field);
                return fault(account, what, cure);
            }
            None => match part.parse() {
                Ok(word) => Slot::Word(word),
                Err(error) => {
                    let what = say("cannot-read").with("written", part).with("why", error);
                    return fault(account, what, say("account-part-cure"));
                }
            },
        });
    }
    if names.len() != kind.names() {
        let what = say("account-names").with("account", &account.text);
        return fault(account, what, say("account-names-cure").with("shape", kind.shape()));
    }
    let of_items = occasion.has_items() && amount.text == ITEM_AMOUNT;
    if !of_items && !occasion.amounts().contains(&amount.text.as_str()) {
        let mut known = occasion.amounts().to_vec();
        if occasion.has_items() {
            known.insert(0, ITEM_AMOUNT);
        }
        let cure = say("known-ones").with("known", known.join(", "));
        let what = say("occasion-amount").with("occasion", occasion).with("amount", &amount.text);
        return fault(amount, what, cure);
    }
    let names_item_fund = occasion.has_items() && names.contains(&Slot::Field(ITEM_FUND.to_owned()));
    if names_item_fund && !of_items {
        let what = say("no-item-fund").with("amount", &amount.text);
        return fault(account, what, say("no-item-fund-cure"));
    }
    Some(TemplateRow { side, kind, names, amount: amount.text.clone() })
}

/// Each amount stands equally often on both sides, for money and for budget apart, and nowhere cancels itself.
fn balanced(
    source: &Source,
    occasion: Occasion,
    rows: &[TemplateRow],
    span: Range<usize>,
    faults: &mut Diagnostics,
) {
    let mut amounts: Vec<&str> = occasion.amounts().to_vec();
    if occasion.has_items() {
        amounts.insert(0, ITEM_AMOUNT);
    }
    for amount in amounts {
        let of_amount = || rows.iter().filter(move |row| row.amount == amount);
        if of_amount().next().is_none() {
            let what = say("posted-nowhere").with("occasion", occasion).with("amount", amount);
            faults.push(source.at(span.clone(), what, say("posted-nowhere-cure")));
        }
        for budget in [false, true] {
            let count =
                |side| of_amount().filter(|row| row.side == side && row.kind.is_budget() == budget).count();
            let (debit, credit) = (count(Side::Debit), count(Side::Credit));
            if debit != credit {
                let accounts = if budget { say("unbalanced-budget") } else { say("unbalanced-money") };
                let what = say("unbalanced").with("amount", amount).with("debit", debit);
                let what = what.with("credit", credit).holding("accounts", accounts);
                faults.push(source.at(span.clone(), what, say("unbalanced-cure")));
            }
        }
        let cancels = of_amount().any(|one| {
            of_amount()
                .any(|other| one.side != other.side && one.kind == other.kind && one.names == other.names)
        });
        if cancels {
            let what = say("same-account").with("amount", amount);
            faults.push(source.at(span.clone(), what, say("same-account-cure")));
        }
    }
}
