//! Is a recording what its project agreed on? What is not is listed; the recording is taken all the same (A1).

use std::path::{Path, PathBuf};

use lingjian_intake::Refusal;
use lingjian_intake::recordings::Container;
use lingjian_intake::standard::{Breach, Facts, Standard};
use lingjian_model::{ConversationId, ProjectId, RecordingStandard};
use lingjian_store::{RecordingFacts, Taken};

use super::Imported;
use crate::{AppError, House};

/// What of a file is not as agreed.
fn breaches(agreed: &RecordingStandard, name: &Path, facts: &RecordingFacts) -> Vec<Breach> {
    let (Ok(standard), Some(container)) =
        (Standard::new(agreed.clone()), Container::from_name(&facts.format))
    else {
        return Vec::new();
    };
    let RecordingFacts { channels, sample_rate, .. } = *facts;
    standard.check(&Facts { path: name, container, channels, sample_rate })
}

impl House {
    /// What of a conversation's recording is not as its project agreed, today.
    pub(crate) async fn breaches(
        &self,
        conversation: ConversationId,
        project: Option<ProjectId>,
        name: &str,
    ) -> Result<Vec<Breach>, AppError> {
        let Some(project) = project else { return Ok(Vec::new()) };
        let Some(facts) = self.store().facts(conversation).await? else { return Ok(Vec::new()) };
        let agreed = self.store().project(project).await?.map(|one| one.recording);
        Ok(agreed.map(|agreed| breaches(&agreed, Path::new(name), &facts)).unwrap_or_default())
    }

    /// Keeps what is known of files that came in.
    pub(crate) async fn keep_facts(
        &self,
        taken: &[Taken],
        noted: &[(PathBuf, RecordingFacts)],
    ) -> Result<(), AppError> {
        let mut transaction = self.store().begin().await?;
        for (taken, (_, facts)) in taken.iter().zip(noted) {
            transaction.keep_facts(taken.id(), facts).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Keeps it, and lists what is not as agreed.
    pub(super) async fn note_facts(
        &self,
        taken: &[Taken],
        noted: Vec<(PathBuf, RecordingFacts)>,
        imported: &mut Imported,
    ) -> Result<(), AppError> {
        self.keep_facts(taken, &noted).await?;
        for (taken, (path, _)) in taken.iter().zip(&noted) {
            let Some(kept) = self.store().conversation(taken.id()).await? else { continue };
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let found = self.breaches(taken.id(), kept.listed.project, &name).await?;
            imported.breaches.extend(found.into_iter().map(|breach| {
                let reason = format!("is {}, agreed was {}", breach.found, breach.wanted);
                Refusal::of(path, reason).field(breach.field)
            }));
        }
        Ok(())
    }
}
