//! A table of packed spans: a row holds up to some hundred of them, in order, so that a page written takes in as many.

use super::Span;
use rusqlite::{Connection, OptionalExtension};

/// Spans with the key of their stream; their order is that of the table.
pub(crate) type Keyed = (i64, Span);

/// Bytes of a packed span: key, first event, version and count, big-endian, so that bytes order as spans do.
const SPAN: usize = 20;
/// Spans in one row at most: so many fill a page of 8 KiB. Only the spans of one key are never torn apart.
const ROW_MAX: usize = 400;
/// Spans in a row that was torn apart, at most: room for those to come.
const ROW_TORN: usize = 300;
/// Events in a span at most.
pub(super) const EVENTS_MAX: u32 = 60_000;

/// One of the two tables.
#[derive(Debug)]
pub(super) struct Packed {
    find: &'static str,
    more: &'static str,
    put: &'static str,
    drop: &'static str,
    all: &'static str,
}

macro_rules! table {
    ($name:literal) => {
        Packed {
            find: concat!("SELECT first, spans FROM ", $name, " WHERE first <= ?1 ORDER BY first DESC"),
            more: concat!("SELECT min(first) FROM ", $name, " WHERE first > ?1"),
            put: concat!("INSERT INTO ", $name, " VALUES (?1, ?2) ON CONFLICT DO UPDATE SET spans = ?2"),
            drop: concat!("DELETE FROM ", $name, " WHERE first = ?1"),
            all: concat!("SELECT first, spans FROM ", $name, " WHERE first >= ?1 ORDER BY first"),
        }
    };
}

/// What was moved out of memory.
pub(super) const YOUNG: Packed = table!("span_young");
/// What was moved out of the young one.
pub(super) const OLD: Packed = table!("span_old");

impl Packed {
    /// Calls `take` with every span whose key is between these, both included, in no order.
    pub(super) fn find(
        &self,
        connection: &Connection,
        (from, to): (i64, i64),
        mut take: impl FnMut(Keyed),
    ) -> rusqlite::Result<()> {
        let mut rows = connection.prepare_cached(self.find)?;
        let mut rows = rows.query([to])?;
        while let Some(row) = rows.next()? {
            let spans = row.get_ref(1)?.as_blob()?.as_chunks::<SPAN>().0;
            let begin = spans.partition_point(|span| key(span) < from);
            spans[begin..].iter().map(unpack).take_while(|(key, _)| *key <= to).for_each(&mut take);
            // The rows before this one have smaller keys only.
            if row.get::<_, i64>(0)? <= from {
                break;
            }
        }
        Ok(())
    }

    /// The last key between these, both included, that a span has.
    pub(super) fn last(
        &self,
        connection: &Connection,
        (from, to): (i64, i64),
    ) -> rusqlite::Result<Option<i64>> {
        let mut rows = connection.prepare_cached(self.find)?;
        let mut rows = rows.query([to])?;
        while let Some(row) = rows.next()? {
            let spans = row.get_ref(1)?.as_blob()?.as_chunks::<SPAN>().0;
            let end = spans.partition_point(|span| key(span) <= to);
            // A row may begin with smaller keys than it has, so all of its spans may come too late.
            if let Some(last) = spans[..end].last().map(key) {
                return Ok(Some(last).filter(|last| *last >= from));
            }
        }
        Ok(None)
    }

    /// Takes in spans, which are in order. Of a span that is there already the longer one stays.
    pub(super) fn merge(&self, connection: &Connection, mut spans: &[Keyed]) -> rusqlite::Result<()> {
        let mut find = connection.prepare_cached(self.find)?;
        let mut more = connection.prepare_cached(self.more)?;
        let mut put = connection.prepare_cached(self.put)?;
        while let Some(&(next, _)) = spans.first() {
            let row: Option<(i64, Vec<u8>)> =
                find.query_row([next], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let (first, there) = row.unwrap_or_default();
            // Everything before the row after this one belongs here.
            let end: Option<i64> = more.query_row([first.max(next)], |row| row.get(0))?;
            let here = spans.partition_point(|(key, _)| end.is_none_or(|end| *key < end));
            let (now, later) = spans.split_at(here);
            let merged = merged(&there, now);
            // The first part stays in the row that was found, or in the first of all; the others begin new ones.
            for (place, part) in parts(&merged).into_iter().enumerate() {
                let begin = if place == 0 { first } else { key(&part[0]) };
                put.execute((begin, part.as_flattened()))?;
            }
            spans = later;
        }
        Ok(())
    }

    /// Takes whole rows out, from the one after `cursor` on, until they hold so many spans; with them where to go on.
    pub(super) fn take(
        &self,
        connection: &Connection,
        cursor: i64,
        count: usize,
    ) -> rusqlite::Result<(Vec<Keyed>, i64)> {
        let mut rows = connection.prepare_cached(self.all)?;
        let mut rows = rows.query([cursor])?;
        let (mut spans, mut firsts, mut next) = (Vec::new(), Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let first: i64 = row.get(0)?;
            if spans.len() >= count {
                next = first;
                break;
            }
            firsts.push(first);
            spans.extend(row.get_ref(1)?.as_blob()?.as_chunks::<SPAN>().0.iter().map(unpack));
        }
        let mut drop = connection.prepare_cached(self.drop)?;
        for first in firsts {
            drop.execute([first])?;
        }
        Ok((spans, next))
    }

    /// Calls `take` with every span, in order.
    pub(super) fn all(&self, connection: &Connection, mut take: impl FnMut(Keyed)) -> rusqlite::Result<()> {
        let mut rows = connection.prepare_cached(self.all)?;
        let mut rows = rows.query([0])?;
        while let Some(row) = rows.next()? {
            row.get_ref(1)?.as_blob()?.as_chunks::<SPAN>().0.iter().map(unpack).for_each(&mut take);
        }
        Ok(())
    }
}

type Bytes = [u8; SPAN];

fn key(span: &Bytes) -> i64 {
    let [a, b, c, d, e, f, g, h, ..] = *span;
    i64::from_be_bytes([a, b, c, d, e, f, g, h])
}

fn pack(&(key, span): &Keyed) -> Bytes {
    let mut bytes = [0; SPAN];
    bytes[..8].copy_from_slice(&key.to_be_bytes());
    // Events are counted in 48 bits, which is enough for a million a second for nine years.
    bytes[8..14].copy_from_slice(&span.seq.to_be_bytes()[2..]);
    bytes[14..18].copy_from_slice(&span.version.to_be_bytes());
    bytes[18..].copy_from_slice(&u16::try_from(span.events).unwrap_or(u16::MAX).to_be_bytes());
    bytes
}

fn unpack(bytes: &Bytes) -> Keyed {
    let [_, _, _, _, _, _, _, _, a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
    let seq = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let (version, events) = (u32::from_be_bytes([g, h, i, j]), u16::from_be_bytes([k, l]).into());
    (key(bytes), Span { seq, version, events })
}

/// Spans one after the other, in any order.
pub(super) fn pack_all(spans: &[Keyed]) -> Vec<u8> {
    spans.iter().flat_map(pack).collect()
}

/// The spans that were packed so.
pub(super) fn unpack_all(bytes: &[u8]) -> impl Iterator<Item = Keyed> {
    bytes.as_chunks::<SPAN>().0.iter().map(unpack)
}

/// The spans of a row with new ones, in order, packed.
fn merged(there: &[u8], new: &[Keyed]) -> Vec<Bytes> {
    let mut there = there.as_chunks::<SPAN>().0;
    let mut merged = Vec::with_capacity(there.len() + new.len());
    for new in new {
        let new = pack(new);
        // Without the count: the same span may have become longer.
        let same = |span: &Bytes| span[..18] == new[..18];
        let before = there.partition_point(|span| span[..18] < new[..18]);
        let (smaller, rest) = there.split_at(before);
        merged.extend_from_slice(smaller);
        there = rest;
        match there.split_first() {
            Some((known, rest)) if same(known) => {
                merged.push(new.max(*known));
                there = rest;
            }
            _ => match merged.last_mut() {
                Some(last) if same(last) => *last = new.max(*last),
                _ => merged.push(new),
            },
        }
    }
    merged.extend_from_slice(there);
    merged
}

/// Torn apart where it is too long for a row, never between spans of one key.
fn parts(merged: &[Bytes]) -> Vec<&[Bytes]> {
    if merged.len() <= ROW_MAX {
        return vec![merged];
    }
    let each = merged.len().div_ceil(merged.len().div_ceil(ROW_TORN));
    let mut parts: Vec<&[Bytes]> = Vec::new();
    let mut begin = 0;
    for place in 1..merged.len() {
        if place - begin >= each && key(&merged[place]) != key(&merged[place - 1]) {
            parts.push(&merged[begin..place]);
            begin = place;
        }
    }
    parts.push(&merged[begin..]);
    parts
}

#[cfg(test)]
mod tests;
