//! The spans that wait in memory.
//!
//! A large tree that everything new is put into somewhere costs a handful of cache misses for each span, and leaves
//! holes all over the memory. So only the newest spans are in a tree, a small one; when it is full it becomes a run, a
//! list in order, and runs of like length become one. Once as many wait as may, all of them are a generation that is
//! on its way into the tables, in the order of its keys, while the next one gathers: it waits whole until the last of
//! it is there, and until every reader that began before is gone.

use super::Span;
use super::late::Walk;
use super::packed::Keyed;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// Key and first event of a span, and its version and how many events it has.
type Fresh = BTreeMap<(i64, i64), (u32, u32)>;

/// Spans in order.
type Run = Vec<Keyed>;

/// Spans in the tree at most: so many stay in the caches of one core.
const FRESH_MAX: usize = 4_096;

#[derive(Debug, Default)]
pub(super) struct Memory {
    /// The newest.
    fresh: Fresh,
    /// Those before them; a run is at least twice as long as the next.
    gathered: Vec<Run>,
    /// The generation that is on its way into the tables.
    moving: Moving,
    /// Generations that are in the tables, with the commit after which they were there.
    moved: VecDeque<(u64, Vec<Run>)>,
    /// How far the generation has come, and which it is.
    pub(super) walk: Walk,
    /// Where the next slice of the young table begins.
    pub(super) young_cursor: i64,
    /// What waits and is not in `span_late` yet, and the number of its first event.
    pub(super) unwritten: Vec<Keyed>,
    pub(super) unwritten_from: i64,
}

#[derive(Debug, Default)]
struct Moving {
    runs: Vec<Run>,
    /// How many of each run are in the tables.
    places: Vec<usize>,
}

impl Moving {
    fn left(&self) -> usize {
        self.runs.iter().zip(&self.places).map(|(run, place)| run.len() - place).sum()
    }
}

/// The next of a generation, in order.
pub(super) struct Taken {
    pub(super) spans: Vec<Keyed>,
    /// Where the generation goes on; nothing where these are its last.
    pub(super) cursor: Option<i64>,
    /// For [`Memory::moved`].
    pub(super) places: Vec<usize>,
}

impl Memory {
    /// Takes in a span of a transaction that is not durable yet.
    pub(super) fn add(&mut self, key: i64, span: Span) {
        self.fresh.insert((key, span.seq), (span.version, span.events));
    }

    /// The transaction was undone.
    pub(super) fn remove(&mut self, (key, span): &Keyed) {
        self.fresh.remove(&(*key, span.seq));
    }

    /// Takes in many at once, in any order, before anybody reads or writes: what was there when the walk began goes on
    /// with it.
    pub(super) fn take_in(&mut self, mut spans: Vec<Keyed>) {
        spans.sort_unstable();
        let (moving, gathered): (Run, Run) =
            spans.into_iter().partition(|(_, span)| span.seq < self.walk.began);
        if !moving.is_empty() {
            self.moving.runs.push(moving);
            self.moving.places.push(0);
        }
        self.push(gathered);
    }

    /// Spans that are not in the tables.
    pub(super) fn waiting(&self) -> usize {
        self.fresh.len() + self.gathered.iter().map(Vec::len).sum::<usize>() + self.moving.left()
    }

    /// How many of the generation under way are not in the tables.
    pub(super) fn left_to_move(&self) -> usize {
        self.moving.left()
    }

    /// The tree becomes a run where it is full. Not within a transaction, which may have to take its spans out again.
    pub(super) fn settle(&mut self) {
        if self.fresh.len() >= FRESH_MAX {
            self.settle_all();
        }
    }

    fn settle_all(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        let keyed = |((key, seq), (version, events))| (key, Span { seq, version, events });
        self.push(fresh.into_iter().map(keyed).collect());
    }

    fn push(&mut self, mut run: Run) {
        while let Some(before) = self.gathered.pop_if(|before| before.len() < 2 * run.len()) {
            run = both(&before, &run);
        }
        if !run.is_empty() {
            self.gathered.push(run);
        }
    }

    /// All that waits becomes the generation that is on its way, where none is.
    pub(super) fn begin_walk(&mut self, next_seq: i64) {
        if self.moving.left() > 0 {
            return;
        }
        self.settle_all();
        let runs = std::mem::take(&mut self.gathered);
        self.moving = Moving { places: vec![0; runs.len()], runs };
        self.walk = Walk { cursor: 0, began: next_seq };
    }

    /// The next of the generation, `count` or somewhat more: spans of one key are not torn apart.
    pub(super) fn take(&self, count: usize) -> Taken {
        let Moving { runs, places } = &self.moving;
        let mut taken = Taken { spans: Vec::with_capacity(count), cursor: None, places: places.clone() };
        let next = |run: usize, place: usize| {
            runs.get(run).and_then(|spans| spans.get(place)).map(|span| Reverse((*span, run)))
        };
        let mut nexts: BinaryHeap<_> =
            places.iter().enumerate().filter_map(|(run, place)| next(run, *place)).collect();
        while let Some(Reverse((span, run))) = nexts.pop() {
            if taken.spans.len() >= count && taken.spans.last().is_some_and(|(key, _)| *key != span.0) {
                taken.cursor = Some(span.0);
                break;
            }
            taken.spans.push(span);
            taken.places[run] += 1;
            nexts.extend(next(run, taken.places[run]));
        }
        taken
    }

    /// What was taken is in the tables durably, with this commit.
    pub(super) fn moved(&mut self, places: Vec<usize>, commit: u64) {
        self.moving.places = places;
        if self.moving.left() == 0 {
            self.moved.push_back((commit, std::mem::take(&mut self.moving).runs));
        }
    }

    /// Lets go of what every reader finds in the tables: all of them began after this commit.
    pub(super) fn let_go(&mut self, commit: u64) {
        while self.moved.pop_front_if(|(moved_by, _)| *moved_by <= commit).is_some() {}
    }

    fn runs(&self) -> impl Iterator<Item = &Run> {
        self.gathered.iter().chain(&self.moving.runs).chain(self.moved.iter().flat_map(|(_, runs)| runs))
    }

    /// All spans with keys between these, in no order.
    pub(super) fn between(&self, (from, to): (i64, i64)) -> impl Iterator<Item = Keyed> {
        let fresh = self.fresh.range((from, i64::MIN)..=(to, i64::MAX));
        let fresh = fresh.map(|((key, seq), (version, events))| {
            (*key, Span { seq: *seq, version: *version, events: *events })
        });
        let found = self.runs().flat_map(move |run| {
            let begin = run.partition_point(|(key, _)| *key < from);
            run[begin..].iter().take_while(move |(key, _)| *key <= to).copied()
        });
        found.chain(fresh)
    }

    /// The last key between these.
    pub(super) fn last_between(&self, (from, to): (i64, i64)) -> Option<i64> {
        let fresh = self.fresh.range((from, i64::MIN)..=(to, i64::MAX)).next_back().map(|((key, _), _)| *key);
        let runs = self.runs().filter_map(|run| {
            let end = run.partition_point(|(key, _)| *key <= to);
            run[..end].last().map(|(key, _)| *key).filter(|key| *key >= from)
        });
        runs.max().max(fresh)
    }

    /// What is not in the tables, in order.
    #[cfg(test)]
    pub(super) fn waits(&self) -> Vec<Keyed> {
        let left = self.moving.runs.iter().zip(&self.moving.places).flat_map(|(run, place)| &run[*place..]);
        let fresh = self.fresh.iter().map(|((key, seq), (version, events))| {
            (*key, Span { seq: *seq, version: *version, events: *events })
        });
        let mut waits: Vec<Keyed> =
            left.chain(self.gathered.iter().flatten()).copied().chain(fresh).collect();
        waits.sort_unstable();
        waits
    }
}

/// One run of two.
fn both(one: &[Keyed], other: &[Keyed]) -> Run {
    let mut both = Vec::with_capacity(one.len() + other.len());
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        both.extend(if left <= right { one.next() } else { other.next() });
    }
    both.extend(one);
    both.extend(other);
    both
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(key: i64, seq: i64) -> Keyed {
        (key, Span { seq, version: 1, events: 1 })
    }

    /// Adds spans in an order that is none, in many runs.
    fn filled(count: i64) -> Memory {
        let mut memory = Memory::default();
        for seq in 1..=count {
            let (key, span) = span(seq * 7_919 % 1_009, seq);
            memory.add(key, span);
            if seq % 37 == 0 {
                memory.settle_all();
            }
        }
        memory
    }

    #[test]
    fn runs_are_few_and_have_everything_in_order() {
        let memory = filled(5_000);
        assert!(memory.gathered.len() <= 9, "{} runs", memory.gathered.len());
        assert!(memory.gathered.windows(2).all(|pair| pair[0].len() >= 2 * pair[1].len()));
        assert!(memory.runs().all(|run| run.is_sorted()));
        let mut all: Vec<_> = (1..=5_000).map(|seq| span(seq * 7_919 % 1_009, seq)).collect();
        all.sort_unstable();
        assert_eq!((memory.waiting(), memory.waits()), (5_000, all.clone()));
        let mut found: Vec<_> = memory.between((100, 200)).collect();
        found.sort_unstable();
        all.retain(|(key, _)| (100..=200).contains(key));
        assert_eq!(found, all);
        assert_eq!(memory.last_between((100, 200)), Some(200));
        assert_eq!(memory.last_between((1_009, 2_000)), None);
    }

    #[test]
    fn a_generation_goes_in_order_and_stays_until_nobody_needs_it() {
        let mut memory = filled(1_000);
        memory.begin_walk(1_001);
        memory.add(3, span(3, 2_000).1);
        memory.begin_walk(9_999);
        assert_eq!(memory.walk.began, 1_001, "one at a time");
        let mut seen: Vec<Keyed> = Vec::new();
        loop {
            let taken = memory.take(90);
            assert!(taken.spans.len() >= 90 || taken.cursor.is_none());
            assert!(taken.cursor.is_none_or(|cursor| taken.spans.iter().all(|(key, _)| *key < cursor)));
            seen.extend(&taken.spans);
            let last = taken.cursor.is_none();
            memory.moved(taken.places, 7);
            if last {
                break;
            }
            assert_eq!(memory.waiting(), 1_001 - seen.len());
        }
        assert_eq!((seen.len(), seen.is_sorted(), memory.waiting()), (1_000, true, 1));
        memory.let_go(6);
        assert_eq!(memory.between((0, 2_000)).count(), 1_001, "a reader from before may need it");
        memory.let_go(7);
        assert_eq!(memory.between((0, 2_000)).count(), 1, "what came later gathers");
    }
}
