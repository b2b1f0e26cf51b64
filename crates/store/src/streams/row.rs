//! Spans as a row keeps them: some seven bytes each, as what they differ by from the one before.
//!
//! A row is a sequence of blocks, so that one span is found without reading all of it. A block has its length in bytes
//! (two, big-endian), the key of its first span (eight), and its spans, in the order of their keys: of each how much
//! its key is above the last one's, its first event less the last one's, its version, and how many events it has. Keys
//! of years lie whole years apart, which is told by a bit instead of by zeros.

use super::Span;
use super::key::YEAR_APART;
use super::packed::Keyed;

/// Spans in a block at most.
const BLOCK: usize = 128;
/// Bytes before a block's spans: its length and the key of its first span.
const HEAD: usize = 10;
/// Bytes of a number at most: seven bits in each.
const NUMBER_MAX: u32 = 10;

/// These spans, which are in order.
pub(super) fn pack(spans: &[Keyed]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(8 * spans.len() + HEAD);
    for block in spans.chunks(BLOCK) {
        let begin = bytes.len();
        let mut key = block[0].0;
        bytes.extend([0, 0]);
        bytes.extend(key.to_be_bytes());
        let mut seq = 0;
        for (at, span) in block {
            let above = at.abs_diff(key);
            let years = above.is_multiple_of(YEAR_APART);
            put(&mut bytes, if years { ((above / YEAR_APART) << 1) | 1 } else { above << 1 });
            let later = span.seq.wrapping_sub(seq);
            put(&mut bytes, (later << 1 ^ later >> 63).cast_unsigned());
            put(&mut bytes, u64::from(span.version));
            put(&mut bytes, u64::from(span.events));
            (key, seq) = (*at, span.seq);
        }
        // 128 spans of 32 bytes at most.
        let length = u16::try_from(bytes.len() - begin - HEAD).unwrap_or(u16::MAX);
        bytes[begin..begin + 2].copy_from_slice(&length.to_be_bytes());
    }
    bytes
}

/// The spans of a row, in order, from a block on before which all keys are below this one. Ends where the bytes make
/// no sense.
pub(super) fn unpack_from(mut bytes: &[u8], key: i64) -> Spans<'_> {
    while let Some((_, _, behind)) = block(bytes)
        && block(behind).is_some_and(|(first, _, _)| first < key)
    {
        bytes = behind;
    }
    Spans { bytes: &[], behind: bytes, key: 0, seq: 0 }
}

/// All spans of a row, in order.
pub(super) fn unpack(bytes: &[u8]) -> Spans<'_> {
    Spans { bytes: &[], behind: bytes, key: 0, seq: 0 }
}

/// The first block: the key of its first span, its spans, and what is behind it.
fn block(bytes: &[u8]) -> Option<(i64, &[u8], &[u8])> {
    let (length, bytes) = bytes.split_first_chunk()?;
    let (key, bytes) = bytes.split_first_chunk()?;
    let (spans, behind) = bytes.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((i64::from_be_bytes(*key), spans, behind))
}

/// Spans of a row.
#[derive(Debug)]
pub(super) struct Spans<'r> {
    /// What is left of the block.
    bytes: &'r [u8],
    /// The blocks behind it.
    behind: &'r [u8],
    key: i64,
    seq: i64,
}

impl Iterator for Spans<'_> {
    type Item = Keyed;

    fn next(&mut self) -> Option<Keyed> {
        if self.bytes.is_empty() {
            let (key, spans, behind) = block(self.behind)?;
            *self = Spans { bytes: spans, behind, key, seq: 0 };
        }
        let bytes = &mut self.bytes;
        let above = take(bytes)?;
        let above = if above & 1 == 1 { (above >> 1).checked_mul(YEAR_APART)? } else { above >> 1 };
        let later = take(bytes)?;
        let later = (later >> 1).cast_signed() ^ -(later & 1).cast_signed();
        self.key = self.key.checked_add_unsigned(above)?;
        self.seq = self.seq.checked_add(later)?;
        let (version, events) = (u32::try_from(take(bytes)?).ok()?, u32::try_from(take(bytes)?).ok()?);
        Some((self.key, Span { seq: self.seq, version, events }))
    }
}

/// Seven bits in each byte, the lowest first; the highest bit says that there are more.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..NUMBER_MAX {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_packed_comes_out_and_is_found(
            mut spans in prop::collection::vec(
                (prop_oneof![0..2_000_i64, 0..=i64::MAX, (0..4_000_i64).prop_map(|person| person << 14 | 2026)],
                 prop_oneof![0..90_000_i64, 0..=i64::MAX], 0..=u32::MAX, 0..=u32::MAX), 0..600),
            asked in prop::collection::vec(0..600_usize, 8),
        ) {
            spans.sort_unstable();
            let spans: Vec<Keyed> = spans
                .into_iter()
                .map(|(key, seq, version, events)| (key, Span { seq, version, events }))
                .collect();
            let row = pack(&spans);
            prop_assert_eq!(&unpack(&row).collect::<Vec<_>>(), &spans);
            for place in asked {
                let Some((key, _)) = spans.get(place) else { continue };
                let found: Vec<_> = unpack_from(&row, *key).skip_while(|(at, _)| at < key).collect();
                let from = spans.partition_point(|(at, _)| at < key);
                prop_assert_eq!(&found, &spans[from..]);
            }
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..400), key in any::<i64>()) {
            // It ends, and says no more spans than there are bytes.
            prop_assert!(unpack(&bytes).count() <= bytes.len());
            prop_assert!(unpack_from(&bytes, key).count() <= bytes.len());
        }
    }

    #[test]
    fn neighbours_take_few_bytes() {
        let years = |person: i64| {
            (1 << 62 | person << 14 | 2026, Span { seq: person * 7_919 % 1_000_000, version: 3, events: 2 })
        };
        let row = pack(&(0..1_000).map(years).collect::<Vec<_>>());
        assert!(row.len() < 7 * 1_000, "{} bytes", row.len());
    }
}
