//! Control limits, Pareto, comparisons.

use lingjian_statistics::chart::{Signal, Verdict, compare, p, pareto, u, xmr};
use lingjian_statistics::{Absent, Moments};

use super::assert_near;

#[test]
fn shares_have_limits_of_their_own_size() {
    let chart = p(&[(5, 50), (6, 60), (0, 0), (40, 100), (4, 40)]).expect("points");
    assert_eq!(chart.points.len(), 4, "a day without calls has no share");
    let centre = 55.0 / 250.0;
    assert_near(chart.centre, centre, 1e-12, "centre");
    let margin = 3.0 * (centre * (1.0 - centre) / 100.0_f64).sqrt();
    assert_near(chart.points[2].high, centre + margin, 1e-12, "limit");
    assert_eq!(chart.points[2].signal, Some(Signal::Beyond));
    assert_eq!(chart.points[0].signal, None);
    assert!(chart.points.iter().all(|point| point.low >= 0.0 && point.high <= 1.0));
    assert!(p(&[(0, 0)]).is_none() && p(&[]).is_none());
}

#[test]
fn counts_may_be_more_than_calls() {
    let chart = u(&[(30, 20), (28, 20), (33, 20), (70, 20)]).expect("points");
    assert!(chart.points[3].signal == Some(Signal::Beyond) && chart.points[3].high > 1.0);
}

/// Montgomery's constants: 2.66 times the mean moving range.
#[test]
fn single_values_have_limits_from_their_neighbours() {
    let chart = xmr(&[80.0, 84.0, 82.0, 86.0, 83.0]).expect("values");
    let mean_move = (4.0 + 2.0 + 4.0 + 3.0) / 4.0;
    assert_near(chart.points[0].high, 83.0 + 2.66 * mean_move, 0.01, "limit");
    assert!(xmr(&[80.0]).is_none());
    let still = xmr(&[80.0; 20]).expect("values");
    assert!(still.points.iter().all(|point| point.signal.is_none()), "nothing moves");
}

#[test]
fn eight_on_one_side_are_a_run() {
    let mut values = vec![10.0, 20.0, 10.0, 20.0, 10.0, 20.0, 10.0, 10.0, 10.0];
    values.extend([16.0; 8]);
    let signals: Vec<_> = xmr(&values).expect("values").points.iter().map(|point| point.signal).collect();
    assert_eq!(signals.iter().filter(|signal| signal.is_some()).count(), 1, "{signals:?}");
    assert_eq!(signals.last(), Some(&Some(Signal::Run)));
}

#[test]
fn the_few_that_make_the_most_come_first() {
    let bars = pareto([("tone", 2), ("privacy", 12), ("never", 0), ("closing", 2), ("script", 4)]);
    let names: Vec<_> = bars.iter().map(|bar| bar.what).collect();
    assert_eq!(names, ["privacy", "script", "tone", "closing"]);
    assert_near(bars[1].cumulative, 0.8, 1e-12, "the first two");
    assert_near(bars[3].cumulative, 1.0, 1e-12, "all");
    assert!(pareto([("never", 0)]).is_empty());
}

#[test]
fn few_calls_cannot_be_told_from_the_team() {
    let agent = Moments::of(&[95.0, 80.0, 88.0, 92.0, 78.0, 90.0, 83.0, 90.0]);
    let team: Vec<f64> = (0..40).map(|place| 84.0 + f64::from(place % 9)).collect();
    let rest = Moments::of(&team);
    assert_near(agent.mean, 87.0, 1e-12, "mean");
    let told = compare(agent, rest, 0.95).expect("enough");
    assert_eq!(told.verdict, Verdict::CannotBeTold);
    let low = Moments::of(&[61.0, 60.0, 64.0, 58.0, 62.0, 63.0, 60.0, 61.0]);
    assert_eq!(compare(low, rest, 0.95).expect("enough").verdict, Verdict::Lower);
    assert_eq!(compare(rest, low, 0.95).expect("enough").verdict, Verdict::Higher);
    assert_eq!(compare(Moments::of(&[87.0]), rest, 0.95), Err(Absent::TooFew));
    let all_alike = Moments::of(&[90.0, 90.0]);
    assert_eq!(compare(all_alike, all_alike, 0.95), Err(Absent::NoVariation));
}
