//! The month's credits to personal accounts: everybody who is due one, some hundred people to a decision. A month is
//! credited when it begins; what is said twice, or broken off and said again, credits nobody twice.

use crate::desk::{Declined, Desk};
use agency::person_account::{Command, Due, PEOPLE_MAX, due};
use agency::{Actor, PersonId};
use terms::{Fen, Month};

/// The name under which the office notes the last month that was credited.
const MARK: &str = "accounts-credited";
/// Months made up for at once, where the office was closed for long.
const MONTHS_MAX: usize = 24;
/// People without a base that are named.
const NAMED_MAX: usize = 50;

/// What crediting a month came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Credited {
    /// People credited now.
    pub count: usize,
    /// What they were credited together.
    pub amount: Fen,
    /// People who had it before.
    pub had: usize,
    /// People who have no account.
    pub none: usize,
    /// People whose credit is a share of a base that nobody has told.
    pub no_base: usize,
    /// The first of them.
    pub named: Vec<PersonId>,
}

/// Credits a month to everybody who is due it.
///
/// # Errors
/// [`Declined`]: a month that has not begun, or trouble; who was credited until then stays credited.
pub fn credit_month(desk: &Desk, actor: &Actor, month: Month) -> Result<Credited, Declined> {
    let mut credited = Credited::default();
    let law = &desk.rules().accounts;
    let most = u32::try_from(PEOPLE_MAX).unwrap_or(u32::MAX);
    let mut after = 0;
    loop {
        let people = desk.store().read(|reader| reader.people_after(after, month.first(), most))?;
        let Some(last) = people.last() else { return Ok(credited) };
        after = last.0;
        let mut wanting = Vec::new();
        desk.store().with_records(|records| {
            for id in people {
                let Some(person) = records.person(id) else { continue };
                match due(law, &person, &records.person_account(id), month) {
                    Due::Amount(amount, ..) => {
                        wanting.push(id);
                        credited.amount = credited.amount.plus(amount).unwrap_or(Fen::MAX);
                    }
                    Due::Credited => credited.had += 1,
                    Due::NoAccount => credited.none += 1,
                    Due::NoBase => {
                        credited.no_base += 1;
                        if credited.named.len() < NAMED_MAX {
                            credited.named.push(id);
                        }
                    }
                }
            }
        })?;
        if wanting.is_empty() {
            continue;
        }
        credited.count += wanting.len();
        desk.submit(
            actor,
            None,
            &agency::Command::PersonAccount(Command::Credit { month, people: wanting }),
        )?;
    }
}

/// Credits every month that began since the last one noted, this one where none is noted. How many people.
///
/// # Errors
/// As [`credit_month`]; a month that was not finished is taken up with the next call.
pub fn credit_due(desk: &Desk, actor: &Actor) -> anyhow::Result<usize> {
    if desk.rules().accounts.credits.is_empty() {
        return Ok(0);
    }
    let this = desk.now().day().month();
    let noted = desk.store().read(|reader| reader.meta(MARK))?;
    let noted: Option<Month> =
        noted.and_then(|text| Some(format!("{text}-01").parse::<terms::Day>().ok()?.month()));
    let mut month = noted.map_or(this, Month::next);
    let mut count = 0;
    for _ in 0..MONTHS_MAX {
        if month > this {
            break;
        }
        count += credit_month(desk, actor, month)?.count;
        desk.store().set_meta(MARK, &month.to_string())?;
        month = month.next();
    }
    Ok(count)
}
