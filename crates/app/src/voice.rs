//! Ears for every worker: one model in memory, as many listeners as there is work for.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lingjian_acoustics::{AudioInfo, DecodeError, Reader, VadSettings};
use lingjian_language::Language;
use lingjian_model::{Conversation, Provenance};
use lingjian_speech::{
    ChannelPlan, LoadError, PlanError, Progress, SpeechError, TranscribeOptions, Transcriber, Whisper,
    WhisperOptions, transcribe_recording, voice_activity,
};

/// The model that is used where none is named.
pub const DEFAULT_MODEL: &str = "whisper-base";

/// The folder of the models: as given, else `$LINGJIAN_MODELS`, else where programs of a person keep their data.
pub fn models_folder(given: Option<&Path>) -> Result<PathBuf, VoiceError> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(folder) = given.map(Path::to_owned).or_else(|| named("LINGJIAN_MODELS")) {
        return Ok(folder);
    }
    let data = named("XDG_DATA_HOME").or_else(|| Some(named("HOME")?.join(".local/share")));
    let data = data.ok_or(VoiceError::NoModels)?;
    Ok(data.join("lingjian/models"))
}

/// Why a recording is not written down.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// Nobody says where models are.
    #[error("neither $XDG_DATA_HOME nor $HOME is set; name the folder of the models with --models")]
    NoModels,
    /// The speech engine cannot be had.
    #[error("{0}")]
    Model(String),
    /// The file cannot be opened.
    #[error("failed to open: {0}")]
    Open(std::io::Error),
    /// The file is no recording, or a damaged one.
    #[error(transparent)]
    Recording(#[from] DecodeError),
    /// Who is on which channel does not fit.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The engine failed.
    #[error(transparent)]
    Speech(#[from] SpeechError),
    /// The engine cannot be loaded.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// There is nothing to hear.
    #[error("nobody speaks in it")]
    Silent,
}

/// A recording written down.
pub struct Heard {
    /// Its words, its voice activity, its length and language. Its id is the file's stem.
    pub conversation: Conversation,
    /// What did not become words as it should.
    pub warnings: Vec<String>,
    /// What the recording says about itself.
    pub info: AudioInfo,
}

/// How recordings are written down.
pub struct Voice {
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
    pub fn new(folder: Option<&Path>, model: &str, language: Option<Language>) -> Result<Self, VoiceError> {
        let options = TranscribeOptions { language, ..TranscribeOptions::default() };
        let folder = models_folder(folder)?;
        Ok(Self { folder, model: model.to_owned(), options, at_once: 1, engines: Mutex::default() })
    }

    /// The same for so many workers. The weights are in memory once; each engine takes about 150 MB besides.
    pub fn for_workers(self, at_once: usize) -> Self {
        Self { at_once, ..self }
    }

    /// Whether the model is there and whole.
    pub fn check(&self) -> Result<Provenance, VoiceError> {
        let engine = self.take()?;
        let provenance = engine.engine();
        self.give_back(engine);
        Ok(provenance)
    }

    fn take(&self) -> Result<Whisper, VoiceError> {
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*engines, Engines::Unmade) {
            *engines = self.make().map_or_else(|error| Engines::Missing(error.to_string()), Engines::Idle);
        }
        match &mut *engines {
            Engines::Missing(reason) => Err(VoiceError::Model(reason.clone())),
            Engines::Idle(idle) => match idle.pop() {
                Some(engine) => Ok(engine),
                // One was lost to a fault in the middle of its work.
                None => Ok(self.load()?),
            },
            Engines::Unmade => Err(VoiceError::Model("it was not made".to_owned())),
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
    pub fn transcribe(
        &self,
        path: &Path,
        channels: Option<&ChannelPlan>,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Heard, VoiceError> {
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
fn plan(wanted: Option<&ChannelPlan>, info: &AudioInfo) -> Result<ChannelPlan, VoiceError> {
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
pub fn listen(
    path: &Path,
    channels: Option<&ChannelPlan>,
    conversation: &mut Conversation,
) -> Result<AudioInfo, VoiceError> {
    let mut reader = open(path)?;
    let info = reader.info().clone();
    let plan = plan(channels, &info)?;
    if let Some((sound, length)) = voice_activity(&mut reader, &plan, VadSettings::default())? {
        if sound.speech.is_empty() {
            return Err(VoiceError::Silent);
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
pub fn open(path: &Path) -> Result<Reader, VoiceError> {
    let file = File::open(path).map_err(VoiceError::Open)?;
    Ok(Reader::open(Box::new(file), path.extension().and_then(OsStr::to_str))?)
}
