//! `banli witness`: what the log comes to, and whether papers and events still fit together.

use super::{NO, events};
use crate::office;
use crate::out;
use crate::trouble::Trouble;
use crate::witness::{Key, Paper, Signer, Verdict, short};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::witness::{Hash, Head, Tree};

/// Check that nothing the office recorded was changed, with any paper it handed out
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  banli witness head --data banli-data
  banli witness verify --data banli-data
  banli witness verify --data banli-data --paper 'banli-witness 155742 3f… ed25519 mQ…'
  banli events --data banli-data > events.jsonl
  banli witness verify --events events.jsonl --key 5c… --paper '155742 3f0a 11c2 9b7e 0d44'

A paper is what its code says, or the number and the sixteen characters beside it. With --events nothing of the office is
needed: whoever has the events and a paper can check, and docs/witness.md says how without this program. The exit code is
1 where something does not fit. The office must not be running meanwhile.")]
pub struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Print the line of this moment, signed, and the office's key
    Head {
        /// The folder of the office
        #[arg(long, value_name = "DIR")]
        data: PathBuf,
    },
    /// Read every event again and compare
    Verify {
        /// The folder of the office
        #[arg(long, value_name = "DIR", required_unless_present = "events", conflicts_with_all = ["events", "key"])]
        data: Option<PathBuf>,
        /// Events as `banli events` printed them
        #[arg(long, value_name = "FILE")]
        events: Option<PathBuf>,
        /// The office's key; without it no signature is checked
        #[arg(long, value_name = "KEY")]
        key: Option<Key>,
        /// What a paper says; may be given again
        #[arg(long = "paper", value_name = "LINE")]
        papers: Vec<String>,
    },
}

/// Events read at once.
const PAGE: u32 = 1_000;
/// Bytes of a line at most; an event has sixteen megabytes, and beside it stands who and when.
const LINE_BYTES_MAX: u64 = 17 << 20;

/// Prints or compares.
pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.what {
        What::Head { data } => head(data),
        What::Verify { data, events, key, papers } => {
            let papers = papers.iter().map(|paper| read(paper)).collect::<anyhow::Result<Vec<_>>>()?;
            let mut walk = Walk::over(&papers);
            let (key, faults) = match (data, events) {
                (Some(data), _) => {
                    let store = office::store_of(data)?;
                    walk.store(&store)?;
                    (Some(Signer::open(data)?.key()), store.verify()?)
                }
                (None, Some(events)) => {
                    walk.file(events)?;
                    (key.clone(), Vec::new())
                }
                (None, None) => (None, Vec::new()),
            };
            told(&walk, &papers, key.as_ref(), &faults)
        }
    }
}

fn head(data: &Path) -> anyhow::Result<ExitCode> {
    let store = office::store_of(data)?;
    let signer = Signer::open(data)?;
    let head = store.read(|reader| reader.head())?;
    let mut output = out::stream();
    writeln!(output, "{}\nkey {}", signer.line(&head), signer.key())?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn read(paper: &str) -> anyhow::Result<Paper> {
    Paper::read(paper).ok_or_else(|| {
        let cure = "give what its code says, or the number and the sixteen characters printed beside it";
        Trouble::new(format!("`{paper}` is not what a paper says"), "no head can be read from it", cure)
            .into()
    })
}

/// Goes through the events once and remembers the heads that papers ask for.
struct Walk {
    tree: Tree,
    asked: BTreeMap<u64, Option<Head>>,
}

impl Walk {
    fn over(papers: &[Paper]) -> Walk {
        let mut walk =
            Walk { tree: Tree::default(), asked: papers.iter().map(|paper| (paper.size(), None)).collect() };
        walk.note();
        walk
    }

    fn push(&mut self, leaf: Hash) {
        let Ok(()) = self.tree.push(leaf, |_| Ok::<_, Infallible>(()));
        self.note();
    }

    fn note(&mut self) {
        let head = self.tree.head();
        if let Some(asked) = self.asked.get_mut(&head.size) {
            *asked = Some(head);
        }
    }

    fn store(&mut self, store: &store::Store) -> anyhow::Result<()> {
        let mut after = 0;
        loop {
            let events = store.read(|reader| reader.events_after(after, PAGE))?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.seq;
            events.iter().for_each(|event| self.push(event.leaf()));
        }
    }

    fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        let told = |why: String| {
            let cure = "write the file with `banli events` and leave it as it is";
            Trouble::new(format!("{} cannot be read as events", path.display()), why, cure)
        };
        let file = File::open(path).map_err(|error| told(error.to_string()))?;
        self.lines(BufReader::new(file)).map_err(|(line, why)| told(format!("line {line}: {why}")))?;
        Ok(())
    }

    /// Reads events line by line; on trouble the line and what is wrong with it.
    fn lines(&mut self, mut events: impl BufRead) -> Result<(), (u64, String)> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let at = |why: String| (number, why);
            let read = events.by_ref().take(LINE_BYTES_MAX + 1).read_until(b'\n', &mut line);
            if read.map_err(|error| at(error.to_string()))? == 0 {
                break;
            }
            if line.len() as u64 > LINE_BYTES_MAX {
                return Err(at(format!("it is longer than {LINE_BYTES_MAX} bytes, which no event is")));
            }
            let text = std::str::from_utf8(&line).map_err(|error| at(error.to_string()))?;
            let text = text.strip_suffix('\n').unwrap_or(text);
            let leaf = events::leaf(text.strip_suffix('\r').unwrap_or(text)).map_err(at)?;
            self.push(leaf);
        }
        Ok(())
    }
}

fn told(walk: &Walk, papers: &[Paper], key: Option<&Key>, faults: &[String]) -> anyhow::Result<ExitCode> {
    let mut output = out::stream();
    let head = walk.tree.head();
    writeln!(output, "events  {}\nroot    {}", head.size, head.root)?;
    let mut good = faults.is_empty();
    for fault in faults {
        writeln!(output, "fault   {fault}")?;
    }
    for paper in papers {
        let head = walk.asked.get(&paper.size()).copied().flatten();
        let verdict = paper.verdict(key, head);
        good &= verdict == Verdict::Unchanged;
        let says = match verdict {
            Verdict::Unchanged => "all that was recorded before it is there as it was".to_owned(),
            Verdict::Changed => format!(
                "what was recorded before it has changed: it comes to {} now",
                head.map(|head| short(&head.root)).unwrap_or_default()
            ),
            Verdict::Cut => format!("events were cut off: there are only {}", walk.tree.head().size),
            Verdict::Foreign => "it is not signed with the office's key".to_owned(),
        };
        writeln!(output, "paper   {}: {says}", paper.size())?;
    }
    output.flush()?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::from(NO) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(bytes: &[u8], line: u64, word: &str) {
        let mut walk = Walk::over(&[]);
        let (at, why) = walk.lines(bytes).unwrap_err();
        assert_eq!(at, line, "{why}");
        assert!(why.contains(word), "{why}");
    }

    #[test]
    fn a_line_that_cannot_be_an_event_is_named_and_not_read_to_its_end() {
        refused(b"x\n", 1, "no event");
        refused(b"\xff\n", 1, "utf-8");
        refused(&vec![b'x'; 18 << 20], 1, "longer than");
        assert_eq!(Walk::over(&[]).lines(&b""[..]), Ok(()));
    }
}
