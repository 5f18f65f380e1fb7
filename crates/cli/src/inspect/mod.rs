//! An inspection: everything read, written down, judged on all cores, and handed on in the order of the input.
//!
//! Transcripts are read twice: first to know which calls there are and what belongs to them, then to judge them, some
//! hundreds at a time, so that memory does not grow with the number of calls.

mod gather;
mod work;

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use indicatif::ProgressBar;
use lingjian_inspection::RuleSet;
use lingjian_model::Dimension;
use lingjian_speech::ChannelPlan;
use rayon::prelude::*;

use crate::progress;
use crate::results::{
    Coverage, Gathering, Inspected, PackCard, Refused, RuleCard, Run, Sink, Summary, Words,
};
use gather::{Gathered, Job};
use lingjian_app::voice::Voice;
use work::{Answer, Workshop};

/// So many calls are in memory at once.
const BATCH: usize = 512;

/// What to inspect.
pub(crate) struct Request<'r> {
    pub(crate) paths: &'r [std::path::PathBuf],
    /// Call records and their mapping.
    pub(crate) records: Option<(&'r Path, &'r Path)>,
    pub(crate) project: Option<&'r Path>,
    pub(crate) name_pattern: Option<&'r str>,
    /// None: recordings without a transcript are refused.
    pub(crate) voice: Option<Voice>,
    /// Who is on which channel.
    pub(crate) channels: Option<ChannelPlan>,
    pub(crate) jobs: Option<NonZeroUsize>,
}

/// An inspection that is ready to begin: rules loaded, input found.
pub(crate) struct Inspection {
    run: Arc<Run>,
    gathered: Gathered,
    workshop: Workshop,
    pool: rayon::ThreadPool,
}

impl Inspection {
    /// Finds out which calls there are. Nothing is judged yet.
    pub(crate) fn prepare(request: Request<'_>, set: RuleSet) -> anyhow::Result<Self> {
        let run = Arc::new(describe(request.paths, &set));
        let gathered = gather::gather(&request)?;
        let jobs =
            request.jobs.or_else(|| std::thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(jobs)
            .thread_name(|number| format!("inspect-{number}"))
            .build()
            .context("failed to start workers")?;
        let listeners = jobs.min(gathered.recordings()).max(1);
        let voice = request.voice.map(|voice| voice.for_workers(listeners));
        Ok(Self { run, gathered, workshop: Workshop { set, voice, channels: request.channels }, pool })
    }

    /// What is inspected by what.
    pub(crate) fn run(&self) -> &Arc<Run> {
        &self.run
    }

    /// Does it. Every sink gets what was refused at the door, then every call in the order of the input.
    pub(crate) fn perform(self, sinks: &mut [Box<dyn Sink>]) -> anyhow::Result<Summary> {
        let Self { run, mut gathered, workshop, pool } = self;
        let mut desk = Desk {
            figures: Gathering::new(run),
            coverage: Coverage {
                repeated: gathered.repeated,
                records_alone: gathered.records_alone,
                ..Coverage::default()
            },
            sinks,
            bar: progress::counting(gathered.calls() as u64, "inspecting"),
        };
        for refused in std::mem::take(&mut gathered.refused) {
            desk.refuse(&refused)?;
        }
        let mut jobs = gathered.jobs();
        loop {
            let batch: Vec<Job> = jobs.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                break;
            }
            let bar = &desk.bar;
            let answers: Vec<Answer> = pool.install(|| {
                let one = |job| {
                    let answer = work::guarded(job, |job| workshop.answer(job));
                    bar.inc(1);
                    answer
                };
                // Recordings take long: one at a time keeps every core busy to the end.
                batch.into_par_iter().with_max_len(1).map(one).collect()
            });
            for answer in answers {
                match answer {
                    Answer::Judged(call) => desk.accept(&call)?,
                    Answer::WithoutRules(call) => {
                        desk.coverage.without_rules += 1;
                        drop(call);
                    }
                    Answer::Refused(refused) => desk.refuse(&refused)?,
                }
            }
        }
        desk.bar.finish_and_clear();
        Ok(desk.figures.finish(desk.coverage))
    }
}

/// Counts what comes and hands it on.
struct Desk<'s> {
    figures: Gathering,
    coverage: Coverage,
    sinks: &'s mut [Box<dyn Sink>],
    bar: ProgressBar,
}

impl Desk<'_> {
    fn accept(&mut self, call: &Inspected) -> anyhow::Result<()> {
        self.coverage.judged += 1;
        if call.transcribed {
            self.coverage.transcribed += 1;
        } else {
            self.coverage.transcripts += 1;
        }
        self.figures.add(call);
        self.sinks.iter_mut().try_for_each(|sink| sink.call(call))
    }

    fn refuse(&mut self, refused: &Refused) -> anyhow::Result<()> {
        self.coverage.refused += 1;
        self.sinks.iter_mut().try_for_each(|sink| sink.refused(refused))
    }
}

/// The head of every report.
fn describe(paths: &[std::path::PathBuf], set: &RuleSet) -> Run {
    let words = |wording: &lingjian_model::Wording| Words { zh: wording.zh.clone(), en: wording.en.clone() };
    let rules: Vec<RuleCard> = set
        .rules()
        .map(|rule| RuleCard {
            id: rule.id.clone(),
            pack: rule.pack.clone(),
            version: rule.digest.clone(),
            title: words(&rule.title),
            about: words(&rule.about),
            severity: rule.severity,
            dimension: rule.dimension,
            points: rule.points,
            praise: if rule.dimension == Dimension::Risk { rule.points < 0.0 } else { rule.points > 0.0 },
        })
        .collect();
    let packs = set.packs().iter().map(|pack| PackCard {
        id: pack.id.clone(),
        title: words(&pack.title),
        rules: rules.iter().filter(|rule| rule.pack == pack.id).count(),
    });
    Run {
        build: concat!("lingjian ", env!("CARGO_PKG_VERSION")).to_owned(),
        inputs: paths.iter().map(|path| path.display().to_string()).collect(),
        packs: packs.collect(),
        rules,
    }
}
