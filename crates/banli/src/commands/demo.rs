//! `banli demo`: a synthetic district with its office, ready to be walked through.

use super::demo_regions;
use super::serve::{self, DraftArgs, PortArgs};
use crate::logs::{self, LogLevel};
use crate::office::Demo;
use crate::out;
use crate::packs::PacksArgs;
use crate::stories::Told;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Make a synthetic district, play the stories of the office, start the pages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli demo                      make the office (or continue it) and start its pages on 127.0.0.1
  banli demo --once               make it, print a summary and end
  banli demo --once --json        the summary for programs
  banli demo --data /tmp/office   keep everything in this folder
  banli demo --forward 8          continue it eight days later
  banli demo --regions 3          with the offices of two made-up regions beside it, and bills between all three

Everything is kept in the folder named by --data and nothing is written elsewhere. A second start continues the
same office. To begin anew, remove the folder. Nobody in it exists: people, units and providers are made up from
the seed, the same on every machine.")]
pub struct Arguments {
    /// The folder of the office; made where it is missing
    #[arg(long, default_value = "banli-data", value_name = "DIR")]
    data: PathBuf,
    /// What the district is made from; another number makes other people
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// Let so many days pass first: public notices end, dates come near
    #[arg(long, value_name = "DAYS")]
    forward: Option<u16>,
    /// Offices of so many regions in all: with 3, two made-up neighbours answer beside it, each on a port of its own
    #[arg(long, default_value_t = 1, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=3))]
    regions: u8,
    /// Print a summary and end, without starting the pages
    #[arg(long)]
    once: bool,
    /// Print the summary as one line of JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    port: PortArgs,
    /// How much to log on stderr
    #[arg(long, value_enum, default_value = "warn", value_name = "LEVEL")]
    log: LogLevel,
    #[command(flatten)]
    packs: PacksArgs,
    #[command(flatten)]
    drafts: DraftArgs,
}

/// What `--json` prints; names are kept from version to version.
#[derive(Debug, Serialize)]
struct Summary {
    /// The folder.
    data: String,
    /// Where the pages are; none with `--once`.
    address: Option<String>,
    seed: u64,
    /// True where this start made the office.
    anew: bool,
    /// The office's day, in China.
    today: String,
    people: usize,
    units: usize,
    providers: usize,
    visits: u64,
    events: i64,
    /// What the stories came to.
    stories: Vec<Told>,
    password: String,
    accounts: Vec<AccountLine>,
}

#[derive(Debug, Serialize)]
struct AccountLine {
    login: String,
    role_zh: String,
    role_en: String,
    name: String,
}

/// Makes or continues the office and tells about it; serves it unless `--once`.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    logs::start(arguments.log);
    let drafts = arguments.drafts.checked()?;
    // The port first: whoever cannot have it should not wait for the office to be made.
    let listener = if arguments.once { None } else { Some(arguments.port.bind()?) };
    let mut demo = Demo::open(&arguments.data, arguments.seed, &arguments.packs, !arguments.json)?;
    if let Some(days) = arguments.forward {
        demo.forward(days)?;
    }
    let mut summary = summary(arguments, &demo)?;
    if let Some(listener) = &listener {
        summary.address = Some(format!("http://{}/", listener.local_addr()?));
    }
    if arguments.json {
        out::line!("{}", serde_json::to_string(&summary)?)?;
    } else {
        out::text!("{}", told(&summary)?)?;
    }
    if let Some(listener) = listener {
        let neighbours = if arguments.regions > 1 {
            let port = listener.local_addr()?.port();
            demo_regions::open(&demo, &arguments.data, &arguments.packs, arguments.regions, port)?
        } else {
            Vec::new()
        };
        for neighbour in neighbours.iter().filter(|_| !arguments.json) {
            out::line!(
                "Neighbour {} at {}, as settlement-officer, cashier, operator",
                neighbour.name,
                neighbour.address
            )?;
        }
        let threads = demo_regions::serve(neighbours, &arguments.port)?;
        serve::until_stopped(demo.office, listener, &arguments.port, drafts)?;
        for thread in threads {
            // A neighbour that failed has said why.
            let _ = thread.join();
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn summary(arguments: &Arguments, demo: &Demo) -> anyhow::Result<Summary> {
    let accounts = demo.ready.iter().map(|ready| AccountLine {
        login: ready.login.clone(),
        role_zh: ready.role.zh.clone(),
        role_en: ready.role.en.clone(),
        name: ready.actor.name.clone(),
    });
    Ok(Summary {
        data: arguments.data.display().to_string(),
        address: None,
        seed: demo.district.seed,
        anew: demo.anew,
        today: demo.office.clock.today().to_string(),
        people: demo.district.people.len(),
        units: demo.district.units.len(),
        providers: demo.district.providers.len(),
        visits: demo.visits()?,
        events: demo.office.store.read(|reader| reader.last_seq())?,
        stories: demo.stories()?,
        password: demo.district.password(),
        accounts: accounts.collect(),
    })
}

fn told(summary: &Summary) -> anyhow::Result<String> {
    let mut text = String::new();
    let state = if summary.anew { "a new office" } else { "the same office as before" };
    writeln!(text, "Banli 办理: {state} in {}, its day is {}", summary.data, summary.today)?;
    writeln!(text, "  people     {:>9}", summary.people)?;
    writeln!(text, "  units      {:>9}", summary.units)?;
    writeln!(text, "  providers  {:>9}", summary.providers)?;
    writeln!(text, "  visits     {:>9}", summary.visits)?;
    writeln!(text, "  events     {:>9}", summary.events)?;
    for story in &summary.stories {
        writeln!(text, "\n  Story {}: {}", story.number, story.title)?;
        for line in &story.lines {
            writeln!(text, "    {line}")?;
        }
    }
    writeln!(text, "\nSign in with any of these; the password is  {}", summary.password)?;
    for account in &summary.accounts {
        writeln!(text, "  {:<26} {}  {}", account.login, account.role_zh, account.role_en)?;
    }
    if let Some(address) = &summary.address {
        writeln!(text, "\nOpen {address} in a browser; Ctrl-C ends it and everything is kept.")?;
    }
    Ok(text)
}
