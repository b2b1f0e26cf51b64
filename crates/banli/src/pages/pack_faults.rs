//! What is wrong with a pack, in the reader's language. The checks say it in English, for the command line; a page
//! recognises the sentence by its English text (`text/en/pack-faults.ftl`) and says the same text in the other language.
//! What is not recognised stays as it is, marked as English.

use super::parts::Page;
use crate::text::{Arg, Lang, Text, lines};
use crate::trouble::Trouble;
use maud::{Markup, html};
use policy::Diagnostic;
use std::sync::LazyLock;

/// Names of the values of a sentence.
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
/// What begins another line of a cure.
const NEXT: &str = "\n        = ";

/// A sentence: its key, the words between its values, and the names of those.
struct Sentence {
    key: String,
    words: Vec<String>,
    names: Vec<&'static str>,
}

static SENTENCES: LazyLock<Vec<Sentence>> = LazyLock::new(|| {
    let rows = lines(Lang::En, "pack-faults.ftl");
    rows.into_iter().map(|(key, pattern)| sentence(key, &pattern)).collect()
});

fn sentence(key: String, pattern: &str) -> Sentence {
    let (mut words, mut names) = (Vec::new(), Vec::new());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("{ $") {
        words.push(before.to_owned());
        let (name, after) = after.split_once(" }").unwrap_or((after, ""));
        names.extend(NAMES.iter().find(|known| **known == name));
        rest = after;
    }
    words.push(rest.to_owned());
    Sentence { key, words, names }
}

impl Sentence {
    /// The values of what was said, where it is this sentence.
    fn values<'s>(&self, said: &'s str) -> Option<Vec<&'s str>> {
        let (first, others) = self.words.split_first()?;
        let Some((last, middle)) = others.split_last() else { return (said == first).then(Vec::new) };
        let mut rest = said.strip_prefix(first.as_str())?.strip_suffix(last.as_str())?;
        let mut values = Vec::new();
        for words in middle {
            let (value, after) = rest.split_once(words.as_str())?;
            values.push(value);
            rest = after;
        }
        values.push(rest);
        values.iter().all(|value| !value.is_empty()).then_some(values)
    }
}

/// The same sentence in this language; nothing where no text has it.
fn in_language(text: &Text, said: &str) -> Option<String> {
    SENTENCES.iter().find_map(|sentence| {
        let values = sentence.values(said)?;
        // A value may be a sentence itself: what an article or a count was put behind.
        let values: Vec<String> = values
            .into_iter()
            .map(|value| in_language(text, value).unwrap_or_else(|| value.to_owned()))
            .collect();
        let args: Vec<Arg<'_>> =
            sentence.names.iter().zip(&values).map(|(name, value)| (*name, value.as_str().into())).collect();
        text.find(&sentence.key, &args)
    })
}

/// A sentence of the checks in the page's language; in English, and marked so, where no text has it.
fn told(page: &Page<'_>, said: &str) -> Markup {
    match in_language(page.text, said) {
        Some(said) => html! { (said) },
        None => html! { span lang="en" { (said) } },
    }
}

/// What, where, the line, and each line of the cure.
pub fn diagnostic(page: &Page<'_>, fault: &Diagnostic) -> Markup {
    html! {
        p.what { (told(page, &fault.what)) }
        p.mono.small { (fault.file) @if fault.line > 0 { ":" (fault.line) } }
        @if !fault.excerpt.is_empty() { pre.mono.small { (fault.excerpt) } }
        @for cure in fault.cure.split(NEXT) { p.cure { (told(page, cure)) } }
    }
}

/// Every fault of a pack with something new in it.
pub fn list(page: &Page<'_>, faults: &[Diagnostic]) -> Markup {
    html! { div.note { @for fault in faults { (diagnostic(page, fault)) } } }
}

/// Why a draft cannot be tried: every fault of its pack, or the trouble itself.
pub fn trouble(page: &Page<'_>, error: &anyhow::Error) -> Markup {
    match error.downcast_ref::<Trouble>() {
        Some(trouble) if !trouble.faults.is_empty() => html! {
            p { (told(page, &trouble.what)) }
            @for fault in &trouble.faults { (diagnostic(page, fault)) }
        },
        Some(trouble) => {
            html! { p.what { (told(page, &trouble.what)) } p { (told(page, &trouble.why)) } p.cure { (told(page, &trouble.cure)) } }
        }
        None => html! { pre.small lang="en" { (format!("{error:#}")) } },
    }
}

#[cfg(test)]
mod tests;
