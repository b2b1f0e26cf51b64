//! A table of packed spans: a row holds up to a thousand of them, in order, so that a page written takes in as many.

use super::Span;
use super::row::{pack, unpack, unpack_from};
use rusqlite::{Connection, OptionalExtension};

/// Spans with the key of their stream; their order is that of the table.
pub(crate) type Keyed = (i64, Span);

/// Bytes in one row at most: so many fill a page of 8 KiB. Only the spans of one key are never torn apart.
const ROW_MAX: usize = 8_000;
/// Bytes in a row that was torn apart, at most: room for those to come.
const ROW_TORN: usize = 6_000;
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
            let spans = unpack_from(row.get_ref(1)?.as_blob()?, from);
            spans.skip_while(|(key, _)| *key < from).take_while(|(key, _)| *key <= to).for_each(&mut take);
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
            let spans = unpack_from(row.get_ref(1)?.as_blob()?, to.saturating_add(1));
            // A row may begin with smaller keys than it has, so all of its spans may come too late.
            if let Some((last, _)) = spans.take_while(|(key, _)| *key <= to).last() {
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
            let row: Option<(i64, Vec<Keyed>)> = find
                .query_row([next], |row| Ok((row.get(0)?, unpack(row.get_ref(1)?.as_blob()?).collect())))
                .optional()?;
            let (first, there) = row.unwrap_or_default();
            // Everything before the row after this one belongs here.
            let end: Option<i64> = more.query_row([first.max(next)], |row| row.get(0))?;
            let here = spans.partition_point(|(key, _)| end.is_none_or(|end| *key < end));
            let (now, later) = spans.split_at(here);
            let merged = merged(&there, now);
            // The first part stays in the row that was found, or in the first of all; the others begin new ones.
            let row = pack(&merged);
            if row.len() <= ROW_MAX {
                put.execute((first, row))?;
            } else {
                for (place, part) in parts(&merged, row.len().div_ceil(ROW_TORN)).into_iter().enumerate() {
                    let begin = if place == 0 { first } else { part[0].0 };
                    put.execute((begin, pack(part)))?;
                }
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
            spans.extend(unpack(row.get_ref(1)?.as_blob()?));
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
            unpack(row.get_ref(1)?.as_blob()?).for_each(&mut take);
        }
        Ok(())
    }
}

/// The spans of a row and new ones in order, of each the longer.
fn merged(there: &[Keyed], new: &[Keyed]) -> Vec<Keyed> {
    let mut merged: Vec<Keyed> = Vec::with_capacity(there.len() + new.len());
    let (mut there, mut new) = (there.iter().peekable(), new.iter().peekable());
    while let Some(span) = match (there.peek(), new.peek()) {
        (Some(known), Some(coming)) if known <= coming => there.next(),
        (_, Some(_)) => new.next(),
        _ => there.next(),
    } {
        // In this order the longer of two that begin alike comes last.
        let begin = |(key, span): &Keyed| (*key, span.seq, span.version);
        match merged.last_mut() {
            Some(last) if begin(last) == begin(span) => *last = *span,
            _ => merged.push(*span),
        }
    }
    merged
}

/// Torn apart into so many of like length, never between spans of one key.
fn parts(merged: &[Keyed], count: usize) -> Vec<&[Keyed]> {
    let each = merged.len().div_ceil(count.max(1));
    let mut parts: Vec<&[Keyed]> = Vec::new();
    let mut begin = 0;
    for place in 1..merged.len() {
        if place - begin >= each && merged[place].0 != merged[place - 1].0 {
            parts.push(&merged[begin..place]);
            begin = place;
        }
    }
    parts.push(&merged[begin..]);
    parts
}

#[cfg(test)]
mod tests;
