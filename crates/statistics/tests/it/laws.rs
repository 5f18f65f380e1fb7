//! What holds for every table.

use proptest::prelude::*;

use lingjian_statistics::agreement::{Bootstrap, Measure, Ratings, Row, agreement};

use super::{NO_RESAMPLES, of_grid};

type Grid = Vec<Vec<Option<f64>>>;

/// Ratings from 1 to `categories` with gaps; one rater in five agrees with the first.
fn grids(categories: u8) -> impl Strategy<Value = Grid> {
    (1_usize..5, 1_usize..15).prop_flat_map(move |(raters, units)| {
        let cell = prop::option::weighted(0.8, (1..=categories).prop_map(f64::from));
        prop::collection::vec(prop::collection::vec(cell, raters), units)
    })
}

fn cells(grid: &Grid) -> Vec<(String, String, String)> {
    let mut cells = Vec::new();
    for (unit, row) in grid.iter().enumerate() {
        for (rater, cell) in row.iter().enumerate() {
            let rating = cell.map(|cell| cell.to_string()).unwrap_or_default();
            cells.push((format!("u{unit:03}"), format!("r{rater}"), rating));
        }
    }
    cells
}

fn read(cells: &[(String, String, String)]) -> Option<Ratings> {
    let row = |(place, (unit, rater, rating)): (usize, &'_ (String, String, String))| {
        (place as u64 + 2, unit.clone(), rater.clone(), rating.clone())
    };
    let owned: Vec<_> = cells.iter().enumerate().map(row).collect();
    let rows =
        owned.iter().map(|(line, unit, rater, rating)| Row { line: *line, unit, rater, trial: "", rating });
    Ratings::read(rows, None, &[]).ok()
}

fn close(
    one: &Result<f64, lingjian_statistics::Absent>,
    other: &Result<f64, lingjian_statistics::Absent>,
) -> bool {
    match (one, other) {
        (Ok(one), Ok(other)) => (one - other).abs() < 1e-9 * one.abs().max(1.0),
        (one, other) => one == other,
    }
}

proptest! {
    #[test]
    fn figures_are_numbers_within_their_bounds(grid in grids(4)) {
        let found = of_grid(&grid);
        for measured in &found.measures {
            if let Ok(value) = measured.value {
                prop_assert!(value.is_finite() && value <= 1.0 + 1e-12, "{:?} {value}", measured.measure);
                if measured.measure == Measure::Percent {
                    prop_assert!(value >= 0.0);
                }
            }
        }
        for rater in &found.per_rater {
            if let Ok(leniency) = rater.leniency {
                prop_assert!(leniency.interval.low <= leniency.value && leniency.value <= leniency.interval.high);
            }
        }
        let sum: Option<f64> = found.per_rater.iter().map(|rater| rater.leniency.ok().map(|one| one.value)).sum();
        prop_assert!(sum.is_none_or(|sum| sum.abs() < 1e-9), "effects sum to {sum:?}");
    }

    #[test]
    fn the_order_of_rows_plays_no_part(grid in grids(4), seed in any::<u64>()) {
        let cells = cells(&grid);
        let mut shuffled = cells.clone();
        shuffled.sort_by_key(|(unit, rater, _)| {
            let mix = unit.bytes().chain(rater.bytes()).fold(seed, |mix, byte| (mix ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
            mix.rotate_left(17)
        });
        let bootstrap = Bootstrap { resamples: 20, ..Bootstrap::default() };
        if let (Some(one), Some(other)) = (read(&cells), read(&shuffled)) {
            let of = |ratings| agreement(ratings, None, bootstrap).expect("no reference");
            prop_assert_eq!(of(&one), of(&other), "intervals too: the seed is the same");
        }
    }

    #[test]
    fn intervals_hold_their_figure(grid in grids(3)) {
        let bootstrap = Bootstrap { resamples: 40, ..Bootstrap::default() };
        let found = agreement(&Ratings::grid(&grid), None, bootstrap).expect("no reference");
        for measured in &found.measures {
            if let Ok(interval) = measured.interval {
                prop_assert!(interval.low < interval.high && measured.value.is_ok_and(|value| interval.holds(value)));
            }
        }
    }

    #[test]
    fn names_play_no_part(grid in grids(4)) {
        // Other units, other raters in another order, other names of categories.
        let cells = cells(&grid);
        let renamed: Vec<_> = cells.iter().map(|(unit, rater, rating)| {
            let rater = rater.replace('r', "").parse::<u8>().expect("a number");
            let rating = if rating.is_empty() { String::new() } else { format!("{}类", ["丁", "甲", "丙", "乙"][rating.parse::<usize>().expect("a number") - 1]) };
            (format!("通话{}", unit.chars().rev().collect::<String>()), format!("员{}", 9 - rater), rating)
        }).collect();
        if let (Some(one), Some(other)) = (read(&cells), read(&renamed)) {
            let of = |ratings| agreement(ratings, None, NO_RESAMPLES).expect("no reference");
            let (one, other) = (of(&one), of(&other));
            for measure in [Measure::Percent, Measure::CohenKappa, Measure::FleissKappa, Measure::AlphaNominal] {
                let (one, other) = (one.measured(measure).value, other.measured(measure).value);
                prop_assert!(close(&one, &other), "{measure:?}: {one:?} {other:?}");
            }
        }
    }

    #[test]
    fn units_of_measurement_play_no_part(grid in grids(4), factor in 0.1_f64..50.0, shift in -100.0_f64..100.0) {
        let moved: Grid = grid.iter().map(|row| row.iter().map(|cell| cell.map(|cell| cell * factor + shift)).collect()).collect();
        let (one, other) = (of_grid(&grid), of_grid(&moved));
        for measure in Measure::ALL {
            let (one, other) = (one.measured(measure).value, other.measured(measure).value);
            prop_assert!(close(&one, &other), "{measure:?}: {one:?} {other:?}");
        }
        for (one, other) in one.per_rater.iter().zip(&other.per_rater) {
            if let (Ok(one), Ok(other)) = (one.leniency, other.leniency) {
                prop_assert!((one.value * factor - other.value).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn who_agrees_on_everything_agrees(units in prop::collection::vec(1_u8..5, 2..20), raters in 2_usize..5) {
        prop_assume!(units.iter().any(|unit| *unit != units[0]));
        let grid: Grid = units.iter().map(|unit| vec![Some(f64::from(*unit)); raters]).collect();
        let found = of_grid(&grid);
        for measured in &found.measures {
            prop_assert!(close(&measured.value, &Ok(1.0)), "{:?}: {:?}", measured.measure, measured.value);
        }
        prop_assert!(found.per_rater.iter().all(|rater| rater.leniency.is_ok_and(|one| one.value.abs() < 1e-9)));
    }

    #[test]
    fn a_table_twice_over_agrees_as_much(grid in grids(4)) {
        // What does not correct for the number of units stays the same.
        let mut twice = grid.clone();
        twice.extend(grid.clone());
        let (one, other) = (of_grid(&grid), of_grid(&twice));
        // A pair with one unit in common has two now.
        prop_assume!(one.pairs == other.pairs);
        for measure in [Measure::Percent, Measure::CohenKappa, Measure::FleissKappa, Measure::WeightedKappa] {
            let (one, other) = (one.measured(measure).value, other.measured(measure).value);
            prop_assert!(close(&one, &other) || one.is_err(), "{measure:?}: {one:?} {other:?}");
        }
    }
}
