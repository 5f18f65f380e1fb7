//! `lingjian sample plan`: a plan laid over a population, held against the bounds.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use lingjian_intake::records::Table;
use lingjian_model::Direction;
use lingjian_statistics::sampling::bounds::{Bounds, Broken};
use lingjian_statistics::sampling::{Allocation, Member, Plan, Planned, Stratum, Wanted};
use serde::Serialize;

use crate::failure::{Outcome, complain};
use crate::grid::{grid, inner_share, percent, printable, share};
use crate::language::Lang;
use crate::output::Output;

/// Which.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    planning: Planning,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// A population and a plan, for planning and drawing alike.
#[derive(Debug, Args)]
pub(super) struct Planning {
    /// The calls that may be drawn: a table with a column `id` and those that are named below (CSV, TSV or Excel)
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// How many calls
    #[arg(long, value_name = "N", conflicts_with = "share")]
    count: Option<u64>,
    /// Which share of the calls: 10%
    #[arg(long, value_name = "SHARE", value_parser = share)]
    share: Option<f64>,
    /// The columns that make strata, such as agent,level
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    strata: Vec<String>,
    /// At least so many of each stratum
    #[arg(long, value_name = "K", default_value_t = 0)]
    minimum: u64,
    /// A column with a number known of every call: strata in which it scatters more get more
    #[arg(long, value_name = "COLUMN")]
    neyman: Option<String>,
    /// A column with the risk of every call, 0 and more: calls with more are drawn more often
    #[arg(long, value_name = "COLUMN")]
    risk: Option<String>,
    /// How far risk guides the draw, 0 to below 1
    #[arg(long, value_name = "SHARE", default_value = "0.5", requires = "risk", value_parser = inner_share)]
    guidance: f64,
    /// The project's business category, whose bounds the plan is held against
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// The project's direction [default: the bounds of both must hold]
    #[arg(long, value_name = "inbound|outbound", value_parser = direction, requires = "category")]
    direction: Option<Direction>,
    /// Why a broken bound is to be an exception
    #[arg(long, value_name = "TEXT", requires = "category")]
    reason: Option<String>,
    /// How often an interval shall hold the truth
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = inner_share)]
    confidence: f64,
    /// The share of calls that have a fault which listening shall find
    #[arg(long, value_name = "SHARE", default_value = "1/8", value_parser = inner_share)]
    fault_share: f64,
    /// The language of the answer
    #[arg(long, value_enum, default_value_t)]
    pub(super) lang: Lang,
}

fn direction(name: &str) -> Result<Direction, String> {
    Direction::from_name(name).ok_or_else(|| "expected inbound or outbound".to_owned())
}

/// What the bounds say.
#[derive(Debug, Serialize)]
pub(super) struct Held {
    category: Option<String>,
    direction: Option<Direction>,
    pub(super) broken: Vec<Broken>,
    exception: Option<Exception>,
}

/// A broken bound that somebody wants all the same.
#[derive(Debug, Serialize)]
struct Exception {
    reason: String,
    /// Whose agreement it needs before anybody listens.
    needs: [&'static str; 3],
}

impl Held {
    /// Whether a bound is broken without a reason.
    pub(super) fn refuses(&self) -> bool {
        !self.broken.is_empty() && self.exception.is_none()
    }

    /// Tells every broken bound on standard error.
    pub(super) fn complain(&self) {
        for broken in &self.broken {
            let advice =
                if self.refuses() { "; change the plan, or give a --reason" } else { "; an exception" };
            complain(&format!("{broken}{advice}"));
        }
    }
}

impl Planning {
    /// The population and the plan.
    pub(super) fn read(&self, seed: u64) -> anyhow::Result<(Vec<Member>, Plan)> {
        let wanted = match (self.count, self.share) {
            (Some(count), _) => Wanted::Count(count),
            (None, Some(share)) => Wanted::Share(share),
            (None, None) if self.minimum > 0 => Wanted::Count(0),
            (None, None) => bail!("say how many: --count N, --share 10%, or --minimum K of each stratum"),
        };
        let table = Table::open(&self.file)?;
        let id = table.column("id")?;
        let strata =
            self.strata.iter().map(|name| table.column(name.trim())).collect::<Result<Vec<_>, _>>()?;
        let find = |name: &Option<String>| name.as_deref().map(|name| table.column(name)).transpose();
        let (risk, measure) = (find(&self.risk)?, find(&self.neyman)?);
        let number = |line: &lingjian_intake::records::Line,
                      column: Option<usize>,
                      name: &Option<String>,
                      least: f64| {
            let Some(column) = column else { return Ok(None) };
            match line.cell(column).parse::<f64>() {
                Ok(number) if number.is_finite() && number >= least => Ok(Some(number)),
                _ => {
                    let name = name.as_deref().unwrap_or_default();
                    let what = if least == 0.0 { "is no number of 0 or more" } else { "is no number" };
                    let refusal = table.refuse(Some(line.number), name, what);
                    Err(refusal.advise("every call needs one; leave calls without it out of the population"))
                }
            }
        };
        let mut population = Vec::with_capacity(table.lines.len());
        for line in &table.lines {
            if line.cell(id).is_empty() {
                return Err(table
                    .refuse(Some(line.number), "id", "is empty")
                    .advise("every call needs one")
                    .into());
            }
            let of: Vec<&str> = strata.iter().map(|column| line.cell(*column)).collect();
            population.push(Member {
                id: line.cell(id).to_owned(),
                stratum: of.join(" / "),
                risk: number(line, risk, &self.risk, 0.0)?,
                measure: number(line, measure, &self.neyman, f64::NEG_INFINITY)?,
            });
        }
        let allocation = if measure.is_some() { Allocation::Neyman } else { Allocation::Proportional };
        let guidance = if risk.is_some() { self.guidance } else { 0.0 };
        Ok((population, Plan { wanted, minimum: self.minimum, allocation, guidance, seed, open: Vec::new() }))
    }

    /// The same fault, with the file's name.
    pub(super) fn wrong(&self, wrong: &lingjian_statistics::sampling::Wrong) -> anyhow::Error {
        anyhow::anyhow!("{}: {wrong}", self.file.display())
    }

    /// Holds a plan against the bounds.
    pub(super) fn held(&self, planned: &Planned) -> anyhow::Result<Held> {
        let bounds = Bounds::standard();
        let mut broken = Vec::new();
        if let Some(category) = &self.category {
            if !bounds.knows(category) {
                let mut known: Vec<&str> = bounds.0.iter().map(|bound| bound.category.as_str()).collect();
                known.dedup();
                bail!("--category {category:?}: nothing is settled for it; there are {}", known.join(", "));
            }
            broken = planned.broken(&bounds, category, self.direction);
        }
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let exception = reason
            .filter(|_| !broken.is_empty())
            .map(|reason| Exception { reason: reason.to_owned(), needs: ["qa", "training", "operations"] });
        Ok(Held { category: self.category.clone(), direction: self.direction, broken, exception })
    }
}

#[derive(Serialize)]
struct Written<'p> {
    plan: &'p Plan,
    strata_columns: &'p [String],
    #[serde(flatten)]
    planned: &'p Planned,
    confidence: f64,
    margin: Option<f64>,
    fault_share: f64,
    missed: f64,
    bounds: &'p Held,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let planning = &arguments.planning;
    let (population, plan) = planning.read(Plan::default().seed)?;
    let planned = plan.lay(&population).map_err(|wrong| planning.wrong(&wrong))?;
    let held = planning.held(&planned)?;
    let (confidence, fault_share) = (planning.confidence, planning.fault_share);
    let (margin, missed) = (planned.margin(confidence), planned.missed(fault_share));
    let mut out = Output::stdout();
    if arguments.json {
        let strata_columns = planning.strata.as_slice();
        out.json(&Written {
            plan: &plan,
            strata_columns,
            planned: &planned,
            confidence,
            margin,
            fault_share,
            missed,
            bounds: &held,
        })?;
        out.put("\n")?;
    } else {
        out.put(told(planning.lang, &planned, planning, margin, missed))?;
    }
    out.finish()?;
    held.complain();
    Ok(if held.refuses() { Outcome::Found } else { Outcome::Done })
}

fn told(lang: Lang, planned: &Planned, planning: &Planning, margin: Option<f64>, missed: f64) -> String {
    let Planned { population, wanted, drawn, ratio, short, unheard, .. } = *planned;
    let (ratio, missed, fault) = (percent(ratio), percent(missed), percent(planning.fault_share));
    let margin = margin.map_or_else(|| "—".to_owned(), |margin| format!("± {}", percent(margin)));
    let confidence = percent(planning.confidence);
    let mut text = match lang {
        Lang::Zh => format!(
            "{population} 通中抽 {drawn} 通（{ratio}）。占比的误差至多 {margin}（置信度 {confidence}）；{fault} 的通话都有的差错有 {missed} 的可能碰不到\n"
        ),
        Lang::En => format!(
            "{drawn} of {population} calls ({ratio}). A share is known within {margin} at worst ({confidence} of the time); a \
             fault in {fault} of all calls is missed {missed} of the time\n"
        ),
    };
    if drawn > wanted && wanted > 0 {
        text += &match lang {
            Lang::Zh => format!("要抽 {wanted} 通，但每层的最低数合计 {drawn} 通：按后者\n"),
            Lang::En => format!(
                "{wanted} were wanted; the minima of the strata together are {drawn}: these are taken\n"
            ),
        };
    }
    if short > 0 {
        text += &match lang {
            Lang::Zh => format!("{short} 层的通话少于最低数：全抽\n"),
            Lang::En => format!("{short} strata have fewer calls than the minimum: all of them are taken\n"),
        };
    }
    if unheard > 0 {
        text += &match lang {
            Lang::Zh => format!("{unheard} 层一通也抽不到：总体的数字不代表它们\n"),
            Lang::En => format!("{unheard} strata get nothing: figures of the whole do not speak for them\n"),
        };
    }
    let row = |stratum: &Stratum| {
        let share = stratum.drawn as f64 / stratum.population as f64;
        vec![
            printable(&stratum.stratum),
            stratum.population.to_string(),
            stratum.drawn.to_string(),
            percent(share),
        ]
    };
    let head = lang.pick("层|通数|抽|占比", "stratum|calls|drawn|share");
    let rows = planned.strata.iter().map(row).collect();
    text + "\n" + &grid(&head.split('|').collect::<Vec<_>>(), &[1, 2, 3], rows)
}
