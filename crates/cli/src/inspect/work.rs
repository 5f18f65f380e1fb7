//! What a worker does with one call. A fault in one call never reaches the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use lingjian_inspection::{RuleSet, judge};
use lingjian_intake::recordings::Call;
use lingjian_intake::standard::Facts;
use lingjian_language::Language;
use lingjian_model::Conversation;
use lingjian_speech::ChannelPlan;

use super::gather::{Job, Shared, Spring};
use crate::results::{Breach, Inspected, Refused, Stage};
use lingjian_app::voice::{self, Voice};

/// What all workers share.
pub(super) struct Workshop {
    pub(super) set: RuleSet,
    pub(super) voice: Option<Voice>,
    /// Who is on which channel of the recordings.
    pub(super) channels: Option<ChannelPlan>,
}

/// What became of a call.
pub(super) enum Answer {
    Judged(Box<Inspected>),
    /// No pack is meant for its language.
    WithoutRules(Box<Inspected>),
    Refused(Refused),
}

/// Lets a job be answered; a panic inside becomes a refusal that names the call.
pub(super) fn guarded(job: Job, answer: impl FnOnce(&Job) -> Answer) -> Answer {
    let answered = catch_unwind(AssertUnwindSafe(|| answer(&job)));
    answered.unwrap_or_else(|_| {
        let (file, line, id) = job.name();
        let reason = "an internal fault ended the work on this call; the others went on".to_owned();
        let advice = Some("please report it with this call's file".to_owned());
        Answer::Refused(Refused {
            file,
            line,
            column: None,
            id: Some(id),
            stage: Stage::Judge,
            field: None,
            reason,
            advice,
        })
    })
}

impl Job {
    fn known(&self) -> Option<&Call> {
        self.shared.call(self.call?)
    }

    fn recording(&self) -> Option<PathBuf> {
        Some(self.shared.recording(self.known()?)?.found.path.clone())
    }

    /// File, line and id.
    fn name(&self) -> (String, Option<u64>, String) {
        let id = self.known().map(|call| call.id.clone()).unwrap_or_default();
        match &self.words {
            Spring::Transcript(taken) => {
                (taken.place.path.display().to_string(), taken.place.line, taken.conversation.id.clone())
            }
            Spring::Recording => (self.recording().unwrap_or_default().display().to_string(), None, id),
            Spring::Vcon(at) => {
                let path = self.shared.vcon(*at).map(|(path, _)| path.clone()).unwrap_or_default();
                let id = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                (path.display().to_string(), None, id)
            }
        }
    }
}

impl Workshop {
    /// Hears it if need be, completes what is known of it, and judges it.
    pub(super) fn answer(&self, job: &Job) -> Answer {
        let (file, line, id) = job.name();
        let refused = |stage, reason: String, advice: Option<String>| {
            let (file, id) = (file.clone(), Some(id.clone()));
            Answer::Refused(Refused { file, line, column: None, id, stage, field: None, reason, advice })
        };
        let recording = job.recording();
        let (mut notes, mut header) = (Vec::new(), None);
        let (mut conversation, transcribed) = match &job.words {
            Spring::Transcript(taken) => {
                notes.extend(taken.notes.iter().map(ToString::to_string));
                let mut conversation = taken.conversation.clone();
                // What the call itself says stays.
                if let Some(path) = recording.as_ref().filter(|_| conversation.sound.is_none()) {
                    match voice::listen(path, self.channels.as_ref(), &mut conversation) {
                        Ok(info) => header = Some(info),
                        Err(error) => notes.push(format!(
                            "silence and overlap are the transcript's, for its recording tells nothing: {error:#}"
                        )),
                    }
                }
                (conversation, false)
            }
            Spring::Recording => {
                let Some(voice) = &self.voice else {
                    let advice = "leave --no-speech out, or put its transcript beside it".to_owned();
                    return refused(
                        Stage::Transcribe,
                        "has no transcript, and --no-speech was given".to_owned(),
                        Some(advice),
                    );
                };
                let path = recording.as_deref().unwrap_or(file.as_ref());
                match voice.transcribe(path, self.channels.as_ref(), &mut |_| {}) {
                    Ok(heard) => {
                        notes.extend(heard.warnings);
                        header = Some(heard.info);
                        (Conversation { id: id.clone(), ..heard.conversation }, true)
                    }
                    Err(error) => return refused(Stage::Transcribe, format!("{error:#}"), None),
                }
            }
            Spring::Vcon(at) => match job.shared.vcon(*at) {
                Some((_, vcon)) => {
                    let mut conversation = empty(id.clone());
                    conversation.turns = vcon.transcript.clone().unwrap_or_default();
                    vcon.complete(&mut conversation);
                    (conversation, false)
                }
                None => return refused(Stage::Read, "the vCon is gone".to_owned(), None),
            },
        };
        if let Some(call) = job.known() {
            job.shared.complete(call, &mut conversation);
        }
        job.shared.complete_by_project(&mut conversation);

        if conversation.is_silent() {
            notes.insert(0, "nobody speaks, so there is nothing to judge".to_owned());
            return refused(Stage::Judge, notes.join("; "), None);
        }
        let judgement = judge(&self.set, &conversation);
        let mut breaches = match &recording {
            Some(path) => {
                let header = header.or_else(|| Some(voice::open(path).ok()?.info().clone()));
                breaches(&job.shared, job.known(), path, header)
            }
            None => Vec::new(),
        };
        // The rule that the project names finds calls in which the notice is missing.
        let announcement =
            job.shared.project.as_ref().and_then(|(project, _)| project.recording.announcement.as_ref());
        if let Some(rule) =
            announcement.filter(|rule| judgement.findings.iter().any(|one| one.rule == **rule))
        {
            breaches.push(Breach {
                item: "announcement".to_owned(),
                message: format!("the rule {rule} misses the recording notice"),
            });
        }
        let meant = self.is_meant(&conversation);
        let call = Inspected { file, line, recording, transcribed, conversation, judgement, notes, breaches };
        if meant { Answer::Judged(Box::new(call)) } else { Answer::WithoutRules(Box::new(call)) }
    }

    /// Whether any pack is for the language of this call.
    fn is_meant(&self, conversation: &Conversation) -> bool {
        let named = conversation.language.as_deref().and_then(Language::from_tag);
        let spoken = named.or_else(|| Language::of(conversation.turns.iter().map(|turn| turn.text.as_str())));
        self.set.packs().iter().any(|pack| match (pack.language, spoken) {
            (Some(pack), Some(spoken)) => pack == spoken,
            _ => true,
        })
    }
}

fn empty(id: String) -> Conversation {
    Conversation {
        id,
        source: None,
        language: None,
        started_at: None,
        duration: None,
        attributes: Default::default(),
        turns: Vec::new(),
        sound: None,
        provenance: None,
    }
}

/// What a recording breaks of its project's standard.
fn breaches(
    shared: &Shared,
    call: Option<&Call>,
    path: &std::path::Path,
    header: Option<lingjian_acoustics::AudioInfo>,
) -> Vec<Breach> {
    let found = shared.project.as_ref().zip(call.and_then(|call| shared.recording(call)));
    let Some(((_, standard), recording)) = found else { return Vec::new() };
    let facts = Facts {
        path,
        container: recording.found.container,
        channels: header.as_ref().map(|info| info.channels),
        sample_rate: header.as_ref().map(|info| info.sample_rate),
    };
    let told = standard.check(&facts).into_iter().map(|breach| Breach {
        item: breach.field.to_owned(),
        message: format!("{}, agreed: {}", breach.found, breach.wanted),
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use lingjian_intake::transcripts::{self, Options};

    use super::*;
    use crate::inspect::gather;

    #[test]
    fn a_panic_in_one_call_is_listed_with_its_name() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("c-7.json");
        std::fs::write(&path, r#"{"turns":[{"role":"agent","start_ms":0,"end_ms":9,"text":"您好"}]}"#)?;
        assert_eq!(transcripts::open(&path, Options::default()).count(), 1);
        let paths = [path];
        let request = crate::inspect::Request {
            paths: &paths,
            records: None,
            project: None,
            name_pattern: None,
            voice: None,
            channels: None,
            jobs: None,
        };
        let job = gather::gather(&request)?.jobs().next().expect("one call");
        let Answer::Refused(refused) = guarded(job, |_| panic!("as bad as it gets")) else {
            panic!("not refused")
        };
        assert_eq!((refused.id.as_deref(), refused.stage), (Some("c-7"), Stage::Judge));
        assert!(refused.reason.contains("internal fault"), "{}", refused.reason);
        Ok(())
    }
}
