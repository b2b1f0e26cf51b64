//! Which offices we speak with, where they are, and the secret we share with each: `regions.toml` beside the office's
//! file, readable by its owner only.

use crate::trouble::Trouble;
use ledger::Word;
use serde::Deserialize;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

/// Another office.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// Its region.
    pub code: Word,
    /// Where it answers.
    pub address: SocketAddr,
    /// What both sign with; 64 hexadecimal digits.
    pub secret: String,
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.code, self.address)
    }
}

/// Every office we speak with.
#[derive(Debug, Clone, Default)]
pub struct Pairs(Vec<Pair>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    region: Vec<Pair>,
}

const FILE: &str = "regions.toml";

impl Pairs {
    /// Reads the file in this folder; nobody where there is none.
    ///
    /// # Errors
    /// Trouble with the file, or one that says something else.
    pub fn open(folder: &Path) -> anyhow::Result<Pairs> {
        let path = folder.join(FILE);
        let told = |why: String| {
            Trouble::new(
                format!("{} cannot be used", path.display()),
                why,
                "mend it, or write it with `banli region join`",
            )
        };
        match fs::read_to_string(&path) {
            Ok(text) => {
                let document: Document = toml::from_str(&text).map_err(|error| told(error.to_string()))?;
                Ok(Pairs(document.region))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Pairs::default()),
            Err(error) => Err(told(error.to_string()).into()),
        }
    }

    /// Adds or changes an office, and writes the file.
    ///
    /// # Errors
    /// Trouble with the file.
    pub fn set(&mut self, folder: &Path, pair: Pair) -> anyhow::Result<()> {
        self.0.retain(|known| known.code != pair.code);
        self.0.push(pair);
        let mut text = String::from(
            "# The offices of other regions; whoever reads the secrets can speak in both names.\n",
        );
        for Pair { code, address, secret } in &self.0 {
            text.push_str(&format!(
                "\n[[region]]\ncode = \"{code}\"\naddress = \"{address}\"\nsecret = \"{secret}\"\n"
            ));
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(folder.join(FILE))?;
        file.write_all(text.as_bytes())?;
        Ok(file.sync_all()?)
    }

    /// The office of this region.
    pub fn get(&self, region: &Word) -> Option<&Pair> {
        self.0.iter().find(|pair| pair.code == *region)
    }

    /// Every office.
    pub fn iter(&self) -> impl Iterator<Item = &Pair> {
        self.0.iter()
    }
}
