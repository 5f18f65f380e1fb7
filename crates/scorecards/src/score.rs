//! A filled-in card → its figures, and every step of each. Formulas: `docs/scorecards.md`.

use lingjian_model::scorecard::{
    Answer, Answers, CardStep, Cause, Counts, Figure, Item, ItemOption, SectionScore,
};
use lingjian_model::{Scorecard, Scored};

use crate::asked::asked;

/// No item has more points, and no section a larger weight.
pub(crate) const LARGEST: f64 = 1000.0;

/// What a filled-in card comes to. Also a draft's: what is not answered yet is left out, as what is not applicable is.
///
/// A card that `lint` calls wrong has a score as well, within 0–100: shares are held within 0–1, and points and weights
/// within 0–1000.
#[must_use]
pub fn score(card: &Scorecard, answers: &Answers) -> Scored {
    let asked = asked(card, answers);
    let mut asked = asked.iter().copied();
    let mut sections = Vec::with_capacity(card.sections.len());
    let (mut done, mut open) = (Vec::new(), 0);
    for section in &card.sections {
        let from = done.len();
        for item in &section.items {
            if !asked.next().unwrap_or(false) {
                continue;
            }
            let answer = answers.get(&item.id);
            done.extend(answer.and_then(|answer| Done::of(item, answer)));
            open += usize::from(answer.is_none_or(|answer| !answer.is_given()));
        }
        sections.push((section, from..done.len()));
    }
    let mut steps = Steps::default();
    let mut scores: Vec<SectionScore> = Vec::with_capacity(sections.len());
    for (section, range) in &sections {
        let weighed: Vec<&Done<'_>> =
            done[range.clone()].iter().filter(|done| done.item.counts == Counts::Weighed).collect();
        let (earned, possible) = sums(&weighed);
        let figure = Figure::Section(section.id.clone());
        let score = steps.shares(&figure, &weighed);
        let share = score.map_or(0.0, |_| amount(section.weight));
        scores.push(SectionScore { id: section.id.clone(), share, earned, possible, score });
    }
    let all: f64 = scores.iter().map(|section| section.share).sum();
    for section in &mut scores {
        section.share = if all > 0.0 { section.share / all } else { 0.0 };
    }
    let critical: Vec<&Done<'_>> = done.iter().filter(|done| done.item.critical).collect();
    let failed = |wanted: fn(&Item) -> bool| {
        let failed = done.iter().filter(|done| wanted(done.item) && done.fails);
        failed.map(|done| done.item.id.clone()).collect::<Vec<_>>()
    };
    let fatal = failed(|item| item.fatal);
    Scored {
        critical: steps.shares(&Figure::Critical, &critical),
        total: steps.total(card, &scores, &done, &fatal),
        earned: scores.iter().map(|section| section.earned).sum(),
        possible: scores.iter().map(|section| section.possible).sum(),
        sections: scores,
        critical_failed: failed(|item| item.critical),
        fatal,
        open,
        steps: steps.list,
    }
}

/// An item that is asked and was answered with an option.
struct Done<'c> {
    item: &'c Item,
    points: f64,
    share: f64,
    fails: bool,
}

impl<'c> Done<'c> {
    fn of(item: &'c Item, answer: &Answer) -> Option<Self> {
        let option = item.option(answer.option()?)?;
        let share = option.share.filter(|share| !share.is_nan()).unwrap_or(1.0).clamp(0.0, 1.0);
        Some(Self { item, points: amount(item.points), share, fails: ItemOption::fails(option) })
    }
}

/// What is no amount counts for nothing.
fn amount(written: f64) -> f64 {
    if written > 0.0 { written.min(LARGEST) } else { 0.0 }
}

/// Earned and possible points.
fn sums(done: &[&Done<'_>]) -> (f64, f64) {
    done.iter().fold((0.0, 0.0), |(earned, possible), done| {
        (earned + done.points * done.share, possible + done.points)
    })
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[derive(Default)]
struct Steps {
    list: Vec<CardStep>,
}

impl Steps {
    /// Steps from 0 on by exact amounts. What stands after each is rounded, not what each adds: nothing is lost on the way.
    fn walk(&mut self, of: &Figure, moves: impl IntoIterator<Item = (Cause, f64)>) -> f64 {
        let (mut exact, mut after) = (0.0, 0.0);
        for (by, amount) in moves {
            exact += amount;
            let before = after;
            after = hundredths(exact);
            self.list.push(CardStep { of: of.clone(), by, points: hundredths(after - before), after });
        }
        after
    }

    /// 100 × earned ÷ possible, item by item; none where nothing could be earned.
    fn shares(&mut self, of: &Figure, done: &[&Done<'_>]) -> Option<f64> {
        let (_, possible) = sums(done);
        if possible <= 0.0 {
            return None;
        }
        let counting = done.iter().filter(|done| done.points > 0.0);
        let moves = counting
            .map(|done| (Cause::Item(done.item.id.clone()), 100.0 * (done.points * done.share) / possible));
        Some(self.walk(of, moves))
    }

    /// Base, what is added and deducted, bounds, fatal items.
    fn total(
        &mut self,
        card: &Scorecard,
        sections: &[SectionScore],
        done: &[Done<'_>],
        fatal: &[String],
    ) -> Option<f64> {
        let weighs = |item: &Item| item.counts == Counts::Weighed && amount(item.points) > 0.0;
        let counting = sections.iter().filter(|section| section.share > 0.0);
        let mut moves: Vec<(Cause, f64)> = counting
            .map(|section| {
                let points = 100.0 * section.share * section.earned / section.possible;
                (Cause::Section(section.id.clone()), points)
            })
            .collect();
        if moves.is_empty() {
            // A failed fatal item decides also where there is nothing else to decide on.
            if card.items().any(weighs) && fatal.is_empty() {
                return None;
            }
            moves.push((Cause::Start, 100.0));
        }
        moves.extend(done.iter().filter(|done| done.points > 0.0).filter_map(|done| {
            let points = match done.item.counts {
                Counts::Weighed => return None,
                Counts::Deducts => -done.points * (1.0 - done.share),
                Counts::Adds => done.points * done.share,
            };
            Some((Cause::Item(done.item.id.clone()), points))
        }));
        let mut total = self.walk(&Figure::Total, moves);
        let bounded = total.clamp(0.0, 100.0);
        if bounded != total {
            total = self.lead(Cause::Bounds, total, bounded);
        }
        // At most that much: a fatal item never makes a bad total better.
        let left = if card.fatal.is_nan() { 0.0 } else { hundredths(card.fatal.clamp(0.0, 100.0)) };
        for id in fatal {
            total = self.lead(Cause::Fatal(id.clone()), total, total.min(left));
        }
        Some(total)
    }

    fn lead(&mut self, by: Cause, before: f64, after: f64) -> f64 {
        self.list.push(CardStep { of: Figure::Total, by, points: hundredths(after - before), after });
        after
    }
}
