//! Papers: which are needed, how they must look, and what is wrong with those presented.

use policy::expr::Expr;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terms::{ArticleId, Fact, Facts, Name, Refusal};

/// A paper a procedure asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Material {
    /// `household-register`
    pub id: String,
    /// What people call it.
    pub name: Name,
    /// What must be shown.
    pub shape: Shape,
    /// The legal basis; without one the office may not ask for it.
    pub basis: ArticleId,
    /// The step that asks for it; at the counter where none.
    pub at: Option<String>,
    /// Asked for only where this holds.
    pub when: Option<Expr>,
    /// Exceptions by name.
    pub unless: Vec<Exception>,
    /// Other papers taken in its place.
    pub accepts: Vec<String>,
    /// The role that fills it in.
    pub filled_by: Option<String>,
    /// Whose seal it bears.
    pub sealed_by: Option<String>,
    /// The stamp every piece of it bears (`emergency`).
    pub stamp: Option<String>,
    /// Refusal codes of its own, by what is wrong.
    pub codes: BTreeMap<Wrong, String>,
}

/// What must be shown of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// The original.
    Original,
    /// A copy is enough.
    Copy,
    /// Both.
    OriginalAndCopy,
}

/// A named exception, with its article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// `newborn-no-photo`
    pub id: String,
    /// Where it applies.
    pub when: Expr,
    /// The article.
    pub article: ArticleId,
}

/// What can be wrong with a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wrong {
    /// It is not there.
    Missing,
    /// Only a copy is there.
    Original,
    /// No copy is there.
    Copy,
    /// Somebody else filled it in, or nobody.
    Filled,
    /// It does not bear the seal.
    Sealed,
    /// A piece does not bear the stamp.
    Stamp,
}

impl Wrong {
    /// The code where the pack gives none.
    pub fn code(self) -> &'static str {
        match self {
            Wrong::Missing => "material/missing",
            Wrong::Original => "material/no-original",
            Wrong::Copy => "material/no-copy",
            Wrong::Filled => "material/not-filled",
            Wrong::Sealed => "material/not-sealed",
            Wrong::Stamp => "material/no-stamp",
        }
    }
}

/// A paper as somebody presents it: one piece or several (each receipt is a piece).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presented {
    /// The material's id.
    pub material: String,
    /// At least one; at most [`PIECES_MAX`].
    pub pieces: Vec<Piece>,
}

/// More pieces of one paper are not taken in one case.
pub const PIECES_MAX: usize = 200;

/// One piece of paper.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Piece {
    /// The original is shown.
    pub original: bool,
    /// How many copies are handed in.
    #[serde(default)]
    pub copies: u16,
    /// The role that filled it in.
    #[serde(default)]
    pub filled_by: Option<String>,
    /// Whose seals it bears.
    #[serde(default)]
    pub seals: BTreeSet<String>,
    /// The stamps it bears.
    #[serde(default)]
    pub stamps: BTreeSet<String>,
    /// A number printed on it (of a receipt), where it has one.
    #[serde(default)]
    pub number: Option<String>,
    /// Digest of the scan that was stored, where there is one.
    #[serde(default)]
    pub scan: Option<String>,
}

/// What to bring, for the citizen's list and the window's check alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bring {
    /// The material's id.
    pub material: String,
    /// What people call it.
    pub name: Name,
    /// What must be shown.
    pub shape: Shape,
    /// The legal basis.
    pub basis: ArticleId,
    /// The later step that asks for it; at the counter where none.
    pub at: Option<String>,
    /// Other papers taken in its place.
    pub accepts: Vec<String>,
    /// The role that fills it in.
    pub filled_by: Option<String>,
    /// Whose seal it bears.
    pub sealed_by: Option<String>,
    /// The stamp every piece of it bears.
    pub stamp: Option<String>,
    /// Whether it is needed.
    pub need: Need,
}

/// Whether a paper is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Needed; what is wrong with what was presented, nothing where all is well or nothing was asked yet.
    Needed(Vec<Refusal>),
    /// Not needed, and why.
    NotNeeded(Reason),
    /// It depends on facts that are not known yet.
    Unknown(BTreeSet<String>),
}

/// Why something is as it is: a named rule with its article.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reason {
    /// `newborn-any-day`
    pub id: String,
    /// Its article.
    pub article: ArticleId,
}

impl Material {
    /// Whether the paper is needed on these facts and, where papers have been presented, what is wrong with them.
    pub(crate) fn bring(&self, facts: &Facts, presented: Option<&[Presented]>) -> Bring {
        Bring {
            material: self.id.clone(),
            name: self.name.clone(),
            shape: self.shape,
            basis: self.basis.clone(),
            at: self.at.clone(),
            accepts: self.accepts.clone(),
            filled_by: self.filled_by.clone(),
            sealed_by: self.sealed_by.clone(),
            stamp: self.stamp.clone(),
            need: self.need(facts, presented),
        }
    }

    fn need(&self, facts: &Facts, presented: Option<&[Presented]>) -> Need {
        let mut unknown = BTreeSet::new();
        for exception in &self.unless {
            match exception.when.holds(facts).holds {
                Ok(true) => {
                    return Need::NotNeeded(Reason {
                        id: exception.id.clone(),
                        article: exception.article.clone(),
                    });
                }
                Ok(false) => {}
                Err(undecided) => unknown.extend(undecided.missing),
            }
        }
        match self.when.as_ref().map_or(Ok(true), |when| when.holds(facts).holds) {
            Ok(true) => {}
            Ok(false) => {
                return Need::NotNeeded(Reason { id: "does-not-apply".into(), article: self.basis.clone() });
            }
            Err(undecided) => unknown.extend(undecided.missing),
        }
        if unknown.is_empty() {
            Need::Needed(presented.map_or(Vec::new(), |all| self.wrong(all)))
        } else {
            Need::Unknown(unknown)
        }
    }

    /// Everything wrong with the paper among those presented.
    fn wrong(&self, presented: &[Presented]) -> Vec<Refusal> {
        let taken = |paper: &&Presented| paper.material == self.id || self.accepts.contains(&paper.material);
        let pieces: Vec<(&Piece, bool)> = presented
            .iter()
            .filter(taken)
            .flat_map(|paper| paper.pieces.iter().map(|piece| (piece, paper.material == self.id)))
            .collect();
        if pieces.is_empty() {
            return vec![self.refusal(Wrong::Missing)];
        }
        let mut found = BTreeSet::new();
        for (piece, own) in pieces {
            // A paper taken in place of this one (an e-credential) has its own shape.
            if !own {
                continue;
            }
            let wants_original = matches!(self.shape, Shape::Original | Shape::OriginalAndCopy);
            let wants_copy =
                self.shape == Shape::OriginalAndCopy || self.shape == Shape::Copy && !piece.original;
            let faults = [
                (wants_original && !piece.original, Wrong::Original),
                (wants_copy && piece.copies == 0, Wrong::Copy),
                (self.filled_by.is_some() && piece.filled_by != self.filled_by, Wrong::Filled),
                (self.sealed_by.as_ref().is_some_and(|seal| !piece.seals.contains(seal)), Wrong::Sealed),
                (self.stamp.as_ref().is_some_and(|stamp| !piece.stamps.contains(stamp)), Wrong::Stamp),
            ];
            found.extend(faults.iter().filter(|(wrong, _)| *wrong).map(|(_, what)| *what));
        }
        found.into_iter().map(|wrong| self.refusal(wrong)).collect()
    }

    fn refusal(&self, wrong: Wrong) -> Refusal {
        let code = self.codes.get(&wrong).map_or(wrong.code(), String::as_str);
        let mut refusal = Refusal::new(code, self.basis.clone())
            .with("material", Fact::Name(self.name.clone()))
            .with("material_id", Fact::Code(self.id.clone()));
        for (name, value) in
            [("filled_by", &self.filled_by), ("sealed_by", &self.sealed_by), ("stamp", &self.stamp)]
        {
            if let Some(value) = value {
                refusal = refusal.with(name, Fact::Code(value.clone()));
            }
        }
        refusal
    }
}
