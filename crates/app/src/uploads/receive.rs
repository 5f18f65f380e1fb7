//! Bytes come in: written as they come, confirmed once they are surely on the disk.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{Stream, StreamExt as _};
use lingjian_model::ImportId;
use lingjian_store::{Upload, UploadState};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::slots::Turn;
use crate::{Actor, AppError, House};

/// Bytes after which what has come is confirmed: what a broken connection costs at most.
const CONFIRM: u64 = 8 << 20;
/// How long we wait for the next byte.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the bytes of one request must add up to.
#[derive(Debug, Clone)]
pub enum Sum {
    /// 20 bytes.
    Sha1(Vec<u8>),
    /// 32 bytes.
    Sha256(Vec<u8>),
}

/// The sum so far.
enum Adding {
    Sha1(Sha1, Vec<u8>),
    Sha256(Sha256, Vec<u8>),
}

impl Adding {
    fn to(sum: Sum) -> Self {
        match sum {
            Sum::Sha1(wanted) => Self::Sha1(Sha1::new(), wanted),
            Sum::Sha256(wanted) => Self::Sha256(Sha256::new(), wanted),
        }
    }

    fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha1(sum, _) => sum.update(bytes),
            Self::Sha256(sum, _) => sum.update(bytes),
        }
    }

    fn holds(&self) -> bool {
        match self {
            Self::Sha1(sum, wanted) => *sum.clone().finalize() == **wanted,
            Self::Sha256(sum, wanted) => *sum.clone().finalize() == **wanted,
        }
    }
}

/// How a request ended.
enum End {
    /// All that it announced has come.
    Whole,
    /// The connection broke, stood still, or the same upload goes on elsewhere.
    Broken,
    /// More came than the upload has.
    TooMuch,
}

impl House {
    /// How far an upload has come, for whoever goes on with it. A connection that still has it in hand is given up.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn upload_standing(&self, actor: &Actor, id: ImportId) -> Result<Upload, AppError> {
        self.upload(actor, id).await?;
        let turn = self.reception()?.slots.turn(id).await;
        self.standing(actor, id, &turn).await
    }

    /// The upload as it is on the disk: a disk that forgot what it had confirmed counts.
    async fn standing(&self, actor: &Actor, id: ImportId, _turn: &Turn) -> Result<Upload, AppError> {
        let mut upload = self.upload(actor, id).await?;
        if upload.state == UploadState::Receiving {
            let there = self.reception()?.spool.length(id).await?.unwrap_or(0);
            let there = i64::try_from(there).unwrap_or(i64::MAX);
            if there < upload.received {
                let now = self.edge().now();
                self.store().note_upload(id, upload.received, there, now).await?;
                upload.received = there;
            }
        }
        Ok(upload)
    }

    /// Takes the bytes of one request, which go on at `offset`. Whatever comes stays, also when the connection breaks; with a
    /// checksum, all of it or nothing.
    ///
    /// # Errors
    /// Where there is no such upload, it stands elsewhere, more comes than it has, the checksum differs, the disk is full.
    pub async fn receive<E: Send + 'static>(
        &self,
        actor: &Actor,
        id: ImportId,
        offset: u64,
        sum: Option<Sum>,
        body: impl Stream<Item = Result<Bytes, E>> + Send + 'static,
    ) -> Result<Upload, AppError> {
        self.upload(actor, id).await?;
        let (house, actor) = (self.clone(), actor.clone());
        // Whoever hangs up lets go of the request: what has come must be confirmed all the same.
        let received = tokio::spawn(async move { house.receive_here(&actor, id, offset, sum, body).await });
        received.await.map_err(|error| AppError::Internal(error.to_string()))?
    }

    async fn receive_here<E>(
        &self,
        actor: &Actor,
        id: ImportId,
        offset: u64,
        sum: Option<Sum>,
        body: impl Stream<Item = Result<Bytes, E>> + Send,
    ) -> Result<Upload, AppError> {
        let reception = self.reception()?;
        let mut turn = reception.slots.turn(id).await;
        let upload = self.standing(actor, id, &turn).await?;
        if i64::try_from(offset) != Ok(upload.received) {
            return Err(AppError::Conflict(format!("the upload stands at {}; go on there", upload.received)));
        }
        let length = u64::try_from(upload.length).unwrap_or(0);
        if offset == length {
            return Ok(upload);
        }
        let mut file = reception.spool.open(id, offset).await?;
        let mut sum = sum.map(Adding::to);
        let (mut place, mut confirmed) = (offset, offset);
        let mut body = pin!(body);
        let end = loop {
            let next = tokio::select! {
                biased;
                () = turn.over() => break End::Broken,
                next = tokio::time::timeout(PATIENCE, body.next()) => next,
            };
            let bytes = match next {
                Ok(None) => break End::Whole,
                Ok(Some(Ok(bytes))) => bytes,
                Ok(Some(Err(_))) | Err(_) => break End::Broken,
            };
            if bytes.len() as u64 > length - place {
                break End::TooMuch;
            }
            file.write(&bytes).await?;
            place += bytes.len() as u64;
            match &mut sum {
                Some(sum) => sum.add(&bytes),
                None if place - confirmed >= CONFIRM => {
                    file.sync().await?;
                    self.confirm(id, confirmed, place).await?;
                    confirmed = place;
                }
                None => {}
            }
        };
        match (&sum, &end) {
            // All or nothing: what is there will be written over.
            (Some(_), End::Broken | End::TooMuch) => {}
            (Some(sum), End::Whole) if !sum.holds() => return Err(AppError::Checksum),
            _ => {
                file.sync().await?;
                self.confirm(id, confirmed, place).await?;
            }
        }
        match end {
            End::Whole => {}
            End::TooMuch => return Err(AppError::TooLarge { most: length }),
            End::Broken => {
                let reason = "broke off, stood still, or went on elsewhere".to_owned();
                return Err(AppError::BadRequest { field: "body", reason });
            }
        }
        if place == length {
            reception.arrived.notify_one();
        }
        self.upload(actor, id).await
    }

    async fn confirm(&self, id: ImportId, from: u64, to: u64) -> Result<(), AppError> {
        let place = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        if from == to || self.store().note_upload(id, place(from), place(to), self.edge().now()).await? {
            return Ok(());
        }
        Err(AppError::Conflict("somebody else has gone on with this upload".to_owned()))
    }
}
