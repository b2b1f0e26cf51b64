//! Keeping the registers: people, units, liaison officers, providers, accounts.

mod accounts;

use crate::person::{Category, Insurance};
use crate::provider::Designation;
use crate::{
    AccountId, Capability, Context, Decision, Event, IdKind, Organisation, PersonId, ProviderId, Records,
    StreamId, Unique, UnitId, account, person, provider, unit,
};
use serde::{Deserialize, Serialize};
use terms::{ArticleId, CitizenId, Day, Fact, Refusals, UnitCode};

/// What can be asked of the registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// A person becomes known.
    RegisterPerson(NewPerson),
    /// A category is granted, changed or ended.
    Categorize {
        /// Whose.
        person: PersonId,
        /// Which.
        category: Category,
    },
    /// An insurance relation begins.
    Insure {
        /// Whose.
        person: PersonId,
        /// Which.
        insurance: Insurance,
    },
    /// A death is reported.
    ReportDeath {
        /// Whose.
        person: PersonId,
        /// When.
        on: Day,
    },
    /// A unit becomes known.
    RegisterUnit(NewUnit),
    /// A liaison officer is appointed.
    AppointLiaison {
        /// For which unit.
        unit: UnitId,
        /// Who.
        account: AccountId,
        /// From when.
        from: Day,
    },
    /// A provider becomes known.
    RegisterProvider(NewProvider),
    /// An agreement begins.
    Designate {
        /// With whom.
        provider: ProviderId,
        /// From when.
        from: Day,
        /// Until when.
        to: Option<Day>,
        /// On what it rests.
        article: ArticleId,
    },
    /// A provider gets a key to the national interface.
    IssueKey {
        /// Who.
        provider: ProviderId,
        /// The key's name; fresh, from the shell.
        access_key: String,
    },
    /// A key is no longer good.
    RevokeKey {
        /// Whose.
        provider: ProviderId,
        /// The key's name.
        access_key: String,
    },
    /// A key will no longer be good from a day on; until then it and its successor both are.
    RetireKey {
        /// Whose.
        provider: ProviderId,
        /// The key's name.
        access_key: String,
        /// The first day on which it is not.
        on: Day,
    },
    /// Somebody gets an account.
    OpenAccount {
        /// The sign-in name.
        login: String,
        /// The name shown.
        name: String,
        /// Roles by the packs' ids.
        roles: Vec<String>,
        /// For whom they act.
        organisation: Organisation,
        /// A doctor's title.
        title: Option<String>,
        /// The insured person they are.
        person: Option<PersonId>,
        /// The hash, in PHC form, of a password that is good for signing in once, to choose another.
        password_hash: String,
    },
    /// A password is chosen by the account's owner, or given anew by the operator, then for once.
    SetPassword {
        /// Whose.
        account: AccountId,
        /// The new password's hash in PHC form.
        password_hash: String,
    },
    /// Somebody's account is closed for good.
    CloseAccount {
        /// Whose.
        account: AccountId,
    },
}

/// A person to register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    /// Full name.
    pub name: String,
    /// Identity number.
    pub citizen: CitizenId,
    /// Where they live.
    pub address: String,
    /// Their unit.
    pub unit: Option<UnitId>,
    /// How they are insured.
    pub insurance: Vec<Insurance>,
    /// Categories they belong to.
    pub categories: Vec<Category>,
    /// The parent who is staff of a unit, for a child.
    pub parent: Option<PersonId>,
    /// Division code of the region of insurance.
    pub region: String,
}

/// A unit to register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUnit {
    /// Its name.
    pub name: String,
    /// Unified social credit code.
    pub code: UnitCode,
    /// By the packs' codes.
    pub unit_kind: String,
    /// Division code of its district.
    pub district: String,
    /// Where it is.
    pub address: String,
}

/// A provider to register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewProvider {
    /// `fixmedins_code`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// By the packs' codes.
    pub provider_kind: String,
    /// National level code.
    pub hosp_lv: String,
    /// Division code of its region.
    pub region: String,
    /// Whether it undertakes referral business.
    pub refers: bool,
}

/// Longest name or address kept.
const TEXT_CHARS_MAX: usize = 200;

/// Decides a command of the registers.
pub fn decide(
    records: &dyn Records,
    context: &mut Context<'_>,
    command: &Command,
) -> Result<Decision, Refusals> {
    match command {
        Command::RegisterPerson(new) => register_person(records, context, new),
        Command::Categorize { person, category } => {
            may_categorize(context)?;
            let event = Event::PersonCategorized { person: *person, category: category.clone() };
            to_person(records, context, *person, event)
        }
        Command::Insure { person, insurance } => {
            permit(context, Capability::OpenCases)?;
            let event = Event::PersonInsured { person: *person, insurance: insurance.clone() };
            to_person(records, context, *person, event)
        }
        Command::ReportDeath { person, on } => {
            permit(context, Capability::OpenCases)?;
            if *on > context.today() {
                return Err(vec![context.refuse("person/death-in-future").with("on", Fact::Day(*on))]);
            }
            to_person(records, context, *person, Event::PersonDied { person: *person, on: *on })
        }
        Command::RegisterUnit(new) => register_unit(records, context, new),
        Command::AppointLiaison { unit, account, from } => appoint(records, context, *unit, *account, *from),
        Command::RegisterProvider(new) => register_provider(records, context, new),
        Command::Designate { provider, from, to, article } => {
            permit(context, Capability::Operate)?;
            let stream = StreamId::Provider(*provider);
            let version = records.version(&stream);
            if version == 0 {
                return Err(vec![context.refuse("provider/unknown")]);
            }
            let designation = Designation { from: *from, to: *to, article: article.clone() };
            let mut decision = Decision::default();
            decision.push(stream, version, Event::ProviderDesignated { provider: *provider, designation });
            Ok(decision)
        }
        Command::IssueKey { provider, access_key } => {
            let on = context.today();
            let event = Event::ProviderKeyIssued { provider: *provider, access_key: access_key.clone(), on };
            key(records, context, *provider, access_key, false, event)
        }
        Command::RevokeKey { provider, access_key } => {
            let on = context.today();
            let event = Event::ProviderKeyRevoked { provider: *provider, access_key: access_key.clone(), on };
            key(records, context, *provider, access_key, true, event)
        }
        Command::RetireKey { provider, access_key, on } => {
            let on = (*on).max(context.today());
            let event = Event::ProviderKeyRevoked { provider: *provider, access_key: access_key.clone(), on };
            key(records, context, *provider, access_key, true, event)
        }
        Command::OpenAccount { .. } => accounts::open(records, context, command),
        Command::SetPassword { account, password_hash } => {
            accounts::set_password(records, context, *account, password_hash)
        }
        Command::CloseAccount { account } => accounts::close(records, context, *account),
    }
}

/// Changes a provider's keys, where the key is known to it or, to be issued, is not.
fn key(
    records: &dyn Records,
    context: &Context<'_>,
    provider: ProviderId,
    access_key: &str,
    known: bool,
    event: Event,
) -> Result<Decision, Refusals> {
    // The operator keeps everybody's keys, a provider's own people keep theirs.
    let own = context.actor.organisation == Organisation::Provider(provider);
    if !(own && context.may(Capability::ManageKeys)) {
        permit(context, Capability::Operate)?;
    }
    let Some(state) = records.provider(provider) else {
        return Err(vec![context.refuse("provider/unknown")]);
    };
    // A key's name begins with the code of who holds it, by which it is found.
    let named = access_key.strip_prefix(&state.registered.code).is_some_and(|rest| rest.starts_with('-'));
    if !named {
        return Err(vec![context.refuse("provider/key-unknown")]);
    }
    let has = state.has_key(access_key, context.today());
    if has != known {
        return Err(vec![context.refuse("provider/key-unknown")]);
    }
    let stream = StreamId::Provider(provider);
    let mut decision = Decision::default();
    decision.push(stream.clone(), records.version(&stream), event);
    Ok(decision)
}

/// The registers are kept by the counter, by liaison officers for their own unit, and by the operator who
/// sets an office up.
fn permit(context: &Context<'_>, capability: Capability) -> Result<(), Refusals> {
    let allowed = context.may(capability) || context.may(Capability::Operate);
    if allowed { Ok(()) } else { Err(vec![context.refuse("registry/not-permitted")]) }
}

/// A category gives rights: it comes of a case that somebody decided on proof, or of the lists an office begins with.
fn may_categorize(context: &Context<'_>) -> Result<(), Refusals> {
    let allowed = context.may(Capability::Operate);
    if allowed { Ok(()) } else { Err(vec![context.refuse("person/category-by-case")]) }
}

fn register_person(
    records: &dyn Records,
    context: &mut Context<'_>,
    new: &NewPerson,
) -> Result<Decision, Refusals> {
    permit(context, Capability::OpenCases)?;
    if !new.categories.is_empty() {
        may_categorize(context)?;
    }
    let mut refusals = Refusals::new();
    // A child belongs to the unit of the parent who is its staff.
    let parents_unit = new.parent.and_then(|parent| records.person(parent)?.registered.unit);
    if let Organisation::Unit(own) = context.actor.organisation
        && new.unit.or(parents_unit) != Some(own)
    {
        refusals.push(context.refuse("person/other-unit"));
    }
    if new.citizen.birth() > context.today() {
        refusals.push(context.refuse("person/not-born-yet").with("birth", Fact::Day(new.citizen.birth())));
    }
    if !is_text(&new.name) || !is_text(&new.address) {
        refusals
            .push(context.refuse("registry/text-length").with("most", Fact::Number(TEXT_CHARS_MAX as i64)));
    }
    let unique = StreamId::Unique(Unique::Citizen, new.citizen.as_str().to_owned());
    if records.version(&unique) > 0 {
        refusals.push(context.refuse("person/already-registered"));
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let person = PersonId(context.ids.take(IdKind::Person));
    let stream = StreamId::Person(person);
    let mut decision = Decision::default();
    decision.take_once(Unique::Citizen, new.citizen.as_str(), &stream);
    let registered = person::Registered {
        person,
        name: new.name.trim().to_owned(),
        citizen: new.citizen.clone(),
        address: new.address.trim().to_owned(),
        unit: new.unit,
        insurance: new.insurance.clone(),
        categories: new.categories.clone(),
        parent: new.parent,
        region: new.region.clone(),
    };
    decision.push(stream, 0, Event::PersonRegistered(registered));
    Ok(decision)
}

fn to_person(
    records: &dyn Records,
    context: &Context<'_>,
    person: PersonId,
    event: Event,
) -> Result<Decision, Refusals> {
    let stream = StreamId::Person(person);
    let version = records.version(&stream);
    if version == 0 {
        return Err(vec![context.refuse("person/unknown")]);
    }
    let mut decision = Decision::default();
    decision.push(stream, version, event);
    Ok(decision)
}

fn register_unit(
    records: &dyn Records,
    context: &mut Context<'_>,
    new: &NewUnit,
) -> Result<Decision, Refusals> {
    permit(context, Capability::OpenCases)?;
    if records.version(&StreamId::Unique(Unique::UnitCode, new.code.as_str().to_owned())) > 0 {
        return Err(vec![context.refuse("unit/already-registered")]);
    }
    if !is_text(&new.name) || !is_text(&new.address) {
        let most = Fact::Number(TEXT_CHARS_MAX as i64);
        return Err(vec![context.refuse("registry/text-length").with("most", most)]);
    }
    let unit = UnitId(context.ids.take(IdKind::Unit));
    let stream = StreamId::Unit(unit);
    let mut decision = Decision::default();
    decision.take_once(Unique::UnitCode, new.code.as_str(), &stream);
    let registered = unit::Registered {
        unit,
        name: new.name.trim().to_owned(),
        code: new.code.clone(),
        unit_kind: new.unit_kind.clone(),
        district: new.district.clone(),
        address: new.address.trim().to_owned(),
    };
    decision.push(stream, 0, Event::UnitRegistered(registered));
    Ok(decision)
}

fn appoint(
    records: &dyn Records,
    context: &Context<'_>,
    unit: UnitId,
    account: AccountId,
    from: Day,
) -> Result<Decision, Refusals> {
    permit(context, Capability::OpenCases)?;
    let stream = StreamId::Unit(unit);
    let version = records.version(&stream);
    let acts_for_unit =
        |account: &account::Account| account.opened.actor.organisation == Organisation::Unit(unit);
    if version == 0 || !records.account(account).as_ref().is_some_and(acts_for_unit) {
        return Err(vec![context.refuse("unit/no-such-liaison")]);
    }
    let liaison = unit::Liaison { account, from, to: None };
    let mut decision = Decision::default();
    decision.push(stream, version, Event::LiaisonAppointed { unit, liaison });
    Ok(decision)
}

fn register_provider(
    records: &dyn Records,
    context: &mut Context<'_>,
    new: &NewProvider,
) -> Result<Decision, Refusals> {
    permit(context, Capability::Operate)?;
    if records.version(&StreamId::Unique(Unique::ProviderCode, new.code.clone())) > 0 {
        return Err(vec![context.refuse("provider/already-registered")]);
    }
    let provider = ProviderId(context.ids.take(IdKind::Provider));
    let stream = StreamId::Provider(provider);
    let mut decision = Decision::default();
    decision.take_once(Unique::ProviderCode, &new.code, &stream);
    let registered = provider::Registered {
        provider,
        code: new.code.clone(),
        name: new.name.clone(),
        provider_kind: new.provider_kind.clone(),
        hosp_lv: new.hosp_lv.clone(),
        region: new.region.clone(),
        refers: new.refers,
    };
    decision.push(stream, 0, Event::ProviderRegistered(registered));
    Ok(decision)
}

fn is_text(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.chars().count() <= TEXT_CHARS_MAX && !text.chars().any(char::is_control)
}
