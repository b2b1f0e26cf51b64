//! The one door through which decisions see what is stored, and an office in memory for tests and simulation.

use crate::{
    CaseId, CertificateId, Event, FilingId, PersonId, ProviderId, StreamAppend, StreamId, UnitId, VisitId,
    account, casework, certificate, filing, person, provider, region, unit, visit,
};
use ledger::{Account, AccountKind, Turnover, Word};
use std::collections::{BTreeMap, BTreeSet};
use terms::{CitizenId, Day, Month};

/// What is stored, as decisions may ask for it. The shell answers from the store, [`Memory`] from a map. All
/// answers of one decision come from one point in time.
pub trait Records {
    /// Every event of a stream, oldest first; empty for a stream that does not exist.
    fn events(&self, stream: &StreamId) -> Vec<Event>;
    /// Who has this number.
    fn person_by_citizen(&self, citizen: &CitizenId) -> Option<PersonId>;
    /// The provider with this `fixmedins_code`.
    fn provider_by_code(&self, code: &str) -> Option<ProviderId>;
    /// Every certificate ever issued to the person, oldest first.
    fn certificates_of(&self, person: PersonId) -> Vec<CertificateId>;
    /// Every filing of the person, oldest first.
    fn filings_of(&self, person: PersonId) -> Vec<FilingId>;
    /// The person's cases that are not closed, oldest first.
    fn open_cases_of(&self, person: PersonId) -> Vec<CaseId>;
    /// Every visit of the person that was not withdrawn, oldest first.
    fn visits_of(&self, person: PersonId) -> Vec<VisitId>;
    /// The highest number of a message to or from the office of this region; 0 where there is none.
    fn last_message(&self, region: &Word, way: Way) -> u64;
    /// Bills with this region that count, or are taken back, for this day; by name.
    fn remotes_on(&self, region: &Word, day: Day) -> Vec<Word>;
    /// Debits and credits of an account over these days, both included.
    fn moved(&self, account: &Account, from: Day, to: Day) -> Turnover;
    /// Every account of this kind and party that was ever posted to, in order.
    fn accounts_of(&self, kind: AccountKind, party: &Word) -> Vec<Account>;
    /// Entries that touch the account within these days, both included.
    fn entries_on(&self, account: &Account, from: Day, to: Day) -> Vec<ledger::Entry>;
}

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// To the other office.
    Sent,
    /// From the other office.
    Received,
}

impl Way {
    /// `sent`
    pub fn word(self) -> &'static str {
        match self {
            Way::Sent => "sent",
            Way::Received => "received",
        }
    }
}

macro_rules! fold {
    ($(#[$doc:meta])* $name:ident, $id:ty, $stream:ident, $state:ty) => {
        $(#[$doc])*
        pub fn $name(&self, id: $id) -> Option<$state> {
            let mut state = None;
            for event in self.events(&StreamId::$stream(id)) {
                <$state>::evolve(&mut state, &event);
            }
            state
        }
    };
}

impl dyn Records + '_ {
    fold! {
        /// The person, folded.
        person, PersonId, Person, person::Person
    }
    fold! {
        /// The unit, folded.
        unit, UnitId, Unit, unit::Unit
    }
    fold! {
        /// The provider, folded.
        provider, ProviderId, Provider, provider::Provider
    }
    fold! {
        /// The certificate, folded.
        certificate, CertificateId, Certificate, certificate::Certificate
    }
    fold! {
        /// The filing, folded.
        filing, FilingId, Filing, filing::Filing
    }
    fold! {
        /// The visit, folded.
        visit, VisitId, Visit, visit::Visit
    }
    fold! {
        /// The account, folded.
        account, crate::AccountId, Account, account::Account
    }

    /// The bill between regions, folded.
    pub fn remote(&self, name: Word) -> Option<region::Remote> {
        let mut state = None;
        for event in self.events(&StreamId::Remote(name)) {
            region::Remote::evolve(&mut state, &event);
        }
        state
    }

    /// The person's account, folded; an empty one where nothing was ever credited.
    pub fn person_account(&self, person: PersonId) -> crate::person_account::PersonAccount {
        let events = self.events(&StreamId::PersonAccount(person));
        crate::person_account::PersonAccount::of(person, &events)
    }

    /// A provider's month, folded.
    pub fn statement(&self, provider: ProviderId, month: Month) -> crate::statement::MonthStatement {
        let mut state = crate::statement::MonthStatement::new(provider, month);
        for event in self.events(&StreamId::Statement(provider, month)) {
            state.apply(&event);
        }
        state
    }

    /// What stands between our region `home` and another, folded.
    pub fn link(&self, region: Word, home: Word) -> Option<region::Link> {
        let mut state = None;
        for event in self.events(&StreamId::Region(region)) {
            region::Link::evolve(&mut state, &event, home);
        }
        state
    }

    /// How many events a stream has: what an append to it expects.
    pub fn version(&self, stream: &StreamId) -> u64 {
        self.events(stream).len() as u64
    }

    /// The person's certificate that is in use, if any.
    pub fn active_certificate(&self, person: PersonId) -> Option<certificate::Certificate> {
        let certificates = self.certificates_of(person).into_iter().filter_map(|id| self.certificate(id));
        certificates.filter(|certificate| certificate.status == certificate::Status::Active).last()
    }
}

/// An office in memory.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    streams: BTreeMap<StreamId, Vec<Event>>,
}

impl Memory {
    /// Appends what a decision says, whole or not at all: `false` where a stream has moved on meanwhile.
    #[must_use]
    pub fn append(&mut self, appends: &[StreamAppend]) -> bool {
        let current = |append: &StreamAppend| {
            self.streams.get(&append.stream).map_or(0, Vec::len) as u64 == append.expected_version
        };
        if !appends.iter().all(current) {
            return false;
        }
        for append in appends {
            self.streams.entry(append.stream.clone()).or_default().extend(append.events.iter().cloned());
        }
        true
    }

    /// Every stream with its events, in the order of their names.
    pub fn streams(&self) -> impl Iterator<Item = (&StreamId, &Vec<Event>)> {
        self.streams.iter()
    }

    /// Every entry of the books.
    pub fn entries(&self) -> impl Iterator<Item = &ledger::Entry> {
        self.all().filter_map(|event| match event {
            Event::EntryPosted(entry) => Some(entry.as_ref()),
            _ => None,
        })
    }

    fn all(&self) -> impl Iterator<Item = &Event> {
        self.streams.values().flatten()
    }
}

impl Records for Memory {
    fn events(&self, stream: &StreamId) -> Vec<Event> {
        self.streams.get(stream).cloned().unwrap_or_default()
    }

    fn person_by_citizen(&self, citizen: &CitizenId) -> Option<PersonId> {
        self.all().find_map(|event| match event {
            Event::PersonRegistered(registered) if registered.citizen == *citizen => Some(registered.person),
            _ => None,
        })
    }

    fn provider_by_code(&self, code: &str) -> Option<ProviderId> {
        self.all().find_map(|event| match event {
            Event::ProviderRegistered(registered) if registered.code == code => Some(registered.provider),
            _ => None,
        })
    }

    fn certificates_of(&self, person: PersonId) -> Vec<CertificateId> {
        self.all()
            .filter_map(|event| match event {
                Event::CertificateIssued(issued) if issued.person == person => Some(issued.certificate),
                _ => None,
            })
            .collect()
    }

    fn filings_of(&self, person: PersonId) -> Vec<FilingId> {
        self.all()
            .filter_map(|event| match event {
                Event::FilingRegistered(registered) if registered.person == person => Some(registered.filing),
                _ => None,
            })
            .collect()
    }

    fn visits_of(&self, person: PersonId) -> Vec<VisitId> {
        let of_person = |(stream, events): (&StreamId, &Vec<Event>)| {
            let StreamId::Visit(id) = stream else { return None };
            let mut state = None;
            events.iter().for_each(|event| visit::Visit::evolve(&mut state, event));
            state.filter(|visit| visit.opened.person == person && !visit.withdrawn).map(|_| *id)
        };
        self.streams.iter().filter_map(of_person).collect()
    }

    fn last_message(&self, region: &Word, way: Way) -> u64 {
        let stream = |number: u64| match way {
            Way::Sent => StreamId::Sent(*region, number),
            Way::Received => StreamId::Received(*region, number),
        };
        let last = self.streams.range(stream(0)..=stream(u64::MAX)).next_back();
        last.map_or(0, |(stream, _)| match stream {
            StreamId::Sent(_, number) | StreamId::Received(_, number) => *number,
            _ => 0,
        })
    }

    fn remotes_on(&self, region: &Word, day: Day) -> Vec<Word> {
        let named = self.streams.range(StreamId::Remote(Word::known(""))..);
        let names = named.map_while(|(stream, _)| match stream {
            StreamId::Remote(name) => Some(*name),
            _ => None,
        });
        let counts = |name: &Word| {
            (self as &dyn Records).remote(*name).is_some_and(|remote| {
                remote.partner == *region
                    && (remote.asked.is_some_and(|asked| asked.day == day) || remote.back == Some(day))
            })
        };
        names.filter(counts).collect()
    }

    fn moved(&self, account: &Account, from: Day, to: Day) -> Turnover {
        let mut moved = Turnover::default();
        for entry in self.entries().filter(|entry| from <= entry.day && entry.day <= to) {
            // Sums of what was posted before fit.
            moved = moved.plus(entry.on(account)).unwrap_or(moved);
        }
        moved
    }

    fn entries_on(&self, account: &Account, from: Day, to: Day) -> Vec<ledger::Entry> {
        let touches = |entry: &&ledger::Entry| {
            from <= entry.day
                && entry.day <= to
                && entry.postings.iter().any(|posting| posting.account == *account)
        };
        self.entries().filter(touches).cloned().collect()
    }

    fn accounts_of(&self, kind: AccountKind, party: &Word) -> Vec<Account> {
        let postings = self.entries().flat_map(|entry| &entry.postings).map(|posting| posting.account);
        let of_party = |account: &Account| account.kind() == kind && account.party() == Some(*party);
        postings.filter(of_party).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn open_cases_of(&self, person: PersonId) -> Vec<CaseId> {
        let about = StreamId::Person(person).to_string();
        let open = |(stream, events): (&StreamId, &Vec<Event>)| {
            let StreamId::Case(case) = stream else { return None };
            let file = casework::CaseFile::of(events);
            (file.state.subject == about && !file.state.is_closed()).then_some(*case)
        };
        self.streams.iter().filter_map(open).collect()
    }
}
