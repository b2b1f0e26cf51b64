//! The shape of `procedures/*.toml` and `forms/*.toml`.

use crate::form::Known;
use crate::material::{Shape, Wrong};
use crate::procedure::{Act, Effect, Ending, Mask, Panel, Way};
use crate::window::Shift;
use policy::Spanned;
use serde::Deserialize;
use std::collections::BTreeMap;
use terms::{Day, Name, Span};

/// A value, or one value for each reading of a setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "a value, or { setting = \"…\", readings = { … } }")]
pub(crate) enum Choice<T> {
    Readings(Readings<T>),
    Plain(T),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Readings<T> {
    pub(crate) setting: String,
    pub(crate) readings: BTreeMap<String, T>,
}

type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) field: Vec<Spanned<FieldDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldDocument {
    pub(crate) id: String,
    pub(crate) label: Name,
    pub(crate) kind: FieldKind,
    #[serde(default)]
    pub(crate) codes: Vec<CodeDocument>,
    pub(crate) known: Known,
    #[serde(default)]
    pub(crate) required: bool,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FieldKind {
    Flag,
    Number,
    Day,
    Fen,
    Rate,
    Code,
    Text,
    Codes,
    /// One of the districts of the offices.
    District,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProcedureDocument {
    pub(crate) id: Text,
    pub(crate) name: Name,
    pub(crate) gist: Name,
    pub(crate) article: Text,
    pub(crate) from: Day,
    pub(crate) to: Option<Day>,
    #[serde(default)]
    pub(crate) covers: Vec<String>,
    #[serde(default)]
    pub(crate) parties: Vec<String>,
    pub(crate) forms: Vec<Text>,
    pub(crate) applicant: Vec<ApplicantDocument>,
    pub(crate) jurisdiction: Option<JurisdictionDocument>,
    #[serde(default)]
    pub(crate) condition: Vec<ConditionDocument>,
    #[serde(default)]
    pub(crate) limit: Vec<LimitDocument>,
    pub(crate) window: Option<WindowDocument>,
    #[serde(default)]
    pub(crate) material: Vec<Spanned<MaterialDocument>>,
    pub(crate) intake: Spanned<IntakeDocument>,
    pub(crate) correction: CorrectionDocument,
    #[serde(default)]
    pub(crate) clock: Vec<ClockDocument>,
    #[serde(default)]
    pub(crate) returns_max: u16,
    pub(crate) state: Vec<Spanned<StateDocument>>,
    pub(crate) outcome: Vec<Spanned<OutcomeDocument>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ApplicantDocument {
    pub(crate) capacity: String,
    pub(crate) when: Option<Text>,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConditionDocument {
    pub(crate) id: String,
    pub(crate) when: Text,
    pub(crate) refusal: Text,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JurisdictionDocument {
    pub(crate) id: String,
    pub(crate) district: Text,
    pub(crate) refusal: Text,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) when: Option<Text>,
    pub(crate) starts: Spanned<Choice<String>>,
    pub(crate) span: Span,
    pub(crate) refusal: Text,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WindowDocument {
    pub(crate) id: String,
    pub(crate) first: u8,
    pub(crate) last: Spanned<u8>,
    pub(crate) shift: Spanned<Choice<Shift>>,
    pub(crate) refusal: Text,
    pub(crate) article: Text,
    #[serde(default)]
    pub(crate) exception: Vec<ExceptionDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExceptionDocument {
    pub(crate) id: String,
    pub(crate) when: Text,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaterialDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) shape: Shape,
    /// The legal basis. Asked for as optional here, so that its absence gets a better word than "missing field".
    pub(crate) basis: Option<Text>,
    pub(crate) at: Option<Text>,
    pub(crate) when: Option<Text>,
    #[serde(default)]
    pub(crate) unless: Vec<ExceptionDocument>,
    #[serde(default)]
    pub(crate) accepts: Vec<String>,
    pub(crate) filled_by: Option<Text>,
    pub(crate) sealed_by: Option<String>,
    pub(crate) stamp: Option<String>,
    #[serde(default)]
    pub(crate) codes: BTreeMap<Wrong, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntakeDocument {
    pub(crate) role: Option<Text>,
    pub(crate) organisation: String,
    pub(crate) clock: Option<TimingDocument>,
    #[serde(default)]
    pub(crate) effects: Vec<Effect>,
    pub(crate) to: String,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TimingDocument {
    pub(crate) span: Span,
    pub(crate) from: Option<Spanned<String>>,
    pub(crate) article: Text,
    pub(crate) warn: Option<WarnDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WarnDocument {
    pub(crate) days: u16,
    pub(crate) tells: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeemedDocument {
    pub(crate) way: Way,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionDocument {
    pub(crate) span: Span,
    pub(crate) then: Text,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClockDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) starts: Spanned<Choice<String>>,
    pub(crate) span: Spanned<Choice<Span>>,
    pub(crate) article: Text,
    pub(crate) warn: Option<WarnDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StateDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) when: Option<Text>,
    #[serde(default)]
    pub(crate) step: Vec<Spanned<StepDocument>>,
    pub(crate) clock: Option<TimingDocument>,
    pub(crate) deemed: Option<DeemedDocument>,
    pub(crate) notice: Option<NoticeDocument>,
    pub(crate) wait: Option<WaitDocument>,
    pub(crate) on: BTreeMap<Way, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) role: Option<Text>,
    pub(crate) organisation: String,
    pub(crate) act: Act,
    pub(crate) panel: Option<Panel>,
    #[serde(default)]
    pub(crate) apart_from: Vec<Text>,
    pub(crate) requires: Option<ConditionDocument>,
    #[serde(default)]
    pub(crate) fills: Vec<Text>,
    #[serde(default)]
    pub(crate) mends: Vec<Text>,
    #[serde(default)]
    pub(crate) note: bool,
    #[serde(default)]
    pub(crate) effects: Vec<Effect>,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeDocument {
    pub(crate) role: Text,
    pub(crate) organisation: String,
    pub(crate) span: Span,
    pub(crate) clock: TimingDocument,
    pub(crate) shows: BTreeMap<String, Mask>,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WaitDocument {
    pub(crate) role: Text,
    pub(crate) organisation: String,
    pub(crate) starts: Spanned<Choice<String>>,
    pub(crate) span: Spanned<Choice<Span>>,
    pub(crate) article: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutcomeDocument {
    pub(crate) id: String,
    pub(crate) name: Name,
    pub(crate) ends: Ending,
    #[serde(default)]
    pub(crate) effects: Vec<Effect>,
    pub(crate) article: Text,
}
