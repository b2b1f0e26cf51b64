//! `banli serve`: the pages of an office.

use crate::app::App;
use crate::clock::Clock;
use crate::logs::{self, LogLevel};
use crate::office::Office;
use crate::out;
use crate::packs::{PACK, PacksArgs, as_folder};
use crate::passing;
use crate::server;
use crate::trouble::Trouble;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// Serve the office in a folder on this machine
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli serve --data /var/lib/banli --port 8210

The office answers on 127.0.0.1 only; put a proxy that speaks TLS before it. Where the folder holds no office, an
empty one is founded. Ctrl-C or SIGTERM ends it: requests under way are answered first. Logs go to stderr as JSON.")]
pub struct Arguments {
    /// The folder of the office
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    port: PortArgs,
    /// How much to log on stderr
    #[arg(long, value_enum, default_value = "info", value_name = "LEVEL")]
    log: LogLevel,
    #[command(flatten)]
    packs: PacksArgs,
    #[command(flatten)]
    drafts: DraftArgs,
}

/// Drafts of the law that can be tried from the pages.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct DraftArgs {
    /// A draft of the law to try from the pages: the folder of its pack in a folder of packs; may be given again
    #[arg(long = "draft", value_name = "DIR")]
    folders: Vec<String>,
}

impl DraftArgs {
    /// The folders, each known to be one. What is wrong with a draft is told when it is tried.
    pub fn checked(&self) -> anyhow::Result<Vec<String>> {
        for folder in &self.folders {
            if as_folder(folder).is_none() {
                let cure =
                    "name the folder of a pack as next/hangzhou: a copy of the folder of packs, changed";
                return Err(Trouble::new(
                    format!("{folder} is no draft"),
                    "it is not a folder in a folder",
                    cure,
                )
                .into());
            }
        }
        Ok(self.folders.clone())
    }
}

/// Where to listen.
#[derive(Debug, Clone, clap::Args)]
pub struct PortArgs {
    /// The port on 127.0.0.1; 0 for any that is free
    #[arg(long, default_value_t = 8210, value_name = "PORT")]
    port: u16,
    /// Serve the national interface under this prefix too, such as /my/gateway; common ones are served anyway
    #[arg(long, value_name = "PATH", value_parser = prefix)]
    pub interface_prefix: Option<String>,
}

/// A path of plain segments, such as `/my/gateway`.
fn prefix(text: &str) -> Result<String, String> {
    let plain = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
    };
    match text.strip_prefix('/') {
        Some(path) if path.split('/').all(plain) && text.len() <= 200 => Ok(text.to_owned()),
        _ => Err("write /segment/segment with letters, digits, hyphens, dots and underscores".to_owned()),
    }
}

impl PortArgs {
    /// Takes the port.
    pub fn bind(&self) -> anyhow::Result<TcpListener> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).map_err(|error| {
            let why = match error.kind() {
                std::io::ErrorKind::AddrInUse => "another program has it".to_owned(),
                _ => error.to_string(),
            };
            let what = format!("port {} of 127.0.0.1 cannot be had", self.port);
            Trouble::new(what, why, "choose another with --port, or --port 0 for any that is free").into()
        })
    }
}

/// Opens the office and serves it until it is stopped.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    logs::start(arguments.log);
    let listener = arguments.port.bind()?;
    let drafts = arguments.drafts.checked()?;
    let office = Office::found(&arguments.data, &arguments.packs, PACK, Clock::Real)?;
    out::line!("http://{}/", listener.local_addr()?)?;
    until_stopped(office, listener, &arguments.port, drafts)?;
    Ok(ExitCode::SUCCESS)
}

/// Serves until the process is asked to stop, then closes the office.
pub fn until_stopped(
    office: Office,
    listener: TcpListener,
    port: &PortArgs,
    drafts: Vec<String>,
) -> anyhow::Result<()> {
    until_stopped_beside(office, listener, port, drafts, |_| Ok(()))
}

/// The same, with something begun beside it.
pub fn until_stopped_beside(
    office: Office,
    listener: TcpListener,
    port: &PortArgs,
    drafts: Vec<String>,
    begin: impl FnOnce(&Arc<App>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    tracing::info!(address = %listener.local_addr()?, "answering");
    let mut app = App::new(office)?;
    app.simulations.folders = drafts;
    app.interface.prefix.clone_from(&port.interface_prefix);
    let app = Arc::new(app);
    runtime.spawn(passing::keep_passing(app.clone()));
    crate::exchange::keep_going(&app)?;
    begin(&app)?;
    runtime.block_on(server::serve(app, listener))?;
    tracing::info!("stopped");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_with_its_cure() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let told = PortArgs { port, interface_prefix: None }.bind().unwrap_err().to_string();
        assert!(told.contains("another program has it") && told.contains("--port 0"), "{told}");
        assert!(PortArgs { port: 0, interface_prefix: None }.bind().is_ok());
    }

    #[test]
    fn a_prefix_is_a_path_of_plain_segments() {
        assert_eq!(prefix("/my/gate-way"), Ok("/my/gate-way".to_owned()));
        for wrong in ["", "/", "my", "/a//b", "/{x}", "/a b"] {
            assert!(prefix(wrong).is_err(), "{wrong}");
        }
    }
}
