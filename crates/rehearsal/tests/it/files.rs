use std::fs;

use lingjian_model::Conversation;
use lingjian_rehearsal::{Centre, Layout, Offered, Plan, RehearsalError, truth_line, write_folder};

fn plan() -> Plan {
    Plan { seed: 5, calls: 60, ..Plan::default() }
}

#[test]
fn same_plan_same_bytes() {
    let written = || {
        let folder = tempfile::tempdir().unwrap();
        let centre = Centre::new(&plan()).unwrap();
        write_folder(centre.offered(), folder.path(), Layout::Lines).unwrap();
        ["transcripts.jsonl", "records.csv", "truth.jsonl"]
            .map(|name| fs::read(folder.path().join(name)).unwrap())
    };
    let first = written();
    assert!(first.iter().all(|file| !file.is_empty()));
    assert_eq!(first, written());
}

#[test]
fn another_seed_another_centre() {
    let first = |seed| Centre::new(&Plan { seed, ..plan() }).unwrap().calls().next().unwrap();
    assert_ne!(first(1).conversation.turns, first(2).conversation.turns);
}

#[test]
fn a_longer_rehearsal_begins_with_the_shorter() {
    let short: Vec<_> = Centre::new(&plan()).unwrap().calls().collect();
    let long: Vec<_> = Centre::new(&Plan { calls: 90, ..plan() }).unwrap().calls().take(60).collect();
    assert_eq!(short, long);
}

#[test]
fn projects_and_days_that_bound_nothing_change_nothing() {
    let all = ["shop", "bank", "telecom", "en", "lead", "event", "survey"].map(str::to_owned);
    let bounded = Plan { projects: all.to_vec(), days: Some(1), ..plan() };
    let calls = |plan: &Plan| Centre::new(plan).unwrap().calls().collect::<Vec<_>>();
    assert_eq!(calls(&bounded), calls(&plan()));
}

#[test]
fn folders_hold_what_was_offered() {
    let folder = tempfile::tempdir().unwrap();
    let centre = Centre::new(&plan()).unwrap();
    let offered: Vec<Offered> = centre.offered().collect();
    let written = write_folder(offered.clone(), folder.path(), Layout::Files).unwrap();
    assert_eq!(written.answered, 60);
    assert_eq!(written.answered + written.unanswered, offered.len());

    let records = fs::read_to_string(folder.path().join("records.csv")).unwrap();
    assert_eq!(records.lines().count(), offered.len() + 1);
    let truth = fs::read_to_string(folder.path().join("truth.jsonl")).unwrap();
    let mut lines = truth.lines();
    for offered in &offered {
        let Offered::Answered(call) = offered else { continue };
        let file = folder.path().join("transcripts").join(format!("{}.json", call.conversation.id));
        let read: Conversation = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(read, call.conversation);
        assert_eq!(lines.next().unwrap(), truth_line(call).unwrap());
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn truth_has_its_shape() {
    let calls = Centre::new(&Plan { calls: 400, fault_rate: 0.2, ..plan() }).unwrap();
    let call = calls.calls().find(|call| call.truth.iter().any(|fault| fault.turn.is_some())).unwrap();
    let value: serde_json::Value = serde_json::from_str(&truth_line(&call).unwrap()).unwrap();
    assert_eq!(value["id"], call.conversation.id.as_str());
    let at = call.truth.iter().position(|fault| fault.turn.is_some()).unwrap();
    let fault = &value["faults"][at];
    assert_eq!(fault["fault"], call.truth[at].fault.name());
    assert!(fault["turn"].is_u64() && fault["start_ms"].is_u64() && fault["end_ms"].is_u64(), "{fault}");
    assert!(value["lookalikes"].is_array());
}

#[test]
fn settings_out_of_range_are_named() {
    let problem = |plan: Plan| match Centre::new(&plan) {
        Err(error @ RehearsalError::Plan { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        problem(Plan { fault_rate: 0.7, ..plan() }),
        "plan: fault_rate is 0.7, but must be between 0 and 0.3"
    );
    assert_eq!(
        problem(Plan { noise: f64::NAN, ..plan() }),
        "plan: noise is NaN, but must be between 0 and 0.15"
    );
    assert_eq!(
        problem(Plan { volume: 1.5, ..plan() }),
        "plan: volume is 1.5, but must be between 0.00001 and 1"
    );
    assert_eq!(problem(Plan { days: Some(0), ..plan() }), "plan: days is 0, but must be at least 1");
    assert_eq!(
        problem(Plan { projects: vec!["shop".to_owned(), "tax".to_owned()], ..plan() }),
        "plan: projects is \"tax\", but must be one of shop, bank, telecom, en, lead, event, survey"
    );
}

#[test]
fn a_folder_that_is_a_file_is_said() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = write_folder([], file.path(), Layout::Lines).unwrap_err();
    assert!(error.to_string().starts_with("failed to write "), "{error}");
}
