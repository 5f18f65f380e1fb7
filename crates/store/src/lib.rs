#![doc = include_str!("../README.md")]

mod audit;
mod blobs;
mod change;
mod conversations;
mod engine;
#[expect(unreachable_pub, reason = "SeaORM's derives want `pub`; the rows stay in this room")]
mod entity;
mod error;
mod packs;
mod people;
mod places;
mod results;
mod schema;
mod search;
mod views;
mod work;

pub use audit::{AuditFilter, Audited, Broken, Verified};
pub use blobs::{Blob, Blobs};
pub use change::{Change, ChangeKind};
pub use conversations::{
    Filter, Incoming, Kept, Listed, Page, Recorded, Sort, State, Taken, TallyBy, TranscriptVersion,
};
pub use engine::{Engine, Store, Transaction};
pub use error::StoreError;
pub use packs::{PackDraft, PackFile, PackVersion};
pub use people::{Account, NewSession, Session, SessionOwner, Token};
pub use places::{Agent, Kind, Place, Places, Project, RecordingFacts, Team};
pub use results::{JudgementVersion, KeptJudgement, NewJudgement, NewTranscript, RuleTally, Tally};
pub use search::Query;
pub use views::{SavedView, Shared};
pub use work::{Claim, Failure, Need, Waiting, WorkKind, WorkState, Workload};
