//! Whose file is this, is it whole? A refused file must be left byte for byte as it was.

use crate::migrate::{self, MIGRATIONS};
use crate::{Append, NewEvent, OpenError, Options, RequestHash, Store, StreamWrite};
use agency::{AccountId, Event};
use std::collections::BTreeMap;
use std::path::Path;
use terms::Moment;

fn note(stream: &str) -> Append {
    Append {
        key: None,
        hash: RequestHash::of(b""),
        at: Moment(0),
        actor: "clock".to_owned(),
        streams: vec![StreamWrite {
            stream: stream.to_owned(),
            expected_version: None,
            events: vec![NewEvent::new(Event::AccountClosed { account: AccountId(1) }).unwrap()],
        }],
    }
}

fn founded() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert!(store.opening().created);
    store.append(note("a")).unwrap();
    dir
}

/// Everything in the directory but the lock.
fn contents(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let named =
        files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap()));
    named.filter(|(name, _)| name != "office.lock").collect()
}

/// Opening must fail with a message that says all of these, and touch nothing.
#[track_caller]
fn refused(dir: &Path, says: &[&str]) -> OpenError {
    let before = contents(dir);
    let error = Store::open(dir, Options::default()).unwrap_err();
    let message = error.to_string();
    for part in says {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
    assert!(contents(dir) == before, "the directory was touched");
    error
}

#[test]
fn a_second_process_is_told_who_has_the_office() {
    let dir = founded();
    let first = Store::open(dir.path(), Options::default()).unwrap();
    let error = Store::open(dir.path(), Options::default()).unwrap_err();
    assert!(
        matches!(&error, OpenError::InUse { holder: Some(pid), .. } if *pid == std::process::id()),
        "{error}"
    );
    drop(first);
    Store::open(dir.path(), Options::default()).unwrap();
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("office.db"), "a letter to the office, which is long enough ".repeat(9))
        .unwrap();
    refused(dir.path(), &["office.db", "not a database", "left as it is"]);
    std::fs::write(dir.path().join("office.db"), "short").unwrap();
    refused(dir.path(), &["shorter"]);
}

#[test]
fn a_database_of_another_program_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    other.execute_batch("PRAGMA application_id = 252006675; CREATE TABLE t (x)").unwrap();
    drop(other);
    refused(dir.path(), &["another program", "0x0f055113"]);
}

#[test]
fn a_nameless_database_with_tables_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let other = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    other.execute_batch("CREATE TABLE t (x)").unwrap();
    drop(other);
    refused(dir.path(), &["another program"]);
}

#[test]
fn a_file_from_a_newer_version_is_refused() {
    let dir = founded();
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    file.execute_batch("PRAGMA user_version = 999").unwrap();
    drop(file);
    let error = refused(dir.path(), &["newer version", "999"]);
    assert!(matches!(error, OpenError::Future { found: 999, known, .. } if known == migrate::newest()));
}

#[test]
fn a_cut_file_is_refused() {
    let dir = founded();
    let path = dir.path().join("office.db");
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() - 4_096]).unwrap();
    refused(dir.path(), &["damaged", "backup"]);
}

#[test]
fn overwritten_tables_are_refused() {
    let dir = founded();
    let path = dir.path().join("office.db");
    let mut bytes = std::fs::read(&path).unwrap();
    // Everything behind the first page, which holds the header and the list of tables.
    bytes[8_192..].fill(0xAB);
    std::fs::write(&path, bytes).unwrap();
    refused(dir.path(), &["damaged"]);
}

#[test]
fn a_directory_that_cannot_be_one_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = Store::open(&file.join("office"), Options::default()).unwrap_err();
    assert!(matches!(error, OpenError::Directory { .. }));
    assert!(error.to_string().contains("--data"), "{error}");
}

#[test]
fn every_step_has_its_number_check_and_note() {
    for (index, step) in MIGRATIONS.iter().enumerate() {
        assert_eq!(step.number as usize, index + 1);
        assert!(step.name.starts_with(&format!("{:04}-", step.number)), "{}", step.name);
        assert!(step.note.len() > 20 && step.check.contains("SELECT"), "{}", step.name);
    }
}

#[test]
fn the_check_of_the_newest_shape_finds_a_gap() {
    let dir = founded();
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    assert_eq!(migrate::first_fault(&file, &MIGRATIONS[3]).unwrap(), None);
    assert!(file.execute("UPDATE event SET seq = 5", []).is_err(), "the file itself refuses");
    file.execute_batch("DROP TRIGGER event_is_fixed; UPDATE event SET seq = 5").unwrap();
    let fault = migrate::first_fault(&file, &MIGRATIONS[3]).unwrap().unwrap();
    assert!(fault.contains("not dense"), "{fault}");
}

#[test]
fn meta_and_packs_are_kept() {
    let dir = founded();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    store.set_meta("office", "330106").unwrap();
    store.set_meta("office", "330108").unwrap();
    assert!(store.note_pack("hangzhou", "aa", Moment(1)).unwrap());
    assert!(!store.note_pack("hangzhou", "aa", Moment(2)).unwrap());
    assert!(store.note_pack("hangzhou", "bb", Moment(3)).unwrap());
    drop(store);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let (office, packs) = store.read(|reader| Ok((reader.meta("office")?, reader.pack_changes()?))).unwrap();
    assert_eq!(office.as_deref(), Some("330108"));
    assert_eq!(
        packs.iter().map(|change| (change.hash.as_str(), change.at.0)).collect::<Vec<_>>(),
        [("aa", 1), ("bb", 3)]
    );
}

#[test]
fn a_sweep_drops_what_is_not_kept_and_nothing_else() {
    let dir = founded();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    for name in ["report/a", "report/b", "report/c", "reporter", "other"] {
        store.set_meta(name, "1").unwrap();
    }
    let kept = vec!["report/b".to_owned(), "report/x".to_owned()];
    store.set_meta_and_sweep(("reports", "b"), "report/", kept).unwrap();
    let there = |name: &str| store.read(|reader| reader.meta(name)).unwrap().is_some();
    let names = ["report/a", "report/b", "report/c", "report/x", "reporter", "reports", "other"];
    let expected = [false, true, false, false, true, true, true];
    assert_eq!(names.map(there), expected);
}

#[test]
fn an_office_of_the_first_shape_is_brought_to_the_newest() {
    let dir = tempfile::tempdir().unwrap();
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    file.execute_batch(MIGRATIONS[0].up).unwrap();
    file.execute_batch(&format!(
        "PRAGMA application_id = {}; PRAGMA user_version = 1",
        migrate::APPLICATION_ID
    ))
    .unwrap();
    let body = r#"{"kind":"account.closed","account":1}"#;
    file.execute_batch(&format!(
        "INSERT INTO stream VALUES (1, 'account/1'); \
         INSERT INTO event VALUES (1, 1, 1, 0, 'clock', 'account.closed', '{body}'); \
         INSERT INTO request VALUES ('message-1', zeroblob(32), 1, 1)"
    ))
    .unwrap();
    drop(file);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert_eq!((store.opening().migrated_from, store.opening().last_seq), (Some(1), 1));
    assert!(store.opening().refolded);
    let kept = store.read(|reader| reader.stream("account/1")).unwrap();
    assert_eq!((kept.len(), kept[0].body.as_str()), (1, body));
    let key = crate::RequestKey::new("message-1").unwrap();
    let (receipt, hash) = store.read(|reader| reader.request(&key)).unwrap().unwrap();
    assert_eq!((receipt.first_seq, receipt.versions[0].1, hash.0), (1, 1, [0; 32]));
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
    drop(store);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert_eq!(store.read(|reader| reader.version("account/1")).unwrap(), 1);
    assert_eq!((store.opening().migrated_from, store.opening().refolded), (None, false));
}
