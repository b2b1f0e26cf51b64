//! The same requests for the child that is killed and for the parent that checks what is left.

use agency::{CaseId, CertificateId, Event, PersonId, StreamId, Unique, certificate};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use store::{Append, AppendError, NewEvent, Options, RequestHash, RequestKey, Store, StreamWrite, Trouble};
use terms::{Day, Moment};

/// Callers of the child; so many requests can be under way when it dies.
pub const CALLERS: u64 = 8;

/// Events that each request brings, on three streams.
pub const EVENTS: i64 = 3;

/// Request number `number`: a certificate with a row in a view, its printed number taken, and a stream that many
/// requests share.
pub fn request(number: u64) -> Append {
    let printed = format!("{number:014}");
    let issued = certificate::Issued {
        certificate: CertificateId(number),
        number: printed.clone(),
        person: PersonId(number % 50),
        certificate_kind: "public-medical".to_owned(),
        on: Day::from_number(20_000),
        case: CaseId(number),
    };
    let taken = Event::UniqueTaken {
        unique: Unique::CertificateNumber,
        value: printed.clone(),
        by: format!("certificate/{number}"),
    };
    let write = |stream: StreamId, expected_version, event| StreamWrite {
        stream: stream.to_string(),
        expected_version,
        events: vec![NewEvent::new(event).unwrap()],
    };
    let person = PersonId(number % 50);
    let died = Event::PersonDied { person, on: Day::from_number(20_000) };
    Append {
        key: Some(RequestKey::new(format!("msg-{number:010}")).unwrap()),
        hash: RequestHash::of(&number.to_be_bytes()),
        at: Moment(i64::try_from(number).unwrap()),
        actor: "clock".to_owned(),
        streams: vec![
            write(StreamId::Certificate(CertificateId(number)), Some(0), Event::CertificateIssued(issued)),
            write(StreamId::Unique(Unique::CertificateNumber, printed), Some(0), taken),
            write(StreamId::Person(person), None, died),
        ],
    }
}

/// Options of the child: little memory and a short log, so that spilling and checkpoints happen all the time.
pub fn options() -> Options {
    Options { cache_mib: 1, checkpoint_pages: 60, spans_waiting_max: 40, ..Options::default() }
}

/// One line at a time, at once: what was told before the end has been told.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    out.write_all(format!("{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

/// The child: opens the office and sends requests from `start` on, telling every answer, until it is killed, the
/// store stops, or `count` requests were sent.
pub fn run(dir: &Path, start: u64, count: u64) {
    let store = match Store::open(dir, options()) {
        Ok(store) => store,
        Err(error) => {
            tell(&format!("not-opened {error}"));
            std::process::exit(4);
        }
    };
    tell("opened");
    let next = AtomicU64::new(start);
    std::thread::scope(|scope| {
        for _ in 0..CALLERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= start + count {
                        return;
                    }
                    // A caller that hears of trouble asks again, with the same key, a few times.
                    for _ in 0..20 {
                        match store.append(request(number)) {
                            Ok(receipt) => {
                                tell(&format!("kept {number} {}", receipt.first_seq));
                                break;
                            }
                            Err(AppendError::Trouble(Trouble::Stopped(why))) => {
                                tell(&format!("stopped {why}"));
                                return;
                            }
                            Err(error) => {
                                tell(&format!("trouble {error}"));
                                std::thread::sleep(std::time::Duration::from_millis(2));
                            }
                        }
                    }
                }
            });
        }
    });
    drop(store);
    tell("closed");
}
