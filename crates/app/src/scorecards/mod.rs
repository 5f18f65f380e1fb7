//! Scorecards: those that ship, and those that the house published in their place or beside them.

mod difference;
mod drafts;
mod versions;

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use lingjian_model::scorecard::CardVersion;
use lingjian_model::{Permission, Scorecard};
use lingjian_store::CardPublished;

use crate::packs::is_id;
use crate::{Actor, AppError, House};

pub use difference::{Changed, Changes, Difference, FieldChange, difference};
pub use drafts::{Checked, Draft, Fault, LARGEST_FILE, TriedCard};
pub use versions::{KnownCard, Version};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../scorecards");

/// What ships, by id. A test of the room `scorecards` holds these files to be sound.
static CARDS: LazyLock<Vec<Card>> = LazyLock::new(|| {
    let files = SHIPPED.files().filter(|file| file.path().extension().is_some_and(|end| end == "yaml"));
    let cards = files.filter_map(|file| {
        let text = file.contents_utf8()?;
        let card = lingjian_scorecards::read(&file.path().to_string_lossy(), text, None).card?;
        Some(Card { version: named(&card, 0), card, file: text.to_owned(), published: None })
    });
    let mut cards: Vec<Card> = cards.collect();
    cards.sort_by(|one, other| one.version.cmp(&other.version));
    cards
});

/// The card of that id that ships.
fn shipped(id: &str) -> Option<&'static Card> {
    CARDS.iter().find(|card| card.version.id == id)
}

/// A version of a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Which.
    pub version: CardVersion,
    /// The form.
    pub card: Scorecard,
    /// The file as it was written.
    pub file: String,
    /// How it came to count; none where it ships.
    pub published: Option<CardPublished>,
}

fn named(card: &Scorecard, version: u32) -> CardVersion {
    CardVersion { id: card.id.clone(), version, digest: lingjian_scorecards::digest(card) }
}

impl House {
    /// The cards that count, by id: the newest version of each.
    pub(crate) async fn cards(&self) -> Result<Vec<Card>, AppError> {
        let mut cards = CARDS.clone();
        for published in self.store().card_versions(None).await? {
            let known = cards.iter().position(|card| card.version.id == published.card);
            // Newest first: what stands there as published is newer.
            if known.is_some_and(|at| cards[at].published.is_some()) {
                continue;
            }
            let card = self.published(published).await?;
            match known {
                Some(at) => cards[at] = card,
                None => cards.push(card),
            }
        }
        cards.sort_by(|one, other| one.version.cmp(&other.version));
        Ok(cards)
    }

    /// A version that was published, with its form.
    async fn published(&self, published: CardPublished) -> Result<Card, AppError> {
        let card = self.store().form(&published.digest).await?;
        let card = card.ok_or_else(|| AppError::Internal("a published scorecard has no form".to_owned()))?;
        let (id, version, digest) = (published.card.clone(), published.number, published.digest.clone());
        let version = CardVersion { id, version, digest };
        Ok(Card { version, card, file: published.file.clone(), published: Some(published) })
    }

    /// A version of a card; 0 is what ships.
    ///
    /// # Errors
    /// Where they may read none, or there is no such version.
    pub async fn scorecard(&self, actor: &Actor, id: &str, version: u32) -> Result<Card, AppError> {
        actor.reach(Permission::RulesRead)?;
        let missing = AppError::NotFound { what: "version of a scorecard" };
        if version == 0 {
            return shipped(id).cloned().ok_or(missing);
        }
        if !is_id(id) {
            return Err(missing);
        }
        let versions = self.store().card_versions(Some(id)).await?;
        let published = versions.into_iter().find(|one| one.number == version).ok_or(missing)?;
        self.published(published).await
    }
}
