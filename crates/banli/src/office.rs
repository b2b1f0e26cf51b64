//! An office's folder as the commands open it: the file, the law it works under, its clock; and for the demo its
//! district.

use crate::archive;
use crate::clock::Clock;
use crate::desk::Desk;
use crate::district::{self, DEFAULT_SEED, District, OPENING, PEOPLE, ReadyAccount};
use crate::notice;
use crate::packs::{PACK, PacksArgs};
use crate::progress::Progress;
use crate::rules::Rules;
use crate::stories::{self, Told};
use crate::trouble::Trouble;
use agency::{Actor, Rulebook};
use std::path::Path;
use std::sync::Arc;
use store::{Options, Store};
use terms::Day;

/// What an office wrote about itself under these names.
const CLOCK: &str = "clock";
const SEED: &str = "demo-seed";
const UNDER: &str = "under";

/// An open office.
#[derive(Debug, Clone)]
pub struct Office {
    /// Its one file.
    pub store: Arc<Store>,
    /// What it applies.
    pub rules: Arc<Rules>,
    /// Its time.
    pub clock: Clock,
    /// The seed of its people, where it is a demo.
    pub demo: Option<u64>,
}

/// A demo office and who is in it.
#[derive(Debug)]
pub struct Demo {
    /// The office.
    pub office: Office,
    /// Its people.
    pub district: District,
    /// Who can sign in.
    pub ready: Vec<ReadyAccount>,
    /// False where this start continues an office that was there.
    pub anew: bool,
}

impl Office {
    /// Opens the office in this folder, under the pack it was founded under.
    ///
    /// # Errors
    /// A folder without an office, a pack that cannot be applied.
    pub fn open(folder: &Path, packs: &PacksArgs) -> anyhow::Result<Office> {
        let store = Arc::new(store_of(folder)?);
        let pack = store.read(|reader| reader.meta(UNDER))?.unwrap_or_else(|| PACK.to_owned());
        let mut rules = notice::with_kept(&store, rulebook(packs, &pack)?)?;
        remember(&store, &mut rules)?;
        let rules = Rules::of(rules);
        let (clock, seed) = store.read(|reader| Ok((reader.meta(CLOCK)?, reader.meta(SEED)?)))?;
        let demo = seed.and_then(|seed| seed.parse().ok());
        let clock = match clock {
            Some(text) => text.parse()?,
            None => {
                store.set_meta(CLOCK, &Clock::Real.to_string())?;
                Clock::Real
            }
        };
        store.note_pack(&pack, rules.law.hash(), clock.now())?;
        Ok(Office { store, rules, clock, demo })
    }

    /// Founds an office under a pack, with this clock; an office that is there already is only opened.
    pub fn found(folder: &Path, packs: &PacksArgs, pack: &str, clock: Clock) -> anyhow::Result<Office> {
        let store = open_store(folder)?;
        if store.read(|reader| reader.meta(UNDER))?.is_none() {
            store.set_meta(UNDER, pack)?;
            store.set_meta(CLOCK, &clock.to_string())?;
        }
        drop(store);
        Office::open(folder, packs)
    }

    /// Lets so many days pass at once, for now and for whenever it is opened again.
    pub fn forward(&mut self, days: u16) -> anyhow::Result<()> {
        self.clock = self.clock.days_later(days);
        Ok(self.store.set_meta(CLOCK, &self.clock.to_string())?)
    }
}

impl Demo {
    /// Opens the demo office in this folder, or founds it with the people of this seed; what is missing of a
    /// founding that broke off is added.
    pub fn open(folder: &Path, seed: Option<u64>, packs: &PacksArgs, watched: bool) -> anyhow::Result<Demo> {
        let store = Arc::new(open_store(folder)?);
        let mut rules = notice::with_kept(&store, rulebook(packs, PACK)?)?;
        remember(&store, &mut rules)?;
        let rules = Rules::of(rules);
        let seed = settle_seed(&store, folder, seed)?;
        let clock = settle_clock(&store)?;
        let district = District::generate(seed, PEOPLE);
        let ready = district.ready_accounts(&rules.roles);
        let office = Office { store, rules, clock, demo: Some(seed) };
        let mut demo = Demo { office, district, ready, anew: false };
        for stage in [Stage::Registers, Stage::Visits, Stage::Stories] {
            demo.anew |= demo.reach(stage, watched)?;
        }
        demo.office.store.note_pack(PACK, demo.office.rules.law.hash(), clock.now())?;
        Ok(demo)
    }

    /// Lets so many days pass at once, before anybody works: notices end and dates come near.
    pub fn forward(&mut self, days: u16) -> anyhow::Result<()> {
        self.office.forward(days)
    }

    /// Goes through this stage of making the office unless it was gone through before. True where it was now.
    fn reach(&self, stage: Stage, watched: bool) -> anyhow::Result<bool> {
        let store = &self.office.store;
        if store.read(|reader| reader.meta(stage.mark()))?.is_some() {
            return Ok(false);
        }
        let progress = |what, total| if watched { Progress::of(what, total) } else { Progress::silent() };
        let mark = match stage {
            Stage::Registers => {
                let progress = progress("Registers", PEOPLE as u64 * 2 + 300);
                district::found(store, &self.district, &self.ready, &progress)?.events.to_string()
            }
            Stage::Visits => {
                let visits = self.district.visits();
                let count = visits.len() as u64;
                let progress = progress("A year of visits", count);
                let actors = (self.actor("provider-system")?, self.actor("operator")?);
                district::settle_year(store, &self.district, visits, &self.office.rules, actors, &progress)?;
                count.to_string()
            }
            Stage::Stories => {
                let Office { store, rules, clock, .. } = &self.office;
                let desk = Desk::open(store.clone(), rules.clone(), *clock)?;
                let progress = progress("Stories", stories::COUNT);
                serde_json::to_string(&stories::play(&desk, &self.district, &self.ready, &progress)?)?
            }
        };
        store.set_meta(stage.mark(), &mark)?;
        Ok(true)
    }

    /// Who acts in this role.
    pub fn actor(&self, role: &str) -> anyhow::Result<&Actor> {
        let known = self.ready.iter().find(|ready| ready.actor.roles.contains(role));
        known.map(|ready| &ready.actor).ok_or_else(|| {
            let cure = "name it in the pack's roles/*.toml";
            Trouble::new(format!("nobody plays the role `{role}`"), "the pack has no such role", cure).into()
        })
    }

    /// How many visits the office settled when it was made.
    pub fn visits(&self) -> anyhow::Result<u64> {
        let told = self.office.store.read(|reader| reader.meta(Stage::Visits.mark()))?;
        Ok(told.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// What became of the stories when they were played.
    pub fn stories(&self) -> anyhow::Result<Vec<Told>> {
        let told = self.office.store.read(|reader| reader.meta(Stage::Stories.mark()))?;
        Ok(told.map_or(Ok(Vec::new()), |text| serde_json::from_str(&text))?)
    }
}

/// The stages of making a demo office, each gone through once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// People, units, providers, accounts.
    Registers,
    /// A year of settlements.
    Visits,
    /// The stories.
    Stories,
}

impl Stage {
    /// The name under which the office notes that it has been through.
    fn mark(self) -> &'static str {
        match self {
            Stage::Registers => "demo-registers",
            Stage::Visits => "demo-visits",
            Stage::Stories => "demo-stories",
        }
    }
}

/// The file of the office in this folder. None is made: a mistyped folder must not become an office.
///
/// # Errors
/// A folder without an office; a file in use or of another layout.
pub fn store_of(folder: &Path) -> anyhow::Result<Store> {
    must_be_in(folder)?;
    open_store(folder)
}

/// That there is an office in this folder.
///
/// # Errors
/// Where there is none, with what to do.
pub fn must_be_in(folder: &Path) -> anyhow::Result<()> {
    if !folder.join("office.db").is_file() {
        let what = format!("there is no office in {}", folder.display());
        let trouble = Trouble::new(what, "the folder holds no office.db", "name another folder with --data");
        return Err(trouble.into());
    }
    Ok(())
}

fn open_store(folder: &Path) -> anyhow::Result<Store> {
    Ok(Store::open(folder, Options::default())?)
}

/// Keeps the law in force for the cases opened under it, and finds the earlier ones that cases still run under.
fn remember(store: &Store, rules: &mut Rulebook) -> anyhow::Result<()> {
    archive::keep(store, &rules.law)?;
    archive::add_earlier(store, rules)
}

/// The law of a pack with all that the office compiles from it; every fault told at once.
pub fn rulebook(packs: &PacksArgs, id: &str) -> anyhow::Result<Rulebook> {
    let law = packs.law(id)?;
    Rulebook::compile(law).map_err(|faults| crate::packs::faulty(id, &faults).into())
}

/// The seed the office was founded with, or the one it is to be founded with now.
fn settle_seed(store: &Store, folder: &Path, wanted: Option<u64>) -> anyhow::Result<u64> {
    let known: Option<u64> = store.read(|reader| reader.meta(SEED))?.and_then(|seed| seed.parse().ok());
    match (known, wanted) {
        (Some(known), Some(wanted)) if known != wanted => {
            let what = format!("the office in {} cannot be continued with seed {wanted}", folder.display());
            let cure = "leave --seed away to continue it, or name another folder with --data";
            Err(Trouble::new(what, format!("it was founded with seed {known}"), cure).into())
        }
        (Some(known), _) => Ok(known),
        (None, _) if !store.opening().created && store.opening().last_seq > 0 => {
            let what = format!("{} is not a demo office", folder.display());
            let cure = "start it with `banli serve`, or name another folder with --data";
            Err(Trouble::new(what, "it was not founded by `banli demo`", cure).into())
        }
        (None, wanted) => {
            let seed = wanted.unwrap_or(DEFAULT_SEED);
            store.set_meta(SEED, &seed.to_string())?;
            Ok(seed)
        }
    }
}

/// The demo's clock: opens on its fixed morning at the first start and runs on.
fn settle_clock(store: &Store) -> anyhow::Result<Clock> {
    if let Some(text) = store.read(|reader| reader.meta(CLOCK))? {
        return Ok(text.parse()?);
    }
    let opening: Day = OPENING.parse()?;
    let clock = Clock::opening_on(opening);
    store.set_meta(CLOCK, &clock.to_string())?;
    Ok(clock)
}

#[cfg(test)]
mod tests;
