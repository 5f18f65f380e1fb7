//! One condition of a live call, from the tables.

use std::collections::VecDeque;

use lingjian_language::{Likeness, is_backchannel};
use lingjian_model::{Measure, Millis, Role, Span, Speech, TurnKey};

use super::state::{Held, Order, State};
use crate::hit::{Hit, Outcome};
use crate::judge::{
    PARTIES, RATE_MIN_UNITS, REPETITION_MIN_CHARS, Within, measured, pair, share, within, word_hit,
};
use crate::set::{Node, NodeId};
use crate::syntax::{Anchor, Bound, Condition, Count, Extent, Leaf, Operator, Pick, Reach, Relation, Window};
use crate::turn::rate;

impl State {
    pub(super) fn evaluate(&self, number: usize, node: &Node) -> Outcome {
        match &node.condition {
            Condition::Not(part) => Outcome { holds: !self.outcome(*part).holds, hits: Vec::new() },
            Condition::All(parts) if parts.iter().any(|&part| !self.outcome(part).holds) => Outcome::NO,
            Condition::All(parts) | Condition::Any(parts) => {
                let mut joined = Outcome::NO;
                for outcome in parts.iter().map(|&part| self.outcome(part)).filter(|outcome| outcome.holds) {
                    joined.holds = true;
                    joined.hits.extend_from_slice(&outcome.hits);
                }
                joined.hits.sort_by_key(Hit::order);
                joined.hits.dedup();
                joined
            }
            Condition::Leaf(leaf) => {
                let mut hits = self.gathered(number, leaf);
                for except in &leaf.except {
                    let excuses = &self.outcome(except.of).hits;
                    hits.retain(|hit| !excuses.iter().rev().any(|excuse| self.stands(hit, except, excuse)));
                }
                hits.sort_by_key(Hit::order);
                match &leaf.anchor {
                    Some(anchor) => self.anchored(anchor, leaf.count, hits),
                    None if self.counted(leaf, &hits) => Outcome { holds: true, hits },
                    None => Outcome::NO,
                }
            }
        }
    }

    fn turn_at(&self, time: Millis) -> usize {
        self.orders.partition_point(|order| order.0 <= time).saturating_sub(1)
    }

    fn stands(&self, hit: &Hit, relation: &Relation<NodeId>, other: &Hit) -> bool {
        hit.stands(relation.side, other, relation.within, &|time| self.turn_at(time))
    }

    fn counted(&self, leaf: &Leaf<NodeId>, hits: &[Hit]) -> bool {
        if leaf.count != Count::Every {
            return leaf.count.admits(hits.len());
        }
        let mut looked = self.looked_at(leaf).peekable();
        looked.peek().is_some()
            && looked.all(|order| {
                let turn = Some(self.number_of(order));
                hits.iter().any(|hit| hit.turn == turn)
            })
    }

    /// Counts for each hit of the anchor how many stand to it, in one pass over the hits.
    fn anchored(&self, anchor: &Anchor<NodeId>, count: Count, hits: Vec<Hit>) -> Outcome {
        let all = &self.outcome(anchor.relation.of).hits;
        let picked = match anchor.pick {
            Pick::Any | Pick::Each => all.as_slice(),
            Pick::Last => &all[all.len().saturating_sub(1)..],
            Pick::Nth(number) => all.get(number - 1..number).unwrap_or_default(),
        };
        let mut near = vec![0_usize; picked.len()];
        let stood: Vec<(Hit, Vec<usize>)> = hits
            .into_iter()
            .map(|hit| {
                let at: Vec<usize> = (0..picked.len())
                    .filter(|&at| self.stands(&hit, &anchor.relation, &picked[at]))
                    .collect();
                at.iter().for_each(|&at| near[at] += 1);
                (hit, at)
            })
            .collect();
        let satisfied: Vec<bool> = near.iter().map(|&near| count.admits(near)).collect();
        let wanted =
            if anchor.pick == Pick::Each { !satisfied.contains(&false) } else { satisfied.contains(&true) };
        if picked.is_empty() || !wanted {
            return Outcome::NO;
        }
        let mut kept: Vec<Hit> = Vec::new();
        kept.extend(
            stood.into_iter().filter(|(_, at)| at.iter().any(|&at| satisfied[at])).map(|(hit, _)| hit),
        );
        kept.extend(
            (0..picked.len()).filter(|&at| satisfied[at] && near[at] == 0).map(|at| picked[at].clone()),
        );
        kept.sort_by_key(Hit::order);
        kept.dedup();
        Outcome { holds: true, hits: kept }
    }

    fn spoken(&self, role: Option<Role>) -> &[Order] {
        self.spoken.get(&role).map_or(&[], Vec::as_slice)
    }

    fn scope(&self, leaf: &Leaf<NodeId>) -> Within {
        within(leaf.scope, self.length(), self.spoken(leaf.role).len())
    }

    /// The turns a leaf looks at, by their places in the order of its role.
    fn looked_at<'a>(&'a self, leaf: &'a Leaf<NodeId>) -> impl Iterator<Item = &'a Order> + 'a {
        let spoken = self.spoken(leaf.role);
        let (from, to) = self.scope(leaf).ranks.unwrap_or((1, spoken.len()));
        let slice = spoken.get(from.saturating_sub(1)..to.min(spoken.len())).unwrap_or_default();
        slice.iter().filter(move |order| self.is_long_enough(leaf, order))
    }

    fn is_long_enough(&self, leaf: &Leaf<NodeId>, order: &Order) -> bool {
        leaf.min_chars
            .is_none_or(|least| self.turns.get(order).is_some_and(|held| held.ready.folded.len() >= least))
    }

    fn is_looked_at(&self, leaf: &Leaf<NodeId>, order: &Order, scope: &Within) -> bool {
        scope.ranks.is_none_or(|(from, to)| {
            let rank = self.spoken(leaf.role).partition_point(|other| other <= order);
            (from..=to).contains(&rank)
        })
    }

    fn held(&self, order: &Order) -> Option<(usize, &Held)> {
        Some((self.number_of(order), self.turns.get(order)?))
    }

    fn gathered(&self, number: usize, leaf: &Leaf<NodeId>) -> Vec<Hit> {
        let scope = self.scope(leaf);
        let everything = Span { start: Millis::ZERO, end: Millis(u64::MAX) };
        let window = match scope.ranks {
            Some(_) => {
                let spans = || {
                    self.looked_at(leaf)
                        .filter_map(|order| self.turns.get(order))
                        .map(|held| held.ready.turn.span)
                };
                let hull = spans().map(|span| span.start).min().zip(spans().map(|span| span.end).max());
                hull.map(|(start, end)| Span { start, end })
            }
            None => Some(scope.time.unwrap_or(everything)),
        };
        let Some(window) = window else { return Vec::new() };
        let inside = |hit: &Hit| window.start <= hit.span.start && hit.span.start < window.end;
        match &leaf.operator {
            Operator::Silence(extent) => self.stretches(self.timeline.silences(), *extent, window),
            Operator::Overlap(extent) => self.stretches(self.timeline.overlaps(), *extent, window),
            Operator::Interruption { over, after } => {
                let mut hits = self.interruptions(leaf.role, *over, *after);
                hits.retain(inside);
                hits
            }
            Operator::Duration(bound) => {
                let length = self.length();
                self.bounded(Span { start: Millis::ZERO, end: length }, length.0 as f64, "ms", *bound, None)
            }
            Operator::TalkShare(bound) => self.talk_share(leaf.role, *bound, window),
            Operator::Sequence { steps, within, at_least } => {
                let hits: Vec<Vec<&Hit>> = steps
                    .iter()
                    .map(|step| self.outcome(step.condition).hits.iter().filter(|hit| inside(hit)).collect())
                    .collect();
                self.chain(&hits, *within, *at_least)
            }
            _ => {
                let mut hits = self.in_words(number, leaf, &scope);
                if scope.time.is_some() {
                    hits.retain(inside);
                }
                hits
            }
        }
    }

    fn in_words(&self, number: usize, leaf: &Leaf<NodeId>, scope: &Within) -> Vec<Hit> {
        let table = self.tables[number].iter().filter(|(order, _)| self.is_looked_at(leaf, order, scope));
        let hits_at = |order: &Order, places: &[(usize, usize)]| -> Vec<Hit> {
            let Some((at, held)) = self.held(order) else { return Vec::new() };
            places.iter().map(|&chars| word_hit(at, &held.ready, chars)).collect()
        };
        match &leaf.operator {
            Operator::Phrase { at_least, across_call: true, .. } => {
                let table: Vec<_> = table.collect();
                let mut said: Vec<usize> =
                    table.iter().flat_map(|(_, places)| places.terms.iter().copied()).collect();
                said.sort_unstable();
                said.dedup();
                if said.len() < *at_least {
                    return Vec::new();
                }
                table.into_iter().flat_map(|(order, places)| hits_at(order, &places.first)).collect()
            }
            Operator::Proximity {
                within: window @ (Window::Turns(_) | Window::Time(_)), any_order, ..
            } => {
                let (mut first, mut then) = (Vec::new(), Vec::new());
                for (order, places) in table {
                    first.extend(hits_at(order, &places.first));
                    then.extend(hits_at(order, &places.then));
                }
                self.nearest_pairs(&first, &then, *window, *any_order)
            }
            Operator::Repetition { times, similarity, reach } => {
                self.said_again(leaf, *times, *similarity, *reach)
            }
            Operator::Rate { of_call, bound } => self.rates(leaf, *of_call, *bound),
            _ => table.flat_map(|(order, places)| hits_at(order, &places.first)).collect(),
        }
    }

    fn nearest_pairs(&self, first: &[Hit], then: &[Hit], window: Window, any_order: bool) -> Vec<Hit> {
        let turn_at = |time| self.turn_at(time);
        let mut hits: Vec<Hit> = Vec::new();
        for a in first {
            let mut best: Option<(&Hit, &Hit)> = None;
            for b in then {
                let ordered = if b.follows(a) {
                    (a, b)
                } else if any_order && a.follows(b) {
                    (b, a)
                } else {
                    continue;
                };
                if !ordered.1.near(ordered.0, Some(window), &turn_at) {
                    continue;
                }
                let closer = best.is_none_or(|held| {
                    (ordered.1.order(), std::cmp::Reverse(ordered.0.order()))
                        < (held.1.order(), std::cmp::Reverse(held.0.order()))
                });
                if closer {
                    best = Some(ordered);
                }
            }
            hits.extend(best.map(|(earlier, later)| pair(earlier, later)));
        }
        hits.sort_by_key(Hit::order);
        hits.dedup_by_key(|hit| hit.order());
        hits
    }

    /// Runs forward through each role's turns, keeping what may be said again.
    fn said_again(&self, leaf: &Leaf<NodeId>, times: usize, similarity: f64, reach: Reach) -> Vec<Hit> {
        let least = leaf.min_chars.unwrap_or(REPETITION_MIN_CHARS);
        let measure = |amount: usize| Some(Measure { amount: amount as f64, unit: "times" });
        let mut hits = Vec::new();
        for role in [Role::Agent, Role::Customer, Role::Supervisor, Role::System] {
            let mut kept: VecDeque<&Likeness> = VecDeque::new();
            let mut run = 0;
            for order in self.looked_at(leaf) {
                let Some((at, held)) = self.held(order) else { continue };
                if held.ready.turn.role != role || held.ready.folded.len() < least {
                    continue;
                }
                let own = held.likeness.get_or_init(|| Likeness::new(held.ready.folded.as_str()));
                let said = match reach {
                    Reach::InARow => {
                        let again = kept.back().is_some_and(|last| last.to(own) >= similarity);
                        run = if again { run + 1 } else { 1 };
                        kept.clear();
                        run
                    }
                    Reach::Back(turns) => {
                        while kept.len() > turns {
                            kept.pop_front();
                        }
                        1 + kept.iter().filter(|earlier| earlier.to(own) >= similarity).count()
                    }
                };
                kept.push_back(own);
                if said >= times {
                    let hit = word_hit(at, &held.ready, held.ready.whole());
                    hits.push(Hit { value: measure(said), bound: measure(times), ..hit });
                }
            }
        }
        hits
    }

    fn rates(&self, leaf: &Leaf<NodeId>, of_call: bool, bound: Bound) -> Vec<Hit> {
        let language = self.language();
        let looked = || self.looked_at(leaf).filter_map(|order| self.held(order));
        if of_call {
            let mut units = lingjian_language::Units::default();
            let (mut time, mut hull) = (Millis::ZERO, None::<Span>);
            for (_, held) in looked() {
                let span = held.ready.turn.span;
                units.characters += held.units.characters;
                units.words += held.units.words;
                time = time.plus(span.length());
                hull = Some(hull.map_or(span, |hull| Span {
                    start: hull.start.min(span.start),
                    end: hull.end.max(span.end),
                }));
            }
            return match (rate(units, time, language), hull) {
                (Some(value), Some(hull)) => self.bounded(hull, value.amount, value.unit, bound, leaf.role),
                _ => Vec::new(),
            };
        }
        let mut hits = Vec::new();
        for (at, held) in looked() {
            if leaf.min_chars.is_none() && held.units.count(language) < RATE_MIN_UNITS {
                continue;
            }
            if let Some(value) = rate(held.units, held.ready.turn.span.length(), language)
                && bound.broken_by(value.amount)
            {
                let bound = Measure { amount: bound.limit(), unit: value.unit };
                hits.push(Hit {
                    value: Some(value),
                    bound: Some(bound),
                    ..word_hit(at, &held.ready, held.ready.whole())
                });
            }
        }
        hits
    }

    fn bounded(
        &self,
        span: Span,
        amount: f64,
        unit: &'static str,
        bound: Bound,
        role: Option<Role>,
    ) -> Vec<Hit> {
        if bound.broken_by(amount) {
            vec![measured(span, Measure { amount, unit }, bound.limit(), role)]
        } else {
            Vec::new()
        }
    }

    fn stretches(&self, all: Vec<Span>, extent: Extent, window: Span) -> Vec<Hit> {
        let millis = |time: Millis| Measure { amount: time.0 as f64, unit: "ms" };
        let mut total = Millis::ZERO;
        let mut longest: Option<Span> = None;
        let mut hits = Vec::new();
        for span in all.iter().filter_map(|span| span.intersection(window)) {
            total = total.plus(span.length());
            if longest.is_none_or(|held| span.length() > held.length()) {
                longest = Some(span);
            }
            if let Extent::Over(least) = extent
                && span.length() >= least
            {
                hits.push(measured(span, millis(span.length()), least.0 as f64, None));
            }
        }
        let Some(longest) = longest else { return hits };
        match extent {
            Extent::Over(_) => {}
            Extent::TotalOver(least) if total >= least => {
                hits.push(measured(longest, millis(total), least.0 as f64, None))
            }
            Extent::TotalOver(_) => {}
            Extent::ShareOver(least) => {
                let whole = Millis(self.length().0.min(window.end.0).saturating_sub(window.start.0));
                if let Some(amount) = share(total, whole).filter(|&part| part >= least) {
                    hits.push(measured(longest, Measure { amount, unit: "share" }, least, None));
                }
            }
        }
        hits
    }

    fn interruptions(&self, role: Option<Role>, over: Millis, after: Millis) -> Vec<Hit> {
        let Some(role) = role else { return Vec::new() };
        let begun = self.timeline.begins_inside(role, over, after);
        let spoke = begun.into_iter().filter(|(own, _)| !self.only_listens(*own));
        spoke
            .map(|(own, both)| Hit {
                reach: own.span.end,
                ..measured(
                    both,
                    Measure { amount: both.length().0 as f64, unit: "ms" },
                    over.0 as f64,
                    Some(role),
                )
            })
            .collect()
    }

    /// Whether the turn that shares most of a stretch of speech is only a sign of listening.
    fn only_listens(&self, stretch: Speech) -> bool {
        let mut best: Option<(Millis, &Held)> = None;
        let earliest = (stretch.span.start.since(self.longest_turn), 0, TurnKey(String::new()));
        let near = self.turns.range(earliest..).take_while(|(order, _)| order.0 < stretch.span.end);
        for (_, held) in near.filter(|(_, held)| held.ready.turn.role == stretch.role) {
            let shared = held.ready.turn.span.intersection(stretch.span).map_or(Millis::ZERO, Span::length);
            if shared > best.map_or(Millis::ZERO, |(most, _)| most) {
                best = Some((shared, held));
            }
        }
        best.is_some_and(|(_, held)| is_backchannel(held.ready.folded.as_str()))
    }

    fn talk_share(&self, role: Option<Role>, bound: Bound, window: Span) -> Vec<Hit> {
        let Some(role) = role else { return Vec::new() };
        let own = self.timeline.talk(role, window);
        let others =
            PARTIES.into_iter().filter(|&party| party != role).map(|party| self.timeline.talk(party, window));
        let Some(amount) = share(own, others.fold(own, Millis::plus)) else { return Vec::new() };
        let whole = Span { start: Millis::ZERO, end: self.length() };
        self.bounded(whole.intersection(window).unwrap_or(whole), amount, "share", bound, Some(role))
    }

    /// The longest chain of steps in order, from the last step backward: for each hit the best chain that begins with it.
    fn chain(&self, steps: &[Vec<&Hit>], within: Option<Window>, at_least: usize) -> Vec<Hit> {
        let turn_at = |time| self.turn_at(time);
        let mut chains: Vec<(usize, &Hit, &Hit)> = Vec::new();
        for hits in steps.iter().rev() {
            let mut own = Vec::with_capacity(hits.len());
            for &hit in hits {
                let mut best = (1, hit, hit);
                for &(length, first, last) in &chains {
                    if !(first.follows(hit) && first.near(hit, within, &turn_at)) {
                        continue;
                    }
                    if length + 1 > best.0 || (length + 1 == best.0 && last.order() < best.2.order()) {
                        best = (length + 1, hit, last);
                    }
                }
                own.push(best);
            }
            chains.extend(own);
        }
        let mut best: Option<(usize, &Hit, &Hit)> = None;
        for chain in chains {
            let better = best.is_none_or(|held| {
                chain.0 > held.0
                    || (chain.0 == held.0
                        && (chain.1.order(), chain.2.order()) < (held.1.order(), held.2.order()))
            });
            if better {
                best = Some(chain);
            }
        }
        let measure = |amount: usize| Some(Measure { amount: amount as f64, unit: "steps" });
        match best {
            Some((length, first, last)) if length >= at_least => {
                vec![Hit { value: measure(length), bound: measure(steps.len()), ..pair(first, last) }]
            }
            _ => Vec::new(),
        }
    }
}
