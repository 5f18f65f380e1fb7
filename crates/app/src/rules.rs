//! The rules that calls are judged by.

use std::sync::Arc;

use lingjian_inspection::{Diagnostic, Loaded, PackSource, RawPack, RuleSet, join};
use lingjian_language::Language;
use lingjian_model::{Permission, Wording};
use lingjian_store::{PackFile, PackVersion};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::packs::source_of;
use crate::people::secret::hex;
use crate::{Actor, AppError, House};

/// A name in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Title {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Title {
    /// Of a pack or a rule.
    #[must_use]
    pub fn of(wording: &Wording) -> Self {
        Self { zh: wording.zh.clone(), en: wording.en.clone() }
    }
}

/// The rules that count, with the one digest that names them all.
#[derive(Debug, Clone)]
pub struct Rules {
    /// As the evaluator takes them.
    pub set: Arc<RuleSet>,
    /// `sha256:…` over the digests of all rules: what stands beside every judgement.
    pub digest: String,
    /// Digests whose judgements are not made again: this one, and those before it that who published let stand.
    pub enough: Vec<String>,
    /// The last publication; 0 where nothing was published.
    pub release: i64,
    /// The packs, each read by itself.
    pub packs: Vec<Arc<RawPack>>,
    /// What is wrong with them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Rules {
    /// Loads packs. What is wrong with them is told; the rules that are whole are used.
    #[must_use]
    pub fn load(sources: &[PackSource]) -> Self {
        Self::join(sources.iter().cloned().map(RawPack::read).map(Arc::new).collect()).told()
    }

    /// Joins packs that were read.
    pub(crate) fn join(packs: Vec<Arc<RawPack>>) -> Self {
        let Loaded { set, diagnostics } = join(&packs);
        let digest = digest_of(set.rules().map(|rule| rule.digest.as_str()));
        Self { set: Arc::new(set), enough: vec![digest.clone()], digest, release: 0, packs, diagnostics }
    }

    /// Says in the log what is wrong.
    fn told(self) -> Self {
        for wrong in &self.diagnostics {
            tracing::warn!(
                file = wrong.file,
                line = wrong.place.line,
                "a rule pack is not whole: {}",
                wrong.message
            );
        }
        self
    }

    /// Names the rules of a pack as they are.
    #[must_use]
    pub fn version(&self, pack: &str) -> String {
        digest_of(self.set.rules().filter(|rule| rule.pack == pack).map(|rule| rule.digest.as_str()))
    }

    /// A rule's name; its id where the rule is gone.
    #[must_use]
    pub fn title(&self, rule: &str) -> Title {
        match self.set.rule(rule) {
            Some(known) => Title::of(&known.title),
            None => Title { zh: rule.to_owned(), en: rule.to_owned() },
        }
    }

    /// A pack as it is written.
    #[must_use]
    pub fn source(&self, pack: &str) -> Option<&PackSource> {
        self.packs.iter().find(|one| one.id() == pack).map(|one| one.source())
    }
}

/// One digest that names all of these, in whatever order they come.
fn digest_of<'d>(digests: impl Iterator<Item = &'d str>) -> String {
    let mut digests: Vec<&str> = digests.collect();
    digests.sort_unstable();
    let mut hasher = Sha256::new();
    for digest in digests {
        hasher.update(digest);
        hasher.update("\n");
    }
    format!("sha256:{}", hex(&hasher.finalize()))
}

/// Reads this in the place of the pack of that id, or behind all: the packs, and what it calls itself.
pub(crate) fn with(
    mut packs: Vec<Arc<RawPack>>,
    pack: &str,
    source: PackSource,
) -> (Vec<Arc<RawPack>>, String) {
    let at = packs.iter().position(|known| known.id() == pack);
    let new = match at {
        Some(at) => packs[at].again(source),
        None => RawPack::read(source),
    };
    let named = new.id().to_owned();
    match at {
        Some(at) => packs[at] = Arc::new(new),
        None => packs.push(Arc::new(new)),
    }
    (packs, named)
}

/// Whose judgements stand: those of the rules that count, and those of rules before them that who published let stand.
fn enough(digest: &str, newest_first: &[PackVersion]) -> Vec<String> {
    let mut enough = vec![digest.to_owned()];
    // Where other packs were loaded than those that were published over (the program was updated), all is judged anew.
    if newest_first.first().is_some_and(|last| last.rules_after == digest) {
        let before = newest_first.iter().take_while(|version| !version.again);
        enough.extend(before.map(|version| version.rules_before.clone()));
    }
    enough.sort_unstable();
    enough.dedup();
    enough
}

impl House {
    /// Reads what counts: what ships, and in its place what was published.
    pub(crate) async fn load_rules(&self) -> Result<Rules, AppError> {
        let versions = self.store().pack_versions(None).await?;
        let mut published: Vec<(String, Vec<PackFile>)> = Vec::new();
        for version in &versions {
            if !published.iter().any(|(pack, _)| *pack == version.pack) {
                let kept = self.store().pack_version(&version.pack, version.number).await?;
                published.extend(kept.map(|(version, files)| (version.pack, files)));
            }
        }
        let house = self.clone();
        let load = move || {
            let base = house.base_rules();
            if published.is_empty() {
                return Rules::clone(&base);
            }
            // A pack of the house's own keeps its place behind those that were there before it.
            let packs = published
                .iter()
                .rev()
                .fold(base.packs.clone(), |packs, (pack, files)| with(packs, pack, source_of(pack, files)).0);
            Rules::join(packs).told()
        };
        let loaded = tokio::task::spawn_blocking(load).await;
        let mut rules = loaded.map_err(|error| AppError::Internal(error.to_string()))?;
        rules.release = versions.first().map_or(0, |version| version.release);
        rules.enough = enough(&rules.digest, &versions);
        Ok(rules)
    }

    /// The rules that count, for those who may read rules.
    ///
    /// # Errors
    /// Where they may not.
    pub async fn rules_for(&self, actor: &Actor) -> Result<Arc<Rules>, AppError> {
        actor.reach(Permission::RulesRead)?;
        self.rules().await
    }

    /// A rule in words, as an indented tree.
    ///
    /// # Errors
    /// Where they may not read rules, or there is no such rule.
    pub async fn explain_rule(&self, actor: &Actor, rule: &str, chinese: bool) -> Result<String, AppError> {
        let rules = self.rules_for(actor).await?;
        lingjian_inspection::explain(&rules.set, rule, spoken(chinese))
            .ok_or(AppError::NotFound { what: "rule" })
    }
}

/// In which language people are told.
pub(crate) const fn spoken(chinese: bool) -> Language {
    if chinese { Language::Chinese } else { Language::English }
}
