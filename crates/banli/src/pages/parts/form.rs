//! Forms: a field with its label, hint and fault; all faults at once above; refusals with cure and article.

use super::Page;
use super::words::reason;
use maud::{Markup, html};
use std::collections::BTreeMap;
use terms::Refusal;

/// The list of providers on a page, by its id; fields of [`FieldKind::Provider`] name it.
pub const PROVIDERS: &str = "providers";

/// What is wrong with the fields of a form, by the field's name.
pub type Faults = BTreeMap<String, String>;

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A line below, where the label needs one.
    pub hint: Option<String>,
}

/// What kind of answer a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// A line of text of at most this many characters.
    Text(u16),
    /// The code of a provider; offered by code, name and first letters where the page has the list of providers.
    Provider,
    /// Several lines.
    Lines(u16),
    /// A date.
    Day,
    /// An amount in yuan.
    Money,
    /// A whole number.
    Number,
    /// A password, never filled in again.
    Password,
    /// Yes, as a box to tick.
    Flag,
    /// One of few, all in sight.
    Radio(Vec<Choice>),
    /// One of many.
    Select(Vec<Choice>),
    /// Any of these.
    Boxes(Vec<Choice>),
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name that is sent.
    pub name: String,
    /// What it asks.
    pub label: String,
    /// How to answer, where that is not plain.
    pub hint: Option<String>,
    /// What kind of answer.
    pub kind: FieldKind,
    /// It must be answered.
    pub required: bool,
}

impl Field {
    /// A field that must be answered and that its label says all of.
    pub fn needed(name: &str, label: String, kind: FieldKind) -> Field {
        Field { name: name.into(), label, hint: None, kind, required: true }
    }
}

/// A field with what was typed (several values for boxes) and its fault.
pub fn field(page: &Page<'_>, field: &Field, typed: &[&str], faults: &Faults) -> Markup {
    let Field { name, label, hint, kind, required } = field;
    let fault = faults.get(name);
    let id = format!("f-{}", name.replace('.', "-"));
    let first = typed.first().copied().unwrap_or_default();
    let described: Vec<String> =
        [hint.as_ref().map(|_| format!("{id}-hint")), fault.map(|_| format!("{id}-fault"))]
            .into_iter()
            .flatten()
            .collect();
    let described = (!described.is_empty()).then(|| described.join(" "));
    let below = html! {
        @if let Some(hint) = hint { p.hint id=(format!("{id}-hint")) { (hint) } }
        @if let Some(fault) = fault { p.fault id=(format!("{id}-fault")) { (fault) } }
    };
    let optional = html! { @if !required && !matches!(kind, FieldKind::Flag | FieldKind::Boxes(_)) { " " span.soft.small { (page.text.say("optional")) } } };
    let choices = |choices: &[Choice], input: &str| {
        html! {
            fieldset.field.wrong[fault.is_some()] aria-describedby=[described.clone()] {
                legend { (label) (optional) }
                (below)
                @for (index, choice) in choices.iter().enumerate() {
                    // The first input carries the id, so that the error summary leads to it.
                    @let input_id = if index == 0 { id.clone() } else { format!("{id}-{index}") };
                    label.choice for=(input_id) {
                        input id=(input_id) type=(input) name=(name) value=(choice.value) required[*required && input == "radio"] checked[typed.contains(&choice.value.as_str())];
                        span { (choice.label) @if let Some(hint) = &choice.hint { small { (hint) } } }
                    }
                }
            }
        }
    };
    match kind {
        FieldKind::Radio(list) => return choices(list, "radio"),
        FieldKind::Boxes(list) => return choices(list, "checkbox"),
        FieldKind::Flag => {
            return html! {
                div.field.wrong[fault.is_some()] {
                    (below)
                    label.choice for=(id) { input id=(id) type="checkbox" name=(name) value="true" checked[first == "true"] aria-describedby=[described]; span { (label) } }
                }
            };
        }
        _ => {}
    }
    let invalid = fault.map(|_| "true");
    html! {
        div.field.wrong[fault.is_some()] {
            label for=(id) { (label) (optional) }
            (below)
            @match kind {
                FieldKind::Lines(max) => textarea id=(id) name=(name) maxlength=(max) required[*required] aria-describedby=[described] aria-invalid=[invalid] { (first) },
                FieldKind::Select(list) => select id=(id) name=(name) required[*required] aria-describedby=[described] aria-invalid=[invalid] {
                    option value="" { (page.text.say("choose")) }
                    @for choice in list { option value=(choice.value) selected[choice.value == first] { (choice.label) } }
                },
                FieldKind::Text(max) => input id=(id) name=(name) type="text" maxlength=(max) value=(first) required[*required] aria-describedby=[described] aria-invalid=[invalid];,
                FieldKind::Provider => {
                    input id=(id) name=(name) type="text" maxlength="20" list=(PROVIDERS) autocomplete="off" value=(first) required[*required] aria-describedby=[described] aria-invalid=[invalid];
                    output.soft for=(id) {}
                },
                FieldKind::Password => input id=(id) name=(name) type="password" maxlength="200" autocomplete="current-password" required[*required] aria-describedby=[described] aria-invalid=[invalid];,
                FieldKind::Day => input.day id=(id) name=(name) type="date" min="1900-01-01" max="2399-12-31" value=(first) required[*required] aria-describedby=[described] aria-invalid=[invalid];,
                FieldKind::Money => span.nowrap { input.money id=(id) name=(name) inputmode="decimal" maxlength="17" value=(first) required[*required] aria-describedby=[described] aria-invalid=[invalid]; " " (page.text.say("unit-yuan")) },
                FieldKind::Number => input.money id=(id) name=(name) inputmode="numeric" maxlength="12" value=(first) required[*required] aria-describedby=[described] aria-invalid=[invalid];,
                FieldKind::Flag | FieldKind::Radio(_) | FieldKind::Boxes(_) => {},
            }
        }
    }
}

/// A value the form carries along.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// Everything that stands in the way, at once, above the form: faults of fields lead to the field, refusals of
/// the office come with cure and article. Nothing where nothing is wrong.
pub fn refusals(page: &Page<'_>, faults: &Faults, refusals: &[Refusal]) -> Markup {
    let count = faults.len() + refusals.len();
    html! {
        @if count > 0 {
            section.faults role="alert" tabindex="-1" id="faults" aria-labelledby="faults-title" {
                h2 id="faults-title" { (page.text.with("faults-title", &[("count", count.into())])) }
                ul {
                    @for (name, fault) in faults { li { a href=(format!("#f-{}", name.replace('.', "-"))) { (fault) } } }
                    @for refusal in refusals { li data-code=(refusal.code) { (reason(page, refusal)) } }
                }
                p.soft.small { (page.text.say("faults-kept")) }
            }
        }
    }
}
