//! What is wrong with a pack, in the reader's language: the sentences of the checks by their codes (`policy::Said`).
//! Words from outside, such as a parser's, stay as they are, marked as English.

use super::parts::Page;
use crate::text::{Arg, Text};
use crate::trouble::Trouble;
use maud::{Markup, html};
use policy::{Diagnostic, Said};

/// The sentence in this language; nothing for words from outside.
fn in_language(text: &Text, said: &Said) -> Option<String> {
    let Said::Sentence(code, values) = said else { return None };
    let inside = |value: &Said| in_language(text, value).unwrap_or_else(|| value.to_string());
    let values: Vec<(&str, String)> = values.iter().map(|(name, value)| (*name, inside(value))).collect();
    let args: Vec<Arg<'_>> = values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
    text.find(&Said::key(code), &args)
}

/// A sentence of the checks in the page's language; words from outside marked as English.
fn told(page: &Page<'_>, said: &Said) -> Markup {
    match in_language(page.text, said) {
        Some(said) => html! { (said) },
        None => html! { span lang="en" { (said) } },
    }
}

/// What, where, the line, what to do, and what shows it.
pub fn diagnostic(page: &Page<'_>, fault: &Diagnostic) -> Markup {
    html! {
        p.what { (told(page, &fault.what)) }
        p.mono.small { (fault.file) @if fault.line > 0 { ":" (fault.line) } }
        @if !fault.excerpt.is_empty() { pre.mono.small { (fault.excerpt) } }
        p.cure { (told(page, &fault.cure)) }
        @if let Some(shown) = &fault.shown { p.cure { (told(page, shown)) } }
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
