#![doc = include_str!("../README.md")]

mod attribute;
pub mod coaching;
mod conversation;
pub mod evaluation;
mod event;
mod finding;
mod id;
mod named;
mod project;
mod rights;
pub mod scorecard;
mod time;
mod wording;

pub use attribute::{AttributeValue, Attributes};
pub use coaching::CoachingSheet;
pub use conversation::{Conversation, Provenance, Role, Sound, Speech, Turn, Word};
pub use evaluation::Evaluation;
pub use event::{Event, Revision, SpeechEvent, TurnEvent, TurnKey};
pub use finding::{
    Dimension, Finding, Judgement, Measure, Metrics, ScoreStep, Scores, Severity, TimingSource, Unjudged,
    UnjudgedReason,
};
pub use id::{
    AgentId, CoachingId, ConversationId, DrawId, EvaluationId, ImportId, JudgementId, NotAnId, PlanId,
    ProjectId, RecordingId, RulePackId, SessionId, TeamId, TokenId, TranscriptId, UserId, ViewId, WebhookId,
    WorkId,
};
pub use project::{BusinessCategory, Direction, Level, Project, RecordingStandard};
pub use rights::{Action, Authority, Part, Permission, Person, Placed, Post, Reach, Scope};
pub use scorecard::{Scorecard, Scored};
pub use time::{Millis, Span};
pub use wording::Wording;
