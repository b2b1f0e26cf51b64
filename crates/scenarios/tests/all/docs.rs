//! The book tells today's truth: every link, path and command in it is there.

use scenarios::disk;

/// The pages of the book by path.
fn pages() -> Vec<(String, String)> {
    let docs = disk::texts("docs").unwrap().into_iter().map(|(path, text)| (format!("docs/{path}"), text));
    let top = ["README.md", "ARCHITECTURE.md"];
    let top = top.map(|path| (path.to_owned(), std::fs::read_to_string(disk::root().join(path)).unwrap()));
    docs.filter(|(path, _)| path.ends_with(".md")).chain(top).collect()
}

#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let folder = disk::root().join(&page);
        let folder = folder.parent().unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if !link.is_empty() && !link.starts_with("http") && !folder.join(link).exists() {
                wrong.push(format!("{page}: {link}"));
            }
        }
    }
    none(&wrong);
}

/// Sources are named from the root, from `crates/` or from `packs/`.
#[test]
fn every_source_that_is_named_is_there() {
    let kinds = [".rs", ".md", ".ftl", ".js", ".jsonl"];
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (page, text) in pages() {
        for word in text.split('`').skip(1).step_by(2) {
            let path = word.contains('/') && kinds.iter().any(|kind| word.ends_with(kind));
            if !path || word.contains(['*', ' ', '<']) {
                continue;
            }
            seen += 1;
            if !["", "crates", "packs"].iter().any(|from| disk::root().join(from).join(word).exists()) {
                wrong.push(format!("{page}: {word}"));
            }
        }
    }
    assert!(seen > 40, "only {seen} paths found: the search is broken");
    none(&wrong);
}

/// `banli WORD` is a command of the program.
#[test]
fn every_command_that_is_named_is_one() {
    let commands = disk::root().join("crates/banli/src/commands");
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        for opening in ["`banli ", "\n    banli "] {
            for rest in text.split(opening).skip(1) {
                let word: String = rest.chars().take_while(char::is_ascii_lowercase).collect();
                let known = word == "help" || commands.join(format!("{word}.rs")).exists();
                if !word.is_empty() && !known {
                    wrong.push(format!("{page}: banli {word}"));
                }
            }
        }
    }
    none(&wrong);
}
