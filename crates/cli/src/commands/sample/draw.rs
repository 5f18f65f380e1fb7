//! `lingjian sample draw`: the calls of a plan, and all that is needed to draw them again.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use lingjian_statistics::sampling::{Draw, Drawn, Planned, Span, Why};
use serde::Serialize;

use super::plan::{Held, Planning};
use crate::failure::Outcome;
use crate::grid::{grid, printable};
use crate::language::Lang;
use crate::output::Output;

/// Which, and how to answer.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    planning: Planning,
    /// Where chance begins: the same population, plan and seed give the same draw. Choose it by chance, not before the draw
    #[arg(long, value_name = "S")]
    seed: u64,
    /// The first day of listening: then every call gets its slot, spread over the days of each stratum
    #[arg(long, value_name = "DATE", requires = "to")]
    from: Option<Date>,
    /// The last day of listening
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Date>,
    /// When there is listening on each day
    #[arg(long, value_name = "HH:MM-HH:MM", default_value = "09:00-18:00", requires = "from", value_parser = hours)]
    hours: Hours,
    /// The zone of days and hours
    #[arg(long, value_name = "ZONE", default_value = "Asia/Shanghai")]
    zone: String,
    /// Answer in CSV
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Open hours of a day.
#[derive(Debug, Clone, Copy)]
struct Hours {
    from: Time,
    to: Time,
}

fn hours(text: &str) -> Result<Hours, String> {
    let times = text.split_once('-').and_then(|(from, to)| {
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        Some(Hours { from: time(from)?, to: time(to)? })
    });
    times
        .filter(|hours| hours.from < hours.to)
        .ok_or_else(|| "expected two times of a day, such as 09:00-18:00".to_owned())
}

#[derive(Serialize)]
struct Written<'d> {
    seed: u64,
    plan: &'d lingjian_statistics::sampling::Plan,
    planned: &'d Planned,
    bounds: &'d Held,
    drawn: Vec<Line<'d>>,
}

#[derive(Serialize)]
struct Line<'d> {
    id: &'d str,
    stratum: &'d str,
    inclusion: f64,
    weight: f64,
    why: Why,
    slot: Option<String>,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let planning = &arguments.planning;
    let zone = TimeZone::get(&arguments.zone).with_context(|| format!("--zone {:?}", arguments.zone))?;
    let (population, mut plan) = planning.read(arguments.seed)?;
    plan.open = open(arguments, &zone)?;
    let draw = plan.draw(&population).map_err(|wrong| planning.wrong(&wrong))?;
    let held = planning.held(&draw.planned)?;
    held.complain();
    if held.refuses() {
        return Ok(Outcome::Found);
    }
    let lines: Vec<Line<'_>> = draw.drawn.iter().map(|one| line(one, &zone)).collect();
    let mut out = Output::to(arguments.out.as_deref())?;
    if arguments.json {
        let Draw { plan, planned, .. } = &draw;
        out.json(&Written { seed: plan.seed, plan, planned, bounds: &held, drawn: lines })?;
        out.put("\n")?;
    } else if arguments.csv {
        out.put("id,stratum,inclusion,weight,why,slot\n")?;
        for Line { id, stratum, inclusion, weight, why, slot } in &lines {
            let (slot, why) = (slot.as_deref().unwrap_or_default(), name(*why));
            let row = format!("{},{},{inclusion},{weight},{why},{slot}\n", quoted(id), quoted(stratum));
            out.put(row)?;
        }
    } else {
        let row = |line: &Line<'_>| {
            vec![
                printable(line.id),
                printable(line.stratum),
                format!("{:.4}", line.inclusion),
                format!("{:.2}", line.weight),
                reason(planning.lang, line.why).to_owned(),
                line.slot.clone().unwrap_or_default(),
            ]
        };
        let head =
            planning.lang.pick("编号|层|入样概率|权重|缘由|时间", "id|stratum|inclusion|weight|why|slot");
        let Planned { population, drawn, .. } = draw.planned;
        let seed = draw.plan.seed;
        out.put(match planning.lang {
            Lang::Zh => format!("{population} 通中抽 {drawn} 通，种子 {seed}\n\n"),
            Lang::En => format!("{drawn} of {population} calls, seed {seed}\n\n"),
        })?;
        out.put(grid(&head.split('|').collect::<Vec<_>>(), &[2, 3], lines.iter().map(row).collect()))?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// The open hours of all days.
fn open(arguments: &Arguments, zone: &TimeZone) -> anyhow::Result<Vec<Span>> {
    let (Some(from), Some(to)) = (arguments.from, arguments.to) else { return Ok(Vec::new()) };
    if to < from {
        bail!("--to {to} is before --from {from}");
    }
    let instant =
        |day: Date, time: Time| anyhow::Ok(zone.to_timestamp(day.to_datetime(time))?.as_millisecond());
    let days = from.series(1.day()).take_while(|day| *day <= to).take(3660);
    days.map(|day| {
        Ok(Span { from: instant(day, arguments.hours.from)?, to: instant(day, arguments.hours.to)? })
    })
    .collect()
}

fn line<'d>(drawn: &'d Drawn, zone: &TimeZone) -> Line<'d> {
    // To the second: nobody listens by the millisecond.
    let slot = drawn.slot.and_then(|slot| Timestamp::from_second(slot.div_euclid(1000)).ok());
    let slot = slot.map(|slot| slot.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    let Drawn { id, stratum, inclusion, weight, why, .. } = drawn;
    Line { id, stratum, inclusion: *inclusion, weight: *weight, why: *why, slot }
}

fn name(why: Why) -> &'static str {
    match why {
        Why::All => "all",
        Why::Lot => "lot",
        Why::Risk => "risk",
        Why::Certain => "certain",
    }
}

fn reason(lang: Lang, why: Why) -> &'static str {
    match why {
        Why::All => lang.pick("全抽", "all of the stratum"),
        Why::Lot => lang.pick("抽签", "by lot"),
        Why::Risk => lang.pick("抽签，风险高者机会大", "by lot, by risk"),
        Why::Certain => lang.pick("风险高，必抽", "certain by risk"),
    }
}

/// A cell that no program takes for a formula or for two.
fn quoted(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if formula || guarded.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", guarded.replace('"', "\"\""));
    }
    guarded
}
