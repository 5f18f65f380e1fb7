//! One dialogue: plan what goes wrong, say it, time it.
//!
//! `outline` chooses branches and draws the faults, `stage` and `dues` put it into words, `speech` adds fillers and a
//! speech engine's mistakes, `timing` puts it on the clock and finds the labels' places.

mod dues;
mod outline;
mod speech;
mod stage;
mod timing;

use lingjian_model::{Millis, Turn};

use crate::cast::Cast;
use crate::dice::Dice;
use crate::{Chance, FaultKind, Planted};

/// What the plan and the agent make likely.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Odds {
    /// Of a fault of weight 1, for this agent.
    pub(crate) fault: f64,
    /// Of something said by a customer, weight 1.
    pub(crate) event: f64,
    /// Of a look-alike.
    pub(crate) lookalike: f64,
    /// Of a mistake at each place where a speech engine could make one.
    pub(crate) noise: f64,
}

/// A dialogue and the truth of it.
pub(crate) struct Dialogue {
    pub(crate) turns: Vec<Turn>,
    pub(crate) duration: Millis,
    pub(crate) hold: Millis,
    pub(crate) transferred: bool,
    pub(crate) truth: Vec<Planted>,
    pub(crate) lookalikes: Vec<Planted>,
    pub(crate) chances: Vec<Chance>,
}

/// Holds a dialogue.
pub(crate) fn hold(mut cast: Cast<'_>, odds: Odds, dice: &mut Dice) -> Dialogue {
    let outline = outline::draw(&mut cast, odds, dice);
    let mut stage = stage::Stage::new(cast, odds, outline, dice);
    stage.play();
    stage.alter();
    speech::speak(&mut stage);
    timing::clock(stage)
}

/// The chances of a call: draws, and remembers how likely each draw was.
#[derive(Debug, Default)]
pub(crate) struct Draws {
    pub(crate) chances: Vec<Chance>,
    pub(crate) drawn: std::collections::BTreeSet<FaultKind>,
}

impl Draws {
    pub(crate) fn draw(&mut self, fault: FaultKind, odds: Odds, dice: &mut Dice) -> bool {
        let rate = if fault.said_by_customer() { odds.event } else { odds.fault };
        let probability = (rate * fault.weight()).clamp(0.0, 1.0);
        self.chances.push(Chance { fault, probability });
        let happens = dice.chance(probability);
        if happens {
            self.drawn.insert(fault);
        }
        happens
    }

    pub(crate) fn has(&self, fault: FaultKind) -> bool {
        self.drawn.contains(&fault)
    }
}
