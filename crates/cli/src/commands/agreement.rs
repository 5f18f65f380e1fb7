//! `lingjian agreement`: how far raters agree, from a table of ratings.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lingjian_intake::records::Table;
use lingjian_statistics::agreement::{
    Agreement, Bootstrap, Estimate, Gauge, Matches, Measure, RaterFigures, Ratings, Row, Scale, Standard,
    agreement,
};
use lingjian_statistics::{Absent, Figure, Interval};

use crate::failure::Outcome;
use crate::grid::{grid, inner_share, percent, printable};
use crate::language::Lang;
use crate::output::Output;

/// Of what, and how.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A table with the columns `unit`, `rater`, `rating` (CSV, TSV or Excel). A column `trial` tells repeated looks apart
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The rater who is taken to be right: everybody is shown beside this one
    #[arg(long, value_name = "RATER")]
    reference: Option<String>,
    /// What may be done with the ratings [default: interval where all are numbers, else nominal]
    #[arg(long, value_enum)]
    scale: Option<ScaleName>,
    /// The order of the ratings, the lowest first: 差,中,好
    #[arg(long, value_name = "RATINGS", value_delimiter = ',')]
    order: Vec<String>,
    /// Where the chance of resampling begins: the same seed gives the same intervals
    #[arg(long, value_name = "N", default_value_t = Bootstrap::default().seed)]
    seed: u64,
    /// How often units are resampled for intervals; 0 for none
    #[arg(long, value_name = "N", default_value_t = Bootstrap::default().resamples, value_parser = clap::value_parser!(u32).range(..=100_000))]
    bootstrap: u32,
    /// How often an interval shall hold the truth
    #[arg(long, value_name = "SHARE", default_value = "95%", value_parser = inner_share)]
    confidence: f64,
    /// The language of the table
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// What may be done with ratings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ScaleName {
    /// Names: alike or not.
    Nominal,
    /// In an order.
    Ordinal,
    /// Numbers whose differences mean something.
    Interval,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let table = Table::open(&arguments.file)?;
    let ratings = read(&table, arguments)?;
    let Arguments { seed, confidence, lang, .. } = *arguments;
    let bootstrap = Bootstrap { resamples: arguments.bootstrap, seed, confidence };
    let found = agreement(&ratings, arguments.reference.as_deref(), bootstrap).map_err(|unknown| {
        let known: Vec<&str> = ratings.raters().iter().take(30).map(String::as_str).collect();
        table
            .refuse(None, "rater", unknown.to_string())
            .advise(format!("the raters are {}", known.join(", ")))
    })?;
    let mut out = Output::stdout();
    if arguments.json {
        out.json(&found)?;
        out.put("\n")?;
    } else {
        out.put(measures(lang, &found))?;
        out.put(raters(lang, &found.per_rater))?;
        if let Some(gauge) = &found.gauge {
            out.put(gauged(lang, gauge))?;
        }
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn read(table: &Table, arguments: &Arguments) -> anyhow::Result<Ratings> {
    let [unit, rater, rating] = ["unit", "rater", "rating"].map(|name| table.column(name));
    let (unit, rater, rating) = (unit?, rater?, rating?);
    let trial = if table.has("trial") { Some(table.column("trial")?) } else { None };
    let rows = table.lines.iter().map(|line| Row {
        line: line.number,
        unit: line.cell(unit),
        rater: line.cell(rater),
        trial: trial.map_or("", |trial| line.cell(trial)),
        rating: line.cell(rating),
    });
    let scale = arguments.scale.map(|scale| match scale {
        ScaleName::Nominal => Scale::Nominal,
        ScaleName::Ordinal => Scale::Ordinal,
        ScaleName::Interval => Scale::Interval,
    });
    let order: Vec<String> = arguments.order.iter().map(|rating| rating.trim().to_owned()).collect();
    Ratings::read(rows, scale, &order)
        .map_err(|fault| table.refuse(fault.line, fault.column, fault.reason).advise(fault.advice).into())
}

fn measures(lang: Lang, found: &Agreement) -> String {
    let head = lang.pick("一致性|数值|区间|说明", "agreement|figure|interval|remark");
    let row = |measured: &lingjian_statistics::agreement::Measured| {
        let is_share = measured.measure == Measure::Percent;
        let written = |value: f64| if is_share { percent(value) } else { format!("{value:.3}") };
        let interval = |Interval { low, high }| format!("{} – {}", written(low), written(high));
        let why = measured.value.err().or(measured.interval.err()).map(|why| absent(lang, why));
        vec![
            title(lang, measured.measure).to_owned(),
            measured.value.map_or_else(|_| "—".to_owned(), written),
            measured.interval.map_or_else(|_| "—".to_owned(), interval),
            why.or_else(|| remark(lang, found, measured.measure)).unwrap_or_default(),
        ]
    };
    let rows = found.measures.iter().map(row).collect();
    let Bootstrap { resamples, seed, confidence } = found.bootstrap;
    let (units, shared, raters, ratings) = (found.units, found.shared, found.raters.len(), found.ratings);
    let counted = match lang {
        Lang::Zh => format!(
            "{units} 个对象（{shared} 个有两个以上评分），{raters} 人，{ratings} 个评分；{} 区间，对象重抽 {resamples} 次，种子 {seed}",
            percent(confidence)
        ),
        Lang::En => format!(
            "{units} units ({shared} with two ratings or more), {raters} raters, {ratings} ratings; {} intervals, units \
             resampled {resamples} times from seed {seed}",
            percent(confidence)
        ),
    };
    format!("{counted}\n\n{}", grid(&head.split('|').collect::<Vec<_>>(), &[1, 2], rows))
}

fn remark(lang: Lang, found: &Agreement, measure: Measure) -> Option<String> {
    let [all, with] = found.pairs;
    match measure {
        Measure::CohenKappa if all > 1 => Some(match lang {
            Lang::Zh => format!("{all} 对评分人中 {with} 对的均值"),
            Lang::En => format!("mean over {with} of {all} pairs of raters"),
        }),
        Measure::FleissKappa if found.unequal => {
            Some(lang.pick("评分个数不等：推广形式", "unequal numbers of ratings: generalised").to_owned())
        }
        _ => None,
    }
}

fn title(lang: Lang, measure: Measure) -> &'static str {
    match measure {
        Measure::Percent => lang.pick("一致率", "percent"),
        Measure::CohenKappa => "Cohen κ",
        Measure::WeightedKappaLinear => lang.pick("加权 κ（线性）", "weighted κ (linear)"),
        Measure::WeightedKappa => lang.pick("加权 κ（平方）", "weighted κ (quadratic)"),
        Measure::FleissKappa => "Fleiss κ",
        Measure::AlphaNominal => lang.pick("Krippendorff α（名义）", "Krippendorff α (nominal)"),
        Measure::AlphaOrdinal => lang.pick("Krippendorff α（顺序）", "Krippendorff α (ordinal)"),
        Measure::AlphaInterval => lang.pick("Krippendorff α（区间）", "Krippendorff α (interval)"),
        Measure::Icc1 => "ICC(1,1)",
        Measure::IccA1 => "ICC(A,1)",
        Measure::IccC1 => "ICC(C,1)",
        Measure::Icc1K => "ICC(1,k)",
        Measure::IccAK => "ICC(A,k)",
        Measure::IccCK => "ICC(C,k)",
    }
}

fn raters(lang: Lang, raters: &[RaterFigures]) -> String {
    let standard = match raters.first().map(|rater| rater.against) {
        Some(Standard::Reference) => lang.pick("与标准评分人比较", "beside the reference"),
        _ => lang.pick("与其他人的多数比较", "beside what most of the others gave"),
    };
    let points = |figure: Figure<Estimate>| match figure {
        Ok(Estimate { value, interval }) => {
            format!("{value:+.2} ({:+.2} – {:+.2})", interval.low, interval.high)
        }
        Err(_) => "—".to_owned(),
    };
    let plain = |figure: Figure| figure.map_or_else(|_| "—".to_owned(), |value| format!("{value:.3}"));
    let row = |rater: &RaterFigures| {
        vec![
            printable(&rater.rater),
            rater.ratings.to_string(),
            points(rater.leniency),
            rater.units.to_string(),
            shown(rater.percent),
            plain(rater.kappa),
            points(rater.difference),
        ]
    };
    let head =
        lang.pick("评分人|评分|宽严|可比|一致率|κ|差", "rater|ratings|leniency|compared|alike|κ|difference");
    let rows = raters.iter().map(row).collect();
    format!("\n{standard}\n{}", grid(&head.split('|').collect::<Vec<_>>(), &[1, 2, 3, 4, 5, 6], rows))
}

fn shown(share: Figure<Estimate>) -> String {
    match share {
        Ok(Estimate { value, interval }) => {
            format!("{} ({} – {})", percent(value), percent(interval.low), percent(interval.high))
        }
        Err(_) => "—".to_owned(),
    }
}

fn gauged(lang: Lang, gauge: &Gauge) -> String {
    let row = |name: String, matches: &Matches| {
        vec![name, matches.units.to_string(), matches.matched.to_string(), shown(matches.share)]
    };
    let mut rows = Vec::new();
    for one in &gauge.appraisers {
        let name = printable(&one.rater);
        rows.push(row(format!("{name}{}", lang.pick("：与自己", " with themselves")), &one.within));
        if let Some(reference) = &one.reference {
            rows.push(row(format!("{name}{}", lang.pick("：与标准", " with the reference")), reference));
        }
    }
    rows.push(row(lang.pick("所有人之间", "all with each other").to_owned(), &gauge.between));
    if let Some(reference) = &gauge.reference {
        rows.push(row(lang.pick("所有人与标准", "all with the reference").to_owned(), reference));
    }
    let head = lang.pick("计数型量具研究|对象|一致|占比", "gage R&R for attributes|units|alike|share");
    format!("\n{}", grid(&head.split('|').collect::<Vec<_>>(), &[1, 2, 3], rows))
}

/// Why there is no figure.
fn absent(lang: Lang, why: Absent) -> String {
    let zh = match why {
        Absent::NoPairs => "没有对象有两个评分",
        Absent::OneUnit => "有两个评分的对象不足两个",
        Absent::OneRater => "只有一个评分人",
        Absent::OneCategory => "只有一种评分：分不清一致与巧合",
        Absent::NoOrder => "评分没有次序",
        Absent::NotNumbers => "评分不是数字",
        Absent::Incomplete => "有对象缺少某人的评分",
        Absent::NoVariation => "对象之间没有差别",
        Absent::Unconnected => "评分人分成几组，组间没有共同对象",
        Absent::NoFreedom => "评分太少，分不清人与对象",
        Absent::NoSpread => "每次重抽结果都一样",
        Absent::FewResamples => "多数重抽得不出数值",
        Absent::Shifted => "重抽使数值偏移：对象太少",
        Absent::NoResamples => "没有要求重抽",
        Absent::NothingInCommon => "没有共同对象",
        Absent::TooFew => "不足两个值",
        Absent::OneDrawn => "有一层只抽到一通",
    };
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => why.to_string(),
    }
}
