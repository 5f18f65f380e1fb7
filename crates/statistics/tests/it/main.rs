//! The room's laws, published examples, other people's programs, and simulations.
#![expect(clippy::expect_used, reason = "helpers of tests may fail as tests do")]

mod bad;
mod charts;
mod laws;
mod published;
mod reference;
mod sampling;
mod simulation;

use lingjian_statistics::agreement::{Agreement, Bootstrap, Measure, Ratings, Row, Scale, agreement};

/// Without resamples: for tests that look at figures alone.
const NO_RESAMPLES: Bootstrap = Bootstrap { resamples: 0, seed: 1, confidence: 0.95 };

/// The figures of a grid of numbers: a row a unit, a column a rater.
fn of_grid(rows: &[Vec<Option<f64>>]) -> Agreement {
    agreement(&Ratings::grid(rows), None, NO_RESAMPLES).expect("no reference is named")
}

/// Rows as a table holds them: unit, rater, rating.
fn rows<'t>(cells: &'t [(&'t str, &'t str, &'t str)]) -> impl Iterator<Item = Row<'t>> {
    let row = |(place, (unit, rater, rating)): (usize, &(&'t str, &'t str, &'t str))| Row {
        line: place as u64 + 2,
        unit,
        rater,
        trial: "",
        rating,
    };
    cells.iter().enumerate().map(row)
}

/// The figures of rows.
fn of_rows(cells: &[(&str, &str, &str)], scale: Option<Scale>) -> Agreement {
    let ratings = Ratings::read(rows(cells), scale, &[]).expect("good rows");
    agreement(&ratings, None, NO_RESAMPLES).expect("no reference is named")
}

/// A figure, which must be there.
fn value(agreement: &Agreement, measure: Measure) -> f64 {
    agreement.measured(measure).value.unwrap_or_else(|why| panic!("{}: {why}", measure.name()))
}

#[track_caller]
fn assert_near(found: f64, wanted: f64, within: f64, what: &str) {
    assert!((found - wanted).abs() <= within, "{what}: {found} is not {wanted} ± {within}");
}
