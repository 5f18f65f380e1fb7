//! Files come in over the network, in as many pieces as it takes: broken off, they go on from where they were. Once whole
//! they go the way that `lingjian import` goes.

mod receive;
mod slots;
mod taking;

use jiff::Timestamp;
use lingjian_model::{Action, AttributeValue, Conversation, Direction, ImportId, Permission, Placed, Reach};
use lingjian_store::{Spool, Upload, UploadState};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::Notify;

pub use receive::Sum;
use slots::Slots;
pub use taking::{Outcome, Why};

use crate::{Actor, AppError, House};

/// The largest file where the owner says nothing: 5 GiB.
pub const LARGEST: u64 = 5 << 30;
/// Days after which an upload that nobody goes on with is cleared, where the owner says nothing.
pub const DAYS: u32 = 7;
/// Uploads of one person that are not whole yet.
const UNFINISHED: u64 = 500;
/// Characters of a name or another text that is told.
const LONGEST: usize = 200;

/// Where files come in.
#[derive(Debug)]
pub struct Reception {
    spool: Spool,
    largest: u64,
    keep_ms: i64,
    slots: Slots,
    /// Somebody has sent the last byte of something.
    arrived: Notify,
}

impl Reception {
    /// Files come into this spool.
    #[must_use]
    pub fn new(spool: Spool, largest: u64, days: u32) -> Self {
        let keep_ms = i64::from(days) * 24 * 3_600_000;
        Self { spool, largest, keep_ms, slots: Slots::default(), arrived: Notify::new() }
    }
}

/// A file that somebody means to send.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// How many bytes it has.
    pub length: u64,
    /// What it is called where it comes from.
    pub name: String,
    /// What is known of the call.
    pub told: Told,
}

/// What is known of the call in a file, beyond the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// The system it comes from.
    pub source: Option<String>,
    /// What that system calls it; where nobody says, the file's name without its extension.
    pub id: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// BCP 47.
    pub language: Option<String>,
    /// By name.
    pub project: Option<String>,
    /// By name.
    pub team: Option<String>,
    /// By number.
    pub agent: Option<String>,
    /// inbound or outbound.
    pub direction: Option<String>,
    /// Its queue.
    pub queue: Option<String>,
}

impl Told {
    fn check(&self) -> Result<(), AppError> {
        let texts = [
            ("source", &self.source),
            ("id", &self.id),
            ("language", &self.language),
            ("project", &self.project),
            ("team", &self.team),
            ("agent", &self.agent),
            ("queue", &self.queue),
        ];
        for (field, text) in texts {
            let fits = |text: &String| {
                (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control)
            };
            if !text.as_ref().is_none_or(fits) {
                let reason = format!("write 1 to {LONGEST} characters, none of them a control character");
                return Err(AppError::BadRequest { field, reason });
            }
        }
        if self.direction.as_deref().is_some_and(|name| Direction::from_name(name).is_none()) {
            let reason = "write inbound or outbound".to_owned();
            return Err(AppError::BadRequest { field: "direction", reason });
        }
        Ok(())
    }

    /// Tells a call what it does not say itself.
    fn complete(&self, call: &mut Conversation) {
        call.source = call.source.take().or_else(|| self.source.clone());
        call.started_at = call.started_at.or(self.started_at);
        call.language = call.language.take().or_else(|| self.language.clone());
        let attributes = [
            ("project", &self.project),
            ("team", &self.team),
            ("agent", &self.agent),
            ("direction", &self.direction),
            ("queue", &self.queue),
        ];
        for (name, text) in attributes {
            if let Some(text) = text {
                let value = || AttributeValue::Text(text.clone());
                call.attributes.entry(name.to_owned()).or_insert_with(value);
            }
        }
    }
}

/// A file's name as it may be shown and kept: the last part of the path, without what hides or turns text around.
fn harmless(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).take(LONGEST).collect();
    match shown.trim() {
        "" | "." | ".." => "upload".to_owned(),
        name => name.to_owned(),
    }
}

impl House {
    pub(crate) fn reception(&self) -> Result<&Reception, AppError> {
        self.doors()
            .reception
            .as_ref()
            .ok_or(AppError::NotFound { what: "place for uploads in this process" })
    }

    /// The largest file that comes in; none where none does.
    #[must_use]
    pub fn largest_upload(&self) -> Option<u64> {
        self.doors().reception.as_ref().map(|reception| reception.largest)
    }

    /// When an upload is cleared if nothing more comes of it.
    #[must_use]
    pub fn upload_expires(&self, upload: &Upload) -> i64 {
        let keep = self.doors().reception.as_ref().map_or(0, |reception| reception.keep_ms);
        upload.touched_at + keep
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// Where they may put nothing in, or not into that project; where it is too large, or makes no sense.
    pub async fn begin_upload(&self, actor: &Actor, new: NewUpload) -> Result<Upload, AppError> {
        let reach = actor.reach(Permission::ConversationsImport)?;
        let reception = self.reception()?;
        new.told.check()?;
        self.may_put_into(&reach, new.told.project.as_deref()).await?;
        if new.length > reception.largest {
            return Err(AppError::TooLarge { most: reception.largest });
        }
        let length = i64::try_from(new.length).map_err(|_| AppError::TooLarge { most: reception.largest })?;
        if length == 0 {
            return Err(AppError::BadRequest {
                field: "Upload-Length",
                reason: "the file is empty".to_owned(),
            });
        }
        if self.store().unfinished_uploads(actor.user()).await? >= UNFINISHED {
            let reason =
                format!("you have {UNFINISHED} uploads that are not whole yet: end some of them first");
            return Err(AppError::Conflict(reason));
        }
        let now = self.edge().now();
        let told = serde_json::to_string(&new.told).map_err(|error| AppError::Internal(error.to_string()))?;
        let upload = Upload {
            id: self.edge().fresh().into(),
            user: actor.user(),
            name: harmless(&new.name),
            told,
            length,
            received: 0,
            state: UploadState::Receiving,
            outcome: None,
            created_at: now,
            touched_at: now,
        };
        let mut transaction = self.store().begin().await?;
        transaction.begin_upload(&upload).await?;
        transaction.commit().await?;
        Ok(upload)
    }

    /// Whoever puts calls into some projects only must say into which.
    async fn may_put_into(&self, reach: &Reach, project: Option<&str>) -> Result<(), AppError> {
        if *reach == Reach::All {
            return Ok(());
        }
        let places = self.store().places().await?;
        let named = project.and_then(|name| places.projects.iter().find(|one| one.name == name));
        match named {
            Some(one) if reach.covers(&Placed { project: Some(one.id), ..Placed::default() }) => Ok(()),
            _ => {
                let reason = "name one of the projects that you may put calls into".to_owned();
                Err(AppError::BadRequest { field: "project", reason })
            }
        }
    }

    /// One's uploads, newest first.
    ///
    /// # Errors
    /// Where they may put nothing in.
    pub async fn uploads(&self, actor: &Actor, limit: u64) -> Result<Vec<Upload>, AppError> {
        actor.reach(Permission::ConversationsImport)?;
        Ok(self.store().uploads(actor.user(), limit).await?)
    }

    /// An upload of one's own.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn upload(&self, actor: &Actor, id: ImportId) -> Result<Upload, AppError> {
        actor.reach(Permission::ConversationsImport)?;
        let upload = self.store().upload(id).await?.filter(|upload| upload.user == actor.user());
        upload.ok_or(AppError::NotFound { what: "upload" })
    }

    /// Ends an upload and forgets it. What has been taken in of it stays.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn end_upload(&self, actor: &Actor, id: ImportId) -> Result<(), AppError> {
        self.upload(actor, id).await?;
        let reception = self.reception()?;
        let _turn = reception.slots.turn(id).await;
        self.forget(reception, id).await
    }

    async fn forget(&self, reception: &Reception, id: ImportId) -> Result<(), AppError> {
        // The file first: whoever is broken off between the two finds the upload again and ends it again.
        reception.spool.remove(id).await?;
        let mut transaction = self.store().begin().await?;
        transaction.forget_upload(id).await?;
        Ok(transaction.commit().await?)
    }

    /// Notes in the audit trail what somebody's upload has come to.
    async fn note_taken(
        &self,
        by: &Actor,
        upload: &Upload,
        outcome: &Outcome,
        state: UploadState,
    ) -> Result<(), AppError> {
        let now = self.edge().now();
        let text = serde_json::to_string(outcome).map_err(|error| AppError::Internal(error.to_string()))?;
        let Outcome { new, more, same, refused, .. } = outcome;
        let detail =
            json!({ "bytes": upload.length, "new": new, "more": more, "same": same, "refused": refused });
        let mut transaction = self.store().begin().await?;
        transaction.close_upload(upload.id, state, &text, now).await?;
        crate::audit::note(&mut transaction, by, Action::UploadTake, &upload.id.to_string(), detail, now)
            .await?;
        Ok(transaction.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_hostile_name_is_only_a_name() {
        assert_eq!(harmless("../../etc/passwd"), "passwd");
        assert_eq!(harmless("C:\\calls\\a.wav"), "a.wav");
        assert_eq!(harmless("a\0b\r\nSet-Cookie: x.wav"), "abSet-Cookie: x.wav");
        assert_eq!(harmless("call\u{202e}vaw.exe"), "callvaw.exe");
        for nothing in ["", "..", "/", "a/..", " . "] {
            assert_eq!(harmless(nothing), "upload", "{nothing:?}");
        }
        assert_eq!(harmless(&"录".repeat(900)).chars().count(), 200);
        assert_eq!(harmless("<img src=x onerror=alert(1)>.wav"), "<img src=x onerror=alert(1)>.wav");
    }
}
