use std::collections::BTreeMap;

use lingjian_rehearsal::{FaultKind, Plan};

use crate::{CALLS, rehearse};

#[test]
fn rates_are_known() {
    faults_come_as_often_as_told();
    what_was_not_drawn_is_implied();
    new_agents_err_more_than_senior_ones();
}

fn faults_come_as_often_as_told() {
    let mut expected: BTreeMap<FaultKind, (f64, f64, f64)> = BTreeMap::new();
    for call in CALLS.iter() {
        for chance in &call.chances {
            let kind = expected.entry(chance.fault).or_default();
            kind.0 += chance.probability;
            kind.1 += chance.probability * (1.0 - chance.probability);
            let seen = |fault: &&lingjian_rehearsal::Planted| fault.fault == chance.fault && !fault.implied;
            kind.2 += f64::from(u8::from(call.truth.iter().any(|fault| seen(&fault))));
        }
    }
    assert_eq!(expected.len(), FaultKind::ALL.len(), "every kind can happen");
    for (kind, (mean, variance, seen)) in expected {
        println!("{kind}: {seen} of {mean:.1} ± {:.1}", variance.sqrt());
        assert!((seen - mean).abs() <= 4.5 * variance.sqrt() + 0.5, "{kind}: {seen} of {mean:.1}");
        assert!(mean >= 4.0, "{kind} hardly ever happens: {mean}");
    }
}

fn what_was_not_drawn_is_implied() {
    for call in CALLS.iter() {
        for fault in call.truth.iter().filter(|fault| !fault.implied) {
            let drawn = call.chances.iter().any(|chance| chance.fault == fault.fault);
            assert!(drawn, "{} {fault:?}", call.conversation.id);
        }
    }
}

#[test]
fn a_perfect_centre_has_no_faults_of_its_agents() {
    let plan = Plan { fault_rate: 0.0, calls: 400, ..Plan::default() };
    for call in rehearse(plan) {
        for fault in &call.truth {
            assert!(fault.fault.said_by_customer(), "{} {fault:?}", call.conversation.id);
        }
    }
}

fn new_agents_err_more_than_senior_ones() {
    let share = |level: &str| {
        let calls = CALLS.iter().filter(|call| call.record.agent_level == level);
        let (calls, faults) = calls.fold((0_usize, 0_usize), |(calls, faults), call| {
            let own = call.truth.iter().filter(|fault| !fault.fault.said_by_customer() && !fault.implied);
            (calls + 1, faults + own.count())
        });
        assert!(calls > 100, "{level}: {calls}");
        faults as f64 / calls as f64
    };
    assert!(share("new") > 1.5 * share("senior"));
}
