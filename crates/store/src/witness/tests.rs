use super::{Hash, Head, Tree, WHOLE};
use crate::open::FILE;
use crate::writer::tests::request;
use crate::{Options, Store};
use std::convert::Infallible;

fn told_to_nobody(tree: &mut Tree, leaf: Hash) {
    let Ok(()) = tree.push(leaf, |_| Ok::<_, Infallible>(()));
}

/// The leaves and roots that other logs are tested with (certificate-transparency's reference tree).
#[test]
fn roots_are_those_of_the_standard() {
    let leaves: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Tree::default();
    let mut found = vec![tree.head().root.to_string()];
    for leaf in leaves {
        told_to_nobody(&mut tree, Hash::of(&[&[0], leaf].concat()));
        found.push(tree.head().root.to_string());
    }
    assert_eq!(found, roots);
}

const EVENTS: i64 = 2 * WHOLE + 88;

/// An office with some events, in commits of several sizes, in a folder of its own.
fn office() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let mut written = 0;
    while written < EVENTS {
        let bodies: Vec<String> =
            (0..(written % 7 + 1).min(EVENTS - written)).map(|one| format!("{written}-{one}")).collect();
        let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
        store.append(request("", "", &[(&format!("case/{}", written % 5), None, &bodies)])).unwrap();
        written += i64::try_from(bodies.len()).unwrap();
    }
    dir
}

/// The heads at every size, made from the events alone.
fn heads(store: &Store) -> Vec<Head> {
    let events = store.read(|reader| reader.events_after(0, u32::MAX)).unwrap();
    let mut tree = Tree::default();
    let mut heads = vec![tree.head()];
    for event in &events {
        told_to_nobody(&mut tree, event.leaf());
        heads.push(tree.head());
    }
    heads
}

#[track_caller]
fn check_heads(store: &Store) {
    let heads = heads(store);
    assert_eq!(heads.len(), usize::try_from(EVENTS + 1).unwrap());
    for head in &heads {
        assert_eq!(store.read(|reader| reader.head_at(head.size)).unwrap(), Some(*head));
    }
    assert_eq!(store.read(|reader| reader.head()).unwrap(), heads[heads.len() - 1]);
    assert_eq!(store.read(|reader| reader.head_at(heads.len() as u64)).unwrap(), None);
    assert_eq!(store.verify().unwrap(), Vec::<String>::new());
}

/// Whoever can write the file can take its guards away first.
fn changed(dir: &tempfile::TempDir, sql: &str) {
    let file = rusqlite::Connection::open(dir.path().join(FILE)).unwrap();
    let guards = file
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND instr(?1, tbl_name)")
        .unwrap()
        .query_map([sql], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<Vec<(String, String)>, _>>()
        .unwrap();
    for (name, _) in &guards {
        file.execute(&format!("DROP TRIGGER {name}"), []).unwrap();
    }
    assert_ne!(file.execute(sql, []).unwrap(), 0, "{sql} changes something");
    for (_, made) in &guards {
        file.execute(made, []).unwrap();
    }
}

#[test]
fn heads_at_every_size_are_those_of_the_events_also_after_reopening() {
    let dir = office();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    check_heads(&store);
    let before = store.read(|reader| reader.head()).unwrap();
    store.append(request("", "", &[("case/1", None, &["one more"])])).unwrap();
    let heads = heads(&store);
    assert_eq!(store.read(|reader| reader.head()).unwrap(), heads[heads.len() - 1]);
    assert_eq!(store.read(|reader| reader.head_at(before.size)).unwrap(), Some(before));
}

#[test]
fn a_refused_request_leaves_no_leaf() {
    let dir = office();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    store.append(request("", "", &[("case/1", Some(9_999), &["never"])])).unwrap_err();
    check_heads(&store);
}

#[test]
fn a_file_of_an_older_shape_gets_its_sums_when_it_is_opened() {
    let dir = office();
    changed(&dir, "DELETE FROM witness");
    check_heads(&Store::open(dir.path(), Options::default()).unwrap());
    changed(&dir, "DELETE FROM witness WHERE number > 0");
    check_heads(&Store::open(dir.path(), Options::default()).unwrap());
}

#[track_caller]
fn check_found(sql: &str, told: &str) {
    let dir = office();
    let before = Store::open(dir.path(), Options::default()).unwrap().read(|reader| reader.head()).unwrap();
    changed(&dir, sql);
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let faults = store.verify().unwrap();
    assert!(faults.iter().any(|fault| fault == told), "{faults:?}");
    // Whoever holds a paper of before needs no list of faults where the events it is over are read again.
    assert_ne!(heads(&store).get(usize::try_from(before.size).unwrap()), Some(&before));
}

#[test]
fn whoever_changes_an_event_is_found_out() {
    let first = "events 1 to 256 are not what the witness log says of them";
    check_found("UPDATE event SET actor = 'account/2' WHERE seq = 17", first);
    check_found("UPDATE event SET at = at + 1 WHERE seq = 256", first);
    check_found(
        "UPDATE event SET body = (SELECT body FROM event WHERE seq = 300) WHERE seq = 301",
        "events 257 to 512 are not what the witness log says of them",
    );
}

#[test]
fn whoever_cuts_the_end_is_found_out_by_a_paper() {
    let dir = office();
    let before = Store::open(dir.path(), Options::default()).unwrap().read(|reader| reader.head()).unwrap();
    changed(&dir, "DELETE FROM event WHERE seq > 590");
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert_eq!(store.read(|reader| reader.head_at(before.size)).unwrap(), None);
    // What is put in its place does not come to the same.
    let bodies: Vec<String> = (590..EVENTS).map(|one| format!("other {one}")).collect();
    let bodies: Vec<&str> = bodies.iter().map(String::as_str).collect();
    store.append(request("", "", &[("case/1", None, &bodies)])).unwrap();
    let after = store.read(|reader| reader.head_at(before.size)).unwrap().unwrap();
    assert_ne!(after.root, before.root);
}
