use uuid::Uuid;

use super::*;
use crate::Millis;
use crate::scorecard::{Answer, Choice, Origin, Remark, RemarkKind, Suggestion};

const INSPECTOR: UserId = UserId(Uuid::from_u128(1));
const AGENT: UserId = UserId(Uuid::from_u128(2));
const LEADER: UserId = UserId(Uuid::from_u128(3));

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn scored() -> Scored {
    Scored {
        total: Some(87.5),
        critical: None,
        earned: 7.0,
        possible: 8.0,
        sections: Vec::new(),
        fatal: Vec::new(),
        critical_failed: Vec::new(),
        open: 0,
        steps: Vec::new(),
    }
}

fn draft() -> Evaluation {
    let listening = Listening {
        conversation: ConversationId(Uuid::from_u128(10)),
        transcript: None,
        judgement: None,
        agent: None,
        mode: ListeningMode::SideBySide,
        listened_at: at(0),
    };
    let card = CardVersion { id: "care".to_owned(), version: 1, digest: "sha256:00".to_owned() };
    Evaluation::begin(EvaluationId(Uuid::from_u128(20)), listening, card, INSPECTOR, Sheet::default())
}

fn by(who: UserId, act: Act) -> Step {
    Step { act, by: Some(who), at: at(60) }
}

fn send() -> Step {
    Step { act: Act::Send { appeal_until: Some(at(3600)) }, by: None, at: at(60) }
}

fn appeal() -> Step {
    let act = Act::Appeal {
        reason: "客户先挂断".to_owned(),
        items: vec!["closing".to_owned()],
        evidence: Vec::new(),
    };
    by(AGENT, act)
}

fn uphold(who: UserId) -> Step {
    by(who, Act::Uphold { reason: "heard again".to_owned() })
}

fn change(who: UserId) -> Step {
    by(who, Act::Change { reason: "heard again".to_owned() })
}

/// One legal step for every act.
fn steps() -> Vec<Step> {
    let submit = by(INSPECTOR, Act::Submit { scored: scored() });
    vec![submit, send(), by(AGENT, Act::Acknowledge), appeal(), uphold(LEADER), change(LEADER)]
}

/// An evaluation at a stage, by the shortest way.
fn standing(stage: Stage) -> Evaluation {
    let Some(before) = stage.before() else { return draft() };
    let mut evaluation = standing(before);
    let step = steps().into_iter().find(|step| Stage::of(&step.act) == stage).unwrap();
    evaluation.take(step).unwrap();
    evaluation
}

#[test]
fn every_step_from_every_stage_is_taken_or_refused() {
    for stage in Stage::ALL {
        for step in steps() {
            let to = Stage::of(&step.act);
            let mut evaluation = standing(*stage);
            let was = evaluation.clone();
            let taken = evaluation.take(step);
            if to.before() == Some(*stage) {
                assert_eq!(taken, Ok(()));
                assert_eq!(evaluation.stage(), to);
            } else {
                let before = to.before().unwrap();
                assert_eq!(taken, Err(Refused::OutOfTurn { stage: *stage, to, before }));
                assert_eq!(evaluation, was, "a refused step changes nothing");
            }
        }
    }
}

#[test]
fn a_form_is_written_on_as_a_draft_only() {
    for stage in Stage::ALL {
        let mut evaluation = standing(*stage);
        let sheet = Sheet {
            remarks: vec![Remark { kind: RemarkKind::Good, text: "calm".to_owned(), evidence: Vec::new() }],
            ..Sheet::default()
        };
        let written = evaluation.write(sheet.clone());
        if *stage == Stage::Draft {
            assert_eq!(written, Ok(()));
            assert_eq!(evaluation.sheet(), &sheet);
        } else {
            assert_eq!(written, Err(Refused::Submitted));
            assert_eq!(evaluation.sheet(), &Sheet::default());
        }
    }
}

#[test]
fn nobody_decides_on_their_own_judgement_or_appeal() {
    let mut evaluation = draft();
    let submit = by(AGENT, Act::Submit { scored: scored() });
    assert_eq!(evaluation.take(submit), Err(Refused::NotTheInspector));
    let mut evaluation = standing(Stage::Sent);
    let own = Refused::OwnJudgement { to: Stage::Acknowledged };
    assert_eq!(evaluation.take(by(INSPECTOR, Act::Acknowledge)), Err(own));
    let mut evaluation = standing(Stage::Appealed);
    assert_eq!(evaluation.take(uphold(INSPECTOR)), Err(Refused::OwnJudgement { to: Stage::Upheld }));
    assert_eq!(evaluation.take(change(AGENT)), Err(Refused::OwnAppeal));
    assert_eq!(evaluation.take(change(LEADER)), Ok(()));
}

#[test]
fn only_sending_needs_nobody() {
    for step in steps() {
        let to = Stage::of(&step.act);
        let mut evaluation = standing(to.before().unwrap());
        let taken = evaluation.take(Step { by: None, ..step });
        let expected = if to == Stage::Sent { Ok(()) } else { Err(Refused::Nobody { to }) };
        assert_eq!(taken, expected);
    }
}

#[test]
fn appeals_have_a_limit_and_a_reason() {
    let mut evaluation = standing(Stage::Sent);
    assert_eq!(evaluation.take(Step { at: at(3601), ..appeal() }), Err(Refused::TooLate { until: at(3600) }));
    let empty = Act::Appeal { reason: " \n".to_owned(), items: Vec::new(), evidence: Vec::new() };
    assert_eq!(evaluation.take(by(AGENT, empty)), Err(Refused::NoReason { to: Stage::Appealed }));
    assert_eq!(evaluation.take(Step { at: at(3600), ..appeal() }), Ok(()), "the last moment is in time");
    let no_reason = by(LEADER, Act::Uphold { reason: String::new() });
    assert_eq!(evaluation.take(no_reason), Err(Refused::NoReason { to: Stage::Upheld }));
    let mut without_limit = standing(Stage::Submitted);
    without_limit.take(Step { act: Act::Send { appeal_until: None }, by: None, at: at(60) }).unwrap();
    assert_eq!(without_limit.take(Step { at: at(1_000_000), ..appeal() }), Ok(()));
}

#[test]
fn a_change_is_a_new_revision_by_another_person() {
    for stage in Stage::ALL.iter().filter(|stage| **stage != Stage::Changed) {
        assert_eq!(standing(*stage).next(), Err(Refused::NotChanged { stage: *stage }));
    }
    let old = standing(Stage::Changed);
    let mut new = old.next().unwrap();
    assert_eq!((new.id(), new.revision(), new.stage()), (old.id(), 2, Stage::Draft));
    assert_eq!((new.inspector(), new.scored()), (LEADER, None));
    assert_eq!(old.scored(), Some(&scored()), "what was submitted stands");
    new.take(by(LEADER, Act::Submit { scored: scored() })).unwrap();
    new.take(send()).unwrap();
    new.take(appeal()).unwrap();
    for who in [INSPECTOR, LEADER] {
        assert_eq!(
            new.take(uphold(who)),
            Err(Refused::OwnJudgement { to: Stage::Upheld }),
            "both judged this call"
        );
    }
}

#[test]
fn an_evaluation_is_read_back_and_an_illegal_one_is_not() {
    for stage in Stage::ALL {
        let evaluation = standing(*stage);
        let text = serde_json::to_string(&evaluation).unwrap();
        assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), evaluation);
    }
    let mut told = serde_json::to_value(standing(Stage::Upheld)).unwrap();
    told["record"].as_array_mut().unwrap().remove(1);
    let error = serde_json::from_value::<Evaluation>(told).unwrap_err().to_string();
    assert!(error.starts_with("an evaluation that is submitted cannot become appealed"), "{error}");
}

#[test]
fn a_moment_is_a_place_and_never_words() {
    let moment = Moment { turn: Some(3), chars: Some([4, 9]), span: crate::Span::new(10_200, 12_900) };
    let told = serde_json::to_value(moment).unwrap();
    let expected = serde_json::json!({"turn": 3, "chars": [4, 9], "start_ms": 10200, "end_ms": 12900});
    assert_eq!(told, expected);
    assert!(moment.is_sound());
    assert!(!Moment { turn: None, ..moment }.is_sound(), "characters of no turn");
    assert!(!Moment { chars: Some([9, 4]), ..moment }.is_sound());
    let backwards = crate::Span { start: Millis(5), end: Millis(4) };
    assert!(!Moment { span: backwards, ..moment }.is_sound());
}

#[test]
fn how_an_answer_came_to_be() {
    let suggestion = Some(Suggestion { option: "no".to_owned(), sources: Vec::new() });
    let option = |id: &str| Some(Choice::Option(id.to_owned()));
    let of = |choice: Option<Choice>, suggestion: &Option<Suggestion>| {
        let answer = Answer { choice, suggestion: suggestion.clone(), ..Answer::default() };
        (answer.origin(), answer.option().map(str::to_owned))
    };
    let no = Some("no".to_owned());
    assert_eq!(of(None, &None), (None, None));
    assert_eq!(of(None, &suggestion), (Some(Origin::Taken), no.clone()));
    assert_eq!(of(option("no"), &suggestion), (Some(Origin::Confirmed), no));
    assert_eq!(of(option("yes"), &suggestion), (Some(Origin::Changed), Some("yes".to_owned())));
    assert_eq!(of(Some(Choice::NotApplicable), &suggestion), (Some(Origin::Changed), None));
    assert_eq!(of(option("yes"), &None), (Some(Origin::Own), Some("yes".to_owned())));
}
