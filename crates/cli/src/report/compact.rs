//! Calls as the page holds them: arrays instead of objects, numbers instead of names.

use lingjian_model::{Attributes, Dimension, Measure, Metrics, Role, TimingSource, UnjudgedReason};
use serde::{Serialize, Serializer};

use crate::results::{Breach, Inspected, Run};

/// Names that many calls share, each written once.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Names {
    agent: Vec<String>,
    team: Vec<String>,
    project: Vec<String>,
    queue: Vec<String>,
    #[serde(skip)]
    places: std::collections::BTreeMap<(&'static str, String), usize>,
}

impl Names {
    fn place(&mut self, attribute: &'static str, call: &Inspected) -> Option<usize> {
        let name = call.conversation.attributes.get(attribute)?.to_string();
        let Self { agent, team, project, queue, places } = self;
        let list = match attribute {
            "agent" => agent,
            "team" => team,
            "project" => project,
            _ => queue,
        };
        Some(*places.entry((attribute, name)).or_insert_with_key(|(_, name)| {
            list.push(name.clone());
            list.len() - 1
        }))
    }
}

/// A call in the list: id, names, start, length, three scores, rules with their hits, flags.
pub(crate) struct Row {
    id: String,
    names: [Option<usize>; 4],
    started_ms: Option<i64>,
    duration_ms: u64,
    scores: [f64; 3],
    hits: Vec<usize>,
    flags: u8,
}

/// Written down here.
const TRANSCRIBED: u8 = 1;
/// Breaks the recording standard.
const BREACHES: u8 = 2;
/// Some rules could not be judged.
const UNJUDGED: u8 = 4;

impl Row {
    pub(crate) fn of(call: &Inspected, run: &Run, names: &mut Names) -> Self {
        let Inspected { conversation, judgement, .. } = call;
        let mut hits: Vec<usize> = Vec::new();
        for finding in &judgement.findings {
            let Some(rule) = run.rule(&finding.rule, Some(&finding.version)) else { continue };
            match hits.chunks_exact_mut(2).find(|pair| pair[0] == rule) {
                Some(pair) => pair[1] += 1,
                None => hits.extend([rule, 1]),
            }
        }
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        Self {
            id: conversation.id.clone(),
            names: ["agent", "team", "project", "queue"].map(|attribute| names.place(attribute, call)),
            started_ms: conversation.started_at.map(|at| at.as_millisecond()),
            duration_ms: judgement.metrics.duration_ms,
            scores: Dimension::ALL.map(|dimension| judgement.scores.get(dimension)),
            hits,
            flags: flag(call.transcribed, TRANSCRIBED)
                | flag(!call.breaches.is_empty(), BREACHES)
                | flag(!judgement.unjudged.is_empty(), UNJUDGED),
        }
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let Self { id, names, started_ms, duration_ms, scores, hits, flags } = self;
        let scores = scores.map(Short);
        (id, names, started_ms, duration_ms, scores, hits, flags).serialize(out)
    }
}

/// A number with at most two decimals and no `.0`.
struct Short(f64);

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let rounded = (self.0 * 100.0).round() / 100.0;
        if rounded.fract() == 0.0 && rounded.abs() < 1e9 {
            out.serialize_i64(rounded as i64)
        } else {
            out.serialize_f64(rounded)
        }
    }
}

#[derive(Serialize)]
struct TurnRow<'c>(u8, u64, u64, &'c str, #[serde(skip_serializing_if = "Option::is_none")] Option<Short>);

/// Rule, points, role, turn, characters, time, value and bound.
#[derive(Serialize)]
struct FindingRow(
    usize,
    Short,
    Option<u8>,
    Option<usize>,
    Option<[usize; 2]>,
    Option<[u64; 2]>,
    Option<(Short, &'static str)>,
    Option<(Short, &'static str)>,
);

/// A call when it is opened.
#[derive(Serialize)]
pub(crate) struct Detail<'c> {
    file: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    #[serde(skip_serializing_if = "Attributes::is_empty")]
    attributes: &'c Attributes,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'c [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    breaches: &'c [Breach],
    #[serde(skip_serializing_if = "Option::is_none")]
    audio: Option<String>,
    /// Silence, longest silence, overlap, agent's talk, customer's talk, their rates, their interruptions.
    metrics: (u64, u64, u64, u64, u64, Short, Short, u32, u32),
    /// Silence and overlap were heard, not taken from the turns.
    heard: u8,
    /// Dimension, rule, hits, points, score after.
    steps: Vec<(u8, String, usize, Short, Short)>,
    unjudged: Vec<(String, UnjudgedReason)>,
    findings: Vec<FindingRow>,
    turns: Option<Vec<TurnRow<'c>>>,
    /// Voice activity: role, start, length.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    speech: Vec<(u8, u64, u64)>,
}

impl<'c> Detail<'c> {
    pub(crate) fn of(call: &'c Inspected, run: &Run, words: bool, audio: Option<String>) -> Self {
        let Inspected { conversation, judgement, .. } = call;
        let turn = |turn: &'c lingjian_model::Turn| {
            let sure = turn.role_confidence.map(|sure| Short(f64::from(sure)));
            TurnRow(role(turn.role), turn.span.start.0, turn.span.length().0, &turn.text, sure)
        };
        let measure = |measure: Measure| (Short(measure.amount), measure.unit);
        let findings = judgement.findings.iter().filter_map(|finding| {
            Some(FindingRow(
                run.rule(&finding.rule, Some(&finding.version))?,
                Short(finding.points),
                finding.role.map(role),
                finding.turn,
                finding.chars,
                finding.span.map(|span| [span.start.0, span.end.0]),
                finding.value.map(measure),
                finding.bound.map(measure),
            ))
        });
        let steps = judgement.derivation.iter().map(|step| {
            let dimension =
                Dimension::ALL.iter().position(|one| *one == step.dimension).unwrap_or_default() as u8;
            (dimension, step.rule.clone(), step.hits, Short(step.points), Short(step.after))
        });
        let speech = conversation.sound.iter().flat_map(|sound| &sound.speech);
        Self {
            file: &call.file,
            line: call.line,
            lang: conversation.language.as_deref(),
            by: conversation.provenance.as_ref().map(|by| format!("{} · {}", by.engine, by.model)),
            attributes: &conversation.attributes,
            notes: &call.notes,
            breaches: &call.breaches,
            audio,
            metrics: measures(&judgement.metrics),
            heard: u8::from(judgement.metrics.timing == TimingSource::VoiceActivity),
            steps: steps.collect(),
            unjudged: judgement.unjudged.iter().map(|one| (one.rule.clone(), one.reason)).collect(),
            findings: findings.collect(),
            turns: words.then(|| conversation.turns.iter().map(turn).collect()),
            speech: speech.map(|one| (role(one.role), one.span.start.0, one.span.length().0)).collect(),
        }
    }
}

fn measures(metrics: &Metrics) -> (u64, u64, u64, u64, u64, Short, Short, u32, u32) {
    (
        metrics.silence_ms,
        metrics.longest_silence_ms,
        metrics.overlap_ms,
        metrics.agent_talk_ms,
        metrics.customer_talk_ms,
        Short(metrics.agent_rate),
        Short(metrics.customer_rate),
        metrics.interruptions_by_agent,
        metrics.interruptions_by_customer,
    )
}

fn role(role: Role) -> u8 {
    match role {
        Role::Agent => 0,
        Role::Customer => 1,
        Role::Supervisor => 2,
        Role::System => 3,
    }
}
