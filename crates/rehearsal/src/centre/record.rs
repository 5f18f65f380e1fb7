//! What the switch writes of a call.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use serde::{Serialize, Serializer};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Somebody spoke.
    Answered,
    /// The caller gave up in the queue.
    Abandoned,
    /// Outbound: nobody picked up.
    NoAnswer,
}

/// One row of the call records. Seconds are whole; times carry the centre's offset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallRecord {
    /// The conversation's id, where there is one.
    pub id: String,
    /// Its name.
    pub project: String,
    /// 甲方.
    pub client: String,
    /// Its business category.
    pub category: String,
    /// `inbound` or `outbound`.
    pub direction: &'static str,
    /// Its name.
    pub queue: String,
    /// The customer's id: no telephone number.
    pub customer: String,
    /// The agent's number; empty where nobody answered an inbound call.
    pub agent: String,
    /// `new`, `junior`, `middle` or `senior`.
    pub agent_level: String,
    /// The agent's.
    pub team: String,
    /// When it came in or was dialled.
    #[serde(serialize_with = "local")]
    pub arrived_at: Timestamp,
    /// When somebody spoke.
    #[serde(serialize_with = "local_or_nothing")]
    pub answered_at: Option<Timestamp>,
    /// When it was over or given up.
    #[serde(serialize_with = "local")]
    pub ended_at: Timestamp,
    /// In the queue, or ringing where outbound.
    pub wait_s: u64,
    /// From answer to end without hold.
    pub talk_s: u64,
    /// On hold.
    pub hold_s: u64,
    /// The agent's work after the call.
    pub wrap_up_s: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether it was passed on.
    pub transferred: bool,
    /// What it was about, as the agent coded it; empty where nobody answered.
    pub reason: String,
}

/// The centre's time zone: fixed, so that no time zone data is needed.
pub(crate) const OFFSET: Offset = jiff::tz::offset(8);

fn text(time: Timestamp) -> String {
    time.to_zoned(TimeZone::fixed(OFFSET)).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn local<S: Serializer>(time: &Timestamp, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&text(*time))
}

fn local_or_nothing<S: Serializer>(time: &Option<Timestamp>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&time.map(text).unwrap_or_default())
}
