//! vCon files (IETF vcon working group): what is known of a recording that lies beside them.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use lingjian_model::{AttributeValue, Attributes, Conversation, Millis, Role, Span, Turn};
use serde_json::Value;

use crate::Refusal;
use crate::transcripts::role_of;

/// vCon files may hold recordings inside; those are not read.
const LARGEST: u64 = 64 << 20;

/// What a vCon says of its first recorded dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Vcon {
    /// Its UUID.
    pub id: Option<String>,
    /// When the dialogue began. A time without offset is taken as UTC.
    pub started_at: Option<Timestamp>,
    /// How long it was.
    pub duration: Option<Millis>,
    /// The recording's file name.
    pub recording: Option<String>,
    /// Agent, customer, direction, disposition.
    pub attributes: Attributes,
    /// The transcript among its analyses. A recording's words come from its sound, not from here, unless asked for.
    pub transcript: Option<Vec<Turn>>,
}

impl Vcon {
    /// Reads a vCon file.
    ///
    /// # Errors
    /// It cannot be read, is too large, is no JSON object or has no parties and dialogues.
    pub fn open(path: &Path) -> Result<Self, Refusal> {
        let mut data = Vec::new();
        let read = File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut data));
        read.map_err(|error| Refusal::unreadable(path, &error))?;
        Self::parse(path, &data)
    }

    /// Reads a vCon from bytes; `path` names it.
    ///
    /// # Errors
    /// As [`Vcon::open`].
    pub fn parse(path: &Path, data: &[u8]) -> Result<Self, Refusal> {
        if data.len() as u64 > LARGEST {
            return Err(Refusal::of(path, format!("is larger than {} MiB", LARGEST >> 20)));
        }
        if data.trim_ascii().is_empty() {
            return Err(Refusal::of(path, "is empty"));
        }
        let root: Value = serde_json::from_slice(data).map_err(|error| {
            let refusal = Refusal::of(path, "is no JSON").at(error.line() as u64, error.column() as u64);
            refusal.advise("the file may have been cut off: copy it again")
        })?;
        if !root.is_object() || (root.get("dialog").is_none() && root.get("parties").is_none()) {
            return Err(Refusal::of(path, "is no vCon: it has neither `dialog` nor `parties`"));
        }
        let parties = root["parties"].as_array().map_or(&[][..], Vec::as_slice);
        let dialogues = root["dialog"].as_array().map_or(&[][..], Vec::as_slice);
        let dialogue =
            dialogues.iter().find(|dialogue| dialogue["type"] == "recording").or_else(|| dialogues.first());
        let field = |name: &str| dialogue.and_then(|dialogue| dialogue.get(name));
        let mut attributes = Attributes::new();
        let mut put = |name: &str, text: Option<&str>| {
            if let Some(text) = text {
                attributes.insert(name.to_owned(), AttributeValue::from(text));
            }
        };
        for party in parties {
            let name = party["name"].as_str().or_else(|| party["mailto"].as_str());
            match role(party) {
                Some(Role::Agent) => put("agent", name),
                Some(Role::Customer) => put("customer", party["tel"].as_str().or(name)),
                _ => {}
            }
        }
        let meta = field("meta");
        put("disposition", meta.and_then(|meta| meta["disposition"].as_str()));
        put(
            "direction",
            meta.and_then(|meta| meta["direction"].as_str()).and_then(|direction| match direction {
                "in" | "inbound" => Some("inbound"),
                "out" | "outbound" => Some("outbound"),
                _ => None,
            }),
        );
        Ok(Self {
            id: root["uuid"].as_str().map(str::to_owned),
            started_at: field("start").and_then(Value::as_str).and_then(instant),
            duration: field("duration").and_then(Value::as_f64).and_then(seconds),
            recording: field("filename").and_then(Value::as_str).map(str::to_owned),
            attributes,
            transcript: transcript(&root, parties),
        })
    }

    /// Adds to a conversation what the vCon knows of it. What the conversation already says stays.
    pub fn complete(&self, conversation: &mut Conversation) {
        conversation.started_at = conversation.started_at.or(self.started_at);
        conversation.duration = conversation.duration.or(self.duration);
        for (name, value) in &self.attributes {
            conversation.attributes.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
}

fn role(party: &Value) -> Option<Role> {
    party["role"].as_str().or_else(|| party["meta"]["role"].as_str()).and_then(role_of)
}

fn instant(text: &str) -> Option<Timestamp> {
    let local = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| Some(local()?.timestamp()))
}

fn seconds(seconds: f64) -> Option<Millis> {
    let year = 366.0 * 86_400.0;
    (0.0..=year).contains(&seconds).then(|| Millis((seconds * 1000.0).round() as u64))
}

/// Analyses of the type `transcript` come in many shapes; a list of parties' or speakers' turns with times is read.
fn transcript(root: &Value, parties: &[Value]) -> Option<Vec<Turn>> {
    let analyses = root["analysis"].as_array()?;
    let body = &analyses.iter().find(|analysis| analysis["type"] == "transcript")?["body"];
    let turns =
        body.as_array().or_else(|| body["turns"].as_array()).or_else(|| body["transcript"].as_array())?;
    let read = |turn: &Value| {
        let party = turn["party"].as_u64().and_then(|party| parties.get(usize::try_from(party).ok()?));
        let role =
            party.and_then(role).or_else(|| role_of(turn["speaker"].as_str().or(turn["role"].as_str())?))?;
        let time = |names: &[&str]| names.iter().find_map(|name| seconds(turn[*name].as_f64()?));
        let (start, end) = (time(&["start", "stime"])?, time(&["end", "etime"])?);
        let text = turn["text"].as_str().or_else(|| turn["message"].as_str())?.to_owned();
        (start <= end).then_some(Turn {
            role,
            span: Span { start, end },
            text,
            words: Vec::new(),
            role_confidence: None,
        })
    };
    // A part of a transcript is none: what is missing could not be seen any more.
    let mut turns = turns.iter().map(read).collect::<Option<Vec<_>>>()?;
    turns.sort_by_key(|turn| turn.span.start);
    Some(turns)
}
