//! The clock: when each turn begins and ends, what is planted in time alone, and where every label lies.

use lingjian_model::{Millis, Role, Span, Turn};

use super::Dialogue;
use super::stage::{Beat, Before, Mark, Place, Stage, units};
use crate::FaultKind::{HoldWithoutAsking, Interruption, LongSilence, TooFast};
use crate::Planted;
use crate::dice::Dice;

/// Speeds and lengths, in characters (Mandarin) or words (English) a minute.
struct Tempo {
    agent: (f64, f64),
    customer: (f64, f64),
    /// No ordinary turn is outside of this.
    usual: (f64, f64),
    brisk: (f64, f64),
    too_fast: (f64, f64),
    /// A turn long enough that its speed means something.
    sustained: usize,
    /// A turn long enough to be cut into.
    long: usize,
}

const MANDARIN: Tempo = Tempo {
    agent: (222.0, 256.0),
    customer: (205.0, 262.0),
    usual: (182.0, 298.0),
    brisk: (310.0, 345.0),
    too_fast: (400.0, 460.0),
    sustained: 30,
    long: 20,
};

const ENGLISH: Tempo = Tempo {
    agent: (142.0, 168.0),
    customer: (140.0, 170.0),
    usual: (131.0, 179.0),
    brisk: (188.0, 208.0),
    too_fast: (245.0, 285.0),
    sustained: 20,
    long: 14,
};

impl Stage<'_, '_> {
    fn tempo(&self) -> &'static Tempo {
        if self.mandarin() { &MANDARIN } else { &ENGLISH }
    }

    /// Plants what is made of time: speed, interruption, silence; and hums along.
    pub(super) fn alter(&mut self) {
        self.pace();
        self.interrupt();
        self.silence();
        self.hum();
    }

    fn turns_of(&self, role: Role, least: usize) -> Vec<usize> {
        let long =
            |beat: &&Beat| beat.role == role && beat.pace.is_none() && self.units(&beat.text()) >= least;
        self.beats.iter().enumerate().filter(|(_, beat)| long(beat)).map(|(at, _)| at).collect()
    }

    fn pace(&mut self) {
        let tempo = self.tempo();
        let long = self.turns_of(Role::Agent, tempo.sustained);
        let fault = !long.is_empty() && self.draws.draw(TooFast, self.odds, self.dice);
        let like = !fault && self.timed_likes.contains(&TooFast);
        if (fault || like)
            && let Some(at) = self.dice.pick(&long).copied()
        {
            let (low, high) = if fault { tempo.too_fast } else { tempo.brisk };
            let pace = self.dice.between(low, high);
            let mark = if fault { Mark::fault } else { Mark::like };
            let beat = &mut self.beats[at];
            beat.pace = Some(pace);
            if let Some(piece) = beat.pieces.last_mut() {
                piece.marks.push(mark(TooFast, Place::Turn));
            }
        }
    }

    fn interrupt(&mut self) {
        let tempo = self.tempo();
        let long = self.turns_of(Role::Customer, tempo.long);
        if !long.is_empty() && self.draws.draw(Interruption, self.odds, self.dice) {
            if let Some(at) = self.dice.pick(&long).copied() {
                let mut piece = self.plain("interruption");
                piece.marks.push(Mark::fault(Interruption, Place::Overlap));
                self.put_after(at, Role::Agent, piece, Before::CutIn);
                if self.dice.chance(0.5) {
                    let reacts = self.plain("huh");
                    self.put_after(at + 1, Role::Customer, reacts, Before::Usual);
                }
            }
        } else if self.timed_likes.contains(&Interruption) {
            // it is the customer who cuts in
            let long = self.turns_of(Role::Agent, tempo.sustained);
            if let Some(at) = self.dice.pick(&long).copied() {
                let mut piece = self.plain("cut-in-customer");
                piece.marks.push(Mark::like(Interruption, Place::Overlap));
                self.put_after(at, Role::Customer, piece, Before::CutIn);
            }
        }
    }

    fn silence(&mut self) {
        let person = |beat: &Beat| matches!(beat.role, Role::Agent | Role::Customer);
        let quiet: Vec<usize> = (2..self.beats.len())
            .filter(|&at| {
                let (last, beat) = (&self.beats[at - 1], &self.beats[at]);
                person(last) && person(beat) && beat.before == Before::Usual
            })
            .collect();
        if quiet.is_empty() || !self.draws.draw(LongSilence, self.odds, self.dice) {
            return;
        }
        let Some(at) = self.dice.pick(&quiet).copied() else { return };
        let length = self.dice.range(15_400, 40_000);
        // whoever ought to speak keeps the other waiting; the agent's silence is a hold unasked
        let agents = self.beats[at].role == Role::Agent && self.beats[at - 1].role == Role::Customer;
        let beat = &mut self.beats[at];
        beat.before = Before::Quiet(length);
        if let Some(piece) = beat.pieces.first_mut() {
            piece.marks.push(Mark::fault(LongSilence, Place::Wait { named: false }));
            if agents {
                piece.marks.push(Mark::fault(HoldWithoutAsking, Place::Wait { named: true }).implied());
            }
        }
    }

    fn hum(&mut self) {
        let long = self.tempo().long;
        let mut at = 0;
        while at < self.beats.len() {
            let beat = &self.beats[at];
            let by = match beat.role {
                Role::Agent => Some((Role::Customer, 0.22)),
                Role::Customer => Some((Role::Agent, 0.3)),
                Role::System | Role::Supervisor => None,
            };
            let cut = self.beats.get(at + 1).is_some_and(|next| next.before == Before::CutIn);
            let alone = matches!(beat.before, Before::Usual | Before::Quiet(_));
            if let Some((role, often)) = by
                && at > 0
                && alone
                && !cut
                && self.units(&beat.text()) >= long
                && self.dice.chance(often)
            {
                let mut hum = self.plain("back-channel");
                if role == Role::Agent {
                    hum.marks.push(Mark::like(Interruption, Place::Turn));
                }
                self.put_after(at, role, hum, Before::BackChannel);
                at += 1;
            }
            at += 1;
        }
    }
}

/// Puts a dialogue on the clock.
pub(super) fn clock(stage: Stage<'_, '_>) -> Dialogue {
    let Stage { cast, odds: _, dice, draws, beats, absent, transferred, hold_ms, .. } = stage;
    let tempo = if cast.book.mandarin() { &MANDARIN } else { &ENGLISH };
    let spans = spans(&beats, tempo, cast.book.mandarin(), dice);
    let duration = spans.iter().map(|span| span.end).max().unwrap_or_default();
    let duration = duration.plus(Millis(dice.range(300, 1_500)));

    let mut order: Vec<usize> = (0..beats.len()).collect();
    order.sort_by_key(|&at| spans[at].start);
    let mut place = vec![0; beats.len()];
    for (turn, &at) in order.iter().enumerate() {
        place[at] = turn;
    }

    let call = Span { start: Millis::ZERO, end: duration };
    let missing = absent.iter().map(|absent| Planted {
        fault: absent.fault,
        turn: None,
        chars: None,
        span: call,
        step: absent.step,
        implied: absent.implied,
    });
    let mut truth: Vec<Planted> = missing.collect();
    let mut lookalikes = Vec::new();
    for (at, beat) in beats.iter().enumerate() {
        let mut from = 0;
        for piece in &beat.pieces {
            let to = from + piece.text.chars().count();
            for mark in &piece.marks {
                let label = label(mark, at, [from, to], &beats, &spans, &place);
                if mark.like { &mut lookalikes } else { &mut truth }.push(label);
            }
            from = to;
        }
    }
    let by_place = |planted: &Planted| (planted.span.start, planted.span.end, planted.fault);
    truth.sort_by_key(by_place);
    lookalikes.sort_by_key(by_place);

    let turns = order
        .iter()
        .map(|&at| Turn {
            role: beats[at].role,
            span: spans[at],
            text: beats[at].text(),
            words: Vec::new(),
            role_confidence: None,
        })
        .collect();
    Dialogue {
        turns,
        duration,
        hold: Millis(hold_ms),
        transferred,
        truth,
        lookalikes,
        chances: draws.chances,
    }
}

fn spans(beats: &[Beat], tempo: &Tempo, mandarin: bool, dice: &mut Dice) -> Vec<Span> {
    let agent = dice.between(tempo.agent.0, tempo.agent.1);
    let customer = dice.between(tempo.customer.0, tempo.customer.1);
    let mut spans: Vec<Span> = Vec::with_capacity(beats.len());
    // who has the floor, and since and until when
    let mut floor: Option<(Role, Span)> = None;
    let mut latest = 0;
    for beat in beats {
        let own = if beat.role == Role::Customer { customer } else { agent };
        let pace =
            beat.pace.unwrap_or_else(|| (own * dice.between(0.93, 1.07)).clamp(tempo.usual.0, tempo.usual.1));
        let said = units(&beat.text(), mandarin).max(1) as f64;
        let length = ((said / pace * 60_000.0).round() as u64).max(280);
        let (start, length) = match (floor, beat.before) {
            (None, _) => (dice.range(0, 900), length),
            (Some(_), Before::Quiet(quiet)) => (latest + quiet, length),
            (Some((_, span)), Before::BackChannel) => {
                let share = dice.between(0.35, 0.75);
                let start = span.start.0 + (span.length().0 as f64 * share) as u64;
                let room = span.end.0.saturating_sub(start + 60);
                (start, length.min(dice.range(280, 560)).min(room).max(100))
            }
            (Some((_, span)), Before::CutIn) => {
                let room = span.length().0.saturating_sub(1_250).max(1_250);
                (span.start.0 + dice.range(1_200, room), length)
            }
            (Some((role, span)), Before::Usual) => {
                let eager = role != beat.role && span.length().0 > 1_500 && span.end.0 == latest;
                let start = if eager && length > 700 && dice.chance(0.06) {
                    latest - dice.range(80, 300)
                } else if dice.chance(0.05) {
                    latest + dice.range(1_500, 2_900)
                } else {
                    latest + dice.range(200, 900)
                };
                (start, length)
            }
        };
        // no two turns begin together: their order would hang on the channel
        let start =
            if spans.iter().rev().take(3).any(|span| span.start.0 == start) { start + 1 } else { start };
        let span = Span::new(start, start + length);
        latest = latest.max(span.end.0);
        if beat.before != Before::BackChannel {
            floor = Some((beat.role, span));
        }
        spans.push(span);
    }
    spans
}

fn label(
    mark: &Mark,
    at: usize,
    chars: [usize; 2],
    beats: &[Beat],
    spans: &[Span],
    place: &[usize],
) -> Planted {
    let turn = spans[at];
    let before = || spans[..at].iter().map(|span| span.end).max().unwrap_or_default();
    let mut named = Some(place[at]);
    let mut words = None;
    let span = match mark.place {
        Place::Words => {
            words = Some(chars);
            let all = beats[at].text().chars().count().max(1) as u64;
            let time = |char: usize| Millis(turn.start.0 + turn.length().0 * char as u64 / all);
            Span { start: time(chars[0]), end: time(chars[1]) }
        }
        Place::Turn => turn,
        Place::Wait { named: keep } => {
            named = named.filter(|_| keep);
            Span { start: before(), end: turn.start }
        }
        Place::Overlap => {
            let last = spans[..at].last().copied().unwrap_or(turn);
            turn.intersection(last).unwrap_or(turn)
        }
        Place::Since(id) => {
            let first = beats.iter().position(|beat| beat.id == id).unwrap_or(at);
            Span { start: spans[first].start, end: turn.end }
        }
    };
    Planted { fault: mark.fault, turn: named, chars: words, span, step: None, implied: mark.implied }
}
