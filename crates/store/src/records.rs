//! The store as decisions see it.

use crate::open::Store;
use crate::read::{ReadError, Reader};
use crate::views::Stage;
use agency::{CaseId, CertificateId, Event, FilingId, PersonId, ProviderId, Records, StreamId, VisitId, Way};
use ledger::{Account, AccountKind, Turnover, Word};
use std::cell::RefCell;
use terms::{CitizenId, Day};

/// Answers from one moment. Decisions know no trouble, so the first one is kept aside and the whole decision is
/// thrown away for it: an answer that is missing because of the disk must never look like "there is none".
struct Stored<'r> {
    reader: &'r Reader<'r>,
    trouble: RefCell<Option<ReadError>>,
}

impl Stored<'_> {
    fn answer<T: Default>(&self, asked: impl FnOnce(&Reader<'_>) -> Result<T, ReadError>) -> T {
        asked(self.reader).unwrap_or_else(|error| {
            self.trouble.borrow_mut().get_or_insert(error);
            T::default()
        })
    }
}

impl Store {
    /// Calls `look` with the office's records of one moment, for a decision.
    ///
    /// # Errors
    /// [`ReadError`], where any question that `look` asked could not be answered; what it returned is then void.
    pub fn with_records<T>(&self, look: impl FnOnce(&dyn Records) -> T) -> Result<T, ReadError> {
        self.read(|reader| {
            let stored = Stored { reader, trouble: RefCell::new(None) };
            let seen = look(&stored);
            match stored.trouble.into_inner() {
                None => Ok(seen),
                Some(trouble) => Err(trouble),
            }
        })
    }
}

impl Records for Stored<'_> {
    fn events(&self, stream: &StreamId) -> Vec<Event> {
        self.answer(|reader| reader.events(&stream.to_string()))
    }

    fn person_by_citizen(&self, citizen: &CitizenId) -> Option<PersonId> {
        self.answer(|reader| Ok(reader.person_by_citizen(citizen.as_str())?.map(|person| person.id)))
    }

    fn provider_by_code(&self, code: &str) -> Option<ProviderId> {
        // Who a code belongs to does not depend on the day.
        self.answer(|reader| Ok(reader.provider_by_code(code, Day::MIN)?.map(|provider| provider.id)))
    }

    fn certificates_of(&self, person: PersonId) -> Vec<CertificateId> {
        self.answer(|reader| Ok(reader.certificates_of(person)?.into_iter().map(|one| one.id).collect()))
    }

    fn filings_of(&self, person: PersonId) -> Vec<FilingId> {
        self.answer(|reader| Ok(reader.filings_of(person)?.into_iter().map(|one| one.id).collect()))
    }

    fn visits_of(&self, person: PersonId) -> Vec<VisitId> {
        self.answer(|reader| Ok(reader.visits_of(person)?.into_iter().map(|one| one.id).collect()))
    }

    fn last_message(&self, region: &Word, way: Way) -> u64 {
        self.answer(|reader| reader.last_message(region, way))
    }

    fn remotes_on(&self, region: &Word, day: Day) -> Vec<Word> {
        self.answer(|reader| reader.remotes_on(region, day))
    }

    fn moved(&self, account: &Account, from: Day, to: Day) -> Turnover {
        self.answer(|reader| {
            let days = reader.days_of(account, from, to)?;
            // Sums of what was posted before fit.
            Ok(days.into_iter().fold(Turnover::default(), |sum, (_, day)| sum.and(day).unwrap_or(sum)))
        })
    }

    fn entries_on(&self, account: &Account, from: Day, to: Day) -> Vec<ledger::Entry> {
        self.answer(|reader| {
            let (mut entries, mut place) = (Vec::new(), crate::EntryPlace::before(from));
            loop {
                let page = reader.entries_on(account, place, to, 1_000)?;
                let Some(last) = page.last() else { return Ok(entries) };
                place = last.place();
                entries.extend(page.into_iter().map(|row| row.entry));
            }
        })
    }

    fn accounts_of(&self, kind: AccountKind, party: &Word) -> Vec<Account> {
        self.answer(|reader| reader.accounts_of(kind, party))
    }

    fn open_cases_of(&self, person: PersonId) -> Vec<CaseId> {
        self.answer(|reader| {
            let open = reader.cases_of(person)?.into_iter().filter(|case| case.stage != Stage::Closed);
            // Oldest first, while pages want the latest first.
            let mut open: Vec<CaseId> = open.map(|case| case.id).collect();
            open.reverse();
            Ok(open)
        })
    }
}
