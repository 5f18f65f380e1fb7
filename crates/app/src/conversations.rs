//! Conversations as people see them: within their reach, masked, and noted when they are looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;

use bytes::Bytes;
use lingjian_acoustics::{DecodeError, Reader};
use lingjian_intake::standard::Breach;
use lingjian_language::mask::mask;
use lingjian_model::{
    Action, AgentId, AttributeValue, Attributes, ConversationId, JudgementId, Permission, Placed, ProjectId,
    Reach, Role, Speech, TeamId, TranscriptId, Turn,
};
use lingjian_store::{
    Change, ChangeKind, Filter, JudgementVersion, Kept, KeptJudgement, Listed, Names, Page, Places, Recorded,
    Sort, Tally, TallyBy, TranscriptVersion,
};
use serde_json::json;

use crate::{Actor, AppError, House};

/// Lines that show a hit.
const HITS: usize = 2;
/// Peaks a second.
const PEAKS: usize = 20;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Which.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Which page.
    pub page: Page,
    /// Without the turns in which the words stand: a table has no place for them.
    pub without_hits: bool,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The figures.
    pub listed: Listed,
    /// The project's name.
    pub project: Option<(ProjectId, String)>,
    /// The team's name.
    pub team: Option<(TeamId, String)>,
    /// The agent's name and number.
    pub agent: Option<(AgentId, String, String)>,
    /// Where the words stand that were looked for.
    pub hits: Vec<Hit>,
}

/// A turn in which a word stands that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The turn, from 0.
    pub turn: usize,
    /// Whose.
    pub role: Role,
    /// Its words, masked.
    pub text: String,
    /// The places of what was looked for.
    pub marks: Vec<[usize; 2]>,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Its rows.
    pub rows: Vec<Row>,
    /// Behind which row the next page begins; none: this was the last.
    pub next: Option<(f64, ConversationId)>,
}

/// The words of a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    /// Which version.
    pub id: TranscriptId,
    /// Who said what.
    pub turns: Vec<Turn>,
    /// Who speaks when, where the sound tells.
    pub speech: Vec<Speech>,
    /// Whether personal data is masked.
    pub masked: bool,
}

/// A conversation with all that is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// As in lists.
    pub row: Row,
    /// What else is known.
    pub attributes: Attributes,
    /// Its recording.
    pub recording: Option<Recorded>,
    /// What of the recording is not as its project agreed.
    pub breaches: Vec<Breach>,
    /// When it came in.
    pub received_at: i64,
    /// The words that count.
    pub transcript: Option<Transcript>,
    /// The judgement that counts.
    pub judgement: Option<KeptJudgement>,
    /// All versions of its words, newest first.
    pub transcripts: Vec<TranscriptVersion>,
    /// All judgements, newest first.
    pub judgements: Vec<JudgementVersion>,
}

/// The loudest moments of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Peaks {
    /// How long it is.
    pub duration_ms: u64,
    /// Peaks a second.
    pub per_second: usize,
    /// By channel.
    pub channels: Vec<PeaksOf>,
}

/// The peaks of a channel.
#[derive(Debug, Clone, PartialEq)]
pub struct PeaksOf {
    /// agent, customer or mixed.
    pub role: &'static str,
    /// Each 0–1.
    pub peaks: Vec<f32>,
}

/// A row with the names of its places.
pub(crate) fn row(names: &Names, listed: Listed, hits: Vec<Hit>) -> Row {
    let project = listed.project.and_then(|id| Some((id, names.projects.get(&id)?.clone())));
    let team = listed.team.and_then(|id| Some((id, names.teams.get(&id)?.clone())));
    let agent = listed.agent.and_then(|id| {
        let (name, number) = names.agents.get(&id)?.clone();
        Some((id, name, number))
    });
    Row { listed, project, team, agent, hits }
}

impl House {
    /// A page of the conversations within reach.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn conversations(&self, actor: &Actor, search: &Search) -> Result<Listing, AppError> {
        let reach = actor.reach(Permission::ConversationsList)?;
        let reads = actor.authority.reach(Permission::ConversationsRead);
        let limit = search.page.limit;
        let page = Page { limit: limit + 1, ..search.page };
        let mut listed = self.store().conversations(&search.filter, &reach, search.sort, page).await?;
        let more = listed.len() as u64 > limit;
        listed.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let next = listed.last().filter(|_| more).map(|row| (search.sort.value(row), row.id));
        let names = self.store().names(&listed).await?;
        let mut hits = self.hits(&listed, search, &reads).await?;
        let rows = listed.into_iter().map(|listed| {
            let hits = hits.remove(&listed.id).unwrap_or_default();
            row(&names, listed, hits)
        });
        Ok(Listing { rows: rows.collect(), next })
    }

    /// How many conversations within reach the filter lets through.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn count_conversations(&self, actor: &Actor, filter: &Filter) -> Result<u64, AppError> {
        let reach = actor.reach(Permission::ConversationsList)?;
        let store = self.store();
        let last = || async { Ok(store.last_change().await?) };
        let work = async { Ok(store.count(filter, &reach).await?) };
        self.counts().answer((filter.clone(), reach.clone()), last, work).await
    }

    /// Projects, teams and agents, as far as their conversations are within reach.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn places(&self, actor: &Actor) -> Result<Places, AppError> {
        let reach = actor.reach(Permission::ConversationsList)?;
        let mut places = self.store().places().await?;
        if reach == Reach::All {
            return Ok(places);
        }
        let by = [TallyBy::Project, TallyBy::Team, TallyBy::Agent];
        let cells = self.store().cells(&Filter::default(), &reach, &by).await?;
        let [projects, teams, agents] = std::array::from_fn(|key| -> BTreeSet<String> {
            Tally::by(&cells, key).into_iter().filter_map(|one| one.key).collect()
        });
        places.projects.retain(|one| projects.contains(&one.id.to_string()));
        places.teams.retain(|one| teams.contains(&one.id.to_string()));
        places.agents.retain(|one| agents.contains(&one.id.to_string()));
        Ok(places)
    }

    /// Whether a change is about something within reach, or about what concerns everybody.
    pub async fn is_told(&self, actor: &Actor, change: &Change) -> bool {
        if change.kind == ChangeKind::EvaluationChanged {
            return self.evaluation_within(actor, change.subject.into()).await.is_ok();
        }
        if change.kind == ChangeKind::CoachingChanged {
            return self.sees_sheet(actor, change.subject.into()).await;
        }
        let reach = actor.authority.reach(Permission::ConversationsList);
        if reach == Reach::All || change.kind == ChangeKind::RulesPublished {
            return true;
        }
        let kept = self.store().conversation(change.subject.into()).await.ok().flatten();
        kept.is_some_and(|kept| reach.covers(&placed(&kept.listed)))
    }

    /// Notes that a list leaves the house.
    ///
    /// # Errors
    /// Where they may not.
    pub async fn note_export(&self, actor: &Actor, what: &str) -> Result<(), AppError> {
        actor.reach(Permission::ConversationsExport)?;
        self.note_view(actor, Action::ConversationExport, "", json!({ "filter": what })).await
    }

    /// The turns in which the words stand. They are shown to those who may read them; to others it shows that they are there.
    async fn hits(
        &self,
        listed: &[Listed],
        search: &Search,
        reads: &Reach,
    ) -> Result<BTreeMap<ConversationId, Vec<Hit>>, AppError> {
        let Some(query) = search.filter.query.as_ref().filter(|_| !search.without_hits) else {
            return Ok(BTreeMap::new());
        };
        let read: Vec<ConversationId> =
            listed.iter().filter(|listed| reads.covers(&placed(listed))).map(|listed| listed.id).collect();
        let said = self.store().said(&read).await?;
        let hits = said.into_iter().map(|(id, turns)| {
            let hits = turns.into_iter().enumerate().filter_map(|(turn, said)| {
                let text = mask(&said.text).text;
                let marks = query.marks(&text);
                (!marks.is_empty()).then_some(Hit { turn, role: said.role, text, marks })
            });
            (id, hits.take(HITS).collect())
        });
        Ok(hits.collect())
    }

    /// A conversation, for those who may read it. Personal data stays masked unless it is asked for by somebody who may see it.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn conversation(
        &self,
        actor: &Actor,
        id: ConversationId,
        unmask: bool,
    ) -> Result<Conversation, AppError> {
        let kept = self.within_reach(actor, id, Permission::ConversationsRead).await?;
        let masked = !self.unmasks(actor, &kept, unmask)?;
        self.note_view(actor, Action::ConversationRead, &id.to_string(), json!({ "unmasked": !masked }))
            .await?;
        let transcript = match kept.transcript {
            Some(version) => self.words(&kept, version, masked).await?,
            None => None,
        };
        let judgement = match kept.judgement {
            Some(version) => self.store().judgement(version).await?.map(|(_, judgement)| judgement),
            None => None,
        };
        let (transcripts, judgements, names) = tokio::try_join!(
            async { Ok::<_, AppError>(self.store().transcript_versions(id).await?) },
            async { Ok(self.store().judgement_versions(id).await?) },
            async { Ok(self.store().names(std::slice::from_ref(&kept.listed)).await?) },
        )?;
        let breaches = match &kept.recording {
            Some(recorded) => self.breaches(id, kept.listed.project, &recorded.name).await?,
            None => Vec::new(),
        };
        let mut attributes = kept.attributes;
        if masked {
            for value in attributes.values_mut() {
                if let AttributeValue::Text(text) = value {
                    *text = mask(text).text;
                }
            }
        }
        Ok(Conversation {
            row: row(&names, kept.listed, Vec::new()),
            attributes,
            recording: kept.recording,
            breaches,
            received_at: kept.received_at,
            transcript,
            judgement,
            transcripts,
            judgements,
        })
    }

    /// A version of its words.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn transcript(
        &self,
        actor: &Actor,
        id: ConversationId,
        version: TranscriptId,
        unmask: bool,
    ) -> Result<Transcript, AppError> {
        let kept = self.within_reach(actor, id, Permission::ConversationsRead).await?;
        let masked = !self.unmasks(actor, &kept, unmask)?;
        let detail = json!({ "transcript": version, "unmasked": !masked });
        self.note_view(actor, Action::ConversationRead, &id.to_string(), detail).await?;
        self.words(&kept, version, masked).await?.ok_or(AppError::NotFound { what: "transcript" })
    }

    /// A version of its judgement.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn judgement(
        &self,
        actor: &Actor,
        id: ConversationId,
        version: JudgementId,
    ) -> Result<KeptJudgement, AppError> {
        self.within_reach(actor, id, Permission::ConversationsRead).await?;
        let found = self.store().judgement(version).await?.filter(|(whose, _)| *whose == id);
        Ok(found.ok_or(AppError::NotFound { what: "judgement" })?.1)
    }

    /// Its recording, to be played. `noted` says whether the playback stands in the audit trail already: a player asks piece by piece.
    ///
    /// # Errors
    /// Where there is none within reach.
    pub async fn recording(
        &self,
        actor: &Actor,
        id: ConversationId,
        noted: bool,
    ) -> Result<Recorded, AppError> {
        let kept = self.within_reach(actor, id, Permission::RecordingsPlay).await?;
        let recorded = kept.recording.ok_or(AppError::NotFound { what: "recording" })?;
        if !noted {
            self.note_view(actor, Action::RecordingPlay, &id.to_string(), json!({})).await?;
        }
        Ok(recorded)
    }

    /// Some bytes of a recording that one may play.
    ///
    /// # Errors
    /// When they are gone.
    pub async fn recording_bytes(
        &self,
        recorded: &Recorded,
        range: std::ops::Range<u64>,
    ) -> Result<Bytes, AppError> {
        Ok(self.blobs().range(&recorded.blob.sha256, range).await?)
    }

    /// The loudest moments of its recording, for the picture of the wave.
    ///
    /// # Errors
    /// Where there is none within reach, or it cannot be decoded.
    pub async fn peaks(&self, actor: &Actor, id: ConversationId) -> Result<Peaks, AppError> {
        let kept = self.within_reach(actor, id, Permission::RecordingsPlay).await?;
        let recorded = kept.recording.ok_or(AppError::NotFound { what: "recording" })?;
        let file = self.blobs().lay_out(&recorded.blob.sha256, &recorded.name).await?;
        let work = move || peaks_of(file.path());
        let peaks =
            tokio::task::spawn_blocking(work).await.map_err(|error| AppError::Internal(error.to_string()))?;
        peaks.map_err(|error| AppError::Internal(format!("the recording cannot be decoded: {error}")))
    }

    /// A conversation within reach of a permission. What is beyond it is as if it were not there.
    pub(crate) async fn within_reach(
        &self,
        actor: &Actor,
        id: ConversationId,
        permission: Permission,
    ) -> Result<Kept, AppError> {
        let reach = actor.reach(permission)?;
        let kept = self.store().conversation(id).await?;
        kept.filter(|kept| reach.covers(&placed(&kept.listed)))
            .ok_or(AppError::NotFound { what: "conversation" })
    }

    /// Whether what is personal is shown.
    fn unmasks(&self, actor: &Actor, kept: &Kept, asked: bool) -> Result<bool, AppError> {
        let reach: Reach = actor.authority.reach(Permission::ConversationsUnmask);
        match (asked, reach.covers(&placed(&kept.listed))) {
            (true, false) => Err(AppError::Forbidden { permission: Permission::ConversationsUnmask.name() }),
            (asked, _) => Ok(asked),
        }
    }

    async fn words(
        &self,
        kept: &Kept,
        version: TranscriptId,
        masked: bool,
    ) -> Result<Option<Transcript>, AppError> {
        Ok(self.store().words(kept, version).await?.map(|words| {
            let turns = if masked { words.turns.into_iter().map(masked_turn).collect() } else { words.turns };
            let speech = words.sound.map(|sound| sound.speech).unwrap_or_default();
            Transcript { id: version, turns, speech, masked }
        }))
    }
}

/// A turn without what is personal. Where something is, its words with their times go: each alone might tell it.
fn masked_turn(turn: Turn) -> Turn {
    let masked = mask(&turn.text);
    let words = if masked.found.is_empty() { turn.words } else { Vec::new() };
    Turn { text: masked.text, words, ..turn }
}

pub(crate) fn placed(listed: &Listed) -> Placed {
    Placed { project: listed.project, team: listed.team, agent: listed.agent, user: None }
}

fn peaks_of(file: &Path) -> Result<Peaks, DecodeError> {
    let mut reader = Reader::open(Box::new(File::open(file)?), file.extension().and_then(OsStr::to_str))?;
    let info = reader.info().clone();
    let step = (info.sample_rate as usize / PEAKS).max(1);
    let mut channels: Vec<Vec<f32>> = vec![Vec::new(); usize::from(info.channels)];
    let mut filled = 0;
    // A recording that breaks off is shown as far as it goes.
    while let Ok(Some(block)) = reader.next_block() {
        for (peaks, samples) in channels.iter_mut().zip(&block.channels) {
            for (at, sample) in samples.iter().enumerate() {
                let slot = (filled + at) / step;
                if peaks.len() <= slot {
                    peaks.resize(slot + 1, 0.0);
                }
                peaks[slot] = peaks[slot].max(sample.abs().min(1.0));
            }
        }
        filled += block.frames();
    }
    let role = |at: usize| match (channels.len(), at) {
        (2, 0) => "agent",
        (2, 1) => "customer",
        _ => "mixed",
    };
    let duration_ms = filled as u64 * 1000 / u64::from(info.sample_rate.max(1));
    let roles: Vec<&'static str> = (0..channels.len()).map(role).collect();
    let channels = roles.into_iter().zip(channels).map(|(role, peaks)| PeaksOf { role, peaks }).collect();
    Ok(Peaks { duration_ms, per_second: PEAKS, channels })
}
