//! The office that a scenario of `kind money` plays in: its people, what it has decided, what stands in its books.

use super::super::Stage;
use agency::{
    AccountId, Actor, Command, Context, Decision, Event, Ids, Memory, Organisation, PersonId, ProviderId,
    Records, Rulebook, SettlementId, StreamAppend, StreamId, person, provider, settlement,
};
use ledger::{Account, Side};
use policy::Cell;
use policy::scenario::Person;
use std::collections::BTreeMap;
use terms::{CitizenId, Day, Fen, Moment, Refusals};

/// Yuan as scenarios write them: `1,000.00`.
pub(super) fn amount(text: &str) -> Result<Fen, String> {
    text.replace(',', "").parse().map_err(|_| format!("`{text}` is no amount"))
}

pub(super) struct Office<'a> {
    pub(super) records: Memory,
    rules: &'a Rulebook,
    people: &'a [Person],
    ids: Ids,
}

fn word<'a>(person: &'a Person, key: &str) -> Option<&'a str> {
    person.facts.iter().find(|pair| pair.key.text == key).map(|pair| pair.value.text.as_str())
}

impl<'a> Office<'a> {
    /// The office with everybody the scenario names; the first has number 1, whatever they are.
    pub(super) fn found(stage: &'a Stage, rules: &'a Rulebook) -> Result<Office<'a>, String> {
        let people = stage.scenario.people.as_slice();
        let mut office = Office { records: Memory::default(), rules, people, ids: Ids::default() };
        for (place, person) in people.iter().enumerate() {
            let number = place as u64 + 1;
            let mut decision = Decision::default();
            if word(person, "birth").is_some() {
                register_person(person, PersonId(number), &mut decision)?;
            } else if let Some(kind) = word(person, "provider") {
                register_provider(person, ProviderId(number), kind, &mut decision);
            }
            if !office.records.append(&decision.appends) {
                return Err(format!("`{}` is there twice", person.name.text));
            }
        }
        Ok(office)
    }

    /// The number of somebody the scenario names.
    pub(super) fn number(&self, name: &str) -> Result<u64, String> {
        let place = self.people.iter().position(|person| person.name.text == name);
        place.map(|place| place as u64 + 1).ok_or_else(|| format!("there is nobody called `{name}`"))
    }

    /// An account or payment with people's names for their numbers: `payable:hospital:340100` as `payable:3:340100`.
    pub(super) fn named(&self, text: &str) -> String {
        let mut named = String::new();
        for (place, piece) in text.split_inclusive([':', '/']).enumerate() {
            let name = piece.trim_end_matches([':', '/']);
            match self.number(name) {
                // The first word says what it is, and is nobody's name.
                Ok(number) if place > 0 => named.push_str(&format!("{number}{}", &piece[name.len()..])),
                _ => named.push_str(piece),
            }
        }
        named
    }

    /// Somebody's words in the scenario (`psn_type`, `level`).
    pub(super) fn fact(&self, name: &str, key: &str) -> Result<&'a str, String> {
        let person = self.people.iter().find(|person| person.name.text == name);
        let said = person.and_then(|person| word(person, key));
        said.ok_or_else(|| format!("`{name}` has no `{key}`"))
    }

    /// Whoever acts, with their roles.
    pub(super) fn actor(&self, name: &Cell) -> Result<Actor, String> {
        let number = self.number(&name.text)?;
        let person = &self.people[number as usize - 1];
        let insured = word(person, "birth").is_some();
        let organisation = match word(person, "organisation") {
            Some(provider) => Organisation::Provider(ProviderId(self.number(provider)?)),
            None if insured => Organisation::Public,
            None => Organisation::Agency,
        };
        let own = if insured { "insured-person" } else { "" };
        let roles = word(person, "roles").unwrap_or(own).split('+').map(str::to_owned).collect();
        let person = insured.then_some(PersonId(number));
        let (account, name) = (AccountId(number), name.text.clone());
        Ok(Actor { account, name, roles, organisation, title: None, person })
    }

    /// Decides and keeps what was decided.
    pub(super) fn does(
        &mut self,
        actor: &Actor,
        today: Day,
        command: &Command,
    ) -> Result<Vec<StreamAppend>, Refusals> {
        let (now, ids) = (Moment::at(today, 9, 0), self.ids.clone());
        let mut context = Context { rules: self.rules, actor, now, ids };
        let decision = agency::decide(&self.records, &mut context, command)?;
        self.ids = context.ids;
        assert!(self.records.append(&decision.appends), "decided on an older version");
        Ok(decision.appends)
    }

    /// A settlement by its number.
    pub(super) fn settled(&self, number: &str) -> Result<settlement::Made, String> {
        let id: SettlementId = number.parse().map_err(|_| format!("`{number}` is no settlement"))?;
        let found = self.records.streams().flat_map(|(_, events)| events).find_map(|event| match event {
            Event::SettlementMade(made) if made.settlement == id => Some((**made).clone()),
            _ => None,
        });
        found.ok_or_else(|| format!("there is no settlement {number}"))
    }

    /// What stands on an account of the books, on the side on which it usually stands, or in a part of a personal account.
    pub(super) fn stands(&self, head: &str, today: Day) -> Result<Fen, String> {
        let parts = |name: &str| -> Result<(Fen, Fen), String> {
            let account = (&self.records as &dyn Records).person_account(PersonId(self.number(name)?));
            Ok(account.parts_on(today))
        };
        if let Some(name) = head.strip_prefix("this-year:") {
            return parts(name).map(|(this_year, _)| this_year);
        }
        if let Some(name) = head.strip_prefix("past:") {
            return parts(name).map(|(_, past)| past);
        }
        let (path, end) = head.split_once('@').map_or((head, None), |(path, day)| (path, Some(day)));
        let account: Account = self.named(path).parse().map_err(|why| format!("column `{head}`: {why}"))?;
        let end = end.map_or(Ok(Day::MAX), str::parse).map_err(|why| format!("column `{head}`: {why}"))?;
        let net = self.records.moved(&account, Day::MIN, end).net();
        Ok(match account.kind().side() {
            Side::Debit => net,
            Side::Credit => net.negated(),
        })
    }
}

fn register_person(person: &Person, id: PersonId, decision: &mut Decision) -> Result<(), String> {
    let said = |key: &str| word(person, key).ok_or_else(|| format!("`{}` has no `{key}`", person.name.text));
    let birth: Day = said("birth")?.parse().map_err(|_| "this is no day of birth".to_owned())?;
    let citizen = CitizenId::compose(330_106, birth, 20).ok_or("nobody is born on that day")?;
    let insurance = person::Insurance {
        insutype: said("insutype")?.to_owned(),
        psn_type: said("psn_type")?.to_owned(),
        from: birth,
        to: None,
    };
    let registered = person::Registered {
        person: id,
        name: person.name.text.clone(),
        citizen,
        address: "西湖区".to_owned(),
        unit: None,
        insurance: vec![insurance],
        categories: Vec::new(),
        parent: None,
        region: "330100".to_owned(),
    };
    decision.push(StreamId::Person(id), 0, Event::PersonRegistered(registered));
    Ok(())
}

fn register_provider(person: &Person, id: ProviderId, kind: &str, decision: &mut Decision) {
    let registered = provider::Registered {
        provider: id,
        code: format!("H3301060{id:>04}"),
        name: person.name.text.clone(),
        provider_kind: kind.to_owned(),
        hosp_lv: word(person, "level").unwrap_or("9").to_owned(),
        region: "330106".to_owned(),
        refers: false,
    };
    let designation = provider::Designation { from: Day::MIN, to: None, article: "sil-2018/31-1".into() };
    let bank = word(person, "bank-account").map(|account| ("bank-account".to_owned(), account.to_owned()));
    let changes: BTreeMap<String, String> = bank.into_iter().collect();
    let stream = StreamId::Provider(id);
    decision.push(stream.clone(), 0, Event::ProviderRegistered(registered));
    decision.push(stream.clone(), 0, Event::ProviderDesignated { provider: id, designation });
    decision.push(stream, 0, Event::ProviderChanged { provider: id, changes, on: Day::MIN });
}
