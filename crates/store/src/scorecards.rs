//! Scorecards: forms that calls were judged on, versions that the house published, drafts that are being written. But for
//! drafts nothing is overwritten.

use lingjian_model::Scorecard;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::entity::{scorecard, scorecard_draft, scorecard_version};
use crate::error::{damaged, failed};
use crate::{Store, StoreError, Transaction};

/// A version that was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardPublished {
    /// The card's id.
    pub card: String,
    /// Counts the card's versions from 1.
    pub number: u32,
    /// Names its form.
    pub digest: String,
    /// The file as it was written.
    pub file: String,
    /// What its publisher says of it.
    pub note: String,
    /// Who wrote it.
    pub written_by: String,
    /// Who let it count.
    pub published_by: String,
    /// Since when it counts.
    pub published_at: i64,
}

/// A card that is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardDraft {
    /// The card's id.
    pub card: String,
    /// The version that it began with; 0 is what ships, or nothing.
    pub based_on: u32,
    /// The file as it stands.
    pub file: String,
    /// Who wrote it last.
    pub written_by: String,
    /// When.
    pub written_at: i64,
    /// Counts its changes.
    pub revision: i64,
}

/// The number of a version as it is kept.
fn number_of(kept: i64) -> Result<u32, StoreError> {
    let what = "a scorecard's version";
    u32::try_from(kept).map_err(|error| StoreError::Damaged { what, reason: error.to_string() })
}

impl CardPublished {
    fn of(row: scorecard_version::Model) -> Result<Self, StoreError> {
        let number = number_of(row.number)?;
        let scorecard_version::Model {
            card, digest, file, note, written_by, published_by, published_at, ..
        } = row;
        Ok(Self { card, number, digest, file, note, written_by, published_by, published_at })
    }
}

impl CardDraft {
    fn of(row: scorecard_draft::Model) -> Result<Self, StoreError> {
        let scorecard_draft::Model { card, based_on, file, written_by, written_at, revision } = row;
        Ok(Self { card, based_on: number_of(based_on)?, file, written_by, written_at, revision })
    }
}

impl Store {
    /// All that was ever published, by card, newest first: of one card, or of all.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn card_versions(&self, card: Option<&str>) -> Result<Vec<CardPublished>, StoreError> {
        let mut query = scorecard_version::Entity::find();
        if let Some(card) = card {
            query = query.filter(scorecard_version::Column::Card.eq(card));
        }
        let rows = query
            .order_by_asc(scorecard_version::Column::Card)
            .order_by_desc(scorecard_version::Column::Number)
            .all(self.reader())
            .await
            .map_err(failed("list its scorecards"))?;
        rows.into_iter().map(CardPublished::of).collect()
    }

    /// The form of that digest.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn form(&self, digest: &str) -> Result<Option<Scorecard>, StoreError> {
        let row = scorecard::Entity::find_by_id(digest).one(self.reader()).await;
        let row = row.map_err(failed("read a scorecard"))?;
        row.map(|row| serde_json::from_str(&row.content).map_err(damaged("a scorecard"))).transpose()
    }

    /// The drafts there are, by card.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn card_drafts(&self) -> Result<Vec<CardDraft>, StoreError> {
        let query = scorecard_draft::Entity::find().order_by_asc(scorecard_draft::Column::Card);
        let rows = query.all(self.reader()).await.map_err(failed("list its drafts of scorecards"))?;
        rows.into_iter().map(CardDraft::of).collect()
    }

    /// The draft of a card.
    ///
    /// # Errors
    /// When the database fails, or what is kept is damaged.
    pub async fn card_draft(&self, card: &str) -> Result<Option<CardDraft>, StoreError> {
        let row = scorecard_draft::Entity::find_by_id(card).one(self.reader()).await;
        row.map_err(failed("read the draft of a scorecard"))?.map(CardDraft::of).transpose()
    }
}

impl Transaction {
    /// Keeps a form under its digest, if it is not there already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_form(&mut self, digest: &str, card: &Scorecard) -> Result<(), StoreError> {
        let row = scorecard::ActiveModel {
            digest: Set(digest.to_owned()),
            card: Set(card.id.clone()),
            content: Set(serde_json::to_string(card).map_err(damaged("a scorecard"))?),
        };
        let there = OnConflict::column(scorecard::Column::Digest).do_nothing().to_owned();
        let insert =
            scorecard::Entity::insert(row).on_conflict(there).exec_without_returning(&self.inner).await;
        insert.map(|_| ()).map_err(failed("keep a scorecard"))
    }

    /// Keeps a draft, unless somebody was first: then false, and nothing is changed. `draft.revision` is the one that was
    /// read, 0 where there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_card_draft(&mut self, draft: &CardDraft) -> Result<bool, StoreError> {
        let values = vec![
            draft.card.as_str().into(),
            i64::from(draft.based_on).into(),
            draft.file.as_str().into(),
            draft.written_by.as_str().into(),
            draft.written_at.into(),
            draft.revision.into(),
        ];
        let sql = if draft.revision == 0 {
            "INSERT INTO scorecard_draft (card, based_on, file, written_by, written_at, revision) \
             VALUES ($1, $2, $3, $4, $5, $6 + 1) ON CONFLICT (card) DO NOTHING"
        } else {
            "UPDATE scorecard_draft SET based_on = $2, file = $3, written_by = $4, written_at = $5, revision = $6 + 1 \
             WHERE card = $1 AND revision = $6"
        };
        Ok(self.run("keep the draft of a scorecard", sql, values).await? == 1)
    }

    /// Throws a draft away as it was read; whether it was there so.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_card_draft(&mut self, card: &str, revision: i64) -> Result<bool, StoreError> {
        let sql = "DELETE FROM scorecard_draft WHERE card = $1 AND revision = $2";
        Ok(self.run("throw the draft of a scorecard away", sql, vec![card.into(), revision.into()]).await?
            == 1)
    }

    /// Publishes a version with its form, unless one of that number is there already: then false. Who publishes takes the
    /// number after the newest that they saw, so nobody publishes past a version that they do not know.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn publish_card(
        &mut self,
        version: &CardPublished,
        form: &Scorecard,
    ) -> Result<bool, StoreError> {
        self.keep_form(&version.digest, form).await?;
        let values = vec![
            version.card.as_str().into(),
            i64::from(version.number).into(),
            version.digest.as_str().into(),
            version.file.as_str().into(),
            version.note.as_str().into(),
            version.written_by.as_str().into(),
            version.published_by.as_str().into(),
            version.published_at.into(),
        ];
        let sql = "INSERT INTO scorecard_version \
                   (card, number, digest, file, note, written_by, published_by, published_at) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (card, number) DO NOTHING";
        Ok(self.run("publish a scorecard", sql, values).await? == 1)
    }
}
