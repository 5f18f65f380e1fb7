//! The centre: lines, people, and the calls that come of them.

mod agents;
mod line;
mod projects;
mod record;

use std::collections::BTreeSet;

use jiff::Timestamp;
use lingjian_model::{AttributeValue, Attributes, BusinessCategory, Conversation, Direction};

pub(crate) use agents::level_name;
pub(crate) use projects::projects;
pub use record::{CallRecord, Outcome};

use crate::cast::Cast;
use crate::dialogue::{self, Dialogue, Odds};
use crate::dice::Dice;
use crate::grammar::{Book, digit};
use crate::{Chance, Language, Plan, Planted, RehearsalError};
use agents::{Agent, DAY};
use line::{Attempt, CallLine};

/// Streams of chance: lines and people have the first, each call its own after them.
const CALL_STREAMS: u64 = 1_000;

/// A simulated contact centre.
#[derive(Debug)]
pub struct Centre {
    plan: Plan,
    mandarin: Book,
    english: Book,
    midnight: Timestamp,
    /// No call comes from then on, in milliseconds since the first day's midnight.
    end: u64,
    lines: Vec<CallLine>,
}

/// An answered call: the conversation, the truth about it, and its row.
#[derive(Debug, Clone, PartialEq)]
pub struct RehearsedCall {
    /// As an engine would have written it down, in the native format.
    pub conversation: Conversation,
    /// What was planted.
    pub truth: Vec<Planted>,
    /// What only looks like a fault.
    pub lookalikes: Vec<Planted>,
    /// How likely each kind was that could happen in it.
    pub chances: Vec<Chance>,
    /// What the switch wrote.
    pub record: CallRecord,
}

/// A call that came in or was dialled.
#[derive(Debug, Clone, PartialEq)]
pub enum Offered {
    /// With a dialogue.
    Answered(Box<RehearsedCall>),
    /// Given up, or nobody there: only a row.
    Unanswered(Box<CallRecord>),
}

impl Centre {
    /// Opens a centre.
    ///
    /// # Errors
    /// A setting outside its range; a grammar file that does not read (an internal fault).
    pub fn new(plan: &Plan) -> Result<Self, RehearsalError> {
        plan.check()?;
        let mandarin = Book::read(Language::Mandarin, plan.wordings)?;
        let english = Book::read(Language::English, plan.wordings)?;
        let midnight =
            record::OFFSET.to_timestamp(plan.start.at(0, 0, 0, 0)).map_err(|_| RehearsalError::Plan {
                field: "start",
                value: plan.start.to_string(),
                bounds: "a day that the calendar has",
            })?;
        let monday = plan.start.weekday().to_monday_zero_offset() as u64;
        let mut dice = Dice::new(plan.seed, 0);
        let mut number = 1_000;
        let lines = projects()
            .into_iter()
            .zip(1..)
            .filter(|(project, _)| plan.wants(project.tag))
            .map(|(project, stream)| {
                let book = if project.language == Language::Mandarin { &mandarin } else { &english };
                let names = book.common.get("agent-names");
                let count = ((project.agents as f64 * plan.staffing).round() as usize).max(1);
                let outbound = project.direction == Direction::Outbound;
                let people = (0..count).map(|place| {
                    number += 1;
                    let name = dice.pick(names).map(spoken_name).unwrap_or_default();
                    Agent::hire(number, name, place, outbound, &mut dice)
                });
                let people = people.collect();
                CallLine::new(project, people, plan.volume, monday, Dice::new(plan.seed, stream))
            })
            .collect();
        let end = plan.days.map_or(u64::MAX, |days| u64::from(days) * DAY);
        Ok(Self { plan: plan.clone(), mandarin, english, midnight, end, lines })
    }

    /// The answered calls, in the order they came.
    pub fn calls(&self) -> impl Iterator<Item = RehearsedCall> + '_ {
        self.offered().filter_map(|offered| match offered {
            Offered::Answered(call) => Some(*call),
            Offered::Unanswered(_) => None,
        })
    }

    /// All calls in the order they came, also those that nobody answered, until the plan's number is answered or its
    /// days are over.
    pub fn offered(&self) -> impl Iterator<Item = Offered> + '_ {
        let mut lines = self.lines.clone();
        let mut answered = 0;
        let mut number = 0;
        std::iter::from_fn(move || {
            if answered >= self.plan.calls {
                return None;
            }
            let line = lines.iter_mut().min_by_key(|line| line.next())?;
            if line.next() >= self.end {
                return None;
            }
            number += 1;
            let offered = self.take(line, number);
            answered += usize::from(matches!(offered, Offered::Answered(_)));
            Some(offered)
        })
    }

    fn take(&self, line: &mut CallLine, number: u64) -> Offered {
        let mut dice = Dice::new(self.plan.seed, CALL_STREAMS + number);
        let attempt = line.attempt();
        let mut record = self.record(line, &attempt, number, &mut dice);
        let Ok((answered, place)) = attempt.outcome else {
            return Offered::Unanswered(Box::new(record));
        };
        let agent = line.agents[place].clone();
        let (dialogue, scenario) = self.talk(line, &agent, &mut dice);
        let wrap_up = line.wrap_up();
        let ended = answered + dialogue.duration.0;
        line.release(place, ended + wrap_up);

        record.ended_at = self.moment(ended);
        record.hold_s = dialogue.hold.0 / 1000;
        record.talk_s = (dialogue.duration.0 - dialogue.hold.0) / 1000;
        record.wrap_up_s = wrap_up / 1000;
        record.transferred = dialogue.transferred;
        record.reason = scenario;
        let conversation = Conversation {
            id: record.id.clone(),
            source: Some("rehearsal".to_owned()),
            language: Some(line.plan.language.code().to_owned()),
            started_at: Some(self.moment(answered)),
            duration: Some(dialogue.duration),
            attributes: attributes(&record),
            turns: dialogue.turns,
            sound: None,
            provenance: None,
        };
        let Dialogue { truth, lookalikes, chances, .. } = dialogue;
        Offered::Answered(Box::new(RehearsedCall { conversation, truth, lookalikes, chances, record }))
    }

    fn talk(&self, line: &CallLine, agent: &Agent, dice: &mut Dice) -> (Dialogue, String) {
        let project = &line.plan;
        let book = if project.language == Language::Mandarin { &self.mandarin } else { &self.english };
        let fitting: Vec<_> = book
            .scenarios
            .iter()
            .filter(|scenario| scenario.tags.iter().any(|tag| tag == project.tag))
            .collect();
        let weights: Vec<f64> = fitting.iter().map(|scenario| scenario.weight).collect();
        let scenario = fitting[dice.weighted(&weights)];

        let level = format!("level-{}", level_name(agent.level));
        let tags = BTreeSet::from([project.tag.to_owned(), level]);
        let mut cast = Cast::new(book, scenario, tags);
        cast.set("client", project.client);
        cast.set("agent-name", agent.name.as_str());
        let number = agent.number.to_string();
        let spoken: String = number.bytes().map(|byte| digit(usize::from(byte - b'0'), true)).collect();
        cast.set("agent-number", spoken);
        let second = cast.wording("agent-names", dice);
        cast.set("agent-name2", second);

        let odds = Odds {
            fault: self.plan.fault_rate * agent.proneness,
            event: self.plan.fault_rate,
            lookalike: self.plan.lookalike_rate,
            noise: self.plan.noise,
        };
        (dialogue::hold(cast, odds, dice), scenario.name.clone())
    }

    fn record(&self, line: &CallLine, attempt: &Attempt, number: u64, dice: &mut Dice) -> CallRecord {
        let project = &line.plan;
        let agent = attempt.outcome.ok().map(|(_, place)| place).or(attempt.dialled_by);
        let agent = agent.map(|place| &line.agents[place]);
        let until = attempt.outcome.map_or_else(|given_up| given_up, |(answered, _)| answered);
        let customer = dice.range(1, project.customers as u64);
        CallRecord {
            id: format!("c-{number:06}"),
            project: project.name.to_owned(),
            client: project.client.to_owned(),
            category: category(&project.category),
            direction: project.direction.name(),
            queue: project.queue.to_owned(),
            customer: format!("{}-{customer:05}", project.tag),
            agent: agent.map(|agent| agent.number.to_string()).unwrap_or_default(),
            agent_level: agent.map(|agent| level_name(agent.level)).unwrap_or_default().to_owned(),
            team: agent.map(|_| project.team).unwrap_or_default().to_owned(),
            arrived_at: self.moment(attempt.arrived),
            answered_at: attempt.outcome.ok().map(|(answered, _)| self.moment(answered)),
            ended_at: self.moment(until),
            wait_s: (until - attempt.arrived) / 1000,
            talk_s: 0,
            hold_s: 0,
            wrap_up_s: 0,
            outcome: match (attempt.outcome, project.direction) {
                (Ok(_), _) => Outcome::Answered,
                (Err(_), Direction::Inbound) => Outcome::Abandoned,
                (Err(_), Direction::Outbound) => Outcome::NoAnswer,
            },
            transferred: false,
            reason: String::new(),
        }
    }

    /// A time of the simulation on the calendar; the plan's range of years keeps it inside.
    fn moment(&self, ms: u64) -> Timestamp {
        let ms = i64::try_from(ms).unwrap_or(i64::MAX);
        Timestamp::from_millisecond(self.midnight.as_millisecond().saturating_add(ms))
            .unwrap_or(Timestamp::MAX)
    }
}

fn spoken_name(wording: &crate::grammar::Wording) -> String {
    match &wording.says {
        crate::grammar::Says::Words(template) => template
            .0
            .iter()
            .filter_map(
                |node| if let crate::grammar::Node::Text(text) = node { Some(text.as_str()) } else { None },
            )
            .collect(),
        crate::grammar::Says::Digits(_) | crate::grammar::Says::Number(..) => String::new(),
    }
}

fn category(category: &BusinessCategory) -> String {
    let value = serde_json::to_value(category).ok();
    value.as_ref().and_then(|value| value.as_str()).unwrap_or("other").to_owned()
}

fn attributes(record: &CallRecord) -> Attributes {
    let words = [
        ("project", record.project.as_str()),
        ("client", &record.client),
        ("category", &record.category),
        ("direction", record.direction),
        ("queue", &record.queue),
        ("customer", &record.customer),
        ("agent", &record.agent),
        ("agent_level", &record.agent_level),
        ("team", &record.team),
        ("reason", &record.reason),
    ];
    let numbers = [("wait_s", record.wait_s), ("hold_s", record.hold_s), ("wrap_up_s", record.wrap_up_s)];
    let words = words.into_iter().map(|(name, value)| (name.to_owned(), AttributeValue::from(value)));
    let numbers =
        numbers.into_iter().map(|(name, value)| (name.to_owned(), AttributeValue::Number(value as f64)));
    let transferred = ("transferred".to_owned(), AttributeValue::Flag(record.transferred));
    words.chain(numbers).chain([transferred]).collect()
}
