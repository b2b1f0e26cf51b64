//! Fields of the packs' forms on paper and back: what is asked, what was typed, the fact it becomes.

use super::parts::{Choice, Faults, Field, FieldKind, Page};
use crate::ask::Fields;
use policy::expr::Kind;
use terms::{Fact, Facts, Fen};

/// Sent by the box that says "none of these".
const NONE: &str = "-";
/// Characters in which somebody says what they have to say, as many as a text of a case takes.
const SAID_MAX: u16 = case::TEXT_CHARACTERS_MAX as u16;

/// A field of a pack's form, as a field of a page.
pub fn field(page: &Page<'_>, asked: &case::Field, required: bool) -> Field {
    let text = page.text;
    let choices = || -> Vec<Choice> {
        let choice = |(value, name): &(String, terms::Name)| Choice {
            value: value.clone(),
            label: text.name(name).to_owned(),
            hint: None,
        };
        asked.codes.iter().map(choice).collect()
    };
    let yes_no = || {
        let choice = |value: &str, key| Choice { value: value.into(), label: text.say(key), hint: None };
        vec![choice("true", "word-yes"), choice("false", "word-no")]
    };
    let kind = match &asked.kind {
        Kind::Flag => FieldKind::Radio(yes_no()),
        Kind::Number => FieldKind::Number,
        Kind::Day => FieldKind::Day,
        Kind::Fen => FieldKind::Money,
        Kind::Code(words) if words.len() <= 6 => FieldKind::Radio(choices()),
        Kind::Code(_) => FieldKind::Select(choices()),
        Kind::Codes(_) => {
            // "None of these" is an answer too; without it an empty form could not be told from an unasked one.
            let none = Choice { value: NONE.into(), label: text.say("word-none-of-these"), hint: None };
            FieldKind::Boxes(choices().into_iter().chain([none]).collect())
        }
        // What somebody has to say (`appeal.what`) needs room; names, numbers and addresses are a line.
        Kind::Text if asked.id.ends_with(".what") => FieldKind::Lines(SAID_MAX),
        Kind::Text if super::provider_field::is_one(&asked.id) => FieldKind::Provider,
        Kind::Rate | Kind::Text | Kind::Span => FieldKind::Text(200),
    };
    let hint = matches!(kind, FieldKind::Day).then(|| text.say("hint-day"));
    Field { name: asked.id.clone(), label: text.name(&asked.label).to_owned(), hint, kind, required }
}

/// The fact that was typed: nothing where nothing was, the fault where it is no such fact.
pub fn read(page: &Page<'_>, asked: &case::Field, typed: &Fields) -> Result<Option<Fact>, String> {
    let text = page.text;
    let first = typed.get(&asked.id);
    if first.is_empty() {
        return Ok(None);
    }
    let fact = match &asked.kind {
        Kind::Flag => match first {
            "true" => Fact::Flag(true),
            "false" => Fact::Flag(false),
            _ => return Err(text.say("fault-choice")),
        },
        Kind::Number => Fact::Number(first.parse().map_err(|_| text.say("fault-number"))?),
        Kind::Day => Fact::Day(first.parse().map_err(|_| text.say("fault-day"))?),
        Kind::Fen => Fact::Fen(fen(page, first)?),
        Kind::Rate => Fact::Rate(first.parse().map_err(|_| text.say("fault-number"))?),
        Kind::Code(_) => Fact::Code(first.to_owned()),
        Kind::Codes(_) => {
            let ticked = typed.all(&asked.id).into_iter().filter(|code| *code != NONE);
            Fact::Codes(ticked.map(str::to_owned).collect())
        }
        Kind::Text | Kind::Span => Fact::Text(first.to_owned()),
    };
    if asked.accepts(&fact) { Ok(Some(fact)) } else { Err(text.say("fault-choice")) }
}

/// An amount as people type it: `1,234.50`, `1234.5`, full-width digits of a Chinese keyboard.
pub fn fen(page: &Page<'_>, typed: &str) -> Result<Fen, String> {
    let plain: String = typed
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | ' ' | '¥' | '元'))
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
            '．' | '。' => '.',
            other => other,
        })
        .collect();
    plain.parse().map_err(|_| page.text.say("fault-money"))
}

/// Every fact typed for these fields, or every fault.
pub fn read_all<'f>(
    page: &Page<'_>,
    fields: impl Iterator<Item = &'f case::Field>,
    typed: &Fields,
) -> (Facts, Faults) {
    let (mut facts, mut faults) = (Facts::new(), Faults::new());
    for asked in fields {
        match read(page, asked, typed) {
            Ok(Some(fact)) => drop(facts.insert(asked.id.clone(), fact)),
            Ok(None) => {}
            Err(fault) => drop(faults.insert(
                asked.id.clone(),
                format!("{}{}{fault}", page.text.name(&asked.label), page.text.colon()),
            )),
        }
    }
    (facts, faults)
}

/// A fact of a form in words: a code by the name its field gives it.
pub fn said(page: &Page<'_>, asked: &case::Field, fact: &Fact) -> String {
    let named = |code: &String| {
        let known = asked.codes.iter().find(|(id, _)| id == code);
        known.map_or_else(|| page.text.code(code), |(_, name)| page.text.name(name).to_owned())
    };
    match fact {
        Fact::Code(code) => named(code),
        Fact::Codes(codes) if codes.is_empty() => page.text.say("word-none-of-these"),
        Fact::Codes(codes) => page.text.list(codes.iter().map(named)),
        other => page.text.fact(other),
    }
}
