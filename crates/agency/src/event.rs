//! Everything that ever happens in the office. Written to disk for decades: a variant is never renamed or
//! removed, a field is only added with a default, and `golden/` holds one of each ever written.

use crate::claim::{Claim, RefusedLine};
use crate::recovery::Instalment;
use crate::{
    AccountId, CaseId, CertificateId, FilingId, PersonId, ProviderId, SettlementId, Unique, UnitId, VisitId,
    account, authority, bank, book_year, certificate, declaration, filing, person, person_account, provider,
    region, settlement, sheet, unit, visit,
};
use case::CaseEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terms::{ArticleId, Day, Fen};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Event {
    /// A person is known to the office.
    #[serde(rename = "person.registered")]
    PersonRegistered(person::Registered),
    /// An insurance relation begins; the open one of the same kind ends the day before.
    #[serde(rename = "person.insured")]
    PersonInsured {
        /// Whose.
        person: PersonId,
        /// Which.
        insurance: person::Insurance,
    },
    /// A category is granted, changed or ended (by its last day).
    #[serde(rename = "person.categorized")]
    PersonCategorized {
        /// Whose.
        person: PersonId,
        /// Which; replaces what was known of the same category.
        category: person::Category,
    },
    /// Name, unit or address change.
    #[serde(rename = "person.changed")]
    PersonChanged {
        /// Whose.
        person: PersonId,
        /// What.
        change: person::Change,
        /// Since when.
        on: Day,
        /// The case it comes from; none for a guest, of whom the office of their region told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        case: Option<CaseId>,
    },
    /// Somebody may act for the person.
    #[serde(rename = "person.authorised")]
    PersonAuthorised {
        /// For whom.
        person: PersonId,
        /// Who, in which procedures, from when to when.
        authority: authority::Authority,
    },
    /// Somebody may no longer act for the person.
    #[serde(rename = "person.authority-revoked")]
    PersonAuthorityRevoked {
        /// For whom.
        person: PersonId,
        /// Which of their authorisations.
        number: u32,
        /// From which day on.
        on: Day,
    },
    /// The person died.
    #[serde(rename = "person.died")]
    PersonDied {
        /// Who.
        person: PersonId,
        /// When.
        on: Day,
    },
    /// A notice on holidays was proposed.
    #[serde(rename = "calendar.notice-proposed")]
    NoticeProposed {
        /// From 1.
        number: u32,
        /// The year it is for.
        year: i32,
        /// Its text.
        text: String,
        /// By whom (`account/9`).
        by: String,
        /// When.
        on: Day,
    },
    /// A notice on holidays was put into force, or dropped.
    #[serde(rename = "calendar.notice-answered")]
    NoticeAnswered {
        /// Which.
        number: u32,
        /// Into force.
        confirmed: bool,
        /// By whom.
        by: String,
        /// When.
        on: Day,
    },
    /// A unit is known to the office.
    #[serde(rename = "unit.registered")]
    UnitRegistered(unit::Registered),
    /// Somebody may fill and seal the unit's forms.
    #[serde(rename = "unit.liaison-appointed")]
    LiaisonAppointed {
        /// For which unit.
        unit: UnitId,
        /// Who, from when.
        liaison: unit::Liaison,
    },
    /// Somebody may no longer.
    #[serde(rename = "unit.liaison-ended")]
    LiaisonEnded {
        /// For which unit.
        unit: UnitId,
        /// Who.
        account: AccountId,
        /// The last day.
        on: Day,
    },
    /// A hospital or pharmacy is known to the office.
    #[serde(rename = "provider.registered")]
    ProviderRegistered(provider::Registered),
    /// An agreement begins.
    #[serde(rename = "provider.designated")]
    ProviderDesignated {
        /// With whom.
        provider: ProviderId,
        /// For how long.
        designation: provider::Designation,
    },
    /// The agreement ends.
    #[serde(rename = "provider.designation-ended")]
    ProviderDesignationEnded {
        /// With whom.
        provider: ProviderId,
        /// The last day.
        on: Day,
        /// The ground.
        article: ArticleId,
    },
    /// An agreement is suspended.
    #[serde(rename = "provider.suspended")]
    ProviderSuspended {
        /// With whom.
        provider: ProviderId,
        /// For how long, and why.
        suspension: provider::Suspension,
    },
    /// A suspended agreement is in force again before the suspension's last day.
    #[serde(rename = "provider.resumed")]
    ProviderResumed {
        /// With whom.
        provider: ProviderId,
        /// The first day it is in force again.
        on: Day,
        /// The case that decided it.
        case: CaseId,
    },
    /// Both sides of an agreement were told that it ends, or that it has run out.
    #[serde(rename = "provider.told")]
    ProviderTold {
        /// With whom.
        provider: ProviderId,
        /// Its last day.
        last: Day,
        /// It has passed.
        over: bool,
        /// When they were told.
        on: Day,
        /// The article.
        article: ArticleId,
    },
    /// What is known of a provider changed.
    #[serde(rename = "provider.changed")]
    ProviderChanged {
        /// Of whom.
        provider: ProviderId,
        /// What it is now, by the forms' names (`name`, `legal-person`, `bank-account`).
        changes: BTreeMap<String, String>,
        /// Since when.
        on: Day,
    },
    /// A provider may sign messages with a key.
    #[serde(rename = "provider.key-issued")]
    ProviderKeyIssued {
        /// Who.
        provider: ProviderId,
        /// The key's name.
        access_key: String,
        /// Since when.
        on: Day,
    },
    /// It may no longer.
    #[serde(rename = "provider.key-revoked")]
    ProviderKeyRevoked {
        /// Who.
        provider: ProviderId,
        /// The key's name.
        access_key: String,
        /// Since when.
        on: Day,
    },
    /// A certificate is issued.
    #[serde(rename = "certificate.issued")]
    CertificateIssued(certificate::Issued),
    /// A certificate is lost, surrendered, cancelled.
    #[serde(rename = "certificate.status")]
    CertificateStatus {
        /// Which.
        certificate: CertificateId,
        /// What it is from now on.
        status: certificate::Status,
        /// Since when.
        on: Day,
        /// Why, by the packs' codes.
        reason: String,
    },
    /// Treatment elsewhere is filed.
    #[serde(rename = "filing.registered")]
    FilingRegistered(filing::Registered),
    /// A filing is cancelled.
    #[serde(rename = "filing.cancelled")]
    FilingCancelled {
        /// Which.
        filing: FilingId,
        /// From which day.
        on: Day,
    },
    /// Something happened to a case.
    #[serde(rename = "case")]
    Case {
        /// Which.
        case: CaseId,
        /// What.
        what: Box<CaseEvent>,
    },
    /// The claim of a reimbursement case was entered or corrected.
    #[serde(rename = "case.claim-entered")]
    ClaimEntered {
        /// Which case.
        case: CaseId,
        /// The claim; it replaces an earlier one.
        claim: Box<Claim>,
    },
    /// A case lies on somebody's desk, or on nobody's.
    #[serde(rename = "case.assigned")]
    CaseAssigned {
        /// Which.
        case: CaseId,
        /// On whose.
        to: Option<AccountId>,
        /// Who said so.
        by: AccountId,
        /// The day.
        on: Day,
    },
    /// Lines of the claim are not reimbursed, each with its ground; the list replaces an earlier one.
    #[serde(rename = "case.lines-refused")]
    LinesRefused {
        /// Which case.
        case: CaseId,
        /// The lines.
        lines: Vec<RefusedLine>,
        /// By whom, as the office writes it.
        by: String,
        /// The day.
        on: Day,
    },
    /// What is ordered back may come in parts; the plan replaces an earlier one.
    #[serde(rename = "case.recovery-planned")]
    RecoveryPlanned {
        /// The case that orders it back.
        case: CaseId,
        /// The parts; none where it comes at once.
        instalments: Vec<Instalment>,
        /// By whom, as the office writes it.
        by: String,
        /// The day.
        on: Day,
    },
    /// A part of what is ordered back has come; the last part comes with the step that ends the case.
    #[serde(rename = "case.recovery-brought")]
    RecoveryBrought {
        /// The case that orders it back.
        case: CaseId,
        /// How much.
        amount: Fen,
        /// The case whose payment it was kept of; it was paid in where none.
        from: Option<CaseId>,
        /// By whom, as the office writes it.
        by: String,
        /// The day.
        on: Day,
    },
    /// A part of what this case pays was kept and set against what the person was overpaid.
    #[serde(rename = "case.payment-kept")]
    PaymentKept {
        /// The case that pays.
        case: CaseId,
        /// How much.
        amount: Fen,
        /// The case that orders it back.
        because: CaseId,
        /// The case in which it was overpaid.
        overpaid: CaseId,
        /// The day.
        on: Day,
    },
    /// A bill was settled.
    #[serde(rename = "settlement.made")]
    SettlementMade(Box<settlement::Made>),
    /// A settlement was taken back.
    #[serde(rename = "settlement.voided")]
    SettlementVoided {
        /// Which.
        settlement: SettlementId,
        /// Whose.
        person: PersonId,
        /// Of which year.
        year: i32,
        /// When.
        on: Day,
        /// Why.
        reason: String,
    },
    /// An entry came to the books, with the decision it carries out.
    #[serde(rename = "entry.posted")]
    EntryPosted(Box<ledger::Entry>),
    /// Somebody may sign in.
    #[serde(rename = "account.opened")]
    AccountOpened(account::Opened),
    /// Somebody may no longer sign in.
    #[serde(rename = "account.closed")]
    AccountClosed {
        /// Who.
        account: AccountId,
    },
    /// Something happened to a personal account.
    #[serde(rename = "person-account")]
    PersonAccount {
        /// Whose.
        person: PersonId,
        /// What.
        what: Box<person_account::AccountEvent>,
    },
    /// A password was given by the operator, for once, or chosen by its owner.
    #[serde(rename = "account.password-set")]
    AccountPasswordSet {
        /// Whose.
        account: AccountId,
        /// The password's hash in PHC form; never the password.
        password_hash: String,
        /// It only opens the page on which another is chosen.
        once: bool,
    },
    /// Something happened to a visit.
    #[serde(rename = "visit")]
    Visit {
        /// Which visit.
        visit: VisitId,
        /// What.
        what: visit::VisitEvent,
    },
    /// Something happened to a provider's month.
    #[serde(rename = "statement")]
    Statement {
        /// Whose.
        provider: ProviderId,
        /// Which month.
        month: terms::Month,
        /// What.
        what: Box<crate::statement::StatementEvent>,
    },
    /// Something happened to the reconciliation of a provider's month.
    #[serde(rename = "reconciliation")]
    Reconciliation {
        /// Whose.
        provider: ProviderId,
        /// Which month.
        month: terms::Month,
        /// What.
        what: Box<crate::reconciliation::ReconciliationEvent>,
    },
    /// Something happened to a file of payments.
    #[serde(rename = "bank-file")]
    BankFile {
        /// Its number.
        file: ledger::Word,
        /// What.
        what: Box<bank::BankEvent>,
    },
    /// Something happened to a year of the books.
    #[serde(rename = "books")]
    BookYear {
        /// Which year.
        year: i32,
        /// What.
        what: Box<book_year::BookYearEvent>,
    },
    /// Something happened between us and the office of another region.
    #[serde(rename = "region")]
    Region {
        /// The other region.
        region: ledger::Word,
        /// What.
        what: Box<region::RegionEvent>,
    },
    /// Something happened to a bill between regions.
    #[serde(rename = "remote")]
    Remote {
        /// Its name on both sides.
        remote: ledger::Word,
        /// What.
        what: Box<region::RemoteEvent>,
    },
    /// A provider declared something for a person.
    #[serde(rename = "person.declared")]
    Declared {
        /// For whom.
        person: PersonId,
        /// What.
        declared: Box<declaration::Declared>,
    },
    /// A declaration is taken back.
    #[serde(rename = "person.declaration-withdrawn")]
    DeclarationWithdrawn {
        /// For whom it was.
        person: PersonId,
        /// Of the person's declarations.
        number: u32,
        /// When.
        on: Day,
        /// The message.
        message: String,
    },
    /// A provider filed a sheet; it replaces the one before.
    #[serde(rename = "sheet.filed")]
    SheetFiled(Box<sheet::Filed>),
    /// A sheet is taken back.
    #[serde(rename = "sheet.withdrawn")]
    SheetWithdrawn {
        /// Whose.
        provider: ProviderId,
        /// What kind.
        sheet: sheet::SheetKind,
        /// Which one of its kind.
        key: String,
        /// The message.
        message: String,
    },
    /// A thing there is only once is taken.
    #[serde(rename = "unique.taken")]
    UniqueTaken {
        /// What kind of thing.
        unique: Unique,
        /// Which one.
        value: String,
        /// By which stream (`person/17`).
        by: String,
    },
}

impl Event {
    /// The tag on disk (`person.registered`).
    pub fn kind(&self) -> &'static str {
        match self {
            Event::PersonRegistered(_) => "person.registered",
            Event::PersonInsured { .. } => "person.insured",
            Event::PersonCategorized { .. } => "person.categorized",
            Event::PersonChanged { .. } => "person.changed",
            Event::PersonAuthorised { .. } => "person.authorised",
            Event::PersonAuthorityRevoked { .. } => "person.authority-revoked",
            Event::PersonDied { .. } => "person.died",
            Event::UnitRegistered(_) => "unit.registered",
            Event::LiaisonAppointed { .. } => "unit.liaison-appointed",
            Event::LiaisonEnded { .. } => "unit.liaison-ended",
            Event::ProviderRegistered(_) => "provider.registered",
            Event::ProviderDesignated { .. } => "provider.designated",
            Event::ProviderDesignationEnded { .. } => "provider.designation-ended",
            Event::ProviderSuspended { .. } => "provider.suspended",
            Event::ProviderResumed { .. } => "provider.resumed",
            Event::NoticeProposed { .. } => "calendar.notice-proposed",
            Event::NoticeAnswered { .. } => "calendar.notice-answered",
            Event::ProviderTold { .. } => "provider.told",
            Event::ProviderChanged { .. } => "provider.changed",
            Event::ProviderKeyIssued { .. } => "provider.key-issued",
            Event::ProviderKeyRevoked { .. } => "provider.key-revoked",
            Event::CertificateIssued(_) => "certificate.issued",
            Event::CertificateStatus { .. } => "certificate.status",
            Event::FilingRegistered(_) => "filing.registered",
            Event::FilingCancelled { .. } => "filing.cancelled",
            Event::Case { .. } => "case",
            Event::ClaimEntered { .. } => "case.claim-entered",
            Event::CaseAssigned { .. } => "case.assigned",
            Event::LinesRefused { .. } => "case.lines-refused",
            Event::RecoveryPlanned { .. } => "case.recovery-planned",
            Event::RecoveryBrought { .. } => "case.recovery-brought",
            Event::PaymentKept { .. } => "case.payment-kept",
            Event::SettlementMade(_) => "settlement.made",
            Event::SettlementVoided { .. } => "settlement.voided",
            Event::EntryPosted(_) => "entry.posted",
            Event::AccountOpened(_) => "account.opened",
            Event::AccountClosed { .. } => "account.closed",
            Event::PersonAccount { .. } => "person-account",
            Event::AccountPasswordSet { .. } => "account.password-set",
            Event::Visit { .. } => "visit",
            Event::Statement { .. } => "statement",
            Event::Reconciliation { .. } => "reconciliation",
            Event::BankFile { .. } => "bank-file",
            Event::BookYear { .. } => "books",
            Event::Region { .. } => "region",
            Event::Remote { .. } => "remote",
            Event::Declared { .. } => "person.declared",
            Event::DeclarationWithdrawn { .. } => "person.declaration-withdrawn",
            Event::SheetFiled(_) => "sheet.filed",
            Event::SheetWithdrawn { .. } => "sheet.withdrawn",
            Event::UniqueTaken { .. } => "unique.taken",
        }
    }
}

#[cfg(test)]
mod tests;
