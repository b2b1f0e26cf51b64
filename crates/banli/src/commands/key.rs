//! `banli key`: keys of the national interface, by provider.

use crate::desk::Desk;
use crate::interface::{Secrets, fresh};
use crate::office::Office;
use crate::out;
use crate::packs::PacksArgs;
use crate::trouble::Trouble;
use agency::{AccountId, Actor, Command, Organisation, ProviderId, registry};
use std::path::PathBuf;
use std::process::ExitCode;

/// Issue, list and revoke the keys with which providers sign their messages
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli key --data banli-data issue H33010600001     prints the key's name and its secret
  banli key --data banli-data list H33010600001
  banli key --data banli-data revoke H33010600001-0123456789abcdef

To rotate: issue a new key, let the provider change over, revoke the old one. Secrets are derived from
interface.key in the office's folder and kept nowhere else; the office must not be running meanwhile.")]
pub struct Arguments {
    /// The folder of the office
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    packs: PacksArgs,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Issue a key to the provider with this code
    Issue {
        /// `fixmedins_code`
        provider: String,
    },
    /// List the provider's keys
    List {
        /// `fixmedins_code`
        provider: String,
    },
    /// Revoke a key
    Revoke {
        /// The key's name
        access_key: String,
    },
}

/// Does it.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let office = Office::open(&arguments.data, &arguments.packs)?;
    let secrets = Secrets::open(&arguments.data)?;
    let desk = Desk::open(office.store.clone(), office.rules.clone(), office.clock)?;
    let provider = |code: &str| -> anyhow::Result<ProviderId> {
        let found = desk.store().with_records(|records| records.provider_by_code(code))?;
        found.ok_or_else(|| {
            Trouble::new(
                format!("no key for {code}"),
                "no provider has this code",
                "check it, or register the provider",
            )
            .into()
        })
    };
    let submit = |command| desk.submit(&operator(), None, &Command::Registry(command));
    match &arguments.what {
        What::Issue { provider: code } => {
            let (provider, access_key) = (provider(code)?, fresh(code)?);
            submit(registry::Command::IssueKey { provider, access_key: access_key.clone() })?;
            out::line!("{access_key}\n{}", secrets.of(&access_key))?;
        }
        What::List { provider: code } => {
            let id = provider(code)?;
            let state = desk.store().with_records(|records| records.provider(id))?;
            for key in state.iter().flat_map(|state| &state.keys) {
                let until = key.revoked.map_or_else(String::new, |day| format!("  revoked {day}"));
                out::line!("{}  from {}{until}", key.access_key, key.from)?;
            }
        }
        What::Revoke { access_key } => {
            let code = access_key.rsplit_once('-').map_or(access_key.as_str(), |(code, _)| code);
            let provider = provider(code)?;
            submit(registry::Command::RevokeKey { provider, access_key: access_key.clone() })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Whoever may run this on the office's machine operates it.
fn operator() -> Actor {
    Actor {
        account: AccountId(0),
        name: "banli key".to_owned(),
        roles: ["operator".to_owned()].into(),
        organisation: Organisation::Agency,
        title: None,
        person: None,
    }
}
