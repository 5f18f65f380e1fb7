//! A project's line: when calls come or are dialled, who takes them, who gives up.

use lingjian_model::Direction;

use super::agents::{Agent, DAY, HOUR};
use super::projects::ProjectPlan;
use crate::dice::Dice;

/// Calls by hour of the day, beside the average open hour; closed where 0.
const HOURS: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.15, 1.6, 1.45, 0.85, 0.8, 1.1, 1.25, 1.2, 1.0, 0.75, 0.7,
    0.65, 0.0, 0.0, 0.0,
];

/// Calls by day of the week from Monday, beside an ordinary weekday.
const WEEKDAYS: [f64; 7] = [1.15, 1.05, 1.0, 1.0, 1.05, 0.75, 0.65];

/// A project's line and its people. Times are milliseconds since the first day's midnight.
#[derive(Debug, Clone)]
pub(crate) struct CallLine {
    pub(crate) plan: ProjectPlan,
    pub(crate) agents: Vec<Agent>,
    /// Share of the natural volume.
    volume: f64,
    monday: u64,
    dice: Dice,
    next: u64,
}

/// A call before it is talked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// When it came in or was dialled.
    pub(crate) arrived: u64,
    /// When somebody spoke, and which agent; otherwise when it was given up.
    pub(crate) outcome: Result<(u64, usize), u64>,
    /// The agent who dialled.
    pub(crate) dialled_by: Option<usize>,
}

impl CallLine {
    pub(crate) fn new(plan: ProjectPlan, agents: Vec<Agent>, volume: f64, monday: u64, dice: Dice) -> Self {
        let mut line = Self { plan, agents, volume, monday, dice, next: 0 };
        line.next = line.following(0);
        line
    }

    /// When its next call comes or is dialled.
    pub(crate) fn next(&self) -> u64 {
        self.next
    }

    /// Takes the next call as far as to the answer.
    pub(crate) fn attempt(&mut self) -> Attempt {
        let arrived = self.next;
        match self.plan.direction {
            Direction::Inbound => {
                self.next = self.following(arrived);
                self.queue(arrived)
            }
            Direction::Outbound => {
                let agent = self.soonest(0).map_or(0, |(_, agent)| agent);
                let rings = (self.dice.between(5.0, 24.0) * 1000.0) as u64;
                let reached = self.dice.chance(self.plan.reached);
                let outcome = if reached { Ok((arrived + rings, agent)) } else { Err(arrived + rings) };
                if !reached {
                    let pause = (self.dice.exponential(9.0) * 1000.0) as u64;
                    self.release(agent, arrived + rings + pause);
                }
                Attempt { arrived, outcome, dialled_by: Some(agent) }
            }
        }
    }

    /// The agent of a call is free again from then on.
    pub(crate) fn release(&mut self, agent: usize, at: u64) {
        if let Some(agent) = self.agents.get_mut(agent) {
            agent.free_at = at;
        }
        if self.plan.direction == Direction::Outbound {
            let round = at - self.next;
            self.next = self.following(at);
            // below the natural volume, rounds as long as this one pass without dialling
            while self.volume < 1.0 && !self.dice.chance(self.volume) {
                self.next = self.following(self.next + round);
            }
        }
    }

    /// The work after a call, in milliseconds.
    pub(crate) fn wrap_up(&mut self) -> u64 {
        ((5.0 + self.dice.exponential(self.plan.wrap_up_s - 5.0)).min(240.0) * 1000.0) as u64
    }

    /// First come, first served: when a call arrives, all before it are served or gone, so that the agent who is
    /// available first takes it, or the caller's patience ends earlier. The longest idle agent is the one whose last
    /// call ended first.
    fn queue(&mut self, arrived: u64) -> Attempt {
        let patience = (self.dice.exponential(self.plan.patience_s) * 1000.0) as u64;
        let gives_up = arrived + patience.max(2_000);
        let outcome = match self.soonest(arrived) {
            Some((at, agent)) if at <= gives_up => Ok((at, agent)),
            _ => Err(gives_up),
        };
        Attempt { arrived, outcome, dialled_by: None }
    }

    fn soonest(&self, from: u64) -> Option<(u64, usize)> {
        self.agents
            .iter()
            .enumerate()
            .map(|(place, agent)| (agent.available(from, self.monday), agent.free_at, place))
            .min()
            .map(|(at, _, place)| (at, place))
    }

    /// The next arrival after `time`: a Poisson process whose rate follows the clock, by thinning
    /// (Lewis and Shedler 1979). Outbound: when the first agent is ready to dial.
    fn following(&mut self, time: u64) -> u64 {
        if self.plan.direction == Direction::Outbound {
            return self.soonest(time).map_or(u64::MAX, |(at, _)| at);
        }
        let open = HOURS.iter().sum::<f64>();
        let daily = self.plan.daily * self.volume;
        let peak = daily / open * 1.6 * 1.15;
        let mut at = time as f64;
        loop {
            at += self.dice.exponential(HOUR as f64 / peak);
            let moment = at as u64;
            let rate = HOURS[(moment % DAY / HOUR) as usize]
                * WEEKDAYS[((moment / DAY + self.monday) % 7) as usize]
                * daily
                / open;
            if self.dice.chance(rate / peak) {
                return moment;
            }
        }
    }
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
