//! Held against numpy, scipy, statsmodels, scikit-learn, krippendorff, pingouin and irrCAC: `tests/reference/make.py`.

use serde_json::Value;

use lingjian_statistics::agreement::Measure;
use lingjian_statistics::chart::compare;
use lingjian_statistics::sampling::interval::{exact, wilson};
use lingjian_statistics::special::{Counts, beta_quantile, normal_quantile, t_critical};
use lingjian_statistics::{Absent, Moments};

use super::{assert_near, of_grid, value};

const NEAR: f64 = 1e-9;

fn expected() -> Value {
    serde_json::from_str(include_str!("../reference/expected.json")).expect("JSON")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().expect("a list").iter().map(numbers).collect()
}

fn grid(table: &Value) -> Vec<Vec<Option<f64>>> {
    let row = |row: &Value| row.as_array().expect("a row").iter().map(Value::as_f64).collect();
    table["ratings"].as_array().expect("rows").iter().map(row).collect()
}

#[test]
fn agreement_is_that_of_other_programs() {
    let mut compared = 0;
    for (place, table) in expected()["tables"].as_array().expect("tables").iter().enumerate() {
        let agreement = of_grid(&grid(table));
        for (name, wanted) in table["expected"].as_object().expect("figures") {
            let measure = Measure::ALL.into_iter().find(|measure| measure.name() == name).expect(name);
            let wanted = wanted.as_f64().expect("a number");
            assert_near(value(&agreement, measure), wanted, NEAR, &format!("table {place}: {name}"));
            compared += 1;
        }
        if let Some(wanted) = table["fleiss_to_five_places"].as_f64() {
            assert!(agreement.unequal);
            assert_near(value(&agreement, Measure::FleissKappa), wanted, 5.1e-6, "unequal numbers");
            assert_eq!(agreement.measured(Measure::Icc1).value, Err(Absent::Incomplete));
        }
    }
    assert!(compared > 60, "{compared}");
}

#[test]
fn leniency_is_that_of_ordinary_least_squares() {
    for (place, table) in expected()["tables"].as_array().expect("tables").iter().enumerate() {
        let agreement = of_grid(&grid(table));
        for (rater, wanted) in agreement.per_rater.iter().zip(rows(&table["leniency"])) {
            let found = rater.leniency.expect("numbers that are linked");
            let what = format!("table {place}, rater {}", rater.rater);
            assert_near(found.value, wanted[0], NEAR, &what);
            assert_near(found.interval.low, wanted[1], NEAR, &what);
            assert_near(found.interval.high, wanted[2], NEAR, &what);
        }
    }
}

#[test]
fn quantiles_and_tails_are_scipys() {
    let expected = &expected()["special"];
    let close = |found: f64, wanted: f64, what: &dyn std::fmt::Debug| {
        assert!((found - wanted).abs() <= 1e-11 * wanted.abs().max(1.0), "{what:?}: {found} is not {wanted}");
    };
    for row in rows(&expected["normal"]) {
        close(normal_quantile(row[0]), row[1], &row);
    }
    for row in rows(&expected["t"]) {
        close(t_critical(row[0], row[1]), row[2], &row);
    }
    for row in rows(&expected["beta"]) {
        close(beta_quantile(row[0], row[1], row[2]), row[3], &row);
    }
    let tails = |counts: &Counts, row: &[f64], at: usize| {
        let count = row[at] as u64;
        close(counts.exactly(count), row[at + 1], &row);
        close(counts.at_most(count), row[at + 2], &row);
        close(counts.at_least(count), row[at + 3], &row);
    };
    for row in rows(&expected["hypergeometric"]) {
        tails(&Counts::hypergeometric(row[0] as u64, row[1] as u64, row[2] as u64), &row, 3);
    }
    for row in rows(&expected["binomial"]) {
        tails(&Counts::binomial(row[0] as u64, row[1]), &row, 2);
    }
}

#[test]
fn intervals_of_shares_are_those_of_statsmodels() {
    for row in rows(&expected()["intervals"]) {
        let (hits, drawn) = (row[0] as u64, row[1] as u64);
        let found = wilson(hits, drawn, None, row[2]);
        assert_near(found.low, row[3], NEAR, "Wilson");
        assert_near(found.high, row[4], NEAR, "Wilson");
        let found = exact(hits, drawn, row[2]);
        assert_near(found.low, row[5], NEAR, "Clopper and Pearson");
        assert_near(found.high, row[6], NEAR, "Clopper and Pearson");
    }
}

#[test]
fn means_are_compared_as_statsmodels_does() {
    for case in expected()["welch"].as_array().expect("cases") {
        let (one, others) = (Moments::of(&numbers(&case["one"])), Moments::of(&numbers(&case["others"])));
        let wanted = numbers(&case["interval"]);
        let found = compare(one, others, 0.95).expect("enough values");
        assert_near(found.interval.low, wanted[0], NEAR, "Welch");
        assert_near(found.interval.high, wanted[1], NEAR, "Welch");
    }
}
