//! Ids of what is kept: one type for each kind of thing, so that no team's id is asked where a project's is meant.
//!
//! They are UUIDs that come in as arguments: nothing here makes one, for that takes a clock and chance.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// A text that is no id. Does not repeat the text: whatever was sent in its place need not stand in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not the id of {of}: an id looks like 01980c5e-7a00-7000-8000-00000000002a")]
pub struct NotAnId {
    /// What it should have named: "a user".
    pub of: &'static str,
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident: $of:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self).map_err(|_| NotAnId { of: $of })
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A user (用户): somebody who signs in.
    UserId: "a user";
    /// A project (项目).
    ProjectId: "a project";
    /// A team (班组).
    TeamId: "a team";
    /// An agent (坐席): who speaks in calls. Calls name agents who never sign in, and most users are no agents.
    AgentId: "an agent";
    /// A conversation as the centre keeps it. What its source calls it is [`Conversation::id`](crate::Conversation::id).
    ConversationId: "a conversation";
    /// A version of what was said.
    TranscriptId: "a transcript";
    /// A recording (录音).
    RecordingId: "a recording";
    /// An upload or import: what came in together.
    ImportId: "an import";
    /// A piece of work in the queue.
    WorkId: "a piece of work";
    /// A version of a rule pack.
    RulePackId: "a rule pack";
    /// An evaluation: a conversation judged by a person. Its revisions share it.
    EvaluationId: "an evaluation";
    /// A coaching sheet.
    CoachingId: "a coaching sheet";
    /// A draw: calls that are to be listened to.
    DrawId: "a draw";
    /// A standing plan: calls are drawn by it again and again.
    PlanId: "a sampling plan";
    /// A judgement: a conversation under a version of the rules.
    JudgementId: "a judgement";
    /// A session: a browser that is signed in.
    SessionId: "a session";
    /// An API token: a program that may act for a user.
    TokenId: "a token";
    /// A view: filters and columns under a name.
    ViewId: "a view";
    /// A webhook: an address that is told what happens.
    WebhookId: "a webhook";
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "01980c5e-7a00-7000-8000-00000000002a";

    #[test]
    fn an_id_is_its_text() {
        let id: UserId = TEXT.parse().unwrap();
        assert_eq!(id.to_string(), TEXT);
        assert_eq!(Uuid::from(id), id.0);
        assert_eq!(UserId::from(id.0), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{TEXT}\""));
        assert_eq!(serde_json::from_str::<UserId>(&format!("\"{TEXT}\"")).unwrap(), id);
        assert_eq!(TEXT.to_uppercase().parse(), Ok(id), "one id however it is written");
    }

    #[test]
    fn what_is_no_id_is_not_repeated() {
        let error = "13800138000".parse::<TeamId>().unwrap_err();
        assert_eq!(error, NotAnId { of: "a team" });
        let said = error.to_string();
        assert!(said.starts_with("not the id of a team") && !said.contains("138"), "{said}");
    }

    /// Ids made later, by the clock's milliseconds in front, come later: lists by id are lists by time.
    #[test]
    fn ids_have_the_order_of_their_text() {
        let later: ConversationId = "01980c5e-7a01-7000-8000-000000000000".parse().unwrap();
        assert!(TEXT.parse::<ConversationId>().unwrap() < later);
    }
}
