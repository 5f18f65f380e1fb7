//! The agents: level, shift, days off, and how prone to faults each is.

use lingjian_model::Level;

use crate::dice::Dice;

pub(crate) const HOUR: u64 = 3_600_000;
pub(crate) const DAY: u64 = 24 * HOUR;

/// Who answers. Times are milliseconds since the first day's midnight.
#[derive(Debug, Clone)]
pub(crate) struct Agent {
    pub(crate) number: u32,
    pub(crate) name: String,
    pub(crate) level: Level,
    /// Beside the plan's fault rate.
    pub(crate) proneness: f64,
    /// From–to within a day.
    shift: (u64, u64),
    /// The first of two days off, as a day of the week from Monday 0.
    off: u64,
    pub(crate) free_at: u64,
}

/// Beside an average agent.
const fn proneness(level: Level) -> f64 {
    match level {
        Level::New => 1.7,
        Level::Junior => 1.15,
        Level::Middle => 0.8,
        Level::Senior => 0.45,
    }
}

pub(crate) const fn level_name(level: Level) -> &'static str {
    match level {
        Level::New => "new",
        Level::Junior => "junior",
        Level::Middle => "middle",
        Level::Senior => "senior",
    }
}

/// Inbound shifts cover nine to nine; outbound works by day and rests at the weekend.
const SHIFTS: [(u64, u64); 3] =
    [(8 * HOUR + HOUR / 2, 17 * HOUR + HOUR / 2), (10 * HOUR, 19 * HOUR), (12 * HOUR, 21 * HOUR + HOUR / 4)];

impl Agent {
    pub(crate) fn hire(number: u32, name: String, place: usize, outbound: bool, dice: &mut Dice) -> Self {
        let level = match dice.weighted(&[0.2, 0.3, 0.3, 0.2]) {
            0 => Level::New,
            1 => Level::Junior,
            2 => Level::Middle,
            _ => Level::Senior,
        };
        // evenly over the week, so that no day stands empty
        let (shift, off) = if outbound {
            ((9 * HOUR + HOUR / 2, 18 * HOUR + HOUR / 2), 5)
        } else {
            (SHIFTS[[0, 1, 2, 0, 2][place % 5]], (place as u64 * 3) % 7)
        };
        let proneness = proneness(level) * dice.between(0.6, 1.4);
        Self { number, name, level, proneness, shift, off, free_at: 0 }
    }

    /// When, at or after `time`, the agent can take a call; `monday` is the day of the week of day 0.
    pub(crate) fn available(&self, time: u64, monday: u64) -> u64 {
        let mut at = time.max(self.free_at);
        // two days off at most, and the night after the last shift
        for _ in 0..5 {
            let (day, clock) = (at / DAY, at % DAY);
            let weekday = (day + monday) % 7;
            let off = weekday == self.off || weekday == (self.off + 1) % 7;
            if off || clock >= self.shift.1 {
                at = (day + 1) * DAY;
            } else {
                return at.max(day * DAY + self.shift.0);
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn works_in_shifts_and_rests() {
        let mut agent = Agent::hire(1001, "小李".to_owned(), 0, true, &mut Dice::new(1, 1));
        let monday = 0;
        assert_eq!(agent.available(0, monday), 9 * HOUR + HOUR / 2);
        assert_eq!(agent.available(12 * HOUR, monday), 12 * HOUR);
        assert_eq!(agent.available(20 * HOUR, monday), DAY + 9 * HOUR + HOUR / 2);
        // Friday evening: Monday morning
        assert_eq!(agent.available(4 * DAY + 20 * HOUR, monday), 7 * DAY + 9 * HOUR + HOUR / 2);
        agent.free_at = 13 * HOUR;
        assert_eq!(agent.available(12 * HOUR, monday), 13 * HOUR);
    }
}
