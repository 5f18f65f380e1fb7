//! What is done with a conversation: written down, listened to, judged.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

use lingjian_inspection::judge;
use lingjian_model::{Conversation, ConversationId, Judgement, TranscriptId};
use lingjian_store::{Claim, NewJudgement, NewTranscript, StoreError, WorkKind};

use super::{SPEED, Trouble, Workshop, listeners};
use crate::voice::{self, Voice, VoiceError};
use crate::{AppError, Rules};

/// What judging found out.
enum Judged {
    Judgement(Box<Judgement>),
    Silent,
    Broken(String),
}

impl Workshop {
    /// Judges many at once, and keeps all that came of it in one transaction.
    pub(super) async fn judge_batch(&self, claims: Vec<Claim>) {
        let rules = match self.house.rules().await {
            Ok(rules) => rules,
            Err(error) => {
                tracing::warn!(%error, "the rules could not be read; the leases of what waits for them run out");
                return;
            }
        };
        let ready = self.with_words(claims).await;
        let judged = {
            let rules = Arc::clone(&rules);
            tokio::task::spawn_blocking(move || {
                let all = ready.into_iter().map(|(claim, transcript, conversation)| {
                    let judged = judge_one(&rules, &conversation);
                    (claim, transcript, judged)
                });
                all.collect::<Vec<_>>()
            })
            .await
        };
        let Ok(judged) = judged else {
            tracing::error!("a judge was lost; its work is tried again when the lease is over");
            return;
        };
        let kept = self.keep_batch(&judged, &rules).await;
        match kept {
            Ok(()) => {}
            // One of them belongs to somebody else by now: keep each by itself.
            Err(StoreError::LeaseOver) => {
                for one in &judged {
                    if let Err(error) = self.keep_batch(std::slice::from_ref(one), &rules).await {
                        self.give_back(&one.0, error.into()).await;
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "judgements could not be kept; their leases run out"),
        }
        for (claim, _, judged) in &judged {
            if let Judged::Broken(reason) = judged {
                self.give_back(claim, Trouble::Never(reason.clone())).await;
            }
        }
        if let Err(error) = self.judge_again_if_overtaken(&judged, &rules).await {
            tracing::warn!(%error, "whether other rules count by now could not be asked");
        }
    }

    /// What waits, with its words. What cannot be read is given back.
    async fn with_words(&self, claims: Vec<Claim>) -> Vec<(Claim, TranscriptId, Conversation)> {
        let ids: Vec<ConversationId> = claims.iter().map(|claim| claim.subject.into()).collect();
        // Where one is damaged, the others are read by themselves.
        let mut all = self.house.store().with_words(&ids).await.unwrap_or_default();
        let mut ready = Vec::with_capacity(claims.len());
        for claim in claims {
            let id = ConversationId::from(claim.subject);
            let read = match all.remove(&id) {
                Some(read) => Ok(read),
                None => self.words(id).await,
            };
            match read {
                Ok((transcript, conversation)) => ready.push((claim, transcript, conversation)),
                Err(trouble) => self.give_back(&claim, trouble).await,
            }
        }
        ready
    }

    /// What was judged while other rules were published is judged again: who derives what is missing has passed over it,
    /// because it was in hand.
    async fn judge_again_if_overtaken(
        &self,
        judged: &[(Claim, TranscriptId, Judged)],
        by: &Rules,
    ) -> Result<(), AppError> {
        if self.house.rules().await?.digest == by.digest {
            return Ok(());
        }
        let edge = self.house.edge();
        let mut transaction = self.house.store().begin().await?;
        for (claim, _, judged) in judged {
            if matches!(judged, Judged::Judgement(_)) {
                let conversation = ConversationId::from(claim.subject);
                let need = &mut || edge.fresh();
                transaction.need_judging(conversation, claim.priority, edge.now(), need).await?;
            }
        }
        Ok(transaction.commit().await?)
    }

    async fn keep_batch(
        &self,
        judged: &[(Claim, TranscriptId, Judged)],
        rules: &Rules,
    ) -> Result<(), StoreError> {
        let edge = self.house.edge();
        let now = edge.now();
        let (mut done, mut silent, mut new) = (Vec::new(), Vec::new(), Vec::new());
        for (claim, transcript, judged) in judged {
            let conversation = ConversationId::from(claim.subject);
            match judged {
                Judged::Broken(_) => continue,
                Judged::Silent => silent.push(conversation),
                Judged::Judgement(judgement) => new.push(NewJudgement {
                    id: edge.fresh().into(),
                    conversation,
                    transcript: *transcript,
                    rules: rules.digest.clone(),
                    made_at: now,
                    judgement: (**judgement).clone(),
                }),
            }
            done.push(claim.clone());
        }
        let mut transaction = self.house.store().begin().await?;
        transaction.done(&done).await?;
        for conversation in silent {
            transaction.mark_silent(conversation, now).await?;
        }
        transaction.keep_judgements(&new, now).await?;
        transaction.commit().await
    }

    /// The words that count.
    async fn words(&self, id: ConversationId) -> Result<(TranscriptId, Conversation), Trouble> {
        let store = self.house.store();
        let kept = store
            .conversation(id)
            .await?
            .ok_or_else(|| Trouble::Never("the conversation is gone".to_owned()))?;
        let transcript = kept.transcript.ok_or_else(|| Trouble::Never("it has no words".to_owned()))?;
        let words = store.words(&kept, transcript).await?;
        let conversation = words.ok_or_else(|| Trouble::Never("its words are gone".to_owned()))?;
        Ok((transcript, conversation))
    }

    /// Writes a recording down, or finds out who speaks when in it.
    pub(super) async fn listen(&self, claim: &Claim) -> Result<(), Trouble> {
        let voice =
            self.voice.clone().ok_or_else(|| Trouble::Later("this process has no ears".to_owned()))?;
        let store = self.house.store();
        let id = ConversationId::from(claim.subject);
        let gone = || Trouble::Never("the conversation is gone".to_owned());
        let kept = store.conversation(id).await?.ok_or_else(gone)?;
        let recorded =
            kept.recording.clone().ok_or_else(|| Trouble::Never("it has no recording".to_owned()))?;
        let file =
            self.house.blobs().lay_out(&recorded.blob.sha256, &recorded.name).await.map_err(|error| {
                match error {
                    StoreError::BlobDamaged => Trouble::Never(error.to_string()),
                    error => Trouble::Later(error.to_string()),
                }
            })?;
        let known = match claim.kind {
            WorkKind::Analyse => Some(self.words(id).await?.1),
            _ => None,
        };
        let edge = self.house.edge();
        let began = edge.now();
        let heard = tokio::task::spawn_blocking(move || {
            catch_unwind(AssertUnwindSafe(|| hear(&voice, file.path(), known))).unwrap_or_else(|_| {
                Err(Trouble::Never("an internal fault ended the work on this recording".to_owned()))
            })
        });
        let conversation = heard.await.map_err(|error| Trouble::Later(error.to_string()))??;
        let now = edge.now();
        if claim.kind == WorkKind::Transcribe {
            SPEED.note(conversation.length().0 as f64, (now - began) as f64, listeners() as f64);
        }
        self.keep_words(claim, id, &conversation, now).await
    }

    async fn keep_words(
        &self,
        claim: &Claim,
        id: ConversationId,
        conversation: &Conversation,
        now: i64,
    ) -> Result<(), Trouble> {
        let edge = self.house.edge();
        let new = NewTranscript::of(conversation, edge.fresh().into(), now)?;
        let length = i64::try_from(conversation.length().0).unwrap_or(i64::MAX);
        let mut transaction = self.house.store().begin().await?;
        transaction.done(std::slice::from_ref(claim)).await?;
        transaction.keep_transcript(id, &new, conversation.language.as_deref(), length, now).await?;
        transaction.need_judging(id, claim.priority, now, &mut || edge.fresh()).await?;
        Ok(transaction.commit().await?)
    }
}

fn judge_one(rules: &Rules, conversation: &Conversation) -> Judged {
    if conversation.is_silent() {
        return Judged::Silent;
    }
    match catch_unwind(AssertUnwindSafe(|| judge(&rules.set, conversation))) {
        Ok(judgement) => Judged::Judgement(Box::new(judgement)),
        Err(_) => Judged::Broken("an internal fault ended the work on this call".to_owned()),
    }
}

fn hear(voice: &Voice, file: &Path, known: Option<Conversation>) -> Result<Conversation, Trouble> {
    let trouble = |error: VoiceError| match error {
        // A model can be fetched, a full disk emptied; a damaged recording stays damaged.
        VoiceError::NoModels | VoiceError::Model(_) | VoiceError::Load(_) | VoiceError::Open(_) => {
            Trouble::Later(error.to_string())
        }
        _ => Trouble::Never(error.to_string()),
    };
    match known {
        Some(mut conversation) => {
            voice::listen(file, None, &mut conversation).map_err(trouble)?;
            Ok(conversation)
        }
        None => Ok(voice.transcribe(file, None, &mut |_| {}).map_err(trouble)?.conversation),
    }
}
