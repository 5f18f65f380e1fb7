//! Writes recordings down with the model from the models folder and tells what it cost:
//! `cargo run --release -p lingjian-speech --example write_down -- [--plan PLAN] [--language zh|en] FILE…`
//! One JSON object a file: turns, language, warnings, effort, and processor seconds (Linux).

#![expect(clippy::print_stdout, reason = "an example tells its result")]

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};

use lingjian_acoustics::Reader;
use lingjian_language::Language;
use lingjian_model::Provenance;
use lingjian_speech::{
    ChannelPlan, EngineError, Hints, Segment, TranscribeOptions, Transcriber, Whisper, WhisperOptions,
    models, transcribe_recording,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut options = TranscribeOptions::default();
    let mut plan = None;
    let mut whisper = WhisperOptions::default();
    let mut files = Vec::new();
    // Everything but the engine: what decoding and voice activity cost.
    let mut deaf = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--plan" => plan = Some(value()?.parse::<ChannelPlan>()?),
            "--language" => options.language = Language::from_tag(&value()?),
            "--window" => options.window = lingjian_model::Millis(value()?.parse()?),
            "--beams" => whisper.beams = value()?.parse()?,
            "--deaf" => deaf = true,
            "--no-align" => whisper.align = false,
            "--pull" => {
                let model = models::pull(&value()?, &models_dir()?, &models::Source::Registry, &mut |_| {})?;
                println!("{}", serde_json::to_string(&model.manifest)?);
            }
            _ => files.push(PathBuf::from(argument)),
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    let mut engine = Whisper::open(&models_dir()?, "whisper-base", whisper)?;
    for file in files {
        let before = processor_seconds();
        let extension = file.extension().and_then(|extension| extension.to_str());
        let mut reader = Reader::open(Box::new(File::open(&file)?), extension)?;
        let plan = match &plan {
            Some(plan) => plan.clone(),
            None => ChannelPlan::for_channels(usize::from(reader.info().channels))?,
        };
        let engine: &mut dyn Transcriber = if deaf { &mut Deaf } else { &mut engine };
        let spoken = transcribe_recording(&mut reader, &plan, engine, &options, &mut |_| {})?;
        let warnings: Vec<String> = spoken.warnings.iter().map(ToString::to_string).collect();
        let told = serde_json::json!({
            "file": file,
            "language": spoken.language.map(Language::tag),
            "duration_ms": spoken.duration,
            "turns": spoken.turns,
            "sound": spoken.sound,
            "warnings": warnings,
            "windows": spoken.effort.windows,
            "given_ms": spoken.effort.given,
            "speech_ms": spoken.effort.speech,
            "processor_s": processor_seconds() - before,
        });
        println!("{told}");
    }
    Ok(())
}

/// Hears nothing.
struct Deaf;

impl Transcriber for Deaf {
    fn engine(&self) -> Provenance {
        Provenance { engine: "deaf".into(), model: String::new(), model_sha256: String::new() }
    }

    fn transcribe(&mut self, _: &[f32], _: &Hints) -> Result<Vec<Segment>, EngineError> {
        Ok(Vec::new())
    }
}

fn models_dir() -> Result<PathBuf, Box<dyn Error>> {
    if let Some(dir) = std::env::var_os("LINGJIAN_MODELS") {
        return Ok(PathBuf::from(dir));
    }
    let home = std::env::var_os("HOME").ok_or("neither LINGJIAN_MODELS nor HOME is set")?;
    Ok(Path::new(&home).join(".local/share/lingjian/models"))
}

/// Time that this process has kept processors busy, from /proc; 0 where there is none.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| fields.get(field).and_then(|ticks| ticks.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
