//! Ears for every worker: one model in memory, as many listeners as there is work for.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail};
use lingjian_acoustics::{AudioInfo, Reader, VadSettings};
use lingjian_model::{Conversation, Provenance};
use lingjian_speech::{
    ChannelPlan, LoadError, Progress, TranscribeOptions, Transcriber, Whisper, WhisperOptions,
    transcribe_recording, voice_activity,
};

use crate::language::Spoken;

/// The model that is used where none is named.
pub(crate) const DEFAULT_MODEL: &str = "whisper-base";

/// The folder of the models: as given, else `$LINGJIAN_MODELS`, else where programs of a person keep their data.
pub(crate) fn models_folder(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = given.map(Path::to_owned).or_else(|| named("LINGJIAN_MODELS")) {
        return Ok(folder);
    }
    let data = named("XDG_DATA_HOME").or_else(|| Some(named("HOME")?.join(".local/share")));
    let data =
        data.context("neither $XDG_DATA_HOME nor $HOME is set; name the folder of the models with --models")?;
    Ok(data.join("lingjian/models"))
}

/// A recording written down.
pub(crate) struct Heard {
    /// Its words, its voice activity, its length and language. Its id is the file's stem.
    pub(crate) conversation: Conversation,
    /// What did not become words as it should.
    pub(crate) warnings: Vec<String>,
    /// What the recording says about itself.
    pub(crate) info: AudioInfo,
}

/// How recordings are written down.
pub(crate) struct Voice {
    folder: PathBuf,
    model: String,
    options: TranscribeOptions,
    /// How many will listen at once.
    at_once: usize,
    engines: Mutex<Engines>,
}

/// Engines are made when the first recording comes; a model that is missing is missing for all.
#[derive(Default)]
enum Engines {
    #[default]
    Unmade,
    Idle(Vec<Whisper>),
    Missing(String),
}

impl Voice {
    /// Nothing is loaded yet.
    pub(crate) fn new(folder: Option<&Path>, model: &str, spoken: Spoken) -> anyhow::Result<Self> {
        let options = TranscribeOptions { language: spoken.language(), ..TranscribeOptions::default() };
        let folder = models_folder(folder)?;
        Ok(Self { folder, model: model.to_owned(), options, at_once: 1, engines: Mutex::default() })
    }

    /// The same for so many workers. The weights are in memory once; each engine takes about 150 MB besides.
    pub(crate) fn for_workers(self, at_once: usize) -> Self {
        Self { at_once, ..self }
    }

    /// Whether the model is there and whole.
    pub(crate) fn check(&self) -> anyhow::Result<Provenance> {
        let engine = self.take()?;
        let provenance = engine.engine();
        self.give_back(engine);
        Ok(provenance)
    }

    fn take(&self) -> anyhow::Result<Whisper> {
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*engines, Engines::Unmade) {
            *engines = self.make().map_or_else(|error| Engines::Missing(error.to_string()), Engines::Idle);
        }
        match &mut *engines {
            Engines::Missing(reason) => bail!("{reason}"),
            Engines::Idle(idle) => match idle.pop() {
                Some(engine) => Ok(engine),
                // One was lost to a fault in the middle of its work.
                None => Ok(self.load()?),
            },
            Engines::Unmade => bail!("the speech engine was not made"),
        }
    }

    fn make(&self) -> Result<Vec<Whisper>, LoadError> {
        let first = self.load()?;
        let mut all = (1..self.at_once).map(|_| first.sibling()).collect::<Result<Vec<_>, _>>()?;
        all.push(first);
        Ok(all)
    }

    fn load(&self) -> Result<Whisper, LoadError> {
        Whisper::open(&self.folder, &self.model, WhisperOptions::default())
    }

    fn give_back(&self, engine: Whisper) {
        if let Engines::Idle(idle) = &mut *self.engines.lock().unwrap_or_else(PoisonError::into_inner) {
            idle.push(engine);
        }
    }

    /// Writes a recording down.
    pub(crate) fn transcribe(
        &self,
        path: &Path,
        channels: Option<&ChannelPlan>,
        progress: &mut dyn FnMut(Progress),
    ) -> anyhow::Result<Heard> {
        let mut reader = open(path)?;
        let info = reader.info().clone();
        let plan = plan(channels, &info)?;
        let mut engine = self.take()?;
        let spoken = transcribe_recording(&mut reader, &plan, &mut engine, &self.options, progress);
        let provenance = engine.engine();
        self.give_back(engine);
        let spoken = spoken?;
        let conversation = Conversation {
            id: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
            source: None,
            language: spoken.language.map(|language| tag(language).to_owned()),
            started_at: None,
            duration: Some(spoken.duration),
            attributes: Default::default(),
            turns: spoken.turns,
            sound: Some(spoken.sound),
            provenance: Some(provenance),
        };
        Ok(Heard { conversation, warnings: spoken.warnings.iter().map(ToString::to_string).collect(), info })
    }
}

/// Who is on which channel of a recording.
fn plan(wanted: Option<&ChannelPlan>, info: &AudioInfo) -> anyhow::Result<ChannelPlan> {
    let plan = match wanted {
        // One channel carries both parties whatever the plan for two says.
        Some(ChannelPlan::Separate(parties)) if info.channels == 1 && parties.len() > 1 => ChannelPlan::Mixed,
        Some(plan) => plan.clone(),
        None => ChannelPlan::for_channels(usize::from(info.channels))?,
    };
    plan.check(usize::from(info.channels))?;
    Ok(plan)
}

/// Gives a call whose words are known the voice activity of its recording, where that has a channel for each party.
pub(crate) fn listen(
    path: &Path,
    channels: Option<&ChannelPlan>,
    conversation: &mut Conversation,
) -> anyhow::Result<AudioInfo> {
    let mut reader = open(path)?;
    let info = reader.info().clone();
    let plan = plan(channels, &info)?;
    if let Some((sound, length)) = voice_activity(&mut reader, &plan, VadSettings::default())? {
        if sound.speech.is_empty() {
            bail!("nobody speaks in it");
        }
        conversation.sound = Some(sound);
        conversation.duration = conversation.duration.max(Some(length));
    }
    Ok(info)
}

fn tag(language: lingjian_language::Language) -> &'static str {
    match language {
        lingjian_language::Language::Chinese => "zh-CN",
        lingjian_language::Language::English => "en",
    }
}

/// Opens a recording.
pub(crate) fn open(path: &Path) -> anyhow::Result<Reader> {
    let file = File::open(path).context("failed to open")?;
    Ok(Reader::open(Box::new(file), path.extension().and_then(OsStr::to_str))?)
}
