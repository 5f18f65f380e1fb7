#![doc = include_str!("../README.md")]

mod audit;
mod blobs;
mod change;
mod conversations;
mod engine;
#[expect(unreachable_pub, reason = "SeaORM's derives want `pub`; the rows stay in this room")]
mod entity;
mod error;
mod people;
mod places;
mod results;
mod schema;
mod search;
mod spool;
mod uploads;
mod webhooks;
mod work;

pub use audit::{AuditFilter, Audited, Broken, Verified};
pub use blobs::{Blob, Blobs};
pub use change::{Change, ChangeKind};
pub use conversations::{
    Filter, Incoming, Kept, Listed, Page, Recorded, Said, Sort, State, Taken, TallyBy, TranscriptVersion,
};
pub use engine::{Engine, Store, Transaction};
pub use error::StoreError;
pub use people::{Account, NewSession, Session, SessionOwner, Token};
pub use places::{Agent, Place, Places, Project, Team, ZONE};
pub use results::{JudgementVersion, KeptJudgement, NewJudgement, NewTranscript, RuleTally, Tally};
pub use search::Query;
pub use spool::{Spool, SpoolFile};
pub use uploads::{Upload, UploadState};
pub use webhooks::{Telling, Webhook};
pub use work::{Claim, Failure, Need, Waiting, WorkKind, WorkState, Workload};
