//! Sheets (报送件): what a provider reports to the office and keeps up to date: its departments and practitioners, the
//! mapping of its own catalogue, settlement lists, warnings of a review with its answers, files, who signed in.
//!
//! Each sheet has a stream of its own, named by provider, kind and key, so that two clerks of a hospital never wait for
//! each other and a hospital with a hundred thousand mappings is asked about one of them only.

mod decide;

pub use decide::{Command, NewSheet, SENT_BACK, decide, status};

use crate::visit::Details;
use crate::{Event, ProviderId, Records, StreamId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use terms::Moment;

/// Kinds of sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SheetKind {
    /// 科室; by `hosp_dept_codg`.
    Department,
    /// 医执人员; by `prac_psn_code`.
    Practitioner,
    /// 目录对照; by list type and the provider's own code.
    Mapping,
    /// 结算清单; by `setl_id`.
    List,
    /// A warning of a review before or during treatment; by `jr_id`.
    Warning,
    /// A file, sent or made; by `file_qury_no`.
    File,
    /// 签到; by `sign_no`.
    SignIn,
}

impl SheetKind {
    const ALL: [(SheetKind, &'static str); 7] = [
        (SheetKind::Department, "department"),
        (SheetKind::Practitioner, "practitioner"),
        (SheetKind::Mapping, "mapping"),
        (SheetKind::List, "list"),
        (SheetKind::Warning, "warning"),
        (SheetKind::File, "file"),
        (SheetKind::SignIn, "sign-in"),
    ];

    /// `department`
    pub fn word(self) -> &'static str {
        SheetKind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, word)| word)
    }

    /// The kind with this word.
    pub fn named(word: &str) -> Option<SheetKind> {
        SheetKind::ALL.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

impl fmt::Display for SheetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A sheet as it came, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// Whose.
    pub provider: ProviderId,
    /// What kind.
    pub sheet: SheetKind,
    /// Which one of its kind.
    pub key: String,
    /// By the national field names.
    pub details: Details,
    /// Its tables, by the name of their node; each row by the national field names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tables: BTreeMap<String, Vec<Details>>,
    /// The message that brought it; empty where the office wrote it.
    pub message: String,
    /// When it was filed.
    pub at: Moment,
}

impl Filed {
    /// The stream of this sheet.
    pub fn stream(&self) -> StreamId {
        StreamId::Sheet(self.provider, self.sheet, self.key.clone())
    }

    /// What stands under this name; empty where nothing does.
    pub fn detail(&self, name: &str) -> &str {
        self.details.get(name).map_or("", String::as_str)
    }
}

/// A sheet that stands, and how many events it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// As it was filed last; nothing once it was withdrawn.
    pub filed: Option<Filed>,
    /// Events of its stream.
    pub version: u64,
}

impl Sheet {
    /// The sheet after these events.
    pub fn of(events: &[Event]) -> Sheet {
        let mut filed = None;
        for event in events {
            match event {
                Event::SheetFiled(sheet) => filed = Some((**sheet).clone()),
                Event::SheetWithdrawn { .. } => filed = None,
                _ => {}
            }
        }
        Sheet { filed, version: events.len() as u64 }
    }

    /// The provider's sheet of this kind with this key.
    pub fn find(records: &dyn Records, provider: ProviderId, kind: SheetKind, key: &str) -> Sheet {
        Sheet::of(&records.events(&StreamId::Sheet(provider, kind, key.to_owned())))
    }
}

/// The key of a mapping.
pub fn mapping_key(list_type: &str, own_code: &str) -> String {
    format!("{list_type}/{own_code}")
}

#[cfg(test)]
mod tests;
