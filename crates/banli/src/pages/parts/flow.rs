//! A procedure drawn from its data: steps in layers from top to bottom, so that it fits a phone, with the case's place in it.

use super::Page;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Where a case stands with regard to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Passed.
    Gone,
    /// Here.
    Now,
    /// Not reached.
    Ahead,
    /// Passed over, or not reached by a case that has ended.
    Skipped,
}

/// A step or an end of a procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Box {
    /// Its id in the procedure.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Who does it, below the label; nothing for an end.
    pub owner: String,
    /// Where the case stands.
    pub place: Place,
}

/// A way from one step to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrow {
    /// From the step with this id.
    pub from: String,
    /// To the step with this id.
    pub to: String,
    /// The decision that leads there.
    pub label: String,
}

const WIDE: i32 = 140;
const HIGH: i32 = 52;
const GAP_X: i32 = 18;
const GAP_Y: i32 = 34;
const MARGIN: i32 = 8;
/// Room for the word of a decision, and between the lanes beside the boxes.
const WORD: i32 = 66;
const LANE: i32 = 14;

/// The chart. What it shows is also a list, for those who do not see it.
pub fn flow_chart(page: &Page<'_>, caption: &str, boxes: &[Box], arrows: &[Arrow]) -> Markup {
    let index: BTreeMap<&str, usize> =
        boxes.iter().enumerate().map(|(at, one)| (one.id.as_str(), at)).collect();
    let edges: Vec<(usize, usize, &str)> = arrows
        .iter()
        .filter_map(|arrow| {
            Some((*index.get(arrow.from.as_str())?, *index.get(arrow.to.as_str())?, arrow.label.as_str()))
        })
        .collect();
    let layers = layers(boxes.len(), &edges);
    let rows = rows(&layers, &edges);
    let at = |node: usize| (MARGIN + rows[node] * (WIDE + GAP_X), MARGIN + layers[node] * (HIGH + GAP_Y));
    // A way back, or past other steps, runs in a lane at the right of all boxes; all that lead to one place share it.
    let is_next = |from: usize, to: usize| layers[to] == layers[from] + 1;
    let mut lanes: Vec<usize> =
        edges.iter().filter(|(from, to, _)| !is_next(*from, *to)).map(|(_, to, _)| *to).collect();
    lanes.sort_unstable();
    lanes.dedup();
    let right = MARGIN + (rows.iter().max().copied().unwrap_or(0) + 1) * (WIDE + GAP_X) - GAP_X;
    let lane_at = |to: usize| {
        let lane = lanes.iter().position(|lane| *lane == to).unwrap_or(0);
        right + WORD + i32::try_from(lane).unwrap_or(0) * LANE
    };
    let width = if lanes.is_empty() { right } else { lane_at(lanes[lanes.len() - 1]) } + MARGIN;
    let height = MARGIN * 2 + (layers.iter().max().copied().unwrap_or(0) + 1) * (HIGH + GAP_Y) - GAP_Y;
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                svg.picture.flow width=(width) height=(height) viewBox=(format!("0 0 {width} {height}")) aria-hidden="true" {
                    defs {
                        marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse" { path d="M0 0 8 4 0 8z" fill="var(--edge)" {} }
                    }
                    @for (from, to, label) in &edges {
                        @let ((x1, y1), (x2, y2)) = (at(*from), at(*to));
                        @let gone = label.is_empty() && boxes[*from].place == Place::Gone && matches!(boxes[*to].place, Place::Gone | Place::Now);
                        @if is_next(*from, *to) {
                            @let (ax, ay, bx, by) = (x1 + WIDE / 2, y1 + HIGH, x2 + WIDE / 2, y2 - 2);
                            path.edge.gone[gone] d=(format!("M{ax} {ay} C{ax} {} {bx} {} {bx} {by}", ay + GAP_Y / 2, by - GAP_Y / 2)) marker-end="url(#tip)" {}
                            @if !label.is_empty() { text.faint x=((ax + bx) / 2 + 6) y=((ay + by) / 2 + 4) { (clip(label, 5)) } }
                        } @else {
                            @let back = layers[*to] <= layers[*from];
                            @let (low, high) = (if back { 14 } else { 38 }, if back { 38 } else { 14 });
                            @let lane = lane_at(*to);
                            path.edge.gone[gone] stroke-dasharray=[back.then_some("4 3")] marker-end="url(#tip)"
                                d=(format!("M{} {} H{lane} V{} H{}", x1 + WIDE, y1 + low, y2 + high, x2 + WIDE + 2)) {}
                            @if !label.is_empty() { text.faint x=(right + 4) y=(y1 + low - 4) { (clip(label, 5)) } }
                        }
                    }
                    @for (node, one) in boxes.iter().enumerate() {
                        @let (x, y) = at(node);
                        @let end = one.owner.is_empty();
                        rect.node.gone[one.place == Place::Gone].now[one.place == Place::Now] x=(x) y=(y) width=(WIDE) height=(HIGH) rx=(if end { HIGH / 2 } else { 6 }) {}
                        text.now-label[one.place == Place::Now] x=(x + WIDE / 2) y=(y + if end { 33 } else { 24 }) text-anchor="middle" { (clip(&one.label, 9)) }
                        @if !end { text.faint.now-label[one.place == Place::Now] x=(x + WIDE / 2) y=(y + 43) text-anchor="middle" { (clip(&one.owner, 10)) } }
                    }
                }
            }
            figcaption.visually-hidden {
                p { (caption) }
                ol {
                    @for one in boxes {
                        li { (one.label) " " (one.owner) " " (page.text.say(match one.place { Place::Gone => "flow-gone", Place::Now => "flow-now", Place::Ahead => "flow-ahead", Place::Skipped => "flow-skipped" })) }
                    }
                }
            }
        }
    }
}

/// At most this many wide characters (a Latin letter counts half).
fn clip(words: &str, wide: usize) -> String {
    let mut left = wide * 2;
    let mut clipped = String::new();
    for letter in words.chars() {
        let needs = if letter.is_ascii() { 1 } else { 2 };
        if needs > left {
            clipped.push('…');
            break;
        }
        left -= needs;
        clipped.push(letter);
    }
    clipped
}

/// The layer of each step: one more than the furthest step that leads to it, ways back not counted.
fn layers(count: usize, edges: &[(usize, usize, &str)]) -> Vec<i32> {
    let forward = forward(count, edges);
    let mut layers = vec![0; count];
    // A way without ways back has at most `count` steps, so that many rounds settle it.
    for _ in 0..count {
        for &(from, to) in &forward {
            layers[to] = layers[to].max(layers[from] + 1);
        }
    }
    layers
}

/// The edges that close no circle, found by walking from the first step.
fn forward(count: usize, edges: &[(usize, usize, &str)]) -> Vec<(usize, usize)> {
    fn walk(node: usize, edges: &[(usize, usize, &str)], seen: &mut [u8], forward: &mut Vec<(usize, usize)>) {
        seen[node] = 1;
        for &(from, to, _) in edges {
            if from != node || seen[to] == 1 {
                continue;
            }
            forward.push((from, to));
            if seen[to] == 0 {
                walk(to, edges, seen, forward);
            }
        }
        seen[node] = 2;
    }
    let mut seen = vec![0; count];
    let mut forward = vec![];
    for node in 0..count {
        if seen[node] == 0 {
            walk(node, edges, &mut seen, &mut forward);
        }
    }
    forward
}

/// The row of each step in its layer: those whose forerunners stand higher come first.
fn rows(layers: &[i32], edges: &[(usize, usize, &str)]) -> Vec<i32> {
    let mut rows = vec![0; layers.len()];
    for layer in 0..=layers.iter().max().copied().unwrap_or(0) {
        let mut here: Vec<(i32, usize)> = (0..layers.len())
            .filter(|node| layers[*node] == layer)
            .map(|node| {
                let before: Vec<i32> = edges
                    .iter()
                    .filter(|(from, to, _)| *to == node && layers[*from] < layer)
                    .map(|(from, ..)| rows[*from] * 16)
                    .collect();
                let middle = i32::try_from(before.len())
                    .ok()
                    .filter(|count| *count > 0)
                    .map_or(0, |count| before.iter().sum::<i32>() / count);
                (middle, node)
            })
            .collect();
        here.sort();
        for (row, (_, node)) in (0..).zip(here) {
            rows[node] = row;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_follow_the_longest_way_and_ways_back_do_not_count() {
        // accept -> review -> pay, review -> accept (back), accept -> refused
        let edges = [(0, 1, ""), (1, 2, ""), (1, 0, "back"), (0, 3, ""), (2, 3, "")];
        assert_eq!(layers(4, &edges), vec![0, 1, 2, 3]);
        assert_eq!(rows(&layers(3, &[(0, 1, ""), (0, 2, "")]), &[(0, 1, ""), (0, 2, "")]), vec![0, 0, 1]);
    }

    #[test]
    fn long_words_are_clipped_by_width() {
        assert_eq!(clip("子女急诊报销", 4), "子女急诊…");
        assert_eq!(clip("reimburse", 6), "reimburse");
        assert_eq!(clip("reimburse", 4), "reimburs…");
    }
}
