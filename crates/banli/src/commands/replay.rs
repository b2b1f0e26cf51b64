//! `banli replay`: one person's year worked out anew after voids, corrections, late filings and late bills.

use crate::out;
use crate::packs::{PacksArgs, faulty};
use crate::replay::{self, ENTRIES_MAX, Fault, History};
use crate::trouble::Trouble;
use benefit::{Amounts, Benefits, Difference, Order, Outcome, YEAR_ORDER};
use policy::Setting;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;
use terms::{Fen, MoneyError, Refusals};

/// Work out a person's year anew: bills, voids, corrections, late filings; the differences to the fen
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Each line of the file is one of these; `settled` is a day or a moment as 2024-05-02T10:30:
  a bill as `banli adjudicate` reads it, without `year`; settled on its last day where it does not say
  a whole bill of its own id with \"corrects\": \"a\" and `settled`; it stands in the place of a
  {\"files\": \"a\", \"filing\": \"referral\", \"settled\": \"2024-05-02\"}    or long-term, emergency, none
  {\"voids\": \"a\", \"settled\": \"2024-05-02\"}
The lines may come in any order. The year, and which stay of the year a bill is, are worked out; all bills count for
one settlement year. Balances of the account stay as each bill gives them.

For each bill: what it came to when it was first settled, what it comes to now, and which entry moved what. The order
in which bills use up the year is the setting year-order: by day of service (service) or as settled (settlement).

Examples:
  banli replay --pack hangzhou --in year.jsonl
  banli replay --pack hangzhou --in year.jsonl --setting year-order=settlement
  banli replay --pack reference --in - --json < year.jsonl")]
pub struct Arguments {
    /// Whose law
    #[arg(long, value_name = "PACK", default_value = crate::packs::PACK)]
    pack: String,
    /// The year; - for standard input
    #[arg(long = "in", value_name = "FILE")]
    input: PathBuf,
    /// One JSON object with every amount, under the national field names
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    packs: PacksArgs,
}

/// More than this is no year of a person.
const BYTES_MAX: u64 = 64 << 20;
/// Faulty lines told one by one.
const TOLD_MAX: usize = 20;
/// What the text tells: what the person bore first, each fund, and both sides together.
const TOLD: [&str; 11] = [
    "act_pay_dedc",
    "hifp_pay",
    "cvlserv_pay",
    "hifes_pay",
    "hifmi_pay",
    "hifob_pay",
    "hifdm_pay",
    "maf_pay",
    "oth_pay",
    "fund_pay_sumamt",
    "psn_part_amt",
];

/// Replays and prints.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let law = arguments.packs.law(&arguments.pack)?;
    let benefits = Benefits::compile(&law).map_err(|faults| faulty(&arguments.pack, &faults))?;
    let (setting, order) = Order::of(&law).ok_or_else(|| {
        let why = "its settings do not say in which order the bills of a year use it up";
        let cure =
            format!("declare [setting.{YEAR_ORDER}] in settings.toml with readings service and settlement");
        Trouble::new(format!("{} cannot replay a year", arguments.pack), why, cure)
    })?;
    let name = arguments.input.display().to_string();
    let sent = sent(&arguments.input)?;
    let lines: Vec<Vec<u8>> = sent.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let histories = replay::read(&benefits, &lines)
        .and_then(|entries| replay::replay(&benefits, entries, order))
        .map_err(|faults| not_a_year(&name, &faults))?;
    if arguments.json {
        out::line!("{}", written(setting, &histories)?)?;
    } else {
        out::text!("{}", told(setting, &histories)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn sent(path: &PathBuf) -> anyhow::Result<Vec<u8>> {
    let mut sent = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().take(BYTES_MAX + 1).read_to_end(&mut sent)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut sent))
    };
    let cure = "name a file with one person's year as `banli help replay` shows it, with --in";
    read.map_err(|error| Trouble::new(format!("{} cannot be read", path.display()), error, cure))?;
    if sent.len() as u64 > BYTES_MAX {
        let why = format!("it has more than {BYTES_MAX} bytes, and a year at most {ENTRIES_MAX} entries");
        return Err(Trouble::new(format!("{} is no year of one person", path.display()), why, cure).into());
    }
    Ok(sent)
}

fn not_a_year(name: &str, faults: &[Fault]) -> Trouble {
    let mut why: Vec<String> =
        faults.iter().take(TOLD_MAX).map(|(line, why)| format!("line {line}: {why}")).collect();
    if faults.len() > TOLD_MAX {
        why.push(format!("and {} more", faults.len() - TOLD_MAX));
    }
    Trouble::new(
        format!("{name} is no year of one person"),
        why.join("\n          "),
        "mend these lines; `banli help replay` shows them",
    )
}

/// The amounts of a settlement; all zero where it was refused or is gone.
fn amounts(result: Option<&Result<Outcome, Refusals>>) -> Amounts {
    result.and_then(|result| result.as_ref().ok()).map_or_else(Amounts::default, |outcome| outcome.amounts)
}

/// Each field of `before` and `after` with their difference.
fn fields(before: &Amounts, after: &Amounts) -> Result<Vec<(&'static str, Fen, Fen, Fen)>, MoneyError> {
    let pairs = before.named().into_iter().zip(after.named());
    pairs.map(|((name, was), (_, is))| Ok((name, was, is, is.minus(was)?))).collect()
}

/// Every field over all bills: first, now, difference.
fn totals(histories: &[History]) -> Result<Vec<(&'static str, Fen, Fen, Fen)>, MoneyError> {
    let mut totals = fields(&Amounts::default(), &Amounts::default())?;
    for history in histories {
        let each = fields(&amounts(Some(&history.first)), &amounts(history.now.as_ref()))?;
        for (total, one) in totals.iter_mut().zip(each) {
            *total = (total.0, total.1.plus(one.1)?, total.2.plus(one.2)?, total.3.plus(one.3)?);
        }
    }
    Ok(totals)
}

/// `+850.00`
fn signed(amount: Fen) -> String {
    if amount > Fen::ZERO { format!("+{}", amount.grouped()) } else { amount.grouped() }
}

fn table(told: &mut String, rows: &[(&'static str, Fen, Fen, Fen)]) -> std::fmt::Result {
    for (name, first, now, difference) in rows {
        if TOLD.contains(name) && (*first != Fen::ZERO || *now != Fen::ZERO) {
            let difference = if *difference == Fen::ZERO { String::new() } else { signed(*difference) };
            let row = format!("  {name:<16} {:>16} {:>16} {difference:>16}", first.grouped(), now.grouped());
            writeln!(told, "{}", row.trim_end())?;
        }
    }
    Ok(())
}

fn moved(differences: &[Difference]) -> Result<String, MoneyError> {
    let mut parts = Vec::new();
    for difference in differences.iter().filter(|difference| TOLD.contains(&difference.field)) {
        parts.push(format!("{} {}", difference.field, signed(difference.after.minus(difference.before)?)));
    }
    Ok(parts.join(", "))
}

fn told(setting: &Setting, histories: &[History]) -> anyhow::Result<String> {
    let mut told = String::new();
    let reading = setting.readings.get(&setting.chosen).map_or("", |name| name.en.as_str());
    writeln!(told, "{}: {reading}  [{}]", setting.id, setting.article)?;
    writeln!(told, "  {:<16} {:>16} {:>16} {:>16}", "", "first", "now", "difference")?;
    for history in histories {
        writeln!(told, "\n{}  settled {}", history.id, history.settled)?;
        table(&mut told, &fields(&amounts(Some(&history.first)), &amounts(history.now.as_ref()))?)?;
        refused(&mut told, "refused first", Some(&history.first))?;
        refused(&mut told, "refused now", history.now.as_ref())?;
        for step in &history.moves {
            let what = format!("{} of {}", step.cause.word(), step.of);
            let what =
                if step.cause == replay::Cause::Bill { format!("late bill {}", step.of) } else { what };
            writeln!(told, "  {}, {what}: {}", step.settled, moved(&step.differences)?)?;
        }
        if history.now.is_none() {
            writeln!(told, "  it was voided")?;
        }
    }
    writeln!(told, "\nall bills")?;
    table(&mut told, &totals(histories)?)?;
    Ok(told)
}

fn refused(told: &mut String, when: &str, result: Option<&Result<Outcome, Refusals>>) -> std::fmt::Result {
    if let Some(Err(refusals)) = result {
        for refusal in refusals {
            writeln!(told, "  {when}: {}  [{}]", refusal.code, refusal.article)?;
        }
    }
    Ok(())
}

fn result(result: &Result<Outcome, Refusals>) -> Value {
    match result {
        Ok(outcome) => json!({ "setlinfo": outcome.amounts, "illustrative": outcome.illustrative }),
        Err(refusals) => json!({ "refused": refusals.iter().map(|refusal| json!({
            "code": refusal.code, "article": refusal.article, "facts": refusal.facts,
        })).collect::<Vec<_>>() }),
    }
}

fn written(setting: &Setting, histories: &[History]) -> anyhow::Result<Value> {
    let row = |(field, before, after, difference): (&str, Fen, Fen, Fen)| json!({ "field": field, "before": before, "after": after, "difference": difference });
    let mut bills = Vec::new();
    for history in histories {
        let mut moves = Vec::new();
        for step in &history.moves {
            let mut differences = Vec::new();
            for one in &step.differences {
                differences.push(row((one.field, one.before, one.after, one.after.minus(one.before)?)));
            }
            moves.push(json!({ "cause": step.cause.word(), "of": step.of, "settled": step.settled,
                "differences": differences }));
        }
        bills.push(json!({
            "id": history.id,
            "settled": history.settled,
            "first": result(&history.first),
            "now": history.now.as_ref().map(result),
            "moves": moves,
        }));
    }
    let totals = totals(histories)?.into_iter().filter(|total| total.1 != Fen::ZERO || total.2 != Fen::ZERO);
    Ok(json!({
        "order": { "setting": setting.id, "reading": setting.chosen, "article": setting.article },
        "bills": bills,
        "totals": totals.map(row).collect::<Vec<_>>(),
    }))
}
