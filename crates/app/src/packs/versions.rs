//! Versions of packs: what ships is version 0, what the house publishes counts from 1. None is ever overwritten; to go
//! back is to publish an earlier one again.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

use lingjian_inspection::Difference;
use lingjian_model::{Action, Permission};
use lingjian_store::{PackDraft, PackFile, PackVersion};
use serde_json::json;

use super::drafts::Loaded;
use super::source::files_of;
use crate::rules::spoken;
use crate::{Actor, AppError, House, Rules, Title};

/// Characters of a note at most.
const NOTE: usize = 500;

/// A pack as lists show it.
#[derive(Debug, Clone)]
pub struct KnownPack {
    /// Its id.
    pub id: String,
    /// Its name.
    pub title: Title,
    /// Only calls in this language.
    pub language: Option<&'static str>,
    /// Names of the projects that it judges; all where none is named.
    pub projects: Vec<String>,
    /// How many rules.
    pub rules: usize,
    /// The version that counts; none where there is only a draft.
    pub version: Option<Version>,
    /// Its draft, for those who may write.
    pub draft: Option<PackDraft>,
}

/// A version of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// 0 is what ships.
    pub number: i64,
    /// Over the digests of its rules.
    pub digest: String,
    /// When, by whom, and what they say of it; none for what ships.
    pub published: Option<PackVersion>,
    /// Whether it counts.
    pub counts: bool,
}

/// A version with its files.
#[derive(Debug, Clone)]
pub struct ShownVersion {
    /// Which.
    pub version: Version,
    /// What stands in it.
    pub files: Vec<PackFile>,
}

/// What who publishes says.
#[derive(Debug, Clone)]
pub struct Publication {
    /// What changes, and why.
    pub note: String,
    /// Whether calls that were judged before are judged again.
    pub again: bool,
}

/// A draft that began with an older version than the one that counts, of a pack or of a scorecard.
pub(crate) fn overtaken(newest: impl Display, based_on: impl Display) -> AppError {
    AppError::Conflict(format!(
        "version {newest} was published since this draft began with version {based_on}; look at what differs, and save it on \
         top of version {newest}"
    ))
}

impl House {
    /// All packs, in the order in which they are loaded.
    ///
    /// # Errors
    /// Where they may not read rules.
    pub async fn packs(&self, actor: &Actor) -> Result<Vec<KnownPack>, AppError> {
        let rules = self.rules_for(actor).await?;
        let mut drafts: BTreeMap<String, PackDraft> = BTreeMap::new();
        if actor.reach(Permission::RulesEdit).is_ok() {
            drafts =
                self.store().pack_drafts().await?.into_iter().map(|one| (one.pack.clone(), one)).collect();
        }
        let published = self.store().pack_versions(None).await?;
        let mut packs = Vec::new();
        for pack in rules.set.packs() {
            let last = published.iter().find(|version| version.pack == pack.id);
            let projects = pack.valid.attributes.iter().find(|(name, _)| *name == "project");
            packs.push(KnownPack {
                id: pack.id.clone(),
                title: Title::of(&pack.title),
                language: pack.language.map(lingjian_language::Language::tag),
                projects: projects.map(|(_, names)| names.clone()).unwrap_or_default(),
                rules: rules.set.rules().filter(|rule| rule.pack == pack.id).count(),
                version: Some(Version {
                    number: last.map_or(0, |version| version.number),
                    digest: rules.version(&pack.id),
                    published: last.cloned(),
                    counts: true,
                }),
                draft: drafts.remove(&pack.id),
            });
        }
        packs.extend(drafts.into_values().map(|draft| KnownPack {
            id: draft.pack.clone(),
            title: Title { zh: draft.pack.clone(), en: draft.pack.clone() },
            language: None,
            projects: Vec::new(),
            rules: 0,
            version: None,
            draft: Some(draft),
        }));
        Ok(packs)
    }

    /// The versions of a pack, newest first.
    ///
    /// # Errors
    /// Where they may not read rules, or there is no such pack.
    pub async fn pack_versions(&self, actor: &Actor, pack: &str) -> Result<Vec<Version>, AppError> {
        actor.reach(Permission::RulesRead)?;
        let published = self.store().pack_versions(Some(pack)).await?;
        let mut versions: Vec<Version> = published.into_iter().map(Version::of).collect();
        let base = self.base().await?;
        if base.source(pack).is_some() {
            let digest = base.version(pack);
            versions.push(Version { number: 0, digest, published: None, counts: false });
        }
        let newest = versions.first_mut().ok_or(AppError::NotFound { what: "pack" })?;
        newest.counts = true;
        Ok(versions)
    }

    /// A version with its files.
    ///
    /// # Errors
    /// Where they may not read rules, or there is no such version.
    pub async fn pack_version(
        &self,
        actor: &Actor,
        pack: &str,
        number: i64,
    ) -> Result<ShownVersion, AppError> {
        let versions = self.pack_versions(actor, pack).await?;
        let version = versions.into_iter().find(|version| version.number == number);
        let version = version.ok_or(AppError::NotFound { what: "version" })?;
        Ok(ShownVersion { version, files: self.files_of_version(pack, number).await? })
    }

    /// What two versions of a pack say differently.
    ///
    /// # Errors
    /// Where they may not read rules, or there is no such version.
    pub async fn pack_difference(
        &self,
        actor: &Actor,
        pack: &str,
        (from, to): (i64, i64),
        chinese: bool,
    ) -> Result<Difference, AppError> {
        actor.reach(Permission::RulesRead)?;
        let one = self.load_with(pack, &self.files_of_version(pack, from).await?).await?;
        // Loading takes its time: the same version is loaded once.
        let two = match to {
            same if same == from => None,
            to => Some(self.load_with(pack, &self.files_of_version(pack, to).await?).await?),
        };
        let other = two.as_ref().unwrap_or(&one);
        Ok(lingjian_inspection::difference(&one.rules.set, &other.rules.set, pack, spoken(chinese)))
    }

    /// Publishes the draft of a pack as it was read (`revision`). It counts from now on, in every process.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or the draft is not whole.
    pub async fn publish_draft(
        &self,
        actor: &Actor,
        pack: &str,
        revision: i64,
        publication: Publication,
    ) -> Result<Version, AppError> {
        actor.reach(Permission::RulesPublish)?;
        let draft = self.store().pack_draft(pack).await?.ok_or(AppError::NotFound { what: "draft" })?;
        if draft.revision != revision {
            return Err(AppError::ChangedMeanwhile);
        }
        let newest = self.store().pack_versions(Some(pack)).await?.first().map_or(0, |last| last.number);
        if draft.based_on != newest {
            return Err(overtaken(newest, draft.based_on));
        }
        self.publish(actor, pack, &draft.files, Some(&draft), publication).await
    }

    /// Publishes an earlier version again: the way back.
    ///
    /// # Errors
    /// Where they may not, there is no such version, or it is not whole beside what counts today.
    pub async fn publish_again(
        &self,
        actor: &Actor,
        pack: &str,
        number: i64,
        publication: Publication,
    ) -> Result<Version, AppError> {
        actor.reach(Permission::RulesPublish)?;
        let files = self.files_of_version(pack, number).await?;
        self.publish(actor, pack, &files, None, publication).await
    }

    async fn publish(
        &self,
        actor: &Actor,
        pack: &str,
        files: &[PackFile],
        draft: Option<&PackDraft>,
        Publication { note, again }: Publication,
    ) -> Result<Version, AppError> {
        let note = note.trim().to_owned();
        if !(1..=NOTE).contains(&note.chars().count()) {
            let reason = format!("say in 1 to {NOTE} characters what changes and why");
            return Err(AppError::BadRequest { field: "note", reason });
        }
        let before = self.rules().await?;
        let loaded = self.load_with(pack, files).await?;
        loaded.must_be_whole()?;
        let now = self.edge().now();
        let mut version = PackVersion {
            id: self.edge().fresh().into(),
            pack: pack.to_owned(),
            number: 0,
            release: before.release + 1,
            digest: loaded.rules.version(pack),
            note,
            written_by: draft.map_or(&actor.display_name, |draft| &draft.written_by).clone(),
            published_by: actor.display_name.clone(),
            published_at: now,
            again,
            rules_before: before.digest.clone(),
            rules_after: loaded.rules.digest.clone(),
        };
        let mut transaction = self.store().begin().await?;
        let number = transaction.publish_pack(&version, files).await?;
        version.number = number.ok_or(AppError::ChangedMeanwhile)?;
        if let Some(draft) = draft
            && !transaction.drop_draft(pack, draft.revision).await?
        {
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = json!({
            "version": version.number,
            "digest": version.digest,
            "written_by": version.written_by,
            "again": again,
            "rules": { "from": version.rules_before, "to": version.rules_after },
        });
        crate::audit::note(&mut transaction, actor, Action::RulesPublish, pack, detail, now).await?;
        transaction.commit().await?;
        Ok(Version { counts: true, ..Version::of(version) })
    }

    /// The files of a version of a pack; 0 is what ships.
    pub(super) async fn files_of_version(&self, pack: &str, number: i64) -> Result<Vec<PackFile>, AppError> {
        let files = match number {
            0 => self.base().await?.source(pack).map(files_of),
            number => self.store().pack_version(pack, number).await?.map(|(_, files)| files),
        };
        files.ok_or(AppError::NotFound { what: "version" })
    }

    /// What ships, loaded where waiting does no harm.
    async fn base(&self) -> Result<Arc<Rules>, AppError> {
        let house = self.clone();
        let loaded = tokio::task::spawn_blocking(move || house.base_rules()).await;
        loaded.map_err(|error| AppError::Internal(error.to_string()))
    }

    /// The rules that count with these files in the place of a pack's, and what is wrong with them.
    pub(super) async fn load_with(&self, pack: &str, files: &[PackFile]) -> Result<Loaded, AppError> {
        let rules = self.rules().await?;
        let (pack, files) = (pack.to_owned(), files.to_vec());
        let loaded = tokio::task::spawn_blocking(move || Loaded::of(&rules, &pack, &files)).await;
        loaded.map_err(|error| AppError::Internal(error.to_string()))
    }
}

impl Version {
    fn of(version: PackVersion) -> Self {
        Self {
            number: version.number,
            digest: version.digest.clone(),
            published: Some(version),
            counts: false,
        }
    }
}

/// Whether the house has a pack of this id.
pub(super) fn is_known(rules: &Rules, pack: &str) -> bool {
    rules.source(pack).is_some()
}
