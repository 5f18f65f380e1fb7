//! What an import did not take is kept, not only told.

use std::path::{Path, PathBuf};

use lingjian_intake::Refusal;
use lingjian_model::{Permission, Reach};
use lingjian_store::{NewRefusal, RefusalKind};
use uuid::Uuid;

use crate::{Actor, AppError, House};

impl House {
    /// Keeps what was refused. Files are called as they are within what was given, for the rest is this machine's business.
    pub(super) async fn refuse(
        &self,
        actor: &Actor,
        kind: RefusalKind,
        source: Option<&str>,
        given: &[PathBuf],
        refused: &[Refusal],
    ) -> Result<(), AppError> {
        if refused.is_empty() {
            return Ok(());
        }
        let refused = refused.iter().map(|one| NewRefusal {
            file: within(given, &one.path),
            line: one.line.and_then(|line| i64::try_from(line).ok()),
            field: one.field.clone(),
            reason: one.reason.clone(),
            advice: one.advice.clone(),
        });
        let edge = self.edge();
        let mut transaction = self.store().begin().await?;
        let who = (actor.user(), actor.name.as_str());
        transaction.refuse(kind, source, who, refused.collect(), edge.now(), &mut || edge.fresh()).await?;
        Ok(transaction.commit().await?)
    }

    /// What imports did not take, newest first. It stands in no project: whoever sees all of the work sees it.
    ///
    /// # Errors
    /// Where they may not see it.
    pub async fn refusals(
        &self,
        actor: &Actor,
        kind: Option<RefusalKind>,
        after: Option<(i64, Uuid)>,
        limit: u64,
    ) -> Result<Vec<lingjian_store::Refusal>, AppError> {
        match actor.reach(Permission::WorkRead)? {
            Reach::All => Ok(self.store().refusals(kind, after, limit).await?),
            _ => Ok(Vec::new()),
        }
    }
}

fn within(given: &[PathBuf], path: &Path) -> String {
    let rest = given.iter().find_map(|given| path.strip_prefix(given).ok());
    let rest = rest.filter(|rest| !rest.as_os_str().is_empty());
    let name = rest.or_else(|| path.file_name().map(Path::new)).unwrap_or(path);
    name.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_as_it_is_within_what_was_given() {
        let given = [PathBuf::from("/srv/in"), PathBuf::from("a.wav")];
        assert_eq!(within(&given, Path::new("/srv/in/0312/b.wav")), "0312/b.wav");
        assert_eq!(within(&given, Path::new("a.wav")), "a.wav");
        assert_eq!(within(&given, Path::new("/home/wang/c.wav")), "c.wav");
    }
}
