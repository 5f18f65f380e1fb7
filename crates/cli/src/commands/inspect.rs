//! `lingjian inspect`: what to read, what to judge by, where to write.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{anyhow, bail};
use clap::{Args, ValueEnum};
use lingjian_speech::ChannelPlan;

use crate::failure::{Outcome, complain};
use crate::inspect::{Inspection, Request};
use crate::language::{Lang, Spoken};
use crate::output::Output;
use crate::packs;
use crate::report::{Choices, Report};
use crate::results::{Json, JsonLines, Run, Sink, Table};
use lingjian_app::voice::Voice;

/// What to inspect, by what, and where to write it.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Files and folders: recordings, transcripts, vCon files.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Rule packs: folders, files, or names of packs that ship [default: all that ship; each judges the calls of its
    /// language and direction].
    #[arg(long, value_name = "PACK", num_args = 1..)]
    rules: Vec<PathBuf>,
    /// How to write it; several may be named when --out is a folder [default: as --out ends, else table].
    #[arg(long, value_enum, value_delimiter = ',')]
    format: Vec<Format>,
    /// A file, or a folder for report.html, calls.jsonl, report.json and report.txt [default: standard output].
    #[arg(long, value_name = "FILE|DIR")]
    out: Option<PathBuf>,
    /// Call records: CSV, TSV or Excel.
    #[arg(long, value_name = "FILE", requires = "mapping")]
    calls: Option<PathBuf>,
    /// Names the columns of the call records.
    #[arg(long, value_name = "FILE", requires = "calls")]
    mapping: Option<PathBuf>,
    /// The project: its name, its direction, the standard agreed for its recordings.
    #[arg(long, value_name = "FILE")]
    project: Option<PathBuf>,
    /// What recordings' names tell, such as {date:8}_{agent}_{id}.wav.
    #[arg(long, value_name = "PATTERN")]
    name_pattern: Option<String>,
    #[command(flatten)]
    speech: SpeechArguments,
    /// Write down no recording; those without a transcript are listed as refused.
    #[arg(long)]
    no_speech: bool,
    /// The language of the words of tables and reports.
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// The time zone of the report's times, such as Europe/Berlin [default: Asia/Shanghai in Chinese, UTC in English].
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Let the HTML report play the recordings from where they lie.
    #[arg(long)]
    link_audio: bool,
    /// Take the words of so many calls into the HTML report; of more, only findings and figures.
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    most_transcripts: usize,
    /// How many calls are worked on at once [default: one a core].
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// The same as --format json.
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// How recordings are listened to.
#[derive(Debug, Args)]
pub(crate) struct SpeechArguments {
    /// Who is on which channel: agent=left,customer=right, agent=1, or mixed [default: one channel is mixed, of two
    /// the left is the agent's].
    #[arg(long, value_name = "PLAN")]
    pub(crate) channels: Option<ChannelPlan>,
    /// What is spoken in the recordings.
    #[arg(long, value_enum, default_value_t)]
    language: Spoken,
    /// The speech model.
    #[arg(long, value_name = "NAME", default_value = lingjian_app::voice::DEFAULT_MODEL)]
    model: String,
    /// The folder of the models [default: see `lingjian model --help`].
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
}

impl SpeechArguments {
    /// Ears as they were asked for.
    pub(crate) fn voice(&self) -> anyhow::Result<Voice> {
        Ok(Voice::new(self.models.as_deref(), &self.model, self.language.language())?)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Json,
    Jsonl,
    Html,
}

impl Format {
    /// The file's name in a folder.
    fn file(self) -> &'static str {
        match self {
            Self::Table => "report.txt",
            Self::Json => "report.json",
            Self::Jsonl => "calls.jsonl",
            Self::Html => "report.html",
        }
    }

    /// What a file's ending asks for.
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Table),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "html" | "htm" => Some(Self::Html),
            _ => None,
        }
    }
}

/// Where each format goes.
fn destinations(arguments: &Arguments) -> anyhow::Result<Vec<(Format, Option<PathBuf>)>> {
    let mut formats = arguments.format.clone();
    if arguments.json {
        formats.push(Format::Json);
    }
    formats.dedup();
    let Some(out) = &arguments.out else {
        return match formats.as_slice() {
            [] => Ok(vec![(Format::Table, None)]),
            [one] => Ok(vec![(*one, None)]),
            _ => bail!("several formats need a folder: name it with --out"),
        };
    };
    let ends_with_slash = out.as_os_str().to_string_lossy().ends_with(std::path::MAIN_SEPARATOR);
    if out.is_dir() || ends_with_slash || (!out.exists() && out.extension().is_none()) {
        if formats.is_empty() {
            formats = vec![Format::Html, Format::Jsonl];
        }
        return Ok(formats.into_iter().map(|format| (format, Some(out.join(format.file())))).collect());
    }
    match formats.as_slice() {
        [] => Ok(vec![(Format::of(out).unwrap_or(Format::Table), Some(out.clone()))]),
        [one] => Ok(vec![(*one, Some(out.clone()))]),
        _ => bail!("several formats need a folder, and {} is a file", out.display()),
    }
}

fn sink(
    format: Format,
    path: Option<PathBuf>,
    run: &Arc<Run>,
    arguments: &Arguments,
    zone: &str,
) -> anyhow::Result<Box<dyn Sink>> {
    let out = Output::to(path.as_deref())?;
    Ok(match format {
        Format::Table => Box::new(Table::new(out, Arc::clone(run), arguments.lang)),
        Format::Json => Box::new(Json::new(out, run)?),
        Format::Jsonl => Box::new(JsonLines::new(out)),
        Format::Html => {
            let parent = path.as_deref().and_then(Path::parent).map(Path::to_owned);
            let folder =
                parent.map(|path| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path });
            let choices = Choices {
                lang: arguments.lang,
                link_audio: arguments.link_audio,
                folder,
                zone: zone.to_owned(),
                most_transcripts: arguments.most_transcripts,
            };
            Box::new(Report::new(out, Arc::clone(run), choices)?)
        }
    })
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let zone = arguments.zone.as_deref().unwrap_or(arguments.lang.pick("Asia/Shanghai", "UTC"));
    if jiff::tz::TimeZone::get(zone).is_err() {
        bail!("--zone: no time zone is called “{}”; write for example Asia/Shanghai", zone.escape_debug());
    }
    if arguments.link_audio && arguments.out.is_none() {
        bail!("--link-audio: say with --out where the report will stand, so that it can find the recordings");
    }
    let destinations = destinations(arguments)?;
    let voice = if arguments.no_speech { None } else { Some(arguments.speech.voice()?) };
    let loaded = packs::load(&arguments.rules)?;
    let request = Request {
        paths: &arguments.paths,
        records: arguments.calls.as_deref().zip(arguments.mapping.as_deref()),
        project: arguments.project.as_deref(),
        name_pattern: arguments.name_pattern.as_deref(),
        voice,
        channels: arguments.speech.channels.clone(),
        jobs: arguments.jobs,
    };
    let inspection = Inspection::prepare(request, loaded.set)?;
    let run = Arc::clone(inspection.run());
    let mut sinks = destinations
        .into_iter()
        .map(|(format, path)| sink(format, path, &run, arguments, zone))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let summary = inspection.perform(&mut sinks)?;
    for sink in sinks {
        sink.finish(&summary)?;
    }
    let coverage = summary.coverage;
    if coverage.refused > 0 {
        let judged = coverage.judged;
        complain(&format!(
            "{judged} calls judged; {} files, lines or calls refused: the report says why",
            coverage.refused
        ));
    }
    if coverage.judged + coverage.without_rules == 0 {
        return Err(anyhow!("no call could be judged"));
    }
    Ok(Outcome::Done)
}
