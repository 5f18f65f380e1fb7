//! `lingjian doctor`: what this machine has, what it lacks, and how to get it.

mod service;

use std::path::PathBuf;

use clap::Args;
use lingjian_inspection::Grade;
use serde::Serialize;

use crate::failure::Outcome;

use crate::output::Output;
use crate::packs;
use crate::service::{Config, Premises, block_on};
use lingjian_app::voice::{DEFAULT_MODEL, Voice};

/// Where to look.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    premises: Premises,
    /// Only ask the service whether it answers: for health checks
    #[arg(long)]
    ready: bool,
    /// The folder of the models [default: see `lingjian model --help`].
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Answer in JSON.
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Serialize)]
struct Finding {
    what: &'static str,
    ok: bool,
    /// Without it something can still be done.
    needed_for: &'static str,
    detail: String,
}

impl Finding {
    fn new(what: &'static str, needed_for: &'static str, found: Result<String, String>) -> Self {
        let (ok, detail) = match found {
            Ok(detail) => (true, detail),
            Err(detail) => (false, detail),
        };
        Self { what, ok, needed_for, detail }
    }
}

/// Does it: exit code 1 where something is missing.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let config = arguments.premises.config()?;
    let findings = if arguments.ready {
        vec![service::ready(&config)]
    } else {
        let mut findings = vec![processor(), rules(), speech(arguments, &config), folder()];
        findings.extend(block_on(service::look(&config))?);
        findings
    };
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&findings)?;
        out.put("\n")?;
    } else {
        for one in &findings {
            let sign = if one.ok { "ok     " } else { "MISSING" };
            out.put(format!("{sign} {} ({}): {}\n", one.what, one.needed_for, one.detail))?;
        }
    }
    out.finish()?;
    Ok(if findings.iter().all(|one| one.ok) { Outcome::Done } else { Outcome::Found })
}

fn processor() -> Finding {
    let (what, needed_for) = ("processor", "speech to text");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    #[cfg(target_arch = "x86_64")]
    if !(std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")) {
        let detail = "this processor has no AVX2, for which the speech engine is built; transcripts can be judged (--no-speech)";
        return Finding { what, ok: false, needed_for, detail: detail.to_owned() };
    }
    Finding { what, ok: true, needed_for, detail: format!("{} with {cores} cores", std::env::consts::ARCH) }
}

fn rules() -> Finding {
    let loaded = lingjian_inspection::load(&packs::shipped());
    let errors = loaded.diagnostics.iter().filter(|one| one.grade == Grade::Error).count();
    let (packs, rules) = (loaded.set.packs().len(), loaded.set.rules().len());
    let detail = format!("{packs} packs with {rules} rules ship, {errors} errors in them");
    Finding { what: "rule packs", ok: errors == 0 && rules > 0, needed_for: "judging", detail }
}

fn speech(arguments: &Arguments, config: &Config) -> Finding {
    let models = arguments.models.as_deref().or(config.models.as_deref());
    let model = config.model.as_deref().unwrap_or(DEFAULT_MODEL);
    let checked = Voice::new(models, model, None).and_then(|voice| voice.check());
    let found =
        checked.map(|made| format!("{}, {}", made.engine, made.model)).map_err(|error| format!("{error:#}"));
    Finding::new("speech model", "recordings without a transcript", found)
}

fn folder() -> Finding {
    let folder = std::env::temp_dir().display().to_string();
    let found = match tempfile::tempfile() {
        Ok(_) => Ok(folder),
        Err(error) => Err(format!("{folder} cannot be written ({error}); set TMPDIR to a folder with room")),
    };
    Finding::new("temporary folder", "HTML reports, recordings that are written down", found)
}
