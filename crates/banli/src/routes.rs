//! Every page and form of the office in one list, by audience, each with what it takes to get there.

use crate::app::App;
use crate::ask::{Ask, Reply};
use crate::errors::Problem;
use crate::pages::parts::{NavItem, Reader};
use crate::pages::{
    accounts, authorities, bank, batch, holidays, person_account, practitioners, settlement_lists,
};
use crate::pages::{
    calculator, case_act, case_letter, case_new, case_papers, case_scans, case_status, cases, finance,
    finance_entry, finance_provider, finance_regions, finance_regions_act, finance_year, front, gallery,
    keys, law, law_article, law_changes, law_rules, notices, people, person_year, precheck, proofs,
    providers, queue, reconciliation, recovery_letter, sandbox, search, settlement, settlement_letter, sign,
    simulation_report, simulations, statement, supervision, versions, witness, yearly,
};
use crate::text::Text;
use agency::{Actor, Capability};
use axum::http::Method;

/// What it takes to get to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Open to everybody; a test names each of these.
    Nothing,
    /// An account.
    SignedIn,
    /// A role that may do this.
    May(Capability),
}

/// A page or a form.
pub struct Route {
    /// GET or POST.
    pub method: Method,
    /// Path after the language.
    pub path: &'static str,
    /// Who may.
    pub need: Need,
    /// What answers.
    pub handler: Handler,
    /// Whether its form may come with files.
    pub files: bool,
}

/// A plain function from request to answer.
pub type Handler = fn(&Ask<'_>) -> Result<Reply, Problem>;

const fn page(path: &'static str, need: Need, handler: Handler) -> Route {
    Route { method: Method::GET, path, need, handler, files: false }
}

const fn form(path: &'static str, need: Need, handler: Handler) -> Route {
    Route { method: Method::POST, path, need, handler, files: false }
}

const fn form_with_files(path: &'static str, need: Need, handler: Handler) -> Route {
    Route { method: Method::POST, path, need, handler, files: true }
}

/// The list.
pub const ROUTES: &[Route] = &[
    // For everybody
    page("/", Need::Nothing, front::show),
    page("/precheck", Need::Nothing, precheck::list),
    page("/precheck/{id}", Need::Nothing, precheck::walk),
    page("/calculator", Need::Nothing, calculator::show),
    page("/notices", Need::Nothing, notices::list),
    page("/status", Need::Nothing, case_status::ask),
    form("/status", Need::Nothing, case_status::answer),
    page("/witness", Need::Nothing, witness::ask),
    form("/witness", Need::Nothing, witness::answer),
    page("/providers", Need::Nothing, providers::list),
    page("/providers/{id}", Need::Nothing, providers::show),
    page("/law", Need::Nothing, law::articles),
    page("/law/articles/{*id}", Need::Nothing, law_article::show),
    page("/law/rules", Need::Nothing, law_rules::list),
    page("/law/rules/{id}", Need::Nothing, law_rules::show),
    page("/law/changes", Need::Nothing, law_changes::show),
    page("/law/proofs", Need::Nothing, proofs::show),
    page("/law/settings", Need::Nothing, law::settings),
    page("/law/calendar/{year}", Need::Nothing, law::calendar),
    page("/gallery", Need::Nothing, gallery::answer),
    form("/theme", Need::Nothing, front::theme),
    // Signing in
    page("/sign-in", Need::Nothing, sign::ask),
    form("/sign-in", Need::Nothing, sign::sign_in),
    form("/sign-out", Need::Nothing, sign::sign_out),
    page("/password", Need::SignedIn, accounts::own),
    form("/password", Need::SignedIn, accounts::change),
    page("/accounts", Need::May(Capability::Operate), accounts::show),
    form("/accounts", Need::May(Capability::Operate), accounts::act),
    // For whoever is signed in; what they see depends on who they are
    page("/home", Need::SignedIn, queue::home),
    form("/home/next", Need::May(Capability::WorkQueue), queue::next),
    page("/search", Need::SignedIn, search::search),
    page("/providers/{id}/practitioners", Need::SignedIn, practitioners::show),
    form("/providers/{id}/practitioners", Need::SignedIn, practitioners::act),
    page("/providers/{id}/lists", Need::SignedIn, settlement_lists::show),
    form("/providers/{id}/lists", Need::SignedIn, settlement_lists::act),
    page("/people/{id}", Need::SignedIn, people::person),
    page("/people/{id}/authorities", Need::SignedIn, authorities::show),
    form("/people/{id}/authorities", Need::SignedIn, authorities::submit),
    page("/authorities", Need::May(Capability::ApplyOnline), authorities::own),
    page("/people/{id}/looks", Need::SignedIn, people::looks),
    page("/people/{id}/years/{year}", Need::SignedIn, person_year::show),
    page("/people/{id}/account", Need::SignedIn, person_account::show),
    form("/people/{id}/account", Need::SignedIn, person_account::submit),
    page("/people/{id}/statement", Need::SignedIn, yearly::show),
    page("/settlements/{id}", Need::SignedIn, settlement::show),
    page("/settlements/{id}/letter", Need::SignedIn, settlement_letter::show),
    page("/cases/new", Need::SignedIn, case_new::choose),
    page("/cases/new/{procedure}", Need::SignedIn, case_new::ask),
    form_with_files("/cases/new/{procedure}", Need::SignedIn, case_new::submit),
    form("/notices/{id}/object", Need::SignedIn, notices::object),
    page("/cases/{id}", Need::SignedIn, case_act::show),
    form_with_files("/cases/{id}/act", Need::SignedIn, case_act::act),
    page("/cases/{id}/scans/{hash}", Need::SignedIn, case_scans::file),
    form("/cases/{id}/assign", Need::SignedIn, case_act::assign),
    page("/cases/{id}/receipt", Need::SignedIn, case_papers::receipt),
    page("/cases/{id}/one-time-notice", Need::SignedIn, case_papers::notice),
    page("/cases/{id}/letter", Need::SignedIn, case_letter::show),
    page("/cases/{id}/order", Need::SignedIn, recovery_letter::show),
    // Desks
    page("/law/holidays", Need::May(Capability::KeepCalendar), holidays::show),
    form_with_files("/law/holidays", Need::May(Capability::KeepCalendar), holidays::submit),
    page("/law/versions", Need::May(Capability::MoveCases), versions::show),
    form("/law/versions", Need::May(Capability::MoveCases), versions::act),
    page("/people", Need::May(Capability::LookUpPeople), people::list),
    page("/cases", Need::May(Capability::LookUpPeople), cases::list),
    page("/settlements", Need::May(Capability::LookUpSettlements), settlement::list),
    page("/finance", Need::May(Capability::ReadBooks), finance::show),
    page("/finance/trial", Need::May(Capability::ReadBooks), finance::trial),
    page("/finance/trial.csv", Need::May(Capability::ReadBooks), finance::trial_csv),
    page("/finance/journal", Need::May(Capability::ReadBooks), finance::journal),
    page("/finance/accounts/{*id}", Need::May(Capability::ReadBooks), finance_entry::account),
    page("/finance/entries/{*id}", Need::May(Capability::ReadBooks), finance_entry::entry),
    page("/finance/providers/{id}", Need::May(Capability::ReadBooks), finance_provider::statement),
    page("/simulations", Need::May(Capability::TryDrafts), simulations::list),
    form("/simulations", Need::May(Capability::TryDrafts), simulations::begin),
    page("/simulations/changes", Need::May(Capability::TryDrafts), simulations::changes),
    page("/simulations/{id}", Need::May(Capability::TryDrafts), simulation_report::show),
    page("/simulations/{id}/report.csv", Need::May(Capability::TryDrafts), simulation_report::csv),
    form("/finance/providers/{id}/act", Need::May(Capability::ReadBooks), statement::office_act),
    form("/finance/providers/{id}/breaks", Need::May(Capability::ReadBooks), reconciliation::act),
    page("/finance/providers/{id}/payment.csv", Need::May(Capability::ReadBooks), statement::payment_file),
    page("/provider", Need::May(Capability::Reply), statement::desk),
    form("/provider/act", Need::May(Capability::Reply), statement::desk_act),
    page("/finance/year", Need::May(Capability::ReadBooks), finance_year::show),
    form("/finance/year", Need::May(Capability::Clear), finance_year::act),
    page("/finance/bank", Need::May(Capability::ReadBooks), bank::list),
    form("/finance/bank", Need::May(Capability::Pay), bank::write),
    page("/finance/bank/{id}", Need::May(Capability::ReadBooks), bank::show),
    form("/finance/bank/{id}", Need::May(Capability::Pay), bank::answer),
    page("/finance/bank/{id}/file.csv", Need::May(Capability::Pay), bank::download),
    page("/finance/person-accounts", Need::May(Capability::ReadBooks), person_account::month_form),
    form("/finance/person-accounts", Need::May(Capability::Clear), person_account::month_credit),
    page("/finance/regions", Need::May(Capability::ReadBooks), finance_regions::list),
    page("/finance/regions/sum", Need::May(Capability::ReadBooks), finance_regions_act::sum),
    form("/finance/regions/{id}/act", Need::May(Capability::ReadBooks), finance_regions_act::act),
    page("/finance/regions/{id}", Need::May(Capability::ReadBooks), finance_regions::region),
    page("/finance/bills/{id}", Need::May(Capability::ReadBooks), finance_regions::bill),
    page("/unit/batch", Need::May(Capability::OpenCases), batch::show),
    form_with_files("/unit/batch", Need::May(Capability::OpenCases), batch::submit),
    page("/cases/{id}/registration-form", Need::SignedIn, batch::registration_form),
    page("/sandbox", Need::May(Capability::ManageKeys), sandbox::show),
    form("/sandbox", Need::May(Capability::ManageKeys), sandbox::check),
    page("/keys", Need::May(Capability::ManageKeys), keys::show),
    form("/keys", Need::May(Capability::ManageKeys), keys::act),
    page("/unit", Need::May(Capability::ManageUnit), people::unit),
    page("/supervision", Need::May(Capability::Supervise), supervision::show),
    page("/supervision.csv", Need::May(Capability::Supervise), supervision::csv),
    page("/looks", Need::May(Capability::ReadLooks), people::looks_ask),
];

/// The frame's view of who reads: name, roles in words, where they may go.
pub fn reader(app: &App, actor: &Actor, text: &Text) -> Reader {
    let roles = actor
        .roles
        .iter()
        .filter_map(|id| app.office.rules.roles.get(id))
        .map(|role| text.name(&role.name).to_owned());
    let may = |capability| app.may(actor, capability);
    let ours = actor.organisation == agency::Organisation::Agency;
    let public = actor.organisation == agency::Organisation::Public;
    let nav = [
        (true, "/home", if public { "nav-mine" } else { "nav-desk" }, 'd'),
        (
            [Capability::OpenCases, Capability::ApplyOnline, Capability::ManageAgreements]
                .map(may)
                .contains(&true),
            "/cases/new",
            if ours { "nav-new-case" } else { "do-open" },
            'n',
        ),
        (may(Capability::ManageAgreements), "/providers", "nav-providers", 'a'),
        (may(Capability::LookUpPeople), "/people", "nav-people", 'p'),
        (may(Capability::LookUpPeople), "/cases", "nav-cases", 'c'),
        (may(Capability::LookUpSettlements), "/settlements", "nav-settlements", 's'),
        (may(Capability::ReadBooks), "/finance", "nav-finance", 'f'),
        (may(Capability::ApplyOnline), "/authorities", "nav-authorities", 'a'),
        (may(Capability::Reply), "/provider", "nav-statements", 'b'),
        (may(Capability::ManageUnit), "/unit", "nav-unit", 'u'),
        (may(Capability::Supervise), "/supervision", "nav-supervise", 'v'),
        (may(Capability::MoveCases), "/law/versions", "nav-versions", 'm'),
        (may(Capability::ManageKeys), "/sandbox", "nav-interface", 'i'),
        (may(Capability::Operate), "/accounts", "nav-accounts", 'o'),
        (may(Capability::ReadLooks), "/looks", "nav-looks", 'k'),
        (may(Capability::TryDrafts), "/simulations", "nav-simulations", 'm'),
        (true, "/law", "nav-law", 'l'),
    ];
    Reader {
        name: actor.name.clone(),
        roles: text.list(roles),
        nav: nav
            .into_iter()
            .filter(|(shown, ..)| *shown)
            .map(|(_, path, key, letter)| NavItem { path: path.to_owned(), key, letter, count: None })
            .collect(),
    }
}

#[cfg(test)]
mod tests;
