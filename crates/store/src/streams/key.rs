//! Where a stream's spans lie among all others.

use sha2::{Digest, Sha256};

/// The keys of a stream: its spans have keys from `first` to `last`, in the order of their versions.
///
/// Streams that come in great numbers, the years of persons and visits, have keys that follow from their names, so
/// that neighbours lie together and a new visit lies at the end. All others are hashed. Keys are not kept for ever:
/// the tables can be read from the events again, with other keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Key {
    first: i64,
    /// No other name has these keys; otherwise the events tell whose they are.
    exact: bool,
}

const YEARS: i64 = 1 << 62;
const VISITS: i64 = 1 << 61;
const REQUESTS: i64 = 1 << 60;
/// The lowest bits: the year of a person's year, the hundreds of versions of any other stream.
const LOW: u32 = 14;
const LOW_MAX: i64 = (1 << LOW) - 1;
/// What the keys of two persons' same year differ by a multiple of.
pub(super) const YEAR_APART: u64 = 1 << LOW;
/// Versions that share a key.
const VERSIONS: u32 = 256;
/// Streams in a block of neighbours.
pub(super) const BLOCK: usize = 1 << 10;
const IN_BLOCK: i64 = (BLOCK as i64 - 1) << LOW;

impl Key {
    pub(crate) fn of(name: &str) -> Key {
        if let Some(first) = year_key(name).or_else(|| visit_key(name)) {
            return Key { first, exact: true };
        }
        let hash = Sha256::digest(name.as_bytes());
        let hash = hash.first_chunk::<8>().copied().unwrap_or_default();
        Key { first: i64::from_be_bytes(hash) & (REQUESTS - 1) & !LOW_MAX, exact: false }
    }

    /// The key of the span that begins with this version.
    pub(crate) fn at(self, version: u32) -> i64 {
        if self.first & YEARS != 0 {
            self.first
        } else {
            self.first | i64::from(version / VERSIONS).min(LOW_MAX)
        }
    }

    /// The first and the last key of the stream.
    pub(super) fn range(self) -> (i64, i64) {
        (self.first, self.at(u32::MAX))
    }

    pub(super) fn is_exact(self) -> bool {
        self.exact
    }

    /// For a numbered stream its block of neighbours and its place there.
    pub(super) fn in_block(self) -> Option<(Block, usize)> {
        let place = usize::try_from((self.first & IN_BLOCK) >> LOW).ok()?;
        self.exact.then_some((Block(self.first & !IN_BLOCK), place))
    }
}

/// The digits at the end of a request's key that are read as a number, and the bits they take.
const COUNTED: usize = 10;
const COUNTED_BITS: u32 = 34;

/// Where a request lies. Senders count their keys upwards, so what comes before the last ten digits is hashed and the
/// digits are kept: the requests of a sender lie side by side. Other requests may have the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Request {
    at: i64,
    /// Its key ends in a number.
    counted: bool,
}

impl Request {
    pub(crate) fn of(key: &str) -> Request {
        let counted = key.len().checked_sub(COUNTED).and_then(|at| key.split_at_checked(at));
        let counted = counted.and_then(|(sender, digits)| {
            let number: i64 = digits.parse().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()))?;
            Some((sender, number))
        });
        let hash = |text: &str| {
            let hash = Sha256::digest(text.as_bytes());
            i64::from_be_bytes(hash.first_chunk::<8>().copied().unwrap_or_default()) & (REQUESTS - 1)
        };
        let place = match counted {
            Some((sender, number)) => hash(sender) >> COUNTED_BITS << COUNTED_BITS | number,
            None => hash(key),
        };
        Request { at: REQUESTS | place, counted: counted.is_some() }
    }

    /// The key of its span.
    pub(super) fn at(self) -> i64 {
        self.at
    }

    /// Whose count it belongs to.
    pub(super) fn sender(self) -> Option<Sender> {
        self.counted.then_some(Sender(self.at >> COUNTED_BITS))
    }
}

/// Requests whose keys differ only in the number at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sender(i64);

impl Sender {
    /// The first and the last key of its requests.
    pub(super) fn range(self) -> (i64, i64) {
        let first = self.0 << COUNTED_BITS;
        (first, first | ((1 << COUNTED_BITS) - 1))
    }
}

/// Whether the span with this key is a request's.
pub(super) fn is_request(key: i64) -> bool {
    key & (YEARS | VISITS | REQUESTS) == REQUESTS
}

/// Persons of one year, or visits, whose numbers differ only in their last ten bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Block(i64);

impl Block {
    /// The first and the last key of its streams; among years there are keys of other years between them.
    pub(super) fn range(self) -> (i64, i64) {
        let last = self.0 | IN_BLOCK;
        (self.0, if self.0 & YEARS != 0 { last } else { last | LOW_MAX })
    }

    /// The place of the stream with this key.
    pub(super) fn place(self, key: i64) -> Option<usize> {
        let other_year = self.0 & YEARS != 0 && (key ^ self.0) & LOW_MAX != 0;
        let inside = (key ^ self.0) & !IN_BLOCK & !LOW_MAX == 0;
        usize::try_from((key & IN_BLOCK) >> LOW).ok().filter(|_| inside && !other_year)
    }
}

/// The first and the last key of all years of a person.
pub(super) fn years_of(person: u64) -> Option<(i64, i64)> {
    let key = |year: i64| year_key(&format!("year/{person}/{year}"));
    Some((key(1)?, key(LOW_MAX)?))
}

/// A number as it is written in names, and nothing that only looks like it.
fn plain(text: &str, below: i64) -> Option<i64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|number| plain && *number < below)
}

/// `year/17/2026`
fn year_key(name: &str) -> Option<i64> {
    let (person, year) = name.strip_prefix("year/")?.split_once('/')?;
    Some(YEARS | plain(person, 1 << (62 - LOW))? << LOW | plain(year, LOW_MAX + 1)?)
}

/// `visit/17`
fn visit_key(name: &str) -> Option<i64> {
    Some(VISITS | plain(name.strip_prefix("visit/")?, 1 << (61 - LOW))? << LOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbered_streams_have_keys_that_tell_whose_they_are() {
        let key = |name: &str| Key::of(name);
        assert_eq!(key("year/17/2026"), Key { first: YEARS | 17 << 14 | 2026, exact: true });
        assert_eq!(key("visit/17"), Key { first: VISITS | 17 << 14, exact: true });
        assert!(key("year/17/9999").range().1 < key("year/18/1").range().0);
        assert!(key("visit/17").range().1 < key("visit/18").range().0);
        for name in [
            "year/17",
            "year/017/2026",
            "year/17/+2026",
            "year/17/2026/",
            "year/17/16384",
            "case/1",
            "year//1",
            "visit/",
            "visit/01",
            "visit/-1",
            "visit/140737488355328",
            "visits/1",
        ] {
            assert!(!key(name).exact && (0..REQUESTS).contains(&key(name).first), "{name}");
            assert_eq!(key(name).in_block(), None, "{name}");
        }
        assert_eq!(years_of(17), Some((YEARS | 17 << 14 | 1, YEARS | 17 << 14 | 16_383)));
    }

    #[test]
    fn requests_of_a_sender_lie_side_by_side() {
        let of_request = |key: &str| Request::of(key).at();
        let (one, next) =
            (of_request("H33010600001202610090800000001"), of_request("H33010600001202610090800000002"));
        assert_eq!(next - one, 1);
        assert!(is_request(one) && is_request(of_request("9999999999")) && is_request(of_request("办理")));
        for other in
            ["H33010600002202610090800000001", "1234567890", "123456789", "+123456789", "办理办理办理1", ""]
        {
            assert!(is_request(of_request(other)) && of_request(other) != one, "{other}");
        }
        let sender = |key: &str| Request::of(key).sender();
        assert_eq!(sender("H1-0000000001"), sender("H1-9999999999"));
        assert_ne!(sender("H1-0000000001"), sender("H2-0000000001"));
        assert_eq!((sender("H1-00000x0001"), sender("123")), (None, None), "not counted");
        let (first, last) = sender("H1-0000000001").unwrap().range();
        assert!(first == of_request("H1-0000000000") && last >= of_request("H1-9999999999"));
        for stream in ["year/1/2026", "visit/1", "case/1"] {
            assert!(!is_request(Key::of(stream).at(1)), "{stream}");
        }
    }

    #[test]
    fn versions_share_keys_by_the_hundreds() {
        let case = Key::of("case/1");
        assert_eq!(case.at(255), case.range().0);
        assert_eq!(case.at(256), case.range().0 + 1);
        assert_eq!(case.at(u32::MAX), case.range().1);
        assert_eq!(case.range().1 - case.range().0, LOW_MAX);
        let year = Key::of("year/1/2026");
        assert_eq!((year.at(1), year.at(70_000)), (year.range().0, year.range().1));
    }

    #[test]
    fn a_block_has_each_of_its_streams_at_its_place() {
        #[track_caller]
        fn check(name: &str, neighbour: &str, place: usize) {
            let (block, _) = Key::of(name).in_block().unwrap();
            let key = Key::of(neighbour).at(300);
            assert_eq!(block.place(key), Some(place));
            assert!((block.range().0..=block.range().1).contains(&key));
        }
        check("year/1024/2026", "year/2047/2026", 1_023);
        check("year/2047/2026", "year/1024/2026", 0);
        check("visit/1", "visit/1023", 1_023);
        let (block, place) = Key::of("year/1025/2026").in_block().unwrap();
        assert_eq!(place, 1);
        for other in ["year/1025/2027", "year/2048/2026", "year/1023/2026", "visit/1025", "case/1025"] {
            assert_eq!(block.place(Key::of(other).at(1)), None, "{other}");
        }
    }
}
