//! The demo's neighbours: offices of two made-up regions beside it in one process, each with its own file, its own port
//! and its own people to sign in as, and with three days of bills between all of them that are cleared day by day.

use super::region::join;
use super::serve::{self, PortArgs};
use crate::desk::{Declined, Desk};
use crate::exchange::{self, Pair, made_up};
use crate::office::{Demo, Office};
use crate::packs::PacksArgs;
use agency::region::{self, NewRemote};
use agency::registry;
use agency::{AccountId, Actor, Command, Organisation};
use anyhow::Context as _;
use ledger::Word;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use store::RequestKey;
use terms::{Day, Moment};

/// Packs of the neighbours, and the name each goes by.
const NEIGHBOURS: [(&str, &str); 2] = [("haiqu", "海曲"), ("yanyuan", "燕原")];
/// The name the demo's own office goes by among them.
const OWN: &str = "杭州";
/// Days before today that have bills.
const DAYS: i32 = 3;
/// Bills of each office a day.
const BILLS: u64 = 6;
/// Roles one can sign in with at a neighbour.
const ROLES: [&str; 3] = ["operator", "settlement-officer", "cashier"];

/// An office with what is needed to speak with the others.
struct Party {
    code: Word,
    name: &'static str,
    folder: PathBuf,
    listener: Option<TcpListener>,
    office: Office,
    desk: Desk,
}

/// A neighbour that is ready to be served.
pub struct Neighbour {
    /// Its name.
    pub name: &'static str,
    /// Where its pages are.
    pub address: String,
    office: Office,
    listener: TcpListener,
}

/// Founds the neighbours in folders below the demo's, or opens them, joins every office with every other, and plays the
/// days of bills between them. The demo's own office answers at `port`.
///
/// # Errors
/// Trouble with a folder or a port; offices that were made by another version of this program.
pub fn open(
    demo: &Demo,
    folder: &Path,
    packs: &PacksArgs,
    count: u8,
    port: u16,
) -> anyhow::Result<Vec<Neighbour>> {
    let own = Party::of(demo.office.clone(), OWN, folder.to_owned(), None)?;
    let mut parties = vec![own];
    for (pack, name) in NEIGHBOURS.into_iter().take(usize::from(count.saturating_sub(1))) {
        let folder = folder.join("regions").join(pack);
        std::fs::create_dir_all(&folder)?;
        let mut office = Office::found(&folder, packs, pack, demo.office.clock)?;
        // All offices have one day, also after the demo's was moved on.
        office.clock = demo.office.clock;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let party = Party::of(office, name, folder, Some(listener))?;
        accounts(&party, &demo.district.password())?;
        parties.push(party);
    }
    for party in &parties {
        made_up::found(&party.desk)?;
    }
    for one in 0..parties.len() {
        for other in one + 1..parties.len() {
            let secret = crate::session::random_id()?;
            for (here, there) in [(one, other), (other, one)] {
                let (here, there) = (&parties[here], &parties[there]);
                let address = match &there.listener {
                    Some(listener) => listener.local_addr()?,
                    None => (Ipv4Addr::LOCALHOST, port).into(),
                };
                let pair = Pair { code: there.code, address, secret: secret.clone() };
                join(&here.office, &here.folder, there.name, pair)?;
            }
        }
    }
    let today = demo.office.clock.today();
    for before in (0..=DAYS).rev() {
        let now = Moment::at(today.plus(-before), 8, 30);
        play(&parties, now, before > 0)?;
    }
    let neighbours = parties.into_iter().filter_map(|party| {
        let listener = party.listener?;
        let address = format!("http://{}/", listener.local_addr().ok()?);
        Some(Neighbour { name: party.name, address, office: party.office, listener })
    });
    Ok(neighbours.collect())
}

/// Serves the neighbours on threads of their own, until the process is asked to stop.
///
/// # Errors
/// Trouble beginning a thread.
pub fn serve(
    neighbours: Vec<Neighbour>,
    port: &PortArgs,
) -> anyhow::Result<Vec<std::thread::JoinHandle<()>>> {
    let mut threads = Vec::new();
    for Neighbour { name, office, listener, .. } in neighbours {
        let port = port.clone();
        let work = move || {
            if let Err(why) = serve::until_stopped(office, listener, &port, Vec::new()) {
                tracing::error!(name, "a neighbour ended: {why:#}");
            }
        };
        threads.push(std::thread::Builder::new().name("neighbour".to_owned()).spawn(work)?);
    }
    Ok(threads)
}

impl Party {
    fn of(
        office: Office,
        name: &'static str,
        folder: PathBuf,
        listener: Option<TcpListener>,
    ) -> anyhow::Result<Party> {
        let code = office.rules.law.pack().region.as_deref().context("the pack names no region")?.parse()?;
        let desk = Desk::open(office.store.clone(), office.rules.clone(), office.clock)?;
        Ok(Party { code, name, folder, listener, office, desk })
    }

    /// Does it; what was done before, under the same key, stays as it is.
    fn submit(&self, actor: &Actor, key: &str, command: &Command, now: Moment) -> anyhow::Result<()> {
        let key = RequestKey::new(key.to_owned())?;
        match self.desk.submit_at(actor, Some(&key), command, now) {
            Ok(_) => Ok(()),
            Err(Declined::Refused(reasons)) => {
                tracing::warn!(name = self.name, ?reasons, "a made-up step was refused");
                Ok(())
            }
            Err(why) => Err(why.into()),
        }
    }
}

fn actor(role: &str) -> Actor {
    Actor {
        account: AccountId(0),
        name: "banli demo".to_owned(),
        roles: [role.to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

/// Accounts of a neighbour, with the demo's password.
fn accounts(party: &Party, password: &str) -> anyhow::Result<()> {
    for (number, role) in (1_u128..).zip(ROLES) {
        let login = agency::Unique::Login;
        let stream = agency::StreamId::Unique(login, role.to_owned());
        if party.office.store.with_records(|records| records.version(&stream))? > 0 {
            continue;
        }
        let password_hash = crate::password::hash(password, number.to_be_bytes())
            .map_err(|error| anyhow::anyhow!("the password cannot be hashed: {error}"))?;
        let command = registry::Command::OpenAccount {
            login: role.to_owned(),
            name: crate::district::name_of(party.code.as_str(), 900 + u64::try_from(number)?),
            roles: vec![role.to_owned()],
            organisation: Organisation::Agency,
            title: None,
            person: None,
            password_hash,
        };
        let now = party.desk.now();
        party.submit(
            &actor("operator"),
            &format!("neighbour/account/{role}"),
            &Command::Registry(command),
            now,
        )?;
    }
    Ok(())
}

/// One day between the offices: the lists of the days before, then bills of each in each other's region; every message
/// is carried at once.
fn play(parties: &[Party], now: Moment, bills: bool) -> anyhow::Result<()> {
    let day: Day = now.day();
    for party in parties {
        for other in parties.iter().filter(|other| other.code != party.code) {
            let list = region::Command::List { region: other.code, day: day.previous() };
            let key = format!("neighbour/list/{}/{day}", other.code);
            // A day on which nothing happened is not listed.
            let any = party.office.store.read(|reader| reader.remote_days(&other.code, day.previous()))?;
            if any.contains(&day.previous()) {
                party.submit(&exchange::actor(), &key, &Command::Region(list), now)?;
            }
        }
    }
    carry(parties, now)?;
    if !bills {
        return Ok(());
    }
    for party in parties {
        let others: Vec<&Party> = parties.iter().filter(|other| other.code != party.code).collect();
        for number in 0..BILLS {
            let Some(other) = others.get(usize::try_from(number)? % others.len().max(1)) else { break };
            // Other bills on other days.
            let number = number + BILLS * u64::from(day.day_of_month());
            let new: NewRemote = made_up::bill(&party.office.rules, day, other.code, number)?;
            let command = Command::Region(region::Command::Ask(Box::new(new)));
            let key = format!("neighbour/bill/{day}/{number}");
            party.submit(&actor("provider-system"), &key, &command, now)?;
        }
        carry(parties, now)?;
    }
    Ok(())
}

/// Carries messages between the offices until none waits.
fn carry(parties: &[Party], now: Moment) -> anyhow::Result<()> {
    /// Messages carried from one office to another in one round.
    const ROUND: u32 = 200;
    loop {
        let mut carried = false;
        for from in parties {
            for to in parties.iter().filter(|to| to.code != from.code) {
                let waiting = from.office.store.read(|reader| reader.unacknowledged(&to.code, ROUND))?;
                for (number, message) in waiting {
                    let receive =
                        region::Command::Receive { from: from.code, number, message: Box::new(message) };
                    // The key of the messages that come over the wire, so that none is taken twice.
                    let key = RequestKey::new(format!("message/{}/{number}", from.code))?;
                    to.desk.submit_at(&exchange::actor(), Some(&key), &Command::Region(receive), now)?;
                    let acknowledge = region::Command::Acknowledge { region: to.code, number };
                    from.desk.submit_at(&exchange::actor(), None, &Command::Region(acknowledge), now)?;
                    carried = true;
                }
            }
        }
        if !carried {
            return Ok(());
        }
    }
}
