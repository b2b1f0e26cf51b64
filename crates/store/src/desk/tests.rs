//! What is kept beside the events.

use crate::{ATTACHMENT_BYTES_MAX, AttachmentError, Look, Options, Session, Store};
use agency::{AccountId, PersonId};
use terms::Moment;

fn open() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    (dir, store)
}

const MINUTE: i64 = 60_000;

fn session(account: u64) -> Session {
    Session {
        account: AccountId(account),
        opened_at: Moment(0),
        seen_at: Moment(0),
        idle_ms: 30 * MINUTE,
        expires_at: Moment(480 * MINUTE),
    }
}

/// Who the secret stands for at this minute.
fn at(store: &Store, secret: &str, minute: i64) -> Option<Session> {
    store.read(|reader| reader.session(secret, Moment(minute * MINUTE))).unwrap()
}

#[test]
fn a_session_ends_when_idle_and_at_its_end() {
    let (_dir, store) = open();
    store.open_session("s", session(7)).unwrap();
    assert_eq!(at(&store, "s", 29).unwrap().account, AccountId(7));
    assert_eq!(at(&store, "s", 30), None);
    assert_eq!(at(&store, "other", 1), None);
    let mut minute = 0;
    while minute < 475 {
        let used = at(&store, "s", minute).unwrap();
        store.touch_session("s", &used, Moment(minute * MINUTE)).unwrap();
        minute += 25;
    }
    assert!(at(&store, "s", 479).is_some());
    assert_eq!(at(&store, "s", 480), None, "used to the end, but the end is the end");
}

#[test]
fn using_a_session_writes_once_a_minute() {
    let (_dir, store) = open();
    store.open_session("s", session(7)).unwrap();
    let fresh = at(&store, "s", 0).unwrap();
    store.touch_session("s", &fresh, Moment(MINUTE - 1)).unwrap();
    assert_eq!(at(&store, "s", 1).unwrap().seen_at, Moment(0));
    store.touch_session("s", &fresh, Moment(2 * MINUTE)).unwrap();
    store.touch_session("s", &fresh, Moment(MINUTE)).unwrap();
    assert_eq!(at(&store, "s", 3).unwrap().seen_at, Moment(2 * MINUTE), "never backwards");
}

#[test]
fn sessions_are_closed_and_swept_and_the_secret_is_nowhere() {
    let (dir, store) = open();
    for (secret, account) in [("first-secret", 7), ("second-secret", 7), ("third-secret", 8)] {
        store.open_session(secret, session(account)).unwrap();
    }
    store.close_session("first-secret").unwrap();
    assert_eq!(at(&store, "first-secret", 1), None);
    assert_eq!(store.close_sessions_of(AccountId(7)).unwrap(), 1);
    assert!(at(&store, "third-secret", 1).is_some());
    assert_eq!(store.sweep(Moment(30 * MINUTE)).unwrap(), 1);
    drop(store);
    let bytes = std::fs::read(dir.path().join("office.db")).unwrap();
    assert!(!bytes.windows(12).any(|window| window == b"third-secret"));
}

#[test]
fn looks_are_kept_for_the_person_looked_at() {
    let (dir, store) = open();
    for (person, account, reason) in [(17, 9, "案件40"), (18, 9, "查询"), (17, 10, "复核")] {
        let look = Look {
            person: PersonId(person),
            account: AccountId(account),
            at: Moment(5),
            what: "person".to_owned(),
            reason: reason.to_owned(),
        };
        store.note_look(&look).unwrap();
    }
    let reasons = |before| -> Vec<String> {
        let rows = store.read(|reader| reader.looks_at(PersonId(17), before, 10)).unwrap();
        rows.into_iter().map(|row| row.look.reason).collect()
    };
    assert_eq!(reasons(i64::MAX), ["复核", "案件40"]);
    assert_eq!(reasons(3), ["案件40"]);
    assert_eq!(store.read(|reader| reader.looks_by(AccountId(9), i64::MAX, 10)).unwrap().len(), 2);
    drop(store);
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    assert!(file.execute("DELETE FROM look", []).unwrap_err().to_string().contains("never deleted"));
    assert!(file.execute("UPDATE look SET reason = ''", []).is_err());
}

#[test]
fn failures_are_counted_within_the_window_and_forgotten_after_success() {
    let (_dir, store) = open();
    let count = |minute: i64| store.count_failure("window", Moment(minute * MINUTE), 15 * MINUTE).unwrap();
    assert_eq!([count(0), count(1), count(14)], [1, 2, 3]);
    let read = |minute: i64| {
        let attempts =
            store.read(|reader| reader.attempts("window", Moment(minute * MINUTE), 15 * MINUTE)).unwrap();
        attempts.map(|attempts| attempts.failures)
    };
    assert_eq!(read(14), Some(3));
    assert_eq!(read(15), None);
    assert_eq!(count(15), 1, "a new window begins");
    store.forget_failures("window").unwrap();
    assert_eq!(read(15), None);
    assert_eq!(store.count_failure("other", Moment(0), MINUTE).unwrap(), 1);
}

#[test]
fn a_paper_is_kept_once_and_comes_back_as_it_was() {
    let (dir, store) = open();
    let scan = [b"%PDF-1.7 ".to_vec(), vec![7; 100_000]].concat();
    let name = store.put_attachment(scan.clone(), AccountId(9), Moment(1)).unwrap();
    assert_eq!(store.put_attachment(scan.clone(), AccountId(10), Moment(2)).unwrap(), name);
    let kept = store.read(|reader| reader.attachment(name)).unwrap().unwrap();
    assert_eq!((kept.media.as_str(), kept.account, kept.at), ("application/pdf", AccountId(9), Moment(1)));
    assert_eq!(kept.bytes, scan);
    assert_eq!(name.to_string().parse(), Ok(name));
    drop(store);
    let file = rusqlite::Connection::open(dir.path().join("office.db")).unwrap();
    file.execute("UPDATE attachment SET bytes = x'255044462D'", []).unwrap();
    drop(file);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let error = store.read(|reader| reader.attachment(name)).unwrap_err();
    assert!(error.to_string().contains("not those that were scanned"), "{error}");
}

#[test]
fn papers_of_the_wrong_size_or_kind_are_refused() {
    let (_dir, store) = open();
    #[track_caller]
    fn refused(store: &Store, bytes: Vec<u8>, expected: &AttachmentError) {
        assert_eq!(store.put_attachment(bytes, AccountId(9), Moment(1)).unwrap_err(), *expected);
    }
    refused(&store, vec![], &AttachmentError::Empty);
    refused(&store, b"<script>".to_vec(), &AttachmentError::Kind);
    let large = [b"%PDF-".to_vec(), vec![0; ATTACHMENT_BYTES_MAX]].concat();
    refused(&store, large, &AttachmentError::TooLarge(ATTACHMENT_BYTES_MAX + 5));
    assert_eq!("zz".parse::<crate::AttachmentHash>(), Err(AttachmentError::NoName));
    assert_eq!("é".repeat(32).parse::<crate::AttachmentHash>(), Err(AttachmentError::NoName));
}
