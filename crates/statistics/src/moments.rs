//! How many values, their mean, how far they scatter.

use serde::Serialize;

use crate::figure::{Absent, Figure};
use crate::special::t_critical;

/// Count, mean and sample variance (divided by n - 1) of some values.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Moments {
    /// How many values.
    pub count: u64,
    /// Their mean; 0 where there are none.
    pub mean: f64,
    /// Their variance; 0 below two values.
    pub variance: f64,
}

impl Moments {
    /// Of these values.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let mut moments = Self::default();
        values.iter().for_each(|value| moments.add(*value));
        moments
    }

    /// One more value (Welford 1962).
    pub fn add(&mut self, value: f64) {
        let squares = self.variance * self.count.saturating_sub(1) as f64;
        let before = value - self.mean;
        self.count += 1;
        self.mean += before / self.count as f64;
        if self.count > 1 {
            self.variance = (squares + before * (value - self.mean)) / (self.count - 1) as f64;
        }
    }

    /// The square of the mean's standard error.
    #[must_use]
    pub fn error_squared(&self) -> f64 {
        self.variance / self.count as f64
    }

    /// Half the width of the interval of the mean: t · s / √n (Student 1908).
    ///
    /// # Errors
    /// There are fewer than two values.
    pub fn margin(&self, confidence: f64) -> Figure {
        if self.count < 2 {
            return Err(Absent::TooFew);
        }
        Ok(t_critical(confidence, (self.count - 1) as f64) * self.error_squared().sqrt())
    }

    /// The same where the values are drawn without putting back from `population`: less by √(1 - n / N) (Cochran,
    /// *Sampling Techniques*, 3rd ed. 1977, section 2.8). All of them leave no doubt.
    ///
    /// # Errors
    /// There are fewer than two values, and more in the population.
    pub fn margin_within(&self, population: u64, confidence: f64) -> Figure {
        if self.count >= population {
            return Ok(0.0);
        }
        let left = 1.0 - self.count as f64 / population as f64;
        Ok(self.margin(confidence)? * left.sqrt())
    }
}
