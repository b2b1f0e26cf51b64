//! What can be asked about bank files.

use super::{AnswerLine, BankEvent, BankFile, BankLine, BankResult, stream};
use crate::casework::{self, CaseFile};
use crate::statement::{self, Wish};
use crate::{Capability, Context, Decision, Event, Records, StreamId, Unique};
use case::Action;
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Day, Fact, Fen, Refusal, Refusals};

/// What can be asked about bank files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Write these payments into a file for the bank.
    Write {
        /// The stream that decided each (`case/12`, `statement/5/2026-09`), and its name in the books.
        payments: Vec<(String, Word)>,
    },
    /// Take in what the bank says of a file, of every payment in it.
    Answer {
        /// Which file.
        file: Word,
        /// The lines of the answer.
        lines: Vec<AnswerLine>,
    },
}

/// Payments in one file, at most.
pub const LINES_MAX: usize = 500;
/// Files of one day, at most.
const FILES_MAX: u32 = 10_000;

/// Decides a command about bank files.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    if !context.may(Capability::Pay) {
        return Err(vec![context.refuse("statement/not-permitted")]);
    }
    match command {
        Command::Write { payments } => write(records, context, payments),
        Command::Answer { file, lines } => answer(records, context, *file, lines),
    }
}

fn write(
    records: &dyn Records,
    context: &Context<'_>,
    payments: &[(String, Word)],
) -> Result<Decision, Refusals> {
    if payments.is_empty() || payments.len() > LINES_MAX {
        let most = Fact::Number(LINES_MAX as i64);
        return Err(vec![context.refuse("bank/lines-count").with("most", most)]);
    }
    let free = |number: &Word| records.version(&stream(*number)) == 0;
    let mut numbers = (1..=FILES_MAX).map(|place| Word::known(&format!("{}-{place}", context.today())));
    let Some(number) = numbers.find(free) else {
        return Err(vec![context.refuse("bank/lines-count").with("most", Fact::Number(FILES_MAX.into()))]);
    };
    let (mut decision, mut lines, mut refusals) = (Decision::default(), Vec::new(), Refusals::new());
    for (of, reference) in payments {
        match line(records, context, of, *reference) {
            Ok(line) => {
                decision.take_once(Unique::Payment, reference.as_str(), &stream(number));
                lines.push(line);
            }
            Err(refusal) => {
                refusals.push(refusal.with("reference", Fact::Text(reference.to_string())));
            }
        }
    }
    if Fen::sum(lines.iter().map(|line| line.amount)).is_err() {
        refusals.push(context.refuse("books/out-of-range"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let what = BankEvent::Written { lines, on: context.today(), by: context.actor.account };
    decision.push(stream(number), 0, Event::BankFile { file: number, what: Box::new(what) });
    Ok(decision)
}

/// A payment that was decided, has not come back and is in no file, with the account it goes to.
fn line(
    records: &dyn Records,
    context: &Context<'_>,
    of: &str,
    reference: Word,
) -> Result<BankLine, Refusal> {
    if records.version(&StreamId::Unique(Unique::Payment, reference.to_string())) > 0 {
        return Err(context.refuse("bank/in-a-file"));
    }
    let unknown = || context.refuse("bank/no-such-payment");
    let line = match of.parse::<StreamId>() {
        Ok(StreamId::Case(case)) => {
            let events = records.events(&StreamId::Case(case));
            let (file, amount, _) = transfer(&events, reference).ok_or_else(unknown)?;
            let said = |name: &str| match file.state.facts.get(name) {
                Some(Fact::Text(text)) => text.trim().to_owned(),
                _ => String::new(),
            };
            let [name, bank, account] = ["payment.holder", "payment.bank", "payment.account"].map(said);
            BankLine { reference, of: of.to_owned(), name, bank, account, amount }
        }
        Ok(StreamId::Statement(provider, month)) => {
            let state = records.statement(provider, month);
            let amount = state.standing_payment(reference).ok_or_else(unknown)?;
            let provider = records.provider(provider).ok_or_else(unknown)?;
            let known = |name: &str| provider.details.get(name).cloned().unwrap_or_default();
            let (bank, account) = (known("bank"), known("bank-account"));
            BankLine { reference, of: of.to_owned(), name: provider.registered.name, bank, account, amount }
        }
        _ => return Err(unknown()),
    };
    if line.name.is_empty() || line.account.is_empty() {
        let payee = Fact::Text(line.name);
        return Err(context.refuse("bank/no-account").with("payee", payee));
    }
    Ok(line)
}

/// A payment of the case by transfer that has not come back: the case, the amount, and whether it is the last one.
fn transfer(events: &[Event], reference: Word) -> Option<(CaseFile, Fen, bool)> {
    let (mut pending, mut last, mut found) = (None, None, None);
    for event in events {
        match event {
            Event::Case { what, .. } => match &**what {
                case::CaseEvent::Paid { amount, method, .. } => {
                    pending = Some((*amount, method == "transfer"))
                }
                // The last payment is the one that can come back.
                case::CaseEvent::PaymentReturned { .. } if last == Some(reference) => found = None,
                _ => {}
            },
            // A payment's entry follows it.
            Event::EntryPosted(entry) => {
                if let Some((amount, by_transfer)) = pending.take() {
                    last = Some(entry.id);
                    if entry.id == reference && by_transfer {
                        found = Some(amount);
                    }
                }
            }
            _ => {}
        }
    }
    found.map(|amount| (CaseFile::of(events), amount, last == Some(reference)))
}

fn answer(
    records: &dyn Records,
    context: &mut Context<'_>,
    number: Word,
    lines: &[AnswerLine],
) -> Result<Decision, Refusals> {
    let events = records.events(&stream(number));
    let Some(file) = BankFile::of(&events) else {
        return Err(vec![context.refuse("bank/no-such-file")]);
    };
    let results: Vec<BankResult> = lines
        .iter()
        .map(|line| BankResult { reference: line.reference, on: line.on, returned: line.returned.clone() })
        .collect();
    if let Some((known, ..)) = &file.answered {
        // The same answer twice has one effect.
        let same = *known == results;
        return if same { Ok(Decision::default()) } else { Err(vec![context.refuse("bank/answered")]) };
    }
    let refusals = differences(context, &file, lines);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let mut decision = Decision::default();
    let (on, by) = (context.today(), context.actor.account);
    let what = BankEvent::Answered { results, on, by };
    decision.push(
        stream(number),
        events.len() as u64,
        Event::BankFile { file: number, what: Box::new(what) },
    );
    let mut refusals = Refusals::new();
    for line in lines {
        let Some(reason) = &line.returned else { continue };
        let Some(sent) = file.lines.iter().find(|sent| sent.reference == line.reference) else { continue };
        match give_back(records, context, sent, line.on, reason) {
            Ok(back) => merge(&mut decision, back),
            Err(reasons) => {
                let row = Fact::Number(line.line.into());
                refusals.extend(reasons.into_iter().map(|refusal| refusal.with("row", row.clone())));
            }
        }
    }
    if refusals.is_empty() { Ok(decision) } else { Err(refusals) }
}

/// Where the answer is not about exactly the payments of the file: every difference, with its line.
fn differences(context: &Context<'_>, file: &BankFile, lines: &[AnswerLine]) -> Refusals {
    let mut open: BTreeMap<Word, Fen> = file.lines.iter().map(|line| (line.reference, line.amount)).collect();
    let mut refusals = Refusals::new();
    for line in lines {
        let row = Fact::Number(line.line.into());
        let reference = Fact::Text(line.reference.to_string());
        let told =
            |code: &str| context.refuse(code).with("row", row.clone()).with("reference", reference.clone());
        match open.remove(&line.reference) {
            None => refusals.push(told("bank/not-in-file")),
            Some(sent) if sent != line.amount => {
                refusals.push(told("bank/other-amount").with("sent", Fact::Fen(sent)));
            }
            Some(_) if line.on < file.written.0 || line.on > context.today() => {
                refusals.push(told("bank/day").with("day", Fact::Day(file.written.0)));
            }
            Some(_) => {}
        }
    }
    let missing = |reference: &Word| {
        context.refuse("bank/missing").with("reference", Fact::Text(reference.to_string()))
    };
    refusals.extend(open.keys().map(missing));
    refusals
}

/// A payment that came back, the way such payments go: of a case, or of a provider's month.
fn give_back(
    records: &dyn Records,
    context: &mut Context<'_>,
    sent: &BankLine,
    on: Day,
    reason: &str,
) -> Result<Decision, Refusals> {
    match sent.of.parse::<StreamId>() {
        Ok(StreamId::Case(case)) => {
            let standing = transfer(&records.events(&StreamId::Case(case)), sent.reference);
            if !standing.is_some_and(|(_, _, last)| last) {
                let reference = Fact::Text(sent.reference.to_string());
                return Err(vec![context.refuse("bank/no-such-payment").with("reference", reference)]);
            }
            let action = Box::new(Action::PaymentReturned { reason: reason.to_owned() });
            casework::decide(records, context, &casework::Command::Act { case, action })
        }
        Ok(StreamId::Statement(provider, month)) => {
            let (reference, amount) = (sent.reference, sent.amount);
            let what = Wish::Return { reference, amount, on, reason: reason.to_owned() };
            statement::decide(records, context, &statement::Command { provider, month, what })
        }
        _ => Err(vec![context.refuse("bank/no-such-payment")]),
    }
}

/// What two decisions append together. Each was made on the same records, so that events of one stream follow each
/// other from the version both saw.
fn merge(decision: &mut Decision, more: Decision) {
    for append in more.appends {
        for event in append.events {
            decision.push(append.stream.clone(), append.expected_version, event);
        }
    }
}
