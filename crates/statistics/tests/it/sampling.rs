//! Sizes, allocations, bounds, draws.

use proptest::prelude::*;

use lingjian_model::{BusinessCategory, Direction};
use lingjian_statistics::sampling::bounds::{Bound, Bounds};
use lingjian_statistics::sampling::interval::{exact_within, wilson};
use lingjian_statistics::sampling::{
    Allocation, Member, Plan, Span, Wanted, Why, Wrong, allocate, size, slots,
};
use lingjian_statistics::special::Counts;

use super::assert_near;

fn member(id: usize, stratum: &str) -> Member {
    Member { id: format!("c-{id}"), stratum: stratum.to_owned(), risk: None, measure: None }
}

/// A hundred calls of each agent, riskier by their number.
fn population(agents: usize, calls: usize) -> Vec<Member> {
    let one = |id: usize| Member {
        risk: Some((id % 17) as f64),
        measure: Some((id % (id / calls + 2)) as f64),
        ..member(id, &format!("agent {:02}", id / calls))
    };
    (0..agents * calls).map(one).collect()
}

#[test]
fn sizes_are_those_of_the_books() {
    assert_eq!(size::for_share(Some(1000), 0.05, 0.95, 0.5), 278);
    assert_eq!(size::for_share(None, 0.05, 0.95, 0.5), 385);
    assert_eq!(size::for_share(Some(10), 0.001, 0.95, 0.5), 10, "not more than there are");
    assert_eq!(size::for_share(Some(1000), 1.2, 0.95, 0.5), 1);
    // A test of 300 is within 6 %.
    assert!(size::margin_of_share(None, 300, 0.95, 0.5) < 0.06);
    let n = size::for_mean(Some(1000), 2.0, 0.95, 10.0);
    assert!(size::margin_of_mean(Some(1000), n, 0.95, 10.0) <= 2.0);
    assert!(size::margin_of_mean(Some(1000), n - 1, 0.95, 10.0) > 2.0);
    assert_eq!(size::for_mean(Some(50), 0.0001, 0.95, 10.0), 50);
}

#[test]
fn a_fault_in_one_of_eight_is_missed_by_six_calls_in_45_of_100() {
    assert_near(size::missed(0.125, 6, None), 0.4488, 1e-4, "endless");
    assert_near(
        size::missed(0.125, 6, Some(80)),
        Counts::hypergeometric(80, 10, 6).exactly(0),
        1e-12,
        "of 80",
    );
    let n = size::for_detection(0.125, 0.95, None).expect("a number");
    assert_eq!(n, 23);
    assert!(size::missed(0.125, n, None) <= 0.05 && size::missed(0.125, n - 1, None) > 0.05);
    let within = size::for_detection(0.125, 0.95, Some(80)).expect("a number");
    assert!(within < n && size::missed(0.125, within, Some(80)) <= 0.05);
    assert_eq!(size::for_detection(0.0, 0.95, None), None);
    assert_eq!(size::for_detection(0.0, 0.95, Some(80)), None, "a fault that nobody has is never found");
    assert_eq!(size::for_detection(1.0, 0.95, None), Some(1));
}

#[test]
fn all_calls_leave_no_doubt() {
    let known = wilson(3, 20, Some(20), 0.95);
    assert_eq!((known.low, known.high), (0.15, 0.15));
    let known = exact_within(3, 20, 20, 0.95);
    assert_eq!((known.low, known.high), (0.15, 0.15));
    // The endless population is the limit of large ones.
    let (large, endless) = (wilson(3, 20, Some(100_000_000), 0.95), wilson(3, 20, None, 0.95));
    assert_near(large.low, endless.low, 1e-6, "low");
    let nothing = exact_within(0, 6, 48, 0.95);
    assert_eq!(nothing.low, 0.0);
    assert!(nothing.high > 1.0 / 8.0, "six calls cannot rule out one in eight");
}

#[test]
fn bounds_are_those_of_the_trade() {
    let bounds = Bounds::standard();
    let known = |name: &str| serde_json::from_value::<BusinessCategory>(name.into()).is_ok();
    assert!(bounds.0.iter().all(|bound| known(&bound.category)), "every name is a category's");
    let mut names: Vec<&str> = bounds.0.iter().map(|bound| bound.category.as_str()).collect();
    names.dedup();
    assert_eq!(names.len(), 17, "every category has a bound");
    let check = |category, direction, drawn| bounds.check(category, direction, drawn, 1000);
    let (inbound, outbound) = (Some(Direction::Inbound), Some(Direction::Outbound));
    assert!(
        check("order-processing", inbound, 10).is_empty()
            && check("order-processing", inbound, 300).is_empty()
    );
    assert_eq!(check("order-processing", inbound, 9)[0].fewest, 10);
    assert_eq!(check("order-processing", outbound, 501)[0].most, 500);
    assert_eq!(check("order-processing", None, 15).len(), 1, "whichever direction, both bounds must hold");
    assert!(check("lead-mining", None, 100).is_empty());
    assert_eq!(check("lead-mining", None, 101).len(), 1);
    assert!(check("retention", outbound, 300).is_empty());
    assert_eq!(check("market-research", inbound, 199).len(), 1);
    assert_eq!(check("technical-service", inbound, 1).len(), 1);
    assert!(check("technical-service", inbound, 0).is_empty());
    assert!(check("something of ours", inbound, 1000).is_empty());
    assert!(bounds.check("lead-mining", None, 3, 30).is_empty(), "10 % of 30 are 3");
    let said = check("retention", inbound, 101)[0].to_string();
    assert_eq!(
        said,
        "101 of 1000 recordings break the bound of retention, inbound: at most 10 %, which is 100"
    );
    let kept = serde_json::to_string(&bounds).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Bounds>(&kept).expect("as written"),
        bounds,
        "a centre's edits are kept"
    );
    let own = Bound { category: "quiz".into(), direction: None, low: Some(0.5), high: None };
    assert_eq!(Bounds(vec![own]).check("quiz", None, 1, 10)[0].fewest, 5);
}

proptest! {
    #[test]
    fn allocations_keep_their_bounds(
        strata in prop::collection::vec((0_u64..200, 0.0_f64..10.0), 1..20), total in 0_u64..1500, minimum in 0_u64..6,
    ) {
        let (sizes, weights): (Vec<u64>, Vec<f64>) = strata.into_iter().unzip();
        let given = allocate(&sizes, &weights, total, minimum);
        let least: u64 = sizes.iter().map(|size| minimum.min(*size)).sum();
        prop_assert_eq!(given.iter().sum::<u64>(), total.clamp(least, sizes.iter().sum()));
        for (given, size) in given.iter().zip(&sizes) {
            prop_assert!(given <= size && *given >= minimum.min(*size));
        }
    }

    #[test]
    fn slots_are_spread_and_open(seed in any::<u64>(), many in 1_usize..40, gap in 0_i64..1000) {
        let open = [Span { from: 1000, to: 1600 }, Span { from: 1600 + gap, to: 2000 + gap }];
        let found = slots(seed, "agent", &open, many);
        prop_assert_eq!(found.len(), many);
        let into = |instant: i64| if instant < 1600 { instant - 1000 } else { instant - 1000 - gap };
        for (slot, instant) in found.iter().enumerate() {
            prop_assert!(open.iter().any(|span| (span.from..span.to).contains(instant)));
            let place = into(*instant) as f64 / 1000.0 * many as f64;
            prop_assert!(place > slot as f64 - 0.1 && place < (slot + 1) as f64, "{place} in slot {slot}");
        }
    }

    #[test]
    fn a_draw_repeats_whatever_the_order(seed in any::<u64>(), share in 0.02_f64..0.9, guidance in prop::sample::select(vec![0.0, 0.5, 0.9])) {
        let mut calls = population(4, 25);
        let plan = Plan {
            wanted: Wanted::Share(share), minimum: 2, seed, guidance,
            open: vec![Span { from: 0, to: 1_000_000 }], ..Plan::default()
        };
        let draw = plan.draw(&calls).expect("a plan");
        calls.reverse();
        prop_assert_eq!(&plan.draw(&calls).expect("a plan"), &draw);
        prop_assert_eq!(draw.drawn.len() as u64, draw.planned.drawn);
        for stratum in &draw.planned.strata {
            let drawn: Vec<_> = draw.drawn.iter().filter(|one| one.stratum == stratum.stratum).collect();
            prop_assert_eq!(drawn.len() as u64, stratum.drawn);
            prop_assert!(drawn.iter().all(|one| one.inclusion > 0.0 && one.inclusion <= 1.0 && one.slot.is_some()));
        }
        let mut ids: Vec<_> = draw.drawn.iter().map(|one| &one.id).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), draw.drawn.len(), "nobody is drawn twice");
    }
}

#[test]
fn every_agent_is_listened_to() {
    let calls = population(10, 30);
    let plan = Plan { wanted: Wanted::Count(20), minimum: 3, ..Plan::default() };
    let planned = plan.lay(&calls).expect("a plan");
    assert_eq!(
        (planned.wanted, planned.drawn, planned.unheard),
        (20, 30, 0),
        "ten agents with three each are thirty"
    );
    let plan = Plan { wanted: Wanted::Count(20), ..plan };
    let retention =
        plan.lay(&calls).expect("a plan").broken(&Bounds::standard(), "retention", Some(Direction::Inbound));
    assert!(retention.is_empty(), "30 of 300 are 10 %");
    let more = Plan { minimum: 4, ..plan };
    let broken =
        more.lay(&calls).expect("a plan").broken(&Bounds::standard(), "retention", Some(Direction::Inbound));
    assert_eq!(broken.len(), 1, "the clash shows");
}

#[test]
fn a_call_that_comes_leaves_the_lots_of_others() {
    let mut calls: Vec<Member> = (0..200).map(|id| member(id, "")).collect();
    let plan = Plan { wanted: Wanted::Count(20), seed: 7, ..Plan::default() };
    let ids = |calls: &[Member]| -> Vec<String> {
        plan.draw(calls).expect("a plan").drawn.into_iter().map(|one| one.id).collect()
    };
    let before = ids(&calls);
    calls.push(member(200, ""));
    let after = ids(&calls);
    assert!(before.iter().filter(|id| !after.contains(id)).count() <= 1);
}

#[test]
fn neyman_listens_where_scores_scatter() {
    let steady = |id| Member { measure: Some(90.0 + (id % 2) as f64), ..member(id, "steady") };
    let wild = |id| Member { measure: Some(90.0 + (id % 20) as f64), ..member(id, "wild") };
    let calls: Vec<Member> = (0..100).map(steady).chain((100..200).map(wild)).collect();
    let plan = Plan { wanted: Wanted::Count(40), allocation: Allocation::Neyman, ..Plan::default() };
    let strata = plan.lay(&calls).expect("a plan").strata;
    assert_eq!((strata[0].drawn, strata[1].drawn), (3, 37));
    let unknown = vec![member(0, ""), member(1, "")];
    let plan = Plan { wanted: Wanted::Count(1), ..plan };
    assert_eq!(plan.lay(&unknown), Err(Wrong::Measure("c-0".into())));
}

#[test]
fn why_a_call_was_drawn_is_told() {
    let mut calls: Vec<Member> = (0..50).map(|id| Member { risk: Some(1.0), ..member(id, "a") }).collect();
    calls[7].risk = Some(1e6);
    calls.push(member(50, "b"));
    calls[50].risk = Some(1.0);
    let plan = Plan { wanted: Wanted::Count(10), minimum: 1, guidance: 0.9, ..Plan::default() };
    let drawn = plan.draw(&calls).expect("a plan").drawn;
    let why = |id: &str| drawn.iter().find(|one| one.id == id).map(|one| (one.why, one.inclusion));
    assert_eq!(why("c-7"), Some((Why::Certain, 1.0)));
    assert_eq!(why("c-50"), Some((Why::All, 1.0)));
    assert_eq!(drawn.iter().filter(|one| one.why == Why::Risk).count(), 8);
}

#[test]
fn plans_that_cannot_be_drawn_say_so() {
    let calls: Vec<Member> = (0..5).map(|id| member(id, "a")).collect();
    let wrong = |plan: Plan, calls: &[Member]| plan.draw(calls).expect_err("wrong");
    let plan = Plan { wanted: Wanted::Count(6), ..Plan::default() };
    assert_eq!(wrong(plan.clone(), &calls), Wrong::TooMany { wanted: 6, population: 5 });
    assert_eq!(wrong(plan.clone(), &[]), Wrong::Empty);
    let plan = Plan { wanted: Wanted::Share(1.2), ..plan };
    assert_eq!(wrong(plan.clone(), &calls), Wrong::Share(1.2));
    let plan = Plan { wanted: Wanted::Share(0.5), guidance: 1.0, ..plan };
    assert_eq!(wrong(plan.clone(), &calls), Wrong::Guidance(1.0));
    let plan = Plan { guidance: 0.5, ..plan };
    assert_eq!(wrong(plan.clone(), &calls), Wrong::Risk("c-0".into()));
    let twice = vec![member(0, "a"), member(0, "b")];
    assert_eq!(wrong(Plan { guidance: 0.0, ..plan }, &twice), Wrong::Twice("c-0".into()));
}
