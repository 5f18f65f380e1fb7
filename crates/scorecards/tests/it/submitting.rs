//! From suggestions to a submitted evaluation.

use jiff::Timestamp;
use lingjian_model::evaluation::{Listening, ListeningMode, Refused, Stage};
use lingjian_model::scorecard::{CardVersion, Sheet};
use lingjian_model::{ConversationId, Evaluation, EvaluationId, Scorecard, UserId};
use lingjian_scorecards::{NotYet, digest, score, submit};
use uuid::Uuid;

use crate::cards::{answers, card, item, section};

const INSPECTOR: UserId = UserId(Uuid::from_u128(1));

fn at() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn the_card() -> Scorecard {
    card(vec![section("all", 100.0, vec![item("one", 1.0), item("two", 3.0)])])
}

fn draft(given: &[(&str, &str)]) -> Evaluation {
    let listening = Listening {
        conversation: ConversationId(Uuid::from_u128(2)),
        transcript: None,
        judgement: None,
        agent: None,
        mode: ListeningMode::Recorded,
        listened_at: at(),
    };
    let card = CardVersion { id: "card".to_owned(), version: 3, digest: digest(&the_card()) };
    let sheet = Sheet { answers: answers(given), remarks: Vec::new() };
    Evaluation::begin(EvaluationId(Uuid::from_u128(3)), listening, card, INSPECTOR, sheet)
}

#[test]
fn what_is_whole_is_submitted_once_and_keeps_what_it_came_to() {
    let given = [("one", "yes"), ("two", "partly")];
    let mut evaluation = draft(&given);
    submit(&the_card(), &mut evaluation, INSPECTOR, at()).unwrap();
    assert_eq!(evaluation.stage(), Stage::Submitted);
    assert_eq!(evaluation.scored(), Some(&score(&the_card(), &answers(&given))));
    assert_eq!(evaluation.scored().unwrap().total, Some(62.5));
    let text = serde_json::to_string(&evaluation).unwrap();
    assert_eq!(serde_json::from_str::<Evaluation>(&text).unwrap(), evaluation);
    let again = submit(&the_card(), &mut evaluation, INSPECTOR, at()).unwrap_err();
    let refused = Refused::OutOfTurn { stage: Stage::Submitted, to: Stage::Submitted, before: Stage::Draft };
    assert_eq!(again, NotYet::Refused(refused));
}

#[test]
fn what_is_not_whole_is_refused_with_its_gaps() {
    let mut evaluation = draft(&[("two", "no")]);
    let refused = submit(&the_card(), &mut evaluation, INSPECTOR, at()).unwrap_err();
    assert_eq!(refused.to_string(), "`one` is not answered");
    assert_eq!(evaluation.stage(), Stage::Draft);
}

#[test]
fn another_version_of_the_card_is_refused() {
    let mut changed = the_card();
    changed.sections[0].items[0].title.zh = "换了一个问题".to_owned();
    let mut evaluation = draft(&[("one", "yes"), ("two", "yes")]);
    let refused = submit(&changed, &mut evaluation, INSPECTOR, at());
    assert_eq!(refused, Err(NotYet::OtherCard { id: "card".to_owned() }));
    let stranger = submit(&the_card(), &mut evaluation, UserId(Uuid::from_u128(9)), at());
    assert_eq!(stranger, Err(NotYet::Refused(Refused::NotTheInspector)));
}
