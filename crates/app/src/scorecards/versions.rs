//! Versions of cards: what ships is version 0, what the house publishes counts from 1. None is ever overwritten; to go
//! back is to publish an earlier one again.

use std::collections::BTreeMap;

use lingjian_model::{Action, Permission, Scorecard};
use lingjian_scorecards::{Grade, digest, lint};
use lingjian_store::{CardDraft, CardPublished};
use serde_json::json;

use super::{Card, shipped};
use crate::packs::{is_id, overtaken};
use crate::{Actor, AppError, House, Title};

/// Characters of a note at most.
const NOTE: usize = 500;

/// A card as lists show it.
#[derive(Debug, Clone)]
pub struct KnownCard {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Title,
    /// What it is for.
    pub about: Title,
    /// How many sections.
    pub sections: usize,
    /// How many items.
    pub items: usize,
    /// The version that counts; none where there is only a draft.
    pub version: Option<Version>,
    /// Its draft, for those who may write.
    pub draft: Option<CardDraft>,
}

impl KnownCard {
    fn of(card: &Scorecard, version: Option<Version>, draft: Option<CardDraft>) -> Self {
        Self {
            id: card.id.clone(),
            title: Title::of(&card.title),
            about: Title::of(&card.about),
            sections: card.sections.len(),
            items: card.items().count(),
            version,
            draft,
        }
    }

    /// What nobody published yet.
    fn of_draft(draft: CardDraft) -> Self {
        let id = draft.card.clone();
        let Some(card) = lingjian_scorecards::read(&id, &draft.file, None).card else {
            let title = Title { zh: id.clone(), en: id.clone() };
            let about = Title { zh: String::new(), en: String::new() };
            return Self { id, title, about, sections: 0, items: 0, version: None, draft: Some(draft) };
        };
        Self { id, ..Self::of(&card, None, Some(draft)) }
    }
}

/// A version of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// 0 is what ships.
    pub number: u32,
    /// Names its form.
    pub digest: String,
    /// When, by whom, and what they say of it; none for what ships.
    pub published: Option<CardPublished>,
    /// Whether it counts.
    pub counts: bool,
}

impl Version {
    fn of(published: CardPublished) -> Self {
        let (number, digest) = (published.number, published.digest.clone());
        Self { number, digest, published: Some(published), counts: false }
    }

    fn of_card(card: &Card, counts: bool) -> Self {
        let (number, digest) = (card.version.version, card.version.digest.clone());
        Self { number, digest, published: card.published.clone(), counts }
    }
}

impl House {
    /// All cards: those that count, then those that are only being written.
    ///
    /// # Errors
    /// Where they may read none.
    pub async fn known_scorecards(&self, actor: &Actor) -> Result<Vec<KnownCard>, AppError> {
        actor.reach(Permission::RulesRead)?;
        let mut drafts: BTreeMap<String, CardDraft> = BTreeMap::new();
        if actor.reach(Permission::RulesEdit).is_ok() {
            let all = self.store().card_drafts().await?;
            drafts = all.into_iter().map(|one| (one.card.clone(), one)).collect();
        }
        let mut known = Vec::new();
        for card in self.cards().await? {
            let draft = drafts.remove(&card.version.id);
            known.push(KnownCard::of(&card.card, Some(Version::of_card(&card, true)), draft));
        }
        known.extend(drafts.into_values().map(KnownCard::of_draft));
        Ok(known)
    }

    /// The versions of a card, newest first.
    ///
    /// # Errors
    /// Where they may read none, or there is no such card.
    pub async fn scorecard_versions(&self, actor: &Actor, id: &str) -> Result<Vec<Version>, AppError> {
        actor.reach(Permission::RulesRead)?;
        let mut versions = Vec::new();
        if is_id(id) {
            versions = self.store().card_versions(Some(id)).await?.into_iter().map(Version::of).collect();
            versions.extend(shipped(id).map(|card| Version::of_card(card, false)));
        }
        let newest = versions.first_mut().ok_or(AppError::NotFound { what: "scorecard" })?;
        newest.counts = true;
        Ok(versions)
    }

    /// Publishes the draft of a card as it was read (`revision`). Calls are judged on it from now on; what was judged
    /// before stands on the version that it was judged on.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or the draft is no sound card.
    pub async fn publish_card_draft(
        &self,
        actor: &Actor,
        id: &str,
        revision: i64,
        note: &str,
    ) -> Result<Version, AppError> {
        actor.reach(Permission::RulesPublish)?;
        let note = said(note)?;
        let missing = AppError::NotFound { what: "draft" };
        if !is_id(id) {
            return Err(missing);
        }
        let draft = self.store().card_draft(id).await?.ok_or(missing)?;
        if draft.revision != revision {
            return Err(AppError::ChangedMeanwhile);
        }
        let newest = self.newest_of(id).await?;
        if draft.based_on != newest {
            return Err(overtaken(newest, draft.based_on));
        }
        let (card, digest) = self.checked(id, &draft.file, false).await?.sound()?;
        let version = CardPublished {
            card: id.to_owned(),
            number: newest + 1,
            digest,
            file: draft.file.clone(),
            note,
            written_by: draft.written_by.clone(),
            published_by: actor.display_name.clone(),
            published_at: self.edge().now(),
        };
        self.publish_card(actor, version, &card, Some(&draft)).await
    }

    /// Publishes an earlier version again: the way back.
    ///
    /// # Errors
    /// Where they may not, there is no such version, it counts already, or it is no sound card any more.
    pub async fn publish_card_again(
        &self,
        actor: &Actor,
        id: &str,
        number: u32,
        note: &str,
    ) -> Result<Version, AppError> {
        actor.reach(Permission::RulesPublish)?;
        let note = said(note)?;
        let Card { card, file, published, .. } = self.scorecard(actor, id, number).await?;
        let newest = self.newest_of(id).await?;
        if number == newest {
            return Err(AppError::Conflict(format!("version {number} counts already")));
        }
        // What a sound card is may have changed since.
        if let Some(wrong) = lint(&card, None).into_iter().find(|one| one.grade == Grade::Error) {
            let reason = format!("it is no sound card any more: {wrong}");
            return Err(AppError::BadRequest { field: "number", reason });
        }
        let version = CardPublished {
            card: id.to_owned(),
            number: newest + 1,
            digest: digest(&card),
            file,
            note,
            written_by: published.map_or_else(|| actor.display_name.clone(), |one| one.written_by),
            published_by: actor.display_name.clone(),
            published_at: self.edge().now(),
        };
        self.publish_card(actor, version, &card, None).await
    }

    async fn publish_card(
        &self,
        actor: &Actor,
        version: CardPublished,
        card: &Scorecard,
        draft: Option<&CardDraft>,
    ) -> Result<Version, AppError> {
        let mut transaction = self.store().begin().await?;
        if !transaction.publish_card(&version, card).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        if let Some(draft) = draft
            && !transaction.drop_card_draft(&draft.card, draft.revision).await?
        {
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = json!({
            "version": version.number,
            "digest": version.digest,
            "written_by": version.written_by,
        });
        let (id, now) = (version.card.as_str(), version.published_at);
        crate::audit::note(&mut transaction, actor, Action::ScorecardPublish, id, detail, now).await?;
        transaction.commit().await?;
        Ok(Version { counts: true, ..Version::of(version) })
    }

    /// The number of the newest version of a card; 0 where none was published.
    pub(super) async fn newest_of(&self, id: &str) -> Result<u32, AppError> {
        Ok(self.store().card_versions(Some(id)).await?.first().map_or(0, |last| last.number))
    }

    /// The version of a card that counts, if there is one.
    pub(super) async fn counting_card(&self, id: &str) -> Result<Option<Card>, AppError> {
        if !is_id(id) {
            return Ok(None);
        }
        match self.store().card_versions(Some(id)).await?.into_iter().next() {
            Some(newest) => Ok(Some(self.published(newest).await?)),
            None => Ok(shipped(id).cloned()),
        }
    }
}

/// What who publishes says of it.
fn said(note: &str) -> Result<String, AppError> {
    let note = note.trim().to_owned();
    if !(1..=NOTE).contains(&note.chars().count()) || note.contains('\0') {
        let reason = format!("say in 1 to {NOTE} characters what changes and why");
        return Err(AppError::BadRequest { field: "note", reason });
    }
    Ok(note)
}
