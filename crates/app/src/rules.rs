//! The rules that calls are judged by.

use lingjian_inspection::{PackSource, RuleSet, Wording};
use lingjian_language::Language;
use lingjian_model::Permission;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

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
#[derive(Debug)]
pub struct Rules {
    /// As the evaluator takes them.
    pub set: RuleSet,
    /// `sha256:…` over the digests of all rules: what stands beside every judgement.
    pub digest: String,
}

impl Rules {
    /// Loads packs. What is wrong with them is told; the rules that are whole are used.
    #[must_use]
    pub fn load(sources: &[PackSource]) -> Self {
        let loaded = lingjian_inspection::load(sources);
        for wrong in &loaded.diagnostics {
            tracing::warn!(
                file = wrong.file,
                line = wrong.place.line,
                "a rule pack is not whole: {}",
                wrong.message
            );
        }
        let digest = digest_of(loaded.set.rules().map(|rule| rule.digest.as_str()));
        Self { set: loaded.set, digest }
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

impl House {
    /// The rules that count, for those who may read rules.
    ///
    /// # Errors
    /// Where they may not.
    pub fn rules_for(&self, actor: &Actor) -> Result<std::sync::Arc<Rules>, AppError> {
        actor.reach(Permission::RulesRead)?;
        Ok(self.rules())
    }

    /// A rule in words, as an indented tree.
    ///
    /// # Errors
    /// Where they may not read rules, or there is no such rule.
    pub fn explain_rule(&self, actor: &Actor, rule: &str, chinese: bool) -> Result<String, AppError> {
        let rules = self.rules_for(actor)?;
        let language = if chinese { Language::Chinese } else { Language::English };
        lingjian_inspection::explain(&rules.set, rule, language).ok_or(AppError::NotFound { what: "rule" })
    }
}
