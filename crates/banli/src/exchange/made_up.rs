//! Made-up patients and bills, so that offices between which nothing happens yet can be tried: for the demo, for tests.
//! Nobody in them exists; numbers follow from region and count, the same on every machine.

use super::ask;
use crate::app::App;
use crate::desk::{Declined, Desk};
use agency::region::{self, NewRemote};
use agency::registry::{self, NewPerson, NewProvider};
use agency::settlement::BillLine;
use agency::{AccountId, Actor, Command, Organisation, ProviderId, Rulebook, person::Insurance};
use anyhow::Context as _;
use benefit::Charge;
use ledger::Word;
use store::RequestKey;
use terms::{CitizenId, Day};

/// Patients of each region.
pub const PATIENTS: u32 = 40;

fn actor(role: &str) -> Actor {
    Actor {
        account: AccountId(0),
        name: "banli region".to_owned(),
        roles: [role.to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}

/// The patient of this number in a district.
fn citizen(district: u32, number: u32) -> anyhow::Result<CitizenId> {
    let birth = Day::from_ymd(1950, 3, 1)?.plus(i32::try_from(number)?.saturating_mul(97));
    CitizenId::compose(district, birth, 700 + u16::try_from(number % 200)?).context("no such identity number")
}

/// The district that stands for a region: the first its patients live in.
fn district(region: &str) -> anyhow::Result<u32> {
    Ok(match region {
        "330100" => 330_106,
        "990100" => 990_106,
        "980100" => 980_105,
        other => other.parse::<u32>()? + 6,
    })
}

/// A hospital and a pharmacy where there are none yet, and this region's made-up patients. What is there stays.
///
/// # Errors
/// Trouble; a refusal other than that something is there already.
pub fn found(desk: &Desk) -> anyhow::Result<()> {
    let pack = desk.rules().law.pack();
    let region = pack.region.clone().context("the pack names no region")?;
    let district = district(&region)?;
    let submit =
        |command: registry::Command| match desk.submit(&actor("operator"), None, &Command::Registry(command))
        {
            Ok(_) => Ok(true),
            Err(Declined::Refused(reasons))
                if reasons.iter().all(|reason| reason.code.ends_with("already-registered")) =>
            {
                Ok(false)
            }
            Err(why) => Err(anyhow::Error::from(why)),
        };
    let hospital = NewProvider {
        code: format!("H{district}00001"),
        name: format!("{}演示第一医院", pack.name.zh.trim_end_matches("（虚构）")),
        provider_kind: "hospital".to_owned(),
        hosp_lv: "2".to_owned(),
        region: district.to_string(),
        refers: true,
    };
    let pharmacy = NewProvider {
        code: format!("P{district}00002"),
        name: format!("{}演示第一药店", pack.name.zh.trim_end_matches("（虚构）")),
        provider_kind: "pharmacy".to_owned(),
        hosp_lv: "11".to_owned(),
        region: district.to_string(),
        refers: false,
    };
    for (number, provider) in [(1, hospital), (2, pharmacy)] {
        if submit(registry::Command::RegisterProvider(provider))? {
            let (from, article) = (Day::from_ymd(2023, 1, 1)?, "sil-2018/31-1".into());
            submit(registry::Command::Designate { provider: ProviderId(number), from, to: None, article })?;
        }
    }
    for number in 0..PATIENTS {
        submit(registry::Command::RegisterPerson(NewPerson {
            name: crate::district::name_of(&region, number.into()),
            citizen: citizen(district, number)?,
            address: pack.name.zh.clone(),
            unit: None,
            insurance: vec![Insurance {
                insutype: "310".to_owned(),
                psn_type: "1101".to_owned(),
                from: Day::from_ymd(2023, 1, 1)?,
                to: None,
            }],
            categories: Vec::new(),
            parent: None,
            region: region.clone(),
        }))?;
    }
    Ok(())
}

/// Asks so many made-up bills of the regions we speak with, one after the other, and takes every eighth back. Each has a
/// name of its own, so that going on after an end asks what is left.
///
/// # Errors
/// Trouble; an office that cannot be reached is none.
pub fn ask_all(app: &App, count: u64) -> anyhow::Result<()> {
    let pairs: Vec<Word> = app.pairs.iter().map(|pair| pair.code).collect();
    for number in 0..count {
        let Some(region) = pairs.get(usize::try_from(number)? % pairs.len().max(1)) else { return Ok(()) };
        let key = RequestKey::new(format!("made-up/{number}"))?;
        if app.office.store.read(|reader| reader.request(&key))?.is_some() {
            continue;
        }
        let new = bill(&app.office.rules, app.desk.now().day(), *region, number)?;
        let (name, remote) = match ask(app, &actor("provider-system"), Some(&key), new) {
            Ok(answered) => answered,
            Err(Declined::MovedOn | Declined::Busy) => continue,
            Err(why) => return Err(why.into()),
        };
        if number % 8 == 7 && remote.standing == region::Standing::Settled {
            let command = Command::Region(region::Command::Cancel { remote: name });
            if let Err(why) = app.desk.submit(&actor("provider-system"), None, &command) {
                tracing::warn!(%name, "not taken back: {why}");
            }
        }
    }
    Ok(())
}

/// A visit of this day with two lines of our catalogue.
///
/// # Errors
/// A pack without a catalogue.
pub fn bill(rules: &Rulebook, today: Day, region: Word, number: u64) -> anyhow::Result<NewRemote> {
    let level = "2".parse().unwrap_or(benefit::Code::NONE);
    let catalogue = rules.benefits.catalogue();
    let items: Vec<_> = catalogue.items().iter().filter(|item| !item.restricted).collect();
    anyhow::ensure!(!items.is_empty(), "the pack has no catalogue");
    let line = |place: u64| -> anyhow::Result<BillLine> {
        let item = items[usize::try_from((number * 7 + place * 3) % items.len() as u64)?];
        let price = format!("{}.{:02}", 20 + (number * 37 + place * 11) % 400, number * 13 % 100);
        let (price, quantity) = (price.parse()?, "1".parse()?);
        let charge = Charge { code: &item.code, price, quantity, day: today, approved: false };
        let found = catalogue.line(&charge, level);
        Ok(BillLine {
            item: item.code.clone(),
            name: item.name.clone(),
            price,
            quantity,
            day: today,
            class: found.class,
            ceiling: found.ceiling,
            first_own: found.first_own,
            illustrative: found.illustrative,
        })
    };
    Ok(NewRemote {
        region,
        citizen: citizen(district(region.as_str())?, u32::try_from(number * 5 % u64::from(PATIENTS))?)?,
        provider: ProviderId(1),
        med_type: "11".parse().unwrap_or(benefit::Code::NONE),
        begndate: today,
        enddate: today,
        lines: vec![line(0)?, line(1)?],
        account: true,
    })
}
