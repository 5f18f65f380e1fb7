//! From filled-in cards to tables of ratings, and from these to figures.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use lingjian_model::scorecard::{Answer, Choice, Item, Origin};
use lingjian_model::{Scorecard, UserId};
use lingjian_scorecards::asked_items;
use lingjian_statistics::agreement::{Agreement, Bootstrap, Measure, Ratings, Row, Scale, agreement};
use lingjian_store::Rated;

use super::{Figures, ItemCompared, Machine, Week};
use crate::Title;
use crate::zone::monday;

/// Resamples for intervals: so many …
const RESAMPLES: usize = 1000;
/// … but of many units fewer, and never below the least: an answer takes seconds, not minutes.
const RESAMPLED_UNITS: usize = 200_000;
const FEWEST_RESAMPLES: usize = 100;

/// The rating that stands for "not applicable", and for "nothing of what could be suggested". No option has such an id.
const NOT_APPLICABLE: &str = "·";
const MACHINE: &str = "machine";
const PEOPLE: &str = "people";

/// A rating, and of what.
struct Cell {
    unit: String,
    rater: String,
    rating: String,
}

/// An evaluation among those that are compared.
struct Sheet {
    rated: Rated,
    /// The call on this form. Nobody judges it twice.
    unit: String,
}

/// Filled-in cards, with their forms.
pub(super) struct Sheets {
    /// Those of calls that two or more judged on the same form.
    shared: Vec<Sheet>,
    /// The others.
    alone: Vec<Sheet>,
    /// The card as it counts.
    counting: Scorecard,
    /// Forms by their digests.
    forms: BTreeMap<String, Scorecard>,
}

/// What is compared of an item.
#[derive(Default)]
struct Columns {
    people: Vec<Cell>,
    graded: Vec<Cell>,
    machine: Machine,
    beside: Vec<Cell>,
    /// Whether something suggests answers to it.
    suggested: bool,
}

impl Sheets {
    pub(super) fn of(rated: Vec<Rated>, counting: Scorecard, forms: BTreeMap<String, Scorecard>) -> Self {
        let unit = |rated: &Rated| format!("{} {}", rated.conversation, rated.digest);
        let sheets: Vec<Sheet> = rated.into_iter().map(|rated| Sheet { unit: unit(&rated), rated }).collect();
        let mut judged: BTreeMap<String, usize> = BTreeMap::new();
        for sheet in &sheets {
            *judged.entry(sheet.unit.clone()).or_default() += 1;
        }
        let (shared, alone) = sheets.into_iter().partition(|sheet| judged[&sheet.unit] > 1);
        Self { shared, alone, counting, forms }
    }

    /// Those who judged calls that others judged as well.
    pub(super) fn raters(&self) -> BTreeSet<UserId> {
        self.shared.iter().map(|sheet| sheet.rated.inspector).collect()
    }

    /// The figures; beside `reference`, where it is named.
    pub(super) fn figures(&self, reference: Option<UserId>, zone: &TimeZone) -> Figures {
        let reference = reference.map(|reference| reference.to_string());
        let reference = reference.as_deref();
        let of_people = |cells: &[Cell], scale| compare(cells, scale, reference, RESAMPLES);
        let items = self.items().into_iter().map(|item| {
            let columns = self.columns(&item.id);
            let mut machine = columns.machine;
            machine.agreement = compare(&columns.beside, Scale::Nominal, None, RESAMPLES);
            ItemCompared {
                id: item.id.clone(),
                title: Title::of(&item.title),
                fatal: item.fatal,
                people: of_people(&columns.people, Scale::Nominal),
                graded: of_people(&columns.graded, Scale::Ordinal),
                machine: columns.suggested.then_some(machine),
            }
        });
        Figures {
            items: items.collect(),
            calls: self.shared.iter().map(|sheet| &sheet.unit).collect::<BTreeSet<_>>().len(),
            total: of_people(&totals(self.shared.iter()), Scale::Interval),
            weeks: self.weeks(zone),
        }
    }

    /// The items of all forms, those of the card as it counts first.
    fn items(&self) -> Vec<&Item> {
        let mut items: Vec<&Item> = Vec::new();
        for item in self.counting.items().chain(self.forms.values().flat_map(Scorecard::items)) {
            if !items.iter().any(|known| known.id == item.id) {
                items.push(item);
            }
        }
        items
    }

    /// An item's answer on a sheet, where it was asked.
    fn asked<'s>(&'s self, sheet: &'s Sheet, id: &str) -> Option<(&'s Item, &'s Answer)> {
        let answers = &sheet.rated.sheet.answers;
        let form = self.forms.get(&sheet.rated.digest)?;
        let item = asked_items(form, answers).find(|item| item.id == id)?;
        answers.get(id).filter(|answer| answer.is_given()).map(|answer| (item, answer))
    }

    fn columns(&self, id: &str) -> Columns {
        let mut columns = Columns::default();
        for sheet in &self.shared {
            let Some((item, answer)) = self.asked(sheet, id) else { continue };
            columns.people.push(sheet.cell(answer.option().unwrap_or(NOT_APPLICABLE)));
            if let Some(share) = answer.option().and_then(|option| item.option(option)?.share)
                && grades(item) > 2
            {
                columns.graded.push(sheet.cell(&share.to_string()));
            }
        }
        for sheet in self.shared.iter().chain(&self.alone).filter(|sheet| sheet.rated.suggested) {
            let Some((item, answer)) = self.asked(sheet, id) else { continue };
            if item.prefill.is_empty() {
                continue;
            }
            columns.suggested = true;
            let said = match &answer.choice {
                Some(Choice::Option(said)) => said,
                _ => NOT_APPLICABLE,
            };
            let could = |option: &str| item.prefill.iter().any(|prefill| prefill.option == option);
            let said = if could(said) { said } else { NOT_APPLICABLE };
            let machine = &mut columns.machine;
            match answer.origin() {
                None => continue,
                Some(Origin::Taken) => {
                    machine.taken += 1;
                    continue;
                }
                Some(Origin::Confirmed) => machine.confirmed += 1,
                Some(Origin::Changed) => machine.changed += 1,
                Some(Origin::Own) if said == NOT_APPLICABLE => machine.quiet += 1,
                Some(Origin::Own) => machine.missed += 1,
            }
            let suggested = answer.suggestion.as_ref().map_or(NOT_APPLICABLE, |one| one.option.as_str());
            let unit = sheet.rated.id.to_string();
            let beside = [(MACHINE, suggested), (PEOPLE, said)];
            columns.beside.extend(beside.map(|(rater, rating)| Cell {
                unit: unit.clone(),
                rater: rater.to_owned(),
                rating: rating.to_owned(),
            }));
        }
        columns
    }

    /// A call is of the week in which it was last listened to.
    fn weeks(&self, zone: &TimeZone) -> Vec<Week> {
        let mut last: BTreeMap<&str, i64> = BTreeMap::new();
        for sheet in &self.shared {
            let at = last.entry(&sheet.unit).or_insert(i64::MIN);
            *at = (*at).max(sheet.rated.listened_at);
        }
        let mut weeks: BTreeMap<Date, Vec<&Sheet>> = BTreeMap::new();
        for sheet in &self.shared {
            if let Some(monday) = monday(last[sheet.unit.as_str()], zone) {
                weeks.entry(monday).or_default().push(sheet);
            }
        }
        let week = |(from, sheets): (Date, Vec<&Sheet>)| {
            let cell = |sheet: &&Sheet, item: &Item, answer: &Answer| {
                let cell = sheet.cell(answer.option().unwrap_or(NOT_APPLICABLE));
                Cell { unit: format!("{} {}", sheet.unit, item.id), ..cell }
            };
            let cells = sheets.iter().flat_map(|sheet| {
                let answers = &sheet.rated.sheet.answers;
                let asked = self.forms.get(&sheet.rated.digest).into_iter();
                let asked = asked.flat_map(move |form| asked_items(form, answers));
                asked.filter_map(move |item| Some(cell(sheet, item, answers.get(&item.id)?)))
            });
            let alike = compare(&cells.collect::<Vec<_>>(), Scale::Nominal, None, 0);
            Week {
                from,
                calls: sheets.iter().map(|sheet| &sheet.unit).collect::<BTreeSet<_>>().len(),
                alike: alike.and_then(|found| found.measured(Measure::Percent).value.ok()),
                total: compare(&totals(sheets.iter().copied()), Scale::Interval, None, RESAMPLES),
            }
        };
        weeks.into_iter().map(week).collect()
    }
}

impl Sheet {
    fn cell(&self, rating: &str) -> Cell {
        Cell { unit: self.unit.clone(), rater: self.rated.inspector.to_string(), rating: rating.to_owned() }
    }
}

fn totals<'s>(sheets: impl Iterator<Item = &'s Sheet>) -> Vec<Cell> {
    sheets.filter_map(|sheet| Some(sheet.cell(&sheet.rated.total?.to_string()))).collect()
}

/// How many degrees of well done an item knows.
fn grades(item: &Item) -> usize {
    let mut shares: Vec<f64> = item.options.iter().filter_map(|option| option.share).collect();
    shares.sort_by(f64::total_cmp);
    shares.dedup();
    shares.len()
}

/// Agreement of what was rated twice or more; nothing where nothing was.
fn compare(cells: &[Cell], scale: Scale, reference: Option<&str>, resamples: usize) -> Option<Agreement> {
    let mut units: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells {
        *units.entry(&cell.unit).or_default() += 1;
    }
    let shared = (1..).zip(cells).filter(|(_, cell)| units[cell.unit.as_str()] > 1);
    let rows = shared.map(|(line, cell)| Row {
        line,
        unit: &cell.unit,
        rater: &cell.rater,
        trial: "",
        rating: &cell.rating,
    });
    let ratings = Ratings::read(rows, Some(scale), &[]).ok()?;
    let most = (RESAMPLED_UNITS / ratings.units().len().max(1)).max(FEWEST_RESAMPLES);
    let resamples = u32::try_from(resamples.min(most)).unwrap_or(u32::MAX);
    let bootstrap = Bootstrap { resamples, ..Bootstrap::default() };
    let reference = reference.filter(|name| ratings.raters().iter().any(|rater| rater == name));
    agreement(&ratings, reference, bootstrap).ok()
}
