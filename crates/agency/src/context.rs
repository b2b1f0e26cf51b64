//! What a decision is made with, apart from the records: the law, who acts, when, and fresh names.

use crate::authority::FullAge;
use crate::claim::LineGrounds;
use crate::motion::Motions;
use crate::person_account::AccountLaw;
use crate::{Actor, Capability, Categories, Grounds, Reviews, Roles, VisitKinds};
use benefit::Benefits;
use case::{CaseState, Offices, Procedure, Procedures};
use ledger::{Parameters, Templates};
use policy::{Diagnostics, Law};
use std::collections::BTreeMap;
use std::sync::Arc;
use terms::{Day, Moment, Refusal};

/// A law with everything the office compiles from it. Built once for a pack, shared by all decisions.
#[derive(Debug, Clone)]
pub struct Rulebook {
    /// The law itself.
    pub law: Law,
    /// Roles and what they may do.
    pub roles: Roles,
    /// Articles of the program's own refusals.
    pub grounds: Grounds,
    /// Which office answers for which district.
    pub offices: Offices,
    /// Categories of people.
    pub categories: Categories,
    /// From which age people act for themselves.
    pub full_age: FullAge,
    /// How cases run.
    pub procedures: Procedures,
    /// What each fund pays, and what the catalogue makes of each line.
    pub benefits: Benefits,
    /// Why a single line of a claim is not reimbursed.
    pub line_grounds: LineGrounds,
    /// What kinds of visit there are.
    pub visits: VisitKinds,
    /// What is noticed about fee lines.
    pub reviews: Reviews,
    /// Which accounts an occasion is posted to.
    pub templates: Templates,
    /// Rates and terms of payment and clearing.
    pub parameters: Parameters,
    /// What is credited to personal accounts.
    pub accounts: AccountLaw,
    /// What the office begins by itself when a day has come.
    pub motions: Motions,
    /// Procedures of earlier laws that cases still run under, by the law's hash.
    pub earlier: BTreeMap<String, Arc<Procedures>>,
}

impl Rulebook {
    /// Whether this division code lies in the pooling area whose law this is: province and city, the first four of its digits
    /// (GB/T 2260), are the pack's own.
    pub fn is_at_home(&self, region: &str) -> bool {
        let area = |code: &str| code.get(..4).map(str::to_owned);
        self.law.pack().region.as_deref().and_then(area).is_some_and(|own| area(region) == Some(own))
    }

    /// Compiles a law. Every fault of every part is reported at once.
    pub fn compile(law: Law) -> Result<Rulebook, Diagnostics> {
        let mut faults = Diagnostics::new();
        let roles = Roles::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let grounds = Grounds::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let offices = Offices::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let categories = Categories::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let full_age = FullAge::compile(&law).unwrap_or_else(|more| {
            faults.extend(more);
            FullAge { full_age: 0, article: terms::ArticleId(String::new()) }
        });
        let procedures = Procedures::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        // Which procedures there are is known once all of them are sound.
        let motions = match faults.is_empty() {
            true => Motions::compile(&law, &procedures).unwrap_or_else(|more| note(&mut faults, more)),
            false => Motions::default(),
        };
        let line_grounds = LineGrounds::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let visits = VisitKinds::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let reviews = Reviews::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let templates = Templates::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let parameters = Parameters::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let accounts = AccountLaw::compile(&law).unwrap_or_else(|more| note(&mut faults, more));
        let benefits = match Benefits::compile(&law) {
            Ok(benefits) if faults.is_empty() => benefits,
            Ok(_) => return Err(faults),
            Err(more) => {
                faults.extend(more);
                return Err(faults);
            }
        };
        Ok(Rulebook {
            law,
            roles,
            grounds,
            offices,
            categories,
            full_age,
            procedures,
            benefits,
            line_grounds,
            visits,
            reviews,
            templates,
            parameters,
            accounts,
            motions,
            earlier: BTreeMap::new(),
        })
    }

    /// The procedure a case runs under: as it was when the case was opened, or moved, whatever the law says now. The
    /// one in force where an earlier one is no longer known.
    pub fn procedure_of(&self, state: &CaseState) -> Option<&Procedure> {
        self.procedure(&state.procedure, &state.law)
    }

    /// The procedure with this id under the law with this hash.
    pub fn procedure(&self, id: &str, law: &str) -> Option<&Procedure> {
        let earlier = self.earlier.get(law).and_then(|procedures| procedures.get(id));
        earlier.or_else(|| self.procedures.get(id))
    }
}

fn note<T: Default>(faults: &mut Diagnostics, more: Diagnostics) -> T {
    faults.extend(more);
    T::default()
}

/// What gets a fresh number of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the kinds of ids in id.rs")]
pub enum IdKind {
    Person,
    Unit,
    Provider,
    Certificate,
    Case,
    Filing,
    Settlement,
    Account,
    Visit,
    Remote,
}

impl IdKind {
    /// Every kind, in order.
    pub const ALL: [IdKind; 10] = [
        IdKind::Person,
        IdKind::Unit,
        IdKind::Provider,
        IdKind::Certificate,
        IdKind::Case,
        IdKind::Filing,
        IdKind::Settlement,
        IdKind::Account,
        IdKind::Visit,
        IdKind::Remote,
    ];
}

/// Fresh numbers for whatever a decision creates, dense for each kind. They come in with the command; the shell
/// sees to it that no two decisions that are kept took the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ids([u64; IdKind::ALL.len()]);

impl Default for Ids {
    /// A new office: every kind counts from 1.
    fn default() -> Ids {
        Ids([1; IdKind::ALL.len()])
    }
}

impl Ids {
    /// The next number of this kind.
    pub fn take(&mut self, kind: IdKind) -> u64 {
        let slot = &mut self.0[kind as usize];
        let id = *slot;
        *slot += 1;
        id
    }

    /// The number that would come next.
    pub fn next(&self, kind: IdKind) -> u64 {
        self.0[kind as usize]
    }

    /// Goes on after the highest number known.
    pub fn go_on_after(&mut self, kind: IdKind, highest: u64) {
        self.0[kind as usize] = highest + 1;
    }
}

/// The circumstances of one decision.
#[derive(Debug)]
pub struct Context<'a> {
    /// What applies.
    pub rules: &'a Rulebook,
    /// Who acts.
    pub actor: &'a Actor,
    /// When.
    pub now: Moment,
    /// Fresh numbers.
    pub ids: Ids,
}

impl Context<'_> {
    /// The office's day.
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// Whether one of the actor's roles may do this.
    pub fn may(&self, capability: Capability) -> bool {
        self.rules.roles.allow(self.actor, capability)
    }

    /// A refusal of the program's own, with its article.
    pub fn refuse(&self, code: &str) -> Refusal {
        self.rules.grounds.refuse(code)
    }
}
