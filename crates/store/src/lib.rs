#![doc = include_str!("../README.md")]

mod audit;
mod backup;
mod blobs;
mod change;
mod coaching;
mod conversations;
mod draws;
mod engine;
#[expect(unreachable_pub, reason = "SeaORM's derives want `pub`; the rows stay in this room")]
mod entity;
mod error;
mod evaluations;
mod identities;
mod packs;
mod people;
mod places;
mod plans;
mod refusals;
mod results;
mod schema;
mod scorecards;
mod search;
mod spool;
mod uploads;
mod verify;
mod views;
mod webhooks;
mod work;

pub use audit::{AuditFilter, Audited, Broken, NewEntry, Verified};
pub use backup::{BackedUp, Backup, Fault, Restored, Told};
pub use blobs::{Blob, Blobs, room_at};
pub use change::{Change, ChangeKind};
pub use coaching::{KeptSheet, ListedSheet, SheetFilter};
pub use conversations::{
    Cell, Filter, Incoming, Kept, Listed, Page, Recorded, RuleTally, Said, Sort, State, Taken, Tally,
    TallyBy, TranscriptVersion,
};
pub use draws::{DrawnCall, KeptDraw, Progress, Seat};
pub use engine::{Engine, Store, Transaction};
pub use error::{Passing, StoreError};
pub use evaluations::{
    EvaluationFilter, Inclusion, KeptEvaluation, ListedEvaluation, Outcome, Rated, Viewer,
};
pub use identities::{Attempt, Identity};
pub use packs::{PackDraft, PackFile, PackVersion};
pub use people::{Account, NewSession, Session, SessionOwner, Token};
pub use places::{Agent, Kind, Names, Place, Places, Project, RecordingFacts, Team, ZONE};
pub use plans::{Period, SamplingPlan, SamplingRun};
pub use refusals::{NewRefusal, Refusal, RefusalKind};
pub use results::{JudgementVersion, KeptJudgement, NewJudgement, NewTranscript};
pub use scorecards::{CardDraft, CardPublished};
pub use search::Query;
pub use spool::{Spool, SpoolFile};
pub use uploads::{Upload, UploadState};
pub use views::{SavedView, Shared};
pub use webhooks::{Telling, Webhook};
pub use work::{Claim, Failure, Need, Waiting, WorkKind, WorkState, Workload};
