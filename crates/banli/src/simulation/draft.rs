//! A draft law: a folder, another reading of an open question, or the law in force with one figure changed.

use crate::packs::as_folder;
use crate::packs::{PacksArgs, faulty};
use crate::trouble::Trouble;
use benefit::Benefits;
use policy::{Files, Law, say};

/// Where a draft comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Draft {
    /// A pack's folder the server was started with.
    Folder(String),
    /// Another pack built into the program, by its id.
    Pack(String),
    /// A setting and another reading of it.
    Reading(String, String),
    /// One cell of a pack's table, by file, line and column, with another value.
    Figure(String, u32, u32, String),
}

/// A value of a figure is never longer.
const VALUE_MAX: usize = 24;

impl Draft {
    /// Reads the word of a form: `folder:…`, `pack:…`, `reading:setting=reading`, or `figure:file:line:column`, whose value
    /// comes apart.
    pub fn read(word: &str, value: &str) -> Option<Draft> {
        let (kind, rest) = word.split_once(':')?;
        match kind {
            "folder" => Some(Draft::Folder(rest.to_owned())),
            "pack" => Some(Draft::Pack(rest.to_owned())),
            "reading" => {
                let (setting, reading) = rest.split_once('=')?;
                Some(Draft::Reading(setting.to_owned(), reading.to_owned()))
            }
            "figure" => {
                let (rest, column) = rest.rsplit_once(':')?;
                let (file, line) = rest.rsplit_once(':')?;
                Some(Draft::Figure(
                    file.to_owned(),
                    line.parse().ok()?,
                    column.parse().ok()?,
                    value.to_owned(),
                ))
            }
            _ => None,
        }
    }

    /// The benefits of the draft, compiled.
    ///
    /// # Errors
    /// What is wrong with it, where, and what to do.
    pub fn compile(&self, now: &Law, folders: &[String]) -> anyhow::Result<Benefits> {
        let law = self.law(now, folders)?;
        Benefits::compile(&law).map_err(|faults| faulty(&law.pack().id, &faults).into())
    }

    /// The draft as a law.
    ///
    /// # Errors
    /// What is wrong with it, where, and what to do.
    pub fn law(&self, now: &Law, folders: &[String]) -> anyhow::Result<Law> {
        let pack = &now.pack().id;
        Ok(match self {
            Draft::Pack(id) => PacksArgs::default().law(id)?,
            Draft::Folder(folder) => {
                // Only folders the server was started with are read: nobody names a path of this machine.
                let known = folders.contains(folder).then(|| as_folder(folder)).flatten();
                let no_draft = || Trouble::new(say("no-draft"), folder, say("no-draft-cure"));
                let (root, id) = known.ok_or_else(no_draft)?;
                PacksArgs { folder: Some(root), ..PacksArgs::default() }.law(&id)?
            }
            Draft::Reading(setting, reading) => now.choosing(setting, reading).ok_or_else(|| {
                Trouble::new(say("no-reading"), format!("{setting} = {reading}"), say("no-reading-cure"))
            })?,
            Draft::Figure(file, line, column, value) => {
                let mut files: Files =
                    now.sources().iter().map(|source| (source.path.clone(), source.text.clone())).collect();
                let text = files.get_mut(file).and_then(|text| {
                    let changed = with_cell(text, *line, *column, value)?;
                    *text = changed;
                    Some(())
                });
                text.ok_or_else(|| {
                    Trouble::new(say("no-figure"), format!("{file}:{line}"), say("no-figure-cure"))
                })?;
                Law::load(&files, pack).map_err(|faults| faulty(pack, &faults))?
            }
        })
    }
}

/// The text with another value in the cell that begins at this line and column (in characters, both from 1).
fn with_cell(text: &str, line: u32, column: u32, value: &str) -> Option<String> {
    let plain =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | ',' | '%' | ' ' | '/');
    if value.trim().is_empty() || value.len() > VALUE_MAX || !value.chars().all(plain) {
        return None;
    }
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    let row = lines.get_mut(usize::try_from(line).ok()?.checked_sub(1)?)?;
    let begin = usize::try_from(column).ok()?.checked_sub(1)?;
    let from = row.char_indices().nth(begin).map(|(place, _)| place)?;
    let length = row[from..].find('|')?;
    // A cell of a table and nothing else.
    if !row[..from].contains('|') {
        return None;
    }
    row.replace_range(from..from + length, &format!("{} ", value.trim()));
    Some(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_replaced_and_nothing_else() {
        let text = "a = 1\n| 级别 | 800 | x |\n";
        assert_eq!(with_cell(text, 2, 8, "900").unwrap(), "a = 1\n| 级别 | 900 | x |\n");
        for (line, column, value) in
            [(1, 5, "2"), (2, 8, "a|b"), (2, 8, "\n"), (2, 8, ""), (9, 1, "1"), (2, 99, "1")]
        {
            assert_eq!(with_cell(text, line, column, value), None, "{line}:{column} {value}");
        }
    }

    #[test]
    fn a_changed_figure_is_a_law_with_another_hash() {
        let files = crate::packs::embedded().unwrap();
        let now = Law::load(&files, "reference").unwrap();
        let benefits = Benefits::compile(&now).unwrap();
        let figure = benefits.figures().into_iter().find(|figure| figure.says.value() == "1,000.00").unwrap();
        let file = benefits.files()[usize::from(figure.origin.file)].clone();
        let draft = |value: &str| {
            Draft::Figure(file.clone(), figure.origin.line, figure.origin.column, value.to_owned())
                .compile(&now, &[])
        };
        let changed = draft("900").unwrap();
        assert!(changed.figures().iter().any(|figure| figure.says.value() == "900.00"));
        assert_ne!(changed.hash(), benefits.hash());
        let told = draft("x9").unwrap_err().to_string();
        assert!(told.contains("pooled.toml"), "{told}");
    }

    #[test]
    fn no_folder_but_those_the_server_was_started_with() {
        let files = crate::packs::embedded().unwrap();
        let now = Law::load(&files, "reference").unwrap();
        assert!(Draft::Folder("/etc".into()).compile(&now, &[]).is_err());
        assert!(Draft::read("nonsense", "").is_none());
        assert!(Draft::read("figure:a:b", "").is_none());
    }
}
