use super::*;
use crate::centre::projects::projects;

/// Arrival, and when answered or given up.
type Waited = (u64, Result<u64, u64>);

/// A month of one queue with talk of fixed length: no dialogues needed.
fn month(staffing: usize) -> (CallLine, Vec<Waited>) {
    let plan = projects()[0].clone();
    let mut dice = Dice::new(3, 0);
    let people =
        (0..staffing).map(|place| Agent::hire(1000 + place as u32, String::new(), place, false, &mut dice));
    let mut line = CallLine::new(plan, people.collect(), 1.0, 0, Dice::new(3, 1));
    let mut calls = Vec::new();
    while line.next() < 28 * DAY {
        let attempt = line.attempt();
        if let Ok((answered, agent)) = attempt.outcome {
            let wrap_up = line.wrap_up();
            line.release(agent, answered + 95_000 + wrap_up);
        }
        calls.push((attempt.arrived, attempt.outcome.map(|(answered, _)| answered)));
    }
    (line, calls)
}

#[test]
fn arrivals_follow_hour_and_weekday() {
    let (line, calls) = month(22);
    let expected: f64 = WEEKDAYS.iter().sum::<f64>() * 4.0 * line.plan.daily;
    assert!((calls.len() as f64 - expected).abs() < 4.0 * expected.sqrt(), "{} of {expected}", calls.len());
    let count = |keep: &dyn Fn(u64) -> bool| calls.iter().filter(|(at, _)| keep(*at)).count() as f64;
    for (weekday, factor) in WEEKDAYS.iter().enumerate() {
        let expected = factor * 4.0 * line.plan.daily;
        let seen = count(&|at| at / DAY % 7 == weekday as u64);
        assert!((seen - expected).abs() < 4.5 * expected.sqrt(), "day {weekday}: {seen} of {expected}");
    }
    let open = HOURS.iter().sum::<f64>();
    for (hour, factor) in HOURS.iter().enumerate() {
        let expected = factor / open * line.plan.daily * 4.0 * WEEKDAYS.iter().sum::<f64>();
        let seen = count(&|at| at % DAY / HOUR == hour as u64);
        assert!((seen - expected).abs() <= 4.5 * expected.sqrt(), "hour {hour}: {seen} of {expected}");
    }
}

#[test]
fn littles_law_holds_for_the_queue() {
    let (_, calls) = month(12);
    let left = |outcome: &Result<u64, u64>| outcome.unwrap_or_else(|given_up| given_up);
    // the queue's mean length, looked at every ten seconds, beside arrival rate × mean wait
    let (end, step) = (28 * DAY, 10_000);
    let mut waiting = vec![0_u32; (end / step) as usize + 100];
    for (arrived, outcome) in &calls {
        for look in arrived.div_ceil(step)..left(outcome).div_ceil(step) {
            waiting[look as usize] += 1;
        }
    }
    let length = waiting.iter().sum::<u32>() as f64 / (end / step) as f64;
    let wait = calls.iter().map(|(arrived, outcome)| left(outcome) - arrived).sum::<u64>() as f64;
    let expected = calls.len() as f64 / end as f64 * wait / calls.len() as f64;
    assert!(length > 0.1, "the queue is never empty-handed: {length}");
    assert!((length - expected).abs() / expected < 0.03, "{length} beside {expected}");
}

#[test]
fn fewer_agents_more_callers_give_up() {
    let abandoned = |staffing| {
        let (_, calls) = month(staffing);
        calls.iter().filter(|(_, outcome)| outcome.is_err()).count() as f64 / calls.len() as f64
    };
    let (full, short, half) = (abandoned(30), abandoned(14), abandoned(7));
    assert!(full < 0.02, "{full}");
    assert!(full < short && short < half, "{full} {short} {half}");
    assert!(half > 0.25, "{half}");
}

#[test]
fn nobody_waits_longer_than_needed_and_nobody_talks_twice_at_once() {
    let (_, calls) = month(18);
    for (arrived, outcome) in &calls {
        match outcome {
            Ok(answered) => assert!(answered >= arrived),
            Err(given_up) => assert!(given_up > arrived),
        }
    }
}

#[test]
fn less_volume_is_fewer_calls_at_the_same_hours() {
    let fortnight = |project: usize, volume| {
        let plan = projects()[project].clone();
        let outbound = plan.direction == Direction::Outbound;
        let mut dice = Dice::new(4, 0);
        let people = (0..4).map(|place| Agent::hire(1000, String::new(), place, outbound, &mut dice));
        let mut line = CallLine::new(plan, people.collect(), volume, 0, Dice::new(4, 1));
        let mut days = [0.0; 14];
        while line.next() < 14 * DAY {
            let attempt = line.attempt();
            days[(attempt.arrived / DAY) as usize] += 1.0;
            if let Ok((answered, agent)) = attempt.outcome {
                line.release(agent, answered + 95_000);
            }
        }
        days
    };
    for project in [0, 4] {
        let (whole, part) = (fortnight(project, 1.0), fortnight(project, 0.2));
        let share = part.iter().sum::<f64>() / whole.iter().sum::<f64>();
        assert!((share - 0.2).abs() < 0.02, "project {project}: {share}");
        for (day, (whole, part)) in whole.into_iter().zip(part).enumerate() {
            assert_eq!(whole > 0.0, part > 0.0, "project {project}, day {day}: {part} of {whole}");
        }
    }
}
