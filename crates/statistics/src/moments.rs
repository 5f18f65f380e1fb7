//! How many values, their mean, how far they scatter.

use serde::Serialize;

use crate::figure::{Absent, Figure};
use crate::special::t_critical;

/// Count, mean and sample variance (divided by n - 1) of some values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Moments {
    /// How many values.
    pub count: u64,
    /// Their mean; 0 where there are none.
    pub mean: f64,
    /// Their variance; 0 below two values.
    pub variance: f64,
}

impl Moments {
    /// Of these values (Welford 1962).
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let (mut count, mut mean, mut squares) = (0_u64, 0.0, 0.0);
        for value in values {
            count += 1;
            let before = value - mean;
            mean += before / count as f64;
            squares += before * (value - mean);
        }
        let variance = if count > 1 { squares / (count - 1) as f64 } else { 0.0 };
        Self { count, mean, variance }
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
