//! What somebody brings, in words: `all`, `all but photo`, `none`, and after commas what is wrong with a paper:
//! `all, receipts unstamped`.

use super::Stage;
use crate::{Material, Piece, Presented, Procedure};
use policy::{Cell, say};
use std::collections::BTreeSet;

/// Ways in which a paper can be other than asked.
const DEFECTS: [&str; 5] = ["unsealed", "unstamped", "copy-only", "no-copy", "filled-by-another"];

/// The paper exactly as the procedure asks for it; receipts come as two pieces, so that "each" is tested.
pub(crate) fn proper(material: &Material) -> Presented {
    let piece = Piece {
        original: true,
        copies: 1,
        filled_by: material.filled_by.clone(),
        seals: material.sealed_by.iter().cloned().collect(),
        stamps: material.stamp.iter().cloned().collect(),
        number: None,
        scan: None,
    };
    let count = if material.stamp.is_some() { 2 } else { 1 };
    Presented { material: material.id.clone(), pieces: vec![piece; count] }
}

impl Stage {
    /// The papers this cell speaks of, among those the counter asks for.
    pub(crate) fn papers(&self, procedure: &Procedure, cell: &Cell) -> Result<Vec<Presented>, String> {
        let counter = || procedure.materials.iter().filter(|material| material.at.is_none());
        let known: Vec<&str> = procedure.materials.iter().map(|material| material.id.as_str()).collect();
        let unknown = |word: &str| {
            let word = Cell { text: word.to_owned(), span: cell.span.clone() };
            self.scenario.unknown(&word, say("no-material"), &known).to_string()
        };
        let mut parts = cell.text.split(',').map(str::trim);
        let mut words = parts.next().unwrap_or_default().split_whitespace();
        let mut papers: Vec<Presented> = match words.next() {
            Some("all") => counter().map(proper).collect(),
            Some("none") => Vec::new(),
            _ => {
                return Err(self
                    .scenario
                    .at(cell, say("no-way-to-bring"), say("no-way-to-bring-cure"))
                    .to_string());
            }
        };
        let mut left: BTreeSet<&str> = BTreeSet::new();
        match words.next() {
            None => {}
            Some("but") => left.extend(words),
            Some(other) => return Err(unknown(other)),
        }
        for word in &left {
            if !known.contains(word) {
                return Err(unknown(word));
            }
        }
        papers.retain(|paper| !left.contains(paper.material.as_str()));
        for part in parts {
            let mut words = part.split_whitespace();
            let (Some(material), Some(defect)) = (words.next(), words.next()) else {
                return Err(unknown(part));
            };
            let paper = papers
                .iter_mut()
                .find(|paper| paper.material == material)
                .ok_or_else(|| unknown(material))?;
            let Some(piece) = paper.pieces.last_mut() else { continue };
            match defect {
                "unsealed" => piece.seals.clear(),
                "unstamped" => piece.stamps.clear(),
                "copy-only" => piece.original = false,
                "no-copy" => piece.copies = 0,
                "filled-by-another" => piece.filled_by = Some("applicant".into()),
                _ => {
                    let word = Cell { text: defect.to_owned(), span: cell.span.clone() };
                    return Err(self.scenario.unknown(&word, say("no-defect"), &DEFECTS).to_string());
                }
            }
        }
        Ok(papers)
    }
}
