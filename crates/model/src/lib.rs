#![doc = include_str!("../README.md")]

mod attribute;
mod conversation;
mod evaluation;
mod event;
mod finding;
mod id;
mod named;
mod project;
mod rights;
mod scorecard;
mod time;
mod wording;

pub use attribute::{AttributeValue, Attributes};
pub use conversation::{Conversation, Provenance, Role, Sound, Speech, Turn, Word};
pub use evaluation::{Act, Evaluation, Listening, ListeningMode, Refused, Stage, Step};
pub use event::{Event, Revision, SpeechEvent, TurnEvent, TurnKey};
pub use finding::{
    Dimension, Finding, Judgement, Measure, Metrics, ScoreStep, Scores, Severity, TimingSource, Unjudged,
    UnjudgedReason,
};
pub use id::{
    AgentId, ConversationId, EvaluationId, ImportId, JudgementId, NotAnId, ProjectId, RecordingId,
    RulePackId, SessionId, TeamId, TokenId, TranscriptId, UserId, ViewId, WebhookId, WorkId,
};
pub use project::{BusinessCategory, Direction, Level, Project, RecordingStandard};
pub use rights::{Action, Authority, Part, Permission, Person, Placed, Post, Reach, Scope};
pub use scorecard::{
    Answer, Answers, AskedWhen, CardStep, CardVersion, Cause, Choice, Counts, Figure, Item, ItemOption,
    MetricName, Moment, Origin, Prefill, Remark, RemarkKind, Scorecard, Scored, Section, SectionScore, Sheet,
    Source, Suggestion,
};
pub use time::{Millis, Span};
pub use wording::Wording;
