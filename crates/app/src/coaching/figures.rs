//! What came of it, in figures: how the items of a sheet were judged then, and afterwards. Numbers as they were given, no
//! statistics: a handful of calls carries none.

use lingjian_model::coaching::Judged;
use lingjian_model::evaluation::Stage;
use lingjian_model::scorecard::{Answer, Choice, Item};
use lingjian_model::{ConversationId, Scorecard};

use crate::{AppError, House, Title};

/// How a call was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The revision.
    pub judged: Judged,
    /// The card's name.
    pub title: Title,
    /// The call.
    pub conversation: ConversationId,
    /// When it was listened to.
    pub listened_at: i64,
    /// Where the revision stands: whoever granted an appeal made another that counts.
    pub stage: Stage,
    /// What it came to.
    pub total: Option<f64>,
    /// The items of the sheet that this version of the card has.
    pub items: Vec<ItemScore>,
}

/// How an item was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemScore {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Title,
    /// What was answered; none where it was not asked, or does not apply.
    pub answer: Option<Title>,
    /// What it is worth.
    pub points: f64,
    /// What of it was earned; none where nothing was.
    pub earned: Option<f64>,
    /// Whether it does not apply.
    pub not_applicable: bool,
}

impl ItemScore {
    fn of(item: &Item, answer: Option<&Answer>) -> Self {
        let option = answer.and_then(Answer::option).and_then(|option| item.option(option));
        let not_applicable = answer.is_some_and(|one| one.choice == Some(Choice::NotApplicable));
        Self {
            id: item.id.clone(),
            title: Title::of(&item.title),
            answer: option.map(|option| Title::of(&option.title)),
            points: item.points,
            earned: option.and_then(|option| option.share).map(|share| item.points * share),
            not_applicable,
        }
    }
}

impl House {
    /// How these items were judged in this revision.
    pub(super) async fn heard(&self, judged: &Judged, items: &[String]) -> Result<Heard, AppError> {
        let damaged = |what: &str| AppError::Internal(what.to_owned());
        let revisions = self.store().evaluation(judged.id).await?;
        let kept = revisions.into_iter().find(|one| one.evaluation.revision() == judged.revision);
        let evaluation = kept.ok_or_else(|| damaged("a coaching sheet names no evaluation"))?.evaluation;
        let form: Option<Scorecard> = self.store().form(&judged.card.digest).await?;
        let form = form.ok_or_else(|| damaged("an evaluation has no form"))?;
        let answers = &evaluation.sheet().answers;
        let asked: Vec<&Item> = lingjian_scorecards::asked_items(&form, answers).collect();
        let items = items.iter().filter_map(|id| form.item(id));
        let items = items.map(|item| {
            let asked = asked.iter().any(|one| one.id == item.id);
            ItemScore::of(item, answers.get(&item.id).filter(|_| asked))
        });
        Ok(Heard {
            judged: judged.clone(),
            title: Title::of(&form.title),
            conversation: evaluation.listening().conversation,
            listened_at: evaluation.listening().listened_at.as_millisecond(),
            stage: evaluation.stage(),
            total: evaluation.scored().and_then(|scored| scored.total),
            items: items.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_item_is_what_was_answered_and_what_that_earned() {
        let item: Item = serde_json::from_value(json!({ "id": "hold", "title": "等待流程", "points": 5, "not_applicable": true,
            "options": [{ "id": "partly", "title": "部分", "share": 0.5 }, { "id": "seen", "title": "看过" }] }))
        .unwrap();
        let said = |choice| Answer { choice: Some(choice), ..Answer::default() };
        let option = |id: &str| said(Choice::Option(id.to_owned()));
        let partly = ItemScore::of(&item, Some(&option("partly")));
        assert_eq!((partly.points, partly.earned), (5.0, Some(2.5)));
        assert_eq!(partly.answer.map(|answer| answer.zh), Some("部分".to_owned()));
        assert_eq!(ItemScore::of(&item, Some(&option("seen"))).earned, None, "it says nothing of how well");
        let not = ItemScore::of(&item, Some(&said(Choice::NotApplicable)));
        assert_eq!((not.earned, not.not_applicable), (None, true));
        assert_eq!(ItemScore::of(&item, None).answer, None);
    }
}
