//! Visits (就诊): what a provider treats a person for, from registration or admission through fee lines in batches to
//! settlement, cancellation, reversal and discharge. What is asked, in which order, is the national interface's.
//!
//! Every event keeps the id of the message that brought it, so that a lost answer can be given again from the events.

mod command;

mod known;
mod lines;
mod settle;

mod buy;
mod cancel;
mod decide;
mod elsewhere;
mod open;

pub use buy::preview_purchase;
pub(crate) use cancel::take_back;
pub use command::{Buy, Command, DECLARED, NewLine, Open, Settle, Which};
pub use decide::decide;
pub use elsewhere::{purchase_question, question};
pub use settle::{Settling, preview};

use crate::settlement::BillLine;
use crate::{Event, PersonId, ProviderId, SettlementId, VisitId};
use benefit::{Code, Quantity};
use ledger::Word;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{Fen, Moment};

/// What was sent besides, under the national field names (`dept_name`, `adm_bed` …).
pub type Details = BTreeMap<String, String>;

/// Where a visit takes place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Setting {
    /// 门诊
    Outpatient,
    /// 住院
    Inpatient,
    /// 药店购药
    Pharmacy,
}

/// The first event of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Whose.
    pub person: PersonId,
    /// Where.
    pub provider: ProviderId,
    /// Outpatient, inpatient or at a pharmacy.
    pub setting: Setting,
    /// Insurance type used.
    pub insutype: Code,
    /// Kind of visit, where it is known yet.
    pub med_type: Option<Code>,
    /// Registration, admission or purchase.
    pub begntime: Moment,
    /// The provider's own number (`ipt_otp_no`).
    pub number: String,
    /// What was sent besides.
    pub details: Details,
    /// Diagnoses, each under the national field names.
    pub diagnoses: Vec<Details>,
    /// What was noticed (`overlap`), with what it concerns. Reported, never a change.
    pub notes: Vec<Note>,
    /// The message that brought it.
    pub message: String,
}

/// Something noticed that nobody is refused for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// `duplicate`, `overlap`, `not-in-catalogue`, `restricted`, `outside-stay`: a key of the texts.
    pub code: String,
    /// The line or visit it concerns.
    pub about: String,
}

/// A fee line as the provider sent it and as the catalogue has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeLine {
    /// `feedetl_sn`, once in a visit.
    pub sn: String,
    /// `chrg_bchno`; empty for a stay.
    pub batch: String,
    /// `medins_list_codg`: the provider's own code.
    pub own_code: String,
    /// `det_item_fee_sumamt`
    pub amount: Fen,
    /// When the fee arose.
    pub at: Moment,
    /// What it is, by the catalogue of that day.
    pub bill: BillLine,
    /// The line it takes back, where it is a return; the quantity is then what is taken back.
    pub returns: Option<String>,
    /// What was sent besides.
    pub details: Details,
    /// What was noticed.
    pub notes: Vec<Note>,
}

/// Something that happened to a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum VisitEvent {
    /// Registered, admitted or begun at a pharmacy.
    Opened(Box<Opened>),
    /// Kind, illness or diagnoses were sent or changed.
    Described {
        /// The kind of visit from now on.
        med_type: Option<Code>,
        /// Replaces what was known under the same names.
        details: Details,
        /// Replaces diagnoses of the same number (`diag_srt_no`) and type.
        diagnoses: Vec<Details>,
        /// The message.
        message: String,
    },
    /// Fee lines came.
    LinesAdded {
        /// In the order they were sent.
        lines: Vec<FeeLine>,
        /// The message.
        message: String,
    },
    /// Lines that are not settled were taken back.
    LinesWithdrawn {
        /// Their `feedetl_sn`.
        lines: Vec<String>,
        /// The message.
        message: String,
    },
    /// The person left the hospital.
    Discharged {
        /// When.
        endtime: Moment,
        /// What was sent besides.
        details: Details,
        /// Diagnoses at discharge.
        diagnoses: Vec<Details>,
        /// The message.
        message: String,
    },
    /// The discharge is taken back.
    DischargeCancelled {
        /// The message.
        message: String,
    },
    /// Registration or admission is taken back.
    Withdrawn {
        /// The message.
        message: String,
    },
    /// Lines were settled; the settlement itself stands on the person's year.
    Settled(Box<Settled>),
    /// A settlement was taken back; its lines are open again.
    SettlementCancelled {
        /// Which.
        settlement: SettlementId,
        /// When.
        at: Moment,
        /// By reversal of its message instead of by name.
        reversed: bool,
        /// The message.
        message: String,
    },
}

/// A settlement of a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Which.
    pub settlement: SettlementId,
    /// On which of the person's years it stands.
    pub year: i32,
    /// When.
    pub at: Moment,
    /// The lines it settled, by `feedetl_sn`.
    pub lines: Vec<String>,
    /// Before the end of a stay.
    pub mid_stay: bool,
    /// `invono`; may be empty.
    pub invoice: String,
    /// What was sent besides.
    pub details: Details,
    /// The message.
    pub message: String,
    /// The bill between regions by which it is settled, where the person is insured elsewhere. It holds the lines from
    /// the question on; refused or given up, it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remote: Option<Word>,
}

/// A line with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptLine {
    /// As it came.
    pub line: FeeLine,
    /// How much of it was returned since.
    pub returned: Quantity,
    /// The settlement it is part of.
    pub settled: Option<SettlementId>,
}

impl KeptLine {
    /// What is left of it, without its returns; nothing of a return itself.
    pub fn left(&self) -> Quantity {
        let left = self.line.bill.quantity.parts().saturating_sub(self.returned.parts());
        if self.line.returns.is_some() {
            Quantity::default()
        } else {
            Quantity::from_parts(left).unwrap_or_default()
        }
    }
}

/// The state of a visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Which.
    pub visit: VisitId,
    /// What was opened.
    pub opened: Opened,
    /// Kind of visit, as last told.
    pub med_type: Option<Code>,
    /// What was sent, as last told.
    pub details: Details,
    /// Diagnoses, as last told.
    pub diagnoses: Vec<Details>,
    /// Lines that were not withdrawn, in the order they came.
    pub lines: Vec<KeptLine>,
    /// Every settlement, in order.
    pub settlements: Vec<Settled>,
    /// Settlements taken back, with the moment and the message.
    pub cancelled: Vec<(SettlementId, Moment, String)>,
    /// The end of a stay.
    pub endtime: Option<Moment>,
    /// Registration or admission was taken back.
    pub withdrawn: bool,
}

impl Visit {
    /// Folds one event; events of other services change nothing.
    pub fn evolve(visit: &mut Option<Visit>, event: &Event) {
        let Event::Visit { visit: id, what } = event else { return };
        match (visit, what) {
            (slot @ None, VisitEvent::Opened(opened)) => {
                *slot = Some(Visit {
                    visit: *id,
                    opened: (**opened).clone(),
                    med_type: opened.med_type,
                    details: opened.details.clone(),
                    diagnoses: opened.diagnoses.clone(),
                    lines: Vec::new(),
                    settlements: Vec::new(),
                    cancelled: Vec::new(),
                    endtime: None,
                    withdrawn: false,
                });
            }
            (Some(visit), what) => visit.apply(what),
            _ => {}
        }
    }

    fn apply(&mut self, what: &VisitEvent) {
        match what {
            VisitEvent::Opened(_) => {}
            VisitEvent::Described { med_type, details, diagnoses, .. } => {
                self.med_type = med_type.or(self.med_type);
                self.tell(details, diagnoses);
            }
            VisitEvent::LinesAdded { lines, .. } => {
                for line in lines {
                    if let Some(of) = &line.returns
                        && let Some(kept) = self.lines.iter_mut().find(|kept| kept.line.sn == *of)
                    {
                        let parts = kept.returned.parts().saturating_add(line.bill.quantity.parts());
                        kept.returned = Quantity::from_parts(parts).unwrap_or(kept.returned);
                    }
                    self.lines.push(KeptLine {
                        line: line.clone(),
                        returned: Quantity::default(),
                        settled: None,
                    });
                }
            }
            VisitEvent::LinesWithdrawn { lines, .. } => {
                self.lines.retain(|kept| !lines.contains(&kept.line.sn));
                self.count_returns();
            }
            VisitEvent::Discharged { endtime, details, diagnoses, .. } => {
                self.endtime = Some(*endtime);
                self.tell(details, diagnoses);
            }
            VisitEvent::DischargeCancelled { .. } => self.endtime = None,
            VisitEvent::Withdrawn { .. } => self.withdrawn = true,
            VisitEvent::Settled(settled) => {
                for kept in self.lines.iter_mut().filter(|kept| settled.lines.contains(&kept.line.sn)) {
                    kept.settled = Some(settled.settlement);
                }
                self.settlements.push((**settled).clone());
            }
            VisitEvent::SettlementCancelled { settlement, at, message, .. } => {
                for kept in self.lines.iter_mut().filter(|kept| kept.settled == Some(*settlement)) {
                    kept.settled = None;
                }
                self.cancelled.push((*settlement, *at, message.clone()));
            }
        }
    }

    fn tell(&mut self, details: &Details, diagnoses: &[Details]) {
        self.details.extend(details.iter().map(|(name, value)| (name.clone(), value.clone())));
        for diagnosis in diagnoses {
            let place =
                |one: &Details| (one.get("diag_srt_no").cloned(), one.get("inout_diag_type").cloned());
            self.diagnoses.retain(|known| place(known) != place(diagnosis));
            if diagnosis.get("vali_flag").is_none_or(|flag| flag != "0") {
                self.diagnoses.push(diagnosis.clone());
            }
        }
    }

    /// Counts anew what was returned of each line, after returns were withdrawn.
    fn count_returns(&mut self) {
        let returns: Vec<(String, u64)> = self
            .lines
            .iter()
            .filter_map(|kept| Some((kept.line.returns.clone()?, kept.line.bill.quantity.parts())))
            .collect();
        for kept in &mut self.lines {
            let parts = returns.iter().filter(|(of, _)| *of == kept.line.sn).map(|(_, parts)| parts).sum();
            kept.returned = Quantity::from_parts(parts).unwrap_or_default();
        }
    }

    /// The settlements that were not taken back.
    pub fn standing(&self) -> impl Iterator<Item = &Settled> {
        self.settlements.iter().filter(|settled| !self.is_cancelled(settled.settlement))
    }

    /// The settlement was taken back.
    pub fn is_cancelled(&self, settlement: SettlementId) -> bool {
        self.cancelled.iter().any(|(cancelled, ..)| *cancelled == settlement)
    }

    /// Lines that no settlement holds.
    pub fn open_lines(&self) -> impl Iterator<Item = &KeptLine> {
        self.lines.iter().filter(|kept| kept.settled.is_none())
    }

    /// A stay that has not ended.
    pub fn in_hospital(&self) -> bool {
        self.opened.setting == Setting::Inpatient && self.endtime.is_none() && !self.withdrawn
    }
}

#[cfg(test)]
mod tests;
