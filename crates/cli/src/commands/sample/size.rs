//! `lingjian sample size`.

use anyhow::bail;
use clap::Args;
use lingjian_statistics::sampling::size;
use serde::Serialize;

use crate::failure::Outcome;
use crate::grid::{inner_share, percent, share};
use crate::language::Lang;
use crate::output::Output;

/// What is wanted.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// How many calls there are [default: more than can be counted]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    population: Option<u64>,
    /// How wide the result may be: ± 5% of a share, or ± so many points where --deviation is given
    #[arg(long, value_name = "SHARE|POINTS")]
    margin: Option<String>,
    /// How often an interval shall hold the truth
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = inner_share)]
    confidence: f64,
    /// The share that is expected; a half is the worst case
    #[arg(long, value_name = "SHARE", default_value = "0.5", value_parser = share)]
    share: f64,
    /// By how much scores scatter (their standard deviation): then the margin is one of a mean
    #[arg(long, value_name = "POINTS")]
    deviation: Option<f64>,
    /// The share of calls that have a fault which listening shall find: 1/8
    #[arg(long, value_name = "SHARE", value_parser = inner_share)]
    fault_share: Option<f64>,
    /// How surely it shall be found
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = inner_share)]
    power: f64,
    /// What so many calls are good for
    #[arg(long, value_name = "N", conflicts_with = "margin", value_parser = clap::value_parser!(u64).range(1..=1_000_000_000_000))]
    calls: Option<u64>,
    /// The language of the answer
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Size {
    /// How many calls.
    n: u64,
    population: Option<u64>,
    confidence: f64,
    share: f64,
    deviation: Option<f64>,
    /// ± what was wanted.
    margin: Option<f64>,
    /// ± what so many calls give: a share, or points where a deviation is given.
    margin_reached: Option<f64>,
    detection: Option<Detection>,
}

#[derive(Serialize)]
struct Detection {
    fault_share: f64,
    /// The probability that `n` calls show none of it.
    missed: f64,
    found: f64,
    power: f64,
    /// How many calls find it with that power.
    calls_needed: Option<u64>,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let Arguments { population, confidence, share, deviation, lang, .. } = *arguments;
    if deviation.is_some_and(|deviation| !deviation.is_finite() || deviation < 0.0) {
        bail!("--deviation: expected a number of 0 or more");
    }
    if let (Some(calls), Some(population)) = (arguments.calls, population)
        && calls > population
    {
        bail!("--calls {calls}: there are {population} only; want at most that many");
    }
    let margin = arguments.margin.as_deref().map(|text| margin(text, deviation)).transpose()?;
    let needed = arguments.fault_share.map(|fault| size::for_detection(fault, arguments.power, population));
    let n = match (margin, deviation, arguments.calls, needed) {
        (Some(margin), Some(deviation), ..) => size::for_mean(population, margin, confidence, deviation),
        (Some(margin), None, ..) => size::for_share(population, margin, confidence, share),
        (None, _, Some(calls), _) => calls,
        (None, _, None, Some(Some(needed))) => needed,
        (None, _, None, Some(None)) => {
            bail!("--power: no number of calls finds it that surely; ask for less")
        }
        (None, _, None, None) => bail!(
            "say what is wanted: --margin 5% for a share, --margin 2 --deviation 12 for a mean, --fault-share 1/8 for a \
             fault that shall be found, or --calls N"
        ),
    };
    let reached = match deviation {
        Some(deviation) => size::margin_of_mean(population, n, confidence, deviation),
        None => size::margin_of_share(population, n, confidence, share),
    };
    let detection = arguments.fault_share.map(|fault_share| {
        let missed = size::missed(fault_share, n, population);
        let calls_needed = needed.flatten();
        Detection { fault_share, missed, found: 1.0 - missed, power: arguments.power, calls_needed }
    });
    let margin_reached = reached.is_finite().then_some(reached);
    let found = Size { n, population, confidence, share, deviation, margin, margin_reached, detection };
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&found)?;
        out.put("\n")?;
    } else {
        out.put(told(lang, &found))?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn margin(text: &str, deviation: Option<f64>) -> anyhow::Result<f64> {
    if deviation.is_none() {
        return match inner_share(text) {
            Ok(margin) => Ok(margin),
            Err(_) => bail!(
                "--margin {text:?}: expected a share above 0 and below 1, such as 0.05 or 5%; for points of a mean say \
                 --deviation too"
            ),
        };
    }
    match text.trim().parse::<f64>() {
        Ok(points) if points.is_finite() && points > 0.0 => Ok(points),
        _ => bail!("--margin {text:?}: expected points, a number above 0, since --deviation is given"),
    }
}

fn told(lang: Lang, found: &Size) -> String {
    let Size { n, population, confidence, margin_reached, deviation, .. } = *found;
    let of = match (population, lang) {
        (Some(population), Lang::Zh) => format!("总体 {population} 通，"),
        (Some(population), Lang::En) => format!(" of {population}"),
        (None, _) => String::new(),
    };
    let width = margin_reached.map(|margin| match deviation {
        Some(_) => format!("{margin:.2}"),
        None => percent(margin),
    });
    let width = match (width, lang) {
        (Some(width), Lang::Zh) => format!("：误差 ± {width}，置信度 {}", percent(confidence)),
        (Some(width), Lang::En) => format!(": within ± {width}, {} of the time", percent(confidence)),
        (None, _) => String::new(),
    };
    let mut text = match lang {
        Lang::Zh => format!("{of}听 {n} 通{width}\n"),
        Lang::En => format!("{n} calls{of}{width}\n"),
    };
    if let Some(Detection { fault_share, missed, power, calls_needed, .. }) = &found.detection {
        let needed = calls_needed.map_or_else(|| "—".to_owned(), |needed| needed.to_string());
        let (fault_share, missed, power) = (percent(*fault_share), percent(*missed), percent(*power));
        text += &match lang {
            Lang::Zh => format!(
                "{fault_share} 的通话都有的差错，听 {n} 通有 {missed} 的可能一次也碰不到；要有 {power} 的把握发现，需听 {needed} 通\n"
            ),
            Lang::En => format!(
                "with {n} calls a fault in {fault_share} of all is missed {missed} of the time; to find it {power} of the \
                 time takes {needed}\n"
            ),
        };
    }
    text
}
