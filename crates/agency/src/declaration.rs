//! Declarations (待遇申报): what a provider files for a person through the interface, or a case of the counter registers, and what changes the person's
//! benefits from then on: a chronic illness, the chosen place of treatment, an accident. They stand on the person's
//! stream. A referral (2501) is a [filing](crate::filing) and is asked for here as well.

mod decide;

pub use decide::{Command, Declare, Referral, decide};

use crate::days::within;
use crate::visit::Details;
use crate::{CaseId, PersonId, ProviderId};
use serde::{Deserialize, Serialize};
use terms::Day;

/// Kinds of declarations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeclarationKind {
    /// 慢特病: an illness of the packs' list, treated as one.
    Chronic,
    /// 定点: a chosen place of treatment.
    Place,
    /// 意外伤害: how an injury came about.
    Accident,
}

/// A declaration as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    /// Of the person's declarations, from 1.
    pub number: u32,
    /// What kind.
    pub declaration: DeclarationKind,
    /// Who sent it; nobody where it was registered at the counter.
    pub provider: Option<ProviderId>,
    /// The case that registered it at the counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// The chosen place.
    pub place: Option<ProviderId>,
    /// The illness (`opsp_dise_code`) or the kind of choice (`biz_appy_type`); empty for an accident.
    pub code: String,
    /// First day.
    pub from: Day,
    /// Last day; open where none.
    pub to: Option<Day>,
    /// What was sent besides, by the national field names.
    pub details: Details,
    /// The message; empty at the counter.
    pub message: String,
}

/// A declaration with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// As it came.
    pub declared: Declared,
    /// The day it was taken back.
    pub withdrawn: Option<Day>,
}

impl Declaration {
    /// Its number to the outside (`trt_dcla_detl_sn`): the person's and its own.
    pub fn name(&self, person: PersonId) -> String {
        format!("{person}-{}", self.declared.number)
    }

    /// In force on this day.
    pub fn holds_on(&self, day: Day) -> bool {
        within(day, self.declared.from, self.declared.to) && self.withdrawn.is_none_or(|on| day < on)
    }
}

#[cfg(test)]
mod tests;
