//! A pack and the packs it stands under, as one immutable law.

use crate::article::{self, Article};
use crate::setting::{self, Setting};
use crate::{Diagnostic, Diagnostics, Source, calendar, say};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write;
use terms::{ArticleId, Calendar, Day, Name};

/// The text of every file under `packs/`, by path with forward slashes.
pub type Files = BTreeMap<String, String>;

/// Bounds on what is read, so that a hostile or mistaken pack is refused and not loaded for ever.
const FILE_BYTES_MAX: usize = 4 << 20;
/// Tables of hundreds of thousands of rows come as CSV.
const CSV_BYTES_MAX: usize = 64 << 20;
const LAYERS_MAX: usize = 8;

/// The head of a pack, `pack.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackInfo {
    /// The folder's name.
    pub id: String,
    /// The authority's name.
    pub name: Name,
    /// The pack this one stands under (a city under the nation) and may only add to.
    pub under: Option<String>,
    /// Division code of the region whose policy this is (330100), where it is one region's.
    pub region: Option<String>,
    /// We do not answer for days before this one.
    pub answers_from: Day,
}

/// Everything an authority applies, checked. Immutable; named by [`Law::hash`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Law {
    layers: Vec<PackInfo>,
    sources: Vec<Source>,
    articles: BTreeMap<ArticleId, Article>,
    settings: BTreeMap<String, Setting>,
    calendar: Calendar,
    hash: String,
}

impl Law {
    /// Loads pack `id` and the packs it stands under. All faults of articles, calendar and settings are
    /// reported at once; benefits and procedures are checked by the crates that read them.
    pub fn load(files: &Files, id: &str) -> Result<Law, Diagnostics> {
        let layers = layers(files, id)?;
        let mut sources = Vec::new();
        let mut faults = Diagnostics::new();
        for layer in &layers {
            let prefix = format!("{}/", layer.id);
            for (path, text) in
                files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix))
            {
                let most = if path.ends_with(".csv") { CSV_BYTES_MAX } else { FILE_BYTES_MAX };
                if text.len() > most {
                    let what = say("file-long").with("bytes", text.len()).with("most", most);
                    faults.push(Diagnostic::whole_file(path, what, say("file-long-cure")));
                    continue;
                }
                sources.push(Source { path: path.clone(), text: text.clone() });
            }
        }
        let (mut articles, mut settings, mut notices) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for source in &sources {
            let place = source.path.split_once('/').map_or("", |(_, place)| place);
            if place.starts_with("articles/") {
                article::read(source, &mut articles, &mut faults);
            } else if place.starts_with("calendar/") {
                calendar::read(source, &mut notices, &mut faults);
            } else if place == "settings.toml" {
                setting::read(source, &mut settings, &mut faults);
            }
        }
        for setting in settings.values() {
            if !articles.contains_key(&setting.article) {
                let what =
                    say("setting-article").with("setting", &setting.id).with("article", &setting.article);
                faults.push(Diagnostic::whole_file(id, what, say("no-article-cure")));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let hash = hash(&sources);
        Ok(Law { layers, sources, articles, settings, calendar: Calendar::new(notices), hash })
    }

    /// The pack itself, without those it stands under.
    pub fn pack(&self) -> &PackInfo {
        // `layers` is never empty: it holds at least the pack that was asked for.
        &self.layers[self.layers.len() - 1]
    }

    /// The packs from the lowest (the nation) to the pack itself.
    pub fn layers(&self) -> &[PackInfo] {
        &self.layers
    }

    /// The hash of everything loaded: two laws with the same hash decide the same.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The files of all layers below this folder (`benefits`, `procedures`), lowest layer first.
    pub fn documents(&self, folder: &str) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(move |source| {
            let place = source.path.split_once('/').map_or("", |(_, place)| place);
            place.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// Every file of all layers, lowest layer first.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The article with this id.
    pub fn article(&self, id: &str) -> Option<&Article> {
        self.articles.get(id)
    }

    /// Every article, by id.
    pub fn articles(&self) -> impl Iterator<Item = &Article> {
        self.articles.values()
    }

    /// The setting with this id.
    pub fn setting(&self, id: &str) -> Option<&Setting> {
        self.settings.get(id)
    }

    /// Every setting, by id.
    pub fn settings(&self) -> impl Iterator<Item = &Setting> {
        self.settings.values()
    }

    /// The same law with another reading chosen; nothing where setting or reading is unknown. The hash tells
    /// the two apart.
    pub fn choosing(&self, id: &str, reading: &str) -> Option<Law> {
        let mut law = self.clone();
        let setting = law.settings.get_mut(id)?;
        if !setting.readings.contains_key(reading) {
            return None;
        }
        setting.chosen = reading.to_owned();
        law.hash = hex(&Sha256::digest(format!("{} {id}={reading}", self.hash)));
        Some(law)
    }

    /// The notices on holidays.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

/// The pack and what it stands under, lowest first.
fn layers(files: &Files, id: &str) -> Result<Vec<PackInfo>, Diagnostics> {
    let mut layers: Vec<PackInfo> = Vec::new();
    let mut next = Some(id.to_owned());
    while let Some(id) = next {
        let path = format!("{id}/pack.toml");
        let Some(text) = files.get(&path) else {
            let known: Vec<&str> = files.keys().filter_map(|path| path.strip_suffix("/pack.toml")).collect();
            let cure = say("no-pack-cure").with("known", known.join(", "));
            return Err(vec![Diagnostic::whole_file(&path, say("no-pack"), cure)]);
        };
        let source = Source { path: path.clone(), text: text.clone() };
        let info: PackInfo = source.read().map_err(|fault| vec![fault])?;
        if info.id != id {
            let what = say("pack-name").with("named", &info.id).with("folder", &id);
            return Err(vec![Diagnostic::whole_file(&path, what, say("pack-name-cure"))]);
        }
        if layers.len() == LAYERS_MAX || layers.iter().any(|layer| layer.id == id) {
            return Err(vec![Diagnostic::whole_file(&path, say("pack-circle"), say("pack-circle-cure"))]);
        }
        next = info.under.clone();
        layers.push(info);
    }
    layers.reverse();
    Ok(layers)
}

/// SHA-256 over path and text of each file, each preceded by its length, so that no two sets of files collide.
fn hash(sources: &[Source]) -> String {
    let mut hasher = Sha256::new();
    for part in sources.iter().flat_map(|source| [&source.path, &source.text]) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hex(&hasher.finalize())
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests;
