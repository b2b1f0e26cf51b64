//! `banli check PACK`: everything that can be said against a pack, at its place, at once.

use crate::bills;
use crate::out;
use crate::packs::{PacksArgs, as_folder};
use crate::trouble::Trouble;
use agency::{Grounds, Roles};
use benefit::{Benefits, Catalogue, Fault, Proofs};
use case::{Offices, Procedures};
use ledger::Templates;
use policy::{Diagnostic, Diagnostics, Law, say};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Check a pack of law: every fault with file, line and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli check hangzhou                 a pack built into the program
  banli check packs/hangzhou           a pack you are writing; its folder lies among the packs it stands under
  banli check hangzhou --packs packs   the same
  banli check packs/mine --draft       the same while its scenarios are not written yet
  banli check hangzhou --export segments.json   the benefits as compiled, for another prover

What a pack pays is proven for all amounts: the parts sum to the total, each fund stays within its limits, nothing
is negative, a higher bill never costs the person less nor more than the increase, and every combination has exactly
one rule. A fault comes with a bill that shows it, as `banli adjudicate` takes it. Every figure must be applied by a row
of a scenario, which somebody has worked out by hand, and every such row must come to what it says.

Every procedure is walked on every path before it takes a case: each place has an owner and a clock, each path ends, nobody
does two things that must be apart, nothing is granted undecided or paid unworked, and what the pre-check calls complete
cannot come back for missing papers. A fault names the path.

The pack's scenarios are run, all kinds of them: procedures, filings, what is posted, and money from the claim to the bank.

Nothing is changed. The exit code is 0 for a sound pack and 1 for one with faults.")]
pub struct Arguments {
    /// The pack's name, or the path of its folder
    #[arg(value_name = "PACK")]
    pack: String,
    #[command(flatten)]
    packs: PacksArgs,
    /// Write what the benefits were compiled to into this file, as JSON, for a prover that is not ours
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// For a pack that is being written: count the figures that no scenario applies instead of refusing them
    #[arg(long)]
    draft: bool,
}

/// One part of a pack: the folder it lies in, what it is called, and its check, which counts what it found.
type Part = (&'static str, &'static str, fn(&Law) -> Result<usize, Diagnostics>);

const PARTS: [Part; 7] = [
    ("catalogue", "rows of the catalogue", |law| Catalogue::compile(law).map(|found| found.items().len())),
    ("roles", "roles", |law| Roles::compile(law).map(|roles| roles.iter().count())),
    ("grounds", "grounds of refusals", |law| Grounds::compile(law).map(|grounds| grounds.iter().count())),
    ("offices", "files of offices", |law| Offices::compile(law).map(|_| law.documents("offices").count())),
    ("benefits", "benefit layers", |law| Benefits::compile(law).map(|benefits| benefits.layers().len())),
    ("procedures", "procedures", |law| Procedures::compile(law).map(|procedures| procedures.iter().count())),
    ("postings", "posting templates", |law| Templates::compile(law).map(|templates| templates.all().count())),
];

/// Loads the pack and what it stands under, checks each part it has, and prints what was found.
pub fn run(mut arguments: Arguments) -> anyhow::Result<ExitCode> {
    if arguments.packs.folder.is_none()
        && let Some((folder, id)) = as_folder(&arguments.pack)
    {
        arguments.packs.folder = Some(folder);
        arguments.pack = id;
    }
    let files = arguments.packs.files()?;
    let checked = match Law::load(&files, &arguments.pack) {
        Ok(law) => {
            let law = arguments.packs.chosen(law)?;
            if let Some(file) = &arguments.export {
                export(&law, file)?;
            }
            check(&law, Asked { draft: arguments.draft, rows: arguments.packs.settings.is_empty() })
        }
        Err(faults) => Err(faults),
    };
    let (sound, told) = answer(&arguments.pack, checked);
    out::text!("{told}")?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(super::NO) })
}

/// What is asked of a pack beyond what always is.
#[derive(Debug, Clone, Copy)]
struct Asked {
    /// It is being written: figures without a scenario are counted, not refused.
    draft: bool,
    /// Its scenarios are run. They are about its settings as written, not about others.
    rows: bool,
}

/// Whether the pack is sound, and what is printed of it.
fn answer(id: &str, checked: Result<String, Diagnostics>) -> (bool, String) {
    match checked {
        Ok(told) => (true, told),
        Err(faults) => {
            let told: String = faults.iter().map(|fault| format!("{fault}\n\n")).collect();
            (false, format!("{told}{id}: {} fault(s)\n", faults.len()))
        }
    }
}

/// Everything that can be said for a sound pack, or against one with faults.
fn check(law: &Law, asked: Asked) -> Result<String, Diagnostics> {
    let mut faults = Diagnostics::new();
    let mut counts = vec![("articles", law.articles().count()), ("settings", law.settings().count())];
    for (folder, name, part) in PARTS {
        if law.documents(folder).next().is_some() {
            match part(law) {
                Ok(count) => counts.push((name, count)),
                // What the benefits say of the catalogue, too, is said once.
                Err(more) => {
                    let new: Diagnostics = more.into_iter().filter(|fault| !faults.contains(fault)).collect();
                    faults.extend(new);
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let proofs = match law.documents("benefits").next() {
        Some(_) => Some(prove(law, asked)?),
        None => None,
    };
    let mut rows = Vec::new();
    if asked.rows {
        let said = scenarios::run::of_pack(law);
        if !said.faults.is_empty() {
            return Err(said.faults);
        }
        rows = said.rows;
    }
    let layers: Vec<&str> = law.layers().iter().map(|layer| layer.id.as_str()).collect();
    let mut told = format!("{}: sound\n", layers.join(" < "));
    told += &format!("  {:<20} {}\n", "answers from", law.pack().answers_from);
    for (name, count) in counts {
        told += &format!("  {name:<20} {count}\n");
    }
    for (kind, count) in rows {
        told += &format!("  {:<20} {count}\n", format!("rows of {kind}"));
    }
    told += &format!("  {:<20} {}\n", "hash", law.hash());
    if let Some(proofs) = &proofs {
        told += &proven(proofs);
    }
    Ok(told)
}

/// Proves the benefits for all amounts and runs their scenarios; every fault with the bills that show it.
fn prove(law: &Law, asked: Asked) -> Result<Proofs, Diagnostics> {
    let benefits = Benefits::compile(law)?;
    let proofs = benefit::prove(law, &benefits);
    let mut faults: Diagnostics = proofs.faults.iter().map(|fault| with_bills(&benefits, fault)).collect();
    if asked.rows {
        faults.extend(benefit::scenario::failures(law, &benefits));
    }
    if !asked.draft {
        faults.extend(proofs.without_scenario.iter().cloned());
    }
    if faults.is_empty() { Ok(proofs) } else { Err(faults) }
}

/// What was proven, in the words of docs/proofs.md.
fn proven(proofs: &Proofs) -> String {
    let (paid, refused) = (proofs.combinations, proofs.refused);
    let mut told = format!("  {:<20} {paid} paid, {refused} refused under an article\n", "combinations");
    told += &format!(
        "proven for all amounts, with {} figures in {} different rules together:\n",
        proofs.figures, proofs.plans
    );
    for shown in [
        "the parts of a bill sum to its total, and none is negative",
        "each fund stays within its limits",
        "a higher bill never costs the person less, nor more than the increase",
        "every combination of codes and days has exactly one rule; no figure is masked",
    ] {
        told += &format!("  {shown}\n");
    }
    for declared in &proofs.declared {
        told += &format!("  declared: {declared}\n");
    }
    let (with, all) = (proofs.figures_with_scenario, proofs.figures);
    told += &format!("worked out by hand in scenarios: {with} of {all} figures");
    told +=
        if proofs.without_scenario.is_empty() { "\n" } else { "; without --draft the others are named\n" };
    told
}

/// A fault, with two bills one fen apart that anybody can adjudicate.
fn with_bills(benefits: &Benefits, fault: &Fault) -> Diagnostic {
    let mut diagnostic = fault.diagnostic.clone();
    if let Some(witness) = &fault.witness {
        let which = if witness.smallest { say("two-smallest") } else { say("two-bills") };
        let lower = bills::written(benefits, "lower", &witness.lower);
        let higher = bills::written(benefits, "higher", &witness.higher);
        diagnostic.shown = Some(which.with("bills", format!("\n{lower}\n{higher}")));
    }
    diagnostic
}

/// Writes the compiled benefits, sound or not.
fn export(law: &Law, file: &Path) -> anyhow::Result<()> {
    let pack = &law.pack().id;
    let benefits = Benefits::compile(law).map_err(|faults| crate::packs::faulty(pack, &faults))?;
    let Some(segments) = benefit::export(&benefits) else {
        let what = format!("the benefits of `{pack}` cannot be exported");
        return Err(Trouble::new(what, "they combine in too many ways", "name another pack").into());
    };
    std::fs::write(file, format!("{segments}\n")).map_err(|error| {
        let what = format!("{} cannot be written", file.display());
        Trouble::new(what, error, "name a file in a folder that may be written").into()
    })
}

#[cfg(test)]
mod tests;
