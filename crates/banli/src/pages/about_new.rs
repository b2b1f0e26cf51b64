//! Opening a case about a provider, or about what was decided in another case: both are named by the page one comes
//! from, so that nobody types a number.

use super::access::party_name;
use super::case_loaded::Attempt;
use super::facts as fields;
use super::parts::{Choice, Faults, Field, FieldKind, field, hidden};
use super::send::send;
use crate::ask::{Ask, Fields};
use crate::errors::Problem;
use agency::casework::{About, Command as Casework, OpenAbout, about};
use agency::{Capability, CaseId, Command, Organisation, ProviderId, StreamId};
use case::{Known, Procedure};
use maud::{Markup, html};

/// Whether the list of new cases offers this matter to the reader: those about people to whoever opens such cases,
/// those about providers to whoever keeps agreements in a capacity it knows, those about a case on its page only.
pub fn is_offered(ask: &Ask<'_>, procedure: &Procedure) -> bool {
    let may = |capability| ask.actor.as_ref().is_some_and(|actor| ask.app.may(actor, capability));
    match about(procedure) {
        None => match ask.actor.as_ref().map(|actor| &actor.organisation) {
            // A hospital begins what hospitals take in; the rest people bring to the office themselves.
            Some(Organisation::Provider(_)) => {
                may(Capability::OpenCases) && procedure.parties.contains(&procedure.intake.owner.organisation)
            }
            _ => may(Capability::OpenCases) || may(Capability::ApplyOnline),
        },
        Some(About::Provider) => may(Capability::ManageAgreements) && capacity_of(ask, procedure).is_some(),
        Some(About::Case) => false,
    }
}

/// The capacity in which the reader can apply in a matter of a provider.
pub fn capacity_of(ask: &Ask<'_>, procedure: &Procedure) -> Option<&'static str> {
    let capacity = match ask.actor.as_ref()?.organisation {
        Organisation::Provider(_) => "provider",
        Organisation::Agency => "agency",
        _ => return None,
    };
    procedure.applicants.iter().any(|applicant| applicant.capacity == capacity).then_some(capacity)
}

/// The first fields of the form: what it is about, and in which capacity. Nothing where it is about a person.
pub fn head(
    ask: &Ask<'_>,
    procedure: &Procedure,
    typed: &Fields,
    faults: &Faults,
) -> Result<Option<Markup>, Problem> {
    let page = ask.page();
    let text = page.text;
    Ok(Some(match about(procedure) {
        None => return Ok(None),
        Some(About::Provider) => {
            let own = match ask.actor.as_ref().map(|actor| &actor.organisation) {
                Some(Organisation::Provider(provider)) => Some(provider.to_string()),
                _ => {
                    Some(typed.get("provider").to_owned()).filter(|typed| typed.parse::<ProviderId>().is_ok())
                }
            };
            let capacity = capacity_of(ask, procedure).unwrap_or_default();
            html! {
                (hidden("capacity", capacity))
                @match &own {
                    Some(id) => { (hidden("provider", id)) p { (text.say("agreement-provider")) (text.colon()) strong { (party_name(ask, &format!("provider/{id}"))) } } }
                    None => (field(&page, &Field { name: "provider_code".into(), label: text.say("agreement-provider-code"), hint: Some(text.say("open-provider-hint")), kind: FieldKind::Text(20), required: true }, &[typed.get("provider_code")], faults))
                }
            }
        }
        Some(About::Case) => {
            let case: CaseId = typed.get("about").parse().map_err(|_| Problem::NotFound)?;
            let decided = ask.app.office.store.read(|reader| reader.case(case))?.ok_or(Problem::NotFound)?;
            // Whose case it is not learns no more than the number they typed.
            let shown = super::case_loaded::loaded(ask, case)?;
            let seen = super::access::may_see_case(ask, shown.procedure, &shown.file);
            let choices = procedure
                .applicants
                .iter()
                .map(|one| Choice {
                    value: one.capacity.clone(),
                    label: text.code(&one.capacity),
                    hint: None,
                })
                .collect();
            let capacity = Field {
                name: "capacity".into(),
                label: text.say("precheck-capacity"),
                hint: None,
                kind: FieldKind::Radio(choices),
                required: true,
            };
            let chosen = if typed.get("capacity").is_empty() {
                decided.capacity.as_str()
            } else {
                typed.get("capacity")
            };
            html! {
                (hidden("about", &case.to_string()))
                p { (text.say("about-case")) (text.colon()) @if seen { a href=(page.link(&format!("/cases/{case}"))) { (super::cases::number(case)) " " (super::cases::procedure_name(ask, &decided.procedure)) } } @else { (super::cases::number(case)) } }
                (field(&page, &capacity, &[chosen], faults))
            }
        }
    }))
}

/// Opens the case as it was typed.
pub fn open(ask: &Ask<'_>, procedure: &Procedure) -> Result<Result<CaseId, Attempt>, Problem> {
    let page = ask.page();
    let text = page.text;
    let mut faults = Faults::new();
    let form = &ask.form;
    let about = match about(procedure) {
        Some(About::Case) => form.get("about").parse().ok().map(StreamId::Case),
        _ => provider(ask)?.map(StreamId::Provider),
    };
    if about.is_none() {
        faults.insert("provider_code".into(), text.say("claim-no-provider"));
    }
    let asked = procedure.fields().filter(|field| field.known == Known::Applicant);
    let (facts, wrong) = fields::read_all(&page, asked, form);
    faults.extend(wrong);
    let Some(about) = about.filter(|_| faults.is_empty()) else {
        return Ok(Err(Attempt { faults, ..Attempt::default() }));
    };
    let open = OpenAbout {
        procedure: procedure.id.clone(),
        about: about.to_string(),
        capacity: form.get("capacity").to_owned(),
        facts,
        materials: vec![],
        stand_in: form.get("stand_in").parse().ok(),
    };
    match send(ask, "open", &Command::Case(Casework::OpenAbout(Box::new(open))))? {
        Ok(Some(case)) => Ok(Ok(case)),
        Ok(None) => Err(Problem::NotFound),
        Err(refusals) => Ok(Err(Attempt { refusals, ..Attempt::default() })),
    }
}

/// The provider it is about: the one the page named, or the one whose code was typed.
fn provider(ask: &Ask<'_>) -> Result<Option<ProviderId>, Problem> {
    if let Ok(provider) = ask.form.get("provider").parse() {
        return Ok(Some(provider));
    }
    super::access::provider_by_code(ask, ask.form.get("provider_code"))
}
