//! Conversations: how they come in, are listed and read.

mod list;
mod read;
mod take;
mod tallies;

use lingjian_model::{AgentId, Attributes, Conversation, ConversationId, Provenance, Scores, TranscriptId};
use lingjian_model::{JudgementId, ProjectId, Role, TeamId};

pub(crate) use list::within;
pub use list::{Filter, Page, Sort};
pub use tallies::{Cell, RuleTally, Tally, TallyBy};

use crate::entity::conversation;
use crate::error::damaged;
use crate::{Blob, StoreError};

/// A call as it comes in: its facts, and its words where somebody has written them down.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// As its source tells it.
    pub conversation: Conversation,
    /// Its recording, already among the blobs.
    pub recording: Option<Recorded>,
}

/// A recording of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Where its bytes are.
    pub blob: Blob,
    /// The name of the file it came in.
    pub name: String,
}

/// What became of a call that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was not known.
    New(ConversationId),
    /// It was known, and more is known now: a recording, other words, other attributes.
    More(ConversationId),
    /// All of it was known.
    Same(ConversationId),
}

impl Taken {
    /// Whose.
    #[must_use]
    pub const fn id(self) -> ConversationId {
        match self {
            Self::New(id) | Self::More(id) | Self::Same(id) => id,
        }
    }
}

/// How far a conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Only its record is known: there is nothing to judge.
    Record,
    /// It waits to be written down, listened to or judged, or that is being done.
    Waiting,
    /// Judged.
    Judged,
    /// Nobody speaks in it.
    Silent,
    /// What had to be done failed too often and rests.
    Failed,
}

impl State {
    /// All, in the order of the way.
    pub const ALL: [Self; 5] = [Self::Record, Self::Waiting, Self::Judged, Self::Silent, Self::Failed];

    /// Its name in every format.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Waiting => "waiting",
            Self::Judged => "judged",
            Self::Silent => "silent",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Ours.
    pub id: ConversationId,
    /// The system it came from.
    pub source: String,
    /// What that system calls it.
    pub external_id: String,
    /// When it began, or came in where nobody told; milliseconds of UTC.
    pub at: i64,
    /// Whether the source told when it began.
    pub started: bool,
    /// How long it was.
    pub duration_ms: i64,
    /// Its project.
    pub project: Option<ProjectId>,
    /// Its agent's team.
    pub team: Option<TeamId>,
    /// Its agent.
    pub agent: Option<AgentId>,
    /// BCP 47.
    pub language: Option<String>,
    /// inbound or outbound.
    pub direction: Option<String>,
    /// Its queue.
    pub queue: Option<String>,
    /// Whether there is sound.
    pub has_recording: bool,
    /// How far it has come.
    pub state: State,
    /// What counts today.
    pub scores: Option<Scores>,
    /// How many findings count today.
    pub findings: Option<i64>,
}

/// A conversation with all that is known of it but its words.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// As in lists.
    pub listed: Listed,
    /// What else its source told.
    pub attributes: Attributes,
    /// Its recording.
    pub recording: Option<Recorded>,
    /// When it came in.
    pub received_at: i64,
    /// The transcript that counts.
    pub transcript: Option<TranscriptId>,
    /// The judgement that counts.
    pub judgement: Option<JudgementId>,
}

/// What one party said at a time.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Said {
    /// Whose words.
    pub role: Role,
    /// The words.
    pub text: String,
}

/// A version of what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptVersion {
    /// Its id.
    pub id: TranscriptId,
    /// What made it, where a machine did.
    pub provenance: Option<Provenance>,
    /// When.
    pub made_at: i64,
    /// Since when it counts.
    pub current_from: Option<i64>,
    /// Until when it counted; none: it counts.
    pub current_to: Option<i64>,
}

impl Listed {
    pub(crate) fn of(row: &conversation::Model) -> Result<Self, StoreError> {
        let state = State::from_name(&row.state).ok_or_else(|| StoreError::Damaged {
            what: "a conversation's state",
            reason: "no such state; was it written by a later version?".to_owned(),
        })?;
        let scores = row.compliance.zip(row.experience).zip(row.risk);
        Ok(Self {
            id: ConversationId(row.id),
            source: row.source.clone(),
            external_id: row.external_id.clone(),
            at: row.at,
            started: row.started_at.is_some(),
            duration_ms: row.duration_ms,
            project: row.project_id.map(ProjectId),
            team: row.team_id.map(TeamId),
            agent: row.agent_id.map(AgentId),
            language: row.language.clone(),
            direction: row.direction.clone(),
            queue: row.queue.clone(),
            has_recording: row.recording.is_some(),
            state,
            scores: scores.map(|((compliance, experience), risk)| Scores { compliance, experience, risk }),
            findings: row.findings,
        })
    }
}

impl Kept {
    fn of(row: &conversation::Model) -> Result<Self, StoreError> {
        let recording = row.recording.as_ref().map(|sha256| Recorded {
            blob: Blob { sha256: sha256.clone(), bytes: row.recording_bytes.unwrap_or(0).unsigned_abs() },
            name: row.recording_name.clone().unwrap_or_default(),
        });
        Ok(Self {
            listed: Listed::of(row)?,
            attributes: serde_json::from_str(&row.attributes)
                .map_err(damaged("a conversation's attributes"))?,
            recording,
            received_at: row.received_at,
            transcript: row.transcript_id.map(TranscriptId),
            judgement: row.judgement_id.map(JudgementId),
        })
    }
}
