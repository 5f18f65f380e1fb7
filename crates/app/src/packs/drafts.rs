//! Drafts: a pack that is being written, checked as one types, kept for whoever goes on with it.

use lingjian_inspection::{
    Diagnostic, Difference, Edit, EditError, Grade, Outline, Place, TestOutcome, edit, outline,
};
use lingjian_model::{Action, Permission};
use lingjian_store::{PackDraft, PackFile};
use serde_json::json;

use super::source::{check, check_id, files_of, name_in, source_of};
use super::versions::is_known;
use crate::rules::{spoken, with};
use crate::{Actor, AppError, House, Rules};

/// A draft, or what one begins with.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its files.
    pub files: Vec<PackFile>,
    /// The version that it began with.
    pub based_on: i64,
    /// The version that counts.
    pub newest: i64,
    /// Who wrote it, and when; none where nothing was written yet.
    pub written: Option<(String, i64)>,
    /// Counts its changes; 0 where nothing was written yet.
    pub revision: i64,
}

/// What is to be said of the files of a pack.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What is wrong or doubtful, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// What became of the tests that the pack keeps.
    pub tests: Vec<TestOutcome>,
    /// What stands in it.
    pub outline: Outline,
    /// What it says differently from what counts.
    pub difference: Difference,
    /// Over the digests of its rules.
    pub digest: String,
}

/// Rules with a pack as somebody writes it.
pub(super) struct Loaded {
    pub(super) rules: Rules,
    diagnostics: Vec<Diagnostic>,
    tests: Vec<TestOutcome>,
}

impl Loaded {
    /// Loads the rules that count with these files in the place of a pack's.
    pub(super) fn of(counting: &Rules, pack: &str, files: &[PackFile]) -> Self {
        let (packs, named) = with(counting.packs.clone(), pack, source_of(pack, files));
        let rules = Rules::join(packs);
        // What was wrong with other packs before is not the writer's fault.
        let ours = |one: &Diagnostic| one.file == pack || name_in(pack, &one.file).is_some();
        let new = |one: &&Diagnostic| ours(one) || !counting.diagnostics.contains(one);
        let mut diagnostics: Vec<Diagnostic> = rules.diagnostics.iter().filter(new).cloned().collect();
        if named != pack {
            diagnostics.insert(0, other_name(pack, &named, files));
        }
        let mut tests = lingjian_inspection::run_tests_of(&rules.set, pack);
        let names = diagnostics.iter_mut().map(|one| &mut one.file);
        for file in names.chain(tests.iter_mut().map(|one| &mut one.file)) {
            if let Some(name) = name_in(pack, file) {
                *file = name.to_owned();
            }
        }
        Self { rules, diagnostics, tests }
    }

    /// What counts is whole, and passes its own tests.
    pub(super) fn must_be_whole(&self) -> Result<(), AppError> {
        let bad = |reason| Err(AppError::BadRequest { field: "files", reason });
        let mut errors = self.diagnostics.iter().filter(|one| one.grade == Grade::Error);
        if let Some(first) = errors.next() {
            return bad(format!("{} errors; the first: {first}", errors.count() + 1));
        }
        let mut failed = self.tests.iter().filter(|test| test.failure.is_some());
        if let Some(test) = failed.next() {
            let (file, line) = (&test.file, test.place.line);
            return bad(format!(
                "{} of its own tests fail; the first: {file}:{line}: {}, {}: {}",
                failed.count() + 1,
                test.rule,
                test.name,
                test.failure.as_deref().unwrap_or_default()
            ));
        }
        Ok(())
    }
}

/// A pack that calls itself otherwise would stand beside the one that it was meant for.
fn other_name(pack: &str, named: &str, files: &[PackFile]) -> Diagnostic {
    let head = files.iter().find(|file| file.text.contains("pack:")).or(files.first());
    let line = head.and_then(|file| file.text.lines().position(|line| line.trim_start().starts_with("id:")));
    Diagnostic {
        file: head.map(|file| file.name.clone()).unwrap_or_default(),
        place: Place { line: line.map_or(1, |line| line + 1), column: 1, length: 1 },
        grade: Grade::Error,
        message: format!("the pack calls itself `{named}`, and is `{pack}`"),
        help: Some(format!("write `id: {pack}`; for another pack begin a new one")),
        rule: None,
    }
}

impl House {
    /// The draft of a pack; where there is none, what it would begin with.
    ///
    /// # Errors
    /// Where they may not write rules, or there is no such pack.
    pub async fn pack_draft(&self, actor: &Actor, pack: &str) -> Result<Draft, AppError> {
        actor.reach(Permission::RulesEdit)?;
        let newest = self.store().pack_versions(Some(pack)).await?.first().map_or(0, |last| last.number);
        if let Some(draft) = self.store().pack_draft(pack).await? {
            let PackDraft { files, based_on, written_by, written_at, revision, .. } = draft;
            return Ok(Draft { files, based_on, newest, written: Some((written_by, written_at)), revision });
        }
        let rules = self.rules().await?;
        let source = rules.source(pack).ok_or(AppError::NotFound { what: "pack" })?;
        Ok(Draft { files: files_of(source), based_on: newest, newest, written: None, revision: 0 })
    }

    /// Keeps a draft as it was read (`revision`; 0 where there was none). Who saw a version that was published meanwhile
    /// says so with `based_on`.
    ///
    /// # Errors
    /// Where they may not, somebody else was first, or these cannot be the files of a pack.
    pub async fn save_draft(
        &self,
        actor: &Actor,
        pack: &str,
        revision: i64,
        files: Vec<PackFile>,
        based_on: Option<i64>,
    ) -> Result<Draft, AppError> {
        actor.reach(Permission::RulesEdit)?;
        if !is_known(&*self.rules().await?, pack) {
            check_id(pack)?;
        }
        check(&files)?;
        let newest = self.store().pack_versions(Some(pack)).await?.first().map_or(0, |last| last.number);
        if based_on.is_some_and(|number| number != newest) {
            return Err(AppError::ChangedMeanwhile);
        }
        let before = self.store().pack_draft(pack).await?;
        let now = self.edge().now();
        let mut draft = PackDraft {
            pack: pack.to_owned(),
            based_on: based_on.or(before.map(|draft| draft.based_on)).unwrap_or(newest),
            files,
            written_by: actor.display_name.clone(),
            written_at: now,
            revision,
        };
        let mut transaction = self.store().begin().await?;
        if !transaction.save_draft(&draft).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        draft.revision += 1;
        let detail = json!({ "revision": draft.revision, "based_on": draft.based_on });
        crate::audit::note(&mut transaction, actor, Action::RulesDraft, pack, detail, now).await?;
        transaction.commit().await?;
        let PackDraft { files, based_on, written_by, written_at, revision, .. } = draft;
        Ok(Draft { files, based_on, newest, written: Some((written_by, written_at)), revision })
    }

    /// Throws a draft away as it was read.
    ///
    /// # Errors
    /// Where they may not, there is none, or somebody else was first.
    pub async fn discard_draft(&self, actor: &Actor, pack: &str, revision: i64) -> Result<(), AppError> {
        actor.reach(Permission::RulesEdit)?;
        if self.store().pack_draft(pack).await?.is_none() {
            return Err(AppError::NotFound { what: "draft" });
        }
        let mut transaction = self.store().begin().await?;
        if !transaction.drop_draft(pack, revision).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let (detail, now) = (json!({ "revision": revision }), self.edge().now());
        crate::audit::note(&mut transaction, actor, Action::RulesDraftDiscard, pack, detail, now).await?;
        Ok(transaction.commit().await?)
    }

    /// What is to be said of the files of a pack, beside all others that count.
    ///
    /// # Errors
    /// Where they may not write rules.
    pub async fn check_pack(
        &self,
        actor: &Actor,
        pack: &str,
        files: &[PackFile],
        chinese: bool,
    ) -> Result<Checked, AppError> {
        actor.reach(Permission::RulesEdit)?;
        check(files)?;
        let counting = self.rules().await?;
        let loaded = self.load_with(pack, files).await?;
        let mut outline = outline(&source_of(pack, files));
        let files = outline.rules.iter_mut().map(|rule| &mut rule.file);
        for file in files.chain(outline.phrases.iter_mut().map(|list| &mut list.file)) {
            if let Some(name) = name_in(pack, file) {
                *file = name.to_owned();
            }
        }
        let set = &loaded.rules.set;
        let (mut diagnostics, mut tests) = (loaded.diagnostics, loaded.tests);
        if chinese {
            diagnostics = diagnostics.iter().map(Diagnostic::in_chinese).collect();
            tests = tests.iter().map(TestOutcome::in_chinese).collect();
        }
        Ok(Checked {
            difference: lingjian_inspection::difference(&counting.set, set, pack, spoken(chinese)),
            digest: loaded.rules.version(pack),
            diagnostics,
            tests,
            outline,
        })
    }

    /// Makes a change to the files of a pack that needs no YAML; comments and order stay. Nothing is kept: which file it is,
    /// and what stands in it then.
    ///
    /// # Errors
    /// Where they may not write rules, or there is no such place.
    pub fn edit_pack(&self, actor: &Actor, files: &[PackFile], change: &Edit) -> Result<PackFile, AppError> {
        actor.reach(Permission::RulesEdit)?;
        check(files)?;
        let edited = edit(&source_of("", files), change).map_err(|error| match error {
            EditError::Missing { what } => AppError::NotFound { what },
            error => AppError::BadRequest { field: "change", reason: error.to_string() },
        })?;
        let name = name_in("", &edited.path).unwrap_or(&edited.path).to_owned();
        Ok(PackFile { name, text: edited.text })
    }
}
