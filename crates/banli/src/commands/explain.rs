//! `banli explain`: why a bill comes out as it does, every step with its article.

use crate::bills::{BillIn, LINE_BYTES_MAX};
use crate::office::Office;
use crate::out;
use crate::packs::{PACK, PacksArgs, faulty};
use crate::process::process_info;
use crate::text::{Lang, Text};
use crate::trouble::Trouble;
use agency::{SettlementId, StreamId, settlement};
use benefit::{Benefits, Bill, Explained, Outcome, Section};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terms::{Fen, Refusals};

/// Explain a bill or a settlement: every step that sums to the fen, with its article
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli explain bill.json --pack hangzhou        one bill as `banli adjudicate` reads it; - for standard input
  banli explain S-36405 --data banli-data        a settlement of an office (which must not be running)
  banli explain bill.json --lang zh

Each line is an amount, what it is, its article and, where the pack has a figure for it, file and line.")]
pub struct Arguments {
    /// A file with a bill, or the number of a settlement
    #[arg(value_name = "BILL")]
    bill: String,
    /// Whose law, for a bill
    #[arg(long, value_name = "PACK", default_value = PACK)]
    pack: String,
    /// The office's folder, for a settlement
    #[arg(long, value_name = "DIR", default_value = "banli-data")]
    data: PathBuf,
    /// The language: zh or en
    #[arg(long, default_value = "en", value_parser = language)]
    lang: Lang,
    #[command(flatten)]
    packs: PacksArgs,
}

fn language(word: &str) -> Result<Lang, String> {
    Lang::from_code(word).ok_or_else(|| "the languages are zh and en".to_owned())
}

/// Explains on standard output. The exit code is 1 where the bill is refused.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let text = Text::of(arguments.lang);
    let number = arguments.bill.strip_prefix("S-").and_then(|number| number.parse().ok());
    let (told, code) = match number {
        Some(number) => {
            let office = Office::open(&arguments.data, &arguments.packs)?;
            let (bill, result) = of_settlement(&office, SettlementId(number))?;
            told(&office.rules.benefits, text, &bill, &result)?
        }
        None => {
            let law = arguments.packs.law(&arguments.pack)?;
            let benefits = Benefits::compile(&law).map_err(|faults| faulty(&arguments.pack, &faults))?;
            let bill = read(&arguments.bill, &benefits)?;
            let mut outcome = Outcome::default();
            let result = benefits.adjudicate(&bill, &mut outcome).map(|()| outcome);
            told(&benefits, text, &bill, &result)?
        }
    };
    out::text!("{told}")?;
    Ok(code)
}

fn read(path: &str, benefits: &Benefits) -> anyhow::Result<Bill> {
    let mut sent = String::new();
    let limit = LINE_BYTES_MAX as u64;
    let read = if path == "-" {
        std::io::stdin().take(limit).read_to_string(&mut sent)
    } else {
        std::fs::File::open(Path::new(path)).and_then(|file| file.take(limit).read_to_string(&mut sent))
    };
    let cure = "name a file with one bill as `banli help adjudicate` shows it, or a settlement as S-17";
    read.map_err(|error| Trouble::new(format!("{path} cannot be read"), error, cure))?;
    let bill: Result<BillIn, String> = serde_json::from_str(&sent).map_err(|error| error.to_string());
    let bill = bill.and_then(|sent| sent.bill(benefits));
    bill.map_err(|why| Trouble::new(format!("{path} holds no bill"), why, cure).into())
}

/// The settlement's bill and what its office's law makes of it now.
fn of_settlement(office: &Office, id: SettlementId) -> anyhow::Result<(Bill, Result<Outcome, Refusals>)> {
    let row = office.store.read(|reader| reader.settlement(id))?;
    let again = match row {
        Some(row) => {
            let stream = StreamId::Year(row.person, row.year);
            let events = office.store.with_records(|records| records.events(&stream))?;
            settlement::recompute(&events, id, &office.rules.benefits)
        }
        None => None,
    };
    again.ok_or_else(|| {
        let cure = "look for the number in the pages under settlements";
        Trouble::new(format!("S-{id} cannot be explained"), "the office has no such settlement", cure).into()
    })
}

fn told(
    benefits: &Benefits,
    text: &Text,
    bill: &Bill,
    result: &Result<Outcome, Refusals>,
) -> anyhow::Result<(String, ExitCode)> {
    let mut told = String::new();
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(refusals) => {
            for refusal in refusals {
                let (what, cure) = text.refusal(refusal);
                writeln!(told, "{what}  [{}, {}]", refusal.code, refusal.article)?;
                if let Some(cure) = cure {
                    writeln!(told, "  {cure}")?;
                }
            }
            return Ok((told, ExitCode::from(super::NO)));
        }
    };
    let amounts = &outcome.amounts;
    let total = [
        ("total", amounts.medfee_sumamt.grouped().into()),
        ("funds", amounts.fund_pay_sumamt.grouped().into()),
        ("own", amounts.psn_part_amt.grouped().into()),
        ("day", text.day(outcome.law_day).into()),
    ];
    writeln!(told, "{}", text.with("explain-total", &total))?;
    if outcome.illustrative {
        writeln!(told, "{}", text.say("explain-illustrative"))?;
    }
    let explanation = benefits.explain(bill, outcome);
    let day = &explanation.day;
    writeln!(told, "{}  [{}]", text.filled(day.key, &day.facts), day.article)?;
    for (key, wanted) in [("explain-split", true), ("explain-layers", false)] {
        writeln!(told, "\n{}", text.say(key))?;
        for step in explanation.steps.iter().filter(|step| (step.section == Section::Split) == wanted) {
            writeln!(told, "{}", line(text, step))?;
        }
    }
    writeln!(told, "\n{}\n{}", text.say("explain-funds"), funds(text, benefits, bill, outcome)?.trim_end())?;
    let changes = benefits.counterfactuals(bill, outcome);
    if !changes.is_empty() {
        writeln!(told, "\n{}", text.say("explain-counterfactuals"))?;
    }
    for change in changes {
        let name = text.name(&change.name);
        let (key, amount) = match change.difference {
            Ok(difference) if difference < Fen::ZERO => ("explain-less", Fen::ZERO.minus(difference)?),
            Ok(difference) => ("explain-more", difference),
            Err(_) => ("explain-refused", Fen::ZERO),
        };
        writeln!(
            told,
            "  {}",
            text.with(key, &[("name", name.into()), ("amount", amount.grouped().into())])
        )?;
    }
    Ok((told, ExitCode::SUCCESS))
}

/// What each fund paid, as the national `setl_proc_info` tells it.
fn funds(text: &Text, benefits: &Benefits, bill: &Bill, outcome: &Outcome) -> anyhow::Result<String> {
    let mut told = String::new();
    let day = benefits.explain_day(bill);
    for share in benefits.fund_shares(bill, outcome) {
        let info = process_info(text, &day, &share);
        writeln!(told, "{:>16}  {} {}", share.paid.grouped(), share.fund, info)?;
    }
    Ok(told)
}

/// `   32,144.00  pooled fund …: from 800.00 to 40,000.00, 39,200.00 × 82%  [hz-2020/inpatient, file:line]`
fn line(text: &Text, step: &Explained) -> String {
    let written = step.written.as_ref().map_or(String::new(), |(file, line)| format!(", {file}:{line}"));
    let mark = if step.illustrative { " *" } else { "" };
    let words = text.filled(step.key, &step.facts);
    format!("{:>16}  {words}  [{}{mark}{written}]", step.amount.grouped(), step.article)
}

#[cfg(test)]
mod tests {
    use super::*;
    use policy::Law;

    /// Every step has words in both languages and an article; the amounts that are paid add up to the total.
    #[test]
    fn a_stay_is_explained_in_both_languages() {
        let files = crate::packs::embedded().unwrap();
        let benefits = Benefits::compile(&Law::load(&files, "hangzhou").unwrap()).unwrap();
        let sent = r#"{"id": "E5", "person": {"insutype": "310", "psn_type": "11"},
            "provider": {"hosp_lv": "2"},
            "visit": {"med_type": "21", "begndate": "2021-03-01", "enddate": "2021-03-12"},
            "lines": [{"pric": "100000", "cnt": "1", "chrgitm_lv": "01"},
                {"pric": "100", "cnt": "2", "chrgitm_lv": "02", "selfpay_prop": "0.1", "pric_uplmt_amt": "90"},
                {"pric": "7.5", "cnt": "1", "chrgitm_lv": "03"}]}"#;
        let bill = serde_json::from_str::<BillIn>(sent).unwrap().bill(&benefits).unwrap();
        let mut outcome = Outcome::default();
        benefits.adjudicate(&bill, &mut outcome).unwrap();
        let result = Ok(outcome);
        let (zh, _) = told(&benefits, Text::of(Lang::Zh), &bill, &result).unwrap();
        let (en, _) = told(&benefits, Text::of(Lang::En), &bill, &result).unwrap();
        assert!(zh.contains("全自费") && zh.contains("起付标准"), "{zh}");
        assert!(en.contains("deductible") && en.contains("32,144.00"), "{en}");
        assert!(en.lines().filter(|line| line.starts_with("    ")).all(|line| line.ends_with(']')), "{en}");
    }
}
