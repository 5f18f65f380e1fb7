//! Who speaks when, kept up to date: edges of speech by time, so that a stretch comes and goes without a new sweep over all.

use std::collections::{BTreeMap, BTreeSet};

use lingjian_model::{Millis, Role, Span, Speech};

/// Beginnings and ends at each moment.
#[derive(Debug, Default)]
struct Edges(BTreeMap<Millis, (u32, u32)>);

impl Edges {
    fn change(&mut self, span: Span, change: impl Fn(&mut u32)) {
        if span.start >= span.end {
            return;
        }
        change(&mut self.0.entry(span.start).or_default().0);
        change(&mut self.0.entry(span.end).or_default().1);
        for at in [span.start, span.end] {
            if self.0.get(&at) == Some(&(0, 0)) {
                self.0.remove(&at);
            }
        }
    }

    /// How many speak from each edge on, in order of time.
    fn depths(&self) -> impl Iterator<Item = (Millis, u32)> + '_ {
        self.0.iter().scan(0_u32, |depth, (&at, &(begin, end))| {
            *depth = (*depth + begin) - end;
            Some((at, *depth))
        })
    }

    /// Stretches between neighbouring edges in which `wanted` holds of the depth; those that touch are one.
    fn stretches(&self, wanted: impl Fn(u32) -> bool) -> Vec<Span> {
        let mut found: Vec<Span> = Vec::new();
        let mut open: Option<Millis> = None;
        for (at, depth) in self.depths() {
            match (open, wanted(depth)) {
                (None, true) => open = Some(at),
                (Some(start), false) => {
                    found.push(Span { start, end: at });
                    open = None;
                }
                _ => {}
            }
        }
        // What is still open at the last edge lies behind all speech.
        found
    }
}

/// The speech of a live call.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    all: Edges,
    by_role: BTreeMap<Role, Edges>,
    stretches: BTreeMap<Speech, u32>,
    longest: Millis,
}

impl Timeline {
    pub(super) fn add(&mut self, speech: Speech) {
        self.all.change(speech.span, |edge| *edge += 1);
        self.by_role.entry(speech.role).or_default().change(speech.span, |edge| *edge += 1);
        *self.stretches.entry(speech).or_default() += 1;
        self.longest = self.longest.max(speech.span.length());
    }

    pub(super) fn remove(&mut self, speech: Speech) {
        self.all.change(speech.span, |edge| *edge -= 1);
        self.by_role.entry(speech.role).or_default().change(speech.span, |edge| *edge -= 1);
        if let Some(count) = self.stretches.get_mut(&speech) {
            *count -= 1;
            if *count == 0 {
                self.stretches.remove(&speech);
            }
        }
    }

    pub(super) fn silences(&self) -> Vec<Span> {
        self.all.stretches(|depth| depth == 0)
    }

    pub(super) fn overlaps(&self) -> Vec<Span> {
        self.all.stretches(|depth| depth > 1)
    }

    pub(super) fn talk(&self, role: Role, window: Span) -> Millis {
        let Some(edges) = self.by_role.get(&role) else { return Millis::ZERO };
        let own = edges.stretches(|depth| depth > 0);
        Millis(own.iter().filter_map(|span| span.intersection(window)).map(|span| span.length().0).sum())
    }

    pub(super) fn roles(&self) -> BTreeSet<Role> {
        self.stretches.keys().map(|one| one.role).collect()
    }

    pub(super) fn end(&self) -> Millis {
        self.stretches.keys().map(|one| one.span.end).max().unwrap_or_default()
    }

    /// Where `role` begins inside another's speech: each stretch of the role, its longest qualifying overlap.
    pub(super) fn begins_inside(&self, role: Role, over: Millis, after: Millis) -> Vec<(Speech, Span)> {
        let mut found = Vec::new();
        for (&one, &count) in self.stretches.iter().filter(|(one, _)| one.role == role) {
            // Nobody who began longer ago than the longest stretch still speaks.
            let earliest = Speech {
                span: Span { start: one.span.start.since(self.longest), end: Millis::ZERO },
                role: Role::Agent,
            };
            let both = self
                .stretches
                .range(earliest..)
                .map(|(other, _)| other)
                .take_while(|other| other.span.start <= one.span.start)
                .filter(|other| other.role != role && other.role != Role::System)
                .filter(|other| {
                    one.span.start.since(other.span.start) >= after && other.span.end > one.span.start
                })
                .map(|other| Span { start: one.span.start, end: one.span.end.min(other.span.end) })
                .filter(|both| both.start < both.end && both.length() >= over)
                .max_by_key(|both| both.end);
            if let Some(both) = both {
                found.extend(std::iter::repeat_n((one, both), count as usize));
            }
        }
        found
    }
}
