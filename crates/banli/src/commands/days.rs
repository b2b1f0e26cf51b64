//! `banli days FROM TO`: which days the office works, from the notices in the packs.

use crate::out;
use crate::packs::PacksArgs;
use crate::trouble::Trouble;
use serde_json::json;
use std::fmt::Write as _;
use std::process::ExitCode;
use terms::{Calendar, Certainty, Day, DayKind};

/// Print which days the office works, each with the notice it rests on
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli days 2026-10-01 2026-10-13
  banli days 2026-01-01 2026-12-31 --json

A day of a year whose notice is not in the pack is marked provisional: it is only known as a weekday.")]
pub struct Arguments {
    /// First day, as 2026-10-01
    #[arg(value_name = "FROM")]
    from: Day,
    /// Last day
    #[arg(value_name = "TO")]
    to: Day,
    /// Whose notices
    #[arg(long, default_value = "national", value_name = "PACK")]
    pack: String,
    /// One JSON object a line, for programs
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    packs: PacksArgs,
}

/// More days than this are no question somebody asks.
const DAYS_MAX: i32 = 40_000;

/// Prints the days.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Arguments { from, to, .. } = *arguments;
    let count = to.days_since(from) + 1;
    if !(1..=DAYS_MAX).contains(&count) {
        let why = format!("that is {count} days; 1 to {DAYS_MAX} can be printed");
        let what = format!("the days from {from} to {to} cannot be printed");
        return Err(Trouble::new(what, why, "name an earlier day first").into());
    }
    let law = arguments.packs.law(&arguments.pack)?;
    let mut text = String::new();
    for offset in 0..count {
        let day = from.plus(offset);
        let line = if arguments.json { as_json(law.calendar(), day) } else { as_text(law.calendar(), day) };
        writeln!(text, "{line}")?;
    }
    out::text!("{text}")?;
    Ok(ExitCode::SUCCESS)
}

fn word(kind: &DayKind) -> &'static str {
    match kind {
        DayKind::Working => "works",
        DayKind::MakeUp(_) => "make-up",
        DayKind::Weekend => "weekend",
        DayKind::Holiday(_) => "holiday",
    }
}

fn as_text(calendar: &Calendar, day: Day) -> String {
    let kind = calendar.kind(day);
    let weekday = format!("{:?}", day.weekday());
    let mut line = format!("{day} {weekday:<10} {:<8}", word(&kind));
    if let DayKind::MakeUp(holiday) | DayKind::Holiday(holiday) = &kind {
        line += &format!(" {} {} ({})", holiday.name.zh, holiday.name.en, holiday.source);
    }
    if calendar.certainty(day) == Certainty::Provisional {
        line += " provisional: no notice for this year yet";
    }
    line.trim_end().to_owned()
}

fn as_json(calendar: &Calendar, day: Day) -> String {
    let kind = calendar.kind(day);
    let settled = calendar.certainty(day) == Certainty::Settled;
    json!({ "day": day, "works": kind.is_working(), "kind": word(&kind), "settled": settled }).to_string()
}
