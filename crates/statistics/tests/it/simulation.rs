//! Proofs by repetition: intervals cover, faults are found as often as said, weights take the bias away. Every draw has
//! its own seed, so what is seen here is seen again.

use lingjian_statistics::Moments;
use lingjian_statistics::agreement::{Bootstrap, Measure, Ratings, agreement};
use lingjian_statistics::sampling::estimate::{Heard, mean, total};
use lingjian_statistics::sampling::interval::{exact, exact_within, wilson};
use lingjian_statistics::sampling::{Draw, Member, Plan, Wanted, size};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

const DRAWS: u64 = 2000;

/// Within four standard errors of a share that was seen in `DRAWS` draws.
#[track_caller]
fn assert_share(seen: u64, wanted: f64, what: &str) {
    let error = (wanted * (1.0 - wanted) / DRAWS as f64).sqrt();
    let share = seen as f64 / DRAWS as f64;
    assert!((share - wanted).abs() < 4.0 * error, "{what}: {share} is not {wanted} ± {:.4}", 4.0 * error);
}

/// At least so often, but for four standard errors.
#[track_caller]
fn assert_at_least(seen: u64, wanted: f64, what: &str) {
    let error = (wanted * (1.0 - wanted) / DRAWS as f64).sqrt();
    let share = seen as f64 / DRAWS as f64;
    assert!(share > wanted - 4.0 * error, "{what}: {share} is less than {wanted}");
}

fn unit(dice: &mut ChaCha8Rng) -> f64 {
    (dice.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn normal(dice: &mut ChaCha8Rng) -> f64 {
    (0..12).map(|_| unit(dice)).sum::<f64>() - 6.0
}

/// Calls with a score each: agents differ, and the riskier a call looks, the worse it tends to be.
struct Centre {
    calls: Vec<Member>,
    scores: Vec<f64>,
}

impl Centre {
    fn new() -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(11);
        let (mut calls, mut scores) = (Vec::new(), Vec::new());
        for agent in 0..6 {
            for _ in 0..40 + 20 * agent {
                let risk = 10.0 * unit(&mut dice).powi(3);
                let level = 78.0 + 3.0 * agent as f64;
                scores.push((level - 3.0 * risk + 4.0 * normal(&mut dice)).clamp(0.0, 100.0));
                let id = format!("{}", calls.len());
                calls.push(Member { id, stratum: format!("{agent}"), risk: Some(risk), measure: None });
            }
        }
        Self { calls, scores }
    }

    fn truth(&self) -> f64 {
        self.scores.iter().sum::<f64>() / self.scores.len() as f64
    }

    fn score(&self, id: &str) -> f64 {
        self.scores[id.parse::<usize>().expect("a number")]
    }

    fn heard<'d>(&self, draw: &'d Draw) -> Vec<Heard<'d>> {
        let heard = |one: &'d lingjian_statistics::sampling::Drawn| Heard {
            stratum: &one.stratum,
            inclusion: one.inclusion,
            value: self.score(&one.id),
        };
        draw.drawn.iter().map(heard).collect()
    }
}

#[test]
fn intervals_of_shares_cover_in_a_finite_population() {
    let (population, faulty, drawn) = (300_u64, 60_u64, 120_u64);
    let calls: Vec<Member> = (0..population)
        .map(|id| Member { id: id.to_string(), stratum: String::new(), risk: None, measure: None })
        .collect();
    let truth = faulty as f64 / population as f64;
    let (mut corrected, mut hypergeometric, mut uncorrected, mut narrower) = (0, 0, 0, 0);
    for seed in 0..DRAWS {
        let plan = Plan { wanted: Wanted::Count(drawn), seed, ..Plan::default() };
        let draw = plan.draw(&calls).expect("a plan");
        let hits =
            draw.drawn.iter().filter(|one| one.id.parse::<u64>().expect("a number") < faulty).count() as u64;
        let with = wilson(hits, drawn, Some(population), 0.95);
        let finite = exact_within(hits, drawn, population, 0.95);
        corrected += u64::from(with.holds(truth));
        hypergeometric += u64::from(finite.low <= truth + 1e-12 && finite.high >= truth - 1e-12);
        uncorrected += u64::from(wilson(hits, drawn, None, 0.95).holds(truth));
        let endless = exact(hits, drawn, 0.95);
        narrower += u64::from(finite.high - finite.low < endless.high - endless.low);
    }
    let share = corrected as f64 / DRAWS as f64;
    assert!((0.935..0.97).contains(&share), "counts are whole: {share}");
    assert_at_least(hypergeometric, 0.95, "exact");
    assert_eq!(narrower, DRAWS, "a known population says more");
    assert!(
        uncorrected as f64 / DRAWS as f64 > 0.975,
        "without the correction intervals are too wide: {uncorrected}"
    );
}

#[test]
fn intervals_of_means_cover_in_a_finite_population() {
    let centre = Centre::new();
    let (all, mut covered, mut uncorrected) = (centre.calls.len() as u64, 0, 0);
    let whole: Vec<Member> =
        centre.calls.iter().map(|call| Member { stratum: String::new(), ..call.clone() }).collect();
    for seed in 0..DRAWS {
        let plan = Plan { wanted: Wanted::Count(all / 2), seed, ..Plan::default() };
        let draw = plan.draw(&whole).expect("a plan");
        let scores: Vec<f64> = draw.drawn.iter().map(|one| centre.score(&one.id)).collect();
        let moments = Moments::of(&scores);
        let off = (moments.mean - centre.truth()).abs();
        covered += u64::from(off <= moments.margin_within(all, 0.95).expect("values"));
        uncorrected += u64::from(off <= moments.margin(0.95).expect("values"));
    }
    assert_share(covered, 0.95, "with the correction");
    assert!(uncorrected as f64 / DRAWS as f64 > 0.98, "without it: {uncorrected}");
}

#[test]
fn faults_are_missed_as_often_as_said() {
    let calls: Vec<Member> = (0..48)
        .map(|id| Member { id: id.to_string(), stratum: String::new(), risk: None, measure: None })
        .collect();
    let missed = (0..DRAWS).filter(|seed| {
        let plan = Plan { wanted: Wanted::Count(6), seed: *seed, ..Plan::default() };
        let drawn = plan.draw(&calls).expect("a plan").drawn;
        !drawn.iter().any(|one| one.id.parse::<u64>().expect("a number") < 6)
    });
    let missed = missed.count() as u64;
    assert_share(missed, size::missed(0.125, 6, Some(48)), "six of 48 calls, six of them faulty");
}

/// What many draws of a plan gave.
struct Repeated {
    weighted: Vec<f64>,
    totals: Vec<f64>,
    plain: Vec<f64>,
    variances: Vec<f64>,
    covered: u64,
    /// How often each call was drawn.
    drawn: Vec<u64>,
    inclusion: Vec<f64>,
}

fn repeat(centre: &Centre, plan: &Plan) -> Repeated {
    let many = centre.calls.len();
    let mut seen = Repeated {
        weighted: Vec::new(),
        totals: Vec::new(),
        plain: Vec::new(),
        variances: Vec::new(),
        covered: 0,
        drawn: vec![0; many],
        inclusion: vec![0.0; many],
    };
    for seed in 0..DRAWS {
        let draw = Plan { seed, ..plan.clone() }.draw(&centre.calls).expect("a plan");
        let heard = centre.heard(&draw);
        let estimate = mean(&heard).expect("heard");
        seen.weighted.push(estimate.value);
        seen.totals.push(total(&heard).expect("heard").value / many as f64);
        seen.plain.push(heard.iter().map(|one| one.value).sum::<f64>() / heard.len() as f64);
        seen.variances.push(estimate.variance.expect("two of each stratum"));
        let off = (estimate.value - centre.truth()).abs();
        seen.covered += u64::from(off <= estimate.margin(0.95).expect("a variance"));
        for one in &draw.drawn {
            let place = one.id.parse::<usize>().expect("a number");
            seen.drawn[place] += 1;
            seen.inclusion[place] = one.inclusion;
        }
    }
    seen
}

/// How many standard errors the mean of estimates lies from the truth.
fn bias(estimates: &[f64], truth: f64) -> f64 {
    let moments = Moments::of(estimates);
    (moments.mean - truth) / moments.error_squared().sqrt()
}

fn assert_unbiased(name: &str, centre: &Centre, plan: &Plan) {
    let (truth, seen) = (centre.truth(), repeat(centre, plan));
    assert!(
        bias(&seen.totals, truth).abs() < 4.0,
        "{name}: Horvitz and Thompson {}",
        bias(&seen.totals, truth)
    );
    // Hájek's bias falls faster than its standard error: it must drown in that.
    let spread = Moments::of(&seen.weighted);
    let off = (spread.mean - truth).abs() / spread.variance.sqrt();
    assert!(off < 0.15, "{name}: Hájek {off}");
    assert!(
        bias(&seen.plain, truth).abs() > 20.0,
        "{name}: without weights it must show: {}",
        bias(&seen.plain, truth)
    );
    let told = Moments::of(&seen.variances).mean / spread.variance;
    // What 2000 draws see of a variance is right to 3 %, and Taylor's falls short by some 5 %.
    assert!((0.87..1.13).contains(&told), "{name}: variances as told are {told} times those seen");
    let covered = seen.covered as f64 / DRAWS as f64;
    assert!((0.93..0.97).contains(&covered), "{name}: {covered}");
    for (place, drawn) in seen.drawn.iter().enumerate().filter(|(_, drawn)| **drawn > 0) {
        let wanted = seen.inclusion[place];
        let error = (wanted * (1.0 - wanted) / DRAWS as f64).sqrt();
        // Five errors: several hundred calls are looked at.
        let off = (*drawn as f64 / DRAWS as f64 - wanted).abs();
        assert!(off <= 5.0 * error, "{name}: call {place} was drawn {drawn} times, not {wanted}");
    }
    assert!(seen.drawn.iter().all(|drawn| *drawn > 0), "{name}: every call is drawn now and then");
}

#[test]
fn strata_of_unlike_shares_are_weighed() {
    // Five of each agent, however many calls they took.
    let plan = Plan { wanted: Wanted::Count(0), minimum: 6, ..Plan::default() };
    assert_unbiased("stratified", &Centre::new(), &plan);
}

#[test]
fn risk_guides_the_draw_and_not_the_result() {
    let plan = Plan { wanted: Wanted::Count(90), minimum: 5, guidance: 0.7, ..Plan::default() };
    assert_unbiased("guided", &Centre::new(), &plan);
    let centre = Centre::new();
    let whole: Vec<Member> =
        centre.calls.iter().map(|call| Member { stratum: String::new(), ..call.clone() }).collect();
    let plan = Plan { minimum: 0, wanted: Wanted::Count(100), guidance: 0.5, ..plan };
    assert_unbiased("guided without strata", &Centre { calls: whole, scores: centre.scores }, &plan);
}

#[test]
fn resampled_intervals_cover() {
    // Two raters who share a binary truth with probability 0.8 each, else guess: kappa is 0.64.
    let rounds = 300;
    let mut dice = ChaCha8Rng::seed_from_u64(5);
    let mut covered = 0;
    for seed in 0..rounds {
        let rate = |dice: &mut ChaCha8Rng, truth: f64| {
            Some(if unit(dice) < 0.8 { truth } else { f64::from(u8::from(unit(dice) < 0.5)) })
        };
        let unit_of = |dice: &mut ChaCha8Rng| {
            let truth = f64::from(u8::from(unit(dice) < 0.5));
            vec![rate(dice, truth), rate(dice, truth)]
        };
        let grid: Vec<_> = (0..100).map(|_| unit_of(&mut dice)).collect();
        let bootstrap = Bootstrap { resamples: 300, seed, ..Bootstrap::default() };
        let found = agreement(&Ratings::grid(&grid), None, bootstrap).expect("no reference");
        covered += u64::from(
            found.measured(Measure::CohenKappa).interval.is_ok_and(|interval| interval.holds(0.64)),
        );
    }
    let share = covered as f64 / rounds as f64;
    assert!((0.90..0.985).contains(&share), "percentile intervals are a little narrow: {share}");
}
