use super::envelope::{Envelope, Reply};
use super::pairs::{Pair, Pairs};
use agency::region::Message;
use ledger::Word;

const SECRET: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn envelope(number: u64) -> Envelope {
    let message = Message::Cancelled { remote: Word::known("990100-1") };
    Envelope::sign(Word::known("990100"), Word::known("330100"), number, &message, SECRET)
}

/// Whatever is changed on the way, the signature no longer holds.
#[test]
fn a_message_is_signed_to_the_letter() {
    let good = envelope(7);
    assert!(good.is_signed(SECRET));
    assert!(!good.is_signed(&SECRET.replace('0', "1")));
    let changes: [fn(&mut Envelope); 4] = [
        |envelope| envelope.number += 1,
        |envelope| envelope.from = Word::known("980100"),
        |envelope| envelope.to = Word::known("980100"),
        |envelope| envelope.body = envelope.body.replace("-1", "-2"),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut other = good.clone();
        change(&mut other);
        assert!(!other.is_signed(SECRET), "change {place}");
    }
    let text = serde_json::to_string(&good).unwrap();
    for wrong in ["", "zz", &"0".repeat(63), &"0".repeat(64), &"é".repeat(32)] {
        let end = text.rfind("\"signature\":").unwrap();
        let forged = format!("{}\"signature\":\"{wrong}\"}}", &text[..end]);
        assert!(!serde_json::from_str::<Envelope>(&forged).unwrap().is_signed(SECRET), "{wrong}");
    }
}

/// An acknowledgement belongs to one message and cannot be used for the next.
#[test]
fn a_reply_is_for_one_message() {
    let reply = Reply::sign(&envelope(7), vec![3, 5], Vec::new(), SECRET);
    assert!(reply.is_signed(&envelope(7), SECRET));
    assert!(!reply.is_signed(&envelope(8), SECRET));
    let mut other = reply;
    other.missing = vec![35];
    assert!(!other.is_signed(&envelope(7), SECRET));
}

#[test]
fn the_file_of_offices_is_read_back_and_its_faults_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut pairs = Pairs::open(folder.path()).unwrap();
    assert_eq!(pairs.iter().count(), 0);
    for port in [1, 2] {
        let address = format!("127.0.0.1:{port}").parse().unwrap();
        pairs
            .set(folder.path(), Pair { code: Word::known("990100"), address, secret: SECRET.into() })
            .unwrap();
    }
    let read = Pairs::open(folder.path()).unwrap();
    assert_eq!(read.iter().count(), 1);
    let pair = read.get(&Word::known("990100")).unwrap();
    assert_eq!((pair.address.port(), pair.secret.as_str()), (2, SECRET));
    assert!(!format!("{read:?}").contains(SECRET), "secrets are not printed");
    #[cfg(unix)]
    {
        let mode = std::fs::metadata(folder.path().join("regions.toml")).unwrap();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&mode.permissions()) & 0o777, 0o600);
    }
    std::fs::write(folder.path().join("regions.toml"), "[[region]]\ncode = 5\n").unwrap();
    let told = Pairs::open(folder.path()).unwrap_err().to_string();
    assert!(told.contains("regions.toml"), "{told}");
}
