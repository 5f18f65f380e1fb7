use uuid::Uuid;

use super::*;

const COACH: UserId = UserId(Uuid::from_u128(1));
const AGENT: UserId = UserId(Uuid::from_u128(2));
const LEADER: UserId = UserId(Uuid::from_u128(3));

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn judged(number: u128, card: &str) -> Judged {
    let card = CardVersion { id: card.to_owned(), version: 1, digest: "sha256:00".to_owned() };
    Judged { id: EvaluationId(Uuid::from_u128(number)), revision: 1, card }
}

fn notes() -> Notes {
    Notes {
        items: vec!["hold".to_owned()],
        problem: "让客户等待前没有征得同意".to_owned(),
        moments: Vec::new(),
        root_cause: "不熟悉流程".to_owned(),
        discussion: "一起听了录音".to_owned(),
        agreed: "先征得同意，再让客户等待".to_owned(),
        due_at: Some(at(86_400)),
    }
}

fn draft() -> CoachingSheet {
    let cause = Cause {
        agent: AgentId(Uuid::from_u128(7)),
        conversation: ConversationId(Uuid::from_u128(10)),
        transcript: None,
        evaluation: Some(judged(20, "care")),
    };
    CoachingSheet::begin(CoachingId(Uuid::from_u128(30)), cause, COACH, at(0), notes())
}

fn by(who: UserId, act: Act) -> Step {
    Step { act, by: who, at: at(60) }
}

fn follow(evaluation: Judged) -> Act {
    Act::Follow { evaluation, listened_at: at(600) }
}

fn close(effect: Effect) -> Act {
    Act::Close { effect, words: "连续三通都做到了".to_owned() }
}

fn dispute() -> Act {
    Act::Dispute { reason: "客户先要求等待".to_owned() }
}

/// One legal step for every act.
fn steps() -> Vec<Step> {
    vec![
        by(COACH, Act::Hold { notes: notes() }),
        by(AGENT, Act::Sign { comment: String::new() }),
        by(AGENT, dispute()),
        by(COACH, follow(judged(21, "care"))),
        by(COACH, close(Effect::NotJudged)),
    ]
}

/// A sheet at a stage, by the longest way without a turn.
fn standing(stage: Stage) -> CoachingSheet {
    let before = stage.before().iter().rfind(|before| **before < stage);
    let Some(before) = before else { return draft() };
    let mut sheet = standing(*before);
    let step = steps().into_iter().find(|step| Stage::of(&step.act) == stage).unwrap();
    sheet.take(step).unwrap();
    sheet
}

#[test]
fn every_step_from_every_stage_is_taken_or_refused() {
    for stage in Stage::ALL {
        for mut step in steps() {
            let to = Stage::of(&step.act);
            if let Act::Follow { evaluation, .. } = &mut step.act {
                *evaluation = judged(22, "care");
            }
            let mut sheet = standing(*stage);
            let was = sheet.clone();
            let taken = sheet.take(step);
            if to.before().contains(stage) {
                assert_eq!((taken, sheet.stage()), (Ok(()), to), "{stage}");
            } else {
                assert_eq!(taken, Err(Refused::OutOfTurn { stage: *stage, to }));
                assert_eq!(sheet, was, "a refused step changes nothing");
            }
        }
    }
}

#[test]
fn the_coach_alone_writes_and_only_before_it_is_held_or_after_it_was_disputed() {
    let other = Notes { problem: "另一个问题".to_owned(), ..notes() };
    for stage in Stage::ALL {
        let mut sheet = standing(*stage);
        assert_eq!(sheet.write(LEADER, other.clone()), Err(Refused::NotTheCoach));
        let written = sheet.write(COACH, other.clone());
        match stage {
            Stage::Draft | Stage::Disputed => assert_eq!((written, sheet.notes()), (Ok(()), &other)),
            _ => assert_eq!((written, sheet.notes()), (Err(Refused::NotWritten { stage: *stage }), &notes())),
        }
    }
    let mut sheet = standing(Stage::Disputed);
    let later = Notes { due_at: Some(at(99_999)), ..other };
    sheet.write(COACH, later.clone()).unwrap();
    assert_eq!(
        (sheet.held(), sheet.due_at()),
        (Some(&notes()), notes().due_at),
        "the agent has what was held"
    );
    sheet.take(by(COACH, Act::Hold { notes: later.clone() })).unwrap();
    assert_eq!((sheet.held(), sheet.due_at()), (Some(&later), later.due_at));
    assert!(matches!(&sheet.record()[0].act, Act::Hold { notes: first } if *first == notes()), "it stays");
}

#[test]
fn nobody_coaches_themself_or_signs_what_they_wrote() {
    let hold = Act::Hold { notes: notes() };
    assert_eq!(draft().take(by(LEADER, hold)), Err(Refused::NotTheCoach));
    for act in [Act::Sign { comment: String::new() }, dispute()] {
        assert_eq!(standing(Stage::Held).take(by(COACH, act)), Err(Refused::OwnSheet));
    }
    for act in [follow(judged(22, "care")), close(Effect::NotJudged)] {
        assert_eq!(standing(Stage::Signed).take(by(AGENT, act.clone())), Err(Refused::OwnCoaching));
        assert_eq!(
            standing(Stage::Signed).take(by(LEADER, act)),
            Ok(()),
            "another who coaches goes on with it"
        );
    }
}

#[test]
fn what_is_held_is_whole_and_due_in_time_to_come() {
    type Spoil = fn(&mut Notes);
    let cases: [(&str, Spoil); 5] = [
        ("problem", |notes| notes.problem = " \n".to_owned()),
        ("root_cause", |notes| notes.root_cause.clear()),
        ("discussion", |notes| notes.discussion.clear()),
        ("agreed", |notes| notes.agreed.clear()),
        ("due_at", |notes| notes.due_at = None),
    ];
    for (what, without) in cases {
        let mut notes = notes();
        without(&mut notes);
        assert_eq!(draft().take(by(COACH, Act::Hold { notes })), Err(Refused::Missing { what }));
    }
    let late = Notes { due_at: Some(at(60)), ..notes() };
    let refused = Refused::DueBefore { due_at: at(60) };
    assert_eq!(draft().take(by(COACH, Act::Hold { notes: late })), Err(refused));
}

#[test]
fn words_stand_beside_a_dispute_and_an_end() {
    let mute = Act::Dispute { reason: " ".to_owned() };
    assert_eq!(standing(Stage::Held).take(by(AGENT, mute)), Err(Refused::NoReason { to: Stage::Disputed }));
    let mute = Act::Close { effect: Effect::NotJudged, words: String::new() };
    assert_eq!(standing(Stage::Held).take(by(COACH, mute)), Err(Refused::NoReason { to: Stage::Closed }));
}

#[test]
fn what_is_listened_to_again_is_later_another_call_and_on_the_same_card() {
    let sheet = standing(Stage::Followed);
    assert_eq!(sheet.signed(), Some((at(60), AGENT)));
    let before = Act::Follow { evaluation: judged(22, "care"), listened_at: at(60) };
    let cases = [
        (before, Refused::HeardBefore { signed_at: at(60) }),
        (follow(judged(22, "mining")), Refused::OtherCard),
        (follow(judged(20, "care")), Refused::Twice),
        (follow(judged(21, "care")), Refused::Twice),
    ];
    for (act, why) in cases {
        assert_eq!(sheet.clone().take(by(COACH, act)), Err(why));
    }
    let mut more = sheet.clone();
    more.take(by(COACH, follow(judged(22, "care")))).unwrap();
    assert_eq!(more.follow_ups().cloned().collect::<Vec<_>>(), [judged(21, "care"), judged(22, "care")]);
    let mut from_a_call = draft();
    from_a_call.cause.evaluation = None;
    let way = steps().into_iter().filter(|step| !matches!(step.act, Act::Dispute { .. }));
    way.take(2).for_each(|step| from_a_call.take(step).unwrap());
    assert_eq!(from_a_call.take(by(COACH, follow(judged(22, "mining")))), Ok(()), "nothing to compare with");
}

#[test]
fn whether_it_helped_is_said_after_listening_again() {
    for stage in [Stage::Held, Stage::Disputed, Stage::Signed] {
        for effect in [Effect::Improved, Effect::NotImproved] {
            assert_eq!(standing(stage).take(by(COACH, close(effect))), Err(Refused::NotHeardAgain));
        }
        assert_eq!(standing(stage).take(by(COACH, close(Effect::NotJudged))), Ok(()));
    }
    for effect in Effect::ALL {
        let mut sheet = standing(Stage::Followed);
        assert_eq!(sheet.effect(), None);
        sheet.take(by(COACH, close(*effect))).unwrap();
        assert_eq!((sheet.stage(), sheet.effect()), (Stage::Closed, Some(*effect)));
    }
}

#[test]
fn a_sheet_is_read_back_and_an_illegal_one_is_not() {
    for stage in Stage::ALL {
        let sheet = standing(*stage);
        let text = serde_json::to_string(&sheet).unwrap();
        assert_eq!(serde_json::from_str::<CoachingSheet>(&text).unwrap(), sheet);
    }
    let mut told = serde_json::to_value(standing(Stage::Followed)).unwrap();
    told["record"].as_array_mut().unwrap().remove(1);
    let error = serde_json::from_value::<CoachingSheet>(told).unwrap_err().to_string();
    assert!(error.starts_with("a coaching sheet that is held cannot become followed"), "{error}");
}
