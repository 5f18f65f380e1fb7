//! The dialogue in words, turn by turn, with labels on its pieces; not yet on the clock.

use lingjian_model::Role;

use super::outline::{Item, Outline};
use super::{Draws, Odds};
use crate::FaultKind;
use crate::cast::Cast;
use crate::dice::Dice;
use crate::fault::Step;

/// Where a label's place is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The words of its piece.
    Words,
    /// The whole turn.
    Turn,
    /// The silence before the turn; `named` says whether the turn is named too.
    Wait {
        /// Whether the turn is part of the label.
        named: bool,
    },
    /// Where the turn overlaps the one before.
    Overlap,
    /// From the start of that beat to the end of this turn.
    Since(usize),
}

/// A label on a piece.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) fault: FaultKind,
    pub(crate) like: bool,
    pub(crate) implied: bool,
    pub(crate) place: Place,
}

impl Mark {
    pub(crate) fn fault(fault: FaultKind, place: Place) -> Self {
        Self { fault, like: false, implied: false, place }
    }

    pub(crate) fn like(fault: FaultKind, place: Place) -> Self {
        Self { fault, like: true, implied: false, place }
    }

    pub(crate) fn implied(self) -> Self {
        Self { implied: true, ..self }
    }
}

/// Some words of a turn.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) marks: Vec<Mark>,
}

/// What comes before a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Before {
    /// An ordinary change of speakers.
    Usual,
    /// That much silence, in milliseconds.
    Quiet(u64),
    /// It begins while the last turn is going on.
    CutIn,
    /// A hum in the middle of the last turn, which goes on.
    BackChannel,
}

/// A turn to be.
#[derive(Debug, Clone)]
pub(crate) struct Beat {
    /// Stays when beats are put in between.
    pub(crate) id: usize,
    pub(crate) role: Role,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) before: Before,
    /// Characters or words a minute, where it is not the speaker's own.
    pub(crate) pace: Option<f64>,
}

impl Beat {
    pub(crate) fn text(&self) -> String {
        self.pieces.iter().map(|piece| piece.text.as_str()).collect()
    }
}

/// What is missing in the whole call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Absent {
    pub(crate) fault: FaultKind,
    pub(crate) step: Option<Step>,
    pub(crate) implied: bool,
}

/// A dialogue being said.
pub(crate) struct Stage<'a, 'd> {
    pub(crate) cast: Cast<'a>,
    pub(crate) odds: Odds,
    pub(crate) dice: &'d mut Dice,
    pub(crate) items: Vec<Item>,
    pub(crate) draws: Draws,
    pub(crate) without: Option<Step>,
    pub(crate) timed_likes: std::collections::BTreeSet<FaultKind>,
    pub(crate) beats: Vec<Beat>,
    pub(crate) absent: Vec<Absent>,
    pub(crate) transferred: bool,
    pub(crate) hold_ms: u64,
    /// Said at the start of the agent's next turn, after that silence.
    pub(crate) pending: Vec<Piece>,
    pub(crate) pending_before: Before,
    pub(crate) pending_customer: Vec<Piece>,
    /// The recording notice still has to be given.
    pub(crate) notice_due: bool,
    next_id: usize,
}

impl<'a, 'd> Stage<'a, 'd> {
    pub(crate) fn new(cast: Cast<'a>, odds: Odds, outline: Outline, dice: &'d mut Dice) -> Self {
        Self {
            cast,
            odds,
            dice,
            items: outline.items,
            draws: outline.draws,
            without: outline.without,
            timed_likes: outline.timed_likes,
            beats: Vec::new(),
            absent: Vec::new(),
            transferred: false,
            hold_ms: 0,
            pending: Vec::new(),
            pending_before: Before::Usual,
            pending_customer: Vec::new(),
            notice_due: false,
            next_id: 0,
        }
    }

    /// Says it all.
    pub(crate) fn play(&mut self) {
        if self.draws.has(FaultKind::RecordingNoticeMissing) {
            self.lacks(FaultKind::RecordingNoticeMissing);
        }
        let items = std::mem::take(&mut self.items);
        for (at, item) in items.iter().enumerate() {
            match item {
                Item::Say(role, parts) => {
                    let pieces = parts.iter().map(|part| self.scripted(part)).collect();
                    self.say(*role, pieces);
                }
                Item::Due(due) => self.due(*due, items.get(at + 1)),
                Item::Fault(fault) => self.fault(*fault),
                Item::Like(fault) => self.like(*fault),
            }
        }
    }

    fn scripted(&mut self, part: &crate::grammar::Part) -> Piece {
        let text = self.cast.part(part, self.dice);
        let kind = match part {
            crate::grammar::Part::Key(key) => FaultKind::from_name(key),
            crate::grammar::Part::Words(_) => None,
        };
        let marks = kind.map(|kind| Mark::fault(kind, Place::Words).implied()).into_iter().collect();
        Piece { text, marks }
    }

    /// A wording without a label.
    pub(crate) fn plain(&mut self, key: &str) -> Piece {
        Piece { text: self.cast.wording(key, self.dice), marks: Vec::new() }
    }

    /// A wording that is a fault.
    pub(crate) fn wrong(&mut self, key: &str, fault: FaultKind) -> Piece {
        let mut piece = self.plain(key);
        piece.marks.push(Mark::fault(fault, Place::Words));
        piece
    }

    /// Adds a turn.
    pub(crate) fn say(&mut self, role: Role, pieces: Vec<Piece>) {
        let mut before = Before::Usual;
        let mut all = match role {
            Role::Agent => {
                before = std::mem::replace(&mut self.pending_before, Before::Usual);
                let mut first = std::mem::take(&mut self.pending);
                if self.notice_due && !self.beats.is_empty() {
                    self.notice_due = false;
                    let notice = self.plain("recording-notice");
                    first.push(notice);
                }
                first
            }
            Role::Customer => std::mem::take(&mut self.pending_customer),
            Role::System | Role::Supervisor => Vec::new(),
        };
        all.extend(pieces.into_iter().filter(|piece| !piece.text.is_empty()));
        if all.is_empty() {
            return;
        }
        self.next_id += 1;
        self.beats.push(Beat { id: self.next_id, role, pieces: all, before, pace: None });
    }

    /// Adds to the last turn where that role spoke it, or a turn.
    pub(crate) fn go_on(&mut self, role: Role, pieces: Vec<Piece>) {
        let free = self.pending.is_empty() || role != Role::Agent;
        match self.beats.last_mut() {
            Some(beat) if beat.role == role && free => beat.pieces.extend(pieces),
            _ => self.say(role, pieces),
        }
    }

    /// Puts a turn after a beat.
    pub(crate) fn put_after(&mut self, at: usize, role: Role, piece: Piece, before: Before) {
        self.next_id += 1;
        let beat = Beat { id: self.next_id, role, pieces: vec![piece], before, pace: None };
        self.beats.insert((at + 1).min(self.beats.len()), beat);
    }

    /// The last turn's number among the beats that keep it.
    pub(crate) fn last_id(&self) -> usize {
        self.beats.last().map_or(0, |beat| beat.id)
    }

    /// Something is missing in this call.
    pub(crate) fn lacks(&mut self, fault: FaultKind) {
        self.absent.push(Absent { fault, step: None, implied: false });
    }

    /// Whether Chinese characters are counted.
    pub(crate) fn mandarin(&self) -> bool {
        self.cast.book.mandarin()
    }

    /// How much there is to say: characters without punctuation, or words.
    pub(crate) fn units(&self, text: &str) -> usize {
        units(text, self.mandarin())
    }
}

/// Characters without punctuation, or words.
pub(crate) fn units(text: &str, mandarin: bool) -> usize {
    if mandarin {
        text.chars().filter(|c| c.is_alphanumeric()).count()
    } else {
        text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
    }
}
