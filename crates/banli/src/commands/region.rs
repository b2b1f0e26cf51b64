//! `banli region`: offices of other regions, and whether the books of all of them close to zero.

use super::serve::{self, PortArgs};
use crate::clock::Clock;
use crate::desk::Desk;
use crate::exchange::{Pair, Pairs, made_up};
use crate::logs::{self, LogLevel};
use crate::office::Office;
use crate::out;
use crate::packs::PacksArgs;
use crate::trouble::Trouble;
use agency::{AccountId, Actor, Command, Organisation, region};
use ledger::regions::{by_fund, gaps};
use ledger::{AccountKind, Entry, Ledger, Occasion, Word};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use store::{EntryPlace, Store};
use terms::Day;

/// Offices of other regions: join them, serve beside them, see that all books close to zero
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli region found --data /tmp/haiqu --pack haiqu
  banli region secret
  banli region join --data /tmp/haiqu --region 980100 --name 燕原 --address 127.0.0.1:8302 --secret SECRET
  banli region serve --data /tmp/haiqu --port 8301
  banli region sum /tmp/haiqu /tmp/yanyuan

Two offices share one secret, each joins the other. Offices must not be running while they are joined or summed up. The
exit code of `sum` is 1 where a fund does not add up to zero over all regions on every day.")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Found an office under a pack, with a made-up hospital and made-up patients
    Found {
        /// The folder of the office
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The pack whose region it is
        #[arg(long, value_name = "PACK")]
        pack: String,
        #[command(flatten)]
        packs: PacksArgs,
    },
    /// Print a fresh secret for two offices to share
    Secret,
    /// Make another office known
    Join {
        /// The folder of the office
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        /// The other region's code
        #[arg(long, value_name = "CODE")]
        region: Word,
        /// The other office's name
        #[arg(long)]
        name: String,
        /// Where the other office answers
        #[arg(long, value_name = "HOST:PORT")]
        address: SocketAddr,
        /// The secret both share
        #[arg(long, value_name = "SECRET")]
        secret: String,
        #[command(flatten)]
        packs: PacksArgs,
    },
    /// Serve the office's pages and speak with the other offices
    Serve {
        /// The folder of the office
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
        #[command(flatten)]
        port: PortArgs,
        /// Ask so many made-up bills of the other regions, then go on serving
        #[arg(long, default_value_t = 0, value_name = "NUMBER")]
        made_up: u64,
        /// Let so many days pass first: the days before are listed to the other offices
        #[arg(long, default_value_t = 0, value_name = "DAYS")]
        forward: u16,
        /// How much to log on stderr
        #[arg(long, value_enum, default_value = "warn", value_name = "LEVEL")]
        log: LogLevel,
        #[command(flatten)]
        packs: PacksArgs,
    },
    /// Add up what stands between these offices, fund by fund, day by day
    Sum {
        /// The folders of the offices
        #[arg(required = true, value_name = "DIR")]
        data: Vec<PathBuf>,
        #[command(flatten)]
        packs: PacksArgs,
    },
}

/// Does it.
pub fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.what {
        What::Found { data, pack, packs } => {
            let office = Office::found(&data, &packs, &pack, Clock::Real)?;
            made_up::found(&Desk::open(office.store.clone(), office.rules.clone(), office.clock)?)?;
        }
        What::Secret => out::line!("{}", crate::session::random_id()?)?,
        What::Join { data, region, name, address, secret, packs } => {
            let office = Office::open(&data, &packs)?;
            join(&office, &data, &name, Pair { code: region, address, secret })?;
        }
        What::Serve { data, port, made_up, forward, log, packs } => {
            logs::start(log);
            let listener = port.bind()?;
            let mut office = Office::open(&data, &packs)?;
            if forward > 0 {
                office.forward(forward)?;
            }
            out::line!("http://{}/", listener.local_addr()?)?;
            serve::until_stopped_beside(office, listener, &port, Vec::new(), |app| {
                if made_up > 0 {
                    let app = Arc::downgrade(app);
                    std::thread::Builder::new().name("made-up".to_owned()).spawn(move || {
                        let Some(app) = app.upgrade() else { return };
                        match made_up::ask_all(&app, made_up) {
                            // Whoever started it may have stopped reading.
                            Ok(()) => drop(out::line!("asked {made_up}")),
                            Err(why) => tracing::error!("made-up bills end: {why:#}"),
                        }
                    })?;
                }
                Ok(())
            })?;
        }
        What::Sum { data, packs } => return sum(&data, &packs),
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes another office known: in the books who it is, beside them where it is and the secret.
pub fn join(office: &Office, folder: &Path, name: &str, pair: Pair) -> anyhow::Result<()> {
    let home = office.rules.law.pack().region.clone().unwrap_or_default();
    let known = home.parse().ok().and_then(|home| {
        let found = office.store.with_records(|records| records.link(pair.code, home));
        found.ok().flatten()
    });
    if known.is_none() {
        let desk = Desk::open(office.store.clone(), office.rules.clone(), office.clock)?;
        let operator = Actor {
            account: AccountId(0),
            name: "banli region".to_owned(),
            roles: ["operator".to_owned()].into(),
            organisation: Organisation::Agency,
            title: None,
            person: None,
        };
        let command = region::Command::Join { region: pair.code, name: name.to_owned() };
        desk.submit(&operator, None, &Command::Region(command))?;
    }
    Pairs::open(folder)?.set(folder, pair)
}

/// Reads the books of all offices and adds up.
fn sum(folders: &[PathBuf], packs: &PacksArgs) -> anyhow::Result<ExitCode> {
    let mut books: BTreeMap<Word, Ledger> = BTreeMap::new();
    let mut bills = 0;
    for folder in folders {
        let (region, ledger, count) = read(folder, packs)?;
        bills += count;
        if books.insert(region, ledger).is_some() {
            let what = format!("{} cannot be added up", folder.display());
            return Err(
                Trouble::new(what, "another folder is of the same region", "name each region once").into()
            );
        }
    }
    let books: BTreeMap<Word, &Ledger> = books.iter().map(|(region, ledger)| (*region, ledger)).collect();
    let entries = books.values().flat_map(|ledger| ledger.entries());
    let days: BTreeSet<Day> = entries.map(|entry| entry.day).collect();
    let mut sound = true;
    for &day in &days {
        for (fund, sum) in by_fund(&books, day) {
            sound &= sum == 0;
            out::line!("{day}  {fund}  {sum:>14}")?;
        }
        for gap in gaps(&books, day) {
            sound = false;
            out::line!(
                "{day}  {}  {} has {}, {} has {}",
                gap.fund,
                gap.treating,
                gap.treating_has,
                gap.insured,
                gap.insured_has
            )?;
        }
    }
    let verdict = if sound { "every fund adds up to zero on every day" } else { "NOT zero, see above" };
    out::line!("{} regions, {bills} bills, {} days: {verdict}", books.len(), days.len())?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(super::NO) })
}

/// The entry touches what stands between regions.
fn is_between(entry: &Entry) -> bool {
    let between = |kind: AccountKind| {
        matches!(
            kind,
            AccountKind::Receivable
                | AccountKind::PayableRegion
                | AccountKind::PrepaidTo
                | AccountKind::PrepaidBy
        )
    };
    entry.postings.iter().any(|posting| between(posting.account.kind()))
}

/// Entries read at once.
const PAGE: u32 = 1_000;

/// An office's region, its books and how many bills between regions it settled for others.
fn read(folder: &Path, packs: &PacksArgs) -> anyhow::Result<(Word, Ledger, usize)> {
    let office = Office::open(folder, packs)?;
    let region = office.rules.law.pack().region.as_deref().and_then(|code| code.parse().ok());
    let Some(region) = region else {
        let what = format!("{} has no region", folder.display());
        return Err(Trouble::new(what, "its pack names none", "write `region` in pack.toml").into());
    };
    let store: &Store = &office.store;
    let (mut entries, mut place) = (Vec::new(), EntryPlace::before(Day::MIN));
    loop {
        let page = store.read(|reader| reader.entries(place, Day::MAX, PAGE))?;
        let Some(last) = page.last() else { break };
        place = last.place();
        // What stands between regions, and nothing else of the books.
        entries.extend(page.into_iter().map(|row| row.entry).filter(is_between));
    }
    let treated = Occasion::RemoteTreated.word();
    let bills = entries.iter().filter(|entry| entry.occasion == treated && entry.reverses.is_none()).count();
    let ledger = Ledger::of(entries).map_err(|(entry, outcome)| {
        let what = format!("the books in {} do not stand", folder.display());
        Trouble::new(what, format!("entry {entry}: {outcome}"), "call whoever looks after the program")
    })?;
    Ok((region, ledger, bills))
}
