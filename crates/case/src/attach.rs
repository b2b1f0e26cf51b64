//! Adding scans of papers to a case and taking them away again.

use crate::CaseContext;
use crate::check::check;
use crate::decide::Desk;
use crate::event::{By, CaseEvent, Cause};
use crate::material::{Material, Piece, Presented, Shape};
use crate::scan::{SCANS_MAX, Scan};
use crate::state::{Position, evolve};
use crate::time::moved;
use terms::{Fact, Refusals};

impl Desk<'_> {
    /// Adds scans of a material; those that are there already are not added again.
    pub(crate) fn attach(&self, material: &str, scans: &[Scan]) -> Result<Vec<CaseEvent>, Refusals> {
        let mut refusals = self.may_scan(material);
        let held = self.state.scans.get(material);
        let new = scans.iter().enumerate().filter(|(at, scan)| {
            let before = scans.iter().take(*at).any(|other| other.hash == scan.hash);
            let there = held.is_some_and(|held| held.iter().any(|kept| kept.scan.hash == scan.hash));
            !before && !there
        });
        let new: Vec<&Scan> = new.map(|(_, scan)| scan).collect();
        if held.map_or(0, Vec::len) + new.len() > SCANS_MAX {
            let most = Fact::Number(i64::try_from(SCANS_MAX).unwrap_or(i64::MAX));
            refusals.push(self.refusal("case/scans").with("most", most));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (by, on) = (self.scanning(), self.context.today);
        let added = new.into_iter().map(|scan| CaseEvent::ScanAdded {
            material: material.to_owned(),
            scan: scan.clone(),
            by: by.clone(),
            on,
        });
        Ok(self.answered(added.collect()))
    }

    /// Takes a scan away again: a wrong picture must not stay in somebody's file.
    pub(crate) fn detach(&self, material: &str, hash: &str) -> Result<Vec<CaseEvent>, Refusals> {
        let mut refusals = self.may_scan(material);
        let held = self.state.scans.get(material);
        if !held.is_some_and(|held| held.iter().any(|kept| kept.scan.hash == hash)) {
            refusals.push(self.refusal("case/no-such-scan"));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let (material, hash) = (material.to_owned(), hash.to_owned());
        Ok(vec![CaseEvent::ScanRemoved { material, hash, by: self.scanning(), on: self.context.today }])
    }

    /// Before acceptance the applicant and the counter; afterwards whoever does the step that asks for the paper.
    fn may_scan(&self, material: &str) -> Refusals {
        let known = |known: &&Material| known.id == material || known.accepts.iter().any(|id| id == material);
        let Some(asked) = self.procedure.materials.iter().find(known) else {
            let material = Fact::Text(material.chars().take(80).collect());
            return vec![self.refusal("case/unknown-material").with("material", material)];
        };
        match (&asked.at, &self.state.position) {
            (_, Position::Intake) => self.applicant_or_counter(),
            (Some(at), Position::At(_)) => match self.here().ok().and_then(|here| here.step(at)) {
                Some(step) => self.owns(&step.owner, &step.article),
                None => vec![self.refusal("case/not-at-intake")],
            },
            _ => vec![self.refusal("case/not-at-intake")],
        }
    }

    fn scanning(&self) -> By {
        let role =
            self.context.actor.roles.iter().next().map_or(self.state.capacity.as_str(), String::as_str);
        self.by(role)
    }

    /// Where a correction is asked and there is now a scan of whatever was missing, it is the counter's turn again:
    /// nobody lapses because the counter has not looked yet. What the scans are worth the counter says.
    fn answered(&self, mut events: Vec<CaseEvent>) -> Vec<CaseEvent> {
        if self.state.correction.is_none() {
            return events;
        }
        let mut after = self.state.clone();
        events.iter().for_each(|event| evolve(&mut after, event));
        let mut shown = after.clone();
        for material in &self.procedure.materials {
            if after.scans.get(&material.id).is_some_and(|scans| !scans.is_empty()) {
                shown.materials.insert(material.id.clone(), as_if_seen(material));
            }
        }
        let CaseContext { today, calendar, facts, .. } = *self.context;
        if check(self.procedure, &shown, facts, today, calendar).complete {
            let made = CaseEvent::CorrectionMade { by: self.scanning(), on: today };
            evolve(&mut after, &made);
            events.push(made);
            events.extend(moved(self.procedure, &after, today, calendar, Cause::Suspension));
        }
        events
    }
}

/// A paper as it should be.
fn as_if_seen(material: &Material) -> Presented {
    let piece = Piece {
        original: material.shape != Shape::Copy,
        copies: u16::from(material.shape != Shape::Original),
        filled_by: material.filled_by.clone(),
        seals: material.sealed_by.iter().cloned().collect(),
        stamps: material.stamp.iter().cloned().collect(),
        number: None,
        scan: None,
    };
    Presented { material: material.id.clone(), pieces: vec![piece] }
}
