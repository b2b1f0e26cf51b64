//! `banli diff`: what changed between two packs, or between two days of one.

use crate::changes::{Became, Changes, Side, between_days, between_laws};
use crate::out;
use crate::packs::{PacksArgs, as_folder, faulty};
use crate::text::{Lang, Text};
use benefit::{Benefits, Figure};
use case::Procedures;
use policy::Law;
use std::fmt::Write as _;
use std::process::ExitCode;
use terms::Day;

/// What changed between two packs, or between two days of one: articles, readings, figures, procedures
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli diff hangzhou next/hangzhou                       a draft against the pack it is a copy of
  banli diff hangzhou --on 2022-12-31 --and 2023-01-01    what the turn of the year changed

+ is new, ~ says something else, - is gone. Figures stand with their article, file and line. The exit code is 1
where something differs.")]
pub struct Arguments {
    /// A pack's name or folder
    #[arg(value_name = "PACK")]
    pack: String,
    /// The other pack's name or folder
    #[arg(value_name = "OTHER", required_unless_present = "on")]
    other: Option<String>,
    /// Compare the law of this day …
    #[arg(long, value_name = "DAY", requires = "and", conflicts_with = "other")]
    on: Option<Day>,
    /// … with that of this one
    #[arg(long, value_name = "DAY", requires = "on")]
    and: Option<Day>,
    #[command(flatten)]
    packs: PacksArgs,
}

/// A pack, compiled.
struct Read {
    law: Law,
    benefits: Option<Benefits>,
    procedures: Procedures,
}

impl Read {
    fn new(packs: &PacksArgs, pack: &str) -> anyhow::Result<Read> {
        let (packs, id) = match as_folder(pack) {
            Some((folder, id)) => (PacksArgs { folder: Some(folder), ..packs.clone() }, id),
            None => (packs.clone(), pack.to_owned()),
        };
        let law = packs.law(&id)?;
        let benefits = law.documents("benefits").next().map(|_| Benefits::compile(&law)).transpose();
        let benefits = benefits.map_err(|faults| faulty(&id, &faults))?;
        let procedures = Procedures::compile(&law).map_err(|faults| faulty(&id, &faults))?;
        Ok(Read { law, benefits, procedures })
    }

    fn side(&self) -> Side<'_> {
        Side { law: &self.law, benefits: self.benefits.as_ref(), procedures: &self.procedures }
    }
}

/// Compares and prints.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let before = Read::new(&arguments.packs, &arguments.pack)?;
    let (changes, told) = match (&arguments.other, arguments.on.zip(arguments.and)) {
        (Some(other), _) => {
            let after = Read::new(&arguments.packs, other)?;
            let changes = between_laws(&before.side(), &after.side());
            let told = told(&changes, &before, &after)?;
            (changes, told)
        }
        (None, Some((first, second))) => {
            let changes = between_days(&before.side(), first, second);
            let told = told(&changes, &before, &before)?;
            (changes, told)
        }
        // The command line asks for one of them.
        (None, None) => return Ok(ExitCode::from(super::TROUBLE)),
    };
    if changes.is_empty() {
        out::line!("nothing differs")?;
        return Ok(ExitCode::SUCCESS);
    }
    out::text!("{told}")?;
    Ok(ExitCode::from(super::NO))
}

/// The changes as lines.
fn told(changes: &Changes, before: &Read, after: &Read) -> Result<String, std::fmt::Error> {
    let text = Text::of(Lang::En);
    let mut told = String::new();
    for (became, id) in &changes.articles {
        let law = if *became == Became::Gone { &before.law } else { &after.law };
        let gist = law.article(&id.0).map_or("", |article| text.name(&article.gist));
        writeln!(told, "{} article {id}: {gist}", became.sign())?;
    }
    for (id, was, is) in &changes.settings {
        writeln!(told, "~ setting {id}: {was} -> {is}")?;
    }
    for change in &changes.figures {
        let sign = match (&change.before, &change.after) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        };
        let value =
            |figure: &Option<Figure>| figure.as_ref().map_or("-".to_owned(), |figure| figure.says.value());
        let (side, figure) = match (&change.after, &change.before) {
            (Some(figure), _) => (after, figure),
            (None, Some(figure)) => (before, figure),
            (None, None) => continue,
        };
        let Some(law) = &side.benefits else { continue };
        let file = law.files().get(usize::from(figure.origin.file)).map_or("", String::as_str);
        let article =
            law.articles().get(usize::from(figure.origin.article)).map_or("", |known| known.id.0.as_str());
        writeln!(
            told,
            "{sign} figure {}: {} -> {}  {} from {} [{article}, {file}:{}]",
            change.layer,
            value(&change.before),
            value(&change.after),
            who(law, figure),
            figure.from,
            figure.origin.line
        )?;
    }
    for (became, id, name, parts) in &changes.procedures {
        let parts = text.list(parts.iter().map(|key| text.say(key)));
        writeln!(told, "{} procedure {id}: {} {parts}", became.sign(), text.name(name))?;
    }
    for (became, path) in &changes.files {
        writeln!(told, "{} file {path}", became.sign())?;
    }
    Ok(told)
}

/// The ids of the values a figure applies to.
fn who(law: &Benefits, figure: &Figure) -> String {
    let named = figure.applies.iter().filter_map(|(place, values)| {
        let dimension = law.dimensions().get(*place)?;
        let ids =
            values.iter().filter_map(|value| dimension.values.get(*value)).map(|value| value.id.as_str());
        Some(ids.collect::<Vec<_>>().join(" "))
    });
    format!("({})", named.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_turn_of_the_year_changed_is_told_with_article_file_and_line() {
        let read = Read::new(&PacksArgs::default(), "hangzhou").unwrap();
        let day = |text: &str| -> Day { text.parse().unwrap() };
        let changes = between_days(&read.side(), day("2022-12-31"), day("2023-01-01"));
        let told = told(&changes, &read, &read).unwrap();
        let line = told.lines().find(|line| line.contains("figure employee-inpatient:")).unwrap();
        assert!(
            line.starts_with('~') && line.contains("hangzhou/benefits/employees-inpatient.toml:"),
            "{line}"
        );
        let same = between_laws(&read.side(), &read.side());
        assert_eq!(super::told(&same, &read, &read).unwrap(), "");
    }
}
