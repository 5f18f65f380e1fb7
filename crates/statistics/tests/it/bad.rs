//! Tables that cannot carry a figure, and tables that are wrong.

use lingjian_statistics::Absent;
use lingjian_statistics::agreement::{Bootstrap, Measure, Ratings, Row, Scale, agreement};

use super::{NO_RESAMPLES, of_grid, of_rows, rows};

fn fault(
    cells: &[(&str, &str, &str)],
    scale: Option<Scale>,
    order: &[&str],
) -> (Option<u64>, &'static str, String) {
    let order: Vec<String> = order.iter().map(|name| (*name).to_owned()).collect();
    let fault = Ratings::read(rows(cells), scale, &order).expect_err("a fault");
    assert!(!fault.advice.is_empty());
    (fault.line, fault.column, fault.reason)
}

#[test]
fn one_category_is_no_perfect_agreement() {
    let found = of_grid(&vec![vec![Some(3.0), Some(3.0)]; 10]);
    for measure in Measure::ALL {
        let value = found.measured(measure).value;
        match measure {
            Measure::Percent => assert_eq!(value, Ok(1.0)),
            Measure::Icc1
            | Measure::IccA1
            | Measure::IccC1
            | Measure::Icc1K
            | Measure::IccAK
            | Measure::IccCK => {
                assert_eq!(value, Err(Absent::NoVariation), "{measure:?}");
            }
            _ => assert_eq!(value, Err(Absent::OneCategory), "{measure:?}"),
        }
    }
}

#[test]
fn one_unit_or_one_rater_says_nothing() {
    let one_unit = of_grid(&[vec![Some(1.0), Some(2.0)]]);
    let one_rater = of_grid(&[vec![Some(1.0)], vec![Some(2.0)]]);
    for measure in Measure::ALL.into_iter().filter(|measure| *measure != Measure::Percent) {
        assert_eq!(one_unit.measured(measure).value, Err(Absent::OneUnit), "{measure:?}");
        let why = one_rater.measured(measure).value.expect_err("one rater");
        assert!(matches!(why, Absent::OneRater | Absent::NoPairs), "{measure:?}: {why}");
    }
    assert_eq!(one_rater.measured(Measure::Percent).value, Err(Absent::NoPairs));
}

#[test]
fn raters_without_a_link_are_not_compared() {
    let found = of_grid(&[
        vec![Some(80.0), Some(82.0), None, None],
        vec![Some(81.0), Some(85.0), None, None],
        vec![None, None, Some(60.0), Some(64.0)],
        vec![None, None, Some(66.0), Some(61.0)],
    ]);
    assert!(found.per_rater.iter().all(|rater| rater.leniency == Err(Absent::Unconnected)));
    assert_eq!(found.pairs, [6, 2], "of six pairs two have units in common");
    let names = of_rows(&[("a", "x", "好"), ("a", "y", "差"), ("b", "x", "好"), ("b", "y", "好")], None);
    assert_eq!(names.scale, Scale::Nominal);
    assert_eq!(names.measured(Measure::AlphaOrdinal).value, Err(Absent::NoOrder));
    assert_eq!(names.measured(Measure::AlphaInterval).value, Err(Absent::NotNumbers));
    assert_eq!(names.per_rater[0].leniency, Err(Absent::NotNumbers));
}

#[test]
fn agreement_on_everything_has_no_interval() {
    let grid: Vec<_> = (0..20).map(|unit| vec![Some(f64::from(unit % 3)); 3]).collect();
    let bootstrap = Bootstrap { resamples: 200, ..Bootstrap::default() };
    let found = agreement(&Ratings::grid(&grid), None, bootstrap).expect("no reference");
    let kappa = found.measured(Measure::CohenKappa);
    assert_eq!((kappa.value, kappa.interval), (Ok(1.0), Err(Absent::NoSpread)));
}

#[test]
fn mistakes_are_placed() {
    let (line, column, reason) = fault(&[("a", "x", "1"), ("", "y", "2")], None, &[]);
    assert_eq!((line, column, reason.as_str()), (Some(3), "unit", "is empty"));
    let (line, column, _) = fault(&[("a", "x", "1"), ("b", " ", "2")], None, &[]);
    assert_eq!((line, column), (Some(3), "rater"));
    let (line, column, _) = fault(&[("b", "x", "1"), ("a", "y", "good")], Some(Scale::Interval), &[]);
    assert_eq!((line, column), (Some(3), "rating"));
    let (line, _, reason) = fault(&[("a", "x", "1"), ("b", "x", "1"), ("a", "x", "2")], None, &[]);
    assert_eq!(line, Some(4));
    assert!(reason.contains("line 2"), "{reason}");
    let (line, _, _) = fault(&[("a", "x", "好"), ("a", "y", "坏")], None, &["差", "好"]);
    assert_eq!(line, Some(3));
    let (line, _, _) = fault(&[("a", "x", "好"), ("a", "y", "坏")], Some(Scale::Ordinal), &[]);
    assert_eq!(line, Some(2));
    let (line, _, _) = fault(&[("a", "x", ""), ("a", "y", " ")], None, &[]);
    assert_eq!(line, None);
    let ratings = Ratings::read(rows(&[("a", "x", "1"), ("a", "y", "1.0")]), None, &[]).expect("good rows");
    assert_eq!(ratings.categories(), ["1"], "1 and 1.0 are one rating");
    assert!(agreement(&ratings, Some("z"), NO_RESAMPLES).is_err());
}

#[test]
fn infinite_and_undefined_numbers_are_names() {
    let found = of_rows(&[("a", "x", "NaN"), ("a", "y", "inf"), ("b", "x", "1"), ("b", "y", "1")], None);
    assert_eq!(found.scale, Scale::Nominal);
}

#[test]
fn a_declared_order_counts() {
    let order = ["差", "中", "好"].map(str::to_owned);
    let cells = [
        ("a", "x", "差"),
        ("a", "y", "中"),
        ("b", "x", "好"),
        ("b", "y", "好"),
        ("c", "x", "差"),
        ("c", "y", "差"),
    ];
    let ratings = Ratings::read(rows(&cells), None, &order).expect("good rows");
    assert_eq!((ratings.scale(), ratings.categories()), (Scale::Ordinal, order.as_slice()));
    let found = agreement(&ratings, None, NO_RESAMPLES).expect("no reference");
    // Worked by hand: seen 1/3; of the nine pairs of their ratings 0,2,0 and 1,2,0 the squares add up to 1+4+0+1+0+4+1+4+0.
    let kappa = found.measured(Measure::WeightedKappa).value.expect("ordered");
    assert!((kappa - (1.0 - (1.0 / 3.0) / (15.0 / 9.0))).abs() < 1e-12, "{kappa}");
    assert!(found.measured(Measure::AlphaOrdinal).value.is_ok());
    assert_eq!(found.measured(Measure::AlphaInterval).value, Err(Absent::NotNumbers));
}

/// Two appraisers, two looks at each of four parts, and a reference.
#[test]
fn repeated_looks_make_a_study_of_the_gauge() {
    let looks = [
        ("1", "ann", "1", "ok"),
        ("1", "ann", "2", "ok"),
        ("1", "bob", "1", "ok"),
        ("1", "bob", "2", "ok"),
        ("2", "ann", "1", "ok"),
        ("2", "ann", "2", "ok"),
        ("2", "bob", "1", "ok"),
        ("2", "bob", "10", "no"),
        ("3", "ann", "1", "no"),
        ("3", "ann", "2", "no"),
        ("3", "bob", "1", "no"),
        ("3", "bob", "2", "no"),
        ("4", "ann", "1", "no"),
        ("4", "ann", "2", "no"),
        ("4", "bob", "1", "ok"),
        ("4", "bob", "2", "ok"),
        ("1", "ref", "1", "ok"),
        ("2", "ref", "1", "ok"),
        ("3", "ref", "1", "no"),
        ("4", "ref", "1", "ok"),
    ];
    let row = |(place, (unit, rater, trial, rating)): (
        usize,
        &(&'static str, &'static str, &'static str, &'static str),
    )| { Row { line: place as u64 + 2, unit, rater, trial, rating } };
    let ratings = Ratings::read(looks.iter().enumerate().map(row), None, &[]).expect("good rows");
    let found = agreement(&ratings, Some("ref"), NO_RESAMPLES).expect("a rater");
    let gauge = found.gauge.expect("repeats");
    let [ann, bob] = gauge.appraisers.as_slice() else { panic!("two appraisers") };
    assert_eq!((ann.within.units, ann.within.matched), (4, 4));
    assert_eq!((bob.within.units, bob.within.matched), (4, 3));
    assert_eq!(ann.reference.map(|with| with.matched), Some(3));
    assert_eq!(bob.reference.map(|with| with.matched), Some(3));
    assert_eq!((gauge.between.units, gauge.between.matched), (4, 2));
    assert_eq!(gauge.reference.map(|with| (with.units, with.matched)), Some((4, 2)));
    // Exact: none of four fails, (α/2)^(1/4).
    let low = ann.within.share.expect("units").interval.low;
    assert!((low - 0.025_f64.powf(0.25)).abs() < 1e-9, "{low}");
    let names: Vec<_> = found.per_rater.iter().map(|rater| rater.rater.as_str()).collect();
    assert_eq!(names, ["ann", "bob"], "the reference is not compared with itself");
    assert_eq!(found.per_rater[0].percent.expect("units").value, 0.75);
}

/// Forty raters, two a call: each pair has hardly a call in common, and the mean of their kappas is not what it seems.
#[test]
fn an_interval_beside_its_figure_is_none() {
    let grid: Vec<Vec<Option<f64>>> = (0..200_usize)
        .map(|unit| {
            let mut row = vec![None; 20];
            row[unit % 20] = Some((unit % 7) as f64);
            row[(unit / 20 + unit + 1) % 20] = Some((unit * unit % 7) as f64);
            row
        })
        .collect();
    let bootstrap = Bootstrap { resamples: 100, ..Bootstrap::default() };
    let found = agreement(&Ratings::grid(&grid), None, bootstrap).expect("no reference");
    assert!(found.measured(Measure::AlphaInterval).interval.is_ok(), "alpha does without pairs");
    for measured in &found.measures {
        assert!(
            measured.interval.is_err()
                || measured
                    .interval
                    .is_ok_and(|interval| measured.value.is_ok_and(|value| interval.holds(value)))
        );
    }
}
